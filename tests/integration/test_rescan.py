"""What a rescan costs, and what a collector from a backup is after one: real processes over mTLS."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.integration.world import World
from tests.servers.counting_proxy import CountingProxy

ASSETS = 12_000
HEADER = "site,country,system,kind,name,owner,material,personal data,tags\n"


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """A collector with one datacentre tenant whose inventory is a file."""
    founded = World(tmp_path_factory.mktemp("rescan"))
    source = f'[[source]]\nconnector = "odc-csv"\npath = "{founded.place}/inventory.csv"\nsite = "odc-noord"'
    founded.add_tenant("mvz-odc", "mvz", "odc", source)
    with founded:
        yield founded


@pytest.fixture(scope="module")
def proxy(world: World) -> Iterator[CountingProxy]:
    """What counts the bytes between the agent and the collector."""
    with CountingProxy(world.port) as counting:
        config = world.place / "mvz-odc" / "agent.toml"
        config.write_text(config.read_text().replace(f"localhost:{world.port}", f"localhost:{counting.port}"))
        yield counting


def write(world: World, changed: int = 0, *, missing: int = 0) -> None:
    """Write the inventory: the first few machines have another owner, the last few are not there."""
    rows = [
        f"odc-noord,NL,Subsidieportaal,vm,machine-{number:05},"
        f'Team {"Nieuw" if number < changed else "Subsidies"},ja,ja,"omgeving=productie;rij={number % 97}"\n'
        for number in range(ASSETS - missing)
    ]
    (world.place / "inventory.csv").write_text(HEADER + "".join(rows))


def scanned(world: World, proxy: CountingProxy) -> int:
    """Scan once; the bytes that it took."""
    proxy.total()
    finished = world.scan("mvz-odc")
    assert finished.returncode == 0, finished.stderr
    return proxy.total()


def test_a_rescan_costs_what_changed(world: World, proxy: CountingProxy) -> None:
    """Half a percent of the bytes without changes, five with one in a hundred assets changed."""
    write(world)
    first = scanned(world, proxy)
    unchanged = scanned(world, proxy)
    write(world, changed=ASSETS // 100)
    changed = scanned(world, proxy)

    assert total(world) == ASSETS
    assert unchanged <= 0.005 * first, (unchanged, first)
    assert changed <= 0.05 * first, (changed, first)


def test_a_collector_from_a_backup_is_whole_after_one_scan(world: World, proxy: CountingProxy) -> None:
    """It is given what it lacks, without an asset that it has, and the gap stands on record."""
    write(world)
    scanned(world, proxy)
    store = world.place / "collector" / "wolkenzicht.db"
    copy = world.place / "yesterday.db"
    backup(store, copy)
    write(world, changed=50, missing=20)
    scanned(world, proxy)

    world.stop()
    for ending in ("-wal", "-shm"):
        store.with_name(store.name + ending).unlink(missing_ok=True)
    backup(copy, store)
    world.start()
    assert total(world) == ASSETS
    mended = scanned(world, proxy)

    assert total(world) == ASSETS - 20
    owners = [each for each in world.assets().values() if each["declarations"]["owner"] == "Team Nieuw"]
    assert len(owners) == 50
    [gap] = world.ask("coverage", "--gaps")["items"]
    assert (gap["tenant"], gap["cause"]) == ("mvz-odc", "collector_behind")
    assert gap["from"] < gap["until"]
    assert "collector was behind" in world.asking("coverage", "--gaps", "--lang", "en").stdout
    assert world.ask("coverage", "--blind")["items"] == []
    assert mended < 400_000, mended


def backup(source: Path, target: Path) -> None:
    """Copy a store as a backup does."""
    target.unlink(missing_ok=True)
    with closing(sqlite3.connect(source)) as one, closing(sqlite3.connect(target)) as other:
        one.backup(other)


def total(world: World) -> int:
    """How many assets the overview counts."""
    found: int = world.ask("overview")["total"]["assets"]
    return found
