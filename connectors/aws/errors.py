"""Which outcome each failure of a call to AWS means, and what a person should do about it."""

from __future__ import annotations

import re

from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    CredentialRetrievalError,
    EndpointConnectionError,
    HTTPClientError,
    NoCredentialsError,
    PaginationError,
    PartialCredentialsError,
)
from botocore.exceptions import (
    ConnectionError as BotoConnectionError,
)
from botocore.parsers import ResponseParserError

from connectors.aws.kind import Call
from connectors.base import Gap
from wolkenzicht.model import DeniedBy, Outcome

#: What a call can fail with that is AWS's or the network's doing and no defect of ours.
CALL_ERRORS = (BotoCoreError, ClientError, ResponseParserError)

#: How other accounts are entered; botocore does it within other calls, whenever credentials expire.
ASSUME_ROLE = Call("AssumeRole", "sts:AssumeRole", service="sts")

#: There is nobody to sign as.
CREDENTIAL_ERRORS = (NoCredentialsError, PartialCredentialsError, CredentialRetrievalError)

#: After these the next call to the same endpoint will fare no better.
ENDPOINT_ERRORS = (BotoConnectionError, HTTPClientError)

_THROTTLED = frozenset(
    {
        "BandwidthLimitExceeded",
        "EC2ThrottledException",
        "LimitExceededException",  # Kinesis: ListStreams allows 5 calls a second
        "PriorRequestNotComplete",
        "ProvisionedThroughputExceededException",
        "RequestLimitExceeded",
        "RequestThrottled",
        "RequestThrottledException",
        "SlowDown",
        "ThrottledException",
        "Throttling",
        "ThrottlingException",
        "TooManyRequestsException",
        "TransactionInProgressException",
    }
)
#: The account does not use the service at all, so that it has nothing there.
#: Sources: https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html (NotSignedUp),
#: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html (OptInRequired),
#: https://docs.aws.amazon.com/storagegateway/latest/userguide/AWSStorageGatewayAPI.html
#: (SubscriptionRequiredException). STS's RegionDisabledException is none of them: that STS does not answer
#: in a region says nothing about what the account has there.
_NOT_ENABLED = frozenset({"NotSignedUp", "OptInRequired", "SubscriptionRequiredException"})
_CREDENTIALS = frozenset(
    {
        "AuthFailure",
        "ExpiredToken",
        "ExpiredTokenException",
        "IncompleteSignature",
        "IncompleteSignatureException",
        "InvalidAccessKeyId",
        "InvalidClientTokenId",
        "InvalidSignatureException",
        "InvalidToken",
        "MissingAuthenticationToken",
        "MissingAuthenticationTokenException",
        "RequestExpired",
        "RequestTimeTooSkewed",
        "SignatureDoesNotMatch",
        "TokenRefreshRequired",
        "UnrecognizedClientException",
    }
)
_DENIED = frozenset(
    {
        "AccessDenied",
        "AccessDeniedException",
        "AllAccessDisabled",
        "AuthorizationError",
        "AuthorizationErrorException",
        "Forbidden",
        "KMSAccessDeniedException",
        "NotAuthorized",
        "NotAuthorizedException",
        "UnauthorizedAccess",
        "UnauthorizedException",
        "UnauthorizedOperation",
        "403",
    }
)
#: The endpoint says that it has no such operation, so that what the operation lists cannot be made there.
#: Sources: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html (InvalidAction),
#: https://docs.aws.amazon.com/storagegateway/latest/userguide/AWSStorageGatewayAPI.html
#: (UnknownOperationException). S3's NotImplemented is about a header, and is a failure.
_UNSUPPORTED = frozenset({"InvalidAction", "UnknownOperationException"})

_HTTP_FORBIDDEN = 403
_HTTP_TOO_MANY = 429
_MAX_TEXT = 200

_PERMISSION = re.compile(r"not authorized to perform:? ([A-Za-z0-9-]+:[A-Za-z0-9]+)")

#: AWS's own words for the policy that denied; the narrower ones first.
#: Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html
_DENIED_BY = (
    (re.compile(r"service control polic", re.IGNORECASE), DeniedBy.SERVICE_CONTROL_POLICY),
    (re.compile(r"resource control polic", re.IGNORECASE), DeniedBy.RESOURCE_CONTROL_POLICY),
    (re.compile(r"permissions boundar", re.IGNORECASE), DeniedBy.PERMISSIONS_BOUNDARY),
    (re.compile(r"session polic", re.IGNORECASE), DeniedBy.SESSION_POLICY),
    (re.compile(r"VPC endpoint polic", re.IGNORECASE), DeniedBy.ENDPOINT_POLICY),
    (re.compile(r"resource-based polic", re.IGNORECASE), DeniedBy.RESOURCE_POLICY),
    (re.compile(r"identity-based polic", re.IGNORECASE), DeniedBy.IDENTITY_POLICY),
)

