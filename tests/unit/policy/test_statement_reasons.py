"""What a statement on material use becomes: its reason in both languages, and the evidence, word for word."""

from __future__ import annotations

from datetime import date

import pytest

from policy.context import NOTHING_KNOWN, Context, Decision, SystemEntry
from policy.ruleset import Policy
from policy.statements import Conflict, MaterialDecision
from tests.unit.policy.conftest import MakeAsset
from wolkenzicht.model import Declarations, Evidence, MaterialUse

MATERIAL, NOT, UNDETERMINED = MaterialUse.MATERIAL, MaterialUse.NOT_MATERIAL, MaterialUse.UNDETERMINED
ON = date(2026, 11, 1)
LONG = "x" * 201
CUT, CUT_200 = "x" * 59 + "…", "x" * 199 + "…"


def decided(
    policy: Policy,
    make_asset: MakeAsset,
    context: Context = NOTHING_KNOWN,
    *tags: tuple[str, str],
    column: str = "",
) -> MaterialDecision:
    """What is decided about an asset with these tags and this column of an inventory."""
    return policy.material.decide(make_asset(tags=tags, declarations=Declarations(material=column)), context)


def by_register(material: str, source: str = "") -> Context:
    """An asset of a system of which the register says this."""
    return Context(system=SystemEntry("brp", "BRP", "bzk", material, source=source))


def evidence(*pairs: tuple[str, str]) -> tuple[Evidence, ...]:
    """Evidence by path and value."""
    return tuple(Evidence(*each) for each in pairs)


@pytest.mark.parametrize(
    ("end", "until_en", "until_nl"),
    [
        (None, "until it is ended", "tot het eindigt"),
        (date(2026, 12, 31), "until 2026-12-31", "tot en met 2026-12-31"),
    ],
)
def test_a_decision(
    policy: Policy, make_asset: MakeAsset, end: date | None, until_en: str, until_nl: str
) -> None:
    """Who, when, until when and why; what is long is cut."""
    found = decided(policy, make_asset, Context(Decision(NOT, LONG, ON, LONG, end)))
    pairs = [
        ("decision.decided_by", CUT_200),
        ("decision.decided_on", "2026-11-01"),
        ("decision.reason", CUT_200),
        *([("decision.valid_until", "2026-12-31")] if end else []),
    ]
    assert found == MaterialDecision(
        NOT,
        "material.decision",
        f"decided by {CUT} on 2026-11-01, {until_en}: {CUT_200}",
        f"besloten door {CUT} op 2026-11-01, {until_nl}: {CUT_200}",
        evidence(*pairs),
        found.source,
    )
    assert found.source.startswith("RCB2026 ")


def test_the_register(policy: Policy, make_asset: MakeAsset) -> None:
    """Its word with the system's name, and where the entry is from where that is known."""
    found = decided(policy, make_asset, by_register(" Ja ", "export 2026"))
    assert (found.verdict, found.rule, found.conflicts) == (MATERIAL, "material.register", ())
    assert found.reason_en == "the register says 'Ja' of the system bzk/brp"
    assert found.reason_nl == "het register zegt 'Ja' van het systeem bzk/brp"
    assert found.evidence == evidence(("register.bzk/brp.material", "Ja"), ("register.source", "export 2026"))
    unknown = decided(policy, make_asset, by_register(LONG, " "))
    assert (unknown.verdict, unknown.rule) == (UNDETERMINED, "material.register_word_unknown")
    assert unknown.reason_en == (
        f"the register says '{CUT}' of the system bzk/brp, a word that is not known; write yes or no"
    )
    assert unknown.reason_nl == (
        f"het register zegt '{CUT}' van het systeem bzk/brp, een woord dat niet bekend is; schrijf ja of nee"
    )
    assert unknown.evidence == evidence(("register.bzk/brp.material", CUT_200))
    long = decided(policy, make_asset, by_register("ja", LONG))
    assert long.evidence[1] == Evidence("register.source", CUT_200)


def test_a_column(policy: Policy, make_asset: MakeAsset) -> None:
    """What an inventory declares."""
    found = decided(policy, make_asset, column=" Nee ")
    assert (found.verdict, found.rule) == (NOT, "material.column")
    assert (found.reason_en, found.reason_nl) == ("declared as 'Nee'", "opgegeven als 'Nee'")
    assert found.evidence == evidence(("declarations.material", "Nee"))
    unknown = decided(policy, make_asset, column=LONG)
    assert (unknown.verdict, unknown.rule) == (UNDETERMINED, "material.column_word_unknown")
    assert unknown.reason_en == f"the declared word '{CUT}' is not known; write yes or no"
    assert unknown.reason_nl == f"het opgegeven woord '{CUT}' is niet bekend; schrijf ja of nee"
    assert unknown.evidence == evidence(("declarations.material", CUT_200))


