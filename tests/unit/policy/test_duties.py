"""Which duties follow from a use under each rule set, and what is never in a public cloud."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest

from policy import duties
from policy.duties import _CONDITIONS
from policy.language.expression import compile_expression
from policy.rule_files import DUTIES, Condition
from policy.ruleset import Policy, load
from policy.texts import CONDITIONS, LANGUAGES
from wolkenzicht.model import Asset, Certainty, DataLocation, Declarations, Evidence, Operation

MakeAsset = Callable[..., Asset]

MATERIAL_2026 = [
    "integral_risk_assessment", "dpia", "exit_plan", "notification_ciso_rijk", "registration",
    "yearly_report",
]  # fmt: skip


@pytest.fixture(scope="module")
def earlier() -> Policy:
    """The rule set of 2022 on its last day."""
    return load(date(2026, 7, 2))


def found(policy: Policy, asset: Asset) -> tuple[list[str], list[str]]:
    """The duties that follow, and those that may follow."""
    due = duties.of(asset, policy.classify(asset), policy.settings)
    return [each.duty.identifier for each in due if not each.open], [
        each.duty.identifier for each in due if each.open
    ]


def test_material_use(policy: Policy, make_asset: MakeAsset) -> None:
    """A material use inside the EER has all duties but those about places outside it."""
    asset = make_asset("eu-west-1", tags=(("materieel", "ja"),))
    assert found(policy, asset) == ([*MATERIAL_2026, "encryption"], [])


def test_use_that_is_not_material(policy: Policy, make_asset: MakeAsset) -> None:
    """Of a use that is not material only what holds of any use is left."""
    asset = make_asset("eu-west-1", tags=(("materieel", "nee"),))
    assert found(policy, asset) == (["encryption"], [])


def test_undetermined_use(policy: Policy, make_asset: MakeAsset) -> None:
    """Where nobody said whether a use is material, its duties may follow; they are not left out."""
    assert found(policy, make_asset("eu-west-1")) == (["encryption"], MATERIAL_2026)


@pytest.mark.parametrize(
    ("code", "follow", "may"),
    [
        ("eu-west-1", [], []),
        ("eu-central-2", [], []),
        ("eu-west-2", ["deviation_reported_first"], []),
        ("us-east-1", ["dtia", "deviation_reported_first"], []),
        ("nowhere-1", [], ["dtia", "deviation_reported_first"]),
    ],
)
def test_duties_by_place(
    policy: Policy, make_asset: MakeAsset, code: str, follow: list[str], may: list[str]
) -> None:
    """Zurich is permitted, London is a deviation, Virginia needs a DTIA too; not knowing leaves both open."""
    places = ("dtia", "deviation_reported_first")
    duties_of = found(policy, make_asset(code, tags=(("materieel", "ja"),)))
    assert [[each for each in part if each in places] for part in duties_of] == [follow, may]


def test_no_place_read(policy: Policy, make_asset: MakeAsset) -> None:
    """Where no place of data was read, nobody knows whether it is outside."""
    assert found(policy, make_asset(tags=(("materieel", "ja"),)))[1] == ["dtia", "deviation_reported_first"]


def test_a_place_of_management_is_none_of_data(policy: Policy, make_asset: MakeAsset) -> None:
    """What is only managed from the United States needs no DTIA by that."""
    places = (
        DataLocation(Operation.STORED, "eu-west-1", Certainty.DECLARED),
        DataLocation(Operation.MANAGED, "us-east-1", Certainty.DERIVED),
    )
    asset = make_asset(locations=places, tags=(("materieel", "ja"),))
    assert found(policy, asset) == ([*MATERIAL_2026, "encryption"], [])


ANY_2022 = ["risk_assessment", "dpia", "exit_strategy", "publication", "yearly_report"]


@pytest.mark.parametrize(
    ("personal", "follow", "may"),
    [
        ("", [], ["notification_cio_rijk"]),
        ("onbekend", [], ["notification_cio_rijk"]),
        ("nee", [], []),
        ("ja", ["notification_cio_rijk"], []),
        ("bijzonder", ["notification_cio_rijk"], []),
    ],
)
def test_personal_data(
    earlier: Policy, make_asset: MakeAsset, personal: str, follow: list[str], may: list[str]
) -> None:
    """In 2022 personal data in a public cloud were notified to CIO Rijk; what nobody said stays open."""
    asset = make_asset("eu-west-1", declarations=Declarations(personal_data=personal))
    follows, open_ = found(earlier, asset)
    assert sorted(follows) == sorted([*ANY_2022, *follow])
    assert sorted(open_) == sorted([*may, "prior_advice"])


@pytest.mark.parametrize(
    ("personal", "expected"),
    [("bijzonder", ([True], [])), ("ja", ([], [True])), ("nee", ([], [])), ("", ([], [True]))],
)
def test_special_personal_data_outside(
    earlier: Policy, make_asset: MakeAsset, personal: str, expected: tuple[list[bool], list[bool]]
) -> None:
    """Special personal data outside without adequacy were to be explained; a plain yes leaves that open."""
    asset = make_asset("us-east-1", tags=(("Persoonsgegevens", personal.upper()),))
    parts = found(earlier, asset)
    assert tuple([True for each in part if each == "special_data_explained"] for part in parts) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("ja", (True, False)),
        ("Brondata", (True, False)),
        ("nee", (False, False)),
        ("misschien", (False, True)),
    ],
)
def test_base_registry(
    earlier: Policy, make_asset: MakeAsset, value: str, expected: tuple[bool, bool]
) -> None:
    """Advice was asked beforehand on a basisregistratie; a word that is not known leaves it open."""
    parts = found(earlier, make_asset("eu-west-1", tags=(("basisregistratie", value),)))
    assert tuple("prior_advice" in part for part in parts) == expected


@pytest.mark.parametrize(
    ("tag", "expected", "expected_2022"),
    [
        (("TBB", "2"), ["tbb_1_to_3"], []),
        (("tbb", "TBB 3"), ["tbb_1_to_3"], []),
        (("tbb", "4"), [], []),
        (("rubricering", "Stg. GEHEIM"), ["state_secret"], ["state_secret"]),
        (("rubricering", "Departementaal Vertrouwelijk"), [], []),
        (("basisregistratie", "brondata"), ["base_registry_source_data"], []),
        (("basisregistratie", "ja"), [], []),
        (("name", "staatsgeheim"), [], []),
    ],
)
def test_never_in_a_public_cloud(
    policy: Policy,
    earlier: Policy,
    make_asset: MakeAsset,
    tag: tuple[str, str],
    expected: list[str],
    expected_2022: list[str],
) -> None:
    """What a tag declares is prohibited under the rule set that says so; nothing is derived from a name."""
    asset = make_asset("eu-west-1", tags=(tag,))
    never = [
        [each.duty.identifier for each in rules.duties(asset, rules.classify(asset)) if each.duty.never]
        for rules in (policy, earlier)
    ]
    assert never == [expected, expected_2022]


def test_evidence_of_a_prohibition(policy: Policy, make_asset: MakeAsset) -> None:
    """A prohibition shows the tag that it rests on."""
    asset = make_asset("eu-west-1", tags=(("TBB", "1"),))
    (due,) = [each for each in policy.duties(asset, policy.classify(asset)) if each.duty.never]
    assert (duties.rule(due), due.evidence) == ("never.tbb_1_to_3", (Evidence("tags.TBB", "1"),))


def test_evidence_is_cut_at_200_characters(policy: Policy, make_asset: MakeAsset) -> None:
    """A tag's value of that length is told whole, a longer one is cut, beside the one that counts."""
    for length, value in ((200, "j" * 200), (201, "j" * 199 + "…")):
        asset = make_asset("eu-west-1", tags=(("tbb", "1"), ("TBB", "j" * length)))
        (due,) = [each for each in policy.duties(asset, policy.classify(asset)) if each.duty.never]
        assert due.evidence == (Evidence("tags.TBB", value), Evidence("tags.tbb", "1"))


