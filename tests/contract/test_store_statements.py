"""Every statement goes by tenant or says why not, and is one that every database takes."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from types import ModuleType

from collector.store import sql
from collector.store.sqlite.database import SqliteDatabase

_BEGINS = re.compile(r"\s*(SELECT|INSERT|UPDATE|DELETE|WITH)\b")
_TABLES = re.compile(r"\b(?:FROM|JOIN|INTO|UPDATE)\s+(\w+)")
_ONE_DATABASE_ONLY = re.compile(
    r"INSERT OR|\bjson_|\browid\b|INDEXED BY|\binstr\b|\bGLOB\b|\bIS \?|\bIFNULL\b|::"
    r"|\bmax\([^()]*,|\bmin\([^()]*,",
    re.IGNORECASE,
)
#: What restricts a statement to a tenant, or writes its column; or the sight of the asker, or a reason.
_RESTRICTED = re.compile(
    r"\btenant (?:=|<>|IN|IS NOT) |\.tenant =|= \w+\.tenant\b|\{seen\}|-- fan-out: \w", re.IGNORECASE
)
_WRITTEN = re.compile(r"\s*INSERT INTO \w+ \([^)]*\btenant\b")


def statements() -> Iterator[tuple[str, str]]:
    """Every statement in the source, by where it stands; what is filled in later is left out."""
    folder = Path(sql.__file__).parent
    for path in sorted(folder.rglob("*.py")):
        parts = path.relative_to(folder.parents[2]).with_suffix("").parts
        module = import_module(".".join(parts).removesuffix(".__init__"))
        tree = ast.parse(path.read_text("utf-8"))
        inside = {
            id(each)
            for joined in ast.walk(tree)
            if isinstance(joined, ast.JoinedStr)
            for each in joined.values
        }
        for node in ast.walk(tree):
            text = "" if id(node) in inside else _text(node, module)
            if _BEGINS.match(text):
                yield f"{path.relative_to(folder)}:{node.lineno}", text  # type: ignore[attr-defined]  # texts have


def _text(node: ast.AST, module: ModuleType) -> str:
    """What a text in the source says, with the module's own constants filled in."""
    if isinstance(node, ast.JoinedStr):
        return "".join(_text(each, module) for each in node.values)
    if isinstance(node, ast.FormattedValue):
        name = node.value.id if isinstance(node.value, ast.Name) else ""
        return str(getattr(module, name, "…"))
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""


def test_every_statement_names_the_tenant_or_says_why_not(tmp_path: Path) -> None:
    """So that a database of many machines asks one of them, and no statement crosses tenants by mistake.

    The read side adds the tenants in sight where a statement says `{seen}`.
    """
    database = SqliteDatabase(tmp_path / "s.db", create=True)
    with database.reader() as connection:
        of_tenants = {
            table
            for (table,) in connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")
            if "tenant" in {row[1] for row in connection.execute(f"PRAGMA table_info({table})")}
        }
    database.close()
    found = list(statements())

    assert len(found) > 80
    silent = [
        f"{place}: {text}"
        for place, text in found
        if of_tenants & set(_TABLES.findall(text)) and not (_RESTRICTED.search(text) or _WRITTEN.match(text))
    ]
    assert silent == [], "\n".join(silent)


def test_every_statement_is_one_that_every_database_takes() -> None:
    """Nothing that one database alone knows."""
    assert [(place, text) for place, text in statements() if _ONE_DATABASE_ONLY.search(text)] == []
