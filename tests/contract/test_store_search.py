"""Searching: what is found, by whom, and that the index follows what is kept, step by step."""

from __future__ import annotations

import sqlite3

import pytest

from collector.store.base import AssetQuery, Sight, Store
from collector.store.base import search as words
from collector.store.base.search import TooManyFoundError
from collector.store.sql import search as sql_search
from collector.store.sql.reading import search as sql_reading
from tests.contract.reporting import ALL_SEEN, FRANKFURT, IRELAND, Reporter, bucket
from wolkenzicht.errors import ConfigurationError, StorageError

EVERYTHING = AssetQuery()


def found(
    store: Store, text: str, sight: Sight = ALL_SEEN, query: AssetQuery = EVERYTHING, order: str = "asset_id"
) -> list[str]:
    """Names of the assets found, in order."""
    rows = store.reading.assets(sight, query, order_by=order, after=(), limit=100, search=words.asked(text))
    return [row.record.asset.name for row, _ in rows]


def caught_up(store: Store, step: int = 2) -> int:
    """Let the index follow to the end; how many steps it took."""
    steps = 0
    while store.search.follow(step):
        steps += 1
    return steps


@pytest.fixture
def filled(estate: Store) -> Store:
    """Two tenants of two organisations, indexed."""
    Reporter(estate).scan(
        "s1",
        {
            IRELAND: [
                bucket("burgerzaken-Archief-prd", tags=(("Eigenaar", "Directie Burgerzaken"),)),
                bucket("archief_tst", tags=(("systeem", "Caf\u00c9 Zuid"),)),
                bucket("post7"),
            ],
            FRANKFURT: [bucket("post-8", "eu-central-1")],
        },
    )
    agent = Reporter(estate, tenant="ezk-aws", spool_id="spool-2")
    agent.scan("s1", {IRELAND: [bucket("ezk-archief")]})
    caught_up(estate)
    return estate


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("archief", ["archief_tst", "burgerzaken-Archief-prd", "ezk-archief"]),
        ("ARCH", ["archief_tst", "burgerzaken-Archief-prd", "ezk-archief"]),
        ("arch prd", ["burgerzaken-Archief-prd"]),
        ("prd, arch!", ["burgerzaken-Archief-prd"]),
        ("chief", []),
        ("eigenaar", ["burgerzaken-Archief-prd"]),
        ("directie burger", ["burgerzaken-Archief-prd"]),
        ("cafe\u0301", ["archief_tst"]),
        ("arn:aws:s3:::post-8", ["post-8"]),
        ("post", ["post-8", "post7"]),
        ("post 8", ["post-8"]),
        ("8", ["post-8"]),
        ("p", []),
        ('" OR "archief', []),
        ("NOT archief", []),
        ("\u00a4", None),
    ],
)
def test_words_are_found(filled: Store, text: str, expected: list[str] | None) -> None:
    """At the start of a word, all of them, whatever the case and form; signs of a query language are none."""
    if expected is None:
        with pytest.raises(ConfigurationError, match="search: has no word"):
            words.asked(text)
    else:
        assert found(filled, text) == expected


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("--", "search: has no word; give words"),
        (" ".join(f"w{number}" for number in range(11)), "search: has 11 words; give at most 10"),
        ("a" * 1001, "search: is longer than 1000 characters"),
    ],
)
def test_a_search_that_is_none_is_refused(text: str, reason: str) -> None:
    """It says what to do."""
    with pytest.raises(ConfigurationError, match=reason):
        words.asked(text)


def test_a_search_is_filtered_and_sorted_page_by_page(filled: Store) -> None:
    """As any list; each page goes on where the one before it ended."""
    assert found(filled, "arch", query=AssetQuery(tenant="ezk-aws")) == ["ezk-archief"]
    assert found(filled, "arch", query=AssetQuery(country="DE")) == []
    for order in ("name", "-name", "type", "-location_class", "organisation"):
        whole = found(filled, "aws", order=order)
        assert len(whole) == 5
        pages: list[str] = []
        after: tuple[str, ...] = ()
        while rows := filled.reading.assets(
            ALL_SEEN, EVERYTHING, order_by=order, after=after, limit=2, search=("aws",)
        ):
            pages += [row.record.asset.name for row, _ in rows]
            after = rows[-1][1]
        assert pages == whole


def test_nothing_outside_the_sight_is_found(filled: Store) -> None:
    """Not by any word, and not as a count of what is missing."""
    sight = Sight(frozenset({"ezk"}))
    assert found(filled, "arch", sight) == ["ezk-archief"]
    assert found(filled, "burgerzaken", sight) == []
    assert found(filled, "arch", Sight(frozenset())) == []
    agent = Reporter(filled, spool_id="spool-3")
    agent.scan("s2", {IRELAND: [bucket("new")]})
    assert filled.reading.search_behind(sight, EVERYTHING) == 0
    assert filled.reading.search_behind(ALL_SEEN, EVERYTHING) > 0


def test_too_many_are_not_put_in_order(filled: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """It asks for another word; only what is in sight counts."""
    monkeypatch.setattr(sql_reading, "MAX_FOUND", 2)
    with pytest.raises(TooManyFoundError, match="add a word"):
        found(filled, "arch")
    assert found(filled, "arch", query=AssetQuery(tenant="bzk-aws")) == [
        "archief_tst",
        "burgerzaken-Archief-prd",
    ]


def test_the_index_follows_what_changes(agent: Reporter, estate: Store) -> None:
    """What is new, changed or gone is told to be missing until the index has it, then found as it is."""
    agent.scan("s1", {IRELAND: [bucket("old"), bucket("gone"), bucket("same")]})
    assert (found(estate, "old"), estate.reading.search_behind(ALL_SEEN, EVERYTHING)) == ([], 3)
    assert caught_up(estate) == 2
    assert (found(estate, "old"), estate.reading.search_behind(ALL_SEEN, EVERYTHING)) == (["old"], 0)

    changed = bucket("old", tags=(("systeem", "nieuw"),))
    agent.scan("s2", {IRELAND: [changed, bucket("same"), bucket("late")]})
    assert estate.reading.search_behind(ALL_SEEN, EVERYTHING) == 3
    assert found(estate, "gone") == []
    caught_up(estate, step=1)
    assert [found(estate, each) for each in ("nieuw", "gone", "late", "same")] == [
        ["old"],
        [],
        ["late"],
        ["same"],
    ]
    assert estate.reading.search_behind(ALL_SEEN, EVERYTHING) == 0
    assert caught_up(estate) == 0


def test_a_step_that_fails_leaves_nothing_behind(
    agent: Reporter, estate: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Killed in the middle of a step the index is as before it, and the next step takes the same assets."""
    agent.scan("s1", {IRELAND: [bucket(f"b{number}") for number in range(5)]})
    estate.search.follow(2)
    monkeypatch.setattr(sql_search, "_MOVE_ON", "INSERT INTO nowhere VALUES (?, ?)")
    with pytest.raises((sqlite3.OperationalError, StorageError), match="nowhere"):
        estate.search.follow(2)
    monkeypatch.undo()
    assert estate.reading.search_behind(ALL_SEEN, EVERYTHING) == 3
    caught_up(estate)
    assert found(estate, "aws") == [f"b{number}" for number in range(5)]
