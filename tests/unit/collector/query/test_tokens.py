"""Where a list goes on, and which tokens are refused."""

from __future__ import annotations

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collector.query import tokens
from collector.query.errors import BadQueryError
from wolkenzicht.v1.overview_service_pb2 import AssetFilter, ListAssetsRequest, ListFindingsRequest

ASKED = ListAssetsRequest(filter=AssetFilter(country="IE"), order_by="name")


@given(st.lists(st.text(max_size=40), min_size=1, max_size=5))
def test_a_token_gives_its_position_back(position: list[str]) -> None:
    """Whatever the position holds."""
    assert tokens.read(ASKED, tokens.make(ASKED, tuple(position))) == tuple(position)


def test_no_token_is_the_first_page() -> None:
    """An empty token has no position."""
    assert tokens.read(ASKED, "") == ()


def test_the_size_of_a_page_may_change() -> None:
    """From page to page only the question must stay the same."""
    token = tokens.make(ASKED, ("x",))
    later = ListAssetsRequest(
        filter=AssetFilter(country="IE"), order_by="name", page_size=7, page_token=token
    )
    assert tokens.read(later, token) == ("x",)


@pytest.mark.parametrize(
    "asked",
    [
        ListAssetsRequest(filter=AssetFilter(country="GB"), order_by="name"),
        ListAssetsRequest(filter=AssetFilter(country="IE"), order_by="-name"),
        ListAssetsRequest(filter=AssetFilter(country="IE")),
        ListFindingsRequest(filter=AssetFilter(country="IE")),
    ],
)
def test_a_token_of_another_question_is_refused(asked: ListAssetsRequest | ListFindingsRequest) -> None:
    """Another filter, order or list."""
    with pytest.raises(BadQueryError, match="page_token: belongs to another question"):
        tokens.read(asked, tokens.make(ASKED, ("x",)))


@given(st.text(min_size=1))
def test_any_other_text_is_refused(text: str) -> None:
    """Whatever is sent as a token ends in an error that names the field."""
    with pytest.raises(BadQueryError, match="page_token: "):
        tokens.read(ASKED, text)


@pytest.mark.parametrize("content", [b"{}", b"[1]", b"[[]]", b'"x"', b"null", b"[" * 5000])
def test_a_forged_position_is_refused(content: bytes) -> None:
    """Where the question matches but the position is no list of texts."""
    digest = base64.urlsafe_b64decode(tokens.make(ASKED, ()))[:8]
    with pytest.raises(BadQueryError, match="is damaged"):
        tokens.read(ASKED, base64.urlsafe_b64encode(digest + content).decode())