#: Key identifiers, tokens and signatures that an error text may repeat, and EC2's encoded policy text.
_SECRET = re.compile(
    r"\b(?:AKIA|ASIA)[A-Z0-9]{12,}|(?i:(?:security-?token|signature|credential|secret)\w*\s*[=:]\s*\S+)"
    r"|(?i:encoded authorization failure message:.*)",
)


def gap_of(error: Exception, call: Call, region: str) -> Gap:
    """The gap that a failed call leaves.

    That nobody answers never shows that AWS does not offer the service there: a proxy may be in the way,
    and the SDK's list of endpoints is older than the newest region. AWS's own list stands among SSM's
    parameters, and the right to read those is the right to read what people keep there.
    """
    if isinstance(error, ClientError) and error.operation_name == ASSUME_ROLE.operation:
        call = ASSUME_ROLE
    service = call.permission.partition(":")[0] or "s3"
    where = f"{service} {call.operation} in {region}"
    if isinstance(error, ClientError):
        return _answered(error, call, where)
    if isinstance(error, EndpointConnectionError):
        return Gap(
            Outcome.FAILED,
            f"{where}: no endpoint answers; check network and proxy, or, if AWS does not offer it there, "
            f'add "{service}/{region}" to `not_offered` of this source',
        )
    return Gap(Outcome.FAILED, f"{where}: {_unanswered(error)}")


def _unanswered(error: Exception) -> str:
    if isinstance(error, CREDENTIAL_ERRORS):
        return "no usable AWS credentials found; give the agent a role, a profile or environment variables"
    if isinstance(error, ENDPOINT_ERRORS):
        return f"no answer ({type(error).__name__}); check network, proxy and endpoint"
    if isinstance(error, PaginationError):
        return "the listing repeats a page token, so its end cannot be reached; scan again"
    if isinstance(error, ResponseParserError):
        return "the answer cannot be read as AWS's; check proxy and endpoint"
    return f"{type(error).__name__}: {one_line(str(error))}"


def code_of(error: ClientError) -> str:
    """AWS's error code, without the `Client.` that a few services put before it."""
    return str(error.response.get("Error", {}).get("Code", "")).removeprefix("Client.")


def one_line(text: str) -> str:
    """`text` on one line of at most 200 characters, without anything that looks like a credential."""
    return _SECRET.sub("[removed]", " ".join(text.split()))[:_MAX_TEXT]


def _answered(error: ClientError, call: Call, where: str) -> Gap:
    code = code_of(error)
    status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    text = str(error.response.get("Error", {}).get("Message", ""))
    if code in _CREDENTIALS:
        # The text is left out: SignatureDoesNotMatch repeats the signed headers, tokens included.
        return Gap(
            Outcome.FAILED,
            f"{where}: AWS refuses the credentials ({code}); renew them, check the clock, "
            "and check that the region is enabled for the account",
        )
    if code in _THROTTLED or status == _HTTP_TOO_MANY:
        return Gap(Outcome.THROTTLED, f"{where}: AWS still throttles after all attempts ({code})")
    if code in _NOT_ENABLED:
        return Gap(Outcome.NOT_ENABLED, f"{where}: the account is not subscribed to it ({code})")
    if code in _UNSUPPORTED:
        return Gap(Outcome.UNSUPPORTED, f"{where}: the endpoint does not know this operation ({code})")
    if code in _DENIED or status == _HTTP_FORBIDDEN:
        return _denied(text, code, call, where)
    return Gap(Outcome.FAILED, f"{where}: {code or status}: {one_line(text)}")


def _denied(text: str, code: str, call: Call, where: str) -> Gap:
    named = _PERMISSION.search(text)
    permission = named.group(1) if named else call.permission
    denied_by = next((by for words, by in _DENIED_BY if words.search(text)), DeniedBy.NOT_TOLD)
    told = "" if denied_by is DeniedBy.NOT_TOLD else f" by {denied_by.value.replace('_', ' ')}"
    return Gap(
        Outcome.DENIED,
        f"{where}: {permission} is denied{told} ({code}); allow it for the agent",
        permission=permission,
        denied_by=denied_by,
    )
