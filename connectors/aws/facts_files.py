"""How the connector's own facts are read: CSV files packaged beside the code, each row with its source."""

from __future__ import annotations

import csv
from importlib.resources import files


def rows(name: str) -> list[dict[str, str]]:
    """The rows of `data/<name>`, by column."""
    text = files("connectors.aws").joinpath("data", name).read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))
