"""Pages of assets: each order and filter gives all that is asked for once, and none sorts a tenant."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import product
from typing import Any

import pytest

from collector.store.base import AssetQuery, AssetRow, Sight, Store
from collector.store.sql.reading.conditions import Condition, Seen, Value
from collector.store.sql.reading.walks import Look, Walks
from tests.contract.reporting import ALL_SEEN, FRANKFURT, IRELAND, Reporter, bucket
from wolkenzicht.model import Asset, Holds
from wolkenzicht.wire import LOCATION_CLASSES

ORDERS = ("asset_id", "name", "type", "location_class", "organisation")
QUERIES = (
    AssetQuery(),
    AssetQuery(organisations=frozenset({"bzk"})),
    AssetQuery(tenant="ezk-aws"),
    AssetQuery(location_class="outside_eea_adequate"),
    AssetQuery(country="DE", holds="content"),
    AssetQuery(type=IRELAND.type, material="undetermined"),
    AssetQuery(provider="aws", custody="unknown", law_reach="direct"),
    AssetQuery(provider="gcp"),
)
#: By its number on the wire, how bad a class is.
BADNESS = {number: each.badness for each, number in LOCATION_CLASSES.encode.items()}


def assets(first: int, *regions: str) -> list[Asset]:
    """Twenty assets of which every other holds content; a name stands for five of them."""
    return [
        replace(
            bucket(f"b{number:02}", *regions, holds=Holds.CONTENT if number % 2 else Holds.METADATA),
            name=f"name-{number % 4}",
        )
        for number in range(first, first + 20)
    ]


@pytest.fixture
def filled(estate: Store) -> Store:
    """Two tenants with the same assets in several groups."""
    for tenant in ("bzk-aws", "ezk-aws"):
        agent = Reporter(estate, tenant=tenant, spool_id=tenant)
        london = assets(20, "eu-central-1", "eu-west-2")
        agent.scan("s1", {IRELAND: assets(0, "eu-west-1"), FRANKFURT: london})
    return estate


def value(order: str, row: AssetRow) -> str | int:
    """What a row sorts by, from what is told of it."""
    match order:
        case "name":
            return row.record.asset.name
        case "type":
            return row.record.asset.type
        case "location_class":
            return BADNESS[row.record.verdict.location_class]
        case "organisation":
            return row.organisation
    return ""


@pytest.mark.parametrize("reverse", [False, True])
@pytest.mark.parametrize("order", ORDERS)
def test_every_asset_stands_on_one_page(filled: Store, order: str, *, reverse: bool) -> None:
    """Followed page by page, with any filter, a list has what one long page has, in order."""
    reading = filled.reading
    for query, size in product(QUERIES, (1, 7)):
        name = f"-{order}" if reverse else order
        whole = reading.assets(ALL_SEEN, query, order_by=name, after=(), limit=1000)
        expected = [(value(order, row), row.record.asset.asset_id, row.tenant) for row, _ in whole]
        assert expected == sorted(expected, reverse=reverse)
        assert len(whole) == sum(row.assets for row in reading.counts(ALL_SEEN, query))
        found: list[tuple[str, ...]] = []
        while rows := reading.assets(
            ALL_SEEN, query, order_by=name, after=found[-1] if found else (), limit=size
        ):
            assert len(rows) <= size
            found += [position for _, position in rows]
        assert found == [position for _, position in whole]


@pytest.mark.parametrize(
    "order", ["asset_id", "-asset_id", "name", "-name", "-location_class", "organisation"]
)
def test_what_stands_close_together_is_found(
    estate: Store, order: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Much of a tenant is wanted, but not its first rows, or not those on the way: nothing is left out."""
    wanted = {
        "bzk-aws": [number >= 150 for number in range(200)],
        "ezk-aws": [number < 12 or number >= 180 for number in range(200)],
    }
    for tenant, each in wanted.items():
        listed = [
            bucket(f"b{number:03}", "eu-west-1" if is_wanted else "us-east-1")
            for number, is_wanted in enumerate(each)
        ]
        Reporter(estate, tenant=tenant, spool_id=tenant).scan("s1", {IRELAND: listed})
    looks: list[Look] = []
    look = Walks._look  # to see what is looked at

    def watched(self: Walks, *asked: Any) -> Look:
        looks.append(look(self, *asked))
        return looks[-1]

    monkeypatch.setattr(Walks, "_look", watched)

    query = AssetQuery(location_class="inside_eea")
    found: list[tuple[str, ...]] = []
    while rows := estate.reading.assets(
        ALL_SEEN, query, order_by=order, after=found[-1] if found else (), limit=9
    ):
        found += [position for _, position in rows]

    expected = sorted(
        (tenant if order == "organisation" else "", bucket(f"b{number:03}").asset_id, tenant)
        for tenant, each in wanted.items()
        for number, is_wanted in enumerate(each)
        if is_wanted
    )
    assert [place[1:] for place in found] == [
        place[1:] for place in (reversed(expected) if order.startswith("-") else expected)
    ]
    assert [each for each in looks if each.found]
    assert [each for each in looks if not each.found and each.last]


