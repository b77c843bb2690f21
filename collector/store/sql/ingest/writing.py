"""How assets are written: new, changed, moved or removed, with their earlier versions and findings."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from collector.store.sql import search
from collector.store.sql.database import chunks
from collector.store.sql.ingest import before, times
from collector.store.sql.ingest.before import Before
from collector.store.sql.ingest.findings import Findings
from collector.store.sql.ingest.frame import Frame
from collector.store.sql.ingest.material_links import MaterialLinks, forget
from collector.store.sql.ingest.rows import Item
from collector.store.sql.ingest.standing import SCOPE, STANDING_COLUMNS, Standing
from wolkenzicht.model import Scope

_INSERT = """
    INSERT INTO asset (asset_no, tenant, asset_id, account, scope_location, scope_type, type, fingerprint,
        provider, name, countries, location_class, material, holds, custody, law_reach,
        law_countries, group_no, first_seen, changed, recorded, scan_no, record)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
"""
_UPDATE = """
    UPDATE asset SET account = ?, scope_location = ?, scope_type = ?, type = ?, fingerprint = ?, provider = ?,
        name = ?, countries = ?, location_class = ?, material = ?, holds = ?, custody = ?,
        law_reach = ?, law_countries = ?, group_no = ?, changed = ?,
        recorded = CASE WHEN recorded > ? THEN recorded ELSE ? END, scan_no = ?, record = ?
    WHERE tenant = ? AND asset_no = ?
"""
#: What judging again changes: all but the scope.
_REJUDGE = _UPDATE.replace("account = ?, scope_location = ?, scope_type = ?, ", "")
#: What most changes leave as it was is not named, so that the indexes over it are not touched.
_UPDATE_UNMOVED = (
    _REJUDGE.replace("type = ?, ", "", 1).replace("name = ?, ", "").replace("group_no = ?, ", "")
)
#: The same verdict in other words is no version.
_REWORD = _REJUDGE.replace(
    """changed = ?,
        recorded = CASE WHEN recorded > ? THEN recorded ELSE ? END, scan_no = ?, """,
    "",
)
_MOVE = "UPDATE asset SET account = ?, scope_location = ?, scope_type = ? WHERE tenant = ? AND asset_no = ?"
_UNSEEN_BEFORE = f"""
    SELECT {STANDING_COLUMNS}
    FROM asset AS a JOIN finding AS f ON f.tenant = a.tenant AND f.subject = a.asset_id
        AND f.subject_kind = 'asset' AND f.state = 'open' AND f.unverified_by = '{SCOPE}'
    WHERE a.tenant = ? AND a.asset_no IN ({{values}})
    ORDER BY f.finding_id
