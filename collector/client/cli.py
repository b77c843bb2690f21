"""`wolkenzicht`: what CIO Rijk, a department or an auditor asks a collector."""

from __future__ import annotations

import os
import sys
from datetime import datetime
from importlib.metadata import version
from typing import Any

# gRPC's own log lines would stand between the answer and its one-line errors.
os.environ.setdefault("GRPC_VERBOSITY", "NONE")

import click

from collector.client import answers, finding_commands, layout, past_commands, shapes, tables
from collector.client.connection import Collector
from collector.client.options import SINCE, Asked, common, dated, filtered, paged
from collector.client.paging import Pages
from wolkenzicht.errors import WolkenzichtError
from wolkenzicht.model import DiscrepancyKind
from wolkenzicht.v1 import overview_service_pb2 as wire
from wolkenzicht.v1.overview_service_pb2 import AssetFilter, Past
from wolkenzicht.wire import DISCREPANCY_KINDS, timestamp

_GROUPINGS = {
    "organisation": wire.GROUP_BY_ORGANISATION,
    "provider": wire.GROUP_BY_PROVIDER,
    "country": wire.GROUP_BY_COUNTRY,
    "class": wire.GROUP_BY_LOCATION_CLASS,
    "material": wire.GROUP_BY_MATERIAL,
    "type": wire.GROUP_BY_TYPE,
    "custody": wire.GROUP_BY_CUSTODY,
    "law": wire.GROUP_BY_LAW,
}
_COUNTS = (
    *("assets", "content", "inside_eea", "outside_eea_adequate", "unknown", "outside_eea", "material"),
    "inside_eea_exposed",
)
_ORDERS = ("asset_id", "name", "type", "location_class", "organisation")


def _both_ways(fields: tuple[str, ...]) -> click.Choice[str]:
    return click.Choice([*fields, *(f"-{field}" for field in fields)])


class _Told(click.ClickException):
    """An error as a person is told it: one line."""

    def __init__(self, error: WolkenzichtError) -> None:
        super().__init__(layout.printable(" ".join(str(error).split())))

    def show(self, file: Any = None) -> None:
        click.echo(f"wolkenzicht: {self.message}", file=file, err=file is None)


