"""Which outcome each failure of a call to Azure means, and what a person should do about it."""

from __future__ import annotations

import re
from typing import Any

from azure.core.exceptions import (
    AzureError,
    ClientAuthenticationError,
    ServiceRequestError,
    ServiceResponseError,
)

from connectors.base import Gap, ReadError
from wolkenzicht.model import DeniedBy, Outcome

#: What a call can fail with that is Azure's or the network's doing and no defect of ours.
CALL_ERRORS = (AzureError,)

_HTTP_UNAUTHORIZED = 401
_HTTP_FORBIDDEN = 403
_HTTP_TOO_MANY = 429
_MAX_TEXT = 200

_THROTTLED = frozenset(
    {"OperationThrottled", "RateLimiting", "ResourceRequestsThrottled", "SubscriptionRequestsThrottled",
     "TooManyRequests"}
)  # fmt: skip
#: The subscription is not registered with the service. A service cannot be unregistered while a subscription
#: has resources of it, so nothing can be there. A subscription that is disabled keeps what it has, and a
#: refusal that says so (`DisabledSubscription`, `ReadOnlyDisabledSubscription`) is a failure.
#: Source: https://learn.microsoft.com/azure/azure-resource-manager/troubleshooting/error-register-resource-provider
#: and https://learn.microsoft.com/azure/azure-resource-manager/management/resource-providers-and-types
_NOT_ENABLED = frozenset({"MissingSubscriptionRegistration", "SubscriptionNotRegistered"})

#: This cloud has no such service at all. The codes that blame a version, a location or a type of it
#: (`NoRegisteredProviderFound`, `InvalidResourceType`, `InvalidApiVersionParameter`, `UnsupportedApiVersion`)
#: are not among them: the type may be there under another version, so they are failures.
#: Source: https://learn.microsoft.com/azure/azure-resource-manager/troubleshooting/common-deployment-errors
_UNSUPPORTED = frozenset({"InvalidResourceNamespace"})
_DENIED = frozenset(
    {"AccessDenied", "AuthorizationFailed", "DenyAssignmentAuthorizationFailed", "Forbidden",
     "LinkedAuthorizationFailed", "RequestDisallowedByPolicy"}
)  # fmt: skip

#: The resource or its parent went away between the listing and the question about it.
GONE = ("NotFound", "ParentResourceNotFound", "ResourceGroupNotFound", "ResourceNotFound")

_PERMISSION = re.compile(r"perform action '([^']+)'")

#: What each refusal says of who refused. A role that is missing is an identity's, a deny assignment lies
#: over the resources whatever the roles, and a policy of Azure Policy comes from above the subscription.
#: Source: https://learn.microsoft.com/azure/role-based-access-control/deny-assignments
_DENIED_BY = (
    ("DenyAssignmentAuthorizationFailed", "deny assignment", DeniedBy.RESOURCE_CONTROL_POLICY),
    ("RequestDisallowedByPolicy", "disallowed by policy", DeniedBy.SERVICE_CONTROL_POLICY),
    ("AuthorizationFailed", "does not have authorization", DeniedBy.IDENTITY_POLICY),
)
_WORDS = {
    DeniedBy.RESOURCE_CONTROL_POLICY: " by a deny assignment",
    DeniedBy.SERVICE_CONTROL_POLICY: " by a policy of Azure Policy",
    DeniedBy.IDENTITY_POLICY: " because no role grants it",
    DeniedBy.NOT_TOLD: "",
}

#: Tokens and secrets that an error text may repeat.
_SECRET = re.compile(
    r"eyJ[\w.-]+|(?i:bearer\s+\S+|(?:access_?token|client_?secret|assertion|sig|code)\s*[=:]\s*\S+)"
)


def one_line(text: str) -> str:
    """`text` on one line of at most 200 characters, without anything that looks like a credential."""
    return _SECRET.sub("[removed]", " ".join(text.split()))[:_MAX_TEXT]


def unanswered(error: AzureError, where: str) -> ReadError:
    """The gap that a call without an answer leaves."""
    if isinstance(error, ClientAuthenticationError):
        # Only the code: the rest of the text repeats identifiers and, for some credentials, the assertion.
        code = re.search(r"AADSTS\d+", str(error))
        told = f" ({code.group()})" if code else ""
        text = f"Entra ID gives no token{told}; check tenant_id, the agent's credentials and the network"
    elif isinstance(error, ServiceRequestError | ServiceResponseError):
        text = f"no answer ({type(error).__name__}); check network, proxy, endpoint and ca"
    else:
        text = f"{type(error).__name__}: {one_line(str(error))}"
    return ReadError(Gap(Outcome.FAILED, f"{where}: {text}"))


def nonsense(where: str, what: str) -> ReadError:
    """The gap that a successful answer leaves which is none of Azure's."""
    return ReadError(Gap(Outcome.FAILED, f"{where}: {what}; check proxy and endpoint, and scan again"))


def code_of(body: Any) -> tuple[str, str]:
    """The code and the message of Azure's error, both empty where the body has none.

    A wrapped error (`BadRequest` around `AuthorizationFailed`) is told by what is inside.
    """
    error = body.get("error", body) if isinstance(body, dict) else {}
    if not isinstance(error, dict):
        return str(error), str(body.get("message", ""))
    details = error.get("details")
    inner = details[0] if isinstance(details, list) and details and isinstance(details[0], dict) else {}
    if inner.get("code") in _DENIED | _THROTTLED | _NOT_ENABLED | _UNSUPPORTED:
        error = inner
    return str(error.get("code") or ""), str(error.get("message") or "")


def refused(status: int, body: Any, permission: str, where: str) -> Gap:
    """The gap that a refusal leaves."""
    code, text = code_of(body)
    if status == _HTTP_UNAUTHORIZED:
        return Gap(
            Outcome.FAILED, f"{where}: Azure refuses the token ({code}); check cloud, endpoint and the clock"
        )
    if code in _THROTTLED or status == _HTTP_TOO_MANY:
        return Gap(Outcome.THROTTLED, f"{where}: Azure still throttles after all attempts ({code or status})")
    if code in _NOT_ENABLED:
        return Gap(Outcome.NOT_ENABLED, f"{where}: the subscription does not use it ({code})")
    if code in _UNSUPPORTED:
        return Gap(Outcome.UNSUPPORTED, f"{where}: this cloud does not know it ({code})")
    if code in _DENIED or status == _HTTP_FORBIDDEN:
        return _denied(code, text, permission, where)
    return Gap(Outcome.FAILED, f"{where}: {code or status}: {one_line(text)}")


def lacking(permission: str, where: str) -> Gap:
    """The gap of a permission that the caller's roles do not hold, whatever a query answers."""
    return Gap(
        Outcome.DENIED,
        f"{where}: {permission} is denied because no role grants it; give the agent's role this action",
        permission=permission,
        denied_by=DeniedBy.IDENTITY_POLICY,
    )


def _denied(code: str, text: str, permission: str, where: str) -> Gap:
    named = _PERMISSION.search(text)
    missing = named.group(1) if named else permission
    denied_by = next(
        (by for known, words, by in _DENIED_BY if code == known or words in text), DeniedBy.NOT_TOLD
    )
    return Gap(
        Outcome.DENIED,
        f"{where}: {missing} is denied{_WORDS[denied_by]} ({code}); give the agent's role this action",
        permission=missing,
        denied_by=denied_by,
    )
