"""What a rule about assets may read of one, and the form in which it is compared."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from functools import lru_cache
from operator import attrgetter

from policy.language.answers import Pair
from policy.language.schema import BOOL, INT, STRING, Field, Function, Schema, Type
from policy.words import fold
from wolkenzicht.model import Asset, Depth, Holds

_ACCOUNT = re.compile(r"[0-9]{12}")
_NUMBER = re.compile(r"[0-9]{1,18}")
#: Where an ARN names the account: arn:partition:service:region:account:resource.
_ARN_ACCOUNT, _ARN_PARTS = 4, 6
_DECLARED = "declared."


def _other_account(arn: str, account: str) -> bool:
    parts = arn.split(":")
    if len(parts) < _ARN_PARTS or not _ACCOUNT.fullmatch(account):
        return False
    owner = parts[_ARN_ACCOUNT]
    return bool(_ACCOUNT.fullmatch(owner)) and owner != account


def _number(text: str) -> int:
    return int(text) if _NUMBER.fullmatch(text) else -1


_TAG = Type(
    "tag",
    fields=(
        Field("key", STRING, "its key", folded=True),
        Field("value", STRING, "its value; empty where it has none", folded=True),
    ),
)
_PROPERTY = Type(
    "property",
    fields=(
        Field("key", STRING, "its name, as the connector writes it"),
        Field("value", STRING, "its value", folded=True),
    ),
)
_DECLARATIONS = Type(
    "declarations",
    fields=(
        Field("system", STRING, "the system that it belongs to", folded=True),
        Field("owner", STRING, "whose it is", folded=True),
        Field("material", STRING, "the word for material use", folded=True),
        Field("personal_data", STRING, "the word for personal data", folded=True),
    ),
)

#: What rules on material use and on keys may name.
ASSET = Schema(
    "asset",
    fields=(
        Field("provider", STRING, "aws, azure, gcp or odc"),
        Field("partition", STRING, "the separate instance (`aws-eusc`); of a datacentre its site"),
        Field("account", STRING, "the account, subscription, project or cluster"),
        Field("service", STRING, "the service, as the connector names it"),
        Field("type", STRING, "the type, exactly as `wolkenzicht-agent kinds` shows it"),
        Field("name", STRING, "the name that people gave it"),
        Field("location", STRING, "its home location code"),
        Field("holds", STRING, "what its type holds", choices=tuple(Holds)),
        Field("depth", STRING, "whether its own properties were read", choices=tuple(Depth)),
        Field("declared", _DECLARATIONS, "what an inventory declares; empty where it does not"),
        Field("tags", Type("list(tag)", _TAG), "its tags or labels"),
        Field("properties", Type("list(property)", _PROPERTY), "what its source states besides"),
    ),
    functions=(
        Function(
            "other_account", (STRING, STRING), BOOL, _other_account,
            "the ARN names an account, and another one; both must be twelve digits", cost=8, witness=True,
        ),
        Function("number", (STRING,), INT, _number, "the whole number that a text is, else -1", cost=2),
    ),
)  # fmt: skip

#: The lists of the schema.
TAGS, PROPERTIES = "tags", "properties"
# The text of an enumeration's member, and not the member: its hash is computed in Python, this one is kept.
_ATTRIBUTES = {
    path: path.replace(_DECLARED, "declarations.")
    for path in ASSET.positions
    if path not in (TAGS, PROPERTIES)
}

#: Keys are few where values are many.
fold_key = lru_cache(maxsize=4096)(fold)


_ATTRIBUTES |= {path: f"{path}._value_" for path in ("holds", "depth")}


def reader(names: Iterable[str]) -> Callable[[Asset], object]:
    """What gives the values of these variables of an asset, as one that can be a key of a cache."""
    attributes = [_ATTRIBUTES[each] for each in names]
    return attrgetter(*attributes) if attributes else _nothing


def _nothing(_: Asset) -> object:
    return ()


def compared(path: str, value: str) -> str:
    """A variable's value as rules compare it."""
    return fold(value) if ASSET.by_path[path].folded else value


def tags_of(pairs: Iterable[tuple[str, str]]) -> tuple[Pair, ...]:
    """Tags as rules look at them: folded, then as they were written, in sorted order."""
    folded = [(fold_key(key), fold(value), key, value) for key, value in pairs]
    folded.sort()
    return tuple(folded)


def properties_of(pairs: Iterable[tuple[str, str]]) -> tuple[Pair, ...]:
    """Properties as rules look at them; their keys are the connectors' own, and not folded."""
    return tuple(sorted((key, fold(value), key, value) for key, value in pairs))


def values_of(asset: Asset) -> list[object]:
    """The values of all variables of the schema, in its order."""
    return [
        tags_of(asset.tags)
        if path == TAGS
        else properties_of(asset.properties)
        if path == PROPERTIES
        else compared(path, str(attrgetter(_ATTRIBUTES[path])(asset)))
        for path in ASSET.positions
    ]
