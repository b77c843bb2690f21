"""Events are CloudEvents 1.0 by the NL GOV profile, and tell nothing in their attributes."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator, ValidationError

from collector.alerts.cloudevent import schema, summary, to_cloudevent, to_json
from collector.alerts.sample import sample_event
from collector.store.base import Event, FindingRow
from tests.unit.collector.alerts.samples import EVENT, FINDING, NOON, event, many_event, region_event
from wolkenzicht.model import FindingKind, FindingState, LocationClass, Severity, SubjectKind

SOURCE = "urn:nld:oin:00000001823288444000:systeem:wolkenzicht"

# Text that SQLite and protobuf can hold.
texts = st.text(st.characters(exclude_categories=["Cs"]), min_size=1)
moments = st.datetimes(datetime(2020, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - aware by timezones
findings = st.builds(
    FindingRow,
    finding_id=st.from_regex(r"[0-9a-f]{32}", fullmatch=True),
    tenant=texts,
    organisation=texts,
    subject_kind=st.just(SubjectKind.ASSET),
    subject=texts,
    kind=st.sampled_from(FindingKind),
    severity=st.sampled_from(Severity),
    state=st.just(FindingState.OPEN),
    clause=texts,
    details=st.lists(st.tuples(texts, st.text()), max_size=3).map(tuple),
    owner=st.text(),
    opened=moments,
)
events = st.builds(
    Event,
    event_no=st.integers(1, 10**9),
    event_id=st.uuids().map(str),
    type=st.sampled_from(
        [f"nl.wolkenzicht.bevinding.{what}.v1" for what in ("geopend", "gewijzigd", "opgelost")]
    ),
    created=moments,
    finding=st.one_of(
        findings,
        st.builds(
            lambda finding, moment: replace(finding, state=FindingState.RESOLVED, resolved=moment),
            findings,
            moments,
        ),
    ),
    asset_name=st.text(),
    asset_type=texts,
    provider=texts,
    location_class=st.sampled_from(LocationClass),
)


def check(document: dict[str, Any]) -> None:
    """Raise where the document breaks the envelope's schema or that of its data."""
    Draft202012Validator(schema("cloudevent")).validate(document)
    Draft202012Validator(schema("bevinding.v1")).validate(document["data"])


def test_the_shipped_schemas_are_schemas() -> None:
    """Both files are valid JSON Schema, and the data's is the one that events name."""
    for name in ("cloudevent", "bevinding.v1", "samenvatting.v1"):
        Draft202012Validator.check_schema(schema(name))
    assert schema("bevinding.v1")["$id"] == to_cloudevent(EVENT, SOURCE, "nl")["dataschema"]


def test_an_event_holds_what_a_receiver_needs() -> None:
    """The whole document."""
    assert to_cloudevent(EVENT, SOURCE, "en") == {
        "specversion": "1.0",
        "id": "0d9f9a60-0000-4000-8000-000000000001",
        "source": SOURCE,
        "type": "nl.wolkenzicht.bevinding.geopend.v1",
        "subject": "f-1",
        "time": "2026-11-22T12:00:00.000000Z",
        "datacontenttype": "application/json",
        "dataschema": "urn:nld:wolkenzicht:schema:bevinding:v1",
        "dataref": "/v1/findings/f-1",
        "data": {
            "finding_id": "f-1",
            "kind": "data_outside_eea",
            "severity": "high",
            "state": "open",
            "tenant": "rdv-aws",
            "organisation": "rdv",
            "subject_kind": "asset",
            "subject": "arn:aws:s3:::geheim-dossier",
            "asset_id": "arn:aws:s3:::geheim-dossier",
            "asset_name": "geheim-dossier",
            "asset_type": "AWS::S3::Bucket",
            "provider": "aws",
            "location_class": "outside_eea",
            "details": [
                {"operation": "replicated", "place": "us-east-1"},
                {"operation": "stored", "place": "eu-west-2"},
            ],
            "owner": "team voorbeeld",
            "clause": "RCB2026 4.6",
            "summary": "geheim-dossier: data outside the EER at us-east-1, eu-west-2",
            "remedy": "Move the data to a region inside the EER and remove the copies outside it, or "
            "report the deviation to CIO Rijk beforehand with the risk assessment and a DTIA.",
            "opened": "2026-11-22T12:00:00.000000Z",
            "resolved": None,
            "acknowledged": None,
            "acknowledged_by": "",
            "exemption": "",
            "unverified": None,
            "by": "",
            "note": "",
        },
    }


def test_an_event_about_a_region_names_no_asset() -> None:
    """The subject says what it is about; the fields of an asset are there and empty."""
    document = to_cloudevent(region_event(), SOURCE, "nl")

    check(document)
    data = document["data"]
    assert (data["subject_kind"], data["subject"], data["provider"]) == ("region", "aws:eu-atlantis-1", "aws")
    assert [data[each] for each in ("asset_id", "asset_name", "asset_type")] == ["", "", ""]
    assert data["details"] == [{"operation": "enabled", "place": "eu-atlantis-1"}]
    assert data["summary"] == "aws:eu-atlantis-1: in de catalogus ontbreekt de regio eu-atlantis-1"


