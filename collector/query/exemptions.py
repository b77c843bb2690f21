"""How an asker records and ends exemptions, and which it sees."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from collector.identity import spiffe
from collector.identity.peer import Peer
from collector.query import views
from collector.query.answers import Answers
from collector.query.errors import BadQueryError
from collector.query.filters import Asker
from collector.query.handling import name_of, require, text
from collector.query.sight import below
from collector.store.base.exemptions import Exemption, Exemptions, NoSuchExemptionError
from policy.asset_facts import ASSET, PROPERTIES
from policy.language.expression import compile_expression
from policy.language.nodes import ExpressionError
from wolkenzicht.errors import ContractError
from wolkenzicht.model import FindingKind
from wolkenzicht.v1 import overview_service_pb2 as wire
from wolkenzicht.wire import FINDING_KINDS

MAX_SCOPE, MAX_TEXT, MAX_REASON = 10_000, 200, 2000


@dataclass(frozen=True, slots=True)
class ExemptionAnswers:
    """Answers about exemptions; methods as those of `Answers`."""

    answers: Answers
    exemptions: Exemptions

    def create(self, peer: Peer, asked: wire.CreateExemptionRequest) -> wire.CreateExemptionResponse:
        """Record an exemption, and let what stands follow."""
        asker = self.answers.asker(peer)
        require(peer, spiffe.EXEMPT)
        now = self.answers.in_force.now()
        organisation = _organisation(asker, asked.organisation or peer.organisation)
        exemption = Exemption(
            organisation=organisation,
            kinds=_kinds(asked.kinds),
            scope=_scope(asked.scope),
            decision=_said("decision", asked.decision, MAX_TEXT, "name the decision"),
            reason=_said("reason", asked.reason, MAX_REASON, "say why"),
            decided_by=_said("decided_by", asked.decided_by, MAX_TEXT, "name who decided"),
            last_day=_last_day(asked.last_day, now.date()),
        )
        exemption_id = self.exemptions.record(exemption, name_of(peer), now)
        self.exemptions.follow(now)
        found = self.exemptions.listed({organisation}, now.date(), ended=False)
        [row] = [each for each in found if each.exemption_id == exemption_id]
        return wire.CreateExemptionResponse(exemption=views.exemption(row, now.date()))

    def end(self, peer: Peer, asked: wire.EndExemptionRequest) -> wire.EndExemptionResponse:
        """End an exemption before its day, and let what stands under it follow."""
        asker = self.answers.asker(peer)
        require(peer, spiffe.EXEMPT)
        now = self.answers.in_force.now()
        reason = _said("reason", asked.reason, MAX_REASON, "say why")
        mine = {each.exemption_id for each in self.exemptions.listed(_own(asker), now.date(), ended=False)}
        if asked.exemption_id not in mine:
            raise BadQueryError(
                "exemption_id",
                f"no exemption {asked.exemption_id[:100]!r} of yours holds; see `findings exemptions`",
            )
        try:
            self.exemptions.end(asked.exemption_id, name_of(peer), reason, now)
        except NoSuchExemptionError as error:
            raise BadQueryError("exemption_id", str(error)) from error
        self.exemptions.follow(now)
        [row] = [
            each
            for each in self.exemptions.listed(_own(asker), now.date(), ended=True)
            if each.exemption_id == asked.exemption_id
        ]
        return wire.EndExemptionResponse(exemption=views.exemption(row, now.date()))

    def listed(self, peer: Peer, asked: wire.ListExemptionsRequest) -> wire.ListExemptionsResponse:
        """The exemptions of the organisations in sight, and of those above them, which hold for them too."""
        asker = self.answers.asker(peer)
        today = self.answers.in_force.now().date()
        rows = self.exemptions.listed(_own_and_above(asker), today, ended=asked.include_ended)
        return wire.ListExemptionsResponse(items=[views.exemption(row, today) for row in rows])


def _organisation(asker: Asker, organisation: str) -> str:
    if not organisation:
        raise BadQueryError("organisation", "is empty; give the organisation that the exemption is for")
    asker.organisations_below(organisation, "organisation")
    own = _own(asker)
    if own is not None and organisation not in own:
        raise BadQueryError("organisation", f"{organisation!r} is not within your sight; give one that is")
    return organisation


def _own(asker: Asker) -> frozenset[str] | None:
    return asker.sight.organisations


def _own_and_above(asker: Asker) -> frozenset[str] | None:
    own = _own(asker)
    if own is None:
        return None
    above = (each.organisation for each in asker.organisations)
    return own | {each for each in above if own & below(each, asker.organisations)}


def _kinds(kinds: Iterable[int]) -> frozenset[FindingKind]:
    try:
        found = frozenset(FINDING_KINDS.decode(each, "kinds") for each in kinds)
    except ContractError as error:
        raise BadQueryError("kinds", "has one that is not known; use values of this contract") from error
    if not found:
        raise BadQueryError("kinds", "is empty; name the kinds of finding that are exempted")
    return found


def _scope(scope: str) -> str:
    """An expression about assets that can be read; raises `BadQueryError` with its place, from 1:1."""
    if not scope.strip():
        raise BadQueryError("scope", 'is empty; write which assets, such as declared.system == "archief"')
    if len(scope) > MAX_SCOPE:
        raise BadQueryError("scope", f"has {len(scope)} characters; write it in {MAX_SCOPE}")
    try:
        found = compile_expression(scope, ASSET, {})
    except ExpressionError as error:
        raise BadQueryError("scope", str(error)) from error
    if PROPERTIES in found.absent and not found.concerns.deep:
        raise BadQueryError(
            "scope",
            'says what is not set, which counts only where properties were read; add depth == "deep" &&',
        )
    return scope


def _said(field: str, value: str, most: int, remedy: str) -> str:
    line = text(field, value, most)
    if not line:
        raise BadQueryError(field, f"is empty; {remedy}")
    return line


def _last_day(value: str, today: date) -> date:
    try:
        found = date.fromisoformat(value)
    except ValueError as error:
        raise BadQueryError(
            "last_day", f"{value[:40]!r} is no day; an exemption ends: write 2027-06-30"
        ) from error
    if found < today:
        raise BadQueryError("last_day", f"{found} is past; give today or a later day")
    return found
