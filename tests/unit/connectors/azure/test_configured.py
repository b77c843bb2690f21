"""An agent's configuration that names an Azure tenant, read by many threads at once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from agent.config import AzureSection, load
from agent.sources import make_sources
from tests.servers.azure import AzureServer
from tests.servers.azure_estate import TENANT, generated
from tests.servers.azure_reading import clean_azure_environment, source_of
from wolkenzicht.model import Scope

_CONFIG = """
tenant = "min-azure"
state = "state"
[collector]
address = "collector.example.nl:8443"
ca = "ca.pem"
certificate = "agent.pem"
key = "agent.key"
[[source]]
connector = "azure"
tenant_id = "{tenant}"
subscriptions = ["bbbbbbbb-0000-4000-8000-000000000001"]
authority = "{url}"
endpoint = "{url}"
ca = "{ca}"
kinds = ["managed-disk"]
diagnostic_settings = false
"""

_GROUPED = """
[[source]]
connector = "azure"
tenant_id = "{tenant}"
management_group = "groep-0000"
authority = "{url}"
endpoint = "{url}"
ca = "{ca}"
kinds = ["subscription"]
"""


def test_configured_tenant_is_read(tmp_path: Path) -> None:
    """What agent.toml says reaches the connector, and its one scope is read."""
    with clean_azure_environment(), AzureServer(generated(3, 4)) as server:
        for name in ("ca.pem", "agent.pem", "agent.key"):
            (tmp_path / name).write_text("")
        file = tmp_path / "agent.toml"
        file.write_text(_CONFIG.format(tenant=TENANT, url=server.url, ca=server.ca))
        config = load(file)
        (source,) = make_sources(config, file)
        (scope,) = source.plan()
        items = list(source.read(scope))
    assert isinstance(config.source[0], AzureSection)
    assert source.connector == "azure"
    assert scope.account == "bbbbbbbb-0000-4000-8000-000000000001"
    assert len(items) == 2


def test_configured_group_is_read(tmp_path: Path) -> None:
    """A source of a management group has the subscriptions under it."""
    with clean_azure_environment(), AzureServer(generated(12, 2)) as server:
        for name in ("ca.pem", "agent.pem", "agent.key"):
            (tmp_path / name).write_text("")
        file = tmp_path / "agent.toml"
        head = _CONFIG.partition("[[source]]")[0]
        file.write_text(head + _GROUPED.format(tenant=TENANT, url=server.url, ca=server.ca))
        (source,) = make_sources(load(file), file)
        assert len(list(source.plan())) == 10


def test_threads_share_a_source() -> None:
    """Groups that are read at once give every scope what it holds."""
    with clean_azure_environment(), AzureServer(generated(40, 6)) as server:
        server.graph_page_size = 7
        source = source_of(server)
        groups: dict[str, list[int]] = {}
        by_group: dict[str, list[Scope]] = {}
        for scope in source.plan():
            by_group.setdefault(source.group(scope), []).append(scope)

        def read_group(name: str) -> None:
            groups[name] = [len(list(source.read(scope))) for scope in by_group[name]]
            source.finish_group(name)

        with ThreadPoolExecutor(8) as pool:
            list(pool.map(read_group, by_group))
    filled = {name: counts for name, counts in groups.items() if any(counts)}
    queried = {name: set(counts) for name, counts in filled.items() if name.endswith("-000000000000")}
    assert queried == {
        "*/bbbbbbbb-0000-4000-8000-000000000000": {7},
        "Microsoft.Insights/diagnosticSettings/bbbbbbbb-0000-4000-8000-000000000000": {1},
        "Microsoft.Compute/disks/bbbbbbbb-0000-4000-8000-000000000000": {3},
        "Microsoft.Resources/subscriptions/bbbbbbbb-0000-4000-8000-000000000000": {1},
        "Microsoft.Storage/storageAccounts/bbbbbbbb-0000-4000-8000-000000000000": {3},
    }
    assert len(filled) == 5 + 3 * 39 + 2  # what each other is, logs and lists, and the tenant and its groups
