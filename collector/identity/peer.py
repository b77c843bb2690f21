"""Who is at the other end of a call: known here, not evicted, not expired, and of the right kind.

TLS has checked already that the certificate is of our authority; the gate decides the rest, and
keeps every refusal for the auditor.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, NoReturn
from urllib.parse import unquote

import grpc
import grpc.aio
from cryptography import x509

from collector.identity import spiffe
from collector.identity.authority import serial_of
from collector.store.base import CertificateRecord, Refusal, Registry
from wolkenzicht import logs, reasons
from wolkenzicht.errors import IdentityError, StorageError

#: Seconds that an answer of the registry stays valid: the longest that an evicted peer goes on.
CACHE_SECONDS = 2.0

_log = logging.getLogger("collector.identity")
_Context = grpc.aio.ServicerContext[Any, Any]


@dataclass(frozen=True, slots=True)
class Peer:
    """The holder of a certificate that was admitted; `address` is gRPC's (`ipv4:192.0.2.1:4711`).

    `rights` are those of the register: what an asker may do beside asking.
    """

    kind: str
    serial: str
    tenant: str
    organisation: str
    role: str
    name: str
    not_after: datetime
    address: str
    rights: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Denial:
    """Why a peer is refused: gRPC status, reason word (`wolkenzicht.reasons`) and a sentence."""

    code: grpc.StatusCode
    reason: str
    message: str


class Gate:
    """Admits peers, and refuses them on the record."""

    def __init__(
        self,
        registry: Registry,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        *,
        on_refusal: Callable[[str], None] = lambda _reason: None,
    ) -> None:
        self._registry = registry
        self._clock = clock
        self._on_refusal = on_refusal
        self._known: dict[str, tuple[float, CertificateRecord | None]] = {}

    async def authenticate(self, context: _Context, kind: str) -> Peer:
        """The peer of a call, which must be of `kind` (`agent` or `asker`); aborts the call otherwise.

        Raises `grpc.aio.AbortError` after UNAUTHENTICATED (no certificate, or one that is not valid
        here) or PERMISSION_DENIED (the wrong kind).
        """
        certificate = _certificate(context)
        if certificate is None:
            message = "no client certificate; connect with the certificate that the collector issued"
            denial = Denial(grpc.StatusCode.UNAUTHENTICATED, reasons.CERTIFICATE_MISSING, message)
            return await self.refuse(context, "", denial)
        peer = _peer(certificate, unquote(context.peer()))
        denied = await self.denial(peer) or _wrong_kind(peer, kind)
        if denied is not None:
            return await self.refuse(context, _subject(peer), denied)
        return await self._with_rights(peer)

    async def refuse_peer(self, context: _Context, peer: Peer, denial: Denial) -> NoReturn:
        """Refuse an admitted peer for what it sent."""
        await self.refuse(context, _subject(peer), denial)

    async def refuse(self, context: _Context, subject: str, denial: Denial) -> NoReturn:
        """Log and keep the refusal, then abort the call with its status and reason."""
        address = unquote(context.peer())
        logs.event(
            _log,
            logging.WARNING,
            "peer.refused",
            subject=subject or "-",
            address=address,
            reason=denial.message,
            code=denial.reason,
        )
        self._on_refusal(denial.reason)
        await self._keep(Refusal(self._clock(), address, subject, denial.message))
        await context.abort(denial.code, denial.message, ((reasons.REASON_KEY, denial.reason),))

    async def _keep(self, refusal: Refusal) -> None:
        try:
            await asyncio.to_thread(self._registry.put_refusal, refusal)
        except StorageError as error:  # the peer is refused all the same, and the log has it
            logs.event(_log, logging.ERROR, "store.failed", during="keeping a refusal", reason=str(error))

    async def denial(self, peer: Peer) -> Denial | None:
        """Why this peer may not call, or not go on; None where it may.

        Cheap enough for every message: the registry is asked once every `CACHE_SECONDS` only.
        """
        try:
            record = await self._record(peer.serial)
        except StorageError as error:
            return _unavailable(error)
        short = f"certificate {peer.serial[:16]}"
        if record is None:
            reason, message = reasons.CERTIFICATE_UNKNOWN, f"{short} is not known here; have a new one issued"
        elif record.revoked is not None:
            reason = reasons.CERTIFICATE_REVOKED
            message = f"{short} was revoked on {record.revoked:%Y-%m-%d}; have a new one issued"
        elif min(record.not_after, peer.not_after) <= self._clock():
            reason = reasons.CERTIFICATE_EXPIRED
            message = f"{short} expired on {peer.not_after:%Y-%m-%d %H:%M} UTC; have a new one issued"
        elif _holder(record) != _holder(peer):
            reason = reasons.CERTIFICATE_MISMATCH
            message = f"{short} names another holder than the register; have a new one issued"
        else:
            return None
        return Denial(grpc.StatusCode.UNAUTHENTICATED, reason, message)

    async def denials(self, peers: Sequence[Peer]) -> list[Denial | None]:
        """The denial of each; the registry is asked for all of them in one turn of a thread."""
        serials = {peer.serial for peer in peers}
        try:
            records = await asyncio.to_thread(
                lambda: {each: self._registry.certificate(each) for each in serials}
            )
        except StorageError as error:
            return [_unavailable(error)] * len(peers)
        now = time.monotonic()
        self._known.update({each: (now, record) for each, record in records.items() if record is not None})
        return [await self.denial(peer) for peer in peers]

    async def _with_rights(self, peer: Peer) -> Peer:
        """The peer with what it may do by the answer that admitted it, or by a newer one."""
        record = await self._record(peer.serial) if peer.kind == spiffe.ASKER else None
        return peer if record is None else replace(peer, rights=record.rights)

    async def _record(self, serial: str) -> CertificateRecord | None:
        asked, record = self._known.get(serial, (float("-inf"), None))
        if time.monotonic() - asked < CACHE_SECONDS:
            return record
        record = await asyncio.to_thread(self._registry.certificate, serial)
        if record is None:
            self._known.pop(serial, None)
        else:
            self._known[serial] = (time.monotonic(), record)
        return record


def _unavailable(error: StorageError) -> Denial:
    return Denial(grpc.StatusCode.UNAVAILABLE, reasons.STORE_UNAVAILABLE, f"register: {error}")


def _certificate(context: _Context) -> x509.Certificate | None:
    for pem in context.auth_context().get("x509_pem_cert", ()):
        return x509.load_pem_x509_certificate(pem)
    return None


def _peer(certificate: x509.Certificate, address: str) -> Peer:
    """What the certificate says; a certificate of our authority that names nobody gives an empty kind."""
    holder = spiffe.Holder("")
    for name in certificate.extensions:
        if isinstance(name.value, x509.SubjectAlternativeName):
            for uri in name.value.get_values_for_type(x509.UniformResourceIdentifier):
                holder = _parsed(uri)
    return Peer(
        kind=holder.kind,
        serial=serial_of(certificate),
        tenant=holder.tenant,
        organisation=holder.organisation,
        role=holder.role,
        name=holder.name,
        not_after=certificate.not_valid_after_utc,
        address=address,
    )


def _parsed(uri: str) -> spiffe.Holder:
    try:
        return spiffe.parse(uri)
    except IdentityError:
        return spiffe.Holder("")


def _holder(one: Peer | CertificateRecord) -> spiffe.Holder:
    return spiffe.Holder(one.kind, one.tenant, one.role, one.organisation, one.name)


def _subject(peer: Peer) -> str:
    return f"{_holder(peer).uri} serial {peer.serial}"


def _wrong_kind(peer: Peer, kind: str) -> Denial | None:
    if peer.kind == kind:
        return None
    if kind == spiffe.ASKER:
        message = "an agent's certificate cannot ask; use one made with `askers issue`"
        return Denial(grpc.StatusCode.PERMISSION_DENIED, reasons.AGENT_CANNOT_ASK, message)
    message = "an asker's certificate cannot report; use one made with `agents issue`"
    return Denial(grpc.StatusCode.PERMISSION_DENIED, reasons.ASKER_CANNOT_REPORT, message)
