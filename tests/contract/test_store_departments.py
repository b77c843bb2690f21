"""What a department forbids is a finding as assets come in, until the data moves or the rule ends."""

from __future__ import annotations

from pathlib import Path

import pytest

from collector.rulebook.rules import InForceRules, stands_at
from collector.rulebook.sets import SetJudge
from collector.store.base import Organisation, Tenant
from collector.store.sqlite import open_store
from policy.rule_book import RuleBook, packaged
from policy.ruleset import packaged_contents
from tests.contract.conftest import close
from tests.contract.editions import in_force
from tests.contract.reporting import IRELAND, NOW, Reporter, bucket, findings
from tests.unit.policy.department_rows import FILE, FORBIDDEN, own
from wolkenzicht import wire
from wolkenzicht.model import Asset, FindingKind, FindingState
from wolkenzicht.v1.asset_pb2 import ClassifiedAsset

NO_SWEDEN = RuleBook({**packaged_contents(), FILE: own(FORBIDDEN.replace('"CH"', '"SE"'))}, 1)
HERE, THERE = bucket("hier", "eu-west-1"), bucket("daar", "eu-north-1")


@pytest.mark.parametrize("sample", [0.0, 1.0])
def test_until_the_data_moves_or_the_rule_ends(tmp_path: Path, sample: float) -> None:
    """Whether the agent's verdict is taken or the collector judges too, which then finds no difference."""
    rules = in_force(NO_SWEDEN)
    store = open_store(tmp_path / "w.db", create=True, rules=InForceRules(rules), sample=sample)
    store.registry.put_organisations([Organisation("bzk", "BZK", "ministry")])
    store.registry.add_tenant(Tenant("bzk-aws", "bzk", "aws", created=NOW))
    rules.know(store.registry.organisations())
    agent = Reporter(store)

    def sent(asset: Asset) -> ClassifiedAsset:
        return wire.encode_classified(asset, rules.policy("bzk").classify(asset))

    agent.scan("s1", {IRELAND: [sent(HERE), sent(THERE)]})
    [opened] = findings(store)
    assert (opened.kind, opened.asset_id) == (FindingKind.COUNTRY_FORBIDDEN, THERE.asset_id)

    agent.scan("s2", {IRELAND: [sent(bucket("hier", "eu-north-1")), sent(bucket("daar", "eu-west-1"))]})
    stands = {each.asset_id: each.state for each in findings(store)}
    assert stands == {HERE.asset_id: FindingState.OPEN, THERE.asset_id: FindingState.RESOLVED}

    rules.replace(packaged())
    judging = InForceRules(rules).rules("bzk")
    store.evaluation.begin({"bzk-aws": stands_at(judging.version)}, agent.now)
    judged = SetJudge(judging, "bzk-aws").judge(store.evaluation.read("bzk-aws", 0, 10))
    assert store.evaluation.write("bzk-aws", judged.assets, agent.now).events == 1
    assert findings(store, FindingState.OPEN) == []
    close(store)