def test_a_government_datacentre_is_no_public_cloud(policy: Policy, make_site: MakeAsset) -> None:
    """The rules are about public cloud: nothing follows for a datacentre of the government."""
    asset = make_site("ODC-Noord", "NL", tags=(("materieel", "ja"), ("tbb", "1")))
    assert found(policy, asset) == ([], [])


def test_steps_in_both_languages(policy: Policy, make_asset: MakeAsset) -> None:
    """A duty is a step with its clause and how sure that is, on what it depends, its rule and its source."""
    asset = make_asset("us-east-1", tags=(("rubricering", "staatsgeheim"),))
    verdict = policy.classify(asset)
    told = {
        language: {
            step.rule: step.statement
            for step in policy.explain(asset, verdict, language)
            if step.subject in ("duty", "prohibition")
        }
        for language in LANGUAGES
    }
    assert told["nl"]["duty.dtia"] == (
        "mogelijke plicht, als het gebruik materieel is: een DTIA, want er is geen adequaatheidsbesluit voor "
        "waar de gegevens zijn (RCB2026 3.1 [C], uit een secundaire bron)"
    )
    assert told["en"]["duty.dtia"] == (
        "possible duty, if the use is material: a DTIA, for there is no adequacy decision for where the data "
        "is (RCB2026 3.1 [C], secondary source)"
    )
    (prohibited,) = [text for rule, text in told["nl"].items() if rule.startswith("never.")]
    assert prohibited == (
        "verboden: een staatsgeheim staat nooit in een publieke cloud "
        "(RCB2026 5.2, 5.4 [C], uit een secundaire bron)"
    )
    assert told["en"]["duty.deviation_reported_first"] == (
        "duty: a deviation is reported to CIO Rijk first (RCB2026, secondary source)"
    )


