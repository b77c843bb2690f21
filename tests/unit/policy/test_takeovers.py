"""An acquisition changes the verdict from its day on and is a finding on every asset that it touches."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from policy.change_days import change_days
from policy.facts import Housing, Operator
from policy.findings import FindingDraft
from policy.rule_book import RuleBook
from policy.ruleset import Policy, build
from policy.takeovers import Takeover, days_of_change, identifier, owner
from policy.texts import LANGUAGES, detail_word
from wolkenzicht.model import Asset, Declarations, FindingKind, Holds, LawReach, Severity

MakeAsset = Callable[..., Asset]

DAY = date(2026, 9, 1)
BEFORE = DAY - timedelta(days=1)
LAST = DAY + timedelta(days=364)
NAME = "leafcloud/leafcloud@2026-09-01"
ROW = b"leafcloud,leafcloud,,,Leafcloud B.V.,NL,its founder and The Sharing Group,NL,,,,"


def bought_by(data_files: dict[str, bytes], owner: bytes, country: bytes) -> dict[str, bytes]:
    """The facts with a takeover of a Dutch provider on a day."""
    rows = data_files["operators.csv"]
    assert rows.count(ROW) == 1
    until = ROW[:-2] + b"," + str(BEFORE).encode() + b","
    new = b"leafcloud,leafcloud,,,Leafcloud B.V.,NL,%s,%s,,%s,,high,,https://example.org/deal\n"
    edited = rows.replace(ROW, until) + new % (owner, country, str(DAY).encode())
    return data_files | {"operators.csv": edited}


@pytest.fixture(scope="module")
def facts(data_files: dict[str, bytes]) -> dict[str, bytes]:
    """An American company buys the provider."""
    return bought_by(data_files, b"Globex Inc.", b"US")


@pytest.fixture
def asset(make_asset: MakeAsset) -> Asset:
    """Content in the Netherlands at that provider, since before the takeover."""
    return at_leafcloud(make_asset)


def at_leafcloud(make_asset: MakeAsset, **fields: object) -> Asset:
    """An asset at that provider."""
    values = {"created": datetime(2025, 5, 6, tzinfo=UTC)} | fields
    return make_asset(provider="leafcloud", partition="leafcloud", location="ams1", **values)


def changed(policy: Policy, asset: Asset) -> list[FindingDraft]:
    """The findings about a takeover."""
    found = policy.findings(asset, policy.classify(asset))
    return [each for each in found if each.kind is FindingKind.JURISDICTION_CHANGED]


def test_the_verdict_changes_on_the_day_and_the_takeover_stays_for_a_year(
    facts: dict[str, bytes], asset: Asset
) -> None:
    """The law changes for good, the takeover is named for as many days as the settings say."""
    verdicts = [build(facts, day).classify(asset) for day in (BEFORE, DAY, LAST, LAST + timedelta(days=1))]
    assert [
        (each.law_reach, [law.country for law in each.jurisdictions], each.takeovers) for each in verdicts
    ] == [
        (LawReach.EEA_ONLY, ["NL"], ()),
        (LawReach.THROUGH_PARENT, ["US", "NL"], (NAME,)),
        (LawReach.THROUGH_PARENT, ["US", "NL"], (NAME,)),
        (LawReach.THROUGH_PARENT, ["US", "NL"], ()),
    ]


def test_an_edition_knows_the_day_on_which_the_takeover_is_no_longer_recent(
    facts: dict[str, bytes], asset: Asset
) -> None:
    """Days with another verdict have another version, also where no row of the facts begins or ends."""
    book = RuleBook(facts)
    after = LAST + timedelta(days=1)
    assert {DAY, after} <= set(change_days(facts))
    assert book.on(LAST).classify(asset).takeovers == (NAME,)
    assert book.on(after).classify(asset).takeovers == ()
    assert book.on(LAST).version != book.on(after).version


def test_a_row_of_a_region_that_ends_leaves_it_to_the_owner_of_the_whole(
    data_files: dict[str, bytes], make_asset: MakeAsset
) -> None:
    """The day after its last the owner of the partition is another owner; so it is the other way round."""
    german = b"aws,aws,eu-central-9,,Acme GmbH,DE,Acme SE,DE,,%s,%s,high,,https://example.org/%s\n"
    found = []
    for period in ((b"", b"2026-08-31"), (b"2026-09-01", b"")):
        rows = data_files["operators.csv"] + german % (*period, b"region")
        policy = build(data_files | {"operators.csv": rows}, DAY)
        for region in ("eu-central-9", "eu-west-1"):
            law = policy.jurisdictions.of("aws", "aws", region)
            found.append([(each.identifier, each.owner, each.into_foreign_law) for each in law.takeovers])
        assert LAST + timedelta(days=1) in change_days(data_files | {"operators.csv": rows})
    assert found == [
        [("aws/aws@2026-09-01", "Amazon.com, Inc. (US)", True)],
        [],
        [("aws/aws/eu-central-9@2026-09-01", "Acme SE (DE)", False)],
        [],
    ]


def test_two_takeovers_are_one_finding_as_urgent_as_the_gravest(
    data_files: dict[str, bytes], make_asset: MakeAsset
) -> None:
    """Each with its own day, in order."""
    facts = bought_by(data_files, b"Globex Inc.", b"US")
    rows = facts["operators.csv"].replace(b"US,,2026-09-01,,high", b"US,,2026-09-01,2026-09-30,high")
    rows += b"leafcloud,leafcloud,,,Leafcloud B.V.,NL,Initech N.V.,NL,,2026-10-01,,high,,https://example.org/back\n"
    policy = build(facts | {"operators.csv": rows}, date(2026, 10, 1))
    asset = at_leafcloud(make_asset)
    verdict = policy.classify(asset)
    assert verdict.takeovers == (NAME, "leafcloud/leafcloud@2026-10-01")
    assert verdict.law_reach is LawReach.EEA_ONLY
    (found,) = changed(policy, asset)
    assert found.severity is Severity.HIGH
    assert [text for word, text in found.details if word == "takeover"] == [
        "2026-09-01: Leafcloud B.V.: its founder and The Sharing Group (NL) → Globex Inc. (US)",
        "2026-10-01: Leafcloud B.V.: Globex Inc. (US) → Initech N.V. (NL)",
    ]


def test_days_at_the_end_of_the_calendar_have_no_end_of_a_takeover() -> None:
    """Nothing comes after the last day that there is."""
    header = b"provider,partition,parent,parent_country,valid_from,valid_until\n"
    contents = {
        "settings.toml": b"[takeover]\nopen_days = 365\n",
        "operators.csv": header + b"a,a,X,NL,,9999-12-30\na,a,Y,US,9999-12-31,9999-12-31\n",
    }
    assert change_days(contents) == (date(9999, 12, 31),)
    earlier = contents | {"operators.csv": header + b"a,a,X,NL,,9998-12-31\na,a,Y,US,9999-01-01,\n"}
    assert change_days(earlier) == (date(9999, 1, 1),)
    fits = contents | {"operators.csv": header + b"a,a,X,NL,,9998-12-30\na,a,Y,US,9998-12-31,\n"}
    assert change_days(fits) == (date(9998, 12, 31), date(9999, 12, 31))


def test_facts_without_a_takeover_have_no_day_on_which_one_ends(data_files: dict[str, bytes]) -> None:
    """The first row of a partition begins something; that it began is over on no day."""
    assert date(2026, 1, 15) in change_days(data_files)
    assert date(2026, 1, 15) + timedelta(days=365) not in change_days(data_files)


def test_the_finding_names_who_whom_when_and_the_source(facts: dict[str, bytes], asset: Asset) -> None:
    """With its clause."""
    (found,) = changed(build(facts, DAY), asset)
    assert found.details == (
        (
            "takeover",
            ("2026-09-01: Leafcloud B.V.: its founder and The Sharing Group (NL) → Globex Inc. (US)"),
        ),
        ("source", "https://example.org/deal"),
    )
    assert found.clause.startswith("RCB2026 3.1 [C] (secondary source): ")


@pytest.mark.parametrize(
    ("owner", "country", "declared", "expected"),
    [
        (b"Globex Inc.", b"US", Declarations(), Severity.HIGH),
        (b"Globex Inc.", b"US", Declarations(material="ja"), Severity.CRITICAL),
        (b"Globex AG", b"CH", Declarations(), Severity.HIGH),
        (b"Globex SE", b"DE", Declarations(), Severity.LOW),
        (b"Globex SE", b"DE", Declarations(material="ja"), Severity.MEDIUM),
        (b"Globex N.V.", b"NL", Declarations(), Severity.LOW),
    ],
)
def test_it_is_urgent_where_it_is_into_law_from_outside_the_eer(
    data_files: dict[str, bytes],
    make_asset: MakeAsset,
    owner: bytes,
    country: bytes,
    declared: Declarations,
    expected: Severity,
) -> None:
    """More so where the use is material; within the EER it is worth knowing."""
    policy = build(bought_by(data_files, owner, country), DAY)
    (found,) = changed(policy, at_leafcloud(make_asset, declarations=declared))
    assert found.severity is expected


@pytest.mark.parametrize(
    ("fields", "touched"),
    [
        ({"created": None}, True),
        ({"created": datetime(2026, 8, 31, 23, 59, tzinfo=UTC)}, True),
        ({"created": datetime(2026, 9, 1, 23, 59, tzinfo=UTC)}, True),
        ({"created": datetime(2026, 9, 2, tzinfo=UTC)}, False),
        ({"created": datetime(2026, 9, 2, 1, 0, tzinfo=timezone(timedelta(hours=2)))}, True),
        ({"provider": "cyso", "partition": "cyso"}, False),
        ({"provider": "aws", "partition": "aws"}, False),
        ({"provider": "leafcloud", "partition": "elsewhere"}, False),
    ],
)
def test_what_it_touches(
    facts: dict[str, bytes], make_asset: MakeAsset, fields: dict[str, object], *, touched: bool
) -> None:
    """Every asset of that operator that may have existed on the day, and no other."""
    values = {"provider": "leafcloud", "partition": "leafcloud", "created": datetime(2025, 5, 6, tzinfo=UTC)}
    asset = make_asset(**(values | fields))
    policy = build(facts, DAY)
    assert (bool(policy.classify(asset).takeovers), len(changed(policy, asset))) == (touched, int(touched))


@pytest.mark.parametrize("holds", [Holds.METADATA, Holds.NOTHING])
def test_there_is_a_finding_about_content_only(
    facts: dict[str, bytes], make_asset: MakeAsset, holds: Holds
) -> None:
    """The verdict names the takeover of what holds no content too."""
    policy, asset = build(facts, DAY), at_leafcloud(make_asset, holds=holds)
    assert (policy.classify(asset).takeovers, changed(policy, asset)) == ((NAME,), [])


def test_a_new_row_with_the_same_owner_is_no_takeover(data_files: dict[str, bytes], asset: Asset) -> None:
    """An operator that takes another name stays whose it was."""
    owner = b"its founder and The Sharing Group"
    assert build(bought_by(data_files, owner, b"NL"), DAY).classify(asset).takeovers == ()


def test_an_owner_that_moves_abroad_is_a_change_of_jurisdiction(
    data_files: dict[str, bytes], asset: Asset
) -> None:
    """The same parent in another country is under other law."""
    policy = build(bought_by(data_files, b"its founder and The Sharing Group", b"GB"), DAY)
    assert (policy.classify(asset).takeovers, changed(policy, asset)[0].severity) == ((NAME,), Severity.HIGH)


def test_of_a_partition_with_regions_it_touches_those_of_the_region(
    data_files: dict[str, bytes], make_asset: MakeAsset
) -> None:
    """And assets of which the region is not told; those of another region are as they were."""
    start = b"aws,aws-cn,cn-north-1,,Beijing Sinnet Technology,CN,"
    old = start + b"Beijing Sinnet Technology,CN,cn-nil;cn-csl;cn-dsl,,,"
    assert old in data_files["operators.csv"]
    new = start + b"Initech,US,,2026-09-01,,high,,https://example.org/deal\n"
    rows = data_files["operators.csv"].replace(old, old[:-1] + b"2026-08-31,") + new
    policy = build(data_files | {"operators.csv": rows}, DAY)
    found = [
        policy.classify(make_asset(partition="aws-cn", location=each)).takeovers
        for each in ("cn-north-1", "cn-northwest-1", "aws-cn-global")
    ]
    name = "aws/aws-cn/cn-north-1@2026-09-01"
    assert found == [(name,), (), (name,)]


def test_a_building_with_logical_access_can_be_taken_over_too(
    data_files: dict[str, bytes], make_site: MakeAsset
) -> None:
    """As the operator can; without logical access its owner is no jurisdiction, so nothing changes."""
    old = b"ODC-Noord,State of the Netherlands,NL,KPN,NL,KPN,NL,no,,,,low,"
    assert old in data_files["odc_sites.csv"]
    found = []
    for access in (b"yes", b"no"):
        before = old.replace(b",no,,,,", b",%s,,,2026-08-31," % access)
        after = (
            b"ODC-Noord,State of the Netherlands,NL,KPN,NL,Globex Inc.,US,%s,,2026-09-01,,low,,"
            b"https://example.org/deal\n" % access
        )
        rows = data_files["odc_sites.csv"].replace(old, before) + after
        policy = build(data_files | {"odc_sites.csv": rows}, DAY)
        found.append(policy.classify(make_site("ODC-Noord", "NL")).takeovers)
        assert (LAST + timedelta(days=1) in change_days(data_files | {"odc_sites.csv": rows})) == (
            access == b"yes"
        )
    assert found == [("odc/ODC-Noord#building@2026-09-01",), ()]


def test_an_announced_takeover_that_was_prohibited_is_none(
    data_files: dict[str, bytes], make_asset: MakeAsset
) -> None:
    """Solvinity was not sold to Kyndryl: British law through its owner, before and after, and no American."""
    asset = make_asset(provider="solvinity", partition="solvinity", location="")
    for day in (date(2025, 11, 5), date(2026, 5, 25), date(2026, 5, 26), date(2026, 11, 22)):
        policy = build(data_files, day)
        verdict = policy.classify(asset)
        assert [each.country for each in verdict.jurisdictions] == ["GB", "NL"]
        assert (verdict.takeovers, changed(policy, asset)) == ((), [])


def test_the_packaged_facts_name_no_takeover(policy: Policy) -> None:
    """No partition of the packaged facts changed hands."""
    assert [
        takeover.identifier
        for provider, name in policy.jurisdictions._by_partition  # all of them
        for takeover in policy.jurisdictions.of(provider, name, "").takeovers
    ] == []


def test_a_takeover_that_these_facts_do_not_know_is_told_by_its_name(policy: Policy, asset: Asset) -> None:
    """An agent with later facts named it; it may be into foreign law."""
    verdict = replace(policy.classify(asset), takeovers=(NAME,))
    (found,) = [
        each for each in policy.findings(asset, verdict) if each.kind is FindingKind.JURISDICTION_CHANGED
    ]
    assert (found.severity, found.details) == (Severity.HIGH, (("takeover", NAME),))


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_details_have_words(language: str) -> None:
    """In both languages, other than those of the other."""
    other = next(each for each in LANGUAGES if each != language)
    for word in ("takeover", "source"):
        assert detail_word(word, language) != detail_word(word, other)
    assert detail_word("a word of later", language) == "a word of later"


@pytest.mark.parametrize(
    ("line", "message"),
    [
        (b"open_days = 0", "open_days: must be a whole number of days from 1 to 3660, such as 365"),
        (b"open_days = true", "open_days: must be a whole number"),
        (b'open_days = "365"', "open_days: must be a whole number"),
        (b"days = 365", "days: is not known here; use open_days"),
    ],
)
def test_a_wrong_number_of_days_is_refused(data_files: dict[str, bytes], line: bytes, message: str) -> None:
    """With file and line."""
    wrong = data_files["settings.toml"].replace(b"open_days = 365", line)
    with pytest.raises(Exception, match=rf"settings\.toml:\d+:1: {message}"):
        build(data_files | {"settings.toml": wrong})


@pytest.mark.parametrize("zone", ["Pacific/Kiritimati", "Pacific/Pago_Pago"])
def test_where_a_process_runs_does_not_matter(monkeypatch: pytest.MonkeyPatch, zone: str) -> None:
    """The day is that of UTC, also of a moment that is written without a zone, whatever the machine's is."""
    takeover = Takeover(NAME, DAY, "o", (), "p", into_foreign_law=True, source="s")
    monkeypatch.setenv("TZ", zone)
    time.tzset()
    try:
        touched = [
            takeover.touches(datetime(2026, 9, day, hour, tzinfo=each))
            for day in (1, 2)
            for hour in (0, 23)
            for each in (UTC, None)
        ]
    finally:
        monkeypatch.undo()
        time.tzset()
    assert touched == [True] * 4 + [False] * 4