class _Commands(click.Group):
    """A group whose commands end in one line where something is wrong."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except WolkenzichtError as error:
            raise _Told(error) from error


@click.group(
    cls=_Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100}
)
@click.version_option(version("wolkenzicht"), prog_name="wolkenzicht")
def cli() -> None:
    """Ask a collector where data lives, under whose law, and what could not be seen.

    \b
    Exit codes: 0 answered, 1 error, 2 wrong usage,
    3 answered on incomplete coverage (with --strict only).

    \b
    Examples:
      wolkenzicht overview --by organisation
      wolkenzicht assets list --class outside_eea --format csv --all
      wolkenzicht assets explain arn:aws:s3:::archive
      wolkenzicht coverage --blind
    """


@cli.command()
@click.option("--by", type=click.Choice(list(_GROUPINGS)), help="Count by this one thing.")
@click.option("--sort", type=_both_ways(_COUNTS), help="Order by a count; '-' puts the highest first.")
@filtered
@dated
@common
def overview(asked: Asked, past: Past | None, by: str | None, sort: str | None, filters: AssetFilter) -> None:
    """Count assets, by organisation, provider and location class unless told otherwise.

    \b
    Examples:
      wolkenzicht overview
      wolkenzicht overview --by country --material material --lang nl
      wolkenzicht overview --by organisation --sort -outside_eea --strict
      wolkenzicht overview --by custody --material material
      wolkenzicht overview --by law --class inside_eea
      wolkenzicht overview --as-of 2026-07-02 --known-at 2026-07-03T12:00:00Z
    """
    question = wire.GetOverviewRequest(past=past, filter=filters, group_by=_GROUPINGS[by] if by else None)
    with Collector(asked.settings) as collector:
        answer = collector.ask(collector.stub.GetOverview, question)
    answers.overview(asked, shapes.overview(answer), sort or "")


@cli.group()
def assets() -> None:
    """List assets, show one, or explain its verdict."""


@assets.command("list")
@click.option(
    "--sort", type=_both_ways(_ORDERS), default="asset_id", show_default=True, help="Order; '-' reverses."
)
@click.option(
    "--search",
    metavar="WORDS",
    default="",
    help="Words in name, tags or identifier; all of them. Of the present only.",
)
@filtered
@paged
@dated
@common
def assets_list(
    asked: Asked,
    past: Past | None,
    sort: str,
    search: str,
    filters: AssetFilter,
    limit: int | None,
    page_token: str,
) -> None:
    """List assets.

    A word of --search is found at the start of any word of letters and digits, whatever the case:
    'arch prd' finds burgerzaken-Archief-prd. A word of one sign is found as it is.

    \b
    Examples:
      wolkenzicht assets list --search 'archief prd'
      wolkenzicht assets list --organisation bzk --class outside_eea
      wolkenzicht assets list --country GB --sort -location_class --format json --all
    """
    question = wire.ListAssetsRequest(
        past=past, filter=filters, page_token=page_token, order_by=sort, search=search
    )
    with Collector(asked.settings) as collector:
        pages = Pages(
            lambda each: collector.ask(collector.stub.ListAssets, each), question, shapes.asset, limit
        )
        answers.listing(asked, pages, tables.ASSETS, covers=True)


@assets.command("show")
@click.argument("asset_id")
@dated
@common
def assets_show(asked: Asked, past: Past | None, asset_id: str) -> None:
    """Show all that is known of one asset.

    \b
    Example:
      wolkenzicht assets show arn:aws:s3:::archive
    """
    with Collector(asked.settings) as collector:
        answer = collector.ask(collector.stub.GetAsset, wire.GetAssetRequest(past=past, asset_id=asset_id))
    answers.asset(asked, shapes.whole_asset(answer.asset, answer.verbs) | shapes.times(answer))


@assets.command("explain")
@click.argument("asset_id")
@click.option(
    "--as-of",
    metavar="DAY",
    default="",
    help="As it was on a day (2026-07-02), by the rules and facts of then.",
)
@click.option(
    "--todays-rules",
    is_flag=True,
    help="With --as-of or --known-at: as it was then, by today's rules and facts.",
)
@click.option(
    "--known-at", default="", metavar="TIME", help="As far as it was known then: a day or a moment."
)
@common
def assets_explain(asked: Asked, asset_id: str, as_of: str, todays_rules: bool, known_at: str) -> None:
    """Say why an asset has its verdict: location by location, with rule, source and evidence.

    \b
    Example:
      wolkenzicht assets explain arn:aws:s3:::archive --lang nl
      wolkenzicht assets explain arn:aws:s3:::archive --as-of 2026-07-02 --todays-rules
      wolkenzicht assets explain arn:aws:s3:::archive --as-of 2026-07-02 --known-at 2026-07-05
    """
    if todays_rules and not (as_of or known_at):
        raise click.UsageError("--todays-rules needs --as-of DAY, the day whose estate you ask for")
    question = wire.ExplainAssetRequest(
        asset_id=asset_id,
        language=asked.language,
        as_of=as_of,
        todays_rules=todays_rules,
        known_at=known_at,
    )
    with Collector(asked.settings) as collector:
        answer = collector.ask(collector.stub.ExplainAsset, question)
    steps = [shapes.step(each) for each in answer.steps]
    shown = shapes.whole_asset(answer.asset, answer.verbs) | shapes.times(answer)
    answers.explanation(asked, shown, steps)


assets.add_command(past_commands.history)
cli.add_command(past_commands.diff)


cli.add_command(finding_commands.findings)


@cli.command()
@click.option("--blind", is_flag=True, help="Only what was not seen completely at the last look.")
@click.option("--changes", is_flag=True, help="Instead: what changed in what can be seen, newest first.")
@click.option("--gaps", is_flag=True, help="Instead: where the collector may lack what an agent observed.")
@click.option("--since", type=SINCE, metavar="TIME", help="With --changes: 7d, 12h, or a moment (RFC 3339).")
@click.option("--organisation", default="", metavar="ID", help="An organisation and all below it.")
@click.option("--tenant", default="", metavar="ID", help="A tenant.")
@paged
@dated
@common
def coverage(
    asked: Asked,
    past: Past | None,
    organisation: str,
    tenant: str,
    limit: int | None,
    page_token: str,
    since: datetime | None,
    *,
    blind: bool,
    changes: bool,
    gaps: bool,
) -> None:
    """List scopes and what became of them, blind spots first; or what changed; or gaps in what agents sent.

    \b
    Examples:
      wolkenzicht coverage --blind
      wolkenzicht coverage --tenant bzk-aws --format csv --all
      wolkenzicht coverage --changes --since 7d
      wolkenzicht coverage --gaps
    """
    named = [name for name, asks in (("--changes", changes), ("--gaps", gaps), ("--blind", blind)) if asks]
    if len(named) > 1:
        many = {2: "two", 3: "three"}[len(named)]
        raise click.UsageError(f"{' and '.join(named)} are {many} questions: ask one of them")
    if since is not None and not changes:
        raise click.UsageError("--since goes with --changes")
    if changes:
        _sight_changes(asked, past, organisation, tenant, since, limit, page_token)
        return
    if gaps:
        _gaps(asked, past, organisation, tenant, limit, page_token)
        return
    question = wire.ListCoverageRequest(
        past=past, organisation=organisation, tenant=tenant, blind_only=blind, page_token=page_token
    )
    with Collector(asked.settings) as collector:
        pages = Pages(
            lambda each: collector.ask(collector.stub.ListCoverage, each),
            question,
            shapes.coverage_row,
            limit,
        )
        answers.listing(asked, pages, tables.COVERAGE, covers=False)


def _gaps(
    asked: Asked, past: Past | None, organisation: str, tenant: str, limit: int | None, page_token: str
) -> None:
    question = wire.ListGapsRequest(
        past=past, organisation=organisation, tenant=tenant, page_token=page_token
    )
    with Collector(asked.settings) as collector:
        pages = Pages(lambda each: collector.ask(collector.stub.ListGaps, each), question, shapes.gap, limit)
        answers.listing(asked, pages, tables.GAPS, covers=False)


def _sight_changes(
    asked: Asked,
    past: Past | None,
    organisation: str,
    tenant: str,
    since: datetime | None,
    limit: int | None,
    page_token: str,
) -> None:
    question = wire.ListSightChangesRequest(
        past=past,
        organisation=organisation,
        tenant=tenant,
        since_time=None if since is None else timestamp(since),
        page_token=page_token,
        language=asked.language,
    )
    with Collector(asked.settings) as collector:
        pages = Pages(
            lambda each: collector.ask(collector.stub.ListSightChanges, each),
            question,
            shapes.sight_change,
            limit,
        )
        answers.listing(asked, pages, tables.SIGHT_CHANGES, covers=False)


@cli.command()
@click.option("--organisation", default="", metavar="ID", help="An organisation and all below it.")
@click.option("--tenant", default="", metavar="ID", help="A tenant.")
@click.option("--kind", type=click.Choice([each.value for each in DiscrepancyKind]), help="Only these.")
@click.option("--ended", is_flag=True, help="Those too that ended.")
@paged
@dated
@common
def discrepancies(
    asked: Asked,
    past: Past | None,
    organisation: str,
    tenant: str,
    kind: str | None,
    limit: int | None,
    page_token: str,
    *,
    ended: bool,
) -> None:
    """List what inventories and readings do not agree about, newest first.

    not_read: the provider's inventory has it, the reading of its type does not.
    not_in_inventory: the reading has it, the inventory does not.

    \b
    Examples:
      wolkenzicht discrepancies --kind not_read
      wolkenzicht discrepancies --tenant bzk-aws --format csv --all
    """
    question = wire.ListDiscrepanciesRequest(
        past=past,
        organisation=organisation,
        tenant=tenant,
        kind=DISCREPANCY_KINDS.encode[DiscrepancyKind(kind)] if kind else None,
        include_ended=ended,
        page_token=page_token,
    )
    with Collector(asked.settings) as collector:
        pages = Pages(
            lambda each: collector.ask(collector.stub.ListDiscrepancies, each),
            question,
            shapes.discrepancy,
            limit,
        )
        answers.listing(asked, pages, tables.DISCREPANCIES, covers=False)


def main() -> None:
    """The command's entry."""
    sys.exit(cli(prog_name="wolkenzicht"))
