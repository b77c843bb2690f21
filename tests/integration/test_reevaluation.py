"""A collector judges again all it holds: at an activation, through kills, and at a start with other rules."""

from __future__ import annotations

import json
import signal
import subprocess
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from collector.store.base import AssetQuery, FindingRow, Progress, Sight, Store
from collector.store.closing import closing
from collector.store.sqlite import open_store
from policy.rule_book import RuleBook, packaged
from tests.contract.editions import DUBLIN, moved
from tests.contract.reporting import IRELAND, Reporter, bucket, findings
from tests.integration.collector_process import (
    PATIENCE_SECONDS,
    Running,
    command,
    environment,
    eventually,
    found,
    must,
    serving,
)
from wolkenzicht import wire
from wolkenzicht.model import Asset, FindingKind, FindingState, LocationClass

TENANT = "mvz-aws"
ASSETS = 6_000
KILLS = 4


def estate() -> list[Asset]:
    """Half of it in Ireland, which the new edition has elsewhere; one in ten in Virginia."""
    regions = ["eu-west-1", "eu-north-1"] * 4 + ["us-east-1", "eu-west-1"]
    return [bucket(f"bucket-{number}", regions[number % len(regions)]) for number in range(ASSETS)]


@contextmanager
def stored(config: Path) -> Iterator[Store]:
    """The collector's store."""
    with closing(open_store(config.parent / "data" / "wolkenzicht.db")) as store:
        yield store


def progress(store: Store) -> Progress:
    """How the tenant stands."""
    return next(each for each in store.evaluation.standing() if each.tenant == TENANT)


@pytest.fixture
def config(tmp_path: Path) -> Path:
    """A founded collector whose tenant reported its estate, judged by the packaged rules."""
    founded = found(tmp_path)
    with stored(founded) as store:
        agent, assets = Reporter(store, tenant=TENANT), estate()
        agent.start("s1")
        agent.plan(IRELAND)
        for start in range(0, ASSETS, 500):
            agent.batch(IRELAND, *assets[start : start + 500])
        agent.end()
    return founded


def bundle(config: Path) -> Path:
    """A signed bundle in which Ireland lies elsewhere; the collector trusts its key."""
    folder, keys = config.parent / "rules", config.parent
    must(config, "policy", "keys", "create", "--out", str(keys))
    config.write_text(config.read_text() + '\n[policy]\nkeys = ["policy.pub"]\n')
    must(config, "policy", "export", str(folder))
    (folder / "aws_regions.csv").write_bytes(moved((DUBLIN, "GB")).contents["aws_regions.csv"])
    must(config, "policy", "sign", str(folder), "--key", str(keys / "policy.key"))
    return folder


def as_judged_by(store: Store, book: RuleBook) -> None:
    """Every asset is kept as the edition judges it, each once, with the findings that follow, each once."""
    expected = {each.asset_id: book.base.classify(each) for each in estate()}
    query = AssetQuery(tenant=TENANT)
    kept = store.reading.assets(Sight(None), query, order_by="asset_id", after=(), limit=2 * ASSETS)
    records = {row.record.asset.asset_id: row.record for row, _ in kept}
    assert len(kept) == ASSETS
    for asset in estate():
        message = wire.encode_classified(asset, expected[asset.asset_id])
        assert records[asset.asset_id].fingerprint == message.fingerprint
        assert wire.decode_verdict(records[asset.asset_id].verdict).location_class is (
            expected[asset.asset_id].location_class
        )
    inside = LocationClass.INSIDE_EEA
    outside = {each for each, verdict in expected.items() if verdict.location_class != inside}
    opened = Counter(each.asset_id for each in _open(store))
    assert opened == dict.fromkeys(outside, 1)


def _open(store: Store) -> list[FindingRow]:
    page = store.reading.findings(
        Sight(None), AssetQuery(), states=frozenset({FindingState.OPEN}), after=(), limit=2 * ASSETS
    )
    outside = (FindingKind.DATA_OUTSIDE_EEA, FindingKind.DATA_OUTSIDE_EEA_ADEQUATE)
    return [row for row, _ in page if row.kind in outside]


