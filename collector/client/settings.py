"""Which collector is asked, as whom and in which language: file, environment and flags in that order."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

import msgspec

from collector.client.texts import LANGUAGES, Texts, default_language, load
from wolkenzicht import settings
from wolkenzicht.errors import ConfigurationError
from wolkenzicht.transport import Credentials

FILE_NAME = "wolkenzicht.toml"

_NOT_GIVEN = Path()


class AskerSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What stands in `wolkenzicht.toml`; an empty value is not given."""

    collector: str = ""
    ca: Path = _NOT_GIVEN
    certificate: Path = _NOT_GIVEN
    key: Path = _NOT_GIVEN
    lang: str = ""

    def __post_init__(self) -> None:
        """Refuse a language that has no texts."""
        if self.lang not in ("", *LANGUAGES):
            raise ValueError(f"{self.lang!r} is no language of this command; use {' or '.join(LANGUAGES)}")

    def texts(self) -> Texts:
        """The texts of the language chosen, else of the terminal's."""
        return load(self.lang or default_language(os.environ))

    def credentials(self) -> Credentials:
        """The asker's files; raises `ConfigurationError` naming what is missing."""
        texts = self.texts()
        for key in ("collector", "ca", "certificate", "key"):
            if getattr(self, key) in ("", _NOT_GIVEN):
                variable = f"WOLKENZICHT_{key.upper()}"
                raise ConfigurationError(
                    texts.error("missing", what=key, flag=f"--{key}", variable=variable, key=key)
                )
        return Credentials(self.ca, self.certificate, self.key)


def find(flags: Mapping[str, object], path: Path | None) -> AskerSettings:
    """The settings in force; `path` None looks in the working directory, then in the user's own folder.

    Raises `ConfigurationError`.
    """
    return settings.load(path or _existing(), AskerSettings, flags=flags)


def _existing() -> Path | None:
    own = Path(os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config") / "wolkenzicht"
    return next((each for each in (Path(FILE_NAME), own / FILE_NAME) if each.is_file()), None)
