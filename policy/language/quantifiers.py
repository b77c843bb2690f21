"""How `exists` and `all` go through a list, and which element, or key that is not set, shows the answer."""

from __future__ import annotations

from collections.abc import Iterable

from policy.language.answers import NOT_SET, Answer, Condition, Frame, Pair, Unknown, Value, Witness
from policy.language.element_tests import Test


def exists(position: int, test: Test, path: str, keys: frozenset[str] | None) -> Condition:
    """Whether a pair passes a test; outside `keys` none does, where these are known."""
    prefix = f"{path}."

    def holds(frame: Frame, witnesses: list[Witness]) -> Answer:
        pairs, present, _ = frame[position]
        if keys is not None and keys.isdisjoint(present):
            return False
        for pair in pairs:
            if test(pair):
                witnesses.append((prefix + pair[2], pair[3]))
                return True
        return False

    return holds


def exists_key(position: int, keys: frozenset[str], test: Test, path: str) -> Condition:
    """Whether one of these keys has a value of which more is asked."""
    prefix = f"{path}."

    def holds(frame: Frame, witnesses: list[Witness]) -> Answer:
        pairs, present, _ = frame[position]
        if keys.isdisjoint(present):
            return False
        for pair in pairs:
            if pair[0] in keys and test(pair):
                witnesses.append((prefix + pair[2], pair[3]))
                return True
        return False

    return holds


def exists_word(position: int, keys: frozenset[str], words: frozenset[str], path: str) -> Condition:
    """The most usual question by far: whether one of these keys has one of these values."""
    prefix = f"{path}."

    def holds(frame: Frame, witnesses: list[Witness]) -> Answer:
        pairs, present, values = frame[position]
        if keys.isdisjoint(present) or words.isdisjoint(values):
            return False
        for pair in pairs:
            if pair[1] in words and pair[0] in keys:
                witnesses.append((prefix + pair[2], pair[3]))
                return True
        return False

    return holds


def every_pair(position: int, test: Test, path: str, keys: frozenset[str] | None) -> Condition:
    """Whether all pairs pass a test."""

    def holds(frame: Frame, witnesses: list[Witness]) -> Answer:
        pairs, present, _ = frame[position]
        for pair in pairs:
            if not test(pair):
                return False
        witnesses.extend(_not_set(path, keys, present))
        return True

    return holds


def _not_set(path: str, keys: frozenset[str] | None, present: frozenset[str]) -> Iterable[Witness]:
    """The keys that would decide and are on no element: that shows it too."""
    return ((f"{path}.{key}", NOT_SET) for key in sorted((keys or frozenset()) - present))


def quantified_pairs(
    position: int, slot: int, body: Condition, path: str, keys: frozenset[str] | None, *, every: bool
) -> Condition:
    """Over pairs, where the body asks for more than the pair itself."""
    inner = quantified(lambda frame: frame[position][0], slot, body, every=every)

    def holds(frame: Frame, witnesses: list[Witness]) -> Answer:
        before = len(witnesses)
        found = inner(frame, witnesses)
        if found is True and every:
            witnesses.extend(_not_set(path, keys, frame[position][1]))
        elif found is True:
            pair: Pair = frame[slot]
            witnesses.insert(before, (f"{path}.{pair[2]}", pair[3]))
        return found

    return holds


def quantified(over: Value, slot: int, body: Condition, *, every: bool) -> Condition:
    """Over any list; where `exists` holds the frame keeps the element, and the body's witnesses stay."""

    def holds(frame: Frame, witnesses: list[Witness]) -> Answer:
        before = len(witnesses)
        unknown: Unknown | None = None
        for element in over(frame):
            frame[slot] = element
            found = body(frame, witnesses)
            if found is not every and isinstance(found, bool):
                if every:
                    del witnesses[before:]
                return found
            del witnesses[before:]
            if isinstance(found, Unknown):
                unknown = found.and_also(unknown)
        return every if unknown is None else unknown

    return holds
