"""How fast the store answers: counts, first and next pages, search, over a store with very many assets.

`python -m benchmarks queries --assets 5000000`. The store is filled once and measured; `--store FILE` keeps
it for another time. With `--postgresql` it is moved to a server of its own and measured there; `--url URL`
measures one that was moved to a server before.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import psycopg

from benchmarks import postgresql, stored_estate
from collector.query import overview
from collector.store.base import AssetQuery, AssetRow, Reading, Sight, Store
from collector.store.base.search import asked as asked_words
from collector.store.closing import closing
from collector.store.moving import move
from collector.store.postgresql import open_store as postgresql_store
from collector.store.postgresql.database import PostgresqlDatabase
from collector.store.sqlite import open_store
from collector.store.sqlite.database import SqliteDatabase
from wolkenzicht.model import FindingState
from wolkenzicht.v1.overview_service_pb2 import GroupBy

ASSETS = 1_000_000
#: To reach: a count, and the p95 of a first page, in ms.
COUNT_MS, PAGE_MS = 10, 100
_ROUNDS = 5
_PAGE = 101
_NEXT_PAGES = 3
_STEP = 2000
_SEARCHES = ("zorg prd 00", "onderwijs 12 prd", "kadaster 7", "westeurope kadaster 0a", "bestaatniet")
_OPEN = frozenset({FindingState.OPEN})

EVERYTHING = Sight(None)
#: The asker of one organisation, among the larger ones.
ONE = Sight(frozenset({"org02"}))
_ASKERS = {"all": EVERYTHING, "one organisation": ONE}

FILTERS = {
    "nothing": AssetQuery(),
    "class outside": AssetQuery(location_class="outside_eea"),
    "class inside, content": AssetQuery(location_class="inside_eea", holds="content"),
    "country NL": AssetQuery(country="NL"),
    "type bucket": AssetQuery(type="AWS::S3::Bucket"),
    "provider gcp, material": AssetQuery(provider="gcp", material="material"),
    "material": AssetQuery(material="material"),
    "customer's keys": AssetQuery(custody="customer_managed"),
}
ORDERS = (
    "asset_id",
    "-asset_id",
    "name",
    "type",
    "-type",
    "location_class",
    "-location_class",
    "organisation",
)

_Times = dict[str, list[float]]


def main(arguments: Sequence[str] = ()) -> dict[str, str]:
    """Measure; returns what was measured, by name."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks queries", description=__doc__)
    parser.add_argument("--assets", type=int, default=ASSETS)
    parser.add_argument("--store", type=Path)
    parser.add_argument("--postgresql", action="store_true")
    parser.add_argument("--url")
    parser.add_argument("--searches", action=argparse.BooleanOptionalAction, default=True)
    asked = parser.parse_args(arguments)
    if asked.url:
        with closing(postgresql_store(asked.url)) as store:
            return _measure(store, _bytes_of(asked.url), searches=asked.searches)
    with tempfile.TemporaryDirectory() as directory:
        path = asked.store or Path(directory) / "queries.db"
        started = time.perf_counter()
        store = open_store(path) if path.exists() else stored_estate.build(path, asked.assets)
        with closing(store):
            results = {"seconds to fill": f"{time.perf_counter() - started:.0f}"}
            if not asked.postgresql:
                return results | _measure(store, path.stat().st_size, searches=asked.searches)
        started = time.perf_counter()
        with postgresql.serving() as server:
            url = server.empty()
            _moved(path, url)
            results["seconds to move"] = f"{time.perf_counter() - started:.0f}"
            with closing(postgresql_store(url)) as store:
                return results | _measure(store, _bytes_of(url), searches=asked.searches)


def _moved(path: Path, url: str) -> None:
    """Bring what is in a file to a server, as `migrate-store` does, with what the planner wants to know."""
    source, target = SqliteDatabase(path), PostgresqlDatabase(url, create=True)
    try:
        move(source, target, lambda *_: None, finish=False)
    finally:
        source.close()
        target.close()
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("VACUUM ANALYZE")  # what autovacuum does in its time
        connection.execute("CHECKPOINT")


def _bytes_of(url: str) -> int:
    with psycopg.connect(url) as connection:
        [(found,)] = connection.execute("SELECT pg_database_size(current_database())").fetchall()
    return int(found)


def _measure(store: Store, size: int, *, searches: bool) -> dict[str, str]:
    reading = store.reading
    rows = reading.counts(EVERYTHING, AssetQuery())
    total = sum(row.assets for row in rows)
    results = {
        "assets": f"{total:,}",
        "rows of the roll-up, added up over tenants": f"{len(rows):,}",
        "bytes on disk per asset": f"{size / total:.0f}",
    }
    for name, sight in _ASKERS.items():
        results |= _counts(reading, sight, name)
    for name, sight in _ASKERS.items():
        results |= _pages(reading, sight, name)
    for name, sight in _ASKERS.items():
        results |= _finding_pages(reading, sight, name)
    for name, sight in _ASKERS.items():
        results |= _scopes(reading, sight, name)
    return results | _searches(store) if searches else results


