"""What holds for all tests: which come first, how long, and that the garbage collector skips what stays."""

from __future__ import annotations

import gc
from pathlib import Path

import pytest
from hypothesis import settings

from tests.examples import USUAL, examples

settings.register_profile("wolkenzicht", deadline=None, max_examples=examples(USUAL))
settings.load_profile("wolkenzicht")

#: In this order: what starts processes takes longest, and a long file that comes last is waited for.
_FOLDERS = ("integration", "estates", "contract")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The long files first, so that the workers end together; each file's tests stay in their order."""
    items.sort(key=_place)


def _place(item: pytest.Item) -> int:
    folder = item.path.relative_to(Path(__file__).parent).parts[0]
    return _FOLDERS.index(folder) if folder in _FOLDERS else len(_FOLDERS)


def pytest_collection() -> None:
    """Nothing that is made while test modules are loaded is garbage."""
    gc.disable()


@pytest.hookimpl(trylast=True)
def pytest_collection_finish() -> None:
    """Ten thousand tests and what they import stay: looking through them takes a fifth of the time."""
    gc.freeze()
    gc.enable()
