"""Whose an asset is: the account that AWS names as its owner, not the one that happens to see it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from connectors.aws.kind import Raw
from wolkenzicht.model import Asset

_ACCOUNT = re.compile(r"[0-9]{12}", re.ASCII)
_ARN_ACCOUNT, _ARN_FIELDS = 4, 6


def owner_of(raw: Raw) -> str:
    """The account in `OwnerId` of the answer, or of the item that it is about; empty where none is told.

    Services without accounts in their listings use the name for something else (S3's canonical users).
    """
    for part in (raw, *raw.values()):
        if isinstance(part, Mapping):
            owner: Any = part.get("OwnerId")
            if isinstance(owner, str) and _ACCOUNT.fullmatch(owner):
                return owner
    return ""


def owning(asset: Asset) -> Asset:
    """The asset under the account that its ARN names, if it names one."""
    fields = asset.asset_id.split(":", _ARN_FIELDS - 1)
    account = fields[_ARN_ACCOUNT] if len(fields) == _ARN_FIELDS and fields[0] == "arn" else ""
    if _ACCOUNT.fullmatch(account) and account != asset.account:
        return replace(asset, account=account)
    return asset
