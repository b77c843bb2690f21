"""Words of assets in SQLite: an index of full text that keeps no more than which word stands where."""

from __future__ import annotations

from collections.abc import Sequence

from collector.store.sql.database import WordIndex


def _asked(words: Sequence[str], among: Sequence[str]) -> str:
    parts = [f'"{word}" *' if len(word) > 1 else f'"{word}"' for word in words]
    if among:
        quoted = (f'"{word}"' for word in among)
        parts.append(f"({' OR '.join(quoted)})")
    return " AND ".join(parts)


WORDS = WordIndex(
    # The number of an asset is one of all tenants.
    insert="INSERT INTO search_index (rowid, words) VALUES (:asset_no, :words) -- fan-out: by number",
    delete="DELETE FROM search_index WHERE rowid = :asset_no -- fan-out: by number",
    matching="SELECT rowid FROM search_index WHERE search_index MATCH ?",
    asked=_asked,
)
