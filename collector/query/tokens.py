"""Where a list goes on: a page token holds a position and the question that it belongs to."""

from __future__ import annotations

import base64
import binascii
import hashlib
import json

from google.protobuf.message import Message

from collector.query.errors import BadQueryError

#: Fields that may differ from page to page.
_FREE = ("page_token", "page_size", "language", "since_time")
_DIGEST_BYTES = 8
#: Longer than any position: a longer token is not ours.
_MAX_TOKEN = 16_384


def make(request: Message, position: tuple[str, ...]) -> str:
    """The token of the page that follows a position."""
    payload = _digest(request) + json.dumps(position, separators=(",", ":")).encode()
    return base64.urlsafe_b64encode(payload).decode()


def read(request: Message, token: str) -> tuple[str, ...]:
    """The position in a token, empty for the first page.

    Raises `BadQueryError` where the token is damaged or belongs to another question. A position
    gives no rights: the asker's sight applies to every page anew.
    """
    if not token:
        return ()
    damaged = BadQueryError("page_token", "is damaged; send it as it was given, or start at the first page")
    if len(token) > _MAX_TOKEN:
        raise damaged
    try:
        payload = base64.b64decode(token.encode(), altchars=b"-_", validate=True)
        position = json.loads(payload[_DIGEST_BYTES:])
    except (binascii.Error, UnicodeError, ValueError, RecursionError) as error:
        raise damaged from error
    if payload[:_DIGEST_BYTES] != _digest(request):
        raise BadQueryError(
            "page_token", "belongs to another question; keep filter and order the same from page to page"
        )
    if not isinstance(position, list) or not all(isinstance(part, str) for part in position):
        raise damaged
    return tuple(position)


def _digest(request: Message) -> bytes:
    question = type(request)()
    question.CopyFrom(request)
    for field in _FREE:
        if field in question.DESCRIPTOR.fields_by_name:
            question.ClearField(field)
    content = question.DESCRIPTOR.full_name.encode() + b"\0" + question.SerializeToString(deterministic=True)
    return hashlib.blake2b(content, digest_size=_DIGEST_BYTES).digest()
