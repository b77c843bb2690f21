"""What people said is in memory: read again when it changed, and not asked for while it is fresh."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from collector.rulebook.contexts import CACHE_SECONDS, Contexts
from collector.rulebook.ending import EndingDecisions
from collector.rulebook.in_force import InForce
from collector.store.base import DecisionSubject, Organisation, People, Store, System
from collector.store.closing import closing
from collector.store.sqlite import open_store
from policy import rule_book
from policy.context import NOTHING_KNOWN, Decision, SystemEntry
from tests.contract.reporting import bucket
from wolkenzicht.model import MaterialUse

NOW = datetime(2026, 11, 2, 12, tzinfo=UTC)
ASSET = bucket("a", tags=(("systeem", "Post"),))


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """A store with a ministry."""
    with closing(open_store(tmp_path / "store.db", create=True)) as opened:
        opened.registry.put_organisations([Organisation("bzk", "BZK")])
        yield opened


def registered(store: Store, organisation: str, material: str) -> None:
    """Put a system in the register."""
    entry = SystemEntry("post", "Post", organisation, material=material)
    store.people.put_systems([System(entry, (), "", NOW.date())], NOW)


def test_what_changed_counts_after_a_moment(store: Store) -> None:
    """While fresh the store is not asked; then a change is seen, with the organisations of that moment."""
    seconds = [0.0]
    in_force = InForce(rule_book.packaged(), lambda: NOW)
    contexts = Contexts(store.people, store.registry, in_force, lambda: NOW, monotonic=lambda: seconds[-1])
    assert contexts.context_of("t", "logius", ASSET) is NOTHING_KNOWN
    store.registry.put_organisations([Organisation("logius", "Logius", parent="bzk")])
    registered(store, "bzk", "ja")
    seconds.append(CACHE_SECONDS / 2)
    assert contexts.context_of("t", "logius", ASSET) is NOTHING_KNOWN
    seconds.append(CACHE_SECONDS)
    found = contexts.context_of("t", "logius", ASSET).system
    assert found is not None
    assert found.material == "ja"
    registered(store, "logius", "nee")
    seconds.append(CACHE_SECONDS * 2)
    nearer = contexts.context_of("t", "logius", ASSET).system
    assert nearer is not None
    assert (nearer.organisation, nearer.material) == ("logius", "nee")


def test_an_answer_on_its_way_is_not_taken_for_a_new_one(store: Store) -> None:
    """Who forgets while another thread reads is not answered what that one read before."""
    slow, reading, told = (threading.Event() for _ in range(3))

    class Slow:
        """The store, of which one answer takes until a change was told."""

        def generation(self) -> int:
            found = store.people.generation()
            if slow.is_set() and not reading.is_set():
                reading.set()
                assert told.wait(30)
            return found

        def __getattr__(self, name: str) -> object:
            return getattr(store.people, name)

    in_force = InForce(rule_book.packaged(), lambda: NOW)
    people: People = Slow()  # type: ignore[assignment]  # the rest is the store's
    contexts = Contexts(people, store.registry, in_force, lambda: NOW, monotonic=lambda: 0.0)
    assert contexts.context_of("t", "bzk", ASSET) is NOTHING_KNOWN
    contexts.forget()
    slow.set()
    with ThreadPoolExecutor(2) as threads:
        early = threads.submit(contexts.context_of, "t", "bzk", ASSET)
        assert reading.wait(30)
        registered(store, "bzk", "ja")
        forgotten = threads.submit(contexts.forget)
        told.set()
        assert early.result(30) is NOTHING_KNOWN
        forgotten.result(30)
    assert contexts.context_of("t", "bzk", ASSET) is not NOTHING_KNOWN


def test_who_waits_for_an_answer_does_not_ask_again(store: Store) -> None:
    """What another thread has just read counts for all that came while it read."""
    asked: list[int] = []
    second = threading.Event()

    class Counted:
        """The store, whose answer takes until a second question is on its way."""

        def generation(self) -> int:
            asked.append(store.people.generation())
            assert second.wait(30)
            time.sleep(0.05)  # for the second to come as far as it gets
            return asked[-1]

        def __getattr__(self, name: str) -> object:
            return getattr(store.people, name)

    in_force = InForce(rule_book.packaged(), lambda: NOW)
    people: People = Counted()  # type: ignore[assignment]  # the rest is the store's
    contexts = Contexts(people, store.registry, in_force, lambda: NOW, monotonic=lambda: 0.0)
    with ThreadPoolExecutor(2) as threads:
        first = threads.submit(contexts.anything_said)
        while not asked:
            time.sleep(0.001)
        other = threads.submit(contexts.anything_said)
        second.set()
        assert (first.result(30), other.result(30)) == (False, False)
    assert len(asked) == 1


@pytest.mark.parametrize(
    ("tags", "expected"),
    [
        ((("App", "andere"), ("SYSTEM", "post")), True),
        ((("system", "andere"), ("app", "post")), False),
        ((("system", " "), ("app", "post")), True),
        ((("naam", "post"),), False),
    ],
)
def test_the_first_tag_that_names_a_system_counts(
    store: Store, tags: tuple[tuple[str, str], ...], expected: bool
) -> None:
    """In the order of the settings, whatever the order of the asset's tags; an empty one names none."""
    registered(store, "bzk", "ja")
    in_force = InForce(rule_book.packaged(), lambda: NOW)
    contexts = Contexts(store.people, store.registry, in_force, lambda: NOW)
    found = contexts.context_of("t", "bzk", bucket("a", tags=tags))
    assert expected == (found is not NOTHING_KNOWN)


def test_decisions_that_end_are_queued(store: Store) -> None:
    """The day after, by itself, while a collector runs."""
    subject = DecisionSubject("bzk", "bzk-aws", "arn:a")
    today = NOW.date()
    store.people.record_decision(subject, Decision(MaterialUse.MATERIAL, "V", today, "r", today), NOW)
    store.people.judged(each.queue_no for each in store.people.judge_again())
    clock = [NOW]

    async def run() -> list[int]:
        days = EndingDecisions(store.people, lambda: clock[-1], look_seconds=0.02)
        days.start()
        await asyncio.sleep(0.1)
        waiting = [len(store.people.judge_again())]
        clock.append(NOW + timedelta(days=1))
        for _ in range(200):
            await asyncio.sleep(0.02)
            if store.people.judge_again():
                break
        await days.stop()
        return [*waiting, len(store.people.judge_again())]

    assert asyncio.run(run()) == [0, 1]
