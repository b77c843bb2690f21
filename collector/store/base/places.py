"""Which data locations a contract proves, from the columns of the register that name countries."""

from __future__ import annotations

from collections.abc import Iterable

from wolkenzicht.model import Certainty, DataLocation, Evidence, Operation

#: What each column says is done there; who gives support manages and views.
OPERATIONS = {
    "managed_countries": (Operation.MANAGED,),
    "viewed_countries": (Operation.VIEWED,),
    "processed_countries": (Operation.PROCESSED,),
    "edited_countries": (Operation.EDITED,),
    "support_countries": (Operation.MANAGED, Operation.VIEWED),
}


def places_of(
    organisation: str, system: str, columns: Iterable[tuple[str, tuple[str, ...]]], contract: str
) -> tuple[DataLocation, ...]:
    """The places, each declared, with the column and the contract's reference as evidence."""
    named = f"register.{organisation}/{system}"
    proof = Evidence(f"{named}.contract", contract)
    return tuple(
        DataLocation(
            operation,
            "",
            Certainty.DECLARED,
            (Evidence(f"{named}.{column}", ", ".join(countries)), proof),
            tuple(countries),
        )
        for column, countries in columns
        if countries
        for operation in OPERATIONS[column]
    )
