"""Which kept assets are alike in all that rules and findings read of them, told from their messages."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from functools import lru_cache
from operator import attrgetter
from typing import NamedTuple

from policy import leaving
from policy.ruleset import Policy
from policy.words import fold
from wolkenzicht import wire
from wolkenzicht.model import Certainty
from wolkenzicht.v1 import asset_pb2

_REMEMBERED = 4096
#: Read for findings, whatever the rules read.
_ALWAYS = ("holds", "declared.personal_data")
_UNKNOWN = wire.CERTAINTIES.encode[Certainty.UNKNOWN]


class _Read(NamedTuple):
    """What is read of the assets of one provider and type; `properties` is None for all."""

    values: Callable[[asset_pb2.Asset], object]
    properties: frozenset[str] | None


class Likeness:
    """What a policy reads of an asset about which nobody said anything elsewhere.

    Read from the message, for decoding an asset takes longer than all else that judging it again needs.
    """

    def __init__(self, policy: Policy) -> None:
        self._law = policy.jurisdictions.of
        self._alike = policy.alike
        self._personal = policy.settings.personal_data_tags
        self._matters = lru_cache(maxsize=_REMEMBERED)(self._tag_matters)
        self._read_of = lru_cache(maxsize=_REMEMBERED)(self._find)

    def of(self, asset: asset_pb2.Asset) -> Hashable:
        """Equal for two assets only where verdict and findings are.

        But for what the findings tell of people's statements: these read more. Raises `ContractError`.
        """
        provider, kind, matters = asset.provider, asset.type, self._matters
        read = self._read_of(provider, kind)
        law = self._law(provider, asset.partition, asset.location)
        places = [
            (each.operation, each.location, each.certainty == _UNKNOWN, *each.declared_countries)
            for each in asset.locations
        ]
        tags = asset.tags
        stated = [(key, tags[key]) for key in tags if matters(key)]
        stated.sort()
        taken = law.touching(wire.create_moment(asset)) if law.takeovers else ()
        properties = _properties(asset, read.properties)
        return provider, kind, read.values(asset), tuple(places), tuple(stated), properties, taken

    def _tag_matters(self, key: str) -> bool:
        return self._alike.tag_matters(key) or fold(key) in self._personal

    def _find(self, provider: str, kind: str) -> _Read:
        names, properties = self._alike.reads(provider, kind)
        properties = None if properties is None else properties | leaving.properties_of(kind)
        paths = [each.replace("declared.", "declarations.") for each in dict.fromkeys((*names, *_ALWAYS))]
        return _Read(attrgetter(*paths), properties)


def _properties(asset: asset_pb2.Asset, keys: frozenset[str] | None) -> Sequence[tuple[str, str]]:
    if keys is not None and not keys:
        return ()
    properties = asset.properties
    return tuple([(key, properties[key]) for key in sorted(properties) if keys is None or key in keys])
