"""How commands take a day."""

from __future__ import annotations

from datetime import date, datetime

import click

#: The type of options that take a day.
DAY = click.DateTime(["%Y-%m-%d"])


def day(value: datetime | None, default: date) -> date:
    """The day that was given, else the default."""
    return default if value is None else value.date()
