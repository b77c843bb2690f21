"""When it was so and when it was known: how versions end, and what a late report does to what was known.

A version that is followed by a later one ends where that begins. A report that was observed before what
is known now (an agent that catches up after all was judged again, a spool found back) says what was so from
then on: versions after that moment are withdrawn, those around it end there, and both stay as they were for
who asks what was known earlier.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from collector.store.sql import finding_states
from collector.store.sql.database import chunks
from collector.store.sql.ingest.before import Before
from collector.store.sql.ingest.frame import Frame

#: Of versions with the same key the earlier was never to be seen.
_OVERWRITE = "ON CONFLICT ({key}) DO UPDATE SET {columns}"


@dataclass(frozen=True, slots=True)
class Versions:
    """A table of versions: the columns that name what they are of, and those that it has beside the times."""

    table: str
    of: tuple[str, ...]
    columns: tuple[str, ...]

    @property
    def all_columns(self) -> str:
        """Every column, in the order of `keep`."""
        return ", ".join((*self.of, *_TIMES, *self.columns))

    @property
    def overwriting(self) -> str:
        """What follows an INSERT: of two that began and were recorded in one moment the later stands."""
        others = ("valid_to", "superseded", "withdrawn", *self.columns)
        return _OVERWRITE.format(
            key=", ".join((*self.of, "valid_from", "recorded")),
            columns=", ".join(f"{each} = excluded.{each}" for each in others),
        )

    def withdraw(
        self, frame: Frame, ended: Sequence[tuple[int, tuple[str, ...]]], *, removed: bool = False
    ) -> None:
        """Of these nothing is known any more to have been so from a moment on, but what the frame says.

        `removed` is what versions that end at that moment say of it, in tables that have such a column.
        """
        if not ended:
            return
        mine = " AND ".join(f"{each} = ?" for each in self.of)
        told = {"removed": int(removed), "ended_scan_no": frame.scan_no}
        kept = ", ".join(str(told.get(each, each)) for each in self.columns)
        known = f"{self.table} WHERE {mine} AND withdrawn IS NULL AND (valid_to IS NULL OR valid_to > ?)"
        frame.connection.executemany(
            f"INSERT INTO {self.table} ({self.all_columns}) "
            f"SELECT {', '.join(self.of)}, valid_from, ?, ?, ?, NULL, {kept} FROM {known} AND valid_from < ? "
            f"AND superseded IS NOT NULL {self.overwriting}",
            [(*(moment, frame.received, frame.received), *key, moment, moment) for moment, key in ended],
        )
        frame.connection.executemany(
            f"UPDATE {self.table} SET withdrawn = ? "
            f"WHERE {mine} AND withdrawn IS NULL AND valid_to > ? AND superseded IS NOT NULL",
            [(frame.received, *key, moment) for moment, key in ended],
        )


_TIMES = ("valid_from", "valid_to", "recorded", "superseded", "withdrawn")

_SCOPE_COLUMNS = ("account", "scope_location", "scope_type")
#: Columns of an asset that its versions have too.
_SHARED = (
    *_SCOPE_COLUMNS,
    *("type", "provider", "name", "countries", "location_class", "material", "holds"),
    *("custody", "law_reach", "law_countries", "record"),
)
ASSETS = Versions(
    "asset_version",
    ("tenant", "asset_id"),
    ("removed", "first_seen", "scan_no", "ended_scan_no", *_SHARED),
)
FINDINGS = Versions(
    "finding_history",
    ("tenant", "finding_id"),
    ("state", "severity", "clause", "details", "owner", *finding_states.COLUMNS, "done_by", "done_note"),
)
SCOPES = Versions(
    "scope_version",
    ("tenant", "account", "location", "type"),
    (
        *("planned", "outcome", "permission", "denied_by", "message", "asset_count", "outcome_since"),
        *("looked", "look_recorded", "last_complete", "told"),
    ),
)

#: Accounts of which the agent took the store to hold something else.
DIFFERS = Versions("account_differs_version", ("tenant", "account"), ("looked", "reason"))

_KEEP_ASSETS = f"""
    INSERT INTO asset_version ({ASSETS.all_columns})
    SELECT tenant, asset_id, changed, CASE WHEN changed > ? THEN changed ELSE ? END, recorded,
        CASE WHEN recorded > ? THEN recorded ELSE ? END, NULL, ?, first_seen, scan_no, ?, {", ".join(_SHARED)}
    FROM asset WHERE tenant = ? AND asset_no IN ({{values}})
    {ASSETS.overwriting}
"""
_ENDED_SINCE = "SELECT EXISTS (SELECT 1 FROM asset_version WHERE tenant = ? AND superseded > ?)"
_STOOD_AFTER = """
    SELECT DISTINCT asset_id FROM asset_version
    WHERE tenant = ? AND withdrawn IS NULL AND valid_to > ? AND asset_id IN ({values})
