"""A bundle that is activated reaches agents over mTLS and judges from their next scan on."""

from __future__ import annotations

import json
import shutil
import signal
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from policy import rule_book
from tests.integration.world import World, environment, eventually

TENANT = "rdv-odc"
PACKAGED = rule_book.packaged().base.version
INVENTORY = "site,country,system,kind,name\nodc,NO,Zaak,database,zaken\n"
#: Norway, as if it had left the EEA: so that a verdict tells which rules made it.
NORWAY = (b"NO,Norway,yes,efta_eea,", b"NO,Norway,no,third_country,")


class Ruled(World):
    """A world with a signing key and a directory of rules."""

    def __init__(self, place: Path) -> None:
        super().__init__(place)
        self.rules = place / "rules"
        self.collector("policy", "keys", "create", "--out", str(place))
        self.trust("policy.pub")
        self.collector("policy", "export", str(self.rules))
        source = f'[policy]\nkeys = ["policy.pub"]\n\n[scan]\ninterval = "1s"\n\n{self._source()}'
        self.add_tenant(TENANT, "rdv", "odc", source)
        (place / TENANT / "inventory.csv").write_text(INVENTORY)

    @staticmethod
    def _source() -> str:
        return '[[source]]\nconnector = "odc-csv"\npath = "inventory.csv"'

    def trust(self, key: str) -> None:
        """Say whose signature counts at the collector."""
        before, _, _ = self.config.read_text().partition("\n[policy]\n")
        self.config.write_text(f'{before}\n[policy]\nkeys = ["{self.place / key}"]\n')

    def activate(self, *, change: bool = True) -> str:
        """Sign the rules, changed where asked, and put them in force; returns the version."""
        if change:
            countries = self.rules / "countries.csv"
            countries.write_bytes(countries.read_bytes().replace(*NORWAY))
        self.collector("policy", "sign", str(self.rules), "--key", str(self.place / "policy.key"))
        said = self.collector("policy", "activate", str(self.rules))
        return said.rpartition(", ")[2].rstrip(".\n")

    def scans(self) -> list[tuple[str, str]]:
        """Version and refusal of every scan, in their order."""
        return self.query("SELECT policy_version, policy_refusal FROM scan ORDER BY started")

    def query(self, statement: str) -> list[Any]:
        """Rows of the store."""
        with closing(sqlite3.connect(self.config.parent / "wolkenzicht.db")) as store, store:
            return store.execute(statement).fetchall()

    def events(self, name: str) -> list[dict[str, Any]]:
        """The events of a name in the collector's log."""
        lines = [line for line in self.log.read_text().split("\n")[:-1] if line.startswith("{")]
        return [each for each in map(json.loads, lines) if each["event"] == name]

    def location_class(self) -> str:
        """What the overview says of the one asset."""
        [asset] = self.assets().values()
        return str(asset["location_class"])

    @contextmanager
    def agent(self) -> Iterator[subprocess.Popen[bytes]]:
        """An agent that scans every second."""
        log = self.place / TENANT / "agent.log"
        with log.open("ab") as sink:
            process = subprocess.Popen(
                self.agent_command(TENANT, "run"), stdout=sink, stderr=sink, env=environment()
            )
        try:
            yield process
            process.send_signal(signal.SIGTERM)
            assert process.wait(240) == 0, log.read_text()
        finally:
            process.kill()
            process.wait()


@pytest.fixture
def world(tmp_path: Path) -> Iterator[Ruled]:
    """A collector with the packaged rules, and an agent that has not run."""
    with Ruled(tmp_path) as made:
        yield made


def test_an_activation_reaches_an_open_stream_and_the_next_scan_judges_by_it(world: Ruled) -> None:
    """Without a restart of anything; after a restart of both the bundle still holds."""
    with world.agent():
        eventually(lambda: len(world.scans()) > 1, "scans by the packaged rules")
        assert set(world.scans()) == {(PACKAGED, "")}
        assert world.location_class() == "inside_eea"
        version = world.activate()
        eventually(lambda: world.scans()[-1] == (version, ""), "a scan by the bundle")
        eventually(lambda: world.location_class() == "outside_eea", "its verdict")
    [activated] = world.events("policy.activated")
    assert (activated["serial"], activated["version"], activated["before"]) == (1, version, 0)
    metrics = httpx.get(f"http://127.0.0.1:{world.http_port}/metrics").text
    assert "wolkenzicht_collector_policy_serial 1.0" in metrics
    assert [each["kind"] for each in world.findings()] == ["data_outside_eea"]

    world.stop()
    world.start()
    before = len(world.scans())
    assert world.scan(TENANT).returncode == 0

    assert world.events("collector.ready")[-1]["policy"] == version
    assert set(world.scans()[before:]) == {(version, "")}
    assert len(world.events("policy.sent")) == 1
    assert world.location_class() == "outside_eea"


