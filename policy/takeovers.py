"""What a takeover is: from which day on an operator is another owner's, and which assets it touches."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from policy.facts import Housing, Operator


@dataclass(frozen=True, slots=True)
class Takeover:
    """An operator that is another owner's since `day`; `before` and `owner` are names with countries.

    `into_foreign_law` says whether the new owner's country is outside the EER. `identifier` stays the same
    for as long as the facts name the takeover: `aws/aws-eusc@2026-01-15`.
    """

    identifier: str
    day: date
    operator: str
    before: tuple[str, ...]
    owner: str
    into_foreign_law: bool
    source: str

    def touches(self, created: datetime | None) -> bool:
        """Whether an asset existed when it happened; one that may have, for all that is known, did."""
        if created is None:
            return True
        return (created.astimezone(UTC) if created.tzinfo else created).date() <= self.day


def identifier(row: Operator | Housing, day: date) -> str:
    """The provider, the partition or site, the region where the row has one, and the day."""
    if isinstance(row, Housing):
        return f"{row.provider}/{row.site}#building@{day}"
    place = f"/{row.location}" if row.location else ""
    return f"{row.provider}/{row.partition}{place}@{day}"


def owner(row: Operator | Housing) -> str:
    """The ultimate parent with its country, as a finding and an explanation name it."""
    return f"{row.parent} ({row.parent_country})"


def days_of_change(row: Operator | Housing) -> tuple[date, ...]:
    """On which days there may be another owner because of a row: its first, and the day after its last."""
    after = row.valid_until and row.valid_until < date.max and row.valid_until + timedelta(days=1)
    return tuple(each for each in (row.valid_from, after) if each)
