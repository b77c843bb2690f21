"""Which outcome each failure of a call to Cloud Asset Inventory means, and what a person should do."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

import grpc
from google.api_core.exceptions import GoogleAPICallError
from google.auth.exceptions import GoogleAuthError
from google.rpc.error_details_pb2 import (  # type: ignore[import-untyped] # generated without types
    ErrorInfo,
    PreconditionFailure,
    RetryInfo,
)

from connectors.base import Gap
from wolkenzicht.model import DeniedBy, Outcome

#: What a call can fail with that is Google's or the network's doing and no defect of ours.
CALL_ERRORS = (GoogleAPICallError, GoogleAuthError)

#: After these the same call may fare better.
_PASSING = frozenset(
    {
        grpc.StatusCode.ABORTED,
        grpc.StatusCode.DEADLINE_EXCEEDED,
        grpc.StatusCode.INTERNAL,
        grpc.StatusCode.UNAVAILABLE,
    }
)

#: Reasons in google.rpc.ErrorInfo.
#: Source: https://docs.cloud.google.com/php/docs/reference/common-protos/latest/Api.ErrorReason
_SERVICE_DISABLED = "SERVICE_DISABLED"
_API = "cloudasset.googleapis.com"
_NO_CREDENTIALS = frozenset(
    {
        "ACCESS_TOKEN_EXPIRED",
        "ACCESS_TOKEN_SCOPE_INSUFFICIENT",
        "ACCESS_TOKEN_TYPE_UNSUPPORTED",
        "ACCOUNT_STATE_INVALID",
        "CREDENTIALS_MISSING",
    }
)
_PERIMETER = "SECURITY_POLICY_VIOLATED"
_PERIMETER_TEXT = re.compile(r"vpcServiceControls|VPC Service Controls", re.IGNORECASE)
_PERIMETER_TYPE = "VPC_SERVICE_CONTROLS"
#: Source: https://docs.cloud.google.com/vpc-service-controls/docs/troubleshooting
_VIOLATION = re.compile(r"vpcServiceControlsUniqueIdentifier:?\s*([\w-]+)", re.ASCII)
_PERMISSION = re.compile(r"\b(cloudasset\.[A-Za-z]+\.[A-Za-z]+)\b")

#: What the other statuses mean; where nothing stands, Google's own words are told. None is `unsupported`
#: or `not_enabled`: every type is asked of one API, so a refusal says nothing about what exists.
_ANSWERS = {
    grpc.StatusCode.RESOURCE_EXHAUSTED: (
        Outcome.THROTTLED,
        "the quota is still used up after all attempts; scan later, or raise the quota",
    ),
    grpc.StatusCode.INVALID_ARGUMENT: (Outcome.FAILED, ""),
    grpc.StatusCode.UNIMPLEMENTED: (
        Outcome.FAILED,
        "what answers at this address is no Cloud Asset Inventory; check `endpoint`",
    ),
    grpc.StatusCode.NOT_FOUND: (Outcome.FAILED, "Google does not know this scope; check `scope`"),
    grpc.StatusCode.UNAVAILABLE: (Outcome.FAILED, "no answer; check network, proxy and endpoint"),
    grpc.StatusCode.DEADLINE_EXCEEDED: (Outcome.FAILED, "no answer; check network, proxy and endpoint"),
}

#: Access tokens and keys that an error text may repeat.
_SECRET = re.compile(
    r"\bya29\.[\w.-]+|\bAIza[\w-]{20,}|(?i:(?:bearer|token|secret|credential|private_key)\w*\s*[=:]\s*\S+)"
)
_MAX_TEXT = 200


def one_line(text: str) -> str:
    """`text` on one line of at most 200 characters, without anything that looks like a credential."""
    return _SECRET.sub("[removed]", " ".join(text.split()))[:_MAX_TEXT]


def status_of(error: Exception) -> grpc.StatusCode | None:
    """The gRPC status of a failed call; None where the call was never made."""
    status = getattr(error, "grpc_status_code", None)
    return status if isinstance(status, grpc.StatusCode) else None


def is_passing(error: Exception) -> bool:
    """Whether the same call may fare better in a moment."""
    return status_of(error) in _PASSING and not _credentials_failed(error)


def is_exhausted(error: Exception) -> bool:
    """Whether the quota was exceeded."""
    return status_of(error) is grpc.StatusCode.RESOURCE_EXHAUSTED


def retry_seconds(error: Exception) -> float | None:
    """How long Google asks to wait before another attempt; None where it does not say."""
    for detail in _details(error):
        if isinstance(detail, RetryInfo):
            seconds: float = detail.retry_delay.seconds + detail.retry_delay.nanos / 1e9
            return seconds
    return None


def gap_of(error: Exception, where: str, permission: str) -> Gap:
    """The gap that a failed call leaves; `where` says which call, `permission` what it needs."""
    status, info = status_of(error), _info(error)
    reason = info.reason if info else ""
    if status is None or _credentials_failed(error) or reason in _NO_CREDENTIALS:
        return Gap(
            Outcome.FAILED,
            f"{where}: Google refuses the credentials or there are none ({reason or type(error).__name__}); "
            "check the agent's service account and GOOGLE_APPLICATION_CREDENTIALS",
        )
    if info is not None and reason == _SERVICE_DISABLED:
        return Gap(Outcome.FAILED, f"{where}: {_switched_off(info)}")
    if status is grpc.StatusCode.PERMISSION_DENIED:
        return _denied(error, info, where, permission)
    outcome, what = _ANSWERS.get(status, (Outcome.FAILED, ""))
    return Gap(outcome, f"{where}: {status.name}: {what or _text(error)}")


def _switched_off(info: ErrorInfo) -> str:
    """What to enable, and where: quota is counted against the project of the credentials (`consumer`)."""
    consumer = info.metadata.get("consumer") or "the project of the credentials"
    return (
        f"the Cloud Asset API is not enabled in {one_line(consumer)}, so nothing was seen; "
        f"`gcloud services enable {_API}` there"
    )


def _denied(error: Exception, info: ErrorInfo | None, where: str, permission: str) -> Gap:
    """A refusal; a VPC service perimeter is the organization's own guard rail, and named as such."""
    metadata: Mapping[str, str] = info.metadata if info else {}
    found = _PERMISSION.search(_text(error))
    missing = metadata.get("permission") or (found[1] if found else permission)
    if _by_perimeter(error, info):
        return Gap(
            Outcome.DENIED,
            f"{where}: VPC Service Controls keep the agent out{_violation(error, info)}; let its service "
            f"account in to {_API} by an access level or an ingress rule of the perimeter",
            permission=missing,
            denied_by=DeniedBy.SERVICE_CONTROL_POLICY,
        )
    return Gap(
        Outcome.DENIED,
        f"{where}: {missing} is denied; grant it to the agent's service account",
        permission=missing,
        denied_by=DeniedBy.NOT_TOLD,
    )


