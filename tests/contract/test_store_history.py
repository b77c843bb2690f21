"""Whatever agents report in whatever order, the present estate is what a plain dictionary says it is."""

from __future__ import annotations

from contextlib import AbstractContextManager, ExitStack

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from collector.store.base import Organisation, Store, Tenant
from collector.store.sql import store_over
from collector.store.sql.database import Database
from tests.contract import stores
from tests.contract.reporting import FRANKFURT, IRELAND, NOW, Reporter, bucket, classified, findings, present
from tests.examples import examples
from wolkenzicht.model import Asset, FindingState, Outcome, Scope
from wolkenzicht.v1.asset_pb2 import ClassifiedAsset

SCOPES = (IRELAND, FRANKFURT)
TENANTS = ("bzk-aws", "ezk-aws")

states = st.tuples(
    st.sampled_from(["a", "b", "c", "d"]),
    st.sampled_from(["eu-west-1", "eu-west-2", "us-east-1", "atlantis-1"]),
    st.sampled_from(["x", "y"]),
)


def asset(state: tuple[str, str, str]) -> Asset:
    """The asset in one of its states."""
    name, region, tag = state
    return bucket(name, region, tags=(("tag", tag),))


class History(RuleBasedStateMachine):
    """Two tenants report; `estate` is what should be present: scope and record of each asset."""

    def __init__(self, made: AbstractContextManager[Database]) -> None:
        super().__init__()
        self._stack = ExitStack()
        self.store: Store = store_over(self._stack.enter_context(made))
        self.agents = {each: Reporter(self.store, tenant=each) for each in TENANTS}
        self.estate: dict[str, dict[str, tuple[Scope, ClassifiedAsset]]] = {each: {} for each in TENANTS}
        self.listed: dict[tuple[str, Scope], dict[int, list[str]]] = {}
        self.suspects: dict[str, set[str]] = {each: set() for each in TENANTS}
        self.scans = 0

    @initialize()
    def register(self) -> None:
        """Both tenants are there from the start, each with a scan."""
        self.store.registry.put_organisations([Organisation("rijk", "Rijk")])
        for tenant in TENANTS:
            self.store.registry.add_tenant(Tenant(tenant, "rijk", "aws", created=NOW))
            self.begin(tenant)

    @rule(tenant=st.sampled_from(TENANTS), end=st.booleans(), interrupted=st.booleans())
    def next_scan(self, tenant: str, end: bool, interrupted: bool) -> None:
        """A scan ends, or is left without an end, and the next one starts.

        What was not listed where it was, nor anywhere since, is gone once the scan has ended.
        """
        if end:
            self.agents[tenant].end(interrupted=interrupted)
        if end and not interrupted:
            for vanished in self.suspects[tenant]:
                del self.estate[tenant][vanished]
        self.begin(tenant)

    def begin(self, tenant: str) -> None:
        """Start a scan: what earlier readings listed counts no longer."""
        self.scans += 1
        self.agents[tenant].later(minutes=1)
        assert self.agents[tenant].start(f"s{self.scans}").refused == ""
        self.agents[tenant].plan(*SCOPES)
        self.suspects[tenant] = set()
        for scope in SCOPES:
            self.listed[tenant, scope] = {}

    @rule(
        tenant=st.sampled_from(TENANTS),
        scope=st.sampled_from(SCOPES),
        batch=st.lists(states, max_size=4, unique_by=lambda each: each[0]),
        attempt=st.integers(1, 2),
    )
    def batch(self, tenant: str, scope: Scope, batch: list[tuple[str, str, str]], attempt: int) -> None:
        """Assets are listed: each is present from now on, in that scope and state."""
        agent = self.agents[tenant]
        agent.later(minutes=1)
        assets = [asset(each) for each in batch]
        assert agent.batch(scope, *assets, attempt=attempt).rejected == ()
        self.listed[tenant, scope].setdefault(attempt, []).extend(each.asset_id for each in assets)
        self.estate[tenant].update({each.asset_id: (scope, classified(each)) for each in assets})
        self.suspects[tenant].difference_update(each.asset_id for each in assets)

    @rule(
        tenant=st.sampled_from(TENANTS),
        scope=st.sampled_from(SCOPES),
        outcome=st.sampled_from([Outcome.COMPLETE, Outcome.COMPLETE, Outcome.DENIED, Outcome.FAILED]),
        miscounted=st.sampled_from([0, 0, 0, 1]),
        once=st.booleans(),
    )
    def outcome(self, tenant: str, scope: Scope, outcome: Outcome, miscounted: int, once: bool) -> None:
        """A scope ends: where it was complete and the count is right, what was not listed may be gone."""
        attempts = self.listed[tenant, scope]
        listed = attempts[max(attempts)] if attempts else []
        count = len(set(listed)) if once else len(listed)
        if miscounted:
            count = len(listed) + miscounted
        self.agents[tenant].outcome(scope, outcome, count)
        self.listed[tenant, scope] = {}
        if outcome is Outcome.COMPLETE and not miscounted:
            self.suspects[tenant].update(
                key for key, (place, _) in self.estate[tenant].items() if place == scope and key not in listed
            )

    @rule(tenant=st.sampled_from(TENANTS), frames=st.integers(1, 10))
    def send_again(self, tenant: str, frames: int) -> None:
        """After a cut frames come again."""
        agent = self.agents[tenant]
        again = agent.sent[-frames:]
        answers = self.store.ingest.commit(again, agent.now)
        assert [each.duplicate for each in answers] == [True] * len(again)

    @rule(tenant=st.sampled_from(TENANTS), state=states)
    def batch_too_early(self, tenant: str, state: tuple[str, str, str]) -> None:
        """A frame that does not follow changes nothing."""
        agent = self.agents[tenant]
        agent.sequence += 1
        assert agent.batch(IRELAND, asset(state)).refused != ""
        agent.sent.pop()
        agent.sequence -= 2

    @rule(tenant=st.sampled_from(TENANTS), state=states)
    def batch_of_a_lost_scan(self, tenant: str, state: tuple[str, str, str]) -> None:
        """A frame of a scan that is not known changes nothing."""
        agent = self.agents[tenant]
        scan, agent.scan_id = agent.scan_id, "lost"
        assert agent.batch(IRELAND, asset(state)).refused != ""
        agent.scan_id = scan

    @precondition(lambda self: self.scans)
    @invariant()
    def the_estate_is_what_was_reported(self) -> None:
        """Present are exactly the assets of the model, each as it was last sent."""
        for tenant in TENANTS:
            assert {key: row.record for key, row in present(self.store, tenant).items()} == {
                key: record for key, (_, record) in self.estate[tenant].items()
            }

    @precondition(lambda self: self.scans)
    @invariant()
    def findings_stand_for_what_is_present(self) -> None:
        """A finding stands for each asset whose data is outside the EER or nobody knows where.

        Of an asset that was outside and is now nobody knows where, both kinds stand. What is out of sight
        stands unverified.
        """
        standing = {
            (each.tenant, each.asset_id)
            for state in (FindingState.OPEN, FindingState.UNVERIFIED)
            for each in findings(self.store, state)
            if each.asset_id
        }
        assert standing == {
            (tenant, key)
            for tenant in TENANTS
            for key, (_, record) in self.estate[tenant].items()
            if record.asset.location != "eu-west-1"
        }

    def teardown(self) -> None:
        """Nothing stays behind."""
        self._stack.close()


@pytest.mark.parametrize(("kind", "histories"), [("sqlite", 10), ("postgresql", 4)])
def test_the_estate_is_what_was_reported_last(kind: str, histories: int, postgresql: stores.Server) -> None:
    """Histories at random, each in a store of its own."""
    run_state_machine_as_test(
        lambda: History(stores.KINDS[kind](postgresql)),  # type: ignore[arg-type]  # any maker will do
        settings=settings(
            max_examples=examples(histories),
            stateful_step_count=30,
            deadline=None,
            suppress_health_check=[HealthCheck.function_scoped_fixture],
        ),
    )
