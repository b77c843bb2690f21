"""Which part of a listing is asked for, in each protocol, and how the next one is named."""

from __future__ import annotations

import functools
import json
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, urlsplit

from benchmarks.canned.estate import Estate
from tests.servers.aws_requests import AwsRequest


@dataclass(frozen=True, slots=True)
class Asked:
    """A request to the API: what was asked, as whom, with the parameters of its query, form or JSON."""

    request: AwsRequest
    estate: Estate
    account: str
    target: str
    parameters: dict[str, Any]

    @property
    def region(self) -> str:
        """The region that the request was signed for."""
        return self.request.region

    def arn(self, rest: str) -> str:
        """The ARN of a resource in the account and region."""
        return f"arn:aws:{self.request.service}:{self.region}:{self.account}:{rest}"


@dataclass(frozen=True, slots=True)
class Page:
    """A part of a listing: the numbers of its resources, and the token of the next part (empty: none)."""

    numbers: range
    token: str


def parameters(target: str, body: bytes) -> dict[str, Any]:
    """The parameters of a request, as text where they are not in JSON."""
    if body.startswith(b"{"):
        answer: dict[str, Any] = json.loads(body)
        return answer
    form = body.decode() if body else urlsplit(target).query
    return {name: values[0] for name, values in parse_qs(form, keep_blank_values=True).items()}


def page(asked: Asked, kind: str, size: str, token: str, most: int) -> Page:
    """The page of a kind's listing; `size` and `token` name the parameters, `most` is the service's limit."""
    given = asked.parameters
    count = asked.estate.count(kind, asked.account, asked.region)
    start = int(given.get(token) or 0)
    end = min(count, start + min(most, int(given.get(size) or most)))
    return Page(range(start, end), str(end) if end < count else "")


@functools.cache
def identifier(account: str, region: str) -> str:
    """Eight hexadecimal digits that differ by account and region."""
    return f"{int(account) % 2**20:05x}{sum(map(ord, region)) % 2**12:03x}"