@pytest.mark.parametrize(("subject_kind", "asset_id"), [("asset", ""), ("region", "arn:aws:s3:::x")])
def test_the_schema_ties_an_asset_to_its_subject(subject_kind: str, asset_id: str) -> None:
    """An asset without its identifier, and a region with one, are refused."""
    data = to_cloudevent(EVENT, SOURCE, "nl")["data"] | {"subject_kind": subject_kind, "asset_id": asset_id}
    with pytest.raises(ValidationError):
        Draft202012Validator(schema("bevinding.v1")).validate(data)


@given(events, st.sampled_from(["nl", "en"]))
def test_every_event_follows_the_profile(made: Event, language: str) -> None:
    """Whatever the cloud calls its assets, the JSON validates and comes back as it went."""
    document = to_cloudevent(made, SOURCE, language)

    check(document)
    assert json.loads(to_json(made, SOURCE, language)) == document


def test_the_sample_follows_the_profile() -> None:
    """`alerts test` sends what receivers validate, under a type of its own."""
    document = to_cloudevent(sample_event(NOON), SOURCE, "nl")

    check(document)
    assert document["type"] == "nl.wolkenzicht.bevinding.proef.v1"


def test_attributes_tell_nothing() -> None:
    """No organisation, asset, place or owner stands outside the data."""
    document = to_cloudevent(EVENT, SOURCE, "nl")
    del document["data"]

    text = json.dumps(document).replace(SOURCE, "")
    for secret in ("rdv", "geheim-dossier", "us-east-1", "team voorbeeld", "arn:"):
        assert secret not in text


def test_an_event_is_the_same_each_time() -> None:
    """A delivery that is repeated has the same bytes."""
    assert to_json(EVENT, SOURCE, "nl") == to_json(EVENT, SOURCE, "nl")


def test_times_are_utc() -> None:
    """A time in another zone is written in UTC."""
    there = NOON.astimezone(timezone(timedelta(hours=2)))

    assert to_cloudevent(replace(EVENT, created=there), SOURCE, "nl")["time"] == "2026-11-22T12:00:00.000000Z"


def test_a_finding_without_places_has_a_summary() -> None:
    """Where a place is not known a question mark stands."""
    unknown = event(kind=FindingKind.LOCATION_UNKNOWN, details=(("stored", ""),))

    assert summary(unknown, "nl") == "geheim-dossier: locatie van gegevens onbekend op ?"
    assert summary(event(details=()), "en") == "geheim-dossier: data outside the EER at ?"


def test_an_asset_without_a_name_is_called_by_its_identifier() -> None:
    """A summary always says what it is about."""
    assert summary(replace(EVENT, asset_name=""), "nl").startswith(f"{FINDING.asset_id}: ")


@pytest.mark.parametrize(
    "change",
    [
        {"specversion": "1.1"},
        {"id": ""},
        {"source": "collector"},
        {"source": ""},
        {"type": "bevinding"},
        {"type": "nl.wolkenzicht.bevinding.v1.v2"},
        {"type": "nl.wolkenzicht.bevinding.1"},
        {"type": "https://wolkenzicht.nl/geopend"},
        {"subject": ""},
        {"subject": "arn:aws:s3:::geheim dossier"},
        {"time": "2026-11-22 12:00"},
        {"datacontenttype": "application/xml"},
        {"organisation": "rdv"},
        {"Extra": "x"},
    ],
    ids=str,
)
def test_the_schema_refuses_what_the_profile_does(change: dict[str, Any]) -> None:
    """The schema that the other tests trust has teeth."""
    with pytest.raises(ValidationError):
        check(to_cloudevent(EVENT, SOURCE, "nl") | change)


@pytest.mark.parametrize("attribute", ["id", "source", "specversion", "type"])
def test_the_schema_wants_what_is_required(attribute: str) -> None:
    """The four attributes that CloudEvents requires."""
    document = to_cloudevent(EVENT, SOURCE, "nl")
    del document[attribute]

    with pytest.raises(ValidationError):
        check(document)


@pytest.mark.parametrize("language", ["nl", "en"])
@pytest.mark.parametrize("cause", ["places", "first_scan", "activation"])
def test_a_notification_for_many_is_an_event_of_its_own(cause: str, language: str) -> None:
    """By the rules of every event, with data of its own kind; each member has what its own event would."""
    document = to_cloudevent(many_event(cause), SOURCE, language)

    Draft202012Validator(schema("cloudevent")).validate(document)
    Draft202012Validator(schema("samenvatting.v1")).validate(document["data"])
    assert document["dataschema"] == schema("samenvatting.v1")["$id"]
    assert (document["id"], document["subject"]) == ("event-many", "group-1")
    assert document["dataref"] == "/v1/notifications/event-many"
    first, second = document["data"]["members"]
    for member in (first, second):
        member.pop("type")
        Draft202012Validator(schema("bevinding.v1")).validate(member)
    assert (first["finding_id"], second["severity"]) == ("f-1", "low")
    assert document["data"]["left_out"] == 9_998


def test_a_notification_says_in_one_line_what_happened() -> None:
    """How many, of what, where, and how many are open; or that none is any more."""
    assert summary(many_event(), "en") == (
        "10000 times: data outside the EER at us-east-1, eu-west-2 (11990 of 12000 findings are open)"
    )
    assert summary(many_event("first_scan", standing=0), "nl") == (
        "eerste scan van rdv-aws: 10000 gebeurtenissen over bevindingen "
        "(alle 12000 bevindingen zijn opgelost)"
    )
    assert summary(many_event("activation"), "nl") == (
        "andere regels van kracht: 10000 gebeurtenissen over bevindingen "
        "(11990 van 12000 bevindingen staan open)"
    )
