"""`askers feed`: addresses at which what an asker may see is read without its certificate."""

from __future__ import annotations

import secrets
from collections.abc import Iterable

import click

from collector.commands.context import Context, now
from collector.commands.groups import example
from collector.commands.listing import Row, format_option, moment, show
from collector.config import CollectorConfig
from collector.feeds import tokens
from collector.identity import spiffe
from collector.store.base import CertificateRecord, Feed, Store
from wolkenzicht.errors import ConfigurationError

_COLUMNS = ("feed_id", "name", "role", "organisation", "state", "created", "withdrawn")
_Asker = tuple[str, str, str]


@click.command("feed", epilog=example('wolkenzicht-collector askers feed "BZK CIO office"'))
@click.argument("serial_or_name")
@click.option("--url", default="", help="Where readers reach `listen_feeds`, as https://HOST:PORT.")
@click.pass_obj
def feed(context: Context, serial_or_name: str, url: str) -> None:
    """Make addresses of a feed of findings and of a calendar, with what an asker may see.

    They are shown once. Who has one sees what the asker sees, and can do nothing else: pass it on as you
    would a password. It counts as long as the asker has a certificate that is valid, until it is withdrawn or
    the asker evicted. The token in it is what /v1/findings and /v1/notifications ask for.
    """
    with context.store() as (config, store):
        base = _base(config, url)
        asker = _asker(store, serial_or_name)
        token = tokens.made()
        made = Feed(secrets.token_hex(6), asker.role, asker.organisation, asker.name, now())
        store.feeds.add(made, tokens.digest(token))
    click.echo(f"Feed {made.feed_id} of {made.name}; these addresses are not shown again:")
    click.echo(f"  {base}/feeds/{token}/findings.atom")
    click.echo(f"  {base}/feeds/{token}/calendar.ics")
    click.echo("?lang=nl or ?lang=en behind an address chooses the language. What an alert is about:")
    click.echo(f'  curl -H "Authorization: Bearer {token}" {base}/v1/findings/ID')


@click.command("feeds", epilog=example("wolkenzicht-collector askers feeds"))
@format_option
@click.pass_obj
def feeds(context: Context, output: str) -> None:
    """List feeds, newest first: one without a valid certificate of its asker sleeps until there is one."""
    with context.store() as (_, store):
        found = store.feeds.listed()
        awake = _with_valid(store.registry.certificates())
    show([_row(each, awake) for each in found], _COLUMNS, output)


@click.command("withdraw-feed", epilog=example("wolkenzicht-collector askers withdraw-feed 5e0c1f7a9b23"))
@click.argument("feed_id")
@click.pass_obj
def withdraw_feed(context: Context, feed_id: str) -> None:
    """End a feed for good, at once; the asker's certificates stay."""
    with context.store() as (_, store):
        _tell_withdrawn([store.feeds.withdraw(feed_id, now())])


def withdraw_without(store: Store, evicted: Iterable[CertificateRecord]) -> None:
    """End the feeds of askers that have no valid certificate but those that are to be revoked."""
    going = {each.serial: each for each in evicted}
    left = _with_valid(each for each in store.registry.certificates() if each.serial not in going)
    for asker, record in {_whose(each): each for each in going.values()}.items():
        if asker not in left:
            _tell_withdrawn(store.feeds.withdraw_of(record, now()))


def _asker(store: Store, serial_or_name: str) -> CertificateRecord:
    """The one asker meant, by a certificate that is valid."""
    valid = [each for each in store.registry.certificates() if _valid(each)]
    found = [each for each in valid if serial_or_name in {each.serial, each.name}]
    if not found:
        raise ConfigurationError(
            f"{serial_or_name!r} is neither the name nor the serial number of an asker's valid certificate; "
            "see `askers list`"
        )
    if len({_whose(each) for each in found}) > 1:
        raise ConfigurationError(
            f"{serial_or_name!r} names several askers; give a serial number of `askers list`"
        )
    return found[0]


def _base(config: CollectorConfig, url: str) -> str:
    if config.feeds is None:
        raise ConfigurationError('listen_feeds is not set; set it in the configuration, as in "0.0.0.0:8444"')
    if url and not url.startswith("https://"):
        raise ConfigurationError(f"--url {url[:100]!r}: write https://HOST:PORT, as readers reach it")
    return url.rstrip("/") or f"https://{config.feeds}"


def _tell_withdrawn(found: Iterable[Feed]) -> None:
    for each in found:
        click.echo(f"Withdrew feed {each.feed_id} of {each.name}.")


def _whose(one: Feed | CertificateRecord) -> _Asker:
    return one.role, one.organisation, one.name


def _valid(record: CertificateRecord) -> bool:
    return record.kind == spiffe.ASKER and record.revoked is None and record.not_after > now()


def _with_valid(records: Iterable[CertificateRecord]) -> set[_Asker]:
    return {_whose(each) for each in records if _valid(each)}


def _row(each: Feed, awake: set[_Asker]) -> Row:
    state = "withdrawn" if each.withdrawn else "valid" if _whose(each) in awake else "asleep"
    return {
        "feed_id": each.feed_id,
        "name": each.name,
        "role": each.role,
        "organisation": each.organisation,
        "state": state,
        "created": moment(each.created),
        "withdrawn": moment(each.withdrawn),
    }
