"""Which deliveries travel together."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from collector.store.base import Delivery


def groups(deliveries: Sequence[Delivery], batch: int) -> Iterator[list[Delivery]]:
    """Split into groups of at most `batch`, keeping the order of their first events.

    A notification that stands for many travels alone: it is a message of its own, and stays that.
    Deliveries that failed together are tried together and alone, so that a message that is sent again
    is the same message: a channel with batches names the message in its error, hence the error tells
    them apart also after a restart.
    """
    gathered: dict[tuple[int, str], list[Delivery]] = {}
    for delivery in deliveries:
        if delivery.event.many is not None:
            yield [delivery]
            continue
        key = (delivery.attempts, delivery.last_error) if delivery.attempts else (0, "")
        gathered.setdefault(key, []).append(delivery)
    split = [
        members[start : start + batch]
        for members in gathered.values()
        for start in range(0, len(members), batch)
    ]
    yield from sorted(split, key=lambda group: group[0].event.event_no)
