"""Of months that are long past the end stays, in both times; what went is counted and has a digest."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

import pytest

from collector.store.base import AssetQuery, Store, Thinned, Times
from collector.store.sql import store_over
from tests.contract import stores
from tests.contract.reporting import ALL_SEEN, FRANKFURT, IRELAND, Reporter, bucket
from tests.examples import examples
from wolkenzicht.model import Asset, FindingState, Outcome, Scope

REGIONS = ("eu-west-1", "us-east-1", "eu-west-2")
FIRST = datetime(2026, 1, 20, tzinfo=UTC)
OUTCOMES = (Outcome.COMPLETE, Outcome.COMPLETE, Outcome.DENIED)
#: Months before this are thinned out.
BEFORE = datetime(2026, 4, 1, tzinfo=UTC)
ENDS = [datetime(2026, month, 1, tzinfo=UTC) - timedelta(microseconds=1) for month in (2, 3, 4)]


def lived(store: Store, seed: int) -> None:
    """Two tenants report for four months, twice a week or so, some of it days late."""
    chance = Random(seed)
    for tenant in ("bzk-aws", "ezk-aws"):
        agent = Reporter(store, tenant=tenant)
        moment = FIRST
        for number in range(40):
            moment += timedelta(hours=chance.randrange(1, 150))
            agent.now = moment
            agent.scan_id = f"s{number}"
            names = [name for name in "abc" if chance.random() < 0.8]
            assets = [bucket(name, chance.choice(REGIONS), tags=(("n", str(number % 3)),)) for name in names]
            place = chance.choice((IRELAND, FRANKFURT))
            listed: dict[Scope, list[Asset]] = {IRELAND: [], FRANKFURT: []}
            listed[place] = assets
            frames = [agent.opening(), agent.planning(*listed)]
            for scope, held in listed.items():
                frames += [agent.listing(scope, *held)] if held else []
                frames.append(agent.ending(scope, OUTCOMES[chance.randrange(3)], len(held)))
            frames.append(agent.closing())
            late = timedelta(hours=chance.choice((0, 0, 60)))
            store.ingest.commit(frames, moment + late)
            moment += late


def known(store: Store, times: Times) -> list[Any]:
    """All that is answered of two times."""
    reading = store.reading.at(times)
    return [
        reading.assets(ALL_SEEN, AssetQuery(), order_by="asset_id", after=(), limit=100),
        sorted(reading.counts(ALL_SEEN, AssetQuery()), key=repr),
        reading.findings(ALL_SEEN, AssetQuery(), states=frozenset(FindingState), after=(), limit=1000),
        reading.coverage(ALL_SEEN, organisations=None, tenant=None, blind_only=False, after=(), limit=100),
        reading.completeness(ALL_SEEN, organisations=None, tenant=None),
    ]


def thin(store: Store, limit: int, *, stop_after: int = 1_000_000) -> int:
    """Do all that is due, or so many steps of it; returns how many it took."""
    steps = 0
    while due := store.retention.due(BEFORE):
        for each in due:
            found = each
            while found.finished is None:
                if steps == stop_after:
                    return steps
                found = store.retention.thin(each.tenant, each.month, BEFORE, limit)
                steps += 1
    return steps


@pytest.mark.parametrize("seed", range(examples(2)))
def test_the_ends_of_months_and_what_is_younger_stay(estate: Store, seed: int) -> None:
    """Whatever was known of them, and when: no answer about them differs."""
    lived(estate, seed)
    younger = [BEFORE, BEFORE + timedelta(days=3), BEFORE + timedelta(days=11)]
    moments = [*ENDS, *younger]
    pairs = [Times(as_of, known_at) for as_of in moments for known_at in moments if as_of <= known_at]
    before = [known(estate, each) for each in pairs]
    steps = thin(estate, 7)
    assert steps > 10
    assert [known(estate, each) for each in pairs] == before
    assert estate.reading.thinned_until(ALL_SEEN) == BEFORE


def count(rows: Any, table: str) -> int:
    """How many rows a table has."""
    [(found,)] = rows(f"SELECT count(*) FROM {table}")  # noqa: S608  # our own names
    return int(found)


def test_what_goes_is_told_beforehand_and_recorded(estate: Store, rows: Any) -> None:
    """The dry run counts what then goes; tables hold so much less."""
    lived(estate, 1)
    tables = ("asset_version", "finding_history", "scope_version")
    held = [count(rows, each) for each in tables]
    told = estate.retention.preview(BEFORE)
    assert sum(each.versions for each in told) > 20
    assert estate.retention.thinned() == []
    thin(estate, 1000)
    done = estate.retention.thinned()
    assert [(each.tenant, each.month, each.versions) for each in done] == [
        (each.tenant, each.month, each.versions) for each in told
    ]
    left = [count(rows, each) for each in tables]
    assert sum(held) - sum(left) == sum(each.versions for each in done)
    assert estate.retention.due(BEFORE) == []
    assert estate.retention.preview(BEFORE) == []


def test_a_month_that_another_collector_ended_stays_as_it_is(estate: Store) -> None:
    """Who comes after it is told what went, and nothing more goes."""
    lived(estate, 1)
    thin(estate, 1000)
    done = estate.retention.thinned()
    later = BEFORE + timedelta(days=1)
    assert [estate.retention.thin(each.tenant, each.month, later, 10) for each in done] == done
    assert estate.retention.thinned() == done


def test_it_goes_on_where_it_was_broken_off(estate: Store, postgresql: stores.Server) -> None:
    """However it was cut into steps, and in whatever database, the same went."""
    lived(estate, 2)
    thin(estate, 1000)
    expected = [(each.tenant, each.month, each.versions) for each in estate.retention.thinned()]
    with stores.KINDS["sqlite"](postgresql) as database:
        other = store_over(database)
        other.registry.put_organisations(estate.registry.organisations())
        for each in estate.registry.tenants():
            other.registry.add_tenant(each)
        lived(other, 2)
        assert thin(other, 1, stop_after=25) == 25
        assert any(each.finished is None for each in other.retention.thinned())
        thin(other, 3)
        found = [(each.tenant, each.month, each.versions) for each in other.retention.thinned()]
    assert found == expected


def test_a_month_that_is_not_over_is_never_due(estate: Store) -> None:
    """Only what ended in months wholly before the moment is thinned out."""
    lived(estate, 3)
    assert estate.retention.due(FIRST + timedelta(days=5)) == []
    [first, *_] = estate.retention.due(BEFORE)
    assert first == Thinned("bzk-aws", "2026-01", 0)
