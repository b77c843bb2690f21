"""Pages, counts and findings of a random estate, beside a plain filter over all that is in it."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from collector.store.base import AssetQuery, AssetRow, FindingRow, Organisation, Sight, Store, Tenant
from collector.store.sql import store_over
from collector.store.sql.database import Database
from collector.store.sql.reading import finding_pages
from tests.contract.reporting import ALL_SEEN, BUCKET, FRANKFURT, IRELAND, NOW, Reporter, bucket
from tests.examples import examples
from wolkenzicht import wire
from wolkenzicht.model import DATA_OPERATIONS, Asset, FindingState, Holds, Scope

DISK = "AWS::EC2::Volume"
#: Organisations with the one above them, and tenants with their organisation and how many assets each has.
ORGANISATIONS = (("bzk", ""), ("logius", "bzk"), ("ezk", ""))
TENANTS = {"a-bzk": ("bzk", 240), "b-logius": ("logius", 90), "c-ezk": ("ezk", 160), "d-ezk": ("ezk", 0)}
REGIONS = (*["eu-west-1"] * 12, *["eu-central-1"] * 4, "eu-west-2", "us-east-1", "xx-nowhere-1")
ORDERS = ("asset_id", "name", "type", "location_class", "organisation")
CLASSES = ("inside_eea", "outside_eea_adequate", "outside_eea", "unknown")

#: By looking at the newest, at too few of them, from the groups asked for, and one by one.
WAYS: tuple[dict[str, int], ...] = ({}, {"_LOOK": 1}, {"_LOOK": 10**9}, {"_LOOK": 10**9, "_FEW": -1})


def maybe(*values: str) -> st.SearchStrategy[str | None]:
    """Mostly nothing asked, else one of these."""
    return st.none() | st.none() | st.sampled_from(values)


QUERIES = st.builds(
    AssetQuery,
    organisations=st.none() | st.sets(st.sampled_from([name for name, _ in ORGANISATIONS])).map(frozenset),
    tenant=maybe(*TENANTS),
    provider=maybe("aws", "azure"),
    country=maybe("IE", "DE", "US", "NL"),
    location_class=maybe(*CLASSES),
    material=maybe("material", "not_material", "undetermined"),
    type=maybe(BUCKET, DISK),
    holds=maybe("content", "metadata"),
)
SIGHTS = st.sampled_from([ALL_SEEN, ALL_SEEN, Sight(frozenset({"bzk", "logius"})), Sight(frozenset({"ezk"}))])


def made(chance: random.Random, number: int) -> Asset:
    """A bucket or a disk somewhere; tenants have the same ones, and what is alike often stands together."""
    asset = bucket(
        f"{number * 7919 % 1000:03}",
        *(chance.choice(REGIONS) for _ in range(chance.choice((1, 1, 1, 2)))),
        holds=chance.choice((Holds.CONTENT, Holds.CONTENT, Holds.METADATA)),
        tags=chance.choice(((), (), (("materieel", "ja"),), (("materieel", "nee"),))),
    )
    kind = BUCKET if number % 40 < 25 else DISK
    return replace(asset, name=f"naam {chance.randrange(30)}", type=kind)


def fill(store: Store, tenant: str, size: int, seed: int) -> None:
    """Let the agent of a tenant report its estate."""
    chance = random.Random(seed)  # the same estate in every run
    placed: dict[Scope, list[Asset]] = {}
    for number in range(size):
        asset = made(chance, number)
        scope = replace(chance.choice((IRELAND, FRANKFURT)), type=asset.type)
        placed.setdefault(scope, []).append(asset)
    Reporter(store, tenant=tenant, spool_id=tenant).scan("s1", placed)


@pytest.fixture(scope="module")
def filled(lasting_database: Database) -> Store:
    """Four tenants of three organisations, one of them empty."""
    store = store_over(lasting_database)
    store.registry.put_organisations(
        [Organisation(name, name.upper(), "ministry", above) for name, above in ORGANISATIONS]
    )
    for seed, (tenant, (organisation, size)) in enumerate(TENANTS.items()):
        store.registry.add_tenant(Tenant(tenant, organisation, "aws", created=NOW))
        fill(store, tenant, size, seed)
    return store


@pytest.fixture(scope="module")
def everything(filled: Store) -> list[AssetRow]:
    """All that is kept, as the simplest page gives it."""
    found = filled.reading.assets(ALL_SEEN, AssetQuery(), order_by="asset_id", after=(), limit=10_000)
    assert len(found) == sum(size for _, size in TENANTS.values())
    return [row for row, _ in found]


def countries(row: AssetRow) -> set[str]:
    """Where its data is, by the verdict on each of its locations."""
    asset, verdict = wire.decode_asset(row.record.asset), row.record.verdict
    return {
        country
        for location, judged in zip(asset.locations, verdict.locations, strict=True)
        if location.operation in DATA_OPERATIONS
        for country in judged.countries
    }


def is_asked(row: AssetRow, query: AssetQuery, sight: Sight) -> bool:
    """Whether a plain reading of the question wants the asset."""
    asset, verdict = row.record.asset, row.record.verdict
    location_class = wire.LOCATION_CLASSES.decode(verdict.location_class, "location_class").value
    return (
        (sight.organisations is None or row.organisation in sight.organisations)
        and (query.organisations is None or row.organisation in query.organisations)
        and query.tenant in (None, row.tenant)
        and query.provider in (None, asset.provider)
        and (query.country is None or query.country in countries(row))
        and query.location_class in (None, location_class)
        and query.material in (None, wire.MATERIAL_USES.decode(verdict.material, "material").value)
        and query.type in (None, asset.type)
        and query.holds in (None, wire.HOLDS.decode(asset.holds, "holds").value)
    )


def place(row: AssetRow, order: str) -> tuple[str, str, str]:
    """By what a row is sorted."""
    first = {
        "asset_id": row.record.asset.asset_id,
        "name": row.record.asset.name,
        "type": row.record.asset.type,
        "location_class": str(
            wire.LOCATION_CLASSES.decode(row.record.verdict.location_class, "location_class").badness
        ),
        "organisation": row.organisation,
    }[order]
    return first, row.record.asset.asset_id, row.tenant


@settings(max_examples=examples(60), deadline=None)
@given(
    query=QUERIES,
    sight=SIGHTS,
    order=st.sampled_from(ORDERS),
    reverse=st.booleans(),
    sizes=st.lists(st.sampled_from([1, 2, 7, 40, 101]), min_size=1, max_size=4),
)
def test_pages_hold_what_is_asked_for(
    filled: Store,
    everything: list[AssetRow],
    query: AssetQuery,
    sight: Sight,
    order: str,
    reverse: bool,
    sizes: list[int],
) -> None:
    """In order, each once, whatever the sizes of the pages; and as many as the roll-up counts."""
    wanted = sorted((place(row, order) for row in everything if is_asked(row, query, sight)), reverse=reverse)
    found: list[tuple[str, ...]] = []
    for size in (*sizes, *[101] * 10):
        rows = filled.reading.assets(
            sight,
            query,
            order_by=f"-{order}" if reverse else order,
            after=found[-1] if found else (),
            limit=size,
        )
        assert [place(row, order) for row, _ in rows] == wanted[len(found) : len(found) + size]
        found += [position for _, position in rows]
        if len(rows) < size:
            break
    assert len(found) == len(wanted)
    assert sum(each.assets for each in filled.reading.counts(sight, query)) == len(wanted)


@settings(max_examples=examples(30), deadline=None)
@given(query=QUERIES, sight=SIGHTS, size=st.sampled_from([1, 7, 40, 101]), way=st.sampled_from(WAYS))
def test_findings_hold_what_is_asked_for(
    filled: Store,
    everything: list[AssetRow],
    query: AssetQuery,
    sight: Sight,
    size: int,
    way: dict[str, int],
) -> None:
    """Newest first, those about assets that are asked for, each once; and as many as are counted open."""
    asked = {(row.tenant, row.record.asset.asset_id) for row in everything if is_asked(row, query, sight)}
    reading, states = filled.reading, frozenset({FindingState.OPEN})
    whole = reading.findings(ALL_SEEN, AssetQuery(), states=states, after=(), limit=10_000)
    wanted = [position for row, position in whole if (row.tenant, row.subject) in asked]
    found: list[tuple[str, ...]] = []
    told: list[FindingRow] = []
    with pytest.MonkeyPatch.context() as patch:
        for name, number in way.items():
            patch.setattr(finding_pages, name, number)
        while rows := reading.findings(
            sight, query, states=states, after=found[-1] if found else (), limit=size
        ):
            told += [row for row, _ in rows]
            found += [position for _, position in rows]
    assert found == wanted
    assert all(count == 1 for count in Counter(each.finding_id for each in told).values())
    assert reading.open_findings(sight, query) == len(wanted)
