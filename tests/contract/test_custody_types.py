"""Rules on the custody of keys are about types that connectors read in depth."""

from __future__ import annotations

import pytest

from connectors.aws.kinds import KINDS as AWS
from connectors.azure.kinds import KINDS as AZURE
from connectors.gcp.kinds import KINDS as GCP
from policy.custody_rules import CustodyRule
from policy.ruleset import load
from wolkenzicht.model import Depth

DEEP = {
    "aws": {each.type for each in AWS},
    "azure": {each.type for each in AZURE if each.depth is Depth.DEEP},
    "gcp": {each.type for each in GCP if each.depth is Depth.DEEP},
}
RULES = [rule for rule in load().custody.rules if rule.provider in DEEP]


@pytest.mark.parametrize("rule", RULES, ids=[rule.identifier for rule in RULES])
def test_types_are_read_in_depth(rule: CustodyRule) -> None:
    """A rule for a type that nobody reads, or that is listed only, would never match."""
    assert (rule.types or frozenset()) | rule.not_types <= DEEP[rule.provider]
