"""How one asset and its explanation read."""

from __future__ import annotations

import pytest

from collector.client import detail, shapes
from collector.client.layout import Shape
from collector.client.texts import Texts, load
from policy import ruleset
from tests.unit.collector.client import answers_given as given

NL, EN = load("nl"), load("en")

STEPS: list[Shape] = [
    {
        "subject": "location_class",
        "statement": "locatieklasse: buiten de EER (het slechtste van alle plaatsen waar gegevens zijn)",
        "rule": "location_class.worst",
        "source": "RCB2026",
        "evidence": [],
    },
    {
        "subject": "location",
        "statement": "opgeslagen – us-east-1: US: buiten de EER",
        "rule": "location.region",
        "source": "",
        "evidence": [{"path": "LocationConstraint", "value": "us-east-1"}],
    },
]


def test_show_has_a_line_for_every_fact() -> None:
    """Locations below one another, unset facts left out."""
    text = detail.asset(shapes.whole_asset(given.asset_view(), given.verbs()), NL, 100)
    assert text.splitlines() == [
        "middel             arn:aws:s3:::copies",
        "naam               copies",
        "type               AWS::S3::Bucket",
        "organisatie        bzk",
        "tenant             bzk-aws",
        "leverancier        aws",
        "account            111122223333",
        "locatie            eu-west-1",
        "bevat              inhoud",
        "locatieklasse      buiten EER, adequaat",
        "datalocaties       opgeslagen: eu-west-1 (IE), binnen EER, opgegeven door de bron;",
        "                   LocationConstraint = eu-west-1",
        "                   gerepliceerd: eu-west-2 (GB), buiten EER, adequaat, opgegeven door de bron;",
        "                   LocationConstraint = eu-west-2",
        "werkwoorden        opgeslagen: buiten EER, adequaat (GB, IE), uit: opgeslagen, gerepliceerd",
        "                   beheerd: onbekend: geen metadata zeggen dit; contractbewijs nodig",
        "                   ingezien: onbekend: geen metadata zeggen dit; contractbewijs nodig",
        "                   verwerkt: onbekend: geen metadata zeggen dit; contractbewijs nodig",
        "                   bewerkt: onbekend: geen metadata zeggen dit; contractbewijs nodig",
        "rechtsmacht        US",
        "rechtsbereik       rechtstreeks onder recht van buiten de EER",
        "sleutels           onbekend (custody.not_told)",
        "materieel gebruik  materieel",
        "reden              tag materieel=ja",
        "tags               materieel = ja",
        "                   owner = team",
        "gelezen            eigenschappen van het middel",
        "eerst gezien       2026-11-20 06:00 UTC",
        "laatst gezien      2026-11-22 06:00 UTC",
        "leesbereik         volledig",
        f"beleidsversie      {ruleset.load().version}",
    ]


def test_takeovers_have_a_line_each() -> None:
    """Below how far law reaches; an asset without any has none."""
    shape = shapes.whole_asset(given.asset_view(), given.verbs())
    named = detail.asset(shape | {"takeovers": ["acme/acme@2026-09-01", "acme/acme@2026-10-01"]}, EN, 100)
    assert named.splitlines()[20:23] == [
        "law reach       directly under law from outside",
        "takeovers       acme/acme@2026-09-01",
        "                acme/acme@2026-10-01",
    ]
    assert "takeovers" not in detail.asset(shape, EN, 100)


def test_countries_of_a_contract_have_a_line() -> None:
    """Where a contract says that data is; an asset of which none says so has none."""
    shape = shapes.whole_asset(given.asset_view(), given.verbs())
    lines = detail.asset(shape | {"contract_countries": ["IE", "NO"]}, EN, 100).splitlines()
    assert "countries by contract  IE, NO" in lines
    assert "by contract" not in detail.asset(shape, EN, 100)


