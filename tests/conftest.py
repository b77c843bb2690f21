"""What holds for all tests: a property test may take its time, and the garbage collector skips what stays."""

from __future__ import annotations

import gc

import pytest
from hypothesis import settings

from tests.examples import USUAL, examples

settings.register_profile("wolkenzicht", deadline=None, max_examples=examples(USUAL))
settings.load_profile("wolkenzicht")


def pytest_collection() -> None:
    """Nothing that is made while test modules are loaded is garbage."""
    gc.disable()


@pytest.hookimpl(trylast=True)
def pytest_collection_finish() -> None:
    """Ten thousand tests and what they import stay: looking through them takes a fifth of the time."""
    gc.freeze()
    gc.enable()
