"""Why a question is not answered: each error says which field is at fault and what to do."""

from __future__ import annotations

from wolkenzicht.errors import WolkenzichtError


class BadQueryError(WolkenzichtError):
    """The question itself is wrong; `field` names the field at fault."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(f"{field}: {message}")
        self.field = field


class NotFoundError(WolkenzichtError):
    """There is no such thing, or the asker may not see it: the two look alike."""


class NotAllowedError(WolkenzichtError):
    """The asker may not ask, or not do this."""
