"""The JSON that scripts rely on: its names, their order and their values."""

from __future__ import annotations

import json

from collector.client import shapes
from policy import ruleset
from tests.unit.collector.client import answers_given as given
from wolkenzicht.model import Evidence
from wolkenzicht.v1 import asset_pb2
from wolkenzicht.v1 import overview_service_pb2 as wire


def test_an_asset_has_the_names_of_the_design() -> None:
    """Golden: every name and value of an asset, in order."""
    expected = {
        "asset_id": "arn:aws:s3:::copies",
        "tenant": "bzk-aws",
        "organisation": "bzk",
        "provider": "aws",
        "account": "111122223333",
        "service": "s3",
        "type": "AWS::S3::Bucket",
        "name": "copies",
        "depth": "deep",
        "holds": "content",
        "location": "eu-west-1",
        "countries": ["GB", "IE"],
        "contract_countries": [],
        "location_class": "outside_eea_adequate",
        "locations": [
            {
                "operation": "stored",
                "location": "eu-west-1",
                "countries": ["IE"],
                "class": "inside_eea",
                "certainty": "declared",
                "evidence": {"path": "LocationConstraint", "value": "eu-west-1"},
                "rule": "location.region",
            },
            {
                "operation": "replicated",
                "location": "eu-west-2",
                "countries": ["GB"],
                "class": "outside_eea_adequate",
                "certainty": "declared",
                "evidence": {"path": "LocationConstraint", "value": "eu-west-2"},
                "rule": "location.region",
            },
        ],
        "jurisdictions": ["US"],
        "law_reach": "direct",
        "takeovers": [],
        "custody": "unknown",
        "custody_rule": "custody.not_told",
        "material": "material",
        "material_reason": "tag materieel=ja",
        "tags": {"materieel": "ja", "owner": "team"},
        "properties": {},
        "declarations": {"system": "", "owner": "", "material": "", "personal_data": ""},
        "created": None,
        "first_seen": "2026-11-20T06:00:00Z",
        "last_seen": "2026-11-22T06:00:00Z",
        "removed": None,
        "scope_outcome": "complete",
        "policy_version": ruleset.load().version,
    }
    assert json.dumps(shapes.asset(given.asset_view()), indent=1) == json.dumps(expected, indent=1)


def test_an_asset_as_asked_for_has_its_five_verbs() -> None:
    """Each with class, countries and evidence; what nothing tells is unknown, never inside."""
    stored, *others = shapes.whole_asset(given.asset_view(), given.verbs())["verbs"]
    assert stored == {
        "verb": "stored",
        "known": True,
        "class": "outside_eea_adequate",
        "countries": ["GB", "IE"],
        "operations": ["stored", "replicated"],
        "evidence": [
            {"path": "LocationConstraint", "value": "eu-west-1"},
            {"path": "LocationConstraint", "value": "eu-west-2"},
        ],
    }
    nothing = {"known": False, "class": "unknown", "countries": [], "operations": [], "evidence": []}
    assert others == [{"verb": verb} | nothing for verb in ("managed", "viewed", "processed", "edited")]


def test_verbs_of_a_newer_contract_are_named_as_such() -> None:
    """An operation and a class that this command does not know are not taken for another."""
    [stored, *_] = given.verbs()
    stored.operations[0] = 99  # type: ignore[call-overload]  # a newer collector's
    stored.location_class = 99  # type: ignore[assignment]  # a newer collector's
    [shape] = shapes.whole_asset(given.asset_view(), [stored])["verbs"]
    assert (shape["class"], shape["operations"]) == ("not_known", ["not_known", "replicated"])


def test_a_verdict_from_before_keys_is_unknown() -> None:
    """A record that says nothing about keys is never read as something better."""
    view = given.asset_view()
    view.classified.verdict.ClearField("custody")
    assert shapes.asset(view)["custody"] == "unknown"


def test_a_verdict_from_before_law_reach_is_unknown() -> None:
    """Nor is a record that does not say whose law reaches it read as law of the EER only."""
    view = given.asset_view()
    view.classified.verdict.ClearField("law_reach")
    assert shapes.asset(view)["law_reach"] == "unknown"


def test_countries_of_the_contract_count_and_are_told_as_such() -> None:
    """Among the countries, and apart: so it shows which are proven by the contract."""
    view = given.asset_view()
    view.classified.verdict.contract_countries.extend(["GB", "NO"])
    told = shapes.asset(view)
    assert (told["countries"], told["contract_countries"]) == (["GB", "IE", "NO"], ["GB", "NO"])


def test_takeovers_are_told_by_name() -> None:
    """In order."""
    view = given.asset_view()
    view.classified.verdict.takeovers.extend(["acme/acme@2026-09-01", "acme/acme@2026-10-01"])
    assert shapes.asset(view)["takeovers"] == ["acme/acme@2026-09-01", "acme/acme@2026-10-01"]


def test_a_count_by_law_names_how_far_and_whose() -> None:
    """Golden: the group of what is inside the EER under American law."""
    answer = wire.OverviewCount(
        group={"law": "US", "class": "inside_eea", "law_reach": "direct"}, inside_eea_exposed=2
    )
    shape = shapes.count(answer)
    assert list(shape["group"].items()) == [
        ("class", "inside_eea"),
        ("law_reach", "direct"),
        ("law", "US"),
    ]
    assert shape["inside_eea_exposed"] == 2


def test_a_vanished_asset_says_when() -> None:
    """It has no scope any more."""
    shape = shapes.asset(given.asset_view(removed=True))
    assert (shape["removed"], shape["scope_outcome"]) == ("2026-11-22T06:00:00Z", None)


