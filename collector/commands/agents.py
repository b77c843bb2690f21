"""`agents`: the certificates with which agents report for their tenant."""

from __future__ import annotations

from pathlib import Path

import click

from collector.commands import certificates
from collector.commands.context import Context
from collector.commands.groups import Commands, example
from collector.commands.listing import format_option, show
from collector.config import CollectorConfig
from collector.identity import authority, files, spiffe
from collector.rulebook.signing import PUBLIC_FILE
from wolkenzicht.errors import ConfigurationError
from wolkenzicht.signatures import load_public_keys

_COLUMNS = ("serial", "tenant", "state", "not_before", "not_after", "revoked")


@click.group(cls=Commands)
def agents() -> None:
    """Certificates of agents: each speaks for one tenant."""


@agents.command(epilog=example("wolkenzicht-collector agents issue bzk-aws --out bzk-aws/"))
@click.argument("tenant")
@click.option("--out", required=True, type=click.Path(path_type=Path), help="The folder to write to.")
@click.option("--days", default=authority.CLIENT_DAYS, show_default=True, help="How long it is valid.")
@click.option("--force", is_flag=True, help="Replace files that exist.")
@click.pass_obj
def issue(context: Context, tenant: str, out: Path, days: int, *, force: bool) -> None:
    """Write agent.pem, agent.key and ca.pem for a tenant's agent; and policy.pub, where a key is trusted.

    With that key in its [policy] section the agent uses the policy bundles that the collector hands it.
    """
    with context.store() as (config, store):
        if tenant not in {each.tenant for each in store.registry.tenants()}:
            raise ConfigurationError(f"tenant {tenant!r} does not exist; add it with `tenants add`")
        keys = _public_keys(config, out)
        files.refuse_existing(
            [path for path, pem in keys.items() if path.exists() and path.read_bytes() != pem], force=force
        )
        certificates.issue(config, store, spiffe.agent(tenant), out, days=days, force=force)
        files.write_all(keys, force=True)
        if keys:
            click.echo(f"Wrote {' and '.join(path.name for path in keys)} for its [policy] section.")


def _public_keys(config: CollectorConfig, out: Path) -> dict[Path, bytes]:
    """What an agent verifies policy bundles with: policy.pub, then policy-2.pub and on."""
    found = load_public_keys(config.policy.keys)
    return {
        out / (PUBLIC_FILE if number == 1 else PUBLIC_FILE.replace(".", f"-{number}.")): key.pem()
        for number, key in enumerate(found, 1)
    }


@agents.command("list", epilog=example("wolkenzicht-collector agents list --format json"))
@format_option
@click.pass_obj
def list_(context: Context, output: str) -> None:
    """List the certificates of agents, newest first."""
    with context.store() as (_, store):
        found = [each for each in store.registry.certificates() if each.kind == spiffe.AGENT]
    show([certificates.row(each, _COLUMNS) for each in found], _COLUMNS, output)


@agents.command(epilog=example("wolkenzicht-collector agents evict bzk-aws"))
@click.argument("serial_or_tenant")
@click.pass_obj
def evict(context: Context, serial_or_tenant: str) -> None:
    """Revoke one certificate by its serial number, or all of a tenant; open streams end in seconds."""
    with context.store() as (_, store):
        found = [
            each
            for each in store.registry.certificates()
            if each.kind == spiffe.AGENT and serial_or_tenant in {each.serial, each.tenant}
        ]
        if not found:
            raise ConfigurationError(
                f"{serial_or_tenant!r} is neither a tenant nor a serial number of an agent; see `agents list`"
            )
        valid = [each for each in found if each.revoked is None]
        certificates.revoke(store, valid)
        if not valid:
            click.echo("Nothing to do: revoked already.")