"""


def keep_assets(frame: Frame, assets: Collection[Before], *, removed: bool = False) -> None:
    """Keep assets as they are until now, before they change or are removed."""
    times = (frame.moment, frame.moment, frame.received, frame.received, int(removed), frame.scan_no)
    for part in chunks([each.asset_no for each in assets]):
        frame.connection.among(_KEEP_ASSETS, *times, frame.tenant, part)
    late = [(frame.moment, (frame.tenant, each.asset_id)) for each in assets if each.changed > frame.moment]
    ASSETS.withdraw(frame, late, removed=removed)


def make_room(frame: Frame, asset_ids: Iterable[str]) -> None:
    """Before new assets are written: those that vanished later than they are now seen did not."""
    [(ended,)] = frame.connection.execute(_ENDED_SINCE, (frame.tenant, frame.moment)).fetchall()
    if not ended:
        return
    for part in chunks(list(asset_ids)):
        found = frame.connection.among(_STOOD_AFTER, frame.tenant, frame.moment, part).fetchall()
        ASSETS.withdraw(frame, [(frame.moment, (frame.tenant, asset_id)) for (asset_id,) in found])


_FINDING_COLUMNS, _FINDING_OVER = FINDINGS.all_columns, FINDINGS.overwriting
_KEEP_FINDING = f"""
    INSERT INTO finding_history ({_FINDING_COLUMNS})
    VALUES (?, ?, ?, NULL, ?, NULL, NULL, {", ".join("?" * len(FINDINGS.columns))}) {_FINDING_OVER}
"""
_END_FINDING = """
    UPDATE finding_history SET valid_to = CASE WHEN valid_from > ? THEN valid_from ELSE ? END,
        superseded = CASE WHEN recorded > ? THEN recorded ELSE ? END
    WHERE tenant = ? AND finding_id = ? AND superseded IS NULL
"""
_LATE_FINDINGS = """
    SELECT finding_id FROM finding_history
    WHERE tenant = ? AND superseded IS NULL AND valid_from > ? AND finding_id IN ({values})
"""


@dataclass(frozen=True, slots=True)
class FindingVersion:
    """What a finding is from a moment on; `values` are those of `FINDINGS.columns`."""

    finding_id: str
    moment: int
    values: tuple[str | int | None, ...]
    first: bool


def keep_findings(frame: Frame, versions: Sequence[FindingVersion]) -> None:
    """Write versions of findings; of each that is not the first the one before ends."""
    later = {each.finding_id: each.moment for each in versions if not each.first}
    late = []
    for part in chunks(list(later)):
        late += frame.connection.among(_LATE_FINDINGS, frame.tenant, frame.moment, part).fetchall()
    received = frame.received
    frame.connection.executemany(
        _END_FINDING,
        [(moment, moment, received, received, frame.tenant, each) for each, moment in later.items()],
    )
    FINDINGS.withdraw(frame, [(later[each], (frame.tenant, each)) for (each,) in late])
    frame.connection.executemany(
        _KEEP_FINDING,
        [(frame.tenant, each.finding_id, each.moment, received, *each.values) for each in versions],
    )


_KEEP_SCOPES = f"""
    INSERT INTO scope_version ({SCOPES.all_columns})
    SELECT {", ".join(SCOPES.of)}, valid_from, CASE WHEN valid_from > ? THEN valid_from ELSE ? END, recorded,
        CASE WHEN recorded > ? THEN recorded ELSE ? END, NULL, {", ".join(SCOPES.columns)}
    FROM scope WHERE tenant = ? AND {{which}}
    {SCOPES.overwriting}
"""
_SCOPE_SINCE = """
    UPDATE scope SET valid_from = ?, recorded = CASE WHEN recorded > ? THEN recorded ELSE ? END
    WHERE tenant = ? AND {which}
"""
_LATE_SCOPES = "SELECT account, location, type FROM scope WHERE tenant = ? AND valid_from > ? AND {which}"


def keep_scopes(frame: Frame, which: str, values: Sequence[str | int]) -> None:
    """Keep scopes as they are until now, before they change; `which` is the condition on them.

    What they are from now on is written after this, in the same transaction.
    """
    tenant, moment, received = frame.tenant, frame.moment, frame.received
    late = frame.connection.execute(
        _LATE_SCOPES.replace("{which}", which), (tenant, moment, *values)
    ).fetchall()
    frame.connection.execute(
        _KEEP_SCOPES.replace("{which}", which), (moment, moment, received, received, tenant, *values)
    )
    SCOPES.withdraw(frame, [(moment, (tenant, *scope)) for scope in late])
    frame.connection.execute(
        _SCOPE_SINCE.replace("{which}", which), (moment, received, received, tenant, *values)
    )


_KEEP_DIFFERS = f"""
    INSERT INTO account_differs_version ({DIFFERS.all_columns})
    SELECT tenant, account, since, CASE WHEN since > ? THEN since ELSE ? END, recorded,
        CASE WHEN recorded > ? THEN recorded ELSE ? END, NULL, looked, reason
    FROM account_differs WHERE tenant = ? AND account IN ({{values}})
    {DIFFERS.overwriting}
"""
_LATE_DIFFERS = """
    SELECT account FROM account_differs WHERE tenant = ? AND since > ? AND account IN ({values})
"""


def keep_differs(frame: Frame, accounts: Sequence[str]) -> None:
    """Keep how accounts differed until now, before they agree again or differ otherwise."""
    times = (frame.moment, frame.moment, frame.received, frame.received)
    for part in chunks(accounts):
        late = frame.connection.among(_LATE_DIFFERS, frame.tenant, frame.moment, part).fetchall()
        frame.connection.among(_KEEP_DIFFERS, *times, frame.tenant, part)
        DIFFERS.withdraw(frame, [(frame.moment, (frame.tenant, account)) for (account,) in late])
