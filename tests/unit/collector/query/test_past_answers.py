"""What an asset was, version by version, and what differs between two days of a small estate."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from collector.identity.peer import Peer
from collector.query.answers import Answers
from collector.query.errors import BadQueryError, NotFoundError
from collector.query.past_answers import PastAnswers
from collector.rulebook.in_force import InForce
from collector.store.base import Store
from policy import rule_book
from tests.askers import estate
from wolkenzicht.v1 import overview_service_pb2 as wire
from wolkenzicht.v1.scope_pb2 import OUTCOME_DENIED

CIO_RIJK = Peer("asker", "1", "", "", "cio_rijk", "ann", datetime.max.replace(tzinfo=UTC), "ipv4:x")
FIN = replace(CIO_RIJK, role="department", organisation="fin")
NOW = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)
COPIES = estate.ARCHIVE.replace("archive", "copies")


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """The estate: first seen on the 20th, looked at again on the 22nd."""
    with estate.standing(tmp_path_factory.mktemp("store") / "estate.db") as built:
        yield built


@pytest.fixture
def answers(store: Store) -> PastAnswers:
    """What the collector answers on the 24th."""
    return PastAnswers(Answers(store.reading, store.registry, InForce(rule_book.packaged(), lambda: NOW)))


def differences(answers: PastAnswers, peer: Peer = CIO_RIJK, **asked: Any) -> wire.ListDifferencesResponse:
    """What differs since the 20th, unless asked otherwise."""
    return answers.differences(peer, wire.ListDifferencesRequest(**{"since": "2026-11-20", **asked}))


def test_versions_say_when_and_what_and_by_what(answers: PastAnswers) -> None:
    """The last recorded comes first; each says what differs from the one before."""
    found = answers.versions(CIO_RIJK, wire.ListAssetVersionsRequest(asset_id=COPIES)).items
    now, before = found
    assert (now.valid_from_time.ToDatetime(UTC), now.HasField("valid_to_time")) == (estate.SECOND, False)
    assert (before.valid_from_time.ToDatetime(UTC), before.valid_to_time.ToDatetime(UTC)) == (
        estate.FIRST,
        estate.SECOND,
    )
    assert (now.cause, before.appeared, now.appeared) == (wire.VERSION_CAUSE_SCAN, True, False)
    assert now.scan_id
    changed = {each.field: (each.before, each.after) for each in now.changes}
    assert changed["verdict.location_class"] == ("inside_eea", "outside_eea_adequate")
    assert changed["locations"] == (
        "stored eu-west-1 (IE, declared)",
        "stored eu-west-1 (IE, declared); replicated eu-west-2 (GB, declared)",
    )


def test_versions_of_what_vanished_are_told(answers: PastAnswers) -> None:
    """The last one says that the asset vanished when it ended."""
    [only] = answers.versions(CIO_RIJK, wire.ListAssetVersionsRequest(asset_id=estate.OLD)).items
    assert (only.removed, only.valid_to_time.ToDatetime(UTC)) == (True, estate.SECOND)


def test_versions_come_page_by_page(answers: PastAnswers) -> None:
    """A page goes on where the earlier ended, and its last still says what differs from the next."""
    whole = answers.versions(CIO_RIJK, wire.ListAssetVersionsRequest(asset_id=COPIES)).items
    asked = wire.ListAssetVersionsRequest(asset_id=COPIES, page_size=1)
    first = answers.versions(CIO_RIJK, asked)
    asked.page_token = first.next_page_token
    second = answers.versions(CIO_RIJK, asked)
    assert [*first.items, *second.items] == list(whole)
    assert second.next_page_token == ""


def test_versions_outside_the_sight_are_not_found(answers: PastAnswers) -> None:
    """FIN learns nothing of BZK's assets."""
    with pytest.raises(NotFoundError, match="no asset"):
        answers.versions(FIN, wire.ListAssetVersionsRequest(asset_id=COPIES))


def test_words_are_looked_for_among_what_is_there_now(store: Store) -> None:
    """A search of a time that is past is refused, with what to leave out."""
    now = Answers(store.reading, store.registry, InForce(rule_book.packaged(), lambda: NOW))
    asked = wire.ListAssetsRequest(search="copies", past=wire.Past(as_of="2026-11-21"))
    with pytest.raises(BadQueryError, match="leave out the search, or as_of and known_at") as error:
        now.assets(CIO_RIJK, asked)
    assert error.value.field == "search"


def test_differences_are_counted_by_organisation(answers: PastAnswers) -> None:
    """BZK lost one asset, one was replicated to London, one scope was denied; RvIG reported first."""
    counts = {each.organisation: each for each in differences(answers).counts}
    assert counts["bzk"] == wire.DifferenceCount(
        organisation="bzk", vanished=1, moved=1, changed_class=1, scopes_seen_no_more=1
    )
    assert counts["rvig"] == wire.DifferenceCount(organisation="rvig", appeared=2)
    assert set(counts) == {"bzk", "rvig"}


def test_differences_are_listed(answers: PastAnswers) -> None:
    """Assets first, then scopes that are seen no more; with what was before and after."""
    answer = differences(answers, organisation="bzk", tenant="bzk-aws")
    found = {each.asset_id: each for each in answer.items}
    copies = found[COPIES]
    assert list(copies.kinds) == [wire.DIFFERENCE_KIND_MOVED, wire.DIFFERENCE_KIND_CHANGED_CLASS]
    assert (list(copies.countries_before), list(copies.countries_after)) == (["IE"], ["GB", "IE"])
    assert list(found[estate.OLD].kinds) == [wire.DIFFERENCE_KIND_VANISHED]
    assert (found[""].type, found[""].location, found[""].outcome) == (
        estate.TABLES.type,
        estate.TABLES.location,
        OUTCOME_DENIED,
    )
    assert answer.completeness.scopes_blind == answer.completeness_before.scopes_blind + 1


def test_differences_come_page_by_page(answers: PastAnswers) -> None:
    """Every page but the first leaves the counts out; together they are the whole."""
    whole = list(differences(answers).items)
    found: list[wire.Difference] = []
    token = ""
    while True:
        page = differences(answers, page_size=1, page_token=token)
        assert bool(page.counts) == (not token)
        found += page.items
        token = page.next_page_token
        if not token:
            break
    assert found == whole


def test_nothing_differs_of_what_was_not_known_yet(answers: PastAnswers) -> None:
    """As known before the second look, nothing had changed."""
    answer = differences(
        answers, since="2026-11-20T12:00:00Z", until="2026-11-21", known_at="2026-11-21T23:59:59.999999Z"
    )
    assert (list(answer.items), list(answer.counts)) == ([], [])


@pytest.mark.parametrize(
    ("asked", "reason"),
    [
        ({"since": ""}, "since: is empty"),
        ({"since": "2026-11-22", "until": "2026-11-21"}, "until: 2026-11-21 23:59 UTC does not come after"),
        ({"since": "2026-11-30"}, "since: 2026-11-30 23:59 UTC is still to come"),
        ({"since": "2026-11-01"}, "past.as_of: 2026-11-01 23:59 UTC lies before the first record"),
        (
            {"until": "2026-11-22", "known_at": "2026-11-21"},
            "past.known_at: 2026-11-21 23:59 UTC lies before",
        ),
    ],
)
def test_two_times_that_cannot_be_compared_are_refused(
    answers: PastAnswers, asked: dict[str, Any], reason: str
) -> None:
    """The answer says which is wrong, and why."""
    with pytest.raises(BadQueryError) as refused:
        differences(answers, **asked)
    assert str(refused.value).startswith(reason)
