"""Material use of which nothing stands in the register is one finding for its tenant: on every database."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from collector.store.base import FindingRow, Organisation, Store, System, Tenant
from policy.clauses import shown
from policy.context import SystemEntry
from tests.contract.reporting import IRELAND, NOW, Reporter, bucket, findings
from tests.contract.test_store_sight_lost import look
from wolkenzicht.model import FindingKind, FindingState, Severity, SubjectKind

#: What says of an asset that its use is material.
MATERIAL = (("materieel", "ja"),)


def missing(store: Store, *states: FindingState) -> list[FindingRow]:
    """The findings about duties, those that are open where no states are named."""
    found = findings(store, *(states or (FindingState.OPEN,)))
    return [each for each in found if each.kind is FindingKind.DUTY_MISSING]


def register(store: Store, organisation: str, until: date | None = None) -> None:
    """A system of an organisation, in the register from long ago."""
    entry = SystemEntry(system="zaken", name="Zaken", organisation=organisation, source="register")
    store.people.put_systems([System(entry, (), "", date(2025, 1, 1), until)], NOW)


def test_material_use_without_a_register(agent: Reporter) -> None:
    """One finding, however much of it there is, until a system stands in the register."""
    agent.scan("s1", {IRELAND: [bucket(name, tags=MATERIAL) for name in ("a", "b", "c")]})
    for _ in range(3):
        look(agent.store, agent.now)

    [finding] = missing(agent.store)
    assert (finding.subject_kind, finding.subject) == (SubjectKind.TENANT, agent.tenant)
    assert (finding.severity, finding.details) == (Severity.HIGH, (("duty", "registration"),))
    assert shown(finding.clause, "nl") == (
        "RCB2026 3.4 [C] (uit een secundaire bron): registratie van het gebruik (gekend gebruik), "
        "met de leverancier"
    )
    register(agent.store, "bzk")
    look(agent.store, agent.now)
    assert missing(agent.store) == []
    assert [each.finding_id for each in missing(agent.store, FindingState.RESOLVED)] == [finding.finding_id]


@pytest.mark.parametrize("word", ["nee", "?"])
def test_use_that_is_not_known_to_be_material_has_no_such_duty(agent: Reporter, word: str) -> None:
    """Not knowing is no material use either; it is told by the counts."""
    agent.scan("s1", {IRELAND: [bucket("a", tags=(("materieel", word),))]})
    look(agent.store, agent.now)
    assert missing(agent.store) == []


def test_a_register_of_the_organisation_above_counts(agent: Reporter) -> None:
    """As it does where assets are judged; one that has ended, or of another organisation, does not."""
    store = agent.store
    store.registry.put_organisations([Organisation("rvig", "RvIG", "agency", parent="bzk")])
    store.registry.add_tenant(Tenant("rvig-aws", "rvig", "aws", created=NOW))
    below = Reporter(store, tenant="rvig-aws")
    below.scan("s1", {IRELAND: [bucket("a", tags=MATERIAL)]})
    register(store, "ezk")
    register(store, "rvig", until=date(2025, 12, 31))
    look(store, below.now)
    assert [each.subject for each in missing(store)] == ["rvig-aws"]

    register(store, "bzk")
    look(store, below.now)
    assert missing(store) == []


def test_a_datacentre_of_the_government_has_no_such_duty(estate: Store) -> None:
    """The rules are about public cloud."""
    odc = Reporter(estate, tenant="bzk-odc")
    odc.scan("s1", {IRELAND: [bucket("a", tags=MATERIAL, provider="odc")]})
    look(estate, odc.now)
    assert missing(estate) == []


def test_it_stands_while_nobody_sees(agent: Reporter) -> None:
    """A silent agent says nothing of what became of the use."""
    agent.scan("s1", {IRELAND: [bucket("a", tags=MATERIAL)]})
    look(agent.store, agent.now)
    later = agent.now + timedelta(days=2)
    register(agent.store, "bzk")
    look(agent.store, later)
    assert [each.subject for each in missing(agent.store)] == [agent.tenant]
