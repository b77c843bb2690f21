"""Which systems a CSV file of the register names, each word checked against the vocabulary."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import date

from collector.commands import csv_files
from collector.store.base import System
from collector.store.base.places import OPERATIONS, places_of
from policy.context import SystemEntry
from policy.ruleset import Policy
from policy.words import fold
from wolkenzicht.errors import ConfigurationError

REQUIRED = ("organisation", "system", "name")
#: What the register says of a system, in words of the vocabulary.
SAID = ("material", "personal_data", "base_registry", "tbb", "marking")
OPTIONAL = (*SAID, *OPERATIONS, "contract", "source")

#: The kinds of words that each column may have.
_WORDS = {
    "personal_data": ("special_personal_data",),
    "base_registry": ("base_registry", "base_registry_source", "no_base_registry"),
    "tbb": ("tbb_1_to_3", "other_tbb"),
    "marking": ("state_secret", "other_marking"),
}
_SEPARATORS = re.compile(r"[\s,;]+")
_LONGEST = 500
_EXAMPLES_SHOWN = 6


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads files of the register by the words and countries of a policy.

    `organisations` are those that the store has; `since` is the day from which the entries hold.
    """

    policy: Policy
    organisations: Collection[str]
    since: date

    def read(self, name: str, text: str) -> list[System]:
        """The systems in a CSV text; raises `ConfigurationError` naming file, line and column."""
        found: list[System] = []
        lines: dict[tuple[str, str], int] = {}
        rows = csv_files.rows(
            name, text, required=REQUIRED, optional=OPTIONAL, example=(*REQUIRED, "material", "source")
        )
        for line, row in rows:

            def fault(column: str, message: str, line: int = line) -> ConfigurationError:
                return ConfigurationError(f"{name}:{line}: column {column}: {message}")

            found.append(self._system(row, fault))
            key = (row["organisation"], fold(row["system"]))
            if key in lines:
                raise fault(
                    "system", f"{row['system']!r} stands on line {lines[key]} as well; keep one of the two"
                )
            lines[key] = line
        return found

    def _system(self, row: csv_files.Row, fault: Callable[[str, str], ConfigurationError]) -> System:
        for column, text in row.items():
            if len(text) > _LONGEST:
                raise fault(column, f"is longer than {_LONGEST} characters; shorten it")
            if not text.isprintable():
                raise fault(column, "holds a sign that cannot be printed; remove it")
        for column in REQUIRED:
            if not row[column]:
                raise fault(column, "is empty; fill it in")
        organisation, system, contract = row["organisation"], row["system"], row.get("contract", "")
        if organisation not in self.organisations:
            raise fault("organisation", f"{organisation!r} is no organisation here; import it first")
        for column in SAID:
            self._check_word(column, row.get(column, ""), fault)
        places = tuple(
            (column, countries)
            for column in OPERATIONS
            if (countries := self._countries(column, row.get(column, ""), fault))
        )
        if places and not contract:
            raise fault("contract", f"is empty, but {places[0][0]} is not; name the contract that proves it")
        entry = SystemEntry(
            system=system,
            name=row["name"],
            organisation=organisation,
            **{column: row.get(column, "") for column in SAID},
            places=places_of(organisation, system, places, contract),
            source=row.get("source", ""),
        )
        return System(entry, places, contract, self.since)

    def _check_word(self, column: str, word: str, fault: Callable[[str, str], ConfigurationError]) -> None:
        vocabulary = self.policy.settings.vocabulary
        if column == "material":
            known = frozenset().union(*vocabulary.material_words.values())
        else:
            known = frozenset().union(*(vocabulary.words[kind] for kind in _WORDS[column]))
        if column == "personal_data":
            known |= vocabulary.no_personal_data | vocabulary.words["base_registry"]
        if word and fold(word) not in known:
            some = ", ".join(sorted(known, key=lambda each: (len(each), each))[-_EXAMPLES_SHOWN:])
            raise fault(column, f"{word[:60]!r} is not a known word; write one of settings.toml, as {some}")

    def _countries(
        self, column: str, text: str, fault: Callable[[str, str], ConfigurationError]
    ) -> tuple[str, ...]:
        found = []
        for code in filter(None, _SEPARATORS.split(text)):
            country = self.policy.locations.country_of(code)
            if country is None:
                raise fault(column, f"{code[:20]!r} is no country code; write codes such as NL, IE")
            found.append(country)
        return tuple(sorted(set(found)))
