"""Which outcome each of AWS's errors means."""

from __future__ import annotations

import botocore.exceptions as sdk
import pytest
from botocore.parsers import ResponseParserError

from connectors.aws.errors import gap_of
from connectors.aws.kind import Call
from connectors.base import Gap
from wolkenzicht.model import DeniedBy, Outcome

CALL = Call("DescribeInstances", "ec2:DescribeInstances")


def answered(code: str, text: str = "", status: int = 400) -> sdk.ClientError:
    """An error that AWS answered."""
    return sdk.ClientError(
        {"Error": {"Code": code, "Message": text}, "ResponseMetadata": {"HTTPStatusCode": status}},  # type: ignore[typeddict-item]  # the fields that count
        "DescribeInstances",
    )


def gap(error: Exception) -> Gap:
    """The gap in Ireland."""
    return gap_of(error, CALL, "eu-west-1")


@pytest.mark.parametrize(
    ("code", "status", "outcome"),
    [
        ("AccessDenied", 403, Outcome.DENIED),
        ("AccessDeniedException", 400, Outcome.DENIED),
        ("UnauthorizedOperation", 403, Outcome.DENIED),
        ("Client.UnauthorizedOperation", 403, Outcome.DENIED),
        ("AuthorizationError", 403, Outcome.DENIED),
        ("403", 403, Outcome.DENIED),
        ("NeverHeardOf", 403, Outcome.DENIED),
        ("Throttling", 400, Outcome.THROTTLED),
        ("RequestLimitExceeded", 503, Outcome.THROTTLED),
        ("SlowDown", 503, Outcome.THROTTLED),
        ("NeverHeardOf", 429, Outcome.THROTTLED),
        ("OptInRequired", 403, Outcome.NOT_ENABLED),
        ("SubscriptionRequiredException", 400, Outcome.NOT_ENABLED),
        ("NotSignedUp", 403, Outcome.NOT_ENABLED),
        ("RegionDisabledException", 403, Outcome.DENIED),
        ("RegionDisabledException", 400, Outcome.FAILED),
        ("NotImplemented", 501, Outcome.FAILED),
        ("UnknownOperationException", 404, Outcome.UNSUPPORTED),
        ("InvalidAction", 400, Outcome.UNSUPPORTED),
        ("UnrecognizedClientException", 403, Outcome.FAILED),
        ("InvalidClientTokenId", 403, Outcome.FAILED),
        ("AuthFailure", 401, Outcome.FAILED),
        ("ExpiredToken", 403, Outcome.FAILED),
        ("SignatureDoesNotMatch", 403, Outcome.FAILED),
        ("InternalFailure", 500, Outcome.FAILED),
        ("UnsupportedOperation", 400, Outcome.FAILED),
        ("404", 404, Outcome.FAILED),
    ],
)
def test_outcome_of_an_answered_error(code: str, status: int, outcome: Outcome) -> None:
    """Each error code has one outcome; refusals are never failures and credentials never refusals."""
    assert gap(answered(code, "text", status)).outcome is outcome


@pytest.mark.parametrize(
    ("because", "denied_by"),
    [
        (
            "because no identity-based policy allows the action",
            DeniedBy.IDENTITY_POLICY,
        ),
        ("with an explicit deny in an identity-based policy", DeniedBy.IDENTITY_POLICY),
        ("with an explicit deny in a service control policy", DeniedBy.SERVICE_CONTROL_POLICY),
        ("because no service control policy allows the action", DeniedBy.SERVICE_CONTROL_POLICY),
        ("with an explicit deny in a resource control policy", DeniedBy.RESOURCE_CONTROL_POLICY),
        ("with an explicit deny in a resource-based policy", DeniedBy.RESOURCE_POLICY),
        ("because no permissions boundary allows the action", DeniedBy.PERMISSIONS_BOUNDARY),
        ("because no session policy allows the action", DeniedBy.SESSION_POLICY),
        ("because no VPC endpoint policy allows the action", DeniedBy.ENDPOINT_POLICY),
        ("", DeniedBy.NOT_TOLD),
    ],
)
def test_which_policy_denied(because: str, denied_by: DeniedBy) -> None:
    """AWS's own wording tells the kind of policy."""
    user = "User: arn:aws:sts::123456789012:assumed-role/agent/i is not authorized to perform:"
    refused = gap(answered("AccessDenied", f"{user} ec2:DescribeInstances on resource: * {because}", 403))
    assert refused.denied_by is denied_by


def test_permission_of_the_message_goes_first() -> None:
    """The permission that AWS names counts; the declared one stands in where it names none."""
    named = gap(answered("AccessDenied", "X is not authorized to perform: kms:Decrypt on Y", 403))
    assert named.permission == "kms:Decrypt"
    assert gap(answered("AccessDenied", "Access Denied", 403)).permission == "ec2:DescribeInstances"


@pytest.mark.parametrize(
    "error",
    [
        sdk.EndpointConnectionError(endpoint_url="https://x"),
        sdk.ConnectTimeoutError(endpoint_url="https://x"),
        sdk.ReadTimeoutError(endpoint_url="https://x"),
        sdk.ConnectionClosedError(endpoint_url="https://x"),
        sdk.NoCredentialsError(),
        sdk.PaginationError(message="The same next token was received twice"),
        ResponseParserError("Unable to parse response"),
    ],
    ids=lambda value: type(value).__name__,
)
def test_failed_where_nobody_answered(error: Exception) -> None:
    """Silence is never taken for "there is nothing": a blocked network looks the same."""
    assert gap(error).outcome is Outcome.FAILED


def test_unreachable_endpoint_says_how_to_declare_it() -> None:
    """Where AWS does not offer the service, somebody who knows may say so in the configuration."""
    message = gap(sdk.EndpointConnectionError(endpoint_url="https://x")).message
    assert 'add "ec2/eu-west-1" to `not_offered` of this source' in message


@pytest.mark.parametrize(
    ("code", "text"),
    [
        ("SignatureDoesNotMatch", "canonical: x-amz-security-token:FwoGZXIvYXdzEXAMPLE"),
        ("InternalFailure", "key AKIAIOSFODNN7EXAMPLE\nX-Amz-Security-Token=FwoGZXIvYXdzEXAMPLE more"),
        ("InternalFailure", "Signature: FwoGZXIvYXdzEXAMPLE and ASIAIOSFODNN7EXAMPLE"),
        ("UnauthorizedOperation", "no. Encoded authorization failure message: FwoGZXIvYXdzEXAMPLE"),
    ],
)
def test_message_is_one_line_without_credentials(code: str, text: str) -> None:
    """No gap repeats a key, a token or a signature, and each is one line."""
    message = gap(answered(code, text, 403 if code.startswith("U") else 500)).message
    assert "EXAMPLE" not in message
    assert "\n" not in message
    assert "eu-west-1" in message
