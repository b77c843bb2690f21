"""How pytest runs under mutmut: repeatable, the likely tests first, and what a test is said to reach.

The packaged rules are loaded once for all tests, so only the first is seen to reach the code that loads
them. Every test stands on it, and so each is told to, but for property tests, which are slow: without that
a fault in reading a file is tried against the few tests that read files themselves. Those few come first.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, settings
from mutmut.mutation import trampoline
from mutmut.state import state

#: Beside mutmut's own results, in the folder where the tests run.
_REACHED = Path("reached.json")
_UNDER_TEST = os.environ.get("MUTANT_UNDER_TEST", "")
_COUNTING = _UNDER_TEST == "stats"
#: For a sample: the property tests, which take most of the time, only where nothing else reaches the mutant.
_WITHOUT_PROPERTIES = "MUTATION_WITHOUT_PROPERTIES" in os.environ and not _COUNTING

settings.register_profile(
    "mutation",
    max_examples=30,
    deadline=None,
    derandomize=True,
    database=None,
    phases=(Phase.explicit, Phase.generate),
    suppress_health_check=list(HealthCheck),
)
settings.load_profile("mutation")

_loading: set[str] = set()
_reached: dict[str, list[str]] = json.loads(_REACHED.read_text()) if _REACHED.exists() else {}


def _bind() -> None:
    """Put the mutant, and everywhere else the function itself, in place of what chooses at each call.

    A process tries one mutant; choosing takes four fifths of the time that reading the rules takes.
    """
    modules = [each for name, each in sys.modules.items() if name.startswith("policy.")]
    chosen: dict[int, object] = {}
    for module in modules:
        for name, choices in vars(module).items():
            if not name.startswith("mutants_x"):
                continue
            wanted = _UNDER_TEST.removeprefix(f"{module.__name__}.")
            function = choices.get(wanted, choices["_mutmut_orig"])
            mangled = name.removeprefix("mutants_x").removesuffix("__mutmut")
            owner, _, called = mangled[1:].rpartition("ǁ")
            if not owner:
                chosen[id(getattr(module, called))] = function
            elif not isinstance(vars(getattr(module, owner))[called], classmethod | staticmethod):
                setattr(getattr(module, owner), called, function)
    for module in modules:
        for name, value in list(vars(module).items()):
            if id(value) in chosen:
                setattr(module, name, chosen[id(value)])


if not _COUNTING:
    _bind()
    # What is bound elsewhere still chooses, without asking the environment each time.
    trampoline.get_mutant_under_test = partial(str, _UNDER_TEST)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put those that reach the mutant themselves first, and then property tests last."""
    function = _UNDER_TEST.rpartition("__mutmut_")[0]

    items.sort(key=lambda item: (function not in _reached.get(item.nodeid, ()), _is_property(item)))
    if _WITHOUT_PROPERTIES:
        items[:] = [item for item in items if not _is_property(item)] or items


def pytest_collection_finish() -> None:
    """Remember what the loading of the test modules reached."""
    if _COUNTING:
        _loading.update(state()._stats)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Iterator[None]:
    """Note what a test reaches itself, and count what loading reached for each."""
    yield
    if _COUNTING:
        _reached[item.nodeid] = sorted(state()._stats)
        if not _is_property(item):
            state()._stats.update(_loading)


def _is_property(item: pytest.Item) -> bool:
    return hasattr(getattr(item, "obj", None), "hypothesis")


def pytest_sessionfinish() -> None:
    """Keep the notes for the processes that try mutants."""
    if _COUNTING:
        _REACHED.write_text(json.dumps(_reached))
