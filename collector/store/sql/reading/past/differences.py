"""How the estate at two times differs: only what changed since the first is looked at."""

from __future__ import annotations

from typing import Any

from collector.store.base import DifferenceCountRow, DifferenceRow, Sight, Times
from collector.store.sql.clock import to_micros
from collector.store.sql.database import Database
from collector.store.sql.reading.conditions import Seen, past
from collector.store.sql.reading.counts import countries_of
from collector.store.sql.reading.past.moments import at, earlier, present

_BLIND = "('denied', 'throttled', 'failed')"
_ASSET = "{0}.tenant = c.tenant AND {0}.asset_id = c.asset_id"
_SCOPE = (
    "{0}.tenant = c.tenant AND {0}.account = c.account AND {0}.location = c.location AND {0}.type = c.type"
)


def _joined(table: str, same: str, since: str, aliases: tuple[str, str], times: Times) -> str:
    now, then = aliases
    return at(
        f"LEFT JOIN {table} AS {now} ON {same.format(now)} AND {present(now, since)} "
        f"LEFT JOIN {table}_version AS {then} ON {same.format(then)} AND {earlier(then)} ",
        times,
    )


def _both(column: str) -> str:
    """A column at the first time and at the second."""
    return (
        f"coalesce(b.{column}, bv.{column}) AS {column}_before, coalesce(n.{column}, nv.{column}) AS {column}"
    )


_COLUMNS = ("type", "account", "scope_location", "countries", "location_class")
_ASSETS = f"""
    SELECT c.tenant, t.organisation, c.asset_id,
        {", ".join(_both(each) for each in _COLUMNS)}
    FROM (
        SELECT x.tenant, x.asset_id FROM asset AS x {{seen}} AND x.recorded > @since
        UNION
        SELECT x.tenant, x.asset_id FROM asset_version AS x {{seen}} AND x.superseded > @since
    ) AS c
    JOIN tenant AS t ON t.tenant = c.tenant
    @joined
"""
_THERE, _WAS = "u.location_class IS NOT NULL", "u.location_class_before IS NOT NULL"
_KINDS = {
    "appeared": f"({_THERE} AND u.location_class_before IS NULL)",
    "vanished": f"({_WAS} AND u.location_class IS NULL)",
    "moved": f"({_WAS} AND {_THERE} AND (u.countries <> u.countries_before OR u.account <> u.account_before "
    "OR u.scope_location <> u.scope_location_before))",
    "changed_class": f"({_WAS} AND {_THERE} AND u.location_class <> u.location_class_before)",
}
_ANY = f"({' OR '.join(_KINDS.values())})"
_FLAGS = ", ".join(f"CASE WHEN {each} THEN 1 ELSE 0 END" for each in _KINDS.values())
_SUMS = ", ".join(f"sum(CASE WHEN {each} THEN 1 ELSE 0 END)" for each in _KINDS.values())
_PAGE = f"""
    SELECT u.*, {_FLAGS} FROM ({_ASSETS}) AS u {{wanted}} AND {_ANY}
    ORDER BY u.tenant, u.asset_id LIMIT ?
"""
_COUNTS = f"""
    SELECT u.organisation, {_SUMS} FROM ({_ASSETS}) AS u {{wanted}} AND {_ANY}
    GROUP BY u.organisation ORDER BY u.organisation
"""

_SCOPES = f"""
    SELECT c.tenant, t.organisation, c.account, c.location, c.type, coalesce(n.outcome, nv.outcome) AS outcome
    FROM (
        SELECT x.tenant, x.account, x.location, x.type FROM scope AS x {{seen}} AND x.recorded > @since
        UNION
        SELECT x.tenant, x.account, x.location, x.type FROM scope_version AS x
        {{seen}} AND x.superseded > @since
    ) AS c
    JOIN tenant AS t ON t.tenant = c.tenant
    @joined
    WHERE coalesce(b.outcome, bv.outcome) = 'complete' AND coalesce(n.outcome, nv.outcome) IN {_BLIND}
"""
_SCOPE_PAGE = f"""
    SELECT u.* FROM ({_SCOPES}) AS u {{wanted}} ORDER BY u.tenant, u.account, u.location, u.type LIMIT ?
"""
_SCOPE_COUNTS = f"SELECT u.organisation, count(*) FROM ({_SCOPES}) AS u {{wanted}} GROUP BY u.organisation"


