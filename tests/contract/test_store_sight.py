"""What changed in what can be seen is told once, apart for each cause, and stays."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import timedelta

import pytest

from collector.store.base import SightChangeRow
from tests.contract.conftest import Rows
from tests.contract.reporting import ALL_SEEN, NOW, Reporter, coverage
from wolkenzicht.model import (
    AccountStanding,
    AccountState,
    DeniedBy,
    Outcome,
    Scope,
    SightChangeKind,
    UnplannedReason,
)
from wolkenzicht.standings import encode_standings
from wolkenzicht.v1.account_pb2 import AccountStandings

ONE, TWO = "111122223333", "444455556666"
IRELAND, STOCKHOLM = "eu-west-1", "eu-north-1"
TYPES = ("AWS::EC2::Volume", "AWS::RDS::DBInstance", "AWS::SQS::Queue")

Change = tuple[str, str, str, str, int]


def standing(
    account: str,
    *regions: str,
    state: AccountState = AccountState.ACTIVE,
    others: tuple[str, ...] = (),
    provider: str = "aws",
) -> AccountStanding:
    """How an account stands; with Ireland enabled where nothing else is said."""
    return AccountStanding(account, provider, state, regions or (IRELAND,), others)


def scan(
    agent: Reporter,
    scan_id: str,
    standings: Iterable[AccountStanding] = (),
    outcomes: Mapping[Scope, Outcome] | None = None,
    *,
    whole: bool = True,
    end: bool = True,
) -> None:
    """Report a scan an hour after what came before; denied scopes lack a permission of their type."""
    agent.later(hours=1)
    answers = [agent.start(scan_id)]
    answers += [
        agent.send(account_standings=each) for each in encode_standings(tuple(standings), whole=whole)
    ]
    answers.append(agent.plan(*(outcomes or {})))
    for scope, outcome in (outcomes or {}).items():
        if outcome is Outcome.DENIED:
            permission = f"{scope.type.split('::')[1].lower()}:List"
            by = DeniedBy.SERVICE_CONTROL_POLICY
            answers.append(agent.outcome(scope, outcome, permission=permission, denied_by=by))
        else:
            answers.append(agent.outcome(scope, outcome))
    if end:
        answers.append(agent.end())
    assert [each.refused for each in answers] == [""] * len(answers)


def changes(agent: Reporter) -> list[SightChangeRow]:
    """Every change of the tenant, oldest first."""
    page = agent.store.reading.sight_changes(
        ALL_SEEN, organisations=None, tenant=agent.tenant, since=None, after=(), limit=1000
    )
    return [row for row, _ in page][::-1]


def told(agent: Reporter) -> list[Change]:
    """Kind, account, location, type and number of scopes of every change, oldest first."""
    return [(each.kind.value, each.account, each.location, each.type, each.scopes) for each in changes(agent)]


def scopes(
    outcome: Outcome, *, account: str = ONE, location: str = IRELAND, types: Iterable[str] = TYPES
) -> dict[Scope, Outcome]:
    """Scopes of one location that all end alike."""
    return {Scope(account, location, each): outcome for each in types}


def test_the_first_scan_is_where_a_tenant_starts_from(agent: Reporter) -> None:
    """Neither its accounts nor what it is denied from the start is a change, however many scans repeat it."""
    denied = scopes(Outcome.DENIED)
    for number in range(3):
        scan(agent, f"s{number}", [standing(ONE), standing(TWO)], denied)

    assert told(agent) == []


def test_a_location_that_is_denied_as_a_whole_is_one_change(agent: Reporter) -> None:
    """A policy that denies a region costs a line and not one for each type; what it lacks is told."""
    elsewhere = scopes(Outcome.COMPLETE, location=STOCKHOLM)
    scan(agent, "s1", [standing(ONE)], scopes(Outcome.COMPLETE) | elsewhere)
    scan(agent, "s2", [standing(ONE)], scopes(Outcome.DENIED) | elsewhere)
    scan(agent, "s3", [standing(ONE)], scopes(Outcome.DENIED) | elsewhere)

    assert told(agent) == [("newly_denied", ONE, IRELAND, "", 3)]
    [change] = changes(agent)
    assert change.permissions == ("ec2:List", "rds:List", "sqs:List")
    assert (change.denied_by, change.before) == (DeniedBy.SERVICE_CONTROL_POLICY, "")
    assert change.moment == NOW + timedelta(hours=2)


def test_a_location_counts_as_denied_where_the_rest_cannot_exist(agent: Reporter) -> None:
    """What is not offered in a region ends unsupported under the same policy."""
    rest = scopes(Outcome.UNSUPPORTED, types=["AWS::Kendra::Index"])
    scan(agent, "s1", (), scopes(Outcome.COMPLETE) | rest)
    scan(agent, "s2", (), scopes(Outcome.DENIED) | rest)

    assert told(agent) == [("newly_denied", ONE, IRELAND, "", 3)]


def test_types_that_are_denied_beside_others_are_told_one_by_one(agent: Reporter) -> None:
    """Where something of the location is still seen, the types are named."""
    scan(agent, "s1", (), scopes(Outcome.COMPLETE))
    scan(agent, "s2", (), scopes(Outcome.DENIED, types=TYPES[:2]) | scopes(Outcome.COMPLETE, types=TYPES[2:]))

    assert told(agent) == [("newly_denied", ONE, IRELAND, each, 1) for each in TYPES[:2]]


def test_what_comes_back_is_told_as_a_whole_too(agent: Reporter) -> None:
    """Denied, and failed as well, and then complete: seen again."""
    denied = scopes(Outcome.DENIED, types=TYPES[:2]) | scopes(Outcome.FAILED, types=TYPES[2:])
    scan(agent, "s1", (), denied)
    scan(agent, "s2", (), scopes(Outcome.COMPLETE))

    assert told(agent) == [("seen_again", ONE, IRELAND, "", 3)]
    assert changes(agent)[0].before == "denied"


def test_being_throttled_or_failing_in_between_changes_nothing(agent: Reporter) -> None:
    """A scope that was denied all along is not newly denied after a hiccup."""
    one = TYPES[:1]
    for number, outcome in enumerate(
        (
            Outcome.COMPLETE,
            Outcome.DENIED,
            Outcome.THROTTLED,
            Outcome.FAILED,
            Outcome.DENIED,
            Outcome.COMPLETE,
        )
    ):
        scan(agent, f"s{number}", (), scopes(outcome, types=one))

    assert told(agent) == [
        ("newly_denied", ONE, IRELAND, TYPES[0], 1),
        ("seen_again", ONE, IRELAND, TYPES[0], 1),
    ]


def test_a_scope_that_is_denied_when_it_is_first_planned_is_new(agent: Reporter) -> None:
    """After the first scan a type that was never asked for and is denied is worth a line."""
    scan(agent, "s1", (), scopes(Outcome.COMPLETE, types=TYPES[:2]))
    scan(agent, "s2", (), scopes(Outcome.COMPLETE, types=TYPES[:2]) | scopes(Outcome.DENIED, types=TYPES[2:]))

    assert told(agent) == [("newly_denied", ONE, IRELAND, TYPES[2], 1)]


def test_regions_in_and_out_are_told_apart_from_denials(agent: Reporter) -> None:
    """A scope that is no longer planned because its region was disabled is not denied; coverage says why."""
    stockholm = scopes(Outcome.COMPLETE, location=STOCKHOLM)
    others = (STOCKHOLM,)
    scan(agent, "s1", [standing(ONE, IRELAND, others=others)], scopes(Outcome.COMPLETE))
    scan(agent, "s2", [standing(ONE, IRELAND, STOCKHOLM)], scopes(Outcome.COMPLETE) | stockholm)
    scan(agent, "s3", [standing(ONE, IRELAND, others=others)], scopes(Outcome.COMPLETE))

    assert told(agent) == [
        ("newly_opted_in", ONE, STOCKHOLM, "", 0),
        ("opted_out", ONE, STOCKHOLM, "", 0),
    ]
    row = coverage(agent.store, Scope(ONE, STOCKHOLM, TYPES[0]))
    assert (row.planned, row.unplanned_reason) == (False, UnplannedReason.REGION_OPTED_OUT)
    assert coverage(agent.store, Scope(ONE, IRELAND, TYPES[0])).unplanned_reason is None


def test_a_provider_that_tells_no_regions_disables_none(agent: Reporter) -> None:
    """Where the list of regions was denied, the latest that was told stands."""
    silent = AccountStanding(ONE, "aws", AccountState.ACTIVE)
    scan(agent, "s1", [standing(ONE, IRELAND, STOCKHOLM)])
    scan(agent, "s2", [silent])
    scan(agent, "s3", [standing(ONE, IRELAND)])

    assert told(agent) == [("opted_out", ONE, STOCKHOLM, "", 0)]


@pytest.mark.parametrize(
    ("then", "kind", "reason"),
    [
        (
            [standing(TWO, state=AccountState.SUSPENDED)],
            SightChangeKind.ACCOUNT_SUSPENDED,
            UnplannedReason.ACCOUNT_SUSPENDED,
        ),
        (
            [standing(TWO, state=AccountState.CLOSED)],
            SightChangeKind.ACCOUNT_CLOSED,
            UnplannedReason.ACCOUNT_CLOSED,
        ),
        ([], SightChangeKind.ACCOUNT_GONE, UnplannedReason.ACCOUNT_GONE),
    ],
)
def test_an_account_that_is_lost_says_how_and_comes_back(
    agent: Reporter, then: list[AccountStanding], kind: SightChangeKind, reason: UnplannedReason
) -> None:
    """Suspended, closed and no longer listed are three things; its scopes say which; it may come back."""
    both = scopes(Outcome.COMPLETE) | scopes(Outcome.COMPLETE, account=TWO)
    scan(agent, "s1", [standing(ONE), standing(TWO)], both)
    scan(agent, "s2", [standing(ONE), *then], scopes(Outcome.COMPLETE))
    scan(agent, "s3", [standing(ONE), *then], scopes(Outcome.COMPLETE))

    assert told(agent) == [(kind.value, TWO, "", "", 0)]
    row = coverage(agent.store, Scope(TWO, IRELAND, TYPES[0]))
    assert (row.planned, row.unplanned_reason) == (False, reason)

    scan(agent, "s4", [standing(ONE), standing(TWO)], both)
    assert told(agent)[1:] == [("account_reopened", TWO, "", "", 0)]
    assert coverage(agent.store, Scope(TWO, IRELAND, TYPES[0])).unplanned_reason is None


def test_an_account_is_new_once(agent: Reporter) -> None:
    """After a scan that named every account another one is new; so is one that is closed already."""
    scan(agent, "s1", [standing(ONE)])
    for number in range(2):
        scan(agent, f"t{number}", [standing(ONE), standing(TWO, state=AccountState.CLOSED)])

    assert told(agent) == [("account_new", TWO, "", "", 0)]
    assert changes(agent)[0].before == "closed"


def test_a_hole_in_the_plan_makes_no_account_gone_or_new(agent: Reporter) -> None:
    """A first scan in which a source failed is no start, and one that lacks accounts ends none."""
    scan(agent, "s1", [standing(ONE)], whole=False)
    scan(agent, "s2", [standing(ONE), standing(TWO)])
    scan(agent, "s3", [standing(ONE)], whole=False)

    assert told(agent) == []


def test_an_account_that_is_planned_is_not_gone(agent: Reporter) -> None:
    """There is one, though nobody may say how it stands: its scopes end denied, which is another thing."""
    scan(agent, "s1", [standing(ONE), standing(TWO)], scopes(Outcome.COMPLETE, account=TWO))
    scan(agent, "s2", [standing(ONE)], scopes(Outcome.DENIED, account=TWO))

    assert told(agent) == [("newly_denied", TWO, IRELAND, "", 3)]


def test_a_provider_that_joins_later_makes_no_flood(agent: Reporter) -> None:
    """A second cloud of the tenant starts from its own first scan; silence about one ends none of its."""
    scan(agent, "s1", [standing(ONE)])
    scan(agent, "s2", [standing(ONE), standing("sub-1", "westeurope", provider="azure")])
    scan(agent, "s3", [standing(ONE)])

    assert told(agent) == []


def test_a_frame_that_comes_again_changes_nothing(agent: Reporter) -> None:
    """Neither a whole stream again, nor the same scan from a spool with a new identifier."""
    scan(agent, "s1", [standing(ONE)], scopes(Outcome.COMPLETE))
    scan(agent, "s2", [standing(TWO)], scopes(Outcome.DENIED), end=False)
    before = list(agent.sent)
    agent.store.ingest.commit(before, agent.now)
    again = Reporter(agent.store, spool_id="renumbered", scan_id="s2", now=agent.now)
    for each in before:
        if each.frame.scan_id == "s2":
            each.frame.sequence = again.sequence = again.sequence + 1
            agent.store.ingest.commit(
                [type(each)(each.tenant, "renumbered", each.agent_version, each.frame)], agent.now
            )
    again.end()

    assert told(agent) == [
        ("account_new", TWO, "", "", 0),
        ("newly_denied", ONE, IRELAND, "", 3),
    ]


def test_an_agent_with_an_empty_disk_repeats_nothing(agent: Reporter) -> None:
    """Its scan broke off and is lost: what it had found is told by the next one, and once."""
    scan(agent, "s1", [standing(ONE)], scopes(Outcome.COMPLETE))
    scan(agent, "s2", [standing(ONE), standing(TWO)], scopes(Outcome.DENIED), end=False)
    fresh = Reporter(agent.store, spool_id="spool-2", now=agent.now)
    scan(fresh, "s3", [standing(ONE), standing(TWO)], scopes(Outcome.DENIED))

    assert told(agent) == [
        ("account_new", TWO, "", "", 0),
        ("newly_denied", ONE, IRELAND, "", 3),
    ]


def test_changes_come_newest_first_page_by_page_and_since_a_moment(agent: Reporter) -> None:
    """Each change stands on one page; `since` leaves out what is older."""
    accounts = [f"{number:012}" for number in range(5)]
    scan(agent, "s0", [standing(accounts[0])])
    for number in range(1, 5):
        scan(agent, f"s{number}", [standing(each) for each in accounts[: number + 1]])

    def page(after: tuple[str, ...], since: int = 0) -> list[tuple[SightChangeRow, tuple[str, ...]]]:
        return agent.store.reading.sight_changes(
            ALL_SEEN,
            organisations=None,
            tenant=None,
            since=NOW + timedelta(hours=since),
            after=after,
            limit=3,
        )

    first = page(())
    rest = page(first[-1][1])
    assert [row.account for row, _ in (*first, *rest)] == accounts[:0:-1]
    assert [row.account for row, _ in page((), since=4)] == accounts[:2:-1]


def test_standings_that_cannot_be_used_are_refused_whole(agent: Reporter, rows: Rows) -> None:
    """A set that the frame lacks refuses the frame; nothing of it is kept, and the scan goes on."""
    agent.start("s1")
    [frame] = encode_standings([standing(ONE)], whole=True)
    broken = AccountStandings()
    broken.CopyFrom(frame)
    broken.accounts[0].enabled_set = 7

    answer = agent.send(account_standings=broken)

    assert answer.refused == "accounts.enabled_set: is 7, and the frame has 1 sets; count them from 0"
    assert rows("SELECT count(*) FROM account_standing") == [(0,)]
    assert agent.send(account_standings=frame).refused == ""
