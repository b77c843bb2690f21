"""Every verdict explains itself: each step has a rule and a source, in Dutch and English."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from policy.explain import Step
from policy.ruleset import Policy
from policy.texts import CLASSES, LANGUAGES, MATERIAL, OPERATIONS
from wolkenzicht.errors import ConfigurationError
from wolkenzicht.model import Asset, Certainty, DataLocation, Evidence, LocationClass, MaterialUse, Operation

MakeAsset = Callable[..., Asset]

#: What the facts say of the decision about the United Kingdom, behind its end.
GB = (
    '; scope: "general; immigration-control data now included"; limits: "six-year sunset; Crown '
    'dependencies, Gibraltar not covered; number of the renewing decision not found"'
)
GB_NL = GB.replace("scope", "reikwijdte volgens de bron").replace("limits", "grenzen volgens de bron")


@pytest.fixture
def bucket(make_asset: MakeAsset) -> Asset:
    """A bucket in Ireland with a replica in London."""
    proof = (Evidence("LocationConstraint", "EU"),)
    places = (
        DataLocation(Operation.STORED, "eu-west-1", Certainty.DECLARED, proof),
        DataLocation(Operation.REPLICATED, "eu-west-2", Certainty.DECLARED),
    )
    return make_asset(locations=places, tags=(("materieel", "ja"),))


def explain(policy: Policy, asset: Asset, language: str) -> tuple[Step, ...]:
    """The steps for an asset under its own verdict, but for its duties."""
    return without_duties(policy.explain(asset, policy.classify(asset), language))


def without_duties(steps: tuple[Step, ...]) -> tuple[Step, ...]:
    """The steps about the verdict itself; the duties that follow from it, and what else, come after them."""
    return tuple(step for step in steps if step.subject not in ("duty", "prohibition", "sovereignty"))


def place_step(policy: Policy, asset: Asset, language: str) -> Step:
    """The step of the asset's first location."""
    return next(step for step in explain(policy, asset, language) if step.subject == "location")


def test_english(policy: Policy, bucket: Asset) -> None:
    """The steps in English: class, verbs, each location in its order, jurisdictions, keys, material use."""
    steps = explain(policy, bucket, "en")
    assert [(step.subject, step.statement) for step in steps if step.subject != "jurisdiction"] == [
        (
            "location_class",
            (
                "location class: outside the EER, with an adequacy decision "
                "(the worst of all places where data is; about stored; "
                "not about managed, viewed, processed, edited)"
            ),
        ),
        (
            "verb",
            "stored – outside the EER, with an adequacy decision: GB, IE (from: stored, replicated)",
        ),
        ("verb", "managed – unknown: no metadata say this; evidence from the contract is needed"),
        ("verb", "viewed – unknown: no metadata say this; evidence from the contract is needed"),
        ("verb", "processed – unknown: no metadata say this; evidence from the contract is needed"),
        ("verb", "edited – unknown: no metadata say this; evidence from the contract is needed"),
        (
            "location",
            (
                "stored – eu-west-1, Dublin: Ireland (IE): inside the EER "
                "(the catalogue names the country of this code)"
            ),
        ),
        (
            "location",
            (
                "replicated – eu-west-2, London: United Kingdom (GB): outside the EER, with an adequacy "
                "decision "
                f"[(EU) 2021/1772 as renewed 19 Dec 2025, until 2031-12-27{GB}] "
                "(the catalogue names the country of this code)"
            ),
        ),
        (
            "law_reach",
            (
                "law reach: directly under law from outside the EER: AWS EMEA SARL (contract party, "
                "unconfirmed) (country not confirmed) → Amazon.com, Inc. (US)"
            ),
        ),
        ("custody", "unknown who holds the key: nothing that was read says who holds the keys"),
        ("material", "material use: tag materieel=ja"),
    ]


def test_dutch(policy: Policy, bucket: Asset) -> None:
    """The same steps in Dutch."""
    steps = explain(policy, bucket, "nl")
    assert [step.statement for step in steps if step.subject != "jurisdiction"] == [
        (
            "locatieklasse: buiten de EER, met een adequaatheidsbesluit "
            "(het slechtste van alle plaatsen waar gegevens zijn; gaat over opgeslagen; "
            "niet over beheerd, ingezien, verwerkt, bewerkt)"
        ),
        "opgeslagen – buiten de EER, met een adequaatheidsbesluit: GB, IE (uit: opgeslagen, gerepliceerd)",
        "beheerd – onbekend: geen metadata zeggen dit; contractbewijs nodig",
        "ingezien – onbekend: geen metadata zeggen dit; contractbewijs nodig",
        "verwerkt – onbekend: geen metadata zeggen dit; contractbewijs nodig",
        "bewerkt – onbekend: geen metadata zeggen dit; contractbewijs nodig",
        "opgeslagen – eu-west-1, Dublin: IE: binnen de EER (de catalogus noemt het land van deze code)",
        (
            "gerepliceerd – eu-west-2, London: GB: buiten de EER, met een adequaatheidsbesluit "
            f"[(EU) 2021/1772 as renewed 19 Dec 2025, tot en met 2031-12-27{GB_NL}] "
            "(de catalogus noemt het land van deze code)"
        ),
        (
            "rechtsbereik: rechtstreeks onder recht van buiten de EER: AWS EMEA SARL (contract party, "
            "unconfirmed) (land niet bevestigd) → Amazon.com, Inc. (US)"
        ),
        "onbekend wie de sleutel heeft: niets van wat gelezen is, zegt wie de sleutels heeft",
        "materieel gebruik: tag materieel=ja",
    ]


