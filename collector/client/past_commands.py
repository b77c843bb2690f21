"""The asker's commands about change: the versions of an asset, and what differs between two times."""

from __future__ import annotations

from typing import Any

import click

from collector.client import answers, layout, plain, shapes, tables
from collector.client.connection import Collector
from collector.client.layout import Shape
from collector.client.options import Asked, common, paged
from collector.client.paging import Pages
from wolkenzicht.v1 import overview_service_pb2 as wire


@click.command("history")
@click.argument("asset_id")
@paged
@common
def history(asked: Asked, asset_id: str, limit: int | None, page_token: str) -> None:
    """List the versions of an asset: when it was so, when that was known, and what changed by what.

    \b
    Examples:
      wolkenzicht assets history arn:aws:s3:::archive
      wolkenzicht assets history arn:aws:s3:::archive --format json --all
    """
    question = wire.ListAssetVersionsRequest(asset_id=asset_id, page_token=page_token)
    with Collector(asked.settings) as collector:
        pages = Pages(
            lambda each: collector.ask(collector.stub.ListAssetVersions, each),
            question,
            shapes.version,
            limit,
        )
        answers.versions(asked, pages)


@click.command("diff")
@click.option("--from", "since", required=True, metavar="TIME", help="The first time: a day or a moment.")
@click.option("--to", "until", default="", metavar="TIME", help="The second (default: now).")
@click.option("--known-at", default="", metavar="TIME", help="As far as it was known then (default: now).")
@click.option("--organisation", default="", metavar="ID", help="An organisation and all below it.")
@click.option("--tenant", default="", metavar="ID", help="A tenant.")
@click.option("--by", type=click.Choice(["organisation"]), help="Only counts, by this.")
@paged
@common
def diff(
    asked: Asked,
    since: str,
    until: str,
    known_at: str,
    organisation: str,
    tenant: str,
    by: str | None,
    limit: int | None,
    page_token: str,
) -> None:
    """Compare two times: what appeared, vanished, moved, changed its class, or is seen no more.

    \b
    Examples:
      wolkenzicht diff --from 2026-07-01 --to 2026-07-31 --by organisation
      wolkenzicht diff --from 2026-07-01 --organisation bzk --format csv --all
    """
    question = wire.ListDifferencesRequest(
        since=since,
        until=until,
        known_at=known_at,
        organisation=organisation,
        tenant=tenant,
        page_token=page_token,
    )
    with Collector(asked.settings) as collector:
        first: list[Any] = []

        def ask(each: object) -> Any:
            answer = collector.ask(collector.stub.ListDifferences, each)
            if not first:
                first.append(answer)
            return answer

        pages = Pages(ask, question, shapes.difference, 1 if by else limit)
        rows = list(pages)
    counts = [shapes.difference_count(each) for each in first[0].counts]
    _tell(asked, pages, counts, [] if by else rows, first[0], only_counts=by is not None)


def _tell(
    asked: Asked,
    pages: Pages,
    counts: list[Shape],
    rows: list[Shape],
    answer: wire.ListDifferencesResponse,
    *,
    only_counts: bool,
) -> None:
    before = answer.times_before.as_of_time.ToJsonString()
    if asked.format == "json":
        head: Shape = {"counts": counts}
        tail: Shape = {
            "from": before,
            "completeness_before": shapes.completeness(answer.completeness_before),
            "completeness": pages.completeness,
            **pages.times,
        }
        items: Shape = {} if only_counts else {"items": rows, "next_page_token": pages.next_page_token}
        click.echo(plain.as_json(head | items | tail))
    elif asked.format == "csv":
        for line in plain.csv_lines(counts if only_counts else rows):
            click.echo(line)
    else:
        width = layout.terminal_width()
        for columns, found in ((tables.DIFFERENCE_COUNTS, counts), (tables.DIFFERENCES, rows)):
            if found:
                click.echo(layout.table(columns, found, asked.texts, width=width))
                click.echo()
        if not counts and not rows:
            click.echo(asked.texts.line("empty"))
    if pages.next_page_token and not only_counts and asked.format != "json":
        answers.more(asked, pages.next_page_token)
    if asked.format != "json":
        since = asked.texts.line("since", as_of=tables.moment(before))
        click.echo(since, err=asked.format == "csv")
    answers.end(asked, pages.completeness, 0, pages.times)
