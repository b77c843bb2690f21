"""What becomes of an error inside a connector: a gap in the scope, never an end to the scan."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from typing import TypeVar

from connectors.base import Gap, ReadError
from wolkenzicht.errors import WolkenzichtError
from wolkenzicht.logs import event
from wolkenzicht.model import Outcome

MAX_MESSAGE = 500

_log = logging.getLogger(__name__)
Item = TypeVar("Item")


def guarded(items: Callable[[], Iterator[Item]], what: str) -> Iterator[Item | Gap]:
    """Yield what a connector yields, and last a `Gap` where it raised; `what` names it in the log."""
    try:
        yield from items()
    except ReadError as error:
        yield error.gap
    except Exception as error:  # noqa: BLE001 - a defect of one connector may cost its scope, not the scan
        event(_log, logging.ERROR, "connector.defect", what=what, error=one_line(error))
        _log.debug("connector.defect", exc_info=error)
        yield Gap(Outcome.FAILED, one_line(error))


def one_line(error: BaseException | str) -> str:
    """An error, or a text of someone else's making, as one line of at most `MAX_MESSAGE` characters."""
    if isinstance(error, str):
        text = error
    elif isinstance(error, WolkenzichtError):
        text = str(error)
    else:
        text = f"{type(error).__name__}: {error}"
    text = " ".join(text.split())
    return text if len(text) <= MAX_MESSAGE else text[: MAX_MESSAGE - 1] + "…"
