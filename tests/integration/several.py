"""Several collectors over one store, and agents that read a datacentre's inventory."""

from __future__ import annotations

import random
import subprocess
from collections import Counter
from collections.abc import Callable, Iterable
from itertools import pairwise
from typing import Any

from deploy.demo.processes import free_port
from tests.integration.world import World, environment, eventually

HEADER = "site;country;system;kind;name;owner;material;personal data;tags\n"


class Second(World):
    """A further collector over the store of the first: its data folder and authority, ports of its own."""

    def __init__(self, first: World, name: str = "second") -> None:
        self.first, self.place = first, first.place
        self.port, self.http_port = free_port(), free_port()
        self.log = first.place / f"{name}.log"
        self._process = None
        self.config = first.config.with_name(f"{name}.toml")
        text = first.config.read_text()
        for before, here in ((first.port, self.port), (first.http_port, self.http_port)):
            text = text.replace(f"127.0.0.1:{before}", f"127.0.0.1:{here}")
        self.config.write_text(text)


class Estate:
    """What stands in the inventories of some sites; `assets` in each, as soon as it was changed once."""

    def __init__(self, world: World, sites: Iterable[str], assets: int = 150) -> None:
        self.world = world
        self.names: dict[str, set[str]] = {site: set() for site in sites}
        self._assets = assets
        self._chance = random.Random(20261130)
        self._made = 0

    def change(self) -> None:
        """Put new databases in each inventory, and take as many out where it is full."""
        for site, names in self.names.items():
            for _ in range(20 if names else self._assets):
                self._made += 1
                names.add(f"db-{self._made}")
            names.difference_update(self._chance.sample(sorted(names), max(0, len(names) - self._assets)))
            write(self.world, site, names)

    def is_seen(self, *ports: int) -> None:
        """Wait until each of these collectors tells exactly what stands in the inventories."""
        truth = Counter(name for names in self.names.values() for name in names)
        for port in ports:
            ask_at(self.world, port)
            eventually(lambda: self.told() == truth, f"the overview at {port} equals the inventories")

    def told(self) -> Counter[str]:
        """Every name in the overview, as often as it is there."""
        return Counter(
            each["name"]
            for each in self.world.ask("assets", "list", "--all", "--type", "ODC::Database")["items"]
        )


def add_site(world: World, site: str) -> str:
    """A tenant whose agent reads the inventory of a site, which is empty yet; returns its name."""
    write(world, site, ())
    source = f'[[source]]\nconnector = "odc-csv"\npath = "{world.place / site}.csv"\nsite = "{site}"'
    tenant = tenant_of(site)
    world.add_tenant(tenant, "rdv", "odc", source)
    return tenant


def tenant_of(site: str) -> str:
    """The tenant whose agent reads the inventory of a site."""
    return f"rdv-{site[4:].lower()}"


def write(world: World, site: str, names: Iterable[str]) -> None:
    """Let an inventory hold these, from one moment to the next; every third stands in London."""
    rows = [f"{site};{'GB' if number % 3 == 0 else 'NL'};hr;database;{name};p;ja;ja;\n"
            for number, name in enumerate(sorted(names))]  # fmt: skip
    new = world.place / f"{site}.new"
    new.write_text(HEADER + "".join(rows))
    new.replace(world.place / f"{site}.csv")


def start_agent(
    world: World, tenant: str, *options: str, address: str = "", **variables: str
) -> subprocess.Popen[bytes]:
    """Start an agent in the background; `options` go behind `run`, `variables` into its environment."""
    if address:
        variables["WOLKENZICHT_COLLECTOR_ADDRESS"] = address
    with (world.place / f"{tenant}.log").open("ab") as log:
        return subprocess.Popen(
            world.agent_command(tenant, "run", *options), stdout=log, stderr=log, env=environment(**variables)
        )


def running(world: World, sites: Iterable[str], address: str = "") -> list[subprocess.Popen[bytes]]:
    """The agent of every site, scanning once a second."""
    tenants = [tenant_of(site) for site in sites]
    for tenant in tenants:
        config = world.place / tenant / "agent.toml"
        config.write_text(config.read_text().replace("[[source]]", '[scan]\ninterval = "1s"\n\n[[source]]'))
    return [start_agent(world, tenant, address=address) for tenant in tenants]


def ask_at(world: World, port: int) -> None:
    """Let the asker of a world ask at this port."""
    settings = world.place / "asker-cio" / "wolkenzicht.toml"
    _first, rest = settings.read_text().split("\n", 1)
    settings.write_text(f'collector = "localhost:{port}"\n{rest}')


def doubled(rows: Callable[[str], list[Any]]) -> list[Any]:
    """Versions that begin before the last ended, or end after the present one began; findings twice.

    `rows` runs a statement in the store's database.
    """
    versions = rows(
        "SELECT tenant, asset_id, valid_from, valid_to FROM asset_version"
        " ORDER BY tenant, asset_id, valid_from, valid_to"
    )
    overlapping = [
        later for earlier, later in pairwise(versions) if earlier[:2] == later[:2] and later[2] < earlier[3]
    ]
    beside_the_present = rows(
        "SELECT a.tenant, a.asset_id FROM asset AS a JOIN asset_version AS v"
        " ON v.tenant = a.tenant AND v.asset_id = a.asset_id AND v.valid_to > a.changed"
    )
    findings = rows(
        "SELECT tenant, subject, kind, opened FROM finding GROUP BY 1, 2, 3, 4 HAVING count(*) > 1"
    )
    return [*overlapping, *beside_the_present, *findings]
