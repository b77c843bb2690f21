"""What each role may see."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collector.identity.peer import Peer
from collector.query.errors import NotAllowedError
from collector.query.sight import below, sight_of
from collector.store.base import Organisation, Sight

TREE = (
    Organisation("bzk", "BZK"),
    Organisation("rvig", "RvIG", parent="bzk"),
    Organisation("logius", "Logius", parent="bzk"),
    Organisation("team", "team", parent="logius"),
    Organisation("fin", "FIN"),
)


def peer(role: str, organisation: str = "") -> Peer:
    """An asker that the gate admitted."""
    return Peer("asker", "1", "", organisation, role, "ann", datetime.max.replace(tzinfo=UTC), "ipv4:x")


def test_cio_rijk_sees_all() -> None:
    """No restriction, also on organisations that come later."""
    assert sight_of(peer("cio_rijk"), TREE) == Sight(None)


@pytest.mark.parametrize(
    ("organisation", "seen"),
    [
        ("bzk", {"bzk", "rvig", "logius", "team"}),
        ("logius", {"logius", "team"}),
        ("team", {"team"}),
        ("fin", {"fin"}),
    ],
)
def test_a_department_sees_itself_and_all_below(organisation: str, seen: set[str]) -> None:
    """To any depth, and never upwards or sideways."""
    assert sight_of(peer("department", organisation), TREE) == Sight(frozenset(seen))


@pytest.mark.parametrize(
    ("role", "organisation"), [("", ""), ("auditor", "bzk"), ("department", ""), ("department", "gone")]
)
def test_any_other_certificate_sees_nothing(role: str, organisation: str) -> None:
    """A role that is not known, and a department that is not, may not ask."""
    with pytest.raises(NotAllowedError, match="your certificate"):
        sight_of(peer(role, organisation), TREE)


def test_a_circle_of_organisations_ends() -> None:
    """A tree that is none, from another store, does not hang the asker."""
    circle = [Organisation("a", "A", parent="b"), Organisation("b", "B", parent="a")]
    assert below("a", circle) == {"a", "b"}


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), max_size=10))
def test_below_never_reaches_past_the_tree(pairs: list[tuple[int, int]]) -> None:
    """Whatever the tree, what is below an organisation is known, and everything below that is in it."""
    tree = [Organisation(str(child), "", parent=str(parent)) for child, parent in dict(pairs).items()]
    for each in tree:
        found = below(each.organisation, tree)
        assert each.organisation in found
        assert found == found.union(*(below(one, tree) for one in found))