def _scopes(reading: Reading, sight: Sight, asker: str) -> dict[str, str]:
    """How complete answers are, and the first pages of scopes."""

    def page(*, blind_only: bool) -> object:
        return reading.coverage(
            sight, organisations=None, tenant=None, blind_only=blind_only, after=(), limit=_PAGE
        )

    def completeness() -> object:
        return reading.completeness(sight, organisations=None, tenant=None)

    pages = {"all": _timed(lambda: page(blind_only=False)), "blind": _timed(lambda: page(blind_only=True))}
    return {
        f"coverage, first page, {asker}": _told(pages),
        f"completeness, {asker}": _told({"all": _timed(completeness)}),
    }


def _searches(store: Store) -> dict[str, str]:
    """The index of words brought up to what is kept, and searches that find few and many."""
    started, taken = time.process_time(), 0
    while done := store.search.follow(_STEP):
        taken += done
    results = {}
    if taken:
        results["search: assets taken in, per second of CPU"] = (
            f"{taken / (time.process_time() - started):,.0f}"
        )
    for asker, sight in _ASKERS.items():
        times: _Times = {}
        for text in _SEARCHES:

            def find(sight: Sight = sight, words: tuple[str, ...] = asked_words(text)) -> object:
                order = {"order_by": "name", "after": (), "limit": _PAGE}
                return store.reading.assets(sight, AssetQuery(), search=words, **order)  # type: ignore[arg-type]

            times[text] = _timed(find)
        results[f"search, first page by name, {asker}"] = _told(times)
    return results


def _counts(reading: Reading, sight: Sight, asker: str) -> dict[str, str]:
    """Counts of every grouping, without a filter and with each."""
    times: _Times = {}
    for grouping in GroupBy.values():
        for name, query in FILTERS.items():

            def count(grouping: int = grouping, query: AssetQuery = query) -> object:
                rows = reading.counts(sight, query, overview.columns(grouping))
                return overview.add_up(rows, grouping)

            times[f"{GroupBy.Name(grouping).removeprefix('GROUP_BY_').lower()}, {name}"] = _timed(count)
    return {f"count, {asker} (≤ {COUNT_MS} ms)": _told(times)}


def _pages(reading: Reading, sight: Sight, asker: str) -> dict[str, str]:
    first: _Times = {}
    following: _Times = {}
    for name, query in FILTERS.items():
        for order in ORDERS:
            case = f"{order}, {name}"
            position: tuple[str, ...] = ()

            def page(query: AssetQuery = query, order: str = order) -> list[tuple[AssetRow, tuple[str, ...]]]:
                return reading.assets(sight, query, order_by=order, after=position, limit=_PAGE)  # noqa: B023  # it is moved on

            first[case] = _timed(page)
            following[case] = []
            for _ in range(_NEXT_PAGES):
                rows = page()
                if len(rows) < _PAGE:
                    break
                position = rows[-1][1]
                following[case] += _timed(page, 2)
    return {
        f"first page, {asker} (p95 ≤ {PAGE_MS} ms)": _told(first),
        f"next page, {asker}": _told(following),
    }


def _finding_pages(reading: Reading, sight: Sight, asker: str) -> dict[str, str]:
    pages: _Times = {}
    counts: _Times = {}
    for name, query in FILTERS.items():

        def page(query: AssetQuery = query) -> object:
            return reading.findings(sight, query, states=_OPEN, after=(), limit=_PAGE)

        def count(query: AssetQuery = query) -> object:
            return reading.open_findings(sight, query)

        pages[name], counts[name] = _timed(page), _timed(count)
    return {f"findings, first page, {asker}": _told(pages), f"open findings, {asker}": _told(counts)}


def _timed(work: Callable[[], object], rounds: int = _ROUNDS) -> list[float]:
    times = []
    for _ in range(rounds):
        started = time.perf_counter()
        work()
        times.append((time.perf_counter() - started) * 1000)
    return times


def _told(times: _Times) -> str:
    """Median and p95 over all, and which case has the worst median."""
    every = sorted(_flat(times))
    worst = max((name for name in times if times[name]), key=lambda name: statistics.median(times[name]))
    return (
        f"p50 {statistics.median(every):.1f} ms, p95 {every[int(len(every) * 0.95)]:.1f} ms; "
        f"slowest: {worst}, {statistics.median(times[worst]):.1f} ms"
    )


def _flat(times: _Times) -> Iterator[float]:
    for each in times.values():
        yield from each
