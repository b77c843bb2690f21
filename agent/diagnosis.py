"""Why a collector cannot be reached, in words: gRPC tells little about a failed handshake.

The connection is tried once more with Python's own TLS, which names the reason on either side.
"""

from __future__ import annotations

import socket
import ssl

import grpc

from wolkenzicht import reasons
from wolkenzicht.errors import TransportError
from wolkenzicht.retry import told_seconds
from wolkenzicht.transport import Credentials

_CONNECT_SECONDS = 5.0
_ALERT_SECONDS = 2.0
_DETAILS = 300
#: Turns after which a handshake in memory is over: each end speaks twice at most.
_HANDSHAKE_STEPS = 4

#: Codes after which trying again brings nothing until somebody changes something, and what that is.
_FINAL = {
    grpc.StatusCode.UNAUTHENTICATED: "see that certificate and key in [collector] are this agent's own",
    grpc.StatusCode.PERMISSION_DENIED: "see that `tenant` is the one that the certificate was issued for",
    grpc.StatusCode.UNIMPLEMENTED: "see that `address` in [collector] is that of a wolkenzicht collector",
    grpc.StatusCode.INVALID_ARGUMENT: "see that agent and collector are of versions that fit",
    grpc.StatusCode.FAILED_PRECONDITION: "see what the collector asks for",
}

_RENEW = "let the collector issue a new one (agents issue)"
#: A part of OpenSSL's reason, what it means here, and what to do about it.
_REASONS = (
    ("KEY_VALUES_MISMATCH", "the key is not that of the certificate; give the pair that was issued together"),
    ("CERTIFICATE_REQUIRED", "the collector wants a certificate and got none; see [collector] certificate"),
    ("ALERT_", f"the collector refuses this agent's certificate; {_RENEW}"),
    ("WRONG_VERSION_NUMBER", "no TLS is spoken there; see that the port is the collector's gRPC port"),
)


def explained(error: grpc.RpcError, address: str, credentials: Credentials) -> TransportError:
    """What an error of the stream means for a person, and whether trying again may help."""
    if not isinstance(error, grpc.Call):
        return TransportError(f"collector {address}: {error}", retryable=True)
    code = error.code()
    details = " ".join((error.details() or "").split())[:_DETAILS]
    told = metadata(error)
    if reasons.REASON_KEY in told and code not in _FINAL:
        return TransportError(
            f"collector {address}: {told[reasons.REASON_KEY]}: {details}",
            retryable=True,
            retry_after=told_seconds(error.trailing_metadata() or ()),
        )
    if code in _FINAL:
        reason = told.get(reasons.REASON_KEY, code.name)
        return TransportError(
            f"collector {address} refuses: {reason}: {details}; {_FINAL[code]}", retryable=False
        )
    found = examine(address, credentials) if code is grpc.StatusCode.UNAVAILABLE else None
    return found or TransportError(f"collector {address}: {code.name}: {details}", retryable=True)


def metadata(error: grpc.RpcError) -> dict[str, str]:
    """What the collector says beside an error's code, by key (`wolkenzicht.reasons`)."""
    if not isinstance(error, grpc.Call):
        return {}
    return {key: value for key, value in error.trailing_metadata() or () if isinstance(value, str)}


def examine(address: str, credentials: Credentials) -> TransportError | None:
    """Try the address with TLS and tell what is wrong; None where nothing is found."""
    try:
        answered = _shake_hands(address, credentials)
    except TimeoutError:
        return None
    except ssl.SSLCertVerificationError as error:
        return _refused(address, f"its certificate is not accepted: {error.verify_message}", _SERVER_REMEDY)
    except (ssl.SSLEOFError, ssl.SSLZeroReturnError, ConnectionResetError):
        # Cut before a word was said: a collector that starts or stops, or a balancer that has none left.
        # Versions of Python call it by other names.
        answered = False
    except ssl.SSLError as error:
        reason = error.reason or str(error)
        meanings = [meaning for part, meaning in _REASONS if part in reason]
        return _refused(address, f"TLS failed ({reason})", (*meanings, "see the settings in [collector]")[0])
    except OSError as error:
        return _unreachable(address, error)
    return None if answered else _judged(address, credentials)


def _shake_hands(address: str, credentials: Credentials) -> bool:
    """Whether the other side goes on talking after it saw our certificate."""
    host, _, port = address.rpartition(":")
    host = host.strip("[]")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.load_verify_locations(credentials.ca)
    context.load_cert_chain(credentials.certificate, credentials.key)
    context.set_alpn_protocols(["h2"])
    with (
        socket.create_connection((host, int(port)), _CONNECT_SECONDS) as plain,
        context.wrap_socket(plain, server_hostname=host) as secured,
    ):
        # In TLS 1.3 the other side judges our certificate after our handshake is over. gRPC's server
        # sends its first frame then, or closes without a word.
        secured.settimeout(_ALERT_SECONDS)
        return bool(secured.recv(1))


def _judged(address: str, credentials: Credentials) -> TransportError | None:
    """Why the collector may have closed after it saw our certificate; None where we see nothing wrong."""
    fault = own_fault(credentials)
    return _refused(address, f"it refuses this agent's certificate: {fault}", _RENEW) if fault else None


def own_fault(credentials: Credentials) -> str:
    """What is wrong with our certificate in the eyes of one who trusts our CA; empty where nothing is.

    Both ends of a handshake in memory: the standard library checks certificates in no other way.
    """
    judge = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    judge.load_cert_chain(credentials.certificate, credentials.key)
    judge.load_verify_locations(credentials.ca)
    judge.verify_mode = ssl.CERT_REQUIRED
    shown = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    shown.check_hostname = False
    shown.verify_mode = ssl.CERT_NONE  # the other end is ourselves
    shown.load_cert_chain(credentials.certificate, credentials.key)
    there, back = ssl.MemoryBIO(), ssl.MemoryBIO()
    ends = (shown.wrap_bio(back, there), judge.wrap_bio(there, back, server_side=True))
    for _ in range(_HANDSHAKE_STEPS):
        for end in ends:
            try:
                end.do_handshake()
            except ssl.SSLWantReadError:
                continue
            except ssl.SSLCertVerificationError as error:
                return error.verify_message
    return ""


_SERVER_REMEDY = "see that [collector] ca is the CA of this collector and address a name in its certificate"


def _refused(address: str, what: str, remedy: str) -> TransportError:
    return TransportError(f"collector {address}: {what}; {remedy}", retryable=False)


def _unreachable(address: str, error: OSError) -> TransportError:
    reason = error.strerror or str(error)
    return TransportError(
        f"collector {address} cannot be reached ({reason}); see that it runs and that the way is open",
        retryable=True,
    )
