"""How accounts stand, on the wire: frames below the limit, each distinct set of regions once in a frame."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from wolkenzicht.errors import ContractError
from wolkenzicht.model import AccountStanding
from wolkenzicht.v1 import account_pb2
from wolkenzicht.wire import ACCOUNT_STATES

_ACCOUNTS_IN_FRAME = 2_000
_FRAME_BYTES = 512 * 1024
#: Tag and length before an item of a repeated field.
_ITEM_BYTES = 4
#: Longest account, provider or region code that is kept.
MAX_NAME_BYTES = 256


def encode_standings(
    standings: Iterable[AccountStanding], *, whole: bool
) -> Iterator[account_pb2.AccountStandings]:
    """The standings as frames; the last one says so where they are `whole`. None without standings."""
    frame = _Frame()
    for standing in standings:
        if frame.full:
            yield frame.message
            frame = _Frame()
        frame.add(standing)
    if frame.message.accounts:
        frame.message.last = whole
        yield frame.message


def decode_standings(message: account_pb2.AccountStandings) -> list[AccountStanding]:
    """Model form of a frame; raises `ContractError` naming the field at fault."""
    sets = [
        tuple(_named(code, "region_sets.regions") for code in each.regions) for each in message.region_sets
    ]

    def regions(number: int, field: str) -> tuple[str, ...]:
        if number >= len(sets):
            raise ContractError(
                f"accounts.{field}", f"is {number}, and the frame has {len(sets)} sets; count them from 0"
            )
        return sets[number]

    return [
        AccountStanding(
            account=_named(each.account, "accounts.account"),
            provider=_named(each.provider, "accounts.provider"),
            state=ACCOUNT_STATES.decode(each.state, "accounts.state"),
            regions=regions(each.enabled_set, "enabled_set") if each.HasField("enabled_set") else (),
            other_regions=regions(each.other_set, "other_set") if each.HasField("other_set") else (),
        )
        for each in message.accounts
    ]


class _Frame:
    """One frame as it fills."""

    def __init__(self) -> None:
        self.message = account_pb2.AccountStandings()
        self._places: dict[tuple[str, ...], int] = {}
        self._size = 0

    @property
    def full(self) -> bool:
        return len(self.message.accounts) >= _ACCOUNTS_IN_FRAME or self._size > _FRAME_BYTES

    def add(self, standing: AccountStanding) -> None:
        account = account_pb2.AccountStanding(
            account=standing.account,
            provider=standing.provider,
            state=ACCOUNT_STATES.encode[standing.state],
            enabled_set=self._place(standing.regions),
            other_set=self._place(standing.other_regions),
        )
        self.message.accounts.append(account)
        self._size += account.ByteSize() + _ITEM_BYTES

    def _place(self, regions: tuple[str, ...]) -> int | None:
        if not regions:
            return None
        if regions not in self._places:
            self._places[regions] = len(self._places)
            added = self.message.region_sets.add(regions=regions)
            self._size += added.ByteSize() + _ITEM_BYTES
        return self._places[regions]


def _named(text: str, field: str) -> str:
    if not text:
        raise ContractError(field, "is empty; send the provider's own name")
    if len(text.encode()) > MAX_NAME_BYTES or "\0" in text:
        raise ContractError(field, f"is longer than {MAX_NAME_BYTES} bytes or holds a NUL byte; shorten it")
    return text