def test_jurisdiction_step(policy: Policy, bucket: Asset) -> None:
    """The jurisdiction's step names chain and laws with their status."""
    (step,) = [step for step in explain(policy, bucket, "nl") if step.subject == "jurisdiction"]
    assert step.statement == (
        "US: AWS EMEA SARL (contract party, unconfirmed) → Amazon.com, Inc.; wetten: "
        "CLOUD Act (18 USC 2713): in force as far as known | "
        "FISA s.702: lapsed 2026-06-12, certifications run to March 2027 | "
        "EO 12333: in force as far as known"
    )


def test_evidence(policy: Policy, bucket: Asset) -> None:
    """A location's step carries the source's own evidence, the material step the tag."""
    steps = explain(policy, bucket, "en")
    assert ((Evidence("LocationConstraint", "EU"),), (Evidence("tags.materieel", "ja"),)) == (
        place_step(policy, bucket, "en").evidence,
        steps[-1].evidence,
    )


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("code", ["eu-west-1", "eu-central-2", "us-east-1", "aws-global", "nowhere", ""])
def test_every_step_has_rule_and_source(
    policy: Policy, make_asset: MakeAsset, code: str, language: str
) -> None:
    """No step stands on nothing."""
    steps = explain(policy, make_asset(code), language)
    assert [True] * len(steps) == [bool(step.statement and step.rule and step.source) for step in steps]


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("nl", "US: buiten de EER [Implementing Decision (EU) 2023/1795 dekt de locatie niet als geheel]"),
        ("en", "covers organisations certified under the Data Privacy Framework only"),
    ],
)
def test_adequacy_that_does_not_cover_the_location(
    policy: Policy, make_asset: MakeAsset, language: str, expected: str
) -> None:
    """Why a decision about the United States changes nothing is said."""
    assert expected in place_step(policy, make_asset("us-east-1"), language).statement


def test_region_without_a_country_says_why(policy: Policy, make_asset: MakeAsset) -> None:
    """The catalogue's note about a region that nobody confirmed is told."""
    statement = place_step(policy, make_asset("eu-isoe-west-1"), "en").statement
    assert statement.startswith(
        "stored – eu-isoe-west-1: unknown (no source confirms in which country this region is: "
    )
    assert "no public source read confirms the country" in statement


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        (
            "storage/eur5",
            (
                "Belgium (BE): inside the EER; United Kingdom (GB): outside the EER, with an adequacy "
                f"decision [(EU) 2021/1772 as renewed 19 Dec 2025, until 2031-12-27{GB}] (the catalogue "
                "names the countries that this code spans: europe-west1 and London: not the members of "
                "spanner/eur5)"
            ),
        ),
        (
            "bigquery/eu",
            (
                "inside the EER (in a member state of the European Union; the provider does not say in "
                "which: one region; Google names europe-west1 and europe-west4 (not re-read))"
            ),
        ),
        (
            "kms/europe",
            (
                "unknown (said to be in the European Union, but no source confirms it: several regions; the "
                "members were not read, confidence low)"
            ),
        ),
    ],
)
def test_code_of_several_countries(policy: Policy, make_asset: MakeAsset, code: str, expected: str) -> None:
    """Each country of a code is told with its class, and what is not known is told too."""
    step = place_step(policy, make_asset(code, provider="gcp"), "en")
    assert (step.statement, bool(step.source)) == (f"stored – {code}: {expected}", True)


def test_code_of_several_countries_in_dutch(policy: Policy, make_asset: MakeAsset) -> None:
    """The same in Dutch."""
    step = place_step(policy, make_asset("spanner/eur6", provider="gcp"), "nl")
    assert step.statement == (
        "opgeslagen – spanner/eur6: CH: buiten de EER, met een adequaatheidsbesluit [2000/518/EC, zonder "
        'einddatum; reikwijdte volgens de bron: "general"]; '
        "DE: binnen de EER; NL: binnen de EER (de catalogus noemt de landen die deze code omvat)"
    )


def test_unknown_operator(policy: Policy, make_site: MakeAsset) -> None:
    """An operator that the facts lack is said to be unknown."""
    steps = explain(policy, make_site("Rekencentrum Oost", "NL"), "en")
    assert [(step.rule,) for step in steps if step.subject == "jurisdiction"] == [
        ("jurisdiction.operator_not_known",)
    ]