def test_a_heading_is_not_said_twice() -> None:
    """Statements that begin with their subject go on after the heading."""
    steps = [
        {"subject": "law_reach", "statement": "rechtsbereik: onbekend", "rule": "law_reach.unknown"},
        {"subject": "takeover", "statement": "overname: A is van B", "rule": "takeover.owner_outside_eea"},
    ]
    shape = shapes.whole_asset(given.asset_view(), given.verbs())
    text = detail.explanation(shape, [each | {"source": "", "evidence": []} for each in steps], NL, 100)
    assert "1. Rechtsbereik: onbekend\n" in text
    assert "2. Overname: A is van B\n" in text


def test_explain_reads_step_by_step() -> None:
    """Each step with its rule, source and evidence; the heading is not said twice."""
    text = detail.explanation(shapes.whole_asset(given.asset_view(), given.verbs()), STEPS, NL, 100)
    assert text.partition("Waarom\n\n")[2].splitlines() == [
        "1. Locatieklasse: buiten de EER (het slechtste van alle plaatsen waar gegevens zijn)",
        "   regel: location_class.worst",
        "   bron:  RCB2026",
        "",
        "2. Locatie: opgeslagen – us-east-1: US: buiten de EER",
        "   regel:  location.region",
        "   bewijs: LocationConstraint = us-east-1",
    ]


@pytest.mark.parametrize(
    ("first", "last", "texts", "expected"),
    [
        (None, None, NL, "eerste en laatste dag niet vermeld; peildatum 2026-11-22, zekerheid hoog"),
        (
            "2020-01-01",
            None,
            NL,
            "geldig vanaf 2020-01-01, zonder laatste dag; peildatum 2026-11-22, zekerheid hoog",
        ),
        (
            None,
            "2027-01-01",
            EN,
            "valid until 2027-01-01, first day not stated; as at 2026-11-22, confidence high",
        ),
        (
            "2020-01-01",
            "2027-01-01",
            EN,
            "valid from 2020-01-01 until 2027-01-01; as at 2026-11-22, confidence high",
        ),
    ],
)
def test_a_step_tells_its_facts_with_their_periods(
    first: str | None, last: str | None, texts: Texts, expected: str
) -> None:
    """In a form that a lawyer reads: from when until when, as at which day, and how sure."""
    fact = {"name": "law X", "valid_from": first, "valid_until": last, "as_at": "2026-11-22"}
    step = STEPS[1] | {"facts": [fact | {"confidence": "high", "source": "s"}]}
    text = detail.explanation(shapes.whole_asset(given.asset_view(), given.verbs()), [step], texts, 160)
    assert text.splitlines()[-1].partition(":")[2].strip() == f"law X: {expected}"


def test_text_wraps_to_the_terminal() -> None:
    """Words are not broken, identifiers neither."""
    text = detail.explanation(shapes.whole_asset(given.asset_view(), given.verbs()), STEPS, EN, 60)
    assert max(len(line) for line in text.splitlines()) <= 60


def test_a_name_cannot_steer_the_terminal() -> None:
    """Control characters in a name are shown as what they are: something else."""
    shape = shapes.whole_asset(given.asset_view(), given.verbs()) | {"name": "a\x1b[2J"}
    assert "\x1b" not in detail.asset(shape, EN, 100)


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("nl", "ernst volgt uit hoog; kritiek bij materieel gebruik of persoonsgegevens"),
        ("en", "severity follows from high; critical with material use or personal data"),
    ],
)
def test_a_finding_says_what_its_severity_follows_from(language: str, expected: str) -> None:
    """By its kind; of a kind that is newer than this command nothing is said."""
    keys = "finding_id state subject organisation tenant owner summary clause remedy acknowledged_by"
    shape: Shape = dict.fromkeys([*keys.split(), "acknowledge_note", "exemption"], "x")
    shape |= dict.fromkeys(["opened", "resolved", "acknowledged", "unverified"], "")
    shape |= {"kind": "data_outside_eea", "severity": "high"}
    texts = load(language)

    assert expected in " ".join(detail.finding(shape, texts, 80).split())
    newer = detail.finding(shape | {"kind": "of_tomorrow"}, texts, 80)
    assert texts.heading("severity_why") not in newer
