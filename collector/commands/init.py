"""`init`: a collector's data folder, store, authority, server certificate and configuration."""

from __future__ import annotations

from pathlib import Path

import click

from collector.commands.context import Context
from collector.commands.groups import example
from collector.config import DEFAULT_FILE, CollectorConfig, StoreConfig, parse_address
from collector.identity import authority, files
from collector.store.closing import closing
from collector.store.opening import has_password, name_of, open_store
from wolkenzicht.errors import ConfigurationError

SAMPLE = """\
# Configuration of wolkenzicht-collector. Unknown keys are refused. A variable of the environment named
# after a key (WOLKENZICHT_LISTEN_GRPC, WOLKENZICHT_STORE_URL) goes before this file, a flag before both.

# Where the store, the authority and the server's certificate are kept.
data = {data}
# Where agents and askers connect (gRPC, mutual TLS only). Port 0 lets the system choose.
listen_grpc = {listen_grpc}
# Where /healthz, /readyz and /metrics are served (plain HTTP: keep it on this machine or behind a proxy).
listen_http = {listen_http}
# Where feeds are served, whose addresses `askers feed` makes (HTTPS, without certificates of clients); left
# out, they are not.
# listen_feeds = "0.0.0.0:8444"
# DEBUG, INFO, WARNING or ERROR.
log_level = "INFO"

[store]
# A file in the data folder (four slashes begin an absolute path), or a PostgreSQL database, where any number
# of collectors may work: "postgresql://user@host/database"; of several hosts the one that can be written is
# taken: "postgresql://user@host-1,host-2/database". Keep its password in PGPASSFILE.
url = {url}

# Other certificate files than those that init made in the data folder.
# [tls]
# ca = "ca.pem"
# certificate = "server.pem"
# key = "server.key"

# Whose policy bundles count; without a key the rules that came with this version hold. See `policy --help`.
# [policy]
# keys = ["policy.pub"]
# The share of what agents send that is judged here too.
# sample = 0.01

# How many agents' streams may be open, how much of what they sent may wait to be committed, and after how
# much silence a peer is asked whether it is still there.
# [limits]
# streams = 1500
# waiting_mib = 16
# keepalive_seconds = 30

# How long every version is kept: years or months, or "off": for ever. Of what is older the state at each
# month's end stays; nothing younger is ever touched.
# [retention]
# full = "2y"

# How long an agent may be silent, a new tenant unreported, and what was seen whole old,
# before it is a finding; and other limits of a tenant that is read less often.
# [sight]
# silent = "24h"
# never_reported = "7d"
# inventory = "48h"
# [[sight.tenant]]
# tenant = "bzk-odc"
# silent = "40d"
# inventory = "40d"

# Where alerts go; each route gets every finding that opens or resolves, at least once.
[[alerts.route]]
kind = "log"

# [[alerts.route]]
# kind = "webhook"
# url = "https://alerts.example.nl/wolkenzicht"
# secret_file = "webhook.secret"

# [[alerts.route]]
# kind = "smtp"
# host = "mail.example.nl"
# from = "wolkenzicht@example.nl"
# to = ["alerts@example.nl"]
"""


@click.command(
    epilog=example(
        "wolkenzicht-collector --config collector.toml init --data /var/lib/wolkenzicht \\",
        "    --host collector.example.nl --listen-grpc 0.0.0.0:8443",
    )
)
@click.option(
    "--data",
    type=click.Path(path_type=Path),
    help="The data folder.  [default: data, beside the configuration]",
)
@click.option("--host", "hosts", multiple=True, help="A name or address that agents reach this server by.")
@click.option("--listen-grpc", default="127.0.0.1:8443", show_default=True, help="For agents and askers.")
@click.option("--listen-http", default="127.0.0.1:8080", show_default=True, help="For health and metrics.")
@click.option(
    "--store",
    "url",
    default=StoreConfig().url,
    show_default=True,
    help="Where the store is made: a file in the data folder, or postgresql://user@host/database.",
)
@click.pass_obj
def init(
    context: Context, data: Path | None, hosts: tuple[str, ...], listen_grpc: str, listen_http: str, url: str
) -> None:
    """Set up a collector: data folder, store, authority, server certificate, configuration.

    The configuration is written to --config, or else to collector.toml in the data folder.
    Nothing that exists is overwritten; a store that a PostgreSQL database holds already is used as it is, as
    by a further collector. Keep ca.key safe: it makes certificates that are accepted here.
    """
    file = (context.file or (data or Path()) / DEFAULT_FILE).absolute()
    folder = (data or file.parent / "data").absolute()
    text = sample(folder, listen_grpc, listen_http, url)
    store = CollectorConfig(data=folder, store=StoreConfig(url)).store_place
    if has_password(store):
        raise ConfigurationError(
            "--store: leave the password out, since others may read the configuration: "
            "put it in a password file (PGPASSFILE) or set WOLKENZICHT_STORE_URL for the collector"
        )
    names = (authority.CA_CERTIFICATE, authority.CA_KEY, authority.SERVER_CERTIFICATE, authority.SERVER_KEY)
    paths = (file, *([store] if isinstance(store, Path) else []), *(folder / name for name in names))
    existing = [path for path in paths if path.exists()]
    if existing:
        raise ConfigurationError(
            f"{existing[0]} exists; init overwrites nothing: choose another folder or remove it"
        )
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        file.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ConfigurationError(
            f"{error.filename} cannot be made ({error.strerror}); choose another folder"
        ) from error
    ca = authority.create(folder)
    server = ca.server(hosts)
    files.write_all(
        {folder / authority.SERVER_KEY: server.key, folder / authority.SERVER_CERTIFICATE: server.certificate}
    )
    with closing(open_store(store, create=True)):
        pass
    files.write_all({file: text.encode()})
    if isinstance(store, Path):
        click.echo(f"Wrote {file}; data, store and authority are in {folder}.")
    else:
        click.echo(f"Wrote {file}; data and authority are in {folder}, the store is {name_of(store)}.")
    click.echo("Next: `organisations import`, `tenants add`, `agents issue`, then `serve`.")


def sample(data: Path, listen_grpc: str, listen_http: str, url: str = StoreConfig().url) -> str:
    """The commented configuration; raises `ConfigurationError` for an address or a URL that is none."""
    try:
        parse_address("--listen-grpc", listen_grpc)
        parse_address("--listen-http", listen_http)
        StoreConfig(url)
    except ValueError as error:
        raise ConfigurationError(str(error)) from error
    return SAMPLE.format(
        data=_quoted(str(data)),
        listen_grpc=_quoted(listen_grpc),
        listen_http=_quoted(listen_http),
        url=_quoted(url),
    )


def _quoted(text: str) -> str:
    """A TOML string."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    if not escaped.isprintable():
        raise ConfigurationError(f"path {text!r} has unprintable characters; choose another")
    return f'"{escaped}"'