"""  # noqa: S608  # our own names
_DELETE = "DELETE FROM asset WHERE tenant = ? AND asset_no IN ({values})"


def write(
    frame: Frame,
    scope: Scope,
    *,
    added: Sequence[Item],
    changed: Sequence[tuple[Item, Before]],
    moved: Sequence[Before],
) -> None:
    """Write what a batch of this scope brings; of `moved` nothing but the scope changes."""
    place = (scope.account, scope.location, scope.type)
    connection, moment, tenant, received = frame.connection, frame.moment, frame.tenant, frame.received
    items, left = [each for each, _ in changed], [each for _, each in changed]
    links = MaterialLinks(frame, added, items)
    before.leave_digests(frame, (*left, *moved))
    frame.sync.add(scope, [(each.asset_id, each.message.fingerprint) for each in (*added, *items)])
    frame.sync.add(scope, [(each.asset_id, each.fingerprint) for each in moved])
    connection.executemany(_MOVE, [(*place, tenant, each.asset_no) for each in moved])
    times.make_room(frame, [each.asset_id for each in added])
    new = (moment, moment, received, frame.scan_no)
    connection.executemany(
        _INSERT,
        [(each.asset_no, tenant, each.asset_id, *place, *each.columns, *new, each.record) for each in added],
    )
    times.keep_assets(frame, left)
    _count(frame, (*added, *items), left)
    _update(frame, place, changed)
    search.queue(connection, frame.tenant, [each.asset_no for each in items])
    _write_findings(frame, added, items)
    _see_moved(frame, [each.asset_no for each in moved])
    links.write()


def _update(frame: Frame, place: tuple[str, str, str], changed: Sequence[tuple[Item, Before]]) -> None:
    """Write what changed of assets; what is in indexes is named only where it changed too."""
    since = (frame.moment, frame.received, frame.received, frame.scan_no)
    moved, unmoved = [], []
    for each, known in changed:
        kind, fingerprint, provider, name, *judged, group = each.columns
        key = (frame.tenant, each.asset_no)
        if known[2:8] == (*place, kind, name, group):
            unmoved.append((fingerprint, provider, *judged, *since, each.record, *key))
        else:
            moved.append((*place, *each.columns, *since, each.record, *key))
    frame.connection.executemany(_UPDATE, moved)
    frame.connection.executemany(_UPDATE_UNMOVED, unmoved)


def rewrite(frame: Frame, *, changed: Sequence[Item], same: Sequence[Item]) -> None:
    """Write assets that were judged again; of `same`, whose verdict is no other, no earlier version stays."""
    connection, tenant = frame.connection, frame.tenant
    items = (*changed, *same)
    known = {each.asset_no: each for each in before.numbered(frame, [each.asset_no for each in items])}
    before.leave_digests(frame, known.values())
    for each in items:
        scope = Scope(*known[each.asset_no].place)
        frame.sync.add(scope, [(each.asset_id, each.message.fingerprint)])
    links = MaterialLinks(frame, (), changed)
    times.keep_assets(frame, [known[each.asset_no] for each in changed])
    _count(frame, items, known.values())
    since = (frame.moment, frame.received, frame.received, frame.scan_no)
    connection.executemany(
        _REJUDGE, [(*each.columns, *since, each.record, tenant, each.asset_no) for each in changed]
    )
    connection.executemany(_REWORD, [(*each.columns, each.record, tenant, each.asset_no) for each in same])
    links.write()


def remove(frame: Frame, asset_nos: Sequence[int]) -> None:
    """Remove assets: what they were stays as a version, their findings are resolved."""
    findings = Findings(frame)
    findings.resolve_removed(asset_nos)
    findings.write()
    forget(frame, asset_nos)
    known = list(before.numbered(frame, asset_nos))
    frame.counts.take(frame.tenant, (each.group_no for each in known))
    search.queue(frame.connection, frame.tenant, asset_nos)
    before.leave_digests(frame, known)
    times.keep_assets(frame, known, removed=True)
    for part in chunks(asset_nos):
        frame.connection.among(_DELETE, frame.tenant, part)


def _count(frame: Frame, written: Sequence[Item], left: Iterable[Before]) -> None:
    """Those known until now leave the groups that they were in."""
    frame.counts.take(frame.tenant, (each.group_no for each in left))
    frame.counts.add(frame.tenant, [each.kind for each in written])


def _write_findings(frame: Frame, added: Sequence[Item], changed: Sequence[Item]) -> None:
    findings = Findings(frame)
    standing = findings.standing([each.asset_id for each in changed])
    for item in changed:
        if item.drafts or item.asset_id in standing:
            findings.compare(item.subject(), item.drafts, standing.get(item.asset_id, ()))
    # A new asset has no findings yet: those of one that vanished were resolved when it did.
    for item in added:
        if item.drafts:
            findings.compare(item.subject(), item.drafts, ())
    findings.write()


def _see_moved(frame: Frame, moved: Sequence[int]) -> None:
    """What moved was read: a finding that lost sight of it where it stood before stands for certain again."""
    findings = Findings(frame)
    for part in chunks(moved):
        for row in frame.connection.among(_UNSEEN_BEFORE, frame.tenant, part):
            findings.mark(Standing(*row).seen())
    findings.write()
