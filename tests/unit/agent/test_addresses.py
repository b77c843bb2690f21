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


def test_who_asks_to_be_left_alone_is_and_the_others_are_not() -> None:
    """The next is spoken to at once; the one that asked is passed over until its time has come."""
    now = [100.0]
    addresses = Addresses(THREE, clock=lambda: now[0])
    first = addresses.current
    addresses.failed(first, final=False, stay_away=30.0)
    second, wait = addresses.current, addresses.wait()
    addresses.failed(second, final=False)
    third = addresses.current
    addresses.failed(third, final=False)

    assert (wait, len({first, second, third})) == (0.0, 3)
    assert addresses.current == second
    now[0] = 130.0
    addresses.failed(second, final=False)
    addresses.failed(third, final=False)
    assert addresses.current == first


def test_where_all_ask_the_first_whose_time_comes_is_next() -> None:
    """It is waited for, not the one that stands next in the order."""
    now = [100.0]
    addresses = Addresses(THREE, clock=lambda: now[0])
    tried = []
    for seconds in (50.0, 20.0, 40.0):
        tried.append(addresses.current)
        addresses.failed(addresses.current, final=False, stay_away=seconds)

    assert addresses.current == tried[1]
    assert addresses.wait() == 20.0
    now[0] = 121.0
    assert addresses.wait() == 0.0
