"""The words for notifications that stand for many findings, in Dutch and English."""

from __future__ import annotations

from dataclasses import dataclass

from collector.store.base import Event, Many
from policy.detail_texts import places
from policy.ruleset import finding_texts


@dataclass(frozen=True, slots=True)
class ManyTexts:
    """The words in one language: the headline by cause, and what the lines are called."""

    places: str
    first_scan: str
    activation: str
    things: str
    standing: str
    over: str
    title: str
    count: str
    left_out: str


TEXTS = {
    "nl": ManyTexts(
        places="{what}",
        first_scan="eerste scan van {tenant}: {count} gebeurtenissen over bevindingen",
        activation="andere regels van kracht: {count} gebeurtenissen over bevindingen",
        things="{count} keer",
        standing="{standing} van {total} bevindingen staan open",
        over="alle {total} bevindingen zijn opgelost",
        title="Samenvatting",
        count="Aantal",
        left_out="En nog {count}; zie wolkenzicht findings list.",
    ),
    "en": ManyTexts(
        places="{what}",
        first_scan="first scan of {tenant}: {count} events about findings",
        activation="other rules in force: {count} events about findings",
        things="{count} times",
        standing="{standing} of {total} findings are open",
        over="all {total} findings are resolved",
        title="Summary",
        count="Count",
        left_out="And {count} more; see wolkenzicht findings list.",
    ),
}


def headline(event: Event, many: Many, language: str) -> str:
    """What happened, in one line for people."""
    texts, finding = TEXTS[language], event.finding
    if many.cause == "places":
        things, where = texts.things.format(count=many.count), places(finding.details, language)
        what = finding_texts(finding.kind, language).summary.format(name=things, places=where)
    else:
        template = texts.first_scan if many.cause == "first_scan" else texts.activation
        what = template.format(tenant=finding.tenant, count=many.count)
    now = texts.standing if many.standing else texts.over
    return f"{what} ({now.format(standing=many.standing, total=many.total)})"
