"""What is kept of an asset: its message checked to the last field, the columns beside it, its findings."""

from __future__ import annotations

from collections.abc import Collection, Hashable
from typing import NamedTuple

from collector.store.base import Judged
from collector.store.sql.groups import Kind, group_no
from collector.store.sql.ingest.findings import Subject
from collector.store.sql.ingest.frame import FindingRules, without_nul
from policy.ruleset import FindingDraft, may_need_a_person
from wolkenzicht import wire
from wolkenzicht.errors import ContractError
from wolkenzicht.model import DATA_OPERATIONS, SubjectKind
from wolkenzicht.v1.asset_pb2 import Asset, ClassifiedAsset, Verdict

#: Tags that name an owner where no inventory does, in this order; case does not matter.
_OWNER_TAGS = ("owner", "eigenaar")

#: Values for the columns `type` to `group_no` of an asset.
Columns = tuple[str, bytes, str, str, str, str, str, str, str, str, str, int]


#: On the wire: from where an asset is managed, viewed or edited is no country of its data.
_DATA_OPERATIONS = frozenset(wire.OPERATIONS.encode[each] for each in DATA_OPERATIONS)

#: Of so many kinds of asset is remembered what they have in common.
_REMEMBERED = 4096


class _Common(NamedTuple):
    """What is kept of assets that are alike but for their names, times, tags and properties.

    `columns` are those from `countries` on.
    """

    columns: tuple[str, str, str, str, str, str, str, int]
    kind: Kind
    may_need_a_person: bool


class Item(NamedTuple):
    """A new or changed asset, ready to be written."""

    asset_no: int
    asset_id: str
    message: ClassifiedAsset
    columns: Columns
    kind: Kind
    record: bytes
    drafts: tuple[FindingDraft, ...]

    def subject(self) -> Subject:
        """The asset as its findings name it."""
        return subject_of(self.message, self.columns[-1])


def subject_of(message: ClassifiedAsset, group: int) -> Subject:
    """An asset of a group as its findings name it; of a message that was checked before."""
    asset = message.asset
    location_class = wire.LOCATION_CLASSES.decode(message.verdict.location_class, "verdict.location_class")
    return Subject(
        SubjectKind.ASSET,
        asset.asset_id,
        asset.name,
        asset.type,
        asset.provider,
        location_class.value,
        _owner(asset),
        group,
        asset,
    )


def item(
    message: ClassifiedAsset,
    asset_no: int,
    findings_of: FindingRules,
    judged: Judged | None = None,
) -> Item:
    """Check a message and take from it what is kept; raises `ContractError` naming the field at fault.

    What is kept can be decoded again: nothing of it needs to be doubted later. Where the collector `judged`
    the asset, its verdict is kept, with the fingerprint that the agent sent.
    """
    record = message.SerializeToString()
    asset, verdict = message.asset, message.verdict
    wire.check_own(message, asset, len(record))
    common = _remembered(asset, verdict)
    wire.check_create_time(asset)
    if b"\0" in record:
        _check_texts(asset)
    if judged is not None:
        fingerprint = message.fingerprint
        message = wire.encode_classified(judged.asset, judged.verdict)
        message.fingerprint = fingerprint
        return rejudged(message, asset_no, judged.drafts)
    drafts = _drafts(message, findings_of) if common.may_need_a_person else ()
    return _item(message, asset, common, asset_no, record, drafts)


def rejudged(message: ClassifiedAsset, asset_no: int, drafts: tuple[FindingDraft, ...]) -> Item:
    """The same of a message that was checked before, with the findings about it."""
    asset = message.asset
    common = _common(asset, message.verdict)
    return _item(message, asset, common, asset_no, message.SerializeToString(), drafts)


def _item(
    message: ClassifiedAsset,
    asset: Asset,
    common: _Common,
    asset_no: int,
    record: bytes,
    drafts: tuple[FindingDraft, ...],
) -> Item:
    return Item(
        asset_no,
        asset.asset_id,
        message,
        (asset.type, message.fingerprint, asset.provider, asset.name, *common.columns),
        common.kind,
        record,
        drafts,
    )


_known: dict[Hashable, _Common] = {}


def _remembered(asset: Asset, verdict: Verdict) -> _Common:
    """What the asset has in common with others; raises `ContractError` where decoding would.

    All that it is made from, and that is checked, is in the key.
    """
    places = [(each.operation, each.certainty) for each in asset.locations]
    key = (verdict.SerializeToString(), asset.type, asset.provider, asset.holds, asset.depth, *places)
    found = _known.get(key)
    if found is None:
        wire.check_common(asset, verdict)
        _check_values(asset, verdict)
        if len(_known) >= _REMEMBERED:
            _known.clear()
        found = _known[key] = _common(asset, verdict)
    return found


def _common(asset: Asset, verdict: Verdict) -> _Common:
    location_class = wire.LOCATION_CLASSES.decode(verdict.location_class, "verdict.location_class")
    holds = wire.HOLDS.decode(asset.holds, "asset.holds")
    countries = {
        country
        for location, each in zip(asset.locations, verdict.locations, strict=True)
        if location.operation in _DATA_OPERATIONS
        for country in each.countries
    }
    countries.update(verdict.contract_countries)
    stored = _codes(countries)
    material = wire.MATERIAL_USES.decode(verdict.material, "verdict.material").value
    custody, law_reach = wire.custody_of(verdict).value, wire.law_reach_of(verdict).value
    law = _codes({each.country for each in verdict.jurisdictions})
    judged = (location_class.value, material, holds.value)
    kind = (asset.provider, stored, *judged, asset.type, custody, law_reach, law)
    flagged = bool(verdict.takeovers or verdict.prohibitions or verdict.conflicts or verdict.forbidden)
    return _Common(
        (stored, *judged, custody, law_reach, law, group_no(*kind)),
        kind,
        may_need_a_person(holds, location_class, flagged, asset.type),
    )


def _check_texts(asset: Asset) -> None:
    """Raise where a text that has a column of its own is none that every database keeps."""
    for field in ("type", "provider", "name"):
        if "\0" in getattr(asset, field):
            raise ContractError(f"asset.{field}", "holds a NUL byte; remove it at the source")


def _codes(countries: Collection[str]) -> str:
    """Country codes as a column holds them: each between commas."""
    return f",{','.join(sorted(countries))}," if countries else ""


def _drafts(message: ClassifiedAsset, findings_of: FindingRules) -> tuple[FindingDraft, ...]:
    decoded = wire.decode_classified(message)
    return findings_of(decoded.asset, decoded.verdict)


def _check_values(asset: Asset, verdict: Verdict) -> None:
    """Raise where decoding would."""
    wire.DEPTHS.decode(asset.depth, "asset.depth")
    for place in asset.locations:
        wire.OPERATIONS.decode(place.operation, "asset.locations.operation")
        wire.CERTAINTIES.decode(place.certainty, "asset.locations.certainty")
    for judged in verdict.locations:
        wire.LOCATION_CLASSES.decode(judged.location_class, "verdict.locations.location_class")


def _owner(asset: Asset) -> str:
    """Who is declared to own the asset: by the inventory, else by a tag, else nobody."""
    if asset.declarations.owner:
        return without_nul(asset.declarations.owner)
    tags = {key.casefold(): value for key, value in asset.tags.items()}
    return without_nul(next((tags[key] for key in _OWNER_TAGS if tags.get(key)), ""))
