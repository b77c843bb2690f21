"""The registry keeps who exists and who may connect, and refuses what cannot be so."""

from __future__ import annotations

from datetime import timedelta

import pytest

from collector.store.base import CertificateRecord, Organisation, Refusal, Store, Tenant
from tests.contract.reporting import NOW, Reporter
from wolkenzicht.errors import ConfigurationError

BZK = Organisation("bzk", "Binnenlandse Zaken", "ministry", tooi="mnre1034")
LOGIUS = Organisation("logius", "Logius", "agency", parent="bzk")


def agent_certificate(serial: str, days: int = 0) -> CertificateRecord:
    """A certificate of an agent that was issued some days later."""
    issued = NOW + timedelta(days=days)
    return CertificateRecord(serial, "agent", issued, issued + timedelta(days=90), tenant="bzk-aws")


def test_organisations_come_back_sorted(store: Store) -> None:
    """What was put is what is read, by identifier; a child may be given before its parent."""
    assert store.registry.put_organisations([LOGIUS, BZK]) == 2

    assert store.registry.organisations() == [BZK, LOGIUS]


def test_an_organisation_is_replaced(store: Store) -> None:
    """Putting an identifier again replaces what it stood for."""
    store.registry.put_organisations([BZK])
    renamed = Organisation("bzk", "BZK", "ministry")

    assert store.registry.put_organisations([renamed]) == 1
    assert store.registry.organisations() == [renamed]


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ([LOGIUS], "parent 'bzk' of organisation 'logius' does not exist"),
        ([Organisation("a", "A", parent="a")], "organisation 'a' stands above itself"),
        (
            [
                Organisation("a", "A", parent="b"),
                Organisation("b", "B", parent="c"),
                Organisation("c", "C", parent="a"),
            ],
            "organisation 'a' stands above itself (a → b → c → a)",
        ),
        ([BZK, BZK], "organisation 'bzk' is given twice"),
        ([Organisation("", "nobody")], "organisation: is empty"),
    ],
)
def test_a_broken_tree_is_refused_whole(store: Store, given: list[Organisation], said: str) -> None:
    """Where one organisation cannot stand, none of those given is kept."""
    with pytest.raises(ConfigurationError) as refused:
        store.registry.put_organisations([Organisation("ok", "Fine"), *given])

    assert said in str(refused.value)
    assert store.registry.organisations() == []


def test_a_change_that_closes_a_circle_is_refused(store: Store) -> None:
    """A cycle through organisations that are kept already is found as well."""
    store.registry.put_organisations([BZK, LOGIUS])

    with pytest.raises(ConfigurationError, match="stands above itself"):
        store.registry.put_organisations([Organisation("bzk", "BZK", parent="logius")])

    assert store.registry.organisations() == [BZK, LOGIUS]


def test_tenants_come_back_sorted(store: Store) -> None:
    """A tenant is kept with all that was said of it; it has no scan yet."""
    store.registry.put_organisations([BZK])
    second = Tenant("bzk-odc", "bzk", "odc", "Datacentre", NOW)
    first = Tenant("bzk-aws", "bzk", "aws", "Landing zone", NOW)
    store.registry.add_tenant(second)
    store.registry.add_tenant(first)

    assert store.registry.tenants() == [first, second]


@pytest.mark.parametrize(
    ("tenant", "said"),
    [
        (Tenant("bzk-aws", "bzk", "aws", created=NOW), "tenant 'bzk-aws' exists already"),
        (Tenant("x", "nowhere", "aws", created=NOW), "organisation 'nowhere' of tenant 'x' does not exist"),
        (Tenant("", "bzk", "aws", created=NOW), "tenant: is empty"),
        (Tenant("x", "bzk", "aws"), "tenant 'x': created is not set"),
    ],
)
def test_a_tenant_that_cannot_be_is_refused(estate: Store, tenant: Tenant, said: str) -> None:
    """A tenant is new, has an identifier, belongs to an organisation and was made at a moment."""
    before = estate.registry.tenants()

    with pytest.raises(ConfigurationError) as refused:
        estate.registry.add_tenant(tenant)

    assert said in str(refused.value)
    assert estate.registry.tenants() == before


def test_a_tenant_shows_its_last_completed_scan(agent: Reporter) -> None:
    """A scan that was broken off does not count as one."""
    agent.scan("whole", {})
    ended = agent.now
    agent.later(hours=1)
    agent.start("broken")
    agent.end(interrupted=True)

    last = {each.tenant: each.last_scan for each in agent.store.registry.tenants()}
    assert last == {"bzk-aws": ended, "bzk-odc": None, "ezk-aws": None}


def test_certificates_are_found_by_serial(store: Store) -> None:
    """A certificate is known by its serial number; all of them come newest first."""
    asker = CertificateRecord(
        "0b", "asker", NOW, NOW + timedelta(days=30), organisation="bzk", role="department", name="CISO"
    )
    old, new = agent_certificate("0a", days=-1), agent_certificate("0c", days=1)
    for record in (new, old, asker):
        store.registry.put_certificate(record)

    assert store.registry.certificate("0b") == asker
    assert store.registry.certificate("ff") is None
    assert store.registry.certificates() == [new, asker, old]


def test_a_certificate_is_revoked_by_its_record(store: Store) -> None:
    """Putting the record again with a moment of revocation replaces the first."""
    issued = agent_certificate("0a")
    store.registry.put_certificate(issued)
    revoked = CertificateRecord(
        "0a", "agent", issued.not_before, issued.not_after, tenant="bzk-aws", revoked=NOW + timedelta(hours=1)
    )
    store.registry.put_certificate(revoked)

    assert store.registry.certificate("0a") == revoked
    assert store.registry.certificates() == [revoked]


def test_the_latest_refusals_come_first(store: Store) -> None:
    """Refusals are kept for the auditor, newest first, as many as asked for."""
    refusals = [Refusal(NOW + timedelta(seconds=n), f"peer-{n}", "CN=agent", "expired") for n in range(3)]
    for each in refusals:
        store.registry.put_refusal(each)

    assert store.registry.refusals() == refusals[::-1]
    assert store.registry.refusals(limit=1) == refusals[:1:-1]
