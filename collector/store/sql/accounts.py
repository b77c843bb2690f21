"""What of an account was seen: how many of its scopes, and when first; kept in step with scopes and assets.

Whoever writes scopes, or brings the first asset into one or takes the last out, counts the account anew at
the end of its transaction: an account has some hundreds of scopes, all accounts together millions.
"""

from __future__ import annotations

from collections.abc import Iterable

from collector.store.sql.database import Connection
from wolkenzicht.model import INVENTORY_TYPE

#: Outcomes that say that nothing can exist in the scope.
NOTHING_THERE = "('unsupported', 'not_enabled')"
HOLDS_ASSETS = (
    "EXISTS (SELECT 1 FROM asset AS a WHERE a.tenant = x.tenant AND a.account = x.account "
    "AND a.scope_location = x.location AND a.scope_type = x.type)"
)
#: Where nothing can exist a look has seen everything, unless assets were seen there before. Where there is
#: no inventory anything may exist.
SEEN_WHOLE = (
    "(x.planned = 1 AND (coalesce(x.outcome, '') = 'complete' "
    f"OR (coalesce(x.outcome, '') IN {NOTHING_THERE} AND x.type <> '{INVENTORY_TYPE}' "
    f"AND NOT {HOLDS_ASSETS})))"
)
#: A scope that nobody plans any more still counts while assets are kept in it.
COUNTED = f"(x.planned = 1 OR {HOLDS_ASSETS})"
LAST_WHOLE = f"CASE WHEN x.outcome IN {NOTHING_THERE} AND {SEEN_WHOLE} THEN x.looked ELSE x.last_complete END"

#: What is kept of an account: all its scopes; those that count; of these those seen whole, and such of them
#: as an agent says nothing of while they fare as before (`told`). Then since when they were seen: where no
#: silent look moves that on; where it does, of complete scopes and of those where nothing can be; and of the
#: last when they were complete.
COLUMNS = (
    *("scopes", "counted", "whole", "whole_told"),
    *("oldest", "oldest_complete", "oldest_nothing", "oldest_nothing_complete"),
)
#: Whether a silent look moves on when the scope was seen, and as what.
_MOVED = f"""
    CASE WHEN x.told IS NULL THEN '' WHEN x.outcome = 'complete' THEN 'complete'
        WHEN x.outcome IN {NOTHING_THERE} AND {SEEN_WHOLE} THEN 'nothing' ELSE '' END
"""
#: Counts the scopes `@these` say; of a scope that counts no more nothing is told.
_COUNT = f"""
    SELECT s.tenant, s.account, count(*), sum(s.counted), sum(s.whole),
        sum(CASE WHEN s.told IS NULL THEN 0 ELSE s.whole END),
        min(CASE WHEN s.moved = '' AND s.counted = 1 THEN s.last_whole END),
        min(CASE WHEN s.moved = 'complete' AND s.counted = 1 THEN coalesce(s.last_complete, 0) END),
        min(CASE WHEN s.moved = 'nothing' THEN s.looked END),
        min(CASE WHEN s.moved = 'nothing' THEN s.last_complete END)
    FROM (
        SELECT x.tenant, x.account, x.told, x.looked, x.last_complete, {_MOVED} AS moved,
            CASE WHEN {COUNTED} THEN 1 ELSE 0 END AS counted,
            CASE WHEN {SEEN_WHOLE} THEN 1 ELSE 0 END AS whole, {LAST_WHOLE} AS last_whole
        FROM scope AS x WHERE @these
    ) AS s
    GROUP BY s.tenant, s.account
"""  # noqa: S608  # our own names
_KEEP = f"""
    INSERT INTO account_coverage (tenant, account, {", ".join(COLUMNS)})
    {_COUNT.replace("@these", "x.tenant = ? AND x.account = ?")}
"""  # our own names
_KEEP_ALL = f"""
    INSERT INTO account_coverage (tenant, account, {", ".join(COLUMNS)})
    {_COUNT.replace("@these", "1 = 1 -- fan-out: the keeper looks at all")}
"""  # our own names
_DROP = "DELETE FROM account_coverage WHERE tenant = ? AND account = ?"
_ALL = _COUNT.replace("@these", "1 = 1 -- fan-out: as above")
_KEPT = f"SELECT tenant, account, {', '.join(COLUMNS)} FROM account_coverage -- fan-out: as above"  # noqa: S608  # our own names

#: What is kept of an account, by tenant and account.
_Accounts = dict[tuple[str, str], tuple[int | None, ...]]


def keep(connection: Connection, tenant: str, accounts: Iterable[str]) -> None:
    """Count accounts anew whose scopes changed, after all that a transaction writes."""
    places = [(tenant, account) for account in sorted(accounts)]
    connection.executemany(_DROP, places)
    connection.executemany(_KEEP, places)


def recount(connection: Connection) -> _Accounts:
    """What is to be kept of every account."""
    return {(tenant, account): tuple(rest) for tenant, account, *rest in connection.execute(_ALL)}


def kept(connection: Connection) -> _Accounts:
    """What is kept of every account."""
    return {(tenant, account): tuple(rest) for tenant, account, *rest in connection.execute(_KEPT)}


def repair(connection: Connection) -> None:
    """Keep of every account what is to be kept."""
    connection.execute("DELETE FROM account_coverage -- fan-out: all is counted anew")
    connection.execute(_KEEP_ALL)
