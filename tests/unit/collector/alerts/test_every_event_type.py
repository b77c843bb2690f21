"""Every type of event that the source names follows the NL GOV profile, and has words in both languages."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

import collector
from collector.alerts.cloudevent import schema, to_cloudevent
from collector.alerts.heartbeat import HEARTBEAT_TYPE, Heartbeat, heartbeat_event
from collector.alerts.mail_texts import RESOLVED, TEXTS
from collector.store.base import NOTIFICATION
from tests.unit.collector.alerts.samples import EVENT, NOON, event, many_event
from wolkenzicht.model import FindingState

SOURCE = "urn:nld:oin:00000001823288444000:systeem:wolkenzicht"
TYPES = sorted(
    {
        found
        for path in Path(collector.__file__).parent.rglob("*.py")
        for found in re.findall(r'"(nl\.wolkenzicht\.[a-z0-9.-]+)"', path.read_text("utf-8"))
    }
)
#: Whose data each schema is about.
SCHEMAS = {
    "urn:nld:wolkenzicht:schema:bevinding:v1": "bevinding.v1",
    "urn:nld:wolkenzicht:schema:samenvatting:v1": "samenvatting.v1",
    "urn:nld:wolkenzicht:schema:collector:v1": "collector.v1",
}


def document(type_: str) -> dict[str, Any]:
    """An event of that type."""
    if type_ == HEARTBEAT_TYPE:
        return heartbeat_event(Heartbeat("beat-1", NOON, "soc", 60), SOURCE)
    if type_ == NOTIFICATION:
        return to_cloudevent(many_event(), SOURCE, "nl")
    if type_ == RESOLVED:
        resolved = event(state=FindingState.RESOLVED, resolved=NOON)
        return to_cloudevent(replace(resolved, type=type_), SOURCE, "nl")
    return to_cloudevent(replace(EVENT, type=type_), SOURCE, "nl")


def test_the_types_are_found() -> None:
    """Those that are known today are among them."""
    assert {HEARTBEAT_TYPE, NOTIFICATION, RESOLVED, EVENT.type} <= set(TYPES)
    assert len(TYPES) >= 6


@pytest.mark.parametrize("type_", TYPES)
def test_it_follows_the_profile(type_: str) -> None:
    """Envelope and data; reverse domain, one version number, and no name of an organisation in attributes."""
    made = document(type_)

    assert made["type"] == type_
    Draft202012Validator(schema("cloudevent")).validate(made)
    Draft202012Validator(schema(SCHEMAS[made["dataschema"]])).validate(made["data"])
    assert re.fullmatch(r"nl(\.[a-z][a-z0-9-]*)+\.v[1-9][0-9]*", type_)
    assert len(re.findall(r"\.v[0-9]+(?=\.|$)", type_)) == 1
    attributes = str({key: value for key, value in made.items() if key not in {"data", "source"}})
    for sensitive in ("rdv", "geheim-dossier", "us-east-1", "team voorbeeld"):
        assert sensitive not in attributes


@pytest.mark.parametrize("type_", [each for each in TYPES if each != HEARTBEAT_TYPE])
@pytest.mark.parametrize("language", ["nl", "en"])
def test_people_are_told_in_words(type_: str, language: str) -> None:
    """A mail says what happened, not the name of a type."""
    assert type_ == NOTIFICATION or TEXTS[language].happened[type_]
