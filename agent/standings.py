"""What a scan tells about the accounts themselves: how each stands, and whether all of them were told."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence

from agent.guard import guarded
from agent.planning import Plan
from connectors.base import Gap, Source
from wolkenzicht.logs import event
from wolkenzicht.model import AccountStanding
from wolkenzicht.standings import encode_standings
from wolkenzicht.v1.account_pb2 import AccountStandings

_log = logging.getLogger(__name__)


def standing_frames(sources: Sequence[Source], plan: Plan) -> Iterator[AccountStandings]:
    """How the accounts stand, as the sources said while this plan was made.

    A source whose plan has a hole is not asked: it would tell of an earlier plan. Then, and where one
    fails to tell, no frame is the last, so that nobody takes an account that is not named for gone.
    """
    holes = {failure.scope.type for failure in plan.failures}
    whole = plan.whole
    told: dict[tuple[str, str], AccountStanding] = {}
    for source in sources:
        if source.connector in holes:
            continue
        for item in guarded(source.standings, f"{source.connector} standings"):
            if isinstance(item, Gap):
                whole = False
                event(
                    _log, logging.WARNING, "standings.failed", connector=source.connector, reason=item.message
                )
            else:
                told[item.provider, item.account] = item
    # In one order, so that the same standings look the same.
    ordered = (told[key] for key in sorted(told))
    yield from encode_standings(ordered, whole=whole)
