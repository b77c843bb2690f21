"""How rows are shown: a table for people, JSON or CSV for programs."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Sequence

FORMATS = ("table", "json", "csv")


def rendered(columns: Sequence[str], rows: Sequence[Sequence[object]], form: str) -> str:
    """The rows in one of `FORMATS`, without a line break at the end."""
    if form == "json":
        return json.dumps(
            [dict(zip(columns, row, strict=True)) for row in rows], ensure_ascii=False, indent=2
        )
    if form == "csv":
        text = io.StringIO()
        writer = csv.writer(text, lineterminator="\n")
        writer.writerow(columns)
        writer.writerows(rows)
        return text.getvalue().rstrip("\n")
    from tabulate import tabulate  # noqa: PLC0415 - only where a table is shown

    return tabulate(rows, headers=columns, tablefmt="plain", disable_numparse=True)
