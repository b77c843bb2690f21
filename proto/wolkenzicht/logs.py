"""How every process logs: one event is one line, with a name and key/values, for people or machines.

On a terminal a line reads `12:03:44 WARNING peer.refused address=… reason="…"`; elsewhere it is one
JSON object with `time`, `level`, `logger`, `event` and the event's fields.
"""

from __future__ import annotations

import json as jsonlib
import logging
import re
from datetime import UTC, datetime
from typing import TextIO

from wolkenzicht.errors import ConfigurationError

#: The names that `level` may have.
LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR")

#: The event's name where a library logged a plain message.
PLAIN_MESSAGE = "log.message"

_FIELDS = "wolkenzicht_fields"
_OWN_KEYS = frozenset({"time", "level", "logger", "event"})
_BARE = re.compile(r"[A-Za-z0-9_.:/@%+,*-]+")


def configure(stream: TextIO, json: bool | None = None, level: str = "INFO") -> None:
    """Send all logging of this process to `stream`, in place of what was configured before.

    `json` None decides by itself: lines for people where `stream` is a terminal, JSON elsewhere.
    Raises `ConfigurationError` for a level that is not in `LEVELS`.
    """
    if level.upper() not in LEVELS:
        raise ConfigurationError(f"log level {level!r} does not exist; choose one of {', '.join(LEVELS)}")
    as_json = not stream.isatty() if json is None else json
    handler = logging.StreamHandler(stream)
    handler.setFormatter(JsonFormatter() if as_json else PeopleFormatter())
    unconfigure()
    root = logging.getLogger()
    root.addHandler(handler)
    root.setLevel(level.upper())
    for noisy in ("httpx", "httpcore", "botocore", "urllib3", "asyncio", "azure"):
        logging.getLogger(noisy).setLevel(logging.WARNING)


def unconfigure() -> None:
    """Log no longer where `configure` said; for a stream that is to be closed."""
    root = logging.getLogger()
    for handler in list(root.handlers):
        if isinstance(handler.formatter, JsonFormatter | PeopleFormatter):
            root.removeHandler(handler)


def event(logger: logging.Logger, level: int, name: str, /, **fields: object) -> None:
    """Log one event; `level` is one of `logging`'s numbers, `name` is dotted (`stream.opened`)."""
    logger.log(level, name, extra={_FIELDS: fields})


class PeopleFormatter(logging.Formatter):
    """A line for a person: local time, level, event, key=value."""

    def format(self, record: logging.LogRecord) -> str:
        """The record as one line."""
        name, fields = _content(record)
        moment = datetime.fromtimestamp(record.created, UTC).astimezone()
        parts = [moment.strftime("%H:%M:%S"), record.levelname, _text(name)]
        parts += [f"{key}={_text(value)}" for key, value in fields.items()]
        return " ".join(parts)


class JsonFormatter(logging.Formatter):
    """A line for a machine: one JSON object, times in UTC."""

    def format(self, record: logging.LogRecord) -> str:
        """The record as one line of JSON."""
        name, fields = _content(record)
        moment = datetime.fromtimestamp(record.created, UTC)
        line: dict[str, object] = {
            "time": moment.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
            "level": record.levelname,
            "logger": record.name,
            "event": name,
        }
        for key, value in fields.items():
            if line.get(key) == value:
                continue
            line[f"{key}_" if key in _OWN_KEYS else key] = value
        return _escaped(jsonlib.dumps(line, ensure_ascii=False, default=_plain))


def _content(record: logging.LogRecord) -> tuple[str, dict[str, object]]:
    fields = getattr(record, _FIELDS, None)
    if isinstance(fields, dict):
        name, shown = str(record.msg), dict(fields)
    else:
        name, shown = PLAIN_MESSAGE, {"logger": record.name, "message": record.getMessage()}
    if record.exc_info and record.exc_info[1] is not None:
        shown["exception"] = logging.Formatter().formatException(record.exc_info)
    return name, shown


def _text(value: object) -> str:
    plain = str(_plain(value)) if not isinstance(value, float) else f"{value:.6g}"
    return plain if _BARE.fullmatch(plain) else _escaped(jsonlib.dumps(plain, ensure_ascii=False))


def _plain(value: object) -> str:
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, bytes):
        return value.decode("utf-8", "backslashreplace")
    return str(value)


def _escaped(quoted: str) -> str:
    # JSON escapes what is below U+0020 only; line separators, terminal codes above it and characters
    # that turn the reading direction must not reach a log either.
    if quoted.isprintable():
        return quoted
    return "".join(sign if sign.isprintable() else jsonlib.dumps(sign)[1:-1] for sign in quoted)
