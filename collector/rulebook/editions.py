"""Which edition is in force while the collector runs: what the store has, taken up when it changes."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence

from collector.rulebook.activation import Edition, stored
from collector.rulebook.in_force import InForce
from collector.store.base import Bundles, Registry
from wolkenzicht import logs
from wolkenzicht.errors import StorageError, WolkenzichtError
from wolkenzicht.signatures import PublicKey

_log = logging.getLogger("collector.policy")

#: Called with an edition after it came into force, in the thread that looked.
OnReplaced = Callable[[Edition], None]


class Editions:
    """Keeps `in_force` to what the store has; not safe to use from several threads at once.

    `on_replaced` are called in their order after each change; the first look at the start is none.
    """

    def __init__(
        self, bundles: Bundles, registry: Registry, keys: Sequence[PublicKey], in_force: InForce
    ) -> None:
        self._bundles = bundles
        self._registry = registry
        self._keys = tuple(keys)
        self._in_force = in_force
        self._looked_at = 0
        self._unreadable = ""
        self.on_replaced: list[OnReplaced] = []
        #: The bundle in force; None where the packaged rules are.
        self.current: Edition | None = None

    def start(self) -> None:
        """Put in force what the store has. Raises `WolkenzichtError` where that cannot be used."""
        self._in_force.know(self._registry.organisations())
        edition = stored(self._bundles, self._keys)
        if edition is not None:
            self._take(edition)

    def look(self) -> None:
        """Take up what another process activated or imported.

        What cannot be used or read is logged, and the edition in force stays.
        """
        try:
            self._in_force.know(self._registry.organisations())
            serial = self._bundles.serial()
            if serial == self._looked_at:
                return
            edition = stored(self._bundles, self._keys)
        except StorageError as error:
            self._tell("store.failed", error)
            return
        except WolkenzichtError as error:
            # Looked at once: the next bundle has another number.
            self._looked_at = serial
            self._tell("policy.refused", error)
            return
        self._unreadable = ""
        if edition is not None:
            self._take(edition)
            for each in self.on_replaced:
                each(edition)

    def _take(self, edition: Edition) -> None:
        self._in_force.replace(edition.book)
        self.current = edition
        self._looked_at = edition.manifest.serial

    def _tell(self, what: str, error: WolkenzichtError) -> None:
        """Log a reason, once for as long as it stays the same."""
        if str(error) == self._unreadable:
            return
        self._unreadable = str(error)
        logs.event(
            _log,
            logging.ERROR,
            what,
            during="looking for a policy bundle",
            in_force=self._in_force.book.serial,
            reason=str(error),
        )
