"""Which collector an agent speaks to, of several."""

from __future__ import annotations

from agent.addresses import Addresses

THREE = ("one:1", "two:1", "three:1")


def test_each_failure_moves_on_and_all_are_tried() -> None:
    """Three failures try three collectors; the fourth attempt is at the first again."""
    addresses = Addresses(THREE)
    tried = []
    for _ in range(4):
        tried.append(addresses.current)
        addresses.failed(addresses.current, final=False)

    assert set(tried[:3]) == set(THREE)
    assert tried[3] == tried[0]


def test_a_failure_of_one_that_is_no_longer_spoken_to_moves_nothing() -> None:
    """Two threads that see the same failure skip no collector."""
    addresses = Addresses(THREE)
    first = addresses.current
    addresses.failed(first, final=False)
    second = addresses.current

    addresses.failed(first, final=False)

    assert addresses.current == second
    assert addresses.in_turn()[0] == second
    assert sorted(addresses.in_turn()) == sorted(THREE)


def test_only_a_refusal_by_all_is_hopeless() -> None:
    """One collector that refuses does not end what another may take; one that is away may yet take it."""
    addresses = Addresses(THREE)
    told = [addresses.failed(addresses.current, final=final) for final in (True, True, False, True)]

    assert told == [False, False, False, False]
    assert addresses.failed(addresses.current, final=True) is False
    assert addresses.failed(addresses.current, final=True) is True


def test_agents_begin_at_different_collectors() -> None:
    """The order is drawn anew for each."""
    assert {Addresses(THREE).current for _ in range(200)} == set(THREE)


def test_waits_grow_with_rounds() -> None:
    """Each collector is tried once before the wait grows."""
    addresses = Addresses(THREE)

    assert [addresses.rounds(failures) for failures in range(1, 8)] == [1, 1, 1, 2, 2, 2, 3]
