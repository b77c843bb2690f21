"""What people say, made by hand: systems, decisions, and a collector that judges with them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime

from collector.rulebook.contexts import Contexts
from collector.rulebook.in_force import InForce
from collector.rulebook.judging import PeoplesJudge
from collector.store.base import DecisionSubject, Store, System
from collector.store.base.places import places_of
from policy import rule_book
from policy.context import Decision, SystemEntry
from tests.contract.reporting import NOW
from wolkenzicht.model import MaterialUse

DAY = NOW.date()


def system(name: str, organisation: str = "bzk", since: date = DAY, **said: str) -> System:
    """An entry of the register from a day on."""
    entry = SystemEntry(name, name.title(), organisation, source="register", **said)  # type: ignore[arg-type]  # texts by name
    return System(entry, (), "", since)


def contracted(name: str, contract: str, **columns: tuple[str, ...]) -> System:
    """An entry of the register with what a contract proves."""
    places = tuple(columns.items())
    entry = SystemEntry(name, name, "bzk", places=places_of("bzk", name, places, contract))
    return System(entry, places, contract, DAY)


def decision(material: MaterialUse, on: date = DAY, until: date | None = None) -> Decision:
    """A decision by the same person."""
    return Decision(material, "CISO", on, "kernproces", until)


def about(asset_id: str) -> DecisionSubject:
    """An asset of bzk-aws."""
    return DecisionSubject("bzk", "bzk-aws", asset_id)


def judging(store: Store, clock: Callable[[], datetime] = lambda: NOW, *, stopped: bool = False) -> Contexts:
    """Let the store judge with what people said; returns what it knows of that.

    Always fresh, or, where time has `stopped`, as old as when it was first asked.
    """
    ticks = iter(range(0, 10**9, 100))
    in_force = InForce(rule_book.packaged(), clock)
    contexts = Contexts(
        store.people,
        store.registry,
        in_force,
        clock,
        monotonic=(lambda: 0.0) if stopped else lambda: float(next(ticks)),
    )
    store.ingest.judge_with(PeoplesJudge(in_force, contexts))
    return contexts