def test_managed_and_viewed_places_are_no_countries_of_the_data() -> None:
    """They stand among the locations only."""
    view = given.asset_view()
    view.classified.asset.locations[1].operation = asset_pb2.OPERATION_MANAGED
    shape = shapes.asset(view)
    assert shape["countries"] == ["IE"]
    assert [each["operation"] for each in shape["locations"]] == ["stored", "managed"]


def test_all_evidence_is_told() -> None:
    """A location that several properties prove has the first as evidence and the rest beside it."""
    view = given.asset_view()
    view.classified.asset.locations[0].evidence.add(path="ReplicationStatus", value="none")
    [first, second] = shapes.asset(view)["locations"]
    more = Evidence("ReplicationStatus", "none")
    assert first["further_evidence"] == [{"path": more.path, "value": more.value}]
    assert "further_evidence" not in second


def test_a_word_of_a_newer_collector_does_not_break_the_command() -> None:
    """What this command has no word for is said to be so."""
    view = given.asset_view()
    view.scope_outcome = 99  # type: ignore[assignment]  # a newer collector's
    view.classified.asset.locations[0].operation = 99  # type: ignore[assignment]  # a newer collector's
    shape = shapes.asset(view)
    assert (shape["scope_outcome"], shape["locations"][0]["operation"]) == ("not_known", "not_known")


def test_a_finding_has_the_names_of_the_design() -> None:
    """Golden: every name and value of a finding, in order."""
    expected = {
        "finding_id": "f-1",
        "kind": "data_outside_eea",
        "severity": "high",
        "state": "open",
        "subject_kind": "asset",
        "subject": "arn:aws:s3:::copies",
        "asset_id": "arn:aws:s3:::copies",
        "tenant": "bzk-aws",
        "organisation": "bzk",
        "opened": "2026-11-22T06:00:00Z",
        "resolved": None,
        "owner": "team-archief",
        "clause": "RCB2026 4.6",
        "summary": "copies: data outside the EER",
        "remedy": "Move the data",
        "acknowledged": None,
        "acknowledged_by": "",
        "acknowledge_note": "",
        "exemption": "",
        "unverified": None,
    }
    assert json.dumps(shapes.finding(given.FINDING)) == json.dumps(expected)


def test_a_coverage_row_has_the_names_of_the_design() -> None:
    """Golden: every name and value of a scope, in order."""
    expected = {
        "tenant": "bzk-aws",
        "organisation": "bzk",
        "account": "111122223333",
        "location": "us-east-1",
        "type": "AWS::DynamoDB::Table",
        "outcome": "denied",
        "asset_count": 0,
        "permission": "dynamodb:ListTables",
        "denied_by": "service_control_policy",
        "message": "AccessDenied",
        "looked": "2026-11-22T06:00:00Z",
        "last_complete": "2026-11-20T06:00:00Z",
        "planned": True,
        "unplanned_reason": None,
    }
    assert json.dumps(shapes.coverage_row(given.DENIED)) == json.dumps(expected)


def test_a_discrepancy_has_all_that_is_known_of_it() -> None:
    """Golden: every name and value of a discrepancy, in order."""
    expected = {
        "kind": "not_read",
        "asset_id": "arn:aws:s3:::hidden",
        "type": "AWS::S3::Bucket",
        "location": "eu-west-1",
        "inventory": "aws-resource-explorer",
        "tenant": "bzk-aws",
        "organisation": "bzk",
        "account": "111122223333",
        "since": "2026-11-20T06:00:00Z",
        "last_seen": "2026-11-22T06:00:00Z",
        "ended": None,
    }
    assert json.dumps(shapes.discrepancy(given.DISCREPANCY)) == json.dumps(expected)


def test_an_overview_has_groups_total_and_completeness() -> None:
    """Golden: the names of a count, in order; a group's values come in one order too."""
    shape = shapes.overview(given.overview("inside_eea"))
    names = ["items", "total", "open_findings", "exempted_findings", "discrepancies", "completeness"]
    assert list(shape) == names
    assert json.dumps(shape["items"]) == json.dumps(
        [
            {
                "group": {"organisation": "bzk", "provider": "aws", "class": "inside_eea"},
                "assets": 2,
                "content": 1,
                "inside_eea": 0,
                "outside_eea_adequate": 0,
                "unknown": 0,
                "outside_eea": 0,
                "material": 1,
                "undetermined": 0,
                "inside_eea_exposed": 0,
                "inside_eea_law_unknown": 0,
            }
        ]
    )
    assert shape["completeness"] == {
        "scopes_planned": 357,
        "scopes_complete": 340,
        "scopes_blind": 17,
        "oldest_look": "2026-11-22T06:00:00Z",
        "tenants_silent": 0,
    }


def test_a_step_has_its_rule_source_and_evidence() -> None:
    """Golden: an explanation's step."""
    answer = wire.Explanation(
        subject="location",
        statement="stored",
        rule="location.region",
        source="a source",
        evidence=[asset_pb2.Evidence(path="p", value="v")],
        facts=[
            wire.Fact(
                name="country GB",
                source="a table",
                valid_from="2021-06-28",
                confidence="high",
                as_at="2026-11-22",
            )
        ],
    )
    assert shapes.step(answer) == {
        "subject": "location",
        "statement": "stored",
        "rule": "location.region",
        "source": "a source",
        "evidence": [{"path": "p", "value": "v"}],
        "facts": [
            {
                "name": "country GB",
                "valid_from": "2021-06-28",
                "valid_until": None,
                "as_at": "2026-11-22",
                "confidence": "high",
                "source": "a table",
            }
        ],
    }
