"""How the text of an expression is read: every fault names its line and column, and what to write instead."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from importlib.resources import files

from lark import Lark, Token, Transformer
from lark.exceptions import UnexpectedCharacters, UnexpectedInput, UnexpectedToken, VisitError

from policy.language.nodes import (
    And,
    Call,
    Choice,
    Compare,
    ExpressionError,
    Items,
    Literal,
    Name,
    Node,
    Not,
    Or,
    Place,
    Select,
)

#: Longer is no rule: split it.
LONGEST = 4000

#: The largest number of CEL's `int`.
_LARGEST = 2**63 - 1
_ESCAPE = re.compile(r"\\(u[0-9A-Fa-f]{4}|.)")
_ESCAPES = {"\\": "\\", '"': '"', "'": "'", "n": "\n", "t": "\t", "r": "\r"}
_SURROGATES = range(0xD800, 0xE000)
#: Words that CEL keeps for itself.
_RESERVED = frozenset({
    "as", "break", "const", "continue", "else", "for", "function", "if", "import", "in", "let", "loop",
    "null", "package", "namespace", "return", "var", "void", "while",
})  # fmt: skip
_HINTS = {
    "and": "write && for 'and'",
    "or": "write || for 'or'",
    "not": "write ! for 'not'",
    "=": "write == to compare",
    "&": "write && for 'and'",
    "|": "write || for 'or'",
    **dict.fromkeys("+-*/%", "there is no arithmetic; compare with the number itself"),
    "{": "there are no maps; use a list",
    '"': "the text does not end on its line; close it, and write \\n for a line break",
    "'": "the text does not end on its line; close it, and write \\n for a line break",
}


def parse(text: str) -> Node:
    """The expression as it was written; raises `ExpressionError`."""
    if len(text) > LONGEST:
        raise ExpressionError(
            Place(1, 1), f"has {len(text)} characters; write at most {LONGEST}, or make two rules of it"
        )
    if not text.strip():
        raise ExpressionError(Place(1, 1), 'is empty; write a condition such as type == "AWS::S3::Bucket"')
    try:
        # The tree is made while reading, so that its depth costs no recursion here.
        tree: object = _parser().parse(text)
    except VisitError as error:
        if isinstance(error.orig_exc, ExpressionError):
            raise error.orig_exc from None
        raise
    except UnexpectedInput as error:
        raise _fault(error, text) from error
    return _node(tree)


@lru_cache(maxsize=1)
def _parser() -> Lark:
    grammar = files("policy.language").joinpath("grammar.lark").read_text("utf-8")
    return Lark(grammar, parser="lalr", transformer=_Builder())


def _fault(error: UnexpectedInput, text: str) -> ExpressionError:
    if isinstance(error, UnexpectedToken) and error.token.type != "$END":
        found = str(error.token)
        place = Place(error.line, error.column)
    elif isinstance(error, UnexpectedCharacters):
        found = text[error.pos_in_stream or 0]
        place = Place(error.line, error.column)
    else:
        lines = text.rstrip().split("\n")
        return ExpressionError(
            Place(len(lines), len(lines[-1]) + 1), "something is missing at the end; complete it"
        )
    hint = _HINTS.get(found, "check the operators, brackets and commas before it")
    return ExpressionError(place, f"'{found[:40]}' is not expected here; {hint}")


def _node(value: object) -> Node:
    if not isinstance(value, Node):
        raise TypeError(value)
    return value


def _place(token: Token) -> Place:
    return Place(token.line or 1, token.column or 1)


class _Builder(Transformer[Token, Node]):
    """Makes a node of each rule of the grammar."""

    def name(self, children: Sequence[Token]) -> Node:
        return Name(_named(children[0]), _place(children[0]))

    def text(self, children: Sequence[Token]) -> Node:
        return Literal(_unescaped(children[0]), _place(children[0]))

    def number(self, children: Sequence[Token]) -> Node:
        token = children[0]
        # Compared by length first: Python refuses to read thousands of digits.
        digits = token.lstrip("0") or "0"
        if len(digits) > len(str(_LARGEST)) or int(digits) > _LARGEST:
            raise ExpressionError(_place(token), f"the number is larger than {_LARGEST}; write a smaller one")
        if token != digits:
            raise ExpressionError(_place(token), f"'{token[:40]}' starts with 0; write {digits}")
        return Literal(int(digits), _place(token))

    def yes(self, children: Sequence[Token]) -> Node:
        return Literal(True, _place(children[0]))  # noqa: FBT003  # the literal true

    def no(self, children: Sequence[Token]) -> Node:
        return Literal(False, _place(children[0]))  # noqa: FBT003  # the literal false

    def arguments(self, children: Sequence[Node]) -> tuple[Node, ...]:
        return tuple(children)

    def items(self, children: tuple[Token, tuple[Node, ...]]) -> Node:
        bracket, items = children
        return Items(items, _place(bracket))

    def select(self, children: tuple[Node, Token]) -> Node:
        operand, field = children
        return Select(operand, _named(field), _place(field))

    def method(self, children: tuple[Node, Token, tuple[Node, ...]]) -> Node:
        operand, name, arguments = children
        return Call(_named(name), (operand, *arguments), method=True, place=_place(name))

    def call(self, children: tuple[Token, tuple[Node, ...]]) -> Node:
        name, arguments = children
        return Call(_named(name), arguments, method=False, place=_place(name))

    def compare(self, children: tuple[Node, Token, Node]) -> Node:
        left, operator, right = children
        return Compare(str(operator), left, right, _place(operator))

    def negation(self, children: tuple[Token, Node]) -> Node:
        return Not(children[1], _place(children[0]))

    def both(self, children: Sequence[Node]) -> Node:
        return And(tuple(children), children[0].place)

    def either(self, children: Sequence[Node]) -> Node:
        return Or(tuple(children), children[0].place)

    def choice(self, children: tuple[Node, Token, Node, Node]) -> Node:
        condition, question, then, otherwise = children
        return Choice(condition, then, otherwise, _place(question))


def _named(token: Token) -> str:
    if token in _RESERVED:
        raise ExpressionError(_place(token), f"'{token}' is a word of CEL itself; use another name")
    return str(token)


def _unescaped(token: Token) -> str:
    def meant(found: re.Match[str]) -> str:
        code = found[1]
        if code in _ESCAPES:
            return _ESCAPES[code]
        if len(code) > 1 and (number := int(code[1:], 16)) not in _SURROGATES:
            return chr(number)
        place = Place(token.line or 1, (token.column or 1) + 1 + found.start())
        raise ExpressionError(
            place, f"'\\{code}' is not known here; use \\\\, \\\", \\', \\n, \\t, \\r, \\u0041"
        )

    return _ESCAPE.sub(meant, token[1:-1])
