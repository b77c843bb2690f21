"""Five verbs: what metadata prove is told with its evidence, what they do not is unknown."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policy.ruleset import Policy
from policy.texts import LANGUAGES
from policy.verbs import OPERATIONS_OF, Place, Verb, VerbVerdict, by_verb, of_places
from wolkenzicht.model import (
    DATA_OPERATIONS,
    Asset,
    Certainty,
    DataLocation,
    Evidence,
    LocationClass,
    Operation,
)

MakeAsset = Callable[..., Asset]

IRELAND, LONDON, VIRGINIA = (Evidence("Region", code) for code in ("eu-west-1", "eu-west-2", "us-east-1"))
PLACES = st.builds(
    Place,
    operation=st.sampled_from(Operation),
    location_class=st.sampled_from(LocationClass),
    countries=st.lists(st.sampled_from(["IE", "GB", "US"]), max_size=2).map(tuple),
    evidence=st.lists(st.builds(Evidence, st.text(max_size=3), st.text(max_size=3)), max_size=2).map(tuple),
)


def not_told(verb: Verb) -> VerbVerdict:
    """A verb of which nothing says anything."""
    return VerbVerdict(verb, LocationClass.UNKNOWN, (), known=False, operations=(), evidence=())


def place(operation: Operation, code: str, proof: Evidence) -> DataLocation:
    """A location that the source declares."""
    return DataLocation(operation, code, Certainty.DECLARED, (proof,))


def test_copies_and_backups_are_stored_too(policy: Policy, make_asset: MakeAsset) -> None:
    """The worst of them is the class; nothing follows from it for the other verbs."""
    asset = make_asset(
        locations=(
            place(Operation.BACKED_UP, "eu-west-2", LONDON),
            place(Operation.STORED, "eu-west-1", IRELAND),
        )
    )
    assert by_verb(asset, policy.classify(asset)) == (
        VerbVerdict(
            Verb.STORED,
            LocationClass.OUTSIDE_EEA_ADEQUATE,
            ("GB", "IE"),
            known=True,
            operations=(Operation.STORED, Operation.BACKED_UP),
            evidence=(IRELAND, LONDON),
        ),
        not_told(Verb.MANAGED),
        not_told(Verb.VIEWED),
        not_told(Verb.PROCESSED),
        not_told(Verb.EDITED),
    )


def test_a_role_is_managed_where_its_service_is(policy: Policy, make_asset: MakeAsset) -> None:
    """A location with that operation makes managing known, and stays out of the class."""
    asset = make_asset(
        locations=(
            place(Operation.STORED, "eu-west-1", IRELAND),
            place(Operation.MANAGED, "us-east-1", VIRGINIA),
        )
    )
    verdict = policy.classify(asset)
    managed = by_verb(asset, verdict)[1]
    assert (managed.verb, managed.known, managed.location_class, managed.countries, managed.evidence) == (
        Verb.MANAGED,
        True,
        LocationClass.OUTSIDE_EEA,
        ("US",),
        (VIRGINIA,),
    )
    assert verdict.location_class is LocationClass.INSIDE_EEA


def test_editing_stays_out_of_the_class(policy: Policy, make_asset: MakeAsset) -> None:
    """As managing and viewing do."""
    edited = place(Operation.EDITED, "us-east-1", VIRGINIA)
    asset = make_asset(locations=(place(Operation.STORED, "eu-west-1", IRELAND), edited))
    verdict = policy.classify(asset)
    assert verdict.location_class is LocationClass.INSIDE_EEA
    assert by_verb(asset, verdict)[4].location_class is LocationClass.OUTSIDE_EEA


def test_a_place_that_nobody_knows_is_told_as_such(policy: Policy, make_asset: MakeAsset) -> None:
    """That there is a copy is known, where it is not: the verb is unknown, though something says so."""
    unknown = DataLocation(Operation.REPLICATED, "", Certainty.UNKNOWN)
    asset = make_asset(locations=(place(Operation.STORED, "eu-west-1", IRELAND), unknown))
    stored = by_verb(asset, policy.classify(asset))[0]
    assert (stored.known, stored.location_class, stored.countries) == (True, LocationClass.UNKNOWN, ("IE",))


def test_every_operation_belongs_to_one_verb() -> None:
    """An operation that is added must be given a verb."""
    assert sorted(each for of in OPERATIONS_OF.values() for each in of) == sorted(Operation)


def test_inside_is_never_said_without_the_verbs_it_is_about(policy: Policy, make_asset: MakeAsset) -> None:
    """The step of the class names the verbs that were read and those that were not."""
    asset = make_asset("eu-west-1")
    told = [policy.explain(asset, policy.classify(asset), each)[0].statement for each in LANGUAGES]
    assert told == [
        (
            "locatieklasse: binnen de EER (het slechtste van alle plaatsen waar gegevens zijn; gaat over "
            "opgeslagen; niet over beheerd, ingezien, verwerkt, bewerkt)"
        ),
        (
            "location class: inside the EER (the worst of all places where data is; about stored; not about "
            "managed, viewed, processed, edited)"
        ),
    ]


def test_without_a_place_the_class_is_about_nothing(policy: Policy, make_asset: MakeAsset) -> None:
    """An asset of which no place was read covers no verb."""
    asset = make_asset()
    assert policy.explain(asset, policy.classify(asset), "nl")[0].statement == (
        "locatieklasse: onbekend (er is geen plaats gelezen waar gegevens zijn; gaat over geen van de vijf "
        "werkwoorden)"
    )


def test_processing_is_told_as_a_part(policy: Policy, make_asset: MakeAsset) -> None:
    """Metadata show where a service runs, not everyone who works on the data."""
    asset = make_asset(locations=(place(Operation.PROCESSED, "eu-west-1", IRELAND),))
    [step] = [
        each
        for each in policy.explain(asset, policy.classify(asset), "nl")
        if each.statement.startswith("verwerkt – ") and each.subject == "verb"
    ]
    assert (step.statement, step.rule, step.evidence) == (
        "verwerkt – binnen de EER: IE (uit: verwerkt; metadata tonen hier maar een deel van)",
        "verb.worst_of_locations",
        (IRELAND,),
    )


@given(st.lists(PLACES, max_size=6), st.randoms(use_true_random=False))
def test_verbs_are_total_and_order_free(places: list[Place], random: Random) -> None:
    """Always the five, in their order, whatever the order of locations."""
    found = of_places(places)
    shuffled = list(places)
    random.shuffle(shuffled)
    assert [each.verb for each in found] == list(Verb)
    assert of_places(shuffled) == found


@given(st.lists(PLACES, max_size=6), PLACES)
def test_one_more_place_never_makes_a_known_verb_better(places: list[Place], more: Place) -> None:
    """A verb that was known stays as bad as it was at the least, and known."""
    for before, after in zip(of_places(places), of_places([*places, more]), strict=True):
        if before.known:
            assert after.known
            assert after.location_class.badness >= before.location_class.badness


@given(st.lists(PLACES, max_size=6))
def test_the_worst_data_verb_is_the_class_of_the_asset(places: list[Place]) -> None:
    """Stored and processed together say what the location class says."""
    data = [each for each in places if each.operation in DATA_OPERATIONS]
    known = [each for each in of_places(data) if each.known]
    worst = max((each.location_class.badness for each in known), default=None)
    assert worst == max((each.location_class.badness for each in data), default=None)


@given(st.lists(PLACES, max_size=6))
def test_a_repeated_place_changes_nothing(places: list[Place]) -> None:
    """Counting a place twice does not make it more true."""
    assert of_places([*places, *map(replace, places)]) == of_places(places)


def test_a_verdict_on_other_places_is_refused(policy: Policy, make_asset: MakeAsset) -> None:
    """A verdict with fewer or more places than the asset is another asset's: nothing is told by guess."""
    one, two = make_asset("eu-west-1"), make_asset("eu-west-1", "eu-west-2")
    with pytest.raises(ValueError, match="shorter"):
        by_verb(two, policy.classify(one))
    with pytest.raises(ValueError, match="longer"):
        by_verb(one, policy.classify(two))
