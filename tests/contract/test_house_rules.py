"""The house keeps its own rules: sizes, commits free of machines' paths, documents that are true."""

from __future__ import annotations

import ast
import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = (
    "agent",
    "collector",
    "connectors",
    "policy",
    "proto/wolkenzicht",
    "deploy",
    "benchmarks",
    "tests",
)
MAX_FILE_LINES = 500
MAX_FUNCTION_LINES = 80


def sources() -> list[Path]:
    """Every hand-written Python file."""
    return [
        path
        for package in PACKAGES
        for path in sorted((ROOT / package).rglob("*.py"))
        if "v1" not in path.parts
    ]


def test_files_stay_small() -> None:
    """No file grows past the bound: it would hold two things."""
    long = {path.name: len(path.read_text().splitlines()) for path in sources()}

    assert {name: lines for name, lines in long.items() if lines > MAX_FILE_LINES} == {}


def test_functions_stay_small() -> None:
    """No function grows past the bound."""
    long = [
        f"{path.name}:{node.name}"
        for path in sources()
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (node.end_lineno or 0) - node.lineno >= MAX_FUNCTION_LINES
    ]

    assert long == []


def test_every_module_says_what_it_is_for() -> None:
    """Each module starts with a docstring."""
    silent = [
        str(path.relative_to(ROOT))
        for path in sources()
        if not ast.get_docstring(ast.parse(path.read_text()))
    ]

    assert silent == []


def test_only_one_place_swallows_everything() -> None:
    """One place turns every defect into `failed`; a broad except elsewhere only cleans up and raises."""
    broad = {
        str(path.relative_to(ROOT))
        for path in sources()
        if "tests" not in path.parts
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.ExceptHandler) and _catches_everything(node) and not _raises_again(node)
    }

    assert broad == {"agent/guard.py"}


def _catches_everything(handler: ast.ExceptHandler) -> bool:
    return handler.type is None or (
        isinstance(handler.type, ast.Name) and handler.type.id in {"Exception", "BaseException"}
    )


def _raises_again(handler: ast.ExceptHandler) -> bool:
    last = handler.body[-1]
    return isinstance(last, ast.Raise) and last.exc is None


def test_lock_files_name_no_place() -> None:
    """Locked requirements hold versions and hashes, no address to fetch them from."""
    named = [path.name for path in (ROOT / "requirements").glob("*.txt") if "://" in path.read_text()]

    assert named == []


@pytest.mark.parametrize(
    "document", [*sorted((ROOT / "docs").rglob("*.md")), ROOT / "README.md"], ids=lambda path: path.name
)
def test_links_between_documents_hold(document: Path) -> None:
    """A relative link in a document leads to a file that exists."""
    links = re.findall(r"\]\((?!https?://|mailto:|#)([^)#]+)", document.read_text())

    assert [link for link in links if not (document.parent / link).exists()] == []


def test_the_readme_names_the_commands_that_ci_runs() -> None:
    """`.ci/run` calls the README's own test command."""
    assert "make test" in (ROOT / ".ci" / "run").read_text()
    assert "make test" in (ROOT / "README.md").read_text()


def test_make_explains_itself() -> None:
    """`make help` lists the targets that the README names."""
    listed = subprocess.run(
        ["make", "-s", "help"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout

    assert {"demo", "serve", "test", "check"} <= {line.split()[0] for line in listed.splitlines()}
