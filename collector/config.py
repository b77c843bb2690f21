"""What `collector.toml` may say, and what holds where it says nothing."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import msgspec

from collector.alerts.config import AlertsConfig
from collector.identity import authority
from collector.retention.rule import OFF, months_of
from collector.watching.limits import SightConfig
from wolkenzicht import settings
from wolkenzicht.errors import ConfigurationError

#: Variables are named after keys: `WOLKENZICHT_LISTEN_GRPC`, `WOLKENZICHT_STORE_URL`.
ENVIRONMENT_PREFIX = "WOLKENZICHT_"
#: Where the configuration is looked for where none is named.
DEFAULT_FILE = Path("collector.toml")

_ADDRESS = re.compile(r"(?:\[(?P<ipv6>[0-9A-Fa-f:.]+)\]|(?P<host>[A-Za-z0-9.-]+)):(?P<port>\d{1,5})")
_MAX_PORT = 65535
_LEAST_WAITING_MIB = 4


@dataclass(frozen=True, slots=True)
class Address:
    """Where to listen; port 0 lets the system choose."""

    host: str
    port: int

    def __str__(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{host}:{self.port}"


class StoreConfig(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`[store]`: a PostgreSQL database, or a file beside the other data unless its path is absolute.

    A path is absolute after four slashes.
    """

    url: str = "sqlite:///wolkenzicht.db"

    def __post_init__(self) -> None:
        if self.on_postgresql:
            return
        if not self.url.startswith("sqlite:///") or len(self.url) == len("sqlite:///"):
            # What has a user may have a password, so it is not repeated.
            shown = "…" if "@" in self.url else repr(self.url[:80])
            raise ValueError(
                f'url {shown}: write "sqlite:///wolkenzicht.db", "sqlite:////var/lib/…" or '
                '"postgresql://user@host/database"'
            )

    @property
    def on_postgresql(self) -> bool:
        """Whether the store is a PostgreSQL database."""
        return self.url.startswith(("postgresql://", "postgres://"))


class TlsConfig(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`[tls]`: other files than those that `init` made in the data folder."""

    ca: Path | None = None
    certificate: Path | None = None
    key: Path | None = None


class PolicyConfig(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`[policy]`: the public keys whose signature under a policy bundle counts, and the sample.

    `sample` is the share of what agents send that is judged here too.
    """

    keys: tuple[Path, ...] = ()
    sample: float = 0.01

    def __post_init__(self) -> None:
        if not 0 <= self.sample <= 1:
            raise ValueError(f"sample {self.sample}: write a share from 0 (none) to 1 (all)")


class LimitsConfig(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`[limits]`: streams open at once, frames that wait to be committed, silence before a peer is asked."""

    streams: int = 1_500
    waiting_mib: int = 16
    keepalive_seconds: float = 30.0

    def __post_init__(self) -> None:
        if self.streams < 1:
            raise ValueError(f"streams {self.streams}: write how many may be open at once, 1 or more")
        if self.waiting_mib < _LEAST_WAITING_MIB:
            raise ValueError(
                f"waiting_mib {self.waiting_mib}: write {_LEAST_WAITING_MIB} or more; a frame is up to 1 MiB"
            )
        if self.keepalive_seconds < 1:
            raise ValueError(f"keepalive_seconds {self.keepalive_seconds}: write 1 or more")

    @property
    def waiting_bytes(self) -> int:
        """Bytes of frames that may wait for the writer."""
        return self.waiting_mib * 1024 * 1024


class RetentionConfig(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`[retention]`: how long the past is kept whole, as "2y" or "18m"; for ever where it is "off"."""

    full: str = "2y"

    def __post_init__(self) -> None:
        if self.full != OFF:
            months_of(self.full)


class CollectorConfig(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The whole configuration."""

    data: Path
    listen_grpc: str = "127.0.0.1:8443"
    listen_http: str = "127.0.0.1:8080"
    listen_feeds: str = ""
    log_level: str = "INFO"
    store: StoreConfig = msgspec.field(default_factory=StoreConfig)
    tls: TlsConfig = msgspec.field(default_factory=TlsConfig)
    alerts: AlertsConfig = msgspec.field(default_factory=AlertsConfig)
    policy: PolicyConfig = msgspec.field(default_factory=PolicyConfig)
    limits: LimitsConfig = msgspec.field(default_factory=LimitsConfig)
    retention: RetentionConfig = msgspec.field(default_factory=RetentionConfig)
    sight: SightConfig = msgspec.field(default_factory=SightConfig)

    def __post_init__(self) -> None:
        parse_address("listen_grpc", self.listen_grpc)
        parse_address("listen_http", self.listen_http)
        if self.listen_feeds:
            parse_address("listen_feeds", self.listen_feeds)

    @property
    def grpc(self) -> Address:
        """Where agents and askers connect."""
        return parse_address("listen_grpc", self.listen_grpc)

    @property
    def http(self) -> Address:
        """Where health and metrics are served."""
        return parse_address("listen_http", self.listen_http)

    @property
    def feeds(self) -> Address | None:
        """Where feeds are served, None where they are not."""
        return parse_address("listen_feeds", self.listen_feeds) if self.listen_feeds else None

    @property
    def store_place(self) -> str | Path:
        """The SQLite file, or the URL of a PostgreSQL database."""
        if self.store.on_postgresql:
            return self.store.url
        return self.data / self.store.url.removeprefix("sqlite:///")

    @property
    def ca(self) -> Path:
        """The authorities whose certificates are accepted."""
        return self.tls.ca or self.data / authority.CA_CERTIFICATE

    @property
    def certificate(self) -> Path:
        """The server's certificate."""
        return self.tls.certificate or self.data / authority.SERVER_CERTIFICATE

    @property
    def key(self) -> Path:
        """The server's key."""
        return self.tls.key or self.data / authority.SERVER_KEY


def load(path: Path | None, flags: Mapping[str, object], environ: Mapping[str, str]) -> CollectorConfig:
    """The configuration from file, environment and flags; raises `ConfigurationError`.

    `path` None means `collector.toml` in the working directory, which may be absent where the
    environment or a flag names the data folder.
    """
    file = path
    if path is None:
        named = flags.get("data") or environ.get(f"{ENVIRONMENT_PREFIX}DATA")
        if DEFAULT_FILE.exists() or not named:
            file = DEFAULT_FILE
        if file is not None and not file.exists():
            raise ConfigurationError(
                f"{DEFAULT_FILE} is not in the working directory; give --config FILE, or run "
                "`wolkenzicht-collector init`"
            )
    return settings.load(file, CollectorConfig, prefix=ENVIRONMENT_PREFIX, environ=environ, flags=flags)


def parse_address(key: str, text: str) -> Address:
    """`text` as HOST:PORT; raises `ValueError` naming `key`."""
    match = _ADDRESS.fullmatch(text)
    if match is None or int(match["port"]) > _MAX_PORT:
        raise ValueError(f'{key} {text[:80]!r}: write HOST:PORT, for instance "127.0.0.1:8443"')
    return Address(match["ipv6"] or match["host"], int(match["port"]))
