"""Which rules a scan judges by: the newest bundle that was verified and kept, else those of this version."""

from __future__ import annotations

import hashlib
import logging
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from agent import bundle_file
from agent.bundle_file import DamagedError, Heard
from agent.guard import one_line
from policy import rule_book
from policy.bundle import Bundle, BundleError, check_days
from policy.rule_book import RuleBook
from policy.ruleset import Policy
from wolkenzicht.bundles import decode_bundle
from wolkenzicht.errors import ConfigurationError, StorageError, WolkenzichtError
from wolkenzicht.logs import event
from wolkenzicht.signatures import PublicKey, SignatureError, verify
from wolkenzicht.v1.policy_pb2 import PolicyBundle

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class ScanRules:
    """What one scan judges by, from its start to its end.

    `refusal` says why the bundle that came last is not used; empty where it is, or none came.
    """

    policy: Policy
    refusal: str = ""


class Rules:
    """The rules of an agent, in its folder `state`; safe to use from any thread.

    `keys` are those whose signature counts. What cannot be used is refused with a reason and logged; it
    leaves the rules as they were. With `look_only` nothing in the folder is changed.
    """

    def __init__(
        self,
        state: Path,
        keys: Sequence[PublicKey],
        *,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        look_only: bool = False,
    ) -> None:
        self._state = state
        self._keys = tuple(keys)
        self._clock = clock
        self._look_only = look_only
        self._lock = threading.Lock()
        self._bundle: Bundle | None = None
        self._book: RuleBook = rule_book.packaged()
        self._floor = 0  # the highest number whose signature was verified here, used or not
        self._waiting: Bundle | None = None  # found good, but there was no room on the disk for it
        self._heard = bundle_file.kept_heard(state)
        self._unused = ""  # why the bundle that is kept is not used
        self._load()

    @property
    def serial(self) -> int:
        """The number of the bundle in use; 0 where it is none."""
        return self._book.serial

    @property
    def organisations(self) -> tuple[str, ...]:
        """The organisation of the tenant and those above it, as the collector last said."""
        return self._heard.organisations

    def for_scan(self) -> ScanRules:
        """The rules of today for a scan that begins now."""
        with self._lock:
            if self._waiting is not None:
                self._accept(self._waiting)
            policy = self._book.on(self._clock().date(), self._heard.organisations)
            return ScanRules(policy, self._heard.refusal or self._unused)

    def take(self, message: PolicyBundle) -> None:
        """Use a bundle from the next scan on, or say why not."""
        with self._lock:
            try:
                bundle = Bundle(*decode_bundle(message))
            except WolkenzichtError as error:
                self._refuse(error, message.manifest)
                return
            self._accept(bundle)

    def know(self, organisations: Sequence[str]) -> None:
        """Take the organisations whose rules count; kept for the next start."""
        with self._lock:
            self._hear(replace(self._heard, organisations=tuple(organisations)))

    def _accept(self, bundle: Bundle) -> None:
        self._waiting = None
        if self._bundle == bundle:
            return
        try:
            book = self._checked(bundle)
        except WolkenzichtError as error:
            self._refuse(error, bundle.manifest)
            return
        try:
            bundle_file.keep(self._state, bundle)
        except StorageError as error:
            # Found good: tried again when the next scan begins.
            self._waiting = bundle
            self._refuse(error, bundle.manifest)
            return
        before = self.serial
        self._use(bundle, book)
        self._hear(replace(self._heard, refusal="", refused=""))
        event(
            _log,
            logging.INFO,
            "policy.accepted",
            serial=book.serial,
            version=book.base.version,
            before=before,
            used_from="the next scan",
        )

    def _checked(self, bundle: Bundle) -> RuleBook:
        serial = bundle.read(self._verify).serial
        if serial < self._floor or serial == self.serial:
            raise BundleError(
                f"bundle {serial} is not newer than bundle {self._floor}, which this agent has; "
                "sign its files with a higher serial"
            )
        book = bundle.book(self._verify)
        check_days(book)
        return book

    def _verify(self, manifest: bytes, signature: bytes) -> None:
        if not self._keys:
            raise ConfigurationError(
                "no key is configured to verify policy bundles with; "
                'name the policy.pub of the collector in agent.toml: [policy] keys = ["policy.pub"]'
            )
        verify(self._keys, manifest, signature)

    def _use(self, bundle: Bundle, book: RuleBook) -> None:
        self._bundle, self._book, self._unused = bundle, book, ""
        self._floor = book.serial

    def _refuse(self, error: WolkenzichtError, manifest: bytes) -> None:
        before = self._heard
        self._hear(replace(before, refusal=one_line(error), refused=_digest(manifest)))
        if before != self._heard:
            self._tell(self._heard.refusal)

    def _tell(self, reason: str) -> None:
        event(_log, logging.ERROR, "policy.refused", reason=reason, in_use=self._book.base.version)

    def _hear(self, heard: Heard) -> None:
        """Take what was heard; kept for the next start, as far as the disk takes it."""
        if heard == self._heard:
            return
        self._heard = heard
        if self._look_only:
            return
        try:
            bundle_file.keep_heard(self._state, heard)
        except StorageError as error:
            event(_log, logging.ERROR, "policy.not_kept", reason=str(error))

    def _load(self) -> None:
        """Use what is kept; what is damaged is set aside, what cannot be used here is left alone."""
        try:
            bundle = bundle_file.kept(self._state)
            if bundle is None:
                return
            self._floor = bundle.read(self._verify).serial
            self._use(bundle, bundle.book(self._verify))
            if self._heard.refused == _digest(bundle.manifest):
                self._hear(replace(self._heard, refusal="", refused=""))
        except (DamagedError, SignatureError) as error:
            self._set_aside(error)
        except BundleError as error:
            # Signed and whole: what is wrong then is a form that this version cannot read.
            if self._floor:
                self._pass_over(error)
            else:
                self._set_aside(error)
        except WolkenzichtError as error:
            self._pass_over(error)

    def _pass_over(self, error: WolkenzichtError) -> None:
        self._unused = one_line(error)
        self._tell(self._unused)

    def _set_aside(self, error: WolkenzichtError) -> None:
        if not self._look_only:
            aside = bundle_file.set_aside(self._state)
            event(
                _log,
                logging.ERROR,
                "policy.damaged",
                set_aside=str(aside),
                reason=one_line(error),
                remedy="the collector sends it again; until then the rules of this version hold",
            )
        self._pass_over(error)


def _digest(manifest: bytes) -> str:
    return hashlib.sha256(manifest).hexdigest()
