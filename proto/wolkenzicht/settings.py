"""How a configuration is read: a TOML file, then the environment, then flags, into one typed struct.

Unknown keys, wrong types and broken TOML end in a `ConfigurationError` of one line that names the
file, the line, the key and the remedy. A relative path stands relative to the file that names it; one
from the environment or a flag relative to the working directory.
"""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import TypeVar

import msgspec
from msgspec import inspect

from wolkenzicht.errors import ConfigurationError
from wolkenzicht.setting_faults import Origin, explain, reworded

Settings = TypeVar("Settings", bound=msgspec.Struct)

_SECONDS = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0}
_DURATION = re.compile(r"(\d+(?:\.\d+)?)\s*(ms|s|m|h|d)")


def load(
    path: Path | None,
    struct: type[Settings],
    *,
    prefix: str = "WOLKENZICHT_",
    environ: Mapping[str, str] | None = None,
    flags: Mapping[str, object] | None = None,
) -> Settings:
    """The settings as a `struct` (a `msgspec.Struct` with `forbid_unknown_fields`).

    `path` None means that there is no file. A variable is named after its key: `store.url` is
    `WOLKENZICHT_STORE_URL` with the default prefix; variables that name no key are left alone, since
    agent, collector and asker may share an environment. `flags` maps dotted keys to values and wins;
    a value of None says that the flag was not given. Raises `ConfigurationError`.
    """
    source, document = ("", {}) if path is None else _read(path)
    environment = os.environ if environ is None else environ
    overridden: set[str] = set()
    for key, leaf in _leaves(struct).items():
        variable = prefix + key.replace(".", "_").upper()
        if environment.get(variable):
            _put(document, key, _from_text(variable, environment[variable], leaf))
            overridden.add(key)
    for key, value in (flags or {}).items():
        if value is not None:
            _put(document, key, value)
            overridden.add(key)

    base = Path() if path is None else path.absolute().parent

    def decode(kind: type, value: object) -> object:
        if kind is not Path:
            raise NotImplementedError(f"settings have no values of type {kind.__name__}")
        if isinstance(value, Path):
            return value.absolute()
        if isinstance(value, str) and value:
            return base / value
        raise ValueError("expected a path in quotes")

    try:
        return msgspec.convert(document, struct, dec_hook=decode)
    except msgspec.ValidationError as error:
        origin = Origin(path, source, struct, frozenset(overridden), prefix)
        raise ConfigurationError(explain(str(error), origin)) from error


def seconds(text: str) -> float:
    """The length of `text` (`500ms`, `30s`, `5m`, `1h`, `2d`) in seconds; raises `ValueError`.

    Meant for a struct's `__post_init__`, where a `ValueError` becomes a message with its key.
    """
    match = _DURATION.fullmatch(text.strip())
    if match is None:
        raise ValueError(f'{text!r} is not a length of time; write for instance "30s", "5m", "1h" or "2d"')
    return float(match[1]) * _SECONDS[match[2]]


def _read(path: Path) -> tuple[str, dict[str, object]]:
    try:
        source = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise ConfigurationError(
            f"configuration file {path} cannot be read ({error.strerror}); give the path of a readable "
            "TOML file with --config"
        ) from error
    except UnicodeDecodeError as error:
        raise ConfigurationError(
            f"{path}: is not UTF-8 (byte {error.start}); save it as UTF-8 text"
        ) from error
    try:
        return source, tomllib.loads(source)
    except tomllib.TOMLDecodeError as error:
        where = re.search(r"\(at line (\d+), column (\d+)\)", str(error))
        place = f"{path}:{where[1]}:{where[2]}" if where else f"{path}"
        reason = re.sub(r" \(at .*\)$", "", " ".join(str(error).split()))
        raise ConfigurationError(f"{place}: not valid TOML: {reason}; correct this line") from error
    except RecursionError as error:
        raise ConfigurationError(
            f"{path}: nested too deeply to be a configuration; correct the file"
        ) from error


def _leaves(struct: type[msgspec.Struct], above: str = "") -> dict[str, type]:
    """Dotted keys of the plain values in a struct, with their types; lists have no variable."""
    found: dict[str, type] = {}
    for field in msgspec.structs.fields(struct):
        kind = inspect.type_info(field.type)
        key = f"{above}{field.encode_name}"
        if isinstance(kind, inspect.StructType):
            found |= _leaves(kind.cls, f"{key}.")
        elif not isinstance(
            kind, inspect.ListType | inspect.VarTupleType | inspect.TupleType | inspect.DictType
        ):
            found[key] = field.type
    return found


def _from_text(variable: str, text: str, kind: type) -> object:
    try:
        return msgspec.convert(text, kind, strict=False, dec_hook=lambda _kind, value: Path(value).absolute())
    except msgspec.ValidationError as error:
        raise ConfigurationError(f"environment variable {variable}: {reworded(str(error))}") from error


def _put(document: dict[str, object], key: str, value: object) -> None:
    *sections, last = key.split(".")
    table = document
    for section in sections:
        inner = table.setdefault(section, {})
        if not isinstance(inner, dict):
            return  # the file has a wrong type here; conversion names it
        table = inner
    table[last] = value