def _violation(error: Exception, info: ErrorInfo | None) -> str:
    """The number under which the troubleshooter of VPC Service Controls knows the refusal, if told."""
    found = _VIOLATION.search(_text(error))
    number = found[1] if found else one_line(info.metadata.get("uid", "")) if info else ""
    return f" (violation {number})" if number else ""


def _by_perimeter(error: Exception, info: ErrorInfo | None) -> bool:
    if info is not None and info.reason == _PERIMETER:
        return True
    for detail in _details(error):
        if isinstance(detail, PreconditionFailure) and any(
            each.type == _PERIMETER_TYPE for each in detail.violations
        ):
            return True
    return bool(_PERIMETER_TEXT.search(_text(error)))


def _credentials_failed(error: Exception) -> bool:
    """Whether no token could be had, which gRPC reports as UNAVAILABLE in these words."""
    return status_of(error) is grpc.StatusCode.UNAUTHENTICATED or "metadata from plugin" in str(error)


def _info(error: Exception) -> ErrorInfo | None:
    return next((each for each in _details(error) if isinstance(each, ErrorInfo)), None)


def _details(error: Exception) -> Iterable[Any]:
    details: Iterable[Any] = getattr(error, "details", None) or ()
    return details


def _text(error: Exception) -> str:
    return one_line(str(getattr(error, "message", "") or error))
