"""What evaluation gives and works on: three values, what shows them, and the frame that holds an asset."""

from __future__ import annotations

import operator
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

#: What shows that something holds: the path of a fact, and its value as it was written.
Witness = tuple[str, str]
#: An element of a list of pairs: key and value as they are compared, then as they were written.
Pair = tuple[str, str, str, str]
#: The values of the schema's variables by position (a list as `elements` makes it), then the elements that
#: are being looked at. The checker has proved their types.
Frame = list[Any]

_KEY, _VALUE = operator.itemgetter(0), operator.itemgetter(1)

NOT_SET = "not set"


@dataclass(frozen=True, slots=True)
class Unknown:
    """Not true and not false: it depends on these variables, in the order that they were met."""

    names: tuple[str, ...]

    def and_also(self, other: Unknown | None) -> Unknown:
        """What depends on both."""
        return self if other is None else Unknown(tuple(dict.fromkeys((*other.names, *self.names))))


Answer = bool | Unknown
#: Adds witnesses of what holds; none is left where the answer is false.
Condition = Callable[[Frame, list[Witness]], Answer]
Value = Callable[[Frame], Any]


def elements(pairs: Sequence[Pair]) -> tuple[Sequence[Pair], frozenset[str], frozenset[str]]:
    """A list as a frame holds it: with its keys and its values, to see soon that none is looked for."""
    return pairs, frozenset(map(_KEY, pairs)), frozenset(map(_VALUE, pairs))
