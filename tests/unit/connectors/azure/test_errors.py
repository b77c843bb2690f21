"""Which outcome each of Azure's refusals means."""

from __future__ import annotations

import pytest

from connectors.azure.errors import code_of, one_line, refused
from wolkenzicht.model import DeniedBy, Outcome

_READ = "Microsoft.KeyVault/vaults/read"


@pytest.mark.parametrize(
    ("status", "code", "outcome"),
    [
        (403, "AuthorizationFailed", Outcome.DENIED),
        (403, "", Outcome.DENIED),
        (401, "InvalidAuthenticationToken", Outcome.FAILED),
        (429, "", Outcome.THROTTLED),
        (429, "SubscriptionRequestsThrottled", Outcome.THROTTLED),
        (409, "MissingSubscriptionRegistration", Outcome.NOT_ENABLED),
        (400, "SubscriptionNotRegistered", Outcome.NOT_ENABLED),
        (404, "InvalidResourceNamespace", Outcome.UNSUPPORTED),
        (404, "SubscriptionNotFound", Outcome.FAILED),
        (500, "InternalServerError", Outcome.FAILED),
    ],
)
def test_code_means_outcome(status: int, code: str, outcome: Outcome) -> None:
    """Each code has one outcome, and the message is one line."""
    gap = refused(status, {"error": {"code": code, "message": "a\nb"}}, _READ, "vaults in s")
    assert gap.outcome is outcome
    assert "\n" not in gap.message


@pytest.mark.parametrize(
    "code",
    [
        "DisabledSubscription",
        "FeatureNotSupported",
        "InvalidApiVersionParameter",
        "InvalidResourceType",
        "MissingRegistrationForResourceProvider",
        "NoRegisteredProviderFound",
        "ReadOnlyDisabledSubscription",
        "SubscriptionDisabled",
        "SubscriptionNotFound",
        "UnsupportedApiVersion",
    ],
)
@pytest.mark.parametrize("status", [400, 404, 409])
def test_code_that_proves_nothing_is_a_failure(status: int, code: str) -> None:
    """What blames a version, a location, a feature or a state does not say that nothing is there."""
    gap = refused(status, {"error": {"code": code, "message": "no"}}, _READ, "vaults in s")
    assert gap.outcome is Outcome.FAILED
    assert code in gap.message


@pytest.mark.parametrize(
    ("code", "text", "permission", "denied_by"),
    [
        (
            "AuthorizationFailed",
            "The client 'x' does not have authorization to perform action 'Microsoft.X/y/read' over '/'",
            "Microsoft.X/y/read",
            DeniedBy.IDENTITY_POLICY,
        ),
        (
            "DenyAssignmentAuthorizationFailed",
            "The client 'x' may perform action 'Microsoft.X/y/read'; but because of the deny assignment 'z'",
            "Microsoft.X/y/read",
            DeniedBy.RESOURCE_CONTROL_POLICY,
        ),
        (
            "RequestDisallowedByPolicy",
            "Resource 'x' was disallowed by policy.",
            _READ,
            DeniedBy.SERVICE_CONTROL_POLICY,
        ),
        ("Forbidden", "no", _READ, DeniedBy.NOT_TOLD),
    ],
)
def test_refusal_names_what_and_who(code: str, text: str, permission: str, denied_by: DeniedBy) -> None:
    """The permission is the one that the text names, else the kind's; who denied is told if Azure does."""
    gap = refused(403, {"error": {"code": code, "message": text}}, _READ, "vaults in s")
    assert (gap.permission, gap.denied_by) == (permission, denied_by)


def test_wrapped_error_is_told_by_what_is_inside() -> None:
    """Resource Graph wraps the refusal in a `BadRequest` with details."""
    body = {"error": {"code": "BadRequest", "message": "x", "details": [{"code": "AuthorizationFailed"}]}}
    assert code_of(body)[0] == "AuthorizationFailed"


@pytest.mark.parametrize("body", [None, [], "x", {"error": "x"}, {"error": {"details": [1]}}])
def test_any_body_is_understood(body: object) -> None:
    """A body of another form than Azure's is no reason to break."""
    assert refused(500, body, _READ, "vaults").outcome is Outcome.FAILED


def test_tokens_are_removed() -> None:
    """What looks like a token does not reach a message."""
    assert one_line("Bearer eyJabc.def.ghi and\n client_secret=x1") == "[removed] and [removed]"
