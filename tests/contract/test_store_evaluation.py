"""What is kept is judged again, set by set: verdicts, versions, columns and findings follow, once."""

from __future__ import annotations

import json

import pytest

from collector.rulebook.rules import PolicyRules, stands_at
from collector.rulebook.sets import SetJudge
from collector.store.base import AssetQuery, Done, Held, Progress, Rewritten
from policy.rule_book import RuleBook, packaged
from tests.contract.conftest import Rows
from tests.contract.editions import DUBLIN, LONDON, moved
from tests.contract.reporting import ALL_SEEN, IRELAND, Reporter, bucket, classified, findings, present
from wolkenzicht import wire
from wolkenzicht.model import Asset, FindingKind, FindingState, LocationClass

_PAYLOADS = "SELECT payload FROM outbox ORDER BY event_no"
HERE, THERE, MORE = bucket("hier", "eu-west-1"), bucket("daar", "eu-west-2"), bucket("meer", "eu-north-1")


def bring(agent: Reporter, book: RuleBook, size: int = 2) -> Rewritten:
    """Bring the verdicts of the agent's tenant to an edition."""
    evaluation, rules = agent.store.evaluation, PolicyRules(book.base)
    target = stands_at(rules.version)
    changed = skipped = events = 0
    for progress in evaluation.begin({agent.tenant: target}, agent.now):
        position = progress.position
        while held := evaluation.read(agent.tenant, position, size):
            position = held[-1].asset_no
            judged = SetJudge(rules, agent.tenant).judge(held)
            assert judged.unreadable == []
            written = evaluation.write(
                agent.tenant, judged.assets, agent.now, Done(target, position, len(held))
            )
            changed, skipped = changed + written.changed, skipped + written.skipped
            events += written.events
        events += evaluation.finish(agent.tenant, target, rules, agent.now)
    return Rewritten(changed, skipped, events)


def under(book: RuleBook, asset: Asset) -> bytes:
    """The fingerprint of an asset that an agent with an edition sends."""
    return wire.encode_classified(asset, book.base.classify(asset)).fingerprint


def test_verdicts_columns_and_findings_follow(agent: Reporter) -> None:
    """After an edition in which two regions lie elsewhere the estate is as if agents had sent it so."""
    agent.scan("s1", {IRELAND: [HERE, THERE, MORE]})
    [before] = findings(agent.store)
    book = moved((LONDON, "IE"), (DUBLIN, "GB"))
    agent.later(hours=1)

    assert bring(agent, book) == Rewritten(changed=2, skipped=0, events=2)

    kept = {row.record.asset.name: row.record for row in present(agent.store).values()}
    for asset in (HERE, THERE, MORE):
        expected = wire.encode_classified(asset, book.base.classify(asset))
        assert kept[asset.name].fingerprint == expected.fingerprint
        assert kept[asset.name].verdict.location_class == expected.verdict.location_class
    assert [row.state for row in findings(agent.store) if row.finding_id == before.finding_id] == [
        FindingState.RESOLVED
    ]
    [opened] = findings(agent.store, FindingState.OPEN)
    assert (opened.asset_id, opened.kind, opened.opened) == (
        HERE.asset_id,
        FindingKind.DATA_OUTSIDE_EEA_ADEQUATE,
        agent.now,
    )
    query = AssetQuery(location_class=LocationClass.OUTSIDE_EEA_ADEQUATE)
    [(row, _)] = agent.store.reading.assets(ALL_SEEN, query, order_by="asset_id", after=(), limit=9)
    assert row.record.asset.asset_id == HERE.asset_id


def test_only_another_verdict_leaves_a_version(agent: Reporter) -> None:
    """What is judged the same stays as it is, and has no earlier version."""
    agent.scan("s1", {IRELAND: [HERE, MORE]})
    before = present(agent.store)[MORE.asset_id]
    agent.later(hours=1)

    bring(agent, moved((DUBLIN, "GB")))

    assert present(agent.store)[MORE.asset_id].record == before.record
    assert agent.store.reading.versions(ALL_SEEN, MORE.asset_id) == []
    [version] = agent.store.reading.versions(ALL_SEEN, HERE.asset_id)
    assert version.record == classified(HERE)
    assert version.last_seen == agent.now


def test_the_same_rules_bring_nothing(agent: Reporter, rows: Rows) -> None:
    """Judging by the rules that all was judged by writes no asset, no finding and no event."""
    agent.scan("s1", {IRELAND: [HERE, THERE]})
    before = rows("SELECT * FROM asset"), rows("SELECT * FROM finding_history"), rows("SELECT * FROM outbox")

    assert bring(agent, packaged()) == Rewritten(changed=0, skipped=0, events=0)

    after = rows("SELECT * FROM asset"), rows("SELECT * FROM finding_history"), rows("SELECT * FROM outbox")
    assert before == after


def test_what_changed_meanwhile_is_passed_over(agent: Reporter) -> None:
    """An asset that ingest changed after it was read keeps what came: it was judged on arrival."""
    agent.scan("s1", {IRELAND: [HERE]})
    book = moved((DUBLIN, "GB"))
    held = agent.store.evaluation.read(agent.tenant, 0, 10)
    judged = SetJudge(PolicyRules(book.base), agent.tenant).judge(held)
    newer = bucket("hier", "eu-west-1", tags=(("team", "a"),))
    agent.scan("s2", {IRELAND: [newer]})

    written = agent.store.evaluation.write(agent.tenant, judged.assets, agent.now)

    assert written == Rewritten(changed=0, skipped=1, events=0)
    assert present(agent.store)[HERE.asset_id].record == classified(newer)
    assert findings(agent.store) == []


