"""A configuration is read strictly, and each fault is one line that names file, line, key and remedy."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import msgspec
import pytest

from wolkenzicht import settings
from wolkenzicht.errors import ConfigurationError


class Log(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="log"):
    """A route without settings."""


class Hook(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="hook"):
    """A route with an address."""

    url: str


class Store(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A section."""

    url: str = "sqlite"
    size: int = 1

    def __post_init__(self) -> None:
        if self.size > 9:
            raise ValueError(f"size {self.size}: is too much; give at most 9")


class Config(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A whole configuration."""

    data: Path
    key: Path | None = None
    fast: bool = False
    store: Store = msgspec.field(default_factory=Store)
    route: tuple[Log | Hook, ...] = ()


def load(
    place: Path,
    text: str,
    environ: Mapping[str, str] | None = None,
    flags: Mapping[str, object] | None = None,
) -> Config:
    """The text as a file in `place`, read."""
    path = place / "c.toml"
    path.write_text(text)
    return settings.load(path, Config, environ=environ or {}, flags=flags)


def fault(place: Path, text: str, environ: Mapping[str, str] | None = None) -> str:
    """What is said of a faulty text, with the file's name in place of its path."""
    with pytest.raises(ConfigurationError) as raised:
        load(place, text, environ)
    return str(raised.value).replace(str(place / "c.toml"), "c.toml")


def test_a_file_is_read(tmp_path: Path) -> None:
    """Relative paths stand relative to the file."""
    text = 'data = "d"\nkey = "/abs"\n[store]\nsize = 2\n[[route]]\nkind = "hook"\nurl = "u"\n'

    assert load(tmp_path, text) == Config(
        data=tmp_path / "d", key=Path("/abs"), store=Store(size=2), route=(Hook("u"),)
    )


def test_the_environment_goes_before_the_file_and_flags_before_both(tmp_path: Path) -> None:
    """File, then environment, then flags; a flag of None was not given."""
    environ = {"WOLKENZICHT_STORE_URL": "env", "WOLKENZICHT_STORE_SIZE": "3", "WOLKENZICHT_FAST": "true"}

    config = load(tmp_path, 'data = "d"\n', environ, {"store.size": 4, "fast": None})

    assert config == Config(data=tmp_path / "d", fast=True, store=Store("env", 4))


def test_paths_of_the_environment_are_relative_to_the_working_directory(tmp_path: Path) -> None:
    """What is named outside the file does not depend on where the file is."""
    config = load(tmp_path, "", {"WOLKENZICHT_DATA": "d", "WOLKENZICHT_KEY": "k"})

    assert (config.data, config.key) == (Path.cwd() / "d", Path.cwd() / "k")


def test_no_file_is_needed_where_the_environment_says_all() -> None:
    """A container may be configured by variables alone."""
    config = settings.load(None, Config, environ={"WOLKENZICHT_DATA": "/d"})

    assert config == Config(data=Path("/d"))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('data = "d\n', "c.toml:1:10: not valid TOML: Illegal character '\\n'; correct this line"),
        ("", "c.toml: key 'data' is missing; add it, or set WOLKENZICHT_DATA"),
        ('dat = "d"', "c.toml:1: unknown key 'dat'; did you mean 'data'?"),
        (
            'data = "d"\n\n[store]\nzzz = 1',
            "c.toml:4: unknown key 'store.zzz'; known here: size, url",
        ),
        ("data = 1", "c.toml:1: key 'data': expected a path in quotes"),
        ('data = "d"\nstore = 1', "c.toml:2: key 'store': expected a table ([section]), not a whole number"),
        (
            'data = "d"\n[store]\nsize = "1"',
            "c.toml:3: key 'store.size': expected a whole number, not a text in quotes",
        ),
        ('data = "d"\n[store]\nsize = 10', "c.toml:3: key 'store.size' 10: is too much; give at most 9"),
        (
            'data = "d"\n[[route]]\nkind = "log"\n[[route]]\nkind = "hook"\n',
            "c.toml:4: key 'route[1].url' is missing; add it",
        ),
        (
            'data = "d"\n[[route]]\nkind = "log"\n[[route]]\nkind = "log"\nfoo = 1',
            "c.toml:6: unknown key 'route[1].foo'; known here: kind, url",
        ),
        (
            'data = "d"\n[[route]]\nkind = "pigeon"',
            "c.toml:3: key 'route[0].kind': invalid value 'pigeon'; choose one of hook, log",
        ),
        ("x = " + "[" * 5000, "c.toml: nested too deeply to be a configuration; correct the file"),
    ],
)
def test_a_fault_is_one_line(tmp_path: Path, text: str, expected: str) -> None:
    """Each fault names the line and key, and says what to do."""
    assert fault(tmp_path, text) == expected


def test_a_faulty_variable_is_named(tmp_path: Path) -> None:
    """What came from the environment is not blamed on the file."""
    said = fault(tmp_path, 'data = "d"', {"WOLKENZICHT_STORE_SIZE": "many"})
    too_much = fault(tmp_path, 'data = "d"', {"WOLKENZICHT_STORE_SIZE": "10"})

    assert said == (
        "environment variable WOLKENZICHT_STORE_SIZE: expected a whole number, not a text in quotes"
    )
    assert too_much == "environment or flag: key 'store.size' 10: is too much; give at most 9"


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    """A missing file and one that is no text."""
    with pytest.raises(ConfigurationError) as missing:
        settings.load(tmp_path / "none.toml", Config)
    (tmp_path / "c.toml").write_bytes(b'data = "\xff"')
    with pytest.raises(ConfigurationError) as binary:
        settings.load(tmp_path / "c.toml", Config)

    assert str(missing.value) == (
        f"configuration file {tmp_path}/none.toml cannot be read (No such file or directory); "
        "give the path of a readable TOML file with --config"
    )
    assert str(binary.value) == f"{tmp_path}/c.toml: is not UTF-8 (byte 8); save it as UTF-8 text"


@pytest.mark.parametrize(
    ("text", "expected"),
    [("500ms", 0.5), ("30s", 30.0), ("1.5h", 5400.0), ("2d", 172800.0), (" 5 m ", 300.0)],
)
def test_lengths_of_time(text: str, expected: float) -> None:
    """A number and a unit."""
    assert settings.seconds(text) == expected


@pytest.mark.parametrize("text", ["", "5", "-1s", "1w", "1h30m"])
def test_what_is_no_length_of_time(text: str) -> None:
    """The error shows how to write one."""
    with pytest.raises(ValueError, match="write for instance"):
        settings.seconds(text)
