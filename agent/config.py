"""What agent.toml may say: the tenant, the collector, the rhythm of scans, the spool and the sources."""

from __future__ import annotations

from pathlib import Path

import msgspec

from wolkenzicht import settings
from wolkenzicht.errors import ConfigurationError
from wolkenzicht.transport import MAX_FRAME_BYTES, Credentials

_MAX_WORKERS = 64
_MIN_SPOOL_BYTES = 4 * MAX_FRAME_BYTES
_MIN_SPOOL_SECONDS = 3_600
_MAX_PORT = 65_535


class _Section(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A table of the file; unknown keys are refused."""


def _length(key: str, text: str) -> float:
    try:
        return settings.seconds(text)
    except ValueError as error:
        raise ValueError(f"{key}: {error}") from error


class CollectorSection(_Section, frozen=True):
    """Where the collector is and how the agent proves who it is.

    `address` is one host:port, or several with commas between them, of collectors over one store.
    `patience` is how long `run --once` keeps trying without an acknowledgement before it gives up.
    """

    address: str
    ca: Path
    certificate: Path
    key: Path
    patience: str = "10m"

    def __post_init__(self) -> None:
        """Check what the types cannot say."""
        for address in self.addresses:
            host, separator, port = address.rpartition(":")
            if not separator or not host or not port.isdecimal() or not 0 < int(port) <= _MAX_PORT:
                raise ValueError(
                    f'address {address!r} is no host:port; write for instance "collector.example.nl:8443", '
                    "or several with commas between them"
                )
        if len(set(self.addresses)) < len(self.addresses):
            raise ValueError(f"address {self.address!r} names a collector twice; leave one of them out")
        _length("patience", self.patience)

    @property
    def addresses(self) -> tuple[str, ...]:
        """Each host:port of `address`."""
        return tuple(each.strip() for each in self.address.split(","))

    @property
    def credentials(self) -> Credentials:
        """The paths of the certificate files."""
        return Credentials(ca=self.ca, certificate=self.certificate, key=self.key)

    @property
    def patience_seconds(self) -> float:
        """`patience` in seconds."""
        return settings.seconds(self.patience)


class ScanSection(_Section, frozen=True):
    """How often is scanned, and how many groups of scopes are read at once."""

    interval: str = "1h"
    workers: int = 8

    def __post_init__(self) -> None:
        """Check what the types cannot say."""
        if _length("interval", self.interval) < 1:
            raise ValueError(f"interval {self.interval!r} is too short; give at least 1s")
        if not 1 <= self.workers <= _MAX_WORKERS:
            raise ValueError(f"workers is {self.workers}; give a number from 1 to {_MAX_WORKERS}")

    @property
    def interval_seconds(self) -> float:
        """`interval` in seconds."""
        return settings.seconds(self.interval)


class SpoolSection(_Section, frozen=True):
    """How much waits on disk for the collector and for how long, and how long a scan waits for room."""

    max_bytes: int = 512 * 1024 * 1024
    max_age: str = "30d"
    max_wait: str = "15m"

    def __post_init__(self) -> None:
        """Check what the types cannot say."""
        if self.max_bytes < _MIN_SPOOL_BYTES:
            raise ValueError(f"max_bytes is {self.max_bytes}; give at least {_MIN_SPOOL_BYTES}")
        _length("max_wait", self.max_wait)
        if _length("max_age", self.max_age) < _MIN_SPOOL_SECONDS:
            raise ValueError(f"max_age {self.max_age!r} is too short; give at least 1h")

    @property
    def max_age_seconds(self) -> float:
        """`max_age` in seconds."""
        return settings.seconds(self.max_age)

    @property
    def max_wait_seconds(self) -> float:
        """`max_wait` in seconds."""
        return settings.seconds(self.max_wait)


class MetricsSection(_Section, frozen=True):
    """Where `/metrics` and `/healthz` are served; an empty address means nowhere."""

    listen: str = ""

    def __post_init__(self) -> None:
        """Check what the types cannot say."""
        host, separator, port = self.listen.rpartition(":")
        if self.listen and (not separator or not host or not port.isdecimal() or int(port) > _MAX_PORT):
            raise ValueError(
                f'listen {self.listen!r} is no address:port; write for instance "127.0.0.1:9108"'
            )


class PolicySection(_Section, frozen=True):
    """The public keys whose signature under a policy bundle counts; without one no bundle is used."""

    keys: tuple[Path, ...] = ()


class AwsSection(_Section, frozen=True, tag_field="connector", tag="aws"):
    """AWS accounts; what the keys mean stands with `connectors.aws.settings.AwsSettings`."""

    accounts: str | tuple[str, ...] | None = None
    role_name: str | None = None
    external_id: str | None = None
    role_session_name: str = "wolkenzicht"
    regions: tuple[str, ...] | None = None
    partition: str = "aws"
    kinds: tuple[str, ...] | None = None
    not_offered: tuple[str, ...] = ()
    max_attempts: int = 8
    quota_share: float = 0.3
    endpoint_url: str | None = None


class AzureSection(_Section, frozen=True, tag_field="connector", tag="azure"):
    """One Entra tenant; what the keys mean stands with `connectors.azure.session.AzureSettings`."""

    tenant_id: str
    subscriptions: tuple[str, ...] | None = None
    cloud: str = "AzureCloud"
    authority: str | None = None
    endpoint: str | None = None
    ca: Path | None = None
    quota_share: float = 0.3
    kinds: tuple[str, ...] | None = None
    max_attempts: int = 5
    management_group: str | None = None
    diagnostic_settings: bool = True


class GcpSection(_Section, frozen=True, tag_field="connector", tag="gcp"):
    """One GCP organization, folder or project; the keys stand with `connectors.gcp.source.GcpSettings`."""

    scope: str
    endpoint: str | None = None
    quota_share: float = 0.3
    kinds: tuple[str, ...] | None = None
    max_attempts: int = 6


class OdcCsvSection(_Section, frozen=True, tag_field="connector", tag="odc-csv"):
    """One CSV inventory; what the keys mean stands with `connectors.odc.source.OdcCsvSettings`."""

    path: Path
    site: str | None = None


class _PlaceSection(_Section, frozen=True, kw_only=True):
    """Where a private cloud stands; the keys are those of `connectors.odc.place.Place`."""

    site: str
    country: str = ""
    operator: str = ""
    owner: str = ""


class OdcRvtoolsSection(_PlaceSection, frozen=True, kw_only=True, tag_field="connector", tag="odc-rvtools"):
    """One export; the keys stand with `connectors.odc.rvtools.source.RvtoolsSettings`."""

    path: Path
    account: str = ""


class OdcNetboxSection(_Section, frozen=True, tag_field="connector", tag="odc-netbox"):
    """One NetBox; the keys stand with `connectors.odc.netbox.source.NetboxSettings`."""

    url: str
    token_file: Path
    ca: Path | None = None
    account: str = ""
    countries: dict[str, str] = {}
    fields: dict[str, str] = {}
    roles_without_data: tuple[str, ...] = ()
    page_size: int = 250
    max_attempts: int = 5


class OdcVcenterSection(_PlaceSection, frozen=True, kw_only=True, tag_field="connector", tag="odc-vcenter"):
    """One vCenter; the keys stand with `connectors.odc.vcenter.source.VcenterSettings`."""

    url: str
    user: str
    password_file: Path
    account: str = ""
    ca: Path | None = None
    page_size: int = 500


class PlaceSection(_PlaceSection, frozen=True, kw_only=True):
    """The place of one region of an OpenStack."""


class OdcOpenstackSection(
    _PlaceSection, frozen=True, kw_only=True, tag_field="connector", tag="odc-openstack"
):
    """One project or all; the keys stand with `connectors.odc.openstack.source.OpenstackSettings`."""

    auth_url: str
    credential_secret_file: Path
    credential_id: str = ""
    user: str = ""
    user_domain: str = "Default"
    backups: PlaceSection | None = None
    places: dict[str, PlaceSection] = {}
    regions: tuple[str, ...] | None = None
    ca: Path | None = None
    page_size: int = 500
    max_attempts: int = 5


class KubernetesSection(_Section, frozen=True, tag_field="connector", tag="kubernetes"):
    """One cluster; the keys stand with `connectors.odc.kubernetes.source.KubernetesSettings`."""

    cluster: str
    kubeconfig: Path | None = None
    context: str = ""
    place: PlaceSection | None = None
    page_size: int = 500
    max_attempts: int = 5


SourceSection = (
    AwsSection
    | AzureSection
    | GcpSection
    | OdcCsvSection
    | OdcRvtoolsSection
    | OdcNetboxSection
    | OdcVcenterSection
    | OdcOpenstackSection
    | KubernetesSection
)


class AgentConfig(_Section, frozen=True):
    """The whole of agent.toml."""

    tenant: str
    state: Path
    collector: CollectorSection
    source: tuple[SourceSection, ...]
    scan: ScanSection = ScanSection()
    spool: SpoolSection = SpoolSection()
    metrics: MetricsSection = MetricsSection()
    policy: PolicySection = PolicySection()

    def __post_init__(self) -> None:
        """Check what the types cannot say."""
        if not self.tenant.strip() or self.tenant != self.tenant.strip():
            raise ValueError(
                "tenant is empty or has spaces around it; write the name that the collector gave it"
            )
        if not self.source:
            raise ValueError("source is empty; add a [[source]] section with its connector")


def load(path: Path) -> AgentConfig:
    """The configuration in the file, with the environment's overrides. Raises `ConfigurationError`."""
    config = settings.load(path, AgentConfig)
    for role, file in (
        ("ca", config.collector.ca),
        ("certificate", config.collector.certificate),
        ("key", config.collector.key),
    ):
        if not file.is_file():
            raise ConfigurationError(
                f"{path}: key 'collector.{role}': file {file} does not exist; "
                "give the path of the file that the collector's `agents issue` wrote"
            )
    return config