def finished(running: Running, number: int = 1) -> dict[str, Any]:
    """The event that tells of the end."""
    eventually(lambda: len(running.events("evaluation.finished")) >= number, "judged again")
    return running.events("evaluation.finished")[-1]


def test_an_activation_is_followed_by_all_that_is_kept(config: Path) -> None:
    """The collector goes on serving meanwhile; asset versions, findings and events follow once."""
    folder = bundle(config)
    with serving(config) as running:
        assert finished(running)["changed"] == 0, "they were judged by these rules"

        must(config, "policy", "activate", str(folder))

        told = finished(running, 2)
        book = RuleBook({**moved((DUBLIN, "GB")).contents}, 1)
        ireland = sum(each.location == "eu-west-1" for each in estate())
        assert (told["judged"], told["changed"], told["events"]) == (ASSETS, ireland, ireland)
        with stored(config) as store:
            as_judged_by(store, book)
        [row] = [
            each
            for each in json.loads(must(config, "policy", "status", "--format", "json"))["items"]
            if each["tenant"] == TENANT
        ]
        assert (row["state"], row["changed"], row["remaining"]) == ("done", str(ireland), "0")
        assert "wolkenzicht_collector_evaluated_assets_total" in _metrics(running)


def test_kills_in_the_middle_lose_and_double_nothing(config: Path) -> None:
    """Killed again and again it goes on where it was, and ends as if it had never stopped."""
    folder = bundle(config)
    must(config, "policy", "activate", str(folder))
    positions = []
    for _ in range(KILLS):
        process = subprocess.Popen(
            command(config, "serve"),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env=environment(),
        )
        with stored(config) as store:
            before = progress(store).position
            deadline = time.monotonic() + PATIENCE_SECONDS
            while progress(store).position <= before and time.monotonic() < deadline:
                time.sleep(0.005)
            process.send_signal(signal.SIGKILL)
            process.wait()
            positions.append(progress(store).position)
            assert not progress(store).done or positions[-1] >= ASSETS
    assert positions == sorted(positions)

    with serving(config) as running:
        finished(running)
        [started] = running.events("evaluation.started")
    with stored(config) as store:
        standing = progress(store)
        assert standing.done
        assert standing.judged == ASSETS
        assert started["assets"] == ASSETS - positions[-1]
        as_judged_by(store, RuleBook({**moved((DUBLIN, "GB")).contents}, 1))
        everything = findings(store)
        assert len({(each.asset_id, each.kind) for each in everything}) == len(everything)
        versions = Counter(
            row.record.asset.asset_id
            for each in estate()[:20]
            for row in store.reading.versions(Sight(None), each.asset_id)
        )
        assert versions == {each.asset_id: 1 for each in estate()[:20] if each.location == "eu-west-1"}


def test_a_collector_that_starts_with_other_rules_judges_again(config: Path) -> None:
    """Verdicts of other rules than those it starts with are brought to these, with nobody asking."""
    with serving(config) as running:
        finished(running)
    with stored(config) as store:
        # As a collector with the other edition would have left it.
        other = moved((DUBLIN, "GB"))
        agent = Reporter(store, tenant=TENANT, spool_id="spool-2")
        agent.start("s2")
        agent.plan(IRELAND)
        changed = [wire.encode_classified(each, other.base.classify(each)) for each in estate()[:500]]
        agent.batch(IRELAND, *changed)
        store.evaluation.begin({TENANT: "other rules (0)"}, agent.now)

    with serving(config) as running:
        told = finished(running)

    ireland = sum(each.location == "eu-west-1" for each in estate()[:500])
    assert (told["judged"], told["changed"]) == (ASSETS, ireland)
    with stored(config) as store:
        as_judged_by(store, packaged())


def _metrics(running: Running) -> str:
    return httpx.get(f"http://{running.address('http')}/metrics").text
