"""The demo's four tenants: what serves each of them, and how their agents are configured."""

from __future__ import annotations

import contextlib
import json
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass, field
from pathlib import Path

from deploy.demo import estate, inventory, served
from deploy.demo.processes import background, free_port
from tests.servers.azure import CLIENT_ID, CLIENT_SECRET
from tests.servers.azure_estate import TENANT as ENTRA_TENANT
from tests.servers.gcp_estate import ORGANIZATION

#: Says what a step does, and lets it note how it went.
Step = Callable[[str], AbstractContextManager[Callable[[str], None]]]


@dataclass(frozen=True, slots=True)
class Tenant:
    """A tenant: whose it is, the source section of its agent, and that agent's environment."""

    name: str
    organisation: str
    provider: str
    source: str
    environment: Mapping[str, str] = field(default_factory=dict)


@contextlib.contextmanager
def serving(place: Path, step: Step) -> Iterator[tuple[Tenant, ...]]:
    """The tenants, each with something behind it until the block ends. Raises `DemoError`."""
    with ExitStack() as stack:
        yield (
            _aws(place, step, stack),
            _azure(place, step, stack),
            _gcp(place, step, stack),
            _odc(place, step),
        )


def _aws(place: Path, step: Step, stack: ExitStack) -> Tenant:
    port = free_port()
    endpoint = f"http://127.0.0.1:{port}"
    command = [sys.executable, "-m", "deploy.demo.api", "--port", str(port)]
    with step("filling an AWS account over its API") as note:
        stack.enter_context(background(command, port, place / "aws-api.log"))
        note(f"{estate.seed(endpoint, lambda _made: None)} assets")
    return Tenant(
        "mvz-aws",
        "mvz",
        "aws",
        # AWS's request quotas are none of the demo's API server.
        f'[[source]]\nconnector = "aws"\nquota_share = 0\nkinds = {json.dumps(served.kinds())}\n',
        {
            "AWS_ACCESS_KEY_ID": "demo",
            "AWS_SECRET_ACCESS_KEY": "demo",
            "AWS_DEFAULT_REGION": "eu-west-1",
            "AWS_ENDPOINT_URL": endpoint,
        },
    )


def _azure(place: Path, step: Step, stack: ExitStack) -> Tenant:
    port, authority = free_port(), place / "azure-ca.pem"
    command = [sys.executable, "-m", "deploy.demo.azure", "--port", str(port), "--ca", str(authority)]
    with step("opening an Entra tenant over Azure's API") as note:
        stack.enter_context(background(command, port, place / "azure-api.log", writes=authority))
        note("3 subscriptions")
    url = f"https://localhost:{port}"
    return Tenant(
        "mvz-azure",
        "mvz",
        "azure",
        f'[[source]]\nconnector = "azure"\ntenant_id = "{ENTRA_TENANT}"\nauthority = "{url}"\n'
        f'endpoint = "{url}"\nca = "{authority}"\nquota_share = 0\n',
        {
            "AZURE_TENANT_ID": ENTRA_TENANT,
            "AZURE_CLIENT_ID": CLIENT_ID,
            "AZURE_CLIENT_SECRET": CLIENT_SECRET,
        },
    )


def _gcp(place: Path, step: Step, stack: ExitStack) -> Tenant:
    port = free_port()
    command = [sys.executable, "-m", "deploy.demo.gcp", "--port", str(port)]
    with step("opening a Google Cloud organization over its API") as note:
        stack.enter_context(background(command, port, place / "gcp-api.log"))
        note("3 projects")
    return Tenant(
        "ivv-gcp",
        "ivv",
        "gcp",
        f'[[source]]\nconnector = "gcp"\nscope = "{ORGANIZATION}"\nquota_share = 1.0\n'
        f'endpoint = "http://127.0.0.1:{port}"\n',
    )


def _odc(place: Path, step: Step) -> Tenant:
    path = place / "odc-inventory.csv"
    with step("writing the datacentre's inventory") as note:
        note(f"{inventory.write(path)} rows")
    source = f'[[source]]\nconnector = "odc-csv"\npath = "{path}"\nsite = "{inventory.SITE}"\n'
    return Tenant("rdv-odc", "rdv", "odc", source)
