"""Which assets are about to be removed: not listed by their complete scope, nor by another one since."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from collector.store.sql.database import chunks
from collector.store.sql.ingest import writing
from collector.store.sql.ingest.frame import Frame

_THESE = "SELECT asset_no FROM vanishing WHERE tenant = ? AND asset_no IN ({values})"


def suspect(frame: Frame, asset_nos: Sequence[int]) -> None:
    """Remember assets that their scope no longer lists; another scope of the scan may yet list them."""
    frame.connection.executemany(
        "INSERT INTO vanishing (tenant, asset_no, scan_id) VALUES (?, ?, ?) "
        "ON CONFLICT (tenant, asset_no) DO UPDATE SET scan_id = excluded.scan_id",
        [(frame.tenant, asset_no, frame.scan_id) for asset_no in asset_nos],
    )


def suspects(frame: Frame, asset_nos: Collection[int]) -> set[int]:
    """Those of these assets that their scope no longer lists."""
    found: set[int] = set()
    for part in chunks(sorted(asset_nos)):
        found.update(number for (number,) in frame.connection.among(_THESE, frame.tenant, part))
    return found


def clear(frame: Frame, asset_nos: Sequence[int]) -> None:
    """Of assets that were listed again nothing is suspected any more."""
    [(any_left,)] = frame.connection.execute(
        "SELECT EXISTS (SELECT 1 FROM vanishing WHERE tenant = ?)", (frame.tenant,)
    )
    if any_left:
        frame.connection.executemany(
            "DELETE FROM vanishing WHERE tenant = ? AND asset_no = ?",
            [(frame.tenant, asset_no) for asset_no in asset_nos],
        )


def end_scan(frame: Frame, *, interrupted: bool) -> None:
    """Remove what no scope of the scan listed.

    A scan that was broken off removes nothing: it has not looked everywhere.
    """
    if not interrupted:
        rows = frame.connection.execute(
            "SELECT asset_no FROM vanishing WHERE tenant = ? AND scan_id = ?", (frame.tenant, frame.scan_id)
        ).fetchall()
        writing.remove(frame, [asset_no for (asset_no,) in rows])
    frame.connection.execute(
        "DELETE FROM vanishing WHERE tenant = ? AND scan_id = ?", (frame.tenant, frame.scan_id)
    )


def forget_earlier_scans(frame: Frame) -> None:
    """Let go of what earlier scans that never ended left behind; the new one looks again."""
    frame.connection.execute("DELETE FROM vanishing WHERE tenant = ?", (frame.tenant,))
