"""How lists are followed page by page, up to a limit or to their end."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from collector.client import shapes
from collector.client.layout import Shape

#: The most that the contract gives in one page.
MAX_PAGE = 1000


class Pages:
    """The items of a list as they come; after the last one, where it goes on and how complete it is.

    `ask` takes a question with `page_size` and `page_token` and gives the answer with `items`,
    `next_page_token` and `completeness`; some answers count the `discrepancies` that stand, or how
    many assets a search does not know yet. `limit` None
    follows the list to its end.
    """

    def __init__(
        self, ask: Callable[[Any], Any], question: Any, shape: Callable[[Any], Shape], limit: int | None
    ) -> None:
        self._ask = ask
        self._question = question
        self._shape = shape
        self._limit = limit
        self.next_page_token = ""
        self.completeness: Shape = {}
        self.discrepancies = 0
        self.search_behind = 0
        self.times: Shape = {}

    def __iter__(self) -> Iterator[Shape]:
        wanted = self._limit
        while True:
            self._question.page_size = MAX_PAGE if wanted is None else min(wanted, MAX_PAGE)
            answer = self._ask(self._question)
            self.next_page_token = answer.next_page_token
            if hasattr(answer, "completeness"):
                self.times = shapes.times(answer)
                self.completeness = shapes.completeness(answer.completeness)
            self.discrepancies = getattr(answer, "discrepancies", 0)
            self.search_behind = getattr(answer, "search_behind", 0)
            for item in answer.items:
                yield self._shape(item)
            if wanted is not None:
                wanted -= len(answer.items)
            if not answer.next_page_token or wanted == 0:
                return
            self._question.page_token = answer.next_page_token
