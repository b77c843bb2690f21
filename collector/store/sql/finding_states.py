"""The state that a finding is shown in: kept is whether it stands, and how a standing one is handled."""

from __future__ import annotations

from wolkenzicht.model import FindingState

#: What says so, in the order of `state_of` behind whether it is resolved.
COLUMNS = ("acknowledged", "acknowledged_by", "acknowledge_note", "exemption", "unverified", "unverified_by")

#: The states of a finding that stands.
STANDING = frozenset(FindingState) - {FindingState.RESOLVED}

_SEEN = "{0}.exemption = '' AND {0}.unverified IS NULL"
# As `state_of`, and in words of which planners know how many rows they let through.
_SHOWN = {
    FindingState.RESOLVED: "{0}.state = 'resolved'",
    FindingState.EXEMPTED: "{0}.exemption <> ''",
    FindingState.UNVERIFIED: "{0}.exemption = '' AND {0}.unverified IS NOT NULL",
    FindingState.ACKNOWLEDGED: f"{_SEEN} AND {{0}}.acknowledged IS NOT NULL",
    FindingState.OPEN: f"{_SEEN} AND {{0}}.acknowledged IS NULL",
}


def state_of(kept: str, exemption: str, unverified: object, acknowledged: object) -> FindingState:
    """The state to show."""
    if kept == FindingState.RESOLVED:
        return FindingState.RESOLVED
    if exemption:
        return FindingState.EXEMPTED
    if unverified is not None:
        return FindingState.UNVERIFIED
    return FindingState.OPEN if acknowledged is None else FindingState.ACKNOWLEDGED


def among(states: frozenset[FindingState], alias: str) -> tuple[str, tuple[list[str], ...]]:
    """What is true of rows of `finding` or its versions that are shown in these states, and its values."""
    kept = sorted({"resolved" if each is FindingState.RESOLVED else "open" for each in states})
    stands = f"{alias}.state IN ({{values}})"
    if states & STANDING in (frozenset(), STANDING):
        return stands, (kept,)
    shown = " OR ".join(f"({_SHOWN[each].format(alias)})" for each in sorted(states))
    return f"{stands} AND ({shown})", (kept,)