def test_a_confirmed_clause_stands_alone(earlier: Policy, make_asset: MakeAsset) -> None:
    """Only what was read in the official text is told without a reservation."""
    asset = make_asset("eu-west-1")
    (step,) = [
        each
        for each in earlier.explain(asset, earlier.classify(asset), "en")
        if each.rule == "duty.yearly_report"
    ]
    assert step.statement == "duty: in the yearly report on public cloud use to CIO Rijk (RCB2022)"
    assert step.source == "https://zoek.officielebekendmakingen.nl/kst-26643-904.html"


@pytest.mark.parametrize(
    ("applies_when", "open_", "evidence"),
    [
        ("material || personal_data", ["material", "personal_data"], []),
        ("state_secret && (material || personal_data)", ["material", "personal_data"], ["tags.rubricering"]),
        ("state_secret || material", [], ["tags.rubricering"]),
        ("!material && tbb_1_to_3", ["material", "tbb_1_to_3"], []),
        ("!outside_permitted", [], ["verdict.location_class"]),
        ("outside_permitted ? material : state_secret", [], ["tags.rubricering"]),
        ("!state_secret && material", None, None),
    ],
)
def test_what_a_possible_duty_depends_on(
    policy: Policy,
    make_asset: MakeAsset,
    applies_when: str,
    open_: list[str] | None,
    evidence: list[str] | None,
) -> None:
    """Only what can still change the answer is open; evidence is of what the duty rests on."""
    when = compile_expression(applies_when, DUTIES, {})
    duty = replace(policy.settings.duties[0], applies_when=when)
    asset = make_asset("eu-west-1", tags=(("rubricering", "staatsgeheim"),))
    found = duties.of(asset, policy.classify(asset), replace(policy.settings, duties=(duty,)))
    expected = [] if open_ is None else [(open_, evidence)]
    assert expected == [([*each.open], [proof.path for proof in each.evidence]) for each in found]


def test_what_is_never_and_not_known_is_not_told(policy: Policy, make_asset: MakeAsset) -> None:
    """A prohibition that may hold is none yet."""
    when = compile_expression("state_secret || tbb_1_to_3", DUTIES, {})
    never = replace(policy.settings.duties[-1], applies_when=when, never=True)
    asset = make_asset("eu-west-1")
    assert duties.of(asset, policy.classify(asset), replace(policy.settings, duties=(never,))) == ()


def test_every_condition_can_be_judged_and_told() -> None:
    """The vocabulary of the rule files is closed: each condition has its code and its words."""
    assert set(Condition) == set(_CONDITIONS)
    assert [set(Condition)] * 2 == [set(CONDITIONS[language]) for language in LANGUAGES]
