"""Words of assets in PostgreSQL: a vector of words as they are, with an index from words to rows."""

from __future__ import annotations

from collections.abc import Sequence

from collector.store.sql.database import WordIndex


def _asked(words: Sequence[str], among: Sequence[str]) -> str:
    parts = [f"'{word}':*" if len(word) > 1 else f"'{word}'" for word in words]
    if among:
        quoted = (f"'{word}'" for word in among)
        parts.append(f"({' | '.join(quoted)})")
    return " & ".join(parts)


WORDS = WordIndex(
    insert="""
        INSERT INTO search_index (tenant, asset_no, words)
        VALUES (:tenant, :asset_no, array_to_tsvector(string_to_array(:words, ' ')))
    """,
    delete="DELETE FROM search_index WHERE tenant = :tenant AND asset_no = :asset_no",
    # Words are letters and digits: nothing in them means anything to a query.
    matching="SELECT asset_no FROM search_index WHERE words @@ CAST(CAST(? AS text) AS tsquery)",
    asked=_asked,
)
