"""Organization policies: which places the one about resource locations allows, though nothing is there yet.

Every policy is listed, for the inventory has them all; of the others no place follows.
"""

from __future__ import annotations

from collections.abc import Iterator

from connectors.gcp import facts, listing
from connectors.gcp.kind import Raw, ResourceKind, Unseen
from wolkenzicht.model import Asset, DataLocation, Holds, Operation

_CONSTRAINT = "gcp.resourceLocations"
_SPEC = "spec"
_RESET = "spec.reset"
_RULES = "spec.rules[]"
_ALLOWED = f"{_RULES}.values.allowedValues[]"
_ALL = f"{_RULES}.allowAll"

#: `in:` names a group and `is:` the place itself; a region's own group is the region with this behind it.
#: Source: https://docs.cloud.google.com/organization-policy/restrict-locations
_GROUP, _ITSELF = "in:", "is:"
_GROUP_END = "-locations"


def policy(raw: Raw, kind: ResourceKind) -> Asset:
    """The policy; where it allows data to be is where it points, and holds nothing itself.

    What it denies is no place to go to. What it inherits is the parent's own policy, and what it tries out
    in a dry run allows nothing yet.
    """
    spec = facts.mapping(raw.data.get(_SPEC))
    return kind.asset(
        raw,
        _allowed(raw),
        location=facts.code(kind.service, raw.location),
        properties=facts.properties(
            inherits=spec.get("inheritFromParent"),
            reset=spec.get("reset"),
            rules=len(facts.items(spec.get("rules"))),
        ),
    )


def _allowed(raw: Raw) -> Iterator[DataLocation]:
    if raw.short_name != _CONSTRAINT or not raw.data.get(_SPEC):
        return
    spec = raw.data[_SPEC]
    if not isinstance(spec, dict):
        yield facts.unknown(Operation.REPLICATED, _SPEC, "not of the documented form")
        return
    if spec.get("reset"):
        yield facts.unknown(Operation.REPLICATED, _RESET, "true: Google's default, which allows every place")
    for rule in facts.items(spec.get("rules")):
        yield from _by_rule(rule)


def _by_rule(rule: object) -> Iterator[DataLocation]:
    values = rule.get("values") if isinstance(rule, dict) else None
    if not isinstance(rule, dict) or not isinstance(values, dict | None):
        yield facts.unknown(Operation.REPLICATED, _RULES, "not of the documented form")
        return
    if rule.get("allowAll"):
        yield facts.unknown(Operation.REPLICATED, _ALL, "true: every place")
    denied = facts.items(facts.mapping(values).get("deniedValues"))
    for value in facts.items(facts.mapping(values).get("allowedValues")):
        if value not in denied:
            yield _place(value)


def _place(value: object) -> DataLocation:
    """The place that a value names, or the group of them; unknown where it is not of a known form."""
    if not isinstance(value, str):
        return facts.located(Operation.REPLICATED, "orgpolicy", value, _ALLOWED)
    name = value.strip().lower().removeprefix(_GROUP).removeprefix(_ITSELF)
    region = name.removesuffix(_GROUP_END)
    if facts.is_region(region):
        name = region
    if not name.isascii() or not name.replace("-", "").isalnum():
        return facts.unknown(Operation.REPLICATED, _ALLOWED, value or facts.ABSENT)
    return facts.derived(Operation.REPLICATED, "orgpolicy", name, _ALLOWED, value)


POLICIES = ResourceKind(
    name="org-policy",
    title="Organization policy",
    service="orgpolicy",
    type="orgpolicy.googleapis.com/Policy",
    holds=Holds.METADATA,
    fetch=listing.entries,
    normalise=policy,
    located=False,
    operations=(),
    unseen=(Unseen(Operation.REPLICATED, _ALLOWED),),
    docs_url="https://docs.cloud.google.com/organization-policy/reference/rest/v2/organizations.policies",
)