@pytest.mark.parametrize("sets", range(4))
def test_it_goes_on_where_it_was(agent: Reporter, sets: int) -> None:
    """Cut off after any set, it goes on after that set, and ends as if it had never stopped."""
    agent.scan("s1", {IRELAND: [bucket(f"b{number}", "eu-west-1") for number in range(6)]})
    evaluation, book = agent.store.evaluation, moved((DUBLIN, "GB"))
    rules = PolicyRules(book.base)
    target = stands_at(rules.version)
    evaluation.begin({agent.tenant: target}, agent.now)
    position = 0
    for _ in range(sets):
        held = evaluation.read(agent.tenant, position, 2)
        position = held[-1].asset_no
        judged = SetJudge(rules, agent.tenant).judge(held)
        evaluation.write(agent.tenant, judged.assets, agent.now, Done(target, position, len(held)))

    [resumed] = evaluation.begin({agent.tenant: target}, agent.now)
    assert (resumed.position, resumed.judged, resumed.changed) == (position, 2 * sets, 2 * sets)
    assert bring(agent, book).changed == 6 - 2 * sets

    assert len(findings(agent.store, FindingState.OPEN)) == 6
    assert evaluation.begin({agent.tenant: target}, agent.now) == []
    [done] = [each for each in evaluation.progress() if each.tenant == agent.tenant]
    assert done == Progress(
        *(agent.tenant, "bzk", target, target),
        position=position if sets == 3 else done.position,
        judged=6,
        changed=6,
        since=agent.now,
        finished=agent.now,
    )


def test_other_rules_halfway_begin_anew(agent: Reporter) -> None:
    """Back to the rules of before when part was judged by others: all of it is judged again."""
    agent.scan("s1", {IRELAND: [HERE, MORE]})
    bring(agent, packaged())
    evaluation, book = agent.store.evaluation, moved((DUBLIN, "GB"))
    rules = PolicyRules(book.base)
    target = stands_at(rules.version)
    evaluation.begin({agent.tenant: target}, agent.now)
    held = evaluation.read(agent.tenant, 0, 1)
    judged = SetJudge(rules, agent.tenant).judge(held)
    written = evaluation.write(
        agent.tenant, judged.assets, agent.now, Done(target, held[-1].asset_no, len(held))
    )
    assert written.changed == 1

    assert bring(agent, packaged()).changed == 1

    assert findings(agent.store, FindingState.OPEN) == []
    assert present(agent.store)[HERE.asset_id].record == classified(HERE)


def test_doubt_judges_all_again(agent: Reporter) -> None:
    """A tenant that stands at its rules is judged again where there is cause, and remaining says how many."""
    agent.scan("s1", {IRELAND: [HERE, MORE]})
    bring(agent, packaged())
    target = stands_at(packaged().base.version)
    assert agent.store.evaluation.begin({agent.tenant: target}, agent.now) == []

    agent.store.evaluation.doubt([agent.tenant], agent.now)

    [begun] = agent.store.evaluation.begin({agent.tenant: target}, agent.now)
    assert begun.position == 0
    standing = {each.tenant: each for each in agent.store.evaluation.progress()}
    assert standing[agent.tenant].remaining == 2


def test_an_asset_is_found_by_its_identifier(agent: Reporter) -> None:
    """In its own tenant only."""
    agent.scan("s1", {IRELAND: [HERE, MORE]})
    evaluation = agent.store.evaluation

    [one] = evaluation.find(agent.tenant, HERE.asset_id)
    assert one.fingerprint == classified(HERE).fingerprint
    assert evaluation.find("ezk-aws", HERE.asset_id) == []


def test_open_findings_by_asset(agent: Reporter) -> None:
    """Told by asset and kind with the operations that they name; who has none is left out."""
    agent.scan("s1", {IRELAND: [HERE, THERE]})
    assert agent.store.evaluation.open_findings(agent.tenant, [HERE.asset_id, THERE.asset_id]) == {
        THERE.asset_id: {FindingKind.DATA_OUTSIDE_EEA_ADEQUATE: frozenset({"stored"})}
    }


def test_a_record_that_cannot_be_read_is_told(agent: Reporter) -> None:
    """A record of a newer contract is told by its number, and the rest of its set goes on."""
    agent.scan("s1", {IRELAND: [HERE, MORE]})
    one, other = agent.store.evaluation.read(agent.tenant, 0, 10)
    broken = classified(HERE)
    broken.asset.holds = 99  # type: ignore[assignment]  # a value that this contract lacks

    unreadable = Held(one.asset_no, one.fingerprint, broken.SerializeToString(), has_findings=False)
    judged = SetJudge(PolicyRules(packaged().base), agent.tenant).judge([unreadable, other])

    assert judged.unreadable == [one.asset_no]
    assert judged.assets == []


def test_findings_say_what_they_come_from(agent: Reporter, rows: Rows) -> None:
    """The first scan of a tenant, other rules, or neither: what comes from one thing is told as one."""
    agent.scan("s1", {IRELAND: [THERE]})
    agent.later(hours=1)
    agent.scan("s2", {IRELAND: [THERE, bucket("later", "us-east-1")]})
    book = moved((DUBLIN, "GB"))
    agent.later(hours=1)
    agent.scan("s3", {IRELAND: [THERE, HERE]})
    bring(agent, book)

    causes = [json.loads(payload)["cause"] for (payload,) in rows(_PAYLOADS)]
    target = stands_at(book.base.version)
    assert causes == [f"first_scan {agent.tenant}", "", "", f"activation {target}"]
