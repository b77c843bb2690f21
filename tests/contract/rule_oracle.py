"""Google's CEL as the judge of our subset: the same names, types and functions, and the values of a frame."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache

from cel_expr_python import cel

from policy.language.answers import Answer, Unknown
from policy.language.schema import BOOL, INT, STRING, Function, Schema, Type

_TYPES = {BOOL: cel.Type.BOOL, INT: cel.Type.INT, STRING: cel.Type.STRING}
#: Names are looked up in here first, for `type` is a name of CEL itself.
SPACE = "rule"
_THING = cel.Type.Map(cel.Type.STRING, cel.Type.STRING)
Lists = tuple[tuple[str, tuple[str, ...]], ...]


def _type(known: Type) -> cel.Type:
    if known.fields:
        return _THING
    if known.element is not None:
        return cel.Type.List(_type(known.element))
    return _TYPES[known]


def _declared(function: Function) -> cel.FunctionDecl:
    overload = cel.Overload(
        function.name,
        return_type=_TYPES[function.result],
        parameters=[_TYPES[each] for each in function.parameters],
        is_member=function.method,
        impl=function.call,
    )
    return cel.FunctionDecl(function.name, [overload])


@lru_cache(maxsize=64)
def _environment(schema: Schema, lists: Lists) -> cel.Env:
    variables = {each.name: _type(each.type) for each in schema.fields}
    variables |= {name: cel.Type.List(cel.Type.STRING) for name, _ in lists}
    return cel.NewEnv(
        variables={f"{SPACE}.{name}": kind for name, kind in variables.items()},
        functions=[_declared(each) for each in schema.functions],
        container=SPACE,
    )


#: An expression of the oracle's is large: only those that are tried again at once are kept.
_KEPT = 64


@lru_cache(maxsize=_KEPT)
def compiled(text: str, schema: Schema, lists: Lists = ()) -> cel.Expression:
    """The expression as the oracle understands it; raises `RuntimeError` where it does not."""
    expression = _environment(schema, lists).compile(text)
    assert expression.return_type() == cel.Type.BOOL
    return expression


def answer(text: str, schema: Schema, lists: Lists, values: Sequence[object]) -> bool | None:
    """The oracle's answer; None where it depends on a variable that has no value."""
    found = compiled(text, schema, lists).eval(data=_data(schema, lists, values))
    if found.type() == cel.Type.BOOL:
        return bool(found.value())
    assert "No value with name" in str(found.value()), found.value()
    return None


def ours(answer: Answer) -> bool | None:
    """Our answer in the same three values."""
    return None if isinstance(answer, Unknown) else answer


def _data(schema: Schema, lists: Lists, values: Sequence[object]) -> Mapping[str, object]:
    data: dict[str, object] = {name: list(words) for name, words in lists}
    for path, value in zip(schema.by_path, values, strict=True):
        name, _, part = path.partition(".")
        if part:
            inner = data.setdefault(name, {})
            assert isinstance(inner, dict)
            inner[part] = value
        elif isinstance(value, tuple):
            data[name] = [{"key": each[0], "value": each[1]} for each in value]
        elif value is not None:
            data[name] = value
    return {f"{SPACE}.{name}": value for name, value in data.items()}
