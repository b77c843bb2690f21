"""Which rule of a list holds for an asset: those of its provider and type in order, the first that does."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from typing import Generic, NamedTuple, Protocol, TypeVar

from policy.asset_facts import ASSET, PROPERTIES, TAGS, compared, properties_of, reader
from policy.language.compiler import Frame, Pair, Witness, elements
from policy.language.expression import Expression
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


class Facts(NamedTuple):
    """What the rules of a provider and type read of an asset besides its tags: alike facts, alike outcome."""

    provider: str
    type: str
    values: object
    properties: tuple[tuple[str, str], ...]


class Match(NamedTuple, Generic[RuleT]):
    """The rule that holds, and what shows that: paths of facts with their values."""

    rule: RuleT
    witnesses: tuple[Witness, ...]


class _Concerned(NamedTuple, Generic[RuleT]):
    """The rules that can hold for a provider and type, and what they read."""

    rules: tuple[RuleT, ...]
    names: tuple[str, ...]
    read: Callable[[Asset], object]
    #: The same where none of the properties that are read is there.
    bare_names: tuple[str, ...]
    bare_read: Callable[[Asset], object]
    property_keys: frozenset[str] | None
    #: What every evaluation starts from.
    frame: Frame


class FirstMatch(Generic[RuleT]):
    """An ordered list of rules, found by provider and type."""

    def __init__(self, rules: Sequence[RuleT]) -> None:
        self.rules = tuple(rules)
        #: The folded keys of the tags that any rule reads; None for all.
        self.tag_keys = _keys(self.rules, TAGS)
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
        return Facts(asset.provider, asset.type, values, read)

    def first(self, facts: Facts | None, tags: Sequence[Pair]) -> Match[RuleT] | None:
        """The first rule that holds; `tags` may leave out those that no rule reads."""
        if facts is None:
            return None
        found = self._concerned(facts.provider, facts.type)
        frame = found.frame.copy()
        frame[_TAGS], frame[_PROPERTIES] = elements(tags), elements(properties_of(facts.properties))
        names = found.names if facts.properties else found.bare_names
        values = facts.values if isinstance(facts.values, tuple) else (facts.values,)
        for name, value in zip(names, values, strict=True):
            frame[ASSET.positions[name]] = compared(name, value)
        witnesses: list[Witness] = []
        for rule in found.rules:
            if rule.when.rest(frame, witnesses) is True:
                return Match(rule, tuple(dict.fromkeys(witnesses)) or _named(rule.when, frame))
        return None

    def _find(self, provider: str, kind: str) -> _Concerned[RuleT]:
        rules = tuple(each for each in self.rules if each.when.concerns.admits(provider, kind))
        names = _names(rules)
        bare = _names(rules, besides=PROPERTIES)
        slots = max((each.when.slots for each in rules), default=0)
        frame: Frame = [""] * len(ASSET.positions) + [None] * slots
        frame[_PROVIDER], frame[_TYPE] = provider, kind
        return _Concerned(rules, names, reader(names), bare, reader(bare), _keys(rules, PROPERTIES), frame)


def _keys(rules: Iterable[HasCondition], path: str) -> frozenset[str] | None:
    keys: set[str] = set()
    for each in rules:
        found = each.when.reads.keys.get(path, frozenset())
        if found is None:
            return None
        keys |= found
    return frozenset(keys)


def _names(rules: Iterable[HasCondition], besides: str | None = None) -> tuple[str, ...]:
    """The variables that rules read, but those that are asked of the elements of a list alone."""
    read = {name for each in rules for name, lists in each.when.reads.names.items() if lists != {besides}}
    return tuple(name for name in ASSET.positions if name in read - {"provider", "type"})


def _named(expression: Expression, frame: Sequence[object]) -> tuple[Witness, ...]:
    """Where no tag or property shows it, the variables do."""
    values = ((name, str(frame[ASSET.positions[name]])) for name in expression.names)
    return tuple((name, value) for name, value in values if value)