def test_the_organisations_of_the_tenant_reach_the_agent(world: Ruled) -> None:
    """Nearest first; `check` shows whose rules it would use, and which."""
    world.activate()
    eventually(lambda: world.events("policy.activated"), "the activation was noticed")
    assert world.scan(TENANT).returncode == 0

    checked = world.run("wolkenzicht-agent", "--config", f"{world.place}/{TENANT}/agent.toml", "check")

    assert json.loads((world.place / TENANT / "state" / "policy.json").read_text())["organisations"] == [
        "rdv",
        "mvz",
    ]
    assert "policy bundle 1 for rdv: RCB2026/" in checked.stdout


def test_an_agent_that_does_not_trust_the_key_keeps_its_rules_and_the_collector_hears_it(
    world: Ruled,
) -> None:
    """Whoever takes over the collector changes no agent's rules."""
    world.activate(change=False)
    eventually(lambda: world.events("policy.activated"), "the activation was noticed")
    assert world.scan(TENANT).returncode == 0
    kept = world.scans()
    world.collector("policy", "keys", "create", "--out", str(world.place), "--force")
    world.stop()
    with closing(sqlite3.connect(world.config.parent / "wolkenzicht.db")) as store, store:
        store.execute("DELETE FROM policy_bundle")
    world.collector("policy", "sign", str(world.rules), "--key", f"{world.place}/policy.key", "--serial", "9")
    world.collector("policy", "activate", str(world.rules))
    world.start()

    for _ in range(2):
        assert world.scan(TENANT).returncode == 0

    version, reason = world.scans()[-1]
    assert version == kept[-1][0]
    assert reason.startswith("the signature is wrong: no trusted key made it")
    assert world.events("policy.refused_by_agent")[-1]["reason"] == reason
    checked = world.run("wolkenzicht-agent", "--config", f"{world.place}/{TENANT}/agent.toml", "check")
    assert checked.returncode == 1
    assert f"{reason}; until then policy bundle 1 for rdv: {version}" in checked.stdout
    metrics = httpx.get(f"http://127.0.0.1:{world.http_port}/metrics").text
    assert f'wolkenzicht_collector_policy_refusals_total{{tenant="{TENANT}"}}' in metrics


def test_what_someone_wrote_into_the_store_does_not_come_into_force(world: Ruled) -> None:
    """While it runs the collector keeps its rules and says so; it does not start with it either."""
    version = world.activate()
    eventually(lambda: world.events("policy.activated"), "the activation was noticed")
    row = "version, title, manifest, signature, files, activated, activated_by FROM policy_bundle"
    with closing(sqlite3.connect(world.config.parent / "wolkenzicht.db")) as store, store:
        store.execute(f"INSERT INTO policy_bundle SELECT 7, {row}")
        store.execute(
            "UPDATE policy_bundle SET manifest = replace(CAST(manifest AS TEXT), ?, ?) WHERE serial = 7",
            ('"serial": 1', '"serial": 7'),
        )

    eventually(lambda: world.events("policy.refused"), "the refusal is in the log")

    [refused] = world.events("policy.refused")
    assert refused["in_force"] == 1
    assert "policy bundle 7" in refused["reason"]
    assert "the signature is wrong" in refused["reason"]
    assert world.scan(TENANT).returncode == 0
    assert world.scan(TENANT).returncode == 0
    assert world.scans()[-1] == (version, "")
    world.stop()
    started = world.run("wolkenzicht-collector", "--config", str(world.config), "serve")
    assert started.returncode == 1
    assert "policy bundle 7, which the store has in force, cannot be used" in started.stderr


def test_a_collector_that_no_longer_trusts_the_key_does_not_start(world: Ruled) -> None:
    """In one line, with what to do."""
    world.activate()
    world.stop()
    world.collector("policy", "keys", "create", "--out", str(world.place / "other"))
    world.trust("other/policy.pub")

    started = world.run("wolkenzicht-collector", "--config", str(world.config), "serve")

    assert started.returncode == 1
    assert started.stderr.startswith("Error: policy bundle 1, which the store has in force, cannot be used:")
    assert "add its policy.pub to [policy]" in started.stderr


def test_an_older_bundle_in_the_store_does_not_replace_the_newer_one_of_an_agent(world: Ruled) -> None:
    """A collector that was restored from an old copy, or whose store was tampered with."""
    database = world.config.parent / "wolkenzicht.db"
    world.activate(change=False)
    world.stop()
    shutil.copy(database, world.place / "copy.db")
    world.start()
    version = world.activate()
    eventually(lambda: world.events("policy.activated"), "the activation was noticed")
    assert world.scan(TENANT).returncode == 0
    world.stop()
    with closing(sqlite3.connect(database)) as store, store:
        store.execute("DELETE FROM policy_bundle WHERE serial = 2")
    world.start()

    assert world.scan(TENANT).returncode == 0

    assert world.scans()[-1] == (version, "")
    assert world.events("collector.ready")[-1]["policy"] == PACKAGED
