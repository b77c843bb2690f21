"""What people say while another collector applies frames: those are judged again, and none is overlooked."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from collector.rulebook.contexts import Contexts
from collector.rulebook.in_force import InForce
from collector.rulebook.judging import PeoplesJudge
from collector.rulebook.rules import InForceRules, stands_at
from collector.store.base import Organisation, Tenant
from collector.store.sql import store_over
from tests.contract import stores
from tests.contract.editions import in_force
from tests.contract.reporting import IRELAND, NOW, Reporter, bucket
from tests.contract.saying import about, decision
from wolkenzicht.model import MaterialUse

ASSET = bucket("zaken")


@pytest.fixture
def rules() -> InForce:
    """The rules in force at the collector."""
    return in_force()


@pytest.fixture
def agent(postgresql: stores.Server, rules: InForce) -> Iterator[Reporter]:
    """The agent of a tenant; in a file who says something waits for the frames instead."""
    with stores.postgresql(postgresql) as database:
        store = store_over(database, rules=InForceRules(rules))
        store.registry.put_organisations([Organisation("bzk", "BZK", "ministry")])
        store.registry.add_tenant(Tenant("bzk-aws", "bzk", "aws", created=NOW))
        yield Reporter(store)


def test_what_was_judged_without_it_is_judged_again(agent: Reporter, rules: InForce) -> None:
    """A decision comes between the question what people said and the commit of the frame."""
    store, target = agent.store, stands_at(rules.policy().version)
    store.evaluation.begin({agent.tenant: target}, NOW)
    store.evaluation.finish(agent.tenant, target, InForceRules(rules).rules("bzk"), NOW)
    contexts = Contexts(store.people, store.registry, rules, lambda: NOW)
    speaks = [False]

    class Interrupted(PeoplesJudge):
        """Somebody decides once it is known what was said before."""

        def know(self, generation: int) -> None:
            super().know(generation)
            if speaks[-1] and not store.people.decisions():
                store.people.record_decision(about(ASSET.asset_id), decision(MaterialUse.MATERIAL), NOW)

    store.ingest.judge_with(Interrupted(rules, contexts))
    agent.scan("s1", {IRELAND: [ASSET]})
    assert store.evaluation.begin({agent.tenant: target}, NOW) == [], "all stands at its rules"

    speaks.append(True)
    agent.scan("s2", {IRELAND: [replace(ASSET, tags=(("a", "b"),))]})

    [begun] = store.evaluation.begin({agent.tenant: target}, NOW)
    assert (begun.position, store.people.decisions()[0].subject.asset_id) == (0, ASSET.asset_id)
