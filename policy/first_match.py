"""Which rule of a list holds for an asset: those of its provider and type in order, the first that does."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from typing import Generic, NamedTuple, Protocol, TypeVar

from policy.asset_facts import ASSET, PROPERTIES, TAGS, properties_of, reader
from policy.language.answers import Frame, Pair, Witness, elements
from policy.language.expression import Expression
from policy.words import fold
from wolkenzicht.model import Asset

_KINDS_REMEMBERED = 1024
_PROVIDER, _TYPE = ASSET.positions["provider"], ASSET.positions["type"]
_TAGS, _PROPERTIES = ASSET.positions[TAGS], ASSET.positions[PROPERTIES]


class HasCondition(Protocol):
    """A rule with a condition."""

    @property
    def when(self) -> Expression:
        """When it holds."""
        ...


RuleT = TypeVar("RuleT", bound=HasCondition)


#: What the rules of a provider and type read of an asset, but tags: provider, type, variables, properties.
#: Alike facts have alike outcomes. A plain tuple, for one is made for every asset.
Facts = tuple[str, str, object, tuple[tuple[str, str], ...]]


class Match(NamedTuple, Generic[RuleT]):
    """The rule that holds, and what shows that: paths of facts with their values."""

    rule: RuleT
    witnesses: tuple[Witness, ...]


class _Place(NamedTuple):
    """Where a frame holds a variable, and how its value is compared."""

    position: int
    folded: bool


class _Concerned(NamedTuple, Generic[RuleT]):
    """The rules that can hold for a provider and type, and what they read."""

    rules: tuple[RuleT, ...]
    names: tuple[str, ...]
    read: Callable[[Asset], object]
    places: tuple[_Place, ...]
    #: The same where none of the properties that are read is there.
    bare_read: Callable[[Asset], object]
    bare_places: tuple[_Place, ...]
    property_keys: frozenset[str] | None
    #: What every evaluation starts from.
    frame: Frame


class FirstMatch(Generic[RuleT]):
    """An ordered list of rules, found by provider and type."""

    def __init__(self, rules: Sequence[RuleT]) -> None:
        self.rules = tuple(rules)
        #: The folded keys of the tags that any rule reads; None for all.
        self.tag_keys = _keys(self.rules, TAGS)
        #: The folded values likewise: a tag decides nothing where its value is none of these.
        self.tag_values = _values(self.rules, TAGS)
        self._concerned = lru_cache(maxsize=_KINDS_REMEMBERED)(self._find)

    def facts(self, asset: Asset) -> Facts | None:
        """What is read of an asset besides its tags; None where no rule is about its provider and type."""
        found = self._concerned(asset.provider, asset.type)
        if not found.rules:
            return None
        keys = found.property_keys
        read: tuple[tuple[str, str], ...] = ()
        if keys is None:
            read = tuple(sorted(asset.properties))
        elif keys and asset.properties:
            pairs = [pair for pair in asset.properties if pair[0] in keys]
            if len(pairs) > 1:
                pairs.sort()
            read = tuple(pairs)
        values = found.read(asset) if read else found.bare_read(asset)
        return asset.provider, asset.type, values, read

    def reads(self, provider: str, kind: str) -> tuple[tuple[str, ...], frozenset[str] | None]:
        """The variables and properties that rules of a provider and type read; None for all properties."""
        found = self._concerned(provider, kind)
        return found.names, found.property_keys

    def first(self, facts: Facts | None, tags: Sequence[Pair]) -> Match[RuleT] | None:
        """The first rule that holds; `tags` may leave out those that no rule reads."""
        if facts is None:
            return None
        provider, kind, read, properties = facts
        found = self._concerned(provider, kind)
        frame = found.frame.copy()
        frame[_TAGS] = elements(tags)
        places = found.bare_places
        if properties:
            frame[_PROPERTIES], places = elements(properties_of(properties)), found.places
        values = read if isinstance(read, tuple) else (read,)
        for (position, folded), value in zip(places, values, strict=True):
            frame[position] = fold(value) if folded else value
        witnesses: list[Witness] = []
        for rule in found.rules:
            if rule.when.rest(frame, witnesses) is True:
                return Match(rule, tuple(dict.fromkeys(witnesses)) or _named(rule.when, frame))
        return None

    def _find(self, provider: str, kind: str) -> _Concerned[RuleT]:
        rules = tuple(each for each in self.rules if each.when.concerns.admits(provider, kind))
        names, bare = _names(rules), _names(rules, besides=PROPERTIES)
        frame: Frame = [""] * len(ASSET.positions) + [None] * max(
            (each.when.slots for each in rules), default=0
        )
        frame[_PROVIDER], frame[_TYPE] = provider, kind
        frame[_PROPERTIES] = elements(())
        keys = _keys(rules, PROPERTIES)
        return _Concerned(
            rules, names, reader(names), _places(names), reader(bare), _places(bare), keys, frame
        )


def _places(names: Iterable[str]) -> tuple[_Place, ...]:
    return tuple(_Place(ASSET.positions[name], ASSET.by_path[name].folded) for name in names)


def _keys(rules: Iterable[HasCondition], path: str) -> frozenset[str] | None:
    return _union(each.when.reads.keys.get(path, frozenset()) for each in rules)


def _values(rules: Iterable[HasCondition], path: str) -> frozenset[str] | None:
    return _union(each.when.reads.values.get(path, frozenset()) for each in rules)


def _union(parts: Iterable[frozenset[str] | None]) -> frozenset[str] | None:
    found: set[str] = set()
    for each in parts:
        if each is None:
            return None
        found |= each
    return frozenset(found)


def _names(rules: Iterable[HasCondition], besides: str | None = None) -> tuple[str, ...]:
    """The variables that rules read, but those that are asked of the elements of a list alone."""
    read = {name for each in rules for name, lists in each.when.reads.names.items() if lists != {besides}}
    return tuple(name for name in ASSET.positions if name in read - {"provider", "type"})


def _named(expression: Expression, frame: Sequence[object]) -> tuple[Witness, ...]:
    """Where no tag or property shows it, the variables do."""
    values = ((name, str(frame[ASSET.positions[name]])) for name in expression.names)
    return tuple((name, value) for name, value in values if value)
