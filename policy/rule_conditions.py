"""How conditions stand in rule files: expressions with the file's lists of words, and where a fault is."""

from __future__ import annotations

import re
from collections.abc import Sequence

from policy.asset_facts import ASSET, PROPERTIES
from policy.language.checker import Lists
from policy.language.expression import Expression, compile_expression
from policy.language.nodes import ExpressionError
from policy.language.schema import Schema
from policy.rows import PolicyDataError
from policy.tables import Table, subtable

#: The steps that all rules of a file may take together for one asset.
DEAREST_FILE = 200_000

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


def read_lists(root: Table, schema: Schema) -> Lists:
    """The lists of words under `[lists]`, by name; may be none. Raises `PolicyDataError`."""
    if "lists" not in root.values:
        return {}
    table = subtable(root, "lists")
    taken = {each.name for each in schema.fields}
    for name in table.values:
        if not _NAME.fullmatch(name):
            table.fail(name, "is no name; use letters, digits and _")
        if name in taken:
            table.fail(name, "is a name of the language already; choose another")
    return {name: table.texts(name) for name in table.values}


def condition(table: Table, key: str, schema: Schema, lists: Lists) -> Expression:
    """The expression under a key; raises `PolicyDataError` at the place in the file that is wrong."""
    text = table.text(key)
    try:
        return compile_expression(text, schema, lists)
    except ExpressionError as error:
        line, column = table.place_of_text(key)
        if error.place.line == 1:
            column += error.place.column - 1
        else:
            column = error.place.column
        where = line + error.place.line - 1
        raise PolicyDataError(table.file, where, column, f"{key}: {error.message}") from error


def condition_of_assets(table: Table, key: str, lists: Lists) -> Expression:
    """A condition about assets, which may say that a property is not set only where they were read."""
    found = condition(table, key, ASSET, lists)
    if PROPERTIES in found.absent and not found.concerns.deep:
        table.fail(
            key, 'says what is not set, which counts only where properties were read; add depth == "deep" &&'
        )
    return found


def check_cost(tables: Sequence[Table], conditions: Sequence[Expression]) -> None:
    """Refuse a file whose rules together take too many steps; raises `PolicyDataError`."""
    steps = 0
    for table, each in zip(tables, conditions, strict=True):
        steps += each.cost
        if steps > DEAREST_FILE:
            table.fail(
                "when",
                f"with this one the rules of the file may take more than {DEAREST_FILE} steps; write fewer",
            )
