"""What of an asset can be searched for, and what a search asks: words, compared without regard to case."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Protocol

from policy.words import fold
from wolkenzicht.errors import ConfigurationError
from wolkenzicht.v1.asset_pb2 import Asset

#: Longer words are cut, when they are kept and when they are asked for.
MAX_WORD = 64
#: A search has at most so many words, and is no longer than this.
MAX_WORDS, MAX_TEXT = 10, 1000
#: More assets than these are not put in order: another word is asked for.
MAX_FOUND = 20_000

_WORD = re.compile(r"[^\W_]+")


class TooManyFoundError(ConfigurationError):
    """More assets have the words than can be put in order."""

    def __init__(self) -> None:
        super().__init__(
            f"search: more than {MAX_FOUND} assets have these words; add a word, or ask for one tenant"
        )


class PastSearchedError(ConfigurationError):
    """Words were to be looked for at a time that is past: the index knows assets as they are."""

    def __init__(self) -> None:
        super().__init__(
            "search: looks through assets as they are now; leave out the search, or as_of and known_at"
        )


class Search(Protocol):
    """The index of words: it follows what is kept, in steps of its own; for the one writer."""

    def follow(self, limit: int) -> int:
        """Take in at most so many assets that are new, changed or gone, at once; returns how many."""


def words_of(asset: Asset) -> list[str]:
    """The words of an asset's name, tags (keys and values) and identifier, each once."""
    texts = [asset.name, asset.asset_id, *asset.tags.keys(), *asset.tags.values()]
    return sorted({word for text in texts for word in _split(text)})


def asked(text: str) -> tuple[str, ...]:
    """The words of a search: an asset must have them all; raises `ConfigurationError` where there is none.

    A word stands for all that begin with it; one of a single sign for itself only.
    """
    if len(text) > MAX_TEXT:
        raise ConfigurationError(f"search: is longer than {MAX_TEXT} characters; ask for fewer words")
    words = tuple(dict.fromkeys(_split(text)))
    if not words:
        raise ConfigurationError(
            "search: has no word; give words of letters or digits, such as 'archief prd'"
        )
    if len(words) > MAX_WORDS:
        raise ConfigurationError(f"search: has {len(words)} words; give at most {MAX_WORDS}")
    return words


def _split(text: str) -> Iterator[str]:
    return (word[:MAX_WORD] for word in _WORD.findall(fold(text)))