@pytest.mark.parametrize("order", ["asset_id", "-asset_id"])
def test_a_walk_ends_where_little_is_wanted(
    estate: Store, order: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Some of the first rows are wanted, then one in 200, then all: few rows are looked at for a page."""
    size = 1600
    wanted = {*range(0, 64, 16), *range(64, size, 200), *range(size - 120, size)}
    numbers = [size - 1 - each for each in wanted] if order.startswith("-") else wanted
    inside = {f"b{number:04}" for number in numbers}
    names = [f"b{number:04}" for number in range(size)]
    listed = [bucket(name, "eu-west-1" if name in inside else "us-east-1") for name in names]
    Reporter(estate, tenant="bzk-aws", spool_id="bzk-aws").scan("s1", {IRELAND: listed})
    looked: list[int] = []
    look = Walks._look  # to see how many rows are looked at

    def watched(self: Walks, tenant: str, rows: int, *asked: Any) -> Look:
        looked.append(rows)
        return look(self, tenant, rows, *asked)

    monkeypatch.setattr(Walks, "_look", watched)

    query = AssetQuery(location_class="inside_eea")
    found: list[tuple[str, ...]] = []
    most = 0
    while rows := estate.reading.assets(
        ALL_SEEN, query, order_by=order, after=found[-1] if found else (), limit=20
    ):
        found += [position for _, position in rows]
        most = max(most, sum(looked))
        looked.clear()

    expected = sorted((bucket(name).asset_id for name in inside), reverse=order.startswith("-"))
    assert [asset_id for _, asset_id, _ in found] == expected
    assert 0 < most < size // 4


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)  # each plans in its own words
def test_no_page_sorts_what_it_does_not_show(filled: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every statement of a first and a next page finds assets by an index that has them in order."""
    plans: list[tuple[str, list[tuple[int, int, str]]]] = []
    run = Seen._ask  # to see what is asked

    def look(
        self: Seen, connection: Any, statement: str, conditions: list[Condition], tail: tuple[Value, ...]
    ) -> list[tuple[Any, ...]]:
        told = run(self, connection, f"EXPLAIN QUERY PLAN {statement}", conditions, tail)
        plans.append((statement, [(row[0], row[1], row[3]) for row in told]))
        # Of two bounds in one direction the planner may take the one that lets all through.
        assert sum(bool(re.match(r"\(?x\.(name|asset_id)\b.* >", each.sql)) for each in conditions) <= 1
        return run(self, connection, statement, conditions, tail)

    monkeypatch.setattr(Seen, "_ask", look)
    for query, order, sight in product(QUERIES, ORDERS, (ALL_SEEN, Sight(frozenset({"ezk"})))):
        for name in (order, f"-{order}"):
            rows = filled.reading.assets(sight, query, order_by=name, after=(), limit=3)
            if rows:
                filled.reading.assets(sight, query, order_by=name, after=rows[-1][1], limit=3)

    heads = [plan for statement, plan in plans if "AS MATERIALIZED" in statement]
    walks = [plan for statement, plan in plans if statement.lstrip().startswith("WITH w")]
    streams = [plan for statement, plan in plans if "FROM asset AS x\n    {seen}" in statement]
    assert heads
    assert walks
    assert streams
    for plan in heads:
        looked = [number for number, _, step in plan if step.startswith("CORRELATED")]
        assert looked
        within = [step for _, parent, step in plan if parent in looked]
        assert [step for step in within if not step.startswith("SEARCH a USING COVERING INDEX")] == []
    for plan in walks:
        [inner] = [number for number, _, step in plan if step.startswith("CO-ROUTINE")]
        [found] = [step for _, parent, step in plan if parent == inner]
        assert found.startswith("SEARCH x USING INDEX")
    for plan in streams:
        steps = [step for _, _, step in plan]
        assert [step for step in steps if step.startswith("SEARCH x USING COVERING INDEX")]
        assert [step for step in steps if "TEMP B-TREE" in step or step.startswith("SCAN x")] == []
