"""The options of the asker's commands, and what they come to in a question."""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

import click

from collector.client import settings
from collector.client.settings import AskerSettings
from collector.client.texts import LANGUAGES, Texts
from wolkenzicht.model import Holds, KeyCustody, LawReach, LocationClass, MaterialUse
from wolkenzicht.settings import seconds
from wolkenzicht.v1.overview_service_pb2 import AssetFilter, Language, Past
from wolkenzicht.wire import HOLDS, KEY_CUSTODIES, LAW_REACHES, LOCATION_CLASSES, MATERIAL_USES

FORMATS = ("table", "json", "csv")
DEFAULT_LIMIT = 100

Command = TypeVar("Command", bound=Callable[..., Any])
_FilePath = click.Path(dir_okay=False, path_type=Path)


@dataclass(frozen=True, slots=True)
class Asked:
    """What every command is told: whom to ask, and how to answer."""

    settings: AskerSettings
    texts: Texts
    format: str
    strict: bool

    @property
    def language(self) -> Language:
        """The language as the contract has it."""
        return Language.LANGUAGE_NL if self.texts.language == "nl" else Language.LANGUAGE_EN


class _Since(click.ParamType[datetime]):
    """A moment: so long ago, or RFC 3339 with its offset."""

    name = "time"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        """The moment; ends the command where it is none."""
        try:
            return datetime.now(UTC) - timedelta(seconds=seconds(value))
        except (ValueError, OverflowError):
            pass
        try:
            moment = datetime.fromisoformat(value)
        except ValueError:
            self.fail(f"{value!r} is no time; write 7d, 12h, 30m or 2026-11-22T06:00:00Z", param, ctx)
        return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


SINCE = _Since()


def common(command: Command) -> Callable[..., Any]:
    """Options of every command; the command gets them as `asked`."""

    @functools.wraps(command)
    def told(
        config: Path | None,
        collector: str | None,
        ca: Path | None,
        certificate: Path | None,
        key: Path | None,
        lang: str | None,
        output: str,
        *,
        strict: bool,
        **rest: Any,
    ) -> Any:
        flags = {"collector": collector, "ca": ca, "certificate": certificate, "key": key, "lang": lang}
        found = settings.find(flags, config)
        return command(Asked(found, found.texts(), output, strict), **rest)

    for option in reversed(_COMMON):
        told = option(told)
    return told


_COMMON = (
    click.option("--collector", metavar="HOST:PORT", help="The collector to ask."),
    click.option("--ca", type=_FilePath, help="PEM file of the collector's authority."),
    click.option("--certificate", type=_FilePath, help="PEM file of your certificate."),
    click.option("--key", type=_FilePath, help="PEM file of its private key."),
    click.option("--config", type=_FilePath, help=f"Configuration file (default: {settings.FILE_NAME})."),
    click.option(
        "--format", "output", type=click.Choice(FORMATS), default="table", show_default=True, help="Format."
    ),
    click.option("--lang", type=click.Choice(LANGUAGES), help="Language (default: of your terminal)."),
    click.option("--strict", is_flag=True, help="Exit with 3 where blind spots leave the answer incomplete."),
)


def filtered(command: Command) -> Callable[..., Any]:
    """Options that say which assets; the command gets them as `filters`."""

    @functools.wraps(command)
    def told(*args: Any, **given: Any) -> Any:
        picked = {name: given.pop(name) or "" for name in _FILTER_NAMES}
        return command(*args, filters=_filter(**picked), **given)

    for option in reversed(_FILTERS):
        told = option(told)
    return told


_FILTER_NAMES = (
    "organisation",
    "provider",
    "country",
    "location_class",
    "material",
    "type_name",
    "tenant",
    "holds",
    "custody",
    "law_reach",
)
_FILTERS = (
    click.option("--organisation", metavar="ID", help="An organisation and all below it."),
    click.option("--provider", metavar="NAME", help="A provider: aws, azure, gcp, odc."),
    click.option("--country", metavar="XX", help="A country of the data (ISO 3166-1, two letters)."),
    click.option(
        "--class",
        "location_class",
        type=click.Choice([each.value for each in LocationClass]),
        help="A class.",
    ),
    click.option("--material", type=click.Choice([each.value for each in MaterialUse]), help="Material use."),
    click.option("--type", "type_name", metavar="TYPE", help="A type: AWS::S3::Bucket."),
    click.option("--tenant", metavar="ID", help="A tenant."),
    click.option("--holds", type=click.Choice([each.value for each in Holds]), help="What the assets hold."),
    click.option(
        "--custody", type=click.Choice([each.value for each in KeyCustody]), help="Who holds the keys."
    ),
    click.option(
        "--law-reach",
        type=click.Choice([each.value for each in LawReach]),
        help="How far law from outside the EER reaches.",
    ),
)


def dated(command: Command) -> Callable[..., Any]:
    """Options that say of which time; the command gets them as `past`, None for the present."""

    @functools.wraps(command)
    def told(*args: Any, as_of: str, known_at: str, **given: Any) -> Any:
        past = Past(as_of=as_of, known_at=known_at) if as_of or known_at else None
        return command(*args, past=past, **given)

    for option in reversed(_DATES):
        told = option(told)
    return told


_DATES = (
    click.option(
        "--as-of",
        default="",
        metavar="TIME",
        help="What was so then: a day (its end, UTC) or a moment (RFC 3339).",
    ),
    click.option(
        "--known-at", default="", metavar="TIME", help="As far as it was known then (default: now)."
    ),
)


def paged(command: Command) -> Callable[..., Any]:
    """Options of lists; the command gets `limit` (None for all) and `page_token`."""

    @functools.wraps(command)
    def told(*args: Any, limit: int, everything: bool, **given: Any) -> Any:
        return command(*args, limit=None if everything else limit, **given)

    for option in reversed(_PAGING):
        told = option(told)
    return told


_PAGING = (
    click.option(
        "--limit",
        type=click.IntRange(min=1),
        default=DEFAULT_LIMIT,
        show_default=True,
        help="At most so many.",
    ),
    click.option("--all", "everything", is_flag=True, help="All, whatever the limit."),
    click.option("--page-token", default="", metavar="TOKEN", help="Go on where an earlier page ended."),
)


def _filter(
    organisation: str,
    provider: str,
    country: str,
    location_class: str,
    material: str,
    type_name: str,
    tenant: str,
    holds: str,
    custody: str,
    law_reach: str,
) -> AssetFilter:
    return AssetFilter(
        organisation=organisation,
        provider=provider,
        country=country,
        location_class=LOCATION_CLASSES.encode[LocationClass(location_class)] if location_class else None,
        material=MATERIAL_USES.encode[MaterialUse(material)] if material else None,
        type=type_name,
        tenant=tenant,
        holds=HOLDS.encode[Holds(holds)] if holds else None,
        custody=KEY_CUSTODIES.encode[KeyCustody(custody)] if custody else None,
        law_reach=LAW_REACHES.encode[LawReach(law_reach)] if law_reach else None,
    )