def test_no_location(policy: Policy, make_asset: MakeAsset) -> None:
    """An asset without a data location says that none was read."""
    step = explain(policy, make_asset(), "en")[0]
    assert (
        step.rule,
        step.statement,
    ) == (
        "location_class.no_data_location",
        "location class: unknown (no place where data is was read; about none of the five verbs)",
    )


def test_verdict_of_another_version(policy: Policy, bucket: Asset) -> None:
    """An earlier verdict is told as it was, with the version it was made under."""
    earlier = replace(
        policy.classify(bucket),
        location_class=LocationClass.UNKNOWN,
        material=MaterialUse.UNDETERMINED,
        material_rule="material.old",
        material_reason="as it was",
        policy_version="RCB2022/000000000000",
    )
    steps = without_duties(policy.explain(bucket, earlier, "en"))
    assert (
        (
            "location class: unknown (the worst of all places where data is; about stored; "
            "not about managed, viewed, processed, edited); "
            f"judged under RCB2022/000000000000, explained with {policy.version}"
        ),
        "material use undetermined: as it was",
    ) == (steps[0].statement, steps[-1].statement)


def test_unknown_language(policy: Policy, bucket: Asset) -> None:
    """Another language is refused with the ones that exist."""
    with pytest.raises(ConfigurationError, match="use nl or en"):
        explain(policy, bucket, "de")


@pytest.mark.parametrize("language", LANGUAGES)
def test_words_exist(language: str) -> None:
    """Every operation, class and verdict on material use has a word in both languages."""
    assert (set(Operation), set(LocationClass), set(MaterialUse)) == (
        set(OPERATIONS[language]),
        set(CLASSES[language]),
        set(MATERIAL[language]),
    )


def facts_of(policy: Policy, asset: Asset, subject: str, language: str = "en") -> list[tuple[str, str]]:
    """The facts of the first step about a subject: each with its period."""
    steps = policy.explain(asset, policy.classify(asset), language)
    step = next(each for each in steps if each.subject == subject)
    assert {each.as_at for each in step.facts} == {policy.settings.as_at}
    assert all(each.source and each.confidence in ("high", "medium", "low") for each in step.facts)
    return [(each.name, f"{each.valid_from}/{each.valid_until}") for each in step.facts]


def test_a_location_names_the_facts_that_it_rests_on(policy: Policy, make_asset: MakeAsset) -> None:
    """The row of the code, that of the country, and each decision about it, with their periods."""
    assert facts_of(policy, make_asset("eu-west-2"), "location", "nl") == [
        ("locatiecode eu-west-2", "None/None"),
        ("land GB", "None/None"),
        ("adequaatheidsbesluit (EU) 2021/1772 as renewed 19 Dec 2025 over GB", "2021-06-28/2031-12-27"),
        ("adequaatheidsbesluit (EU) 2021/1773 as renewed 19 Dec 2025 over GB", "2021-06-28/2031-12-27"),
    ]


def test_a_declared_country_does_not_rest_on_a_code(policy: Policy, make_site: MakeAsset) -> None:
    """The source itself names the country; the catalogue says nothing about it."""
    assert facts_of(policy, make_site("ODC-Noord", "NL"), "location") == [("country NL", "1958-01-01/None")]


def test_a_place_that_is_not_known_rests_on_no_fact(policy: Policy, make_asset: MakeAsset) -> None:
    """There is nothing to cite."""
    step = place_step(policy, make_asset("nowhere-1"), "en")
    assert step.facts == ()


@pytest.mark.parametrize("subject", ["law_reach", "jurisdiction"])
def test_law_names_operators_and_laws(policy: Policy, make_asset: MakeAsset, subject: str) -> None:
    """Who operates with whose parent, and the laws as they stand on the day."""
    asset = make_asset("eusc-de-east-1", partition="aws-eusc", location="eusc-de-east-1")
    operator = (
        "operator of aws/aws-eusc: AWS European Sovereign Cloud GmbH, parent Amazon.com, Inc.",
        "2026-01-15/None",
    )
    laws = [
        ("law CLOUD Act (18 USC 2713) (US)", "2018-03-23/None"),
        ("law FISA s.702 (US)", "2026-06-12/None"),
        ("law EO 12333 (US)", "None/None"),
    ]
    assert facts_of(policy, asset, subject) == [operator, *(laws if subject == "jurisdiction" else [])]


def test_a_building_names_its_row(policy: Policy, make_site: MakeAsset) -> None:
    """In whose building a site stands is a fact too."""
    assert facts_of(policy, make_site("ODC Amsterdam", "NL"), "housing")[0][0].startswith(
        "building of ODC Amst"
    )


def test_limits_are_left_out_where_there_are_none(policy: Policy, make_asset: MakeAsset) -> None:
    """A decision without an end says so."""
    step = place_step(policy, make_asset("eu-central-2"), "en")
    assert '[2000/518/EC, no end date; scope: "general"]' in step.statement
