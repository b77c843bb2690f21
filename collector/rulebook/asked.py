"""Which assets are judged again because of what people said: one, or those that name a system."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Protocol

from collector.rulebook.in_force import InForce
from collector.store.base import Evaluation, Held, Tenant
from policy.words import fold

#: So many are read at once, and judged in one turn of the writer.
SET = 200


class Asked(Protocol):
    """What a statement is about: an asset of a tenant, else what names a system, else all.

    `organisation` stands for its tenants and those of organisations below it, where no tenant is named.
    """

    @property
    def queue_no(self) -> int:
        """Its number."""

    @property
    def organisation(self) -> str:
        """Whose."""

    @property
    def system(self) -> str:
        """The system's name."""

    @property
    def tenant(self) -> str:
        """The asset's tenant."""

    @property
    def asset_id(self) -> str:
        """The asset."""


class Queue(Protocol):
    """What is asked to be judged again."""

    def judge_again(self, limit: int = 1000) -> Sequence[Asked]:
        """What waits, oldest first."""

    def judged(self, queue_nos: Iterable[int]) -> None:
        """Forget what was judged."""


class NothingAsked:
    """A queue that stays empty."""

    def judge_again(self, limit: int = 1000) -> Sequence[Asked]:
        """Nothing."""
        del limit
        return ()

    def judged(self, queue_nos: Iterable[int]) -> None:
        """Nothing."""


def sets(
    asked: Asked, tenants: Iterable[Tenant], evaluation: Evaluation, in_force: InForce
) -> Iterator[tuple[Tenant, list[Held]]]:
    """The assets that a statement is about, in sets; more than those where names are alike."""
    for tenant in tenants:
        if not _concerns(asked, tenant, in_force):
            continue
        if asked.asset_id:
            yield tenant, evaluation.find(tenant.tenant, asked.asset_id)
        else:
            for held in _all(tenant.tenant, evaluation):
                yield tenant, [each for each in held if _may_name(each.record, asked.system)]


def _concerns(asked: Asked, tenant: Tenant, in_force: InForce) -> bool:
    if asked.tenant:
        return tenant.tenant == asked.tenant
    return not asked.organisation or asked.organisation in in_force.chain(tenant.organisation)


def _all(tenant: str, evaluation: Evaluation) -> Iterator[list[Held]]:
    position = 0
    while held := evaluation.read(tenant, position, SET):
        yield held
        position = held[-1].asset_no


def _may_name(record: bytes, system: str) -> bool:
    """Whether a record may name a system, without decoding it."""
    name = fold(system)
    # Letters that fold in other ways than a to z, and spaces that may be several, are left to the judging.
    return not (name.isascii() and name.isprintable() and " " not in name) or name.encode() in record.lower()
