"""What an asker reads, in Dutch or English: one file of texts per language, chosen once per command."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

LANGUAGES = ("nl", "en")

#: Where a terminal's language stands, the first that is set wins (POSIX, Base Definitions 8.2).
_LOCALE_VARIABLES = ("LC_ALL", "LC_MESSAGES", "LANG")


@dataclass(frozen=True, slots=True)
class Texts:
    """The texts of one language, by section and key."""

    language: str
    sections: Mapping[str, Mapping[str, str]]

    def line(self, key: str, /, **values: object) -> str:
        """A line of the section `line`, its places filled in."""
        return self.sections["line"][key].format(**values)

    def error(self, key: str, /, **values: object) -> str:
        """An error: what is wrong and what to do."""
        return self.sections["error"][key].format(**values)

    def heading(self, key: str) -> str:
        """The heading of a column or a field."""
        return self.sections["heading"][key]

    def word(self, section: str, value: str) -> str:
        """The word for a value of the contract; a value that is newer than this command stays as it is."""
        return self.sections[section].get(value, value)

    def number(self, key: str, count: int) -> str:
        """A number with its noun in the singular or plural: "1 blind spot", "17 blind spots"."""
        form = "one" if count == 1 else "many"
        return f"{count} {self.sections['noun'][f'{key}_{form}']}"


@cache
def load(language: str) -> Texts:
    """The texts of `nl` or `en`."""
    content = (files("collector.client.texts") / f"{language}.toml").read_text("utf-8")
    return Texts(language, tomllib.loads(content))


def default_language(environ: Mapping[str, str]) -> str:
    """Dutch where the terminal is Dutch, else English."""
    chosen = next((environ[name] for name in _LOCALE_VARIABLES if environ.get(name)), "")
    return "nl" if chosen.lower().startswith("nl") else "en"
