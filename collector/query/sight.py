"""What an asker may see, from its role and organisation: decided here and nowhere else."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from collector.identity.peer import Peer
from collector.query.errors import NotAllowedError
from collector.store.base import Organisation, Sight

#: Sees everything.
CIO_RIJK = "cio_rijk"
#: Sees its own organisation and all below it.
DEPARTMENT = "department"


def sight_of(peer: Peer, organisations: Iterable[Organisation]) -> Sight:
    """The asker's sight; raises `NotAllowedError` where its certificate gives none."""
    if peer.role == CIO_RIJK:
        return Sight(None)
    if peer.role != DEPARTMENT:
        raise NotAllowedError(
            f"the role {peer.role!r} of your certificate may not ask; have one issued with the role "
            f"{CIO_RIJK} or {DEPARTMENT}"
        )
    sight = below(peer.organisation, organisations)
    if not sight:
        raise NotAllowedError(
            f"the organisation {peer.organisation!r} of your certificate is not known here; have it "
            "imported, or a certificate issued for an organisation that is"
        )
    return Sight(sight)


def below(organisation: str, organisations: Iterable[Organisation]) -> frozenset[str]:
    """An organisation and all below it; empty where there is no such organisation."""
    children: defaultdict[str, list[str]] = defaultdict(list)
    known = set()
    for each in organisations:
        known.add(each.organisation)
        children[each.parent].append(each.organisation)
    if organisation not in known:
        return frozenset()
    found = {organisation}
    waiting = [organisation]
    while waiting:
        fresh = [child for child in children[waiting.pop()] if child not in found]
        found.update(fresh)
        waiting.extend(fresh)
    return frozenset(found)
