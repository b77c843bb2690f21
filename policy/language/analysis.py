"""What can be told of an expression without an asset: its cost, what it reads, and of which assets it is."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from policy.language.nodes import (
    And,
    Call,
    Choice,
    Compare,
    Element,
    ExpressionError,
    Literal,
    Node,
    Not,
    Or,
    Place,
    Quantified,
    Variable,
)
from policy.language.schema import Schema

#: So many tags, and so many properties, an asset is taken to have: twice what the clouds allow.
ELEMENTS = 100
#: The steps that one expression may take at the most.
DEAREST = 10_000

_OPPOSITE = {"==": "!=", "!=": "==", "<": ">=", ">=": "<", ">": "<=", "<=": ">"}


@dataclass(frozen=True, slots=True)
class Reads:
    """The variables that an expression reads; of each list the keys that matter, None where all do.

    `values` are likewise those of elements; an element matters where both its key and its value do.
    For each variable `names` has the lists of whose elements it is asked, and "" where it stands by itself:
    what is asked of elements alone does not matter where there are none.
    """

    names: Mapping[str, frozenset[str]]
    keys: Mapping[str, frozenset[str] | None]
    values: Mapping[str, frozenset[str] | None]


@dataclass(frozen=True, slots=True)
class Concerns:
    """Of which assets an expression can hold at all, as far as its outermost conditions tell.

    None means any; `deep` that the asset's own properties must have been read.
    """

    providers: frozenset[str] | None = None
    types: frozenset[str] | None = None
    not_types: frozenset[str] = frozenset()
    deep: bool = False

    def admits(self, provider: str, kind: str) -> bool:
        """Whether it can hold of an asset of a provider and type."""
        return (
            (self.providers is None or provider in self.providers)
            and (self.types is None or kind in self.types)
            and kind not in self.not_types
        )


def simplified(node: Node, *, holds: bool = True) -> Node:  # noqa: PLR0911  # a case for each kind
    """The same with every negation at a single comparison, variable or function; `holds` False: its opposite.

    These laws are those of three values too. It lets the evidence of what does not hold be found.
    """
    match node:
        case Not():
            return simplified(node.operand, holds=not holds)
        case And() | Or():
            parts = tuple(simplified(each, holds=holds) for each in node.parts)
            either = isinstance(node, Or) is holds
            return Or(parts, node.place) if either else And(parts, node.place)
        case Choice():
            return replace(
                node,
                condition=simplified(node.condition),
                then=simplified(node.then, holds=holds),
                otherwise=simplified(node.otherwise, holds=holds),
            )
        case Quantified():
            return replace(node, every=node.every is holds, body=simplified(node.body, holds=holds))
        case Literal() if isinstance(node.value, bool):
            return replace(node, value=node.value is holds)
        case Compare():
            node = replace(node, left=_side(node.left), right=_side(node.right))
            if holds:
                return node
            opposite = _OPPOSITE.get(node.operator)
            return Not(node, node.place) if opposite is None else replace(node, operator=opposite)
        case _:
            return node if holds else Not(node, node.place)


def _side(node: Node) -> Node:
    """A side of a comparison, which may itself be a condition."""
    if isinstance(node, Not | And | Or | Choice | Quantified | Compare):
        return simplified(node)
    return node


def cost(node: Node, schema: Schema) -> int:
    """The most steps that it takes for any asset; raises `ExpressionError` where these are too many."""
    steps = _cost(node, {each.name: each.cost for each in schema.callable})
    if steps > DEAREST:
        place = _dearest(node) or node.place
        raise ExpressionError(
            place, f"may take {steps} steps, more than {DEAREST}; nest fewer exists and all in each other"
        )
    return steps


def _cost(node: Node, prices: Mapping[str, int]) -> int:
    own = prices[node.function] if isinstance(node, Call) else 1
    inner = sum(_cost(each, prices) for each in children(node))
    return own + (inner * _size(node) if isinstance(node, Quantified) else inner)


def _size(node: Quantified) -> int:
    words = node.over.value if isinstance(node.over, Literal) else None
    return len(words) if isinstance(words, tuple) else ELEMENTS


def _dearest(node: Node) -> Place | None:
    """The innermost quantifier of those that lie in each other."""
    if isinstance(node, Quantified):
        return _dearest(node.body) or node.place
    return next((place for each in children(node) if (place := _dearest(each))), None)


def children(node: Node) -> Iterable[Node]:  # noqa: PLR0911  # a case for each kind
    """The parts of a node, in order."""
    match node:
        case And() | Or():
            return node.parts
        case Not():
            return (node.operand,)
        case Compare():
            return (node.left, node.right)
        case Call():
            return node.arguments
        case Choice():
            return (node.condition, node.then, node.otherwise)
        case Quantified():
            return (node.body,)
        case _:
            return ()


def reads(node: Node, schema: Schema) -> Reads:
    """What a simplified expression reads."""
    names: dict[str, frozenset[str]] = {}
    keys: dict[str, frozenset[str] | None] = {}
    values: dict[str, frozenset[str] | None] = {}
    for each, within in _with_lists(node, ""):
        if isinstance(each, Quantified) and isinstance(each.over, Variable):
            _add(keys, each.over.path, deciding_keys(each))
            _add(values, each.over.path, _deciding_values(each))
        elif isinstance(each, Variable) and schema.by_path[each.path].type.element is None:
            names[each.path] = names.get(each.path, frozenset()) | {within}
        elif isinstance(each, Variable):
            _add(keys, each.path, None)
            _add(values, each.path, None)
    return Reads(names, keys, values)


def _add(keys: dict[str, frozenset[str] | None], path: str, more: frozenset[str] | None) -> None:
    known = keys.get(path, frozenset())
    keys[path] = None if known is None or more is None else known | more


def _with_lists(node: Node, within: str) -> Iterable[tuple[Node, str]]:
    """Every part, with the outermost list of whose elements it is asked."""
    yield node, within
    if isinstance(node, Quantified) and isinstance(node.over, Variable):
        within = within or node.over.path
    for each in children(node):
        yield from _with_lists(each, within)


def deciding_keys(node: Quantified) -> frozenset[str] | None:
    """The keys of the elements that can decide it; None where any element can."""
    return _words(node.body, (node.slot, 0), outcome=node.every)


def _deciding_values(node: Quantified) -> frozenset[str] | None:
    """The values of the elements that can decide it; None where any element can.

    Of `all` any can: that a key is not there is told too.
    """
    return None if node.every else _words(node.body, (node.slot, 1), outcome=False)


def _words(  # noqa: PLR0911  # a case for each kind
    node: Node, part: tuple[int, int], *, outcome: bool
) -> frozenset[str] | None:
    """Words of a part of an element outside which `node` always has this outcome; None where nobody can tell.

    The part is the slot of the element and the number of its field.
    """
    match node:
        case Literal() if node.value is outcome:
            return frozenset()
        case And() | Or():
            found = [_words(each, part, outcome=outcome) for each in node.parts]
            known = [each for each in found if each is not None]
            if isinstance(node, Or) is outcome:
                # One part with the outcome is enough.
                return min(known, key=len) if known else None
            return frozenset[str]().union(*known) if len(known) == len(found) else None
        case Not():
            return _words(node.operand, part, outcome=not outcome)
        case Compare() if _is_part(node.left, part):
            return _compared_words(node.operator, node.right, outcome=outcome)
        case Compare() if _is_part(node.right, part) and node.operator in ("==", "!="):
            return _compared_words(node.operator, node.left, outcome=outcome)
        case _:
            return None


def _is_part(node: Node, part: tuple[int, int]) -> bool:
    return isinstance(node, Element) and (node.slot, node.part) == part


def _compared_words(operator: str, other: Node, *, outcome: bool) -> frozenset[str] | None:
    if operator not in (("!=",) if outcome else ("==", "in")) or not isinstance(other, Literal):
        return None
    words = other.value if isinstance(other.value, tuple) else (other.value,)
    return frozenset(each for each in words if isinstance(each, str))


def concerns(node: Node) -> tuple[Concerns, Node]:
    """Of which assets a simplified expression can hold, and what is left to ask of those."""
    found, left = Concerns(), []
    for part in node.parts if isinstance(node, And) else (node,):
        narrowed = _narrowed(found, part)
        if narrowed is None:
            left.append(part)
        else:
            found = narrowed
            if narrowed.deep and _asks_depth(part):
                left.append(part)
    if not left:
        return found, Literal(True, node.place)  # noqa: FBT003  # nothing is left to ask
    return found, left[0] if len(left) == 1 else And(tuple(left), node.place)


def _asks_depth(part: Node) -> bool:
    return isinstance(part, Compare) and part.left == Variable("depth", part.left.place)


def _narrowed(known: Concerns, part: Node) -> Concerns | None:  # noqa: PLR0911  # a case for each kind
    """The concerns with what this condition adds, None where it is about something else."""
    negated = isinstance(part, Not)
    compare = part.operand if isinstance(part, Not) else part
    if not isinstance(compare, Compare) or not isinstance(compare.left, Variable):
        return None
    if not isinstance(compare.right, Literal) or compare.operator not in ("==", "!=", "in"):
        return None
    value = compare.right.value
    words = frozenset(
        each for each in (value if isinstance(value, tuple) else (value,)) if isinstance(each, str)
    )
    unlike = negated or compare.operator == "!="
    match compare.left.path, unlike:
        case "provider", False:
            return replace(known, providers=_both(known.providers, words))
        case "type", False:
            return replace(known, types=_both(known.types, words))
        case "type", True:
            return replace(known, not_types=known.not_types | words)
        case "depth", False if words == {"deep"}:
            return replace(known, deep=True)
        case _:
            return None


def _both(known: frozenset[str] | None, words: frozenset[str]) -> frozenset[str]:
    return words if known is None else known & words


def asks_for_absence(node: Node, path: str) -> bool:
    """Whether a simplified expression can hold because a list lacks something."""
    match node:
        case And() | Or():
            return any(asks_for_absence(each, path) for each in node.parts)
        case Choice():
            # Which side counts turns on the condition, so it counts both ways.
            sides = (node.then, node.otherwise)
            return _mentions(node.condition, path) or any(asks_for_absence(each, path) for each in sides)
        case Quantified() if isinstance(node.over, Variable) and node.over.path == path:
            return node.every or asks_for_absence(node.body, path)
        case Quantified():
            return asks_for_absence(node.body, path)
        case _:
            return _mentions(node, path)


def _mentions(node: Node, path: str) -> bool:
    over = node.over if isinstance(node, Quantified) else node
    if isinstance(over, Variable) and over.path == path:
        return True
    return any(_mentions(each, path) for each in children(node))
