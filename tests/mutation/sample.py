"""Runs mutmut on some of the mutants of each module: says which, at random but the same ones each time.

`python -m tests.mutation.sample --sample 40 --modules facts findings`, from the top of the project. What was
tried before is left as it is; `--survivors` tries again what survived.
"""

from __future__ import annotations

import argparse
import os
import random
from collections import defaultdict
from collections.abc import Iterable, Iterator
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

import mutmut.__main__ as mutmut_main

_SEED = "wolkenzicht"
_SURVIVED = 0

#: As mutmut has them: what is known of the file, the mutant's name, and how the tests ended.
_Mutants = list[tuple[Any, str, int | None]]


def main() -> None:
    """Make the mutants and try those that were chosen; what came of them is in mutants/."""
    asked = _arguments()
    if asked.sample or asked.survivors:
        os.environ["MUTATION_WITHOUT_PROPERTIES"] = "1"
    collect = mutmut_main.collect_source_file_mutation_data

    def chosen(*, mutant_names: tuple[str, ...] | list[str]) -> tuple[_Mutants, dict[str, Any]]:
        mutants, files = collect(mutant_names=mutant_names)
        return list(_choose(mutants, asked)), files

    mutmut_main.collect_source_file_mutation_data = chosen
    mutmut_main._run((), asked.jobs)


def _choose(mutants: _Mutants, asked: argparse.Namespace) -> Iterator[tuple[Any, str, int | None]]:
    by_module: dict[str, _Mutants] = defaultdict(list)
    for each in mutants:
        by_module[Path(each[0].path).relative_to("policy").with_suffix("").as_posix()].append(each)
    for module, its in by_module.items():
        if asked.modules and not _matches(module, asked.modules):
            continue
        if asked.survivors:
            yield from ((data, name, None) for data, name, end in its if end == _SURVIVED)
        elif not asked.sample or asked.sample >= len(its):
            yield from its
        else:
            order = random.Random(f"{_SEED} {module}")
            yield from order.sample(sorted(its, key=lambda each: each[1]), asked.sample)


def _matches(module: str, patterns: Iterable[str]) -> bool:
    return any(fnmatch(module, pattern) for pattern in patterns)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.mutation.sample", description=__doc__)
    parser.add_argument("--jobs", type=int, default=2, help="processes that try mutants (default 2)")
    parser.add_argument("--sample", type=int, default=0, help="mutants of each module (default: all)")
    parser.add_argument("--modules", nargs="*", default=(), help="of policy/, as 'facts' or 'language/*'")
    parser.add_argument("--survivors", action="store_true", help="try again those that survived, only")
    return parser.parse_args()


if __name__ == "__main__":
    main()