def test_a_tag(policy: Policy, make_asset: MakeAsset) -> None:
    """As it was written; of many the first three are named, and all are evidence."""
    found = decided(policy, make_asset, NOTHING_KNOWN, ("Materieel", " Ja "), ("material", "?"))
    assert (found.verdict, found.rule) == (MATERIAL, "material.tag")
    assert found.reason_en == found.reason_nl == "tag material=?, Materieel=Ja"
    assert found.evidence == evidence(("tags.material", "?"), ("tags.Materieel", "Ja"))
    keys = ("Material", "material", "MATERIAL", "materieel")
    four = decided(policy, make_asset, NOTHING_KNOWN, *((each, "ja") for each in keys))
    assert four.reason_en.count("=ja") == 3
    assert len(four.evidence) == 4
    not_known = decided(policy, make_asset, NOTHING_KNOWN, ("material", "?"), ("materieel", "onbekend"))
    assert (not_known.verdict, not_known.rule) == (UNDETERMINED, "material.tag")


def test_a_tag_with_an_unknown_word(policy: Policy, make_asset: MakeAsset) -> None:
    """The first word that is not known is named with its own tag."""
    tags = ("material", "ja"), ("Materieel", "Misschien"), ("materieel-gebruik", "ooit")
    found = decided(policy, make_asset, NOTHING_KNOWN, *tags)
    assert (found.verdict, found.rule) == (UNDETERMINED, "material.tag_word_unknown")
    assert found.reason_en == "the word 'Misschien' of tag 'Materieel' is not known; write yes or no"
    assert found.reason_nl == "het woord 'Misschien' van tag 'Materieel' is niet bekend; schrijf ja of nee"
    assert [each.path for each in found.evidence] == [f"tags.{key}" for key, _ in tags]


def test_tags_that_contradict_each_other(policy: Policy, make_asset: MakeAsset) -> None:
    """Go before a word that is not known, and are a conflict."""
    tags = ("material", "ja"), ("materieel", "nee"), ("materieel-gebruik", "ooit")
    found = decided(policy, make_asset, NOTHING_KNOWN, *tags)
    named = "material=ja, materieel=nee, materieel-gebruik=ooit"
    assert (found.verdict, found.rule) == (UNDETERMINED, "material.tags_contradict")
    assert found.reason_en == f"tags contradict each other: {named}"
    assert found.reason_nl == f"tags spreken elkaar tegen: {named}"
    assert found.conflicts == (Conflict("conflict.tags", (("tag", named),), found.evidence),)


@pytest.mark.parametrize(("hops", "rule"), [(1, "material.link"), (2, "material.link.2")])
def test_a_link(policy: Policy, make_asset: MakeAsset, hops: int, rule: str) -> None:
    """To what, and over how many links."""
    found = decided(policy, make_asset, Context(linked_material="arn:x", linked_hops=hops))
    assert (found.verdict, found.rule) == (MATERIAL, rule)
    assert found.reason_en == "linked to arn:x, which is of material use"
    assert found.reason_nl == "verbonden met arn:x, waarvan het gebruik materieel is"
    assert found.evidence == evidence(("link.asset_id", "arn:x"), ("link.hops", str(hops)))


def test_a_decision_that_ended_is_noted(policy: Policy, make_asset: MakeAsset) -> None:
    """Behind the reason of what counts now, from the day after its end; one that is to begin is not."""
    ended = Decision(MATERIAL, "CISO", ON, "kern", date(2026, 11, 2))
    found = decided(policy, make_asset, Context(ended, on=date(2026, 11, 3)), ("materieel", "nee"))
    assert found.reason_en == "tag materieel=nee (the decision by CISO of 2026-11-01 ended on 2026-11-02)"
    assert found.reason_nl == (
        "tag materieel=nee (het besluit van CISO van 2026-11-01 eindigde op 2026-11-02)"
    )
    early = decided(policy, make_asset, Context(ended, on=date(2026, 10, 31)), ("materieel", "nee"))
    assert early.reason_en == "tag materieel=nee"
    holds = decided(policy, make_asset, Context(ended, on=date(2026, 11, 2)), ("materieel", "nee"))
    assert holds.rule == "material.decision"


def test_conflicts_name_who_says_what(policy: Policy, make_asset: MakeAsset) -> None:
    """In order of name; the evidence is that of both."""
    context = Context(system=SystemEntry("brp", "BRP", "bzk", "ja"), linked_material="arn:x")
    found = decided(policy, make_asset, context, ("materieel", "nee"), ("omgeving", "Test"), column="nee")
    register, tag, column = ("register", "bzk/brp: ja"), ("tag", "materieel=nee"), ("column", "nee")
    link, environment = ("link", "arn:x"), ("environment", "omgeving=Test")
    assert [(each.rule, each.said) for each in found.conflicts] == [
        ("conflict.environment", (register, link, environment)),
        ("conflict.link", (tag, column, link)),
        ("conflict.register_column", (register, column)),
        ("conflict.register_tag", (register, tag)),
    ]
    assert [[proof.path for proof in each.evidence] for each in found.conflicts] == [
        ["register.bzk/brp.material", "link.asset_id", "link.hops", "tags.omgeving"],
        ["tags.materieel", "declarations.material", "link.asset_id", "link.hops"],
        ["register.bzk/brp.material", "declarations.material"],
        ["register.bzk/brp.material", "tags.materieel"],
    ]
    assert (found.verdict, found.rule) == (MATERIAL, "material.register")
