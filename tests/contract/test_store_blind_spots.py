"""A scope that holds assets is never counted as seen because nobody looks there, or can."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from collector.store.base import Organisation, Store, Tenant
from tests.askers import estate
from tests.askers.reports import Agent, Look, bucket, place
from wolkenzicht.model import Outcome, Scope

ACCOUNT = "111122223333"
IRELAND = Scope(ACCOUNT, "eu-west-1", "AWS::S3::Bucket")
MILAN = Scope(ACCOUNT, "eu-south-1", "AWS::S3::Bucket")
FIRST, SECOND = datetime(2026, 11, 20, tzinfo=UTC), datetime(2026, 11, 21, tzinfo=UTC)


def after(store: Store, *second: Look) -> tuple[list[str], tuple[int, int, int]]:
    """Blind locations and (counted, complete, blind), after a full scan and the one given."""
    store.registry.put_organisations([Organisation("bzk", "BZK")])
    store.registry.add_tenant(Tenant("bzk-aws", "bzk", "aws", created=FIRST))
    agent = Agent(store.ingest, "bzk-aws")  # type: ignore[arg-type] # the SQLite store's own ingest
    kept = bucket("kept", place("eu-south-1"), account=ACCOUNT)
    agent.scan(FIRST, (IRELAND, Outcome.COMPLETE, ()), (MILAN, Outcome.COMPLETE, (kept,)))
    agent.scan(SECOND, *second)
    rows = store.reading.coverage(
        estate.ALL, organisations=None, tenant=None, blind_only=True, after=(), limit=10
    )
    whole = store.reading.completeness(estate.ALL, organisations=None, tenant=None)
    return [row.location for row, _ in rows], (
        whole.scopes_planned,
        whole.scopes_complete,
        whole.scopes_blind,
    )


@pytest.mark.parametrize(
    ("second", "expected"),
    [
        (((IRELAND, Outcome.COMPLETE, ()),), (["eu-south-1"], (2, 1, 1))),
        (((MILAN, Outcome.DENIED, ()),), (["eu-south-1"], (1, 0, 1))),
        (
            ((IRELAND, Outcome.COMPLETE, ()), (MILAN, Outcome.NOT_ENABLED, ())),
            (["eu-south-1"], (2, 1, 1)),
        ),
        (((IRELAND, Outcome.NOT_ENABLED, ()), (MILAN, Outcome.COMPLETE, ())), ([], (2, 2, 0))),
    ],
    ids=["no longer planned", "denied, the empty one no longer planned", "disabled", "nothing there"],
)
def test_what_holds_assets_and_is_not_looked_at_is_blind(
    store: Store, second: tuple[Look, ...], expected: tuple[list[str], tuple[int, int, int]]
) -> None:
    """Assets whose scope is closed or left out of the plan keep it among the blind spots."""
    assert after(store, *second) == expected