def operator(location: str = "", first: date | None = None, last: date | None = None) -> Operator:
    """A row of operators.csv."""
    return Operator("p", "q", location, (), "n", "NL", "Mother", "US", (), first, last, "high", "", "s")


def test_names_of_a_row() -> None:
    """The region stands in a name where the row has one; a building is named by its site."""
    building = Housing(
        "odc", "Site", "o", "NL", "n", "NL", "Landlord", "DE",
        logical_access=True, laws=(), valid_from=None, valid_until=None, confidence="high", note="",
        source="s",
    )  # fmt: skip
    rows = (operator(), operator("r"), building)
    assert [(identifier(each, DAY), owner(each)) for each in rows] == [
        ("p/q@2026-09-01", "Mother (US)"),
        ("p/q/r@2026-09-01", "Mother (US)"),
        ("odc/Site#building@2026-09-01", "Landlord (DE)"),
    ]


@pytest.mark.parametrize(
    ("first", "last", "expected"),
    [
        (None, None, ()),
        (DAY, None, (DAY,)),
        (None, DAY, (DAY + timedelta(days=1),)),
        (BEFORE, DAY, (BEFORE, DAY + timedelta(days=1))),
        (DAY, date.max, (DAY,)),
        (DAY, date.max - timedelta(days=1), (DAY, date.max)),
    ],
)
def test_days_on_which_the_owner_may_change(
    first: date | None, last: date | None, expected: tuple[date, ...]
) -> None:
    """The first day of a row and the day after its last; nothing comes after the calendar."""
    assert days_of_change(operator("", first, last)) == expected
