"""Whether an expression means something: every name and type against the schema, before it is ever used."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from difflib import get_close_matches

from policy.language.nodes import (
    And,
    Call,
    Choice,
    Compare,
    Element,
    ExpressionError,
    Items,
    Literal,
    Name,
    Node,
    Not,
    Or,
    Place,
    Quantified,
    Select,
    Variable,
)
from policy.language.schema import BOOL, INT, STRING, Field, Function, Schema, Type
from policy.words import fold

#: The words of the lists that a rule file names.
Lists = Mapping[str, tuple[str, ...]]

#: So deep may parts of an expression lie in each other.
DEEPEST = 32

_MACROS = ("exists", "all")
_ORDERED = ("<", "<=", ">", ">=")
_MACRO_ARGUMENTS = 3
#: A list without elements may be of any type.
_NOTHING = Type("nothing")


@dataclass(frozen=True, slots=True)
class _Typed:
    """A node that was understood, with its type and what is known of its values."""

    node: Node
    type: Type
    about: Field | None = None


@dataclass(slots=True)
class Checker:
    """Checks one expression; `slots` counts the elements that it looks at at once, at the most."""

    schema: Schema
    lists: Lists
    slots: int = 0
    _elements: dict[str, tuple[int, Type, Field | None]] = field(default_factory=dict)

    def condition(self, node: Node) -> Node:
        """The expression as it is understood, which must be true or false; raises `ExpressionError`."""
        return self._bool(node, 0)

    def _bool(self, node: Node, depth: int) -> Node:
        found = self._typed(node, depth)
        if found.type is not BOOL:
            raise ExpressionError(
                node.place, f"this is {_a(found.type)}, not a condition; compare it with something"
            )
        return found.node

    def _typed(self, node: Node, depth: int) -> _Typed:  # noqa: C901, PLR0911  # a case for each kind
        if depth > DEEPEST:
            raise ExpressionError(node.place, f"lies more than {DEEPEST} deep; write it flatter")
        inner = depth + 1
        match node:
            case Literal():
                return _Typed(node, _type_of(node.value))
            case Items():
                return self._items(node, inner)
            case Name():
                return self._name(node)
            case Select():
                return self._select(node, inner)
            case Call():
                return self._call(node, inner)
            case Compare():
                return self._compare(node, inner)
            case Not():
                return _Typed(replace(node, operand=self._bool(node.operand, inner)), BOOL)
            case And() | Or():
                return _Typed(
                    replace(node, parts=tuple(self._bool(each, inner) for each in node.parts)), BOOL
                )
            case Choice():
                return self._choice(node, inner)
        raise TypeError(node)

    def _items(self, node: Items, depth: int) -> _Typed:
        found = [self._typed(each, depth) for each in node.items]
        values: list[str | int | bool] = []
        for each in found:
            if not isinstance(each.node, Literal) or isinstance(each.node.value, tuple):
                raise ExpressionError(each.node.place, "a list holds texts, numbers, true or false only")
            if each.type is not found[0].type:
                raise ExpressionError(
                    each.node.place, f"this is {_a(each.type)} in a list of {found[0].type.name}"
                )
            values.append(each.node.value)
        element = found[0].type if found else _NOTHING
        return _Typed(Literal(tuple(values), node.place), Type(f"list({element.name})", element))

    def _name(self, node: Name) -> _Typed:
        name = node.name
        if name in self._elements:
            slot, kind, about = self._elements[name]
            return _Typed(Element(slot, None, node.place), kind, about)
        if name in self.lists:
            return _Typed(Literal(self.lists[name], node.place), Type("list(string)", STRING))
        if name in self.schema.by_path:
            known = self.schema.by_path[name]
            return _Typed(Variable(name, node.place), known.type, known)
        if name in self.schema.things:
            fields = [f"{name}.{each.name}" for each in self.schema.things[name].fields]
            raise ExpressionError(node.place, f"'{name}' is no value; name one of {', '.join(fields)}")
        known_names = [*self._elements, *(each.name for each in self.schema.fields), *sorted(self.lists)]
        raise ExpressionError(node.place, _unknown(name, known_names))

    def _select(self, node: Select, depth: int) -> _Typed:
        if isinstance(node.operand, Name) and node.operand.name not in self._elements:
            thing = self.schema.things.get(node.operand.name)
            if thing is not None:
                path = f"{node.operand.name}.{node.field}"
                known = self.schema.by_path.get(path)
                if known is None:
                    raise ExpressionError(
                        node.place, _unknown(node.field, [each.name for each in thing.fields])
                    )
                return _Typed(Variable(path, node.operand.place), known.type, known)
        found = self._typed(node.operand, depth)
        names = [each.name for each in found.type.fields]
        if not isinstance(found.node, Element) or not names:
            raise ExpressionError(node.place, f"{_a(found.type)} has no fields; remove '.{node.field}'")
        if node.field not in names:
            raise ExpressionError(node.place, _unknown(node.field, names))
        place = names.index(node.field)
        part = found.type.fields[place]
        return _Typed(Element(found.node.slot, place, node.place), part.type, part)

    def _call(self, node: Call, depth: int) -> _Typed:
        if node.method and node.function in _MACROS:
            return self._quantified(node, depth)
        if node.function in _MACROS:
            raise ExpressionError(node.place, f"write it behind the list: tags.{node.function}(t, ...)")
        named = [each for each in self.schema.callable if each.name == node.function]
        if not named:
            known = sorted({each.name for each in self.schema.callable} | set(_MACROS))
            raise ExpressionError(node.place, _unknown(node.function, known))
        arguments = [self._typed(each, depth) for each in node.arguments]
        for function in named:
            if function.method == node.method and _accepts(function, [each.type for each in arguments]):
                _check_words(arguments[0], arguments[1:], whole=False)
                return _Typed(
                    replace(node, arguments=tuple(each.node for each in arguments)), function.result
                )
        given = ", ".join(each.type.name for each in arguments)
        ways = "; ".join(_signature(each) for each in named)
        raise ExpressionError(node.place, f"'{node.function}' does not take ({given}); write {ways}")

    def _quantified(self, node: Call, depth: int) -> _Typed:
        variable = node.arguments[1] if len(node.arguments) == _MACRO_ARGUMENTS else None
        if not isinstance(variable, Name):
            raise ExpressionError(
                node.place, f'write {node.function}(x, condition about x), such as exists(t, t.key == "env")'
            )
        target, _, body = node.arguments
        over = self._typed(target, depth)
        if over.type.element is None or not isinstance(over.node, Variable | Literal):
            raise ExpressionError(node.place, f"'{node.function}' looks through a list, not {_a(over.type)}")
        self._refuse_taken(variable)
        slot = len(self._elements)
        self._elements[variable.name] = (slot, over.type.element, None)
        self.slots = max(self.slots, slot + 1)
        checked = self._bool(body, depth)
        del self._elements[variable.name]
        return _Typed(Quantified(node.function == "all", over.node, slot, checked, node.place), BOOL)

    def _refuse_taken(self, variable: Name) -> None:
        taken = {*self._elements, *self.lists, *(each.name for each in self.schema.fields)}
        if variable.name in taken:
            raise ExpressionError(variable.place, f"'{variable.name}' is taken; use another name")

    def _compare(self, node: Compare, depth: int) -> _Typed:
        left, right = self._typed(node.left, depth), self._typed(node.right, depth)
        if node.operator == "in":
            self._check_membership(node, left, right)
        elif left.type is not right.type or left.type not in (BOOL, INT, STRING):
            raise ExpressionError(
                node.place, f"{_a(left.type)} is not compared with {_a(right.type)}; compare like with like"
            )
        elif node.operator in _ORDERED and left.type is BOOL:
            raise ExpressionError(
                node.place, f"true and false have no order; use == or != for '{node.operator}'"
            )
        whole = node.operator not in _ORDERED
        _check_words(left, [right], whole=whole)
        _check_words(right, [left], whole=whole)
        return _Typed(replace(node, left=left.node, right=right.node), BOOL)

    def _check_membership(self, node: Compare, left: _Typed, right: _Typed) -> None:
        if not isinstance(right.node, Literal) or right.type.element is None:
            raise ExpressionError(
                node.right.place,
                'after \'in\' stands a list of words, such as ["a", "b"] or a name of [lists]',
            )
        if right.type.element is not left.type and right.type.element is not _NOTHING:
            raise ExpressionError(
                node.place, f"{_a(left.type)} is not in a list of {right.type.element.name}"
            )

    def _choice(self, node: Choice, depth: int) -> _Typed:
        return _Typed(
            replace(
                node,
                condition=self._bool(node.condition, depth),
                then=self._bool(node.then, depth),
                otherwise=self._bool(node.otherwise, depth),
            ),
            BOOL,
        )


def _check_words(known: _Typed, others: Collection[_Typed], *, whole: bool) -> None:
    """Refuse a word that could never be found: one that is not folded, or that is no choice of the field."""
    about = known.about
    if about is None:
        return
    for other in others:
        if not isinstance(other.node, Literal):
            continue
        value, place = other.node.value, other.node.place
        for word in value if isinstance(value, tuple) else (value,):
            if isinstance(word, str):
                _check_word(word, about, place, whole=whole)


def _check_word(word: str, about: Field, place: Place, *, whole: bool) -> None:
    if about.folded and fold(word) != (word if whole else word.strip()):
        raise ExpressionError(
            place,
            f"'{word[:40]}' is never found: '{about.name}' is compared in small letters; "
            f"write '{fold(word)[:40]}'",
        )
    if whole and about.choices and word not in about.choices:
        raise ExpressionError(place, f"'{word[:40]}' is not one of {', '.join(about.choices)}")


def _accepts(function: Function, given: list[Type]) -> bool:
    if function.name == "size" and len(given) == 1 and given[0].element is not None:
        return True
    return list(function.parameters) == given


def _signature(function: Function) -> str:
    names = [each.name for each in function.parameters]
    if function.method:
        return f"{names[0]}.{function.name}({', '.join(names[1:])})"
    return f"{function.name}({', '.join(names)})"


def _type_of(value: object) -> Type:
    if isinstance(value, bool):
        return BOOL
    return INT if isinstance(value, int) else STRING


def _a(kind: Type) -> str:
    return "a list" if kind.element is not None else f"a {kind.name}" if kind is not INT else "an int"


def _unknown(name: str, known: Collection[str]) -> str:
    near = get_close_matches(name, known, 1)
    meant = f" (do you mean '{near[0]}'?)" if near else ""
    return f"'{name[:40]}' is not known here{meant}; use {', '.join(known)}"
