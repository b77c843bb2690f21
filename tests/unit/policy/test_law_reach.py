"""How far law from outside the EER reaches follows from operators and parents, and is never guessed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policy.facts import Operator
from policy.jurisdiction import JurisdictionRules
from policy.law_reach import reach_of
from policy.ruleset import Policy, build
from wolkenzicht.model import Asset, LawReach

MakeAsset = Callable[..., Asset]

EEA_ONLY, THROUGH_PARENT, DIRECT, UNKNOWN = LawReach
EEA = frozenset({"NL", "DE", "NO"})
#: How the reach is ordered; each is further than the one before it.
ORDER = (EEA_ONLY, UNKNOWN, THROUGH_PARENT, DIRECT)


def operator(country: str, parent_country: str) -> Operator:
    """An operator of which only countries matter; "" is one that nobody confirmed."""
    return Operator(
        provider="acme", partition="acme", location="", aliases=(), name="Acme", country=country,
        parent="Acme Holding", parent_country=parent_country, laws=(), valid_from=None, valid_until=None,
        confidence="high", note="", source="made for a test",
    )  # fmt: skip


OPERATORS = st.lists(
    st.builds(
        operator,
        st.sampled_from(["NL", "DE", "NO", "US", "CH", ""]),
        st.sampled_from(["NL", "DE", "NO", "US", "MX"]),
    ),
    max_size=4,
)


@pytest.mark.parametrize(
    ("provider", "partition", "location", "expected"),
    [
        ("aws", "aws", "eu-west-1", DIRECT),
        ("aws", "aws-eusc", "eusc-de-east-1", THROUGH_PARENT),
        ("aws", "aws-us-gov", "us-gov-west-1", DIRECT),
        ("aws", "aws-cn", "cn-north-1", DIRECT),
        ("aws", "aws-nowhere", "eu-west-1", UNKNOWN),
        ("azure", "AzureCloud", "westeurope", DIRECT),
        ("azure", "Bleu", "", EEA_ONLY),
        ("azure", "Delos", "", EEA_ONLY),
        ("gcp", "googleapis.com", "europe-west4", DIRECT),
        ("gcp", "s3nsapis.fr", "", EEA_ONLY),
        ("gcp", "LOCAL_CONTROLS_BY_S3NS", "", DIRECT),
        ("stackit", "stackit", "", EEA_ONLY),
        ("exoscale", "exoscale", "", DIRECT),
        ("solvinity", "solvinity", "", THROUGH_PARENT),
        ("odc", "ODC-Noord", "ODC-Noord", EEA_ONLY),
        ("odc", "ODC Amsterdam", "ODC Amsterdam", EEA_ONLY),
        ("odc", "Rekencentrum Oost", "Rekencentrum Oost", UNKNOWN),
        ("", "", "", UNKNOWN),
    ],
)
def test_of_the_packaged_facts(
    policy: Policy, make_asset: MakeAsset, provider: str, partition: str, location: str, expected: LawReach
) -> None:
    """A sovereign offering of an American group is told apart from a European company and from its cloud."""
    asset = make_asset(provider=provider, partition=partition, location=location)
    assert expected == policy.classify(asset).law_reach


@pytest.mark.parametrize(
    ("country", "parent_country", "expected"),
    [
        ("NL", "DE", EEA_ONLY),
        ("NO", "NO", EEA_ONLY),
        ("NL", "US", THROUGH_PARENT),
        ("CH", "DE", DIRECT),
        ("US", "US", DIRECT),
        ("", "US", DIRECT),
        ("", "DE", UNKNOWN),
    ],
)
def test_of_one_operator(country: str, parent_country: str, expected: LawReach) -> None:
    """A country that nobody confirmed is not taken to be of the EER."""
    assert expected == reach_of([operator(country, parent_country)], EEA)


def test_the_furthest_of_two_operators_counts() -> None:
    """In the order that is documented, whichever of the two comes first."""
    of = {EEA_ONLY: ("NL", "NL"), UNKNOWN: ("", "NL"), THROUGH_PARENT: ("NL", "US"), DIRECT: ("US", "US")}
    for near, far in pairwise(ORDER):
        both = [operator(*of[near]), operator(*of[far])]
        assert (far, far) == (reach_of(both, EEA), reach_of(both[::-1], EEA))


def test_a_building_counts_where_its_operator_has_logical_access(
    data_files: dict[str, bytes], make_site: MakeAsset
) -> None:
    """A Dutch datacentre in the building of an American company is reached by its law only then."""
    sites = data_files["odc_sites.csv"].replace(b'"Equinix, Inc.",US,no,', b'"Equinix, Inc.",US,yes,')
    assert sites != data_files["odc_sites.csv"]
    policy = build(data_files | {"odc_sites.csv": sites})
    assert policy.classify(make_site("ODC Amsterdam", "NL")).law_reach is THROUGH_PARENT


def test_membership_of_the_eer_is_that_of_the_day(
    data_files: dict[str, bytes], make_asset: MakeAsset
) -> None:
    """A country that leaves takes its companies along."""
    row = next(each for each in data_files["countries.csv"].splitlines() if each.startswith(b"FR,"))
    fields = row.split(b",")
    fields[4:6] = [fields[4], b"2026-10-31"]
    after = b'FR,France,no,third_country,2026-11-01,,high,,"made for a test"'
    left = data_files["countries.csv"].replace(row, b",".join(fields) + b"\n" + after)
    asset = make_asset(provider="azure", partition="Bleu", location="")
    reaches = [
        build(data_files | {"countries.csv": left}, day).classify(asset).law_reach
        for day in (date(2026, 10, 31), date(2026, 11, 1))
    ]
    assert reaches == [EEA_ONLY, DIRECT]


def test_the_sovereign_cloud_has_an_operator_since_it_opened(
    data_files: dict[str, bytes], make_asset: MakeAsset
) -> None:
    """The day before nobody is known to operate it, and its first day is no takeover."""
    asset = make_asset(partition="aws-eusc", location="eusc-de-east-1")
    verdicts = [build(data_files, date(2026, 1, day)).classify(asset) for day in (14, 15)]
    assert [(each.law_reach, each.takeovers) for each in verdicts] == [(UNKNOWN, ()), (THROUGH_PARENT, ())]


@given(OPERATORS, st.randoms(use_true_random=False))
def test_it_is_total_and_order_free(operators: list[Operator], random: object) -> None:
    """Every list of operators has a reach, whatever their order and however often one is named."""
    shuffled = [*operators, *operators]
    random.shuffle(shuffled)  # type: ignore[attr-defined]  # hypothesis gives a Random
    assert reach_of(operators, EEA) == reach_of(shuffled, EEA)


@given(OPERATORS, st.sampled_from(["NL", "US", "CH", ""]), st.sampled_from(["US", "MX"]))
def test_an_operator_with_a_foreign_parent_never_makes_it_less(
    operators: list[Operator], country: str, parent_country: str
) -> None:
    """It makes the asset exposed, whatever else is known, and leaves the furthest reach as it was."""
    before, after = (
        reach_of(each, EEA) for each in (operators, [*operators, operator(country, parent_country)])
    )
    assert ORDER.index(before) <= ORDER.index(after)
    assert after in (THROUGH_PARENT, DIRECT)


@given(OPERATORS, st.data())
def test_where_a_foreign_owner_is_told_of_a_place_its_assets_are_exposed(
    operators: list[Operator], data: st.DataObject
) -> None:
    """Whatever other rows there are of the partition and its regions, in whatever order they stand."""
    regions = st.sampled_from(["", "north", "south"])
    rows = [replace(each, location=data.draw(regions)) for each in operators]
    foreign = replace(
        operator(data.draw(st.sampled_from(["NL", "US", ""])), "US"), location=data.draw(regions)
    )
    rules = JurisdictionRules(
        data.draw(st.permutations([*rows, foreign])), (), eea=EEA, as_at=date(2026, 11, 22), open_days=365
    )
    law = rules.of("acme", "acme", foreign.location)
    assert law.reach in (THROUGH_PARENT, DIRECT)
    assert "US" in [each.country for each in law.jurisdictions]


@given(OPERATORS)
def test_not_knowing_is_never_law_of_the_eer_only(operators: list[Operator]) -> None:
    """Only where every operator and every parent is known to be of the EER."""
    inside = all(each.country in EEA and each.parent_country in EEA for each in operators)
    assert (reach_of(operators, EEA) is EEA_ONLY) == bool(operators and inside)


@given(OPERATORS)
def test_forgetting_a_country_never_makes_it_law_of_the_eer_only(operators: list[Operator]) -> None:
    """An operator whose country is no longer confirmed is never within law of the EER only."""
    forgotten = [operator("", each.parent_country) for each in operators]
    assert reach_of(forgotten, EEA) is not EEA_ONLY
