"""Turns what mutmut found about policy into docs/mutation.md, by module, with every mutant that survived.

`python -m tests.mutation.report` after `make mutation`. Of each module it says how many were tried of all.
"""

from __future__ import annotations

import json
import sys
import tomllib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from mutmut.mutation.diff_apply import get_diff_for_mutant

ROOT = Path(__file__).parents[2]
RESULTS = ROOT / "mutants"
REPORT = ROOT / "docs" / "mutation.md"
#: Mutants that no test can tell from the code, each with the reason.
EQUIVALENT = Path(__file__).with_name("equivalent.toml")
#: To reach: killed of all mutants, in percent.
LEAST = 90

#: How pytest ends: 1 tests failed, 2 and 3 it was stopped by an error while loading, 4 and (as mutmut passes
#: that on) 255 tests are not found, since their module cannot be loaded.
_KILLED = frozenset({1, 2, 3, 4, 255})
_SURVIVED = 0
#: The processor time that a mutant may take was used up.
_TIMEOUT = frozenset({-24, 24, 152, -9})

_HEADER = """\
# Mutation testing

`make mutation` changes `policy/` in one place at a time (another operator, number, text, argument or branch)
and runs the tests of `tests/unit/policy` on each of these mutants. One that no test notices has *survived*:
then a test is missing, or the change makes no difference that anyone can see. Constants of modules and
decorated functions are not changed. `make mutation SAMPLE=40 MODULES="facts findings"` tries 40 mutants of
each of these modules, chosen at random but the same ones each time, and leaves the property tests out where
other tests reach the mutant; `SURVIVORS=1` tries again those that survived.

*Killed* are mutants that a test noticed, and those with which the packaged rules or the tests do not load;
*timeout* are those with which the tests took far too long. The score is both of all, those that make no
difference included.
"""


@dataclass(frozen=True, slots=True)
class Mutant:
    """One change, and how the tests ended: `killed`, `timeout`, `survived` or `untried`."""

    name: str
    module: str
    end: str

    def change(self) -> tuple[str, str]:
        """The lines that were taken out and put in, without the white space around them."""
        lines = get_diff_for_mutant(self.name, path=f"policy/{self.module}.py").splitlines()
        return _marked(lines, "-"), _marked(lines, "+")


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a change makes no difference, for mutants of a function that put in this text."""

    function: str
    put_in: str
    reason: str


def main() -> int:
    """Write the report; the exit code says whether the score was reached."""
    mutants = list(_mutants())
    reasons = _reasons()
    text = "\n".join((_HEADER, *_table(mutants), "", *_survivors(mutants, reasons), ""))
    REPORT.write_text(text, encoding="utf-8")
    reached = _score(mutants)
    sys.stderr.write(f"{len(mutants)} mutants, {reached:.1f} % killed\n")
    return 0 if reached >= LEAST else 1


def _mutants() -> Iterator[Mutant]:
    for file in sorted((RESULTS / "policy").rglob("*.py.meta")):
        module = file.relative_to(RESULTS / "policy").as_posix().removesuffix(".py.meta")
        for name, code in json.loads(file.read_text(encoding="utf-8"))["exit_code_by_key"].items():
            yield Mutant(name, module, _end(code))


def _end(code: int | None) -> str:
    if code == _SURVIVED:
        return "survived"
    if code in _KILLED:
        return "killed"
    return "timeout" if code in _TIMEOUT else "untried"


def _reasons() -> list[Reason]:
    tables = tomllib.loads(EQUIVALENT.read_text(encoding="utf-8")).get("mutant", [])
    return [Reason(each["function"], each["put_in"], each["reason"]) for each in tables]


def _score(mutants: Sequence[Mutant]) -> float:
    ends = Counter(each.end for each in mutants)
    return 100 * (ends["killed"] + ends["timeout"]) / max(1, len(mutants) - ends["untried"])


def _table(mutants: Sequence[Mutant]) -> Iterator[str]:
    tried = [each for each in mutants if each.end != "untried"]
    today = datetime.now(UTC).date()
    yield f"Tried with `make mutation` up to {today}: {len(tried)} of {len(mutants)} mutants.\n"
    yield "| module | tried of all | killed | timeout | survived | score |"
    yield "| --- | --- | --- | --- | --- | --- |"
    for module in dict.fromkeys(each.module for each in tried):
        yield _row(f"`{module}`", [each for each in mutants if each.module == module])
    yield _row("**all**", mutants)


def _row(name: str, mutants: Sequence[Mutant]) -> str:
    ends = Counter(each.end for each in mutants)
    tried = len(mutants) - ends["untried"]
    numbers = (f"{tried} of {len(mutants)}", ends["killed"], ends["timeout"], ends["survived"])
    return f"| {name} | {' | '.join(map(str, numbers))} | {_score(mutants):.1f} % |"


def _survivors(mutants: Iterable[Mutant], reasons: Sequence[Reason]) -> Iterator[str]:
    alive = [each for each in mutants if each.end == "survived"]
    yield "## Survivors\n"
    yield "With a reason where the change makes no difference; the others ask for a test.\n"
    yield "| where | out | in | reason |"
    yield "| --- | --- | --- | --- |"
    seen: Mapping[tuple[str, str, str], int] = Counter((_where(each), *each.change()) for each in alive)
    for (where, out, put_in), times in seen.items():
        reason = next(
            (each.reason for each in reasons if each.function == where and each.put_in in put_in), ""
        )
        many = f" ({times}×)" if times > 1 else ""
        yield f"| `{where}`{many} | {_cell(out)} | {_cell(put_in)} | {reason} |"


def _where(mutant: Mutant) -> str:
    """The function as it is called: `rows.Row.text`."""
    mangled = mutant.name.rpartition("__mutmut_")[0].rpartition(".")[2]
    return f"{mutant.module}.{mangled.removeprefix('x').removeprefix('_').strip('ǁ').replace('ǁ', '.')}"


def _marked(lines: Iterable[str], mark: str) -> str:
    return " ".join(
        line[1:].strip() for line in lines if line.startswith(mark) and not line.startswith(mark * 3)
    )


def _cell(text: str) -> str:
    escaped = text.replace("|", "\\|").replace("`", "'")
    return f"`{escaped}`" if escaped else ""


if __name__ == "__main__":
    sys.exit(main())