class Differences:
    """What differs between two times, as one asker sees it."""

    def __init__(self, seen: Seen, before: Times, after: Times) -> None:
        self._seen = seen
        since = str(to_micros(before.as_of))
        assets, scopes = (
            _joined(table, same, column, ("b", "bv"), before)
            + _joined(table, same, column, ("n", "nv"), after)
            for table, same, column in (("asset", _ASSET, "changed"), ("scope", _SCOPE, "valid_from"))
        )
        self._made = {
            statement: statement.replace("@since", since).replace("@joined", joined)
            for statement, joined in (
                (_PAGE, assets),
                (_COUNTS, assets),
                (_SCOPE_PAGE, scopes),
                (_SCOPE_COUNTS, scopes),
            )
        }

    def counts(self) -> list[DifferenceCountRow]:
        """As `Reading.difference_counts`."""
        found = {row[0]: [*row[1:], 0] for row in self._seen.rows_of_parts(self._made[_COUNTS])}
        for organisation, scopes in self._seen.rows_of_parts(self._made[_SCOPE_COUNTS]):
            found.setdefault(organisation, [0] * 5)[-1] = scopes
        return [DifferenceCountRow(organisation, *found[organisation]) for organisation in sorted(found)]

    def page(self, after: tuple[str, ...], limit: int) -> list[tuple[DifferenceRow, tuple[str, ...]]]:
        """As `Reading.differences`; a position says whether it is of an asset or a scope, and which."""
        found: list[tuple[DifferenceRow, tuple[str, ...]]] = []
        if not after or after[0] == "asset":
            beyond = past(("u.tenant", "u.asset_id"), after[1:])
            rows = self._seen.rows_of_parts(self._made[_PAGE], wanted=beyond, tail=(limit,))
            found = [(_asset(row), ("asset", row[0], row[2])) for row in rows]
            after = ()
        if len(found) < limit:
            beyond = past(("u.tenant", "u.account", "u.location", "u.type"), after[1:])
            left = limit - len(found)
            rows = self._seen.rows_of_parts(self._made[_SCOPE_PAGE], wanted=beyond, tail=(left,))
            found += [(_scope(row), ("scope", row[0], *row[2:5])) for row in rows]
        return found


def between(
    database: Database,
    sight: Sight,
    organisations: frozenset[str] | None,
    tenant: str | None,
    before: Times,
    after: Times,
) -> Differences:
    """The differences between two times."""
    return Differences(Seen(database, sight, organisations, tenant), before, after)


def _asset(row: tuple[Any, ...]) -> DifferenceRow:
    tenant, organisation, asset_id, type_before, type_now, account_before, account = row[:7]
    location_before, location, countries_before, countries, class_before, class_now = row[7:13]
    kinds = tuple(kind for kind, holds in zip(_KINDS, row[13:], strict=True) if holds)
    return DifferenceRow(
        kinds=kinds,
        tenant=tenant,
        organisation=organisation,
        asset_id=asset_id,
        type=type_now or type_before,
        account=account or account_before,
        location=location or location_before,
        account_before=account_before or "",
        location_before=location_before or "",
        countries_before=countries_of(countries_before or ""),
        countries_after=countries_of(countries or ""),
        class_before=class_before or "",
        class_after=class_now or "",
    )


def _scope(row: tuple[Any, ...]) -> DifferenceRow:
    tenant, organisation, account, location, type_name, outcome = row
    return DifferenceRow(
        kinds=("seen_no_more",),
        tenant=tenant,
        organisation=organisation,
        type=type_name,
        account=account,
        location=location,
        outcome=outcome,
    )
