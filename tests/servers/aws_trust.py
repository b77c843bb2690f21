"""Which roles may be assumed, in front of an API server that lets everybody assume everything."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import parse_qs

from tests.servers import aws_errors
from tests.servers.aws_errors import Answer
from tests.servers.aws_requests import AwsRequest
from tests.servers.fault_proxy import FaultProxy


def guard_roles(proxy: FaultProxy, trusted: Mapping[str, str]) -> None:
    """Refuse AssumeRole as AWS does, but for these roles (by ARN) with their external id.

    AWS says the same of a role that does not exist, that trusts another, and of a wrong external id.
    """

    def untrusted(request: AwsRequest) -> bool:
        asked = parse_qs(request.body.decode())
        (role,) = asked["RoleArn"]
        return trusted.get(role) is None or asked.get("ExternalId") != [trusted[role]]

    def refuse(request: AwsRequest) -> Answer:
        (role,) = parse_qs(request.body.decode())["RoleArn"]
        text = (
            "User: arn:aws:iam::123456789012:user/agent is not authorized to perform: sts:AssumeRole "
            f"on resource: {role}"
        )
        return aws_errors.shaped(request, 403, "AccessDenied", text)

    proxy.fault(refuse, "sts", None, "AssumeRole", when=untrusted)
