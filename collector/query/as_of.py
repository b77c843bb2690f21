"""What the estate was on a day: the version of an asset that held then, or why there is none."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from collector.query.errors import NotFoundError
from collector.store.base import AssetRow

_SHOWN = 200


@dataclass(frozen=True, slots=True)
class Held:
    """A version of an asset and the time that it held; `until` is None for the one that holds now."""

    row: AssetRow
    since: datetime
    until: datetime | None


def version_on(present: AssetRow, versions: Iterable[AssetRow], day: date) -> Held:
    """The last version that held on a day (UTC), of the asset as it is or vanished and its earlier versions.

    After today the present one holds on. Raises `NotFoundError` where the asset was not known yet, or had
    vanished; it says when.
    """
    begin = datetime.combine(day, time.min, UTC)
    end = begin + timedelta(days=1) if day < date.max else datetime.max.replace(tzinfo=UTC)
    held = [Held(row, row.first_seen, row.last_seen) for row in versions]
    if present.removed is None:
        own = (each.until for each in held if each.until and each.row.tenant == present.tenant)
        held.append(Held(present, max((present.first_seen, *own)), None))
    found = [each for each in held if each.since < end and (each.until is None or each.until > begin)]
    if found:
        return max(found, key=lambda each: (each.since, each.until is None))
    raise NotFoundError(_not_there(present, held, begin))


def _not_there(present: AssetRow, held: Iterable[Held], begin: datetime) -> str:
    name = repr(present.record.asset.asset_id[:_SHOWN])
    later = [each.since for each in held if each.since > begin]
    before = [each.until for each in held if each.until and each.until <= begin]
    if not before:
        first = f"{min(later):%Y-%m-%d}"
        return (
            f"asset {name} was not known on {begin:%Y-%m-%d}; it was first seen on {first}: ask from then on"
        )
    again = f" and was seen again on {min(later):%Y-%m-%d}" if later else ""
    vanished = f"it had vanished on {max(before):%Y-%m-%d}{again}"
    return f"asset {name} was not there on {begin:%Y-%m-%d}: {vanished}; ask for a day that it was there"
