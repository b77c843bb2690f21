"""Whether law from outside the EER reaches an operator: through its parent, directly, or not at all.

Of several operators, where it is not told which one it is, the furthest reach counts. In order:
`eea_only` < `unknown` < `through_parent` < `direct`. A reach that is known of one weighs more than that
nothing is known of another, so an operator with a foreign parent that is added never makes it less, and
not knowing is never `eea_only`.
"""

from __future__ import annotations

from collections.abc import Container, Iterable

from policy.facts import Housing, Operator
from wolkenzicht.model import LawReach

_ORDER = (LawReach.EEA_ONLY, LawReach.UNKNOWN, LawReach.THROUGH_PARENT, LawReach.DIRECT)
_FURTHER = {reach: place for place, reach in enumerate(_ORDER)}


def reach_of(operators: Iterable[Operator | Housing], eea: Container[str]) -> LawReach:
    """The furthest reach of all; `unknown` where there is no operator. `eea` has the codes of the EER."""
    return max((_of(each, eea) for each in operators), key=_FURTHER.__getitem__, default=LawReach.UNKNOWN)


def _of(operator: Operator | Housing, eea: Container[str]) -> LawReach:
    """An operator of which nobody confirmed the country is not taken to be of the EER."""
    parent_inside = operator.parent_country in eea
    if not operator.country:
        return LawReach.UNKNOWN if parent_inside else LawReach.DIRECT
    if operator.country not in eea:
        return LawReach.DIRECT
    return LawReach.EEA_ONLY if parent_inside else LawReach.THROUGH_PARENT
