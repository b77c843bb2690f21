"""How an asker handles findings: what it may, and what it has to say with it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from collector.identity import spiffe
from collector.identity.peer import Peer
from collector.query import past, views
from collector.query.answers import Answers
from collector.query.errors import BadQueryError, NotAllowedError, NotFoundError
from collector.store.base import FindingRow, Handling, Sight
from collector.store.base.handling import NotHandledError
from wolkenzicht.v1 import overview_service_pb2 as wire

MAX_FINDINGS = 1000
MAX_NOTE = 2000

_Change = Callable[[Sight, Sequence[str], str, str, datetime], list[FindingRow]]


@dataclass(frozen=True, slots=True)
class Handlings:
    """Answers about one finding, and what is done about findings; methods as those of `Answers`."""

    answers: Answers
    handling: Handling

    def finding(self, peer: Peer, asked: wire.GetFindingRequest) -> wire.GetFindingResponse:
        """One finding, with its history."""
        asker = self.answers.asker(peer)
        reading, times = self.answers.at(asker, asked.past)
        if not asked.finding_id:
            raise BadQueryError(
                "finding_id", "is empty; give the identifier of a finding, see `findings list`"
            )
        row = reading.finding(asker.sight, asked.finding_id)
        if row is None:
            raise NotFoundError(
                f"no finding {asked.finding_id[:200]!r} within your sight; see `findings list --state all`"
            )
        language = views.language_of(asked.language)
        return wire.GetFindingResponse(
            finding=views.finding(row, language),
            history=[
                views.finding_version(each, language)
                for each in reading.finding_versions(asker.sight, asked.finding_id)
            ],
            times=past.encoded(times),
        )

    def acknowledge(
        self, peer: Peer, asked: wire.AcknowledgeFindingsRequest
    ) -> wire.AcknowledgeFindingsResponse:
        """Take findings up."""
        rows = self._handle(peer, asked.finding_ids, asked.note, self.handling.acknowledge)
        language = views.language_of(asked.language)
        return wire.AcknowledgeFindingsResponse(items=[views.finding(row, language) for row in rows])

    def reopen(self, peer: Peer, asked: wire.ReopenFindingsRequest) -> wire.ReopenFindingsResponse:
        """Put findings back."""
        if not asked.note.strip():
            raise BadQueryError("note", "is empty; say why the finding is put back")
        rows = self._handle(peer, asked.finding_ids, asked.note, self.handling.reopen)
        language = views.language_of(asked.language)
        return wire.ReopenFindingsResponse(items=[views.finding(row, language) for row in rows])

    def _handle(self, peer: Peer, finding_ids: Sequence[str], note: str, change: _Change) -> list[FindingRow]:
        asker = self.answers.asker(peer)
        require(peer, spiffe.ACKNOWLEDGE)
        if not 0 < len(finding_ids) <= MAX_FINDINGS:
            raise BadQueryError(
                "finding_ids", f"holds {len(finding_ids)} findings; give 1 to {MAX_FINDINGS} at once"
            )
        said = text("note", note, MAX_NOTE)
        try:
            return change(asker.sight, finding_ids, name_of(peer), said, self.answers.in_force.now())
        except NotHandledError as error:
            raise BadQueryError("finding_ids", str(error)) from error


def require(peer: Peer, right: str) -> None:
    """Raises `NotAllowedError` where an asker has not this right."""
    if right not in peer.rights:
        raise NotAllowedError(
            f"your certificate has not the right to {right}; have it given with "
            f"`wolkenzicht-collector askers allow {peer.serial} --right {right}`"
        )


def name_of(peer: Peer) -> str:
    """Who did it, as history and events name them."""
    return f"{peer.name} ({peer.organisation})" if peer.organisation else peer.name


def text(field: str, value: str, most: int) -> str:
    """A text that a person wrote, on one line; raises `BadQueryError` where it is too long."""
    line = " ".join(value.replace("\0", " ").split())
    if len(line) > most:
        raise BadQueryError(field, f"has {len(line)} characters; say it in {most}")
    return line
