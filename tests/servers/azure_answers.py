"""What Entra ID and Resource Manager answer apart from resources: tokens and errors, in their own form."""

from __future__ import annotations

import json
from dataclasses import dataclass, field

TOKEN = "token-of-the-test-server"  # noqa: S105 - opens nothing but that server


@dataclass(frozen=True, slots=True)
class Answer:
    """Status, body and headers of an answer."""

    status: int
    body: bytes
    headers: dict[str, str] = field(default_factory=dict)


def error(status: int, code: str, message: str, headers: dict[str, str] | None = None) -> Answer:
    """An error of Resource Manager."""
    body = {"error": {"code": code, "message": message}}
    return Answer(status, json.dumps(body).encode(), headers or {})


def openid(url: str, tenant: str) -> Answer:
    """The authority's description of itself."""
    body = {
        "issuer": f"{url}/{tenant}/v2.0",
        "authorization_endpoint": f"{url}/{tenant}/oauth2/v2.0/authorize",
        "token_endpoint": f"{url}/{tenant}/oauth2/v2.0/token",
    }
    return Answer(200, json.dumps(body).encode())


def token() -> Answer:
    """A token for an hour."""
    body = {"token_type": "Bearer", "expires_in": 3600, "ext_expires_in": 3600, "access_token": TOKEN}
    return Answer(200, json.dumps(body).encode())


def invalid_client() -> Answer:
    """The refusal of a wrong secret."""
    body = {
        "error": "invalid_client",
        "error_description": "AADSTS7000215: Invalid client secret provided.",
        "error_codes": [7000215],
    }
    return Answer(401, json.dumps(body).encode())
