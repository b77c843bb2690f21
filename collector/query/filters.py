"""What was asked: a filter of the contract checked field by field and made into a query of the store."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

from collector.query.errors import BadQueryError
from collector.query.sight import below
from collector.store.base import AssetQuery, Organisation, Sight, Tenant
from wolkenzicht.errors import ContractError
from wolkenzicht.v1.overview_service_pb2 import AssetFilter
from wolkenzicht.wire import HOLDS, KEY_CUSTODIES, LAW_REACHES, LOCATION_CLASSES, MATERIAL_USES, EnumCodec

DEFAULT_PAGE = 100
MAX_PAGE = 1000

_COUNTRY = re.compile(r"[A-Z]{2}")
_Word = TypeVar("_Word")


@dataclass(frozen=True, slots=True)
class Asker:
    """Who asks: the sight, and the organisations and tenants that are registered."""

    sight: Sight
    organisations: Sequence[Organisation]
    tenants: Sequence[Tenant]

    def organisations_below(self, organisation: str, field: str) -> frozenset[str] | None:
        """The organisations asked for, None where the field is empty.

        Raises `BadQueryError` for one that does not exist or lies outside the sight, in the same
        words: an asker cannot find out which.
        """
        if not organisation:
            return None
        asked = below(organisation, self.organisations)
        if self.sight.organisations is not None:
            asked &= self.sight.organisations
        if not asked:
            raise BadQueryError(
                field, f"no organisation {organisation!r} within your sight; use its identifier as registered"
            )
        return asked

    def tenant(self, tenant: str, field: str) -> str | None:
        """The tenant asked for, None where the field is empty; raises `BadQueryError` likewise."""
        if not tenant:
            return None
        sight = self.sight.organisations
        for each in self.tenants:
            if each.tenant == tenant and (sight is None or each.organisation in sight):
                return tenant
        raise BadQueryError(
            field, f"no tenant {tenant!r} within your sight; use its identifier as registered"
        )


def asset_query(asked: AssetFilter, asker: Asker) -> AssetQuery:
    """The query for a filter; raises `BadQueryError` naming the field at fault."""
    return AssetQuery(
        organisations=asker.organisations_below(asked.organisation, "filter.organisation"),
        tenant=asker.tenant(asked.tenant, "filter.tenant"),
        provider=asked.provider.lower() or None,
        country=_country(asked.country),
        location_class=_member(LOCATION_CLASSES, asked.location_class, "filter.location_class"),
        material=_member(MATERIAL_USES, asked.material, "filter.material"),
        type=asked.type or None,
        holds=_member(HOLDS, asked.holds, "filter.holds"),
        custody=_member(KEY_CUSTODIES, asked.custody, "filter.custody"),
        law_reach=_member(LAW_REACHES, asked.law_reach, "filter.law_reach"),
    )


def page_size(asked: int) -> int:
    """How many rows a page may have."""
    return min(asked or DEFAULT_PAGE, MAX_PAGE)


def _country(text: str) -> str | None:
    if not text:
        return None
    code = text.upper()
    if not _COUNTRY.fullmatch(code):
        raise BadQueryError(
            "filter.country", f"{text!r} is no country code; use two letters of ISO 3166-1, such as IE"
        )
    return code


def _member(codec: EnumCodec[_Word], value: int, field: str) -> _Word | None:  # type: ignore[type-var]  # the codec binds it
    try:
        return codec.decode_optional(value, field)
    except ContractError as error:
        raise BadQueryError(field, f"value {value} is not known; use a value of this contract") from error
