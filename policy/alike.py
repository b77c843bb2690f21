"""Which assets are alike in all that the rules read of them: these share one verdict."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

from policy.asset_facts import fold_key, reader
from policy.first_match import FirstMatch
from wolkenzicht.model import Asset, Certainty, Verdict

#: So many verdicts, and keys of tags, are kept ready.
_VERDICTS = 4096
_TAG_KEYS = 4096
_KINDS = 1024
#: After so many assets that were alike to none, the next ones are not compared, so many times as many.
_TRIED, _RESTED = 2048, 4
#: Read of every asset: whose law reaches it, and what an inventory says of its use.
_ALWAYS = ("partition", "location", "declared.material")


class _Read(NamedTuple):
    """What is read of the assets of one provider and type; `properties` is None for all."""

    values: Callable[[Asset], object]
    properties: frozenset[str] | None


class Alike:
    """The verdicts of assets about which nobody said anything elsewhere, by all that was read of them."""

    def __init__(self, rules: Sequence[FirstMatch[Any]], tag_keys: Iterable[str]) -> None:
        """`tag_keys` are the folded keys of tags that are read besides those that rules read."""
        self._rules = rules
        self._tag_keys: frozenset[str] | None = frozenset(tag_keys)
        for each in rules:
            keys = each.tag_keys
            self._tag_keys = None if keys is None or self._tag_keys is None else self._tag_keys | keys
        self._matters = lru_cache(maxsize=_TAG_KEYS)(self.tag_matters)
        self._read_of = lru_cache(maxsize=_KINDS)(self._find)
        self._verdicts: dict[tuple[object, ...], Verdict] = {}
        self._found = self._kept = self._resting = 0

    def pays(self) -> bool:
        """Whether comparing is worth its time: not where hardly any asset is like another, for a while."""
        if not self._resting:
            return True
        self._resting -= 1
        return False

    def key(self, asset: Asset, takeovers: tuple[str, ...]) -> tuple[object, ...]:
        """What was read of an asset; `takeovers` are those that touch it."""
        values, keys = self._read_of(asset.provider, asset.type)
        matters, unknown = self._matters, Certainty.UNKNOWN
        tags = [pair for pair in asset.tags if matters(pair[0])]
        if len(tags) > 1:
            tags.sort()
        properties: Sequence[tuple[str, str]] = ()
        if keys is None or keys:
            properties = [pair for pair in asset.properties if keys is None or pair[0] in keys]
            if len(properties) > 1:
                properties.sort()
        # The text of an operation, and not the member: that one's hash is computed in Python.
        places = [
            (each.operation._value_, each.location, each.certainty is unknown, each.declared_countries)
            for each in asset.locations
        ]
        read = values(asset), tuple(places), tuple(tags), tuple(properties)
        return asset.provider, asset.type, takeovers, read

    def verdict(self, key: tuple[object, ...]) -> Verdict | None:
        """The verdict on assets of which this was read; None where there was none lately."""
        found = self._verdicts.get(key)
        if found is not None:
            self._found += 1
        return found

    def keep(self, key: tuple[object, ...], verdict: Verdict) -> None:
        """Have a verdict ready for the next asset that is alike."""
        if len(self._verdicts) >= _VERDICTS:
            self._verdicts.clear()
        self._verdicts[key] = verdict
        self._kept += 1
        if self._kept >= _TRIED:
            self._resting = 0 if self._found >= self._kept else _TRIED * _RESTED
            self._found = self._kept = 0

    def tag_matters(self, key: str) -> bool:
        """Whether the tags with a key are read."""
        return self._tag_keys is None or fold_key(key) in self._tag_keys

    def reads(self, provider: str, kind: str) -> tuple[tuple[str, ...], frozenset[str] | None]:
        """The variables and properties that are read of a provider's type; None for all properties."""
        names = list(_ALWAYS)
        properties: frozenset[str] | None = frozenset()
        for each in self._rules:
            read, keys = each.reads(provider, kind)
            names += read
            properties = None if keys is None or properties is None else properties | keys
        return tuple(dict.fromkeys(names)), properties

    def _find(self, provider: str, kind: str) -> _Read:
        names, properties = self.reads(provider, kind)
        return _Read(reader(names), properties)
