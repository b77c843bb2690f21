"""Model ↔ protobuf: what goes over the wire, checked field by field when it comes in."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import UTC, datetime
from enum import StrEnum
from functools import lru_cache
from typing import Any, Generic, TypeVar

from google.protobuf.timestamp_pb2 import Timestamp

from wolkenzicht.errors import ContractError
from wolkenzicht.model import (
    AccountState,
    Asset,
    Certainty,
    ClassifiedAsset,
    DataLocation,
    Declarations,
    DeniedBy,
    Depth,
    Discrepancy,
    DiscrepancyKind,
    Evidence,
    FindingKind,
    FindingState,
    GapCause,
    Holds,
    Jurisdiction,
    KeyCustody,
    LawReach,
    LocationClass,
    LocationVerdict,
    MaterialUse,
    Operation,
    Outcome,
    Scope,
    ScopeOutcome,
    Severity,
    SightChangeKind,
    SubjectKind,
    UnplannedReason,
    Verdict,
)
from wolkenzicht.v1 import account_pb2, asset_pb2, discrepancy_pb2, finding_pb2, gap_pb2, scope_pb2

#: Longest asset identifier; the longest that a provider gives (an ARN, an ARM id) is well below.
MAX_ASSET_ID_BYTES = 2048
#: Of UTF-8.
_MAX_CHARACTER_BYTES = 4
#: Longest tag value, property or evidence that is kept.
MAX_TEXT_BYTES = 16_384
#: A moment from 1970 to the end of the year 9999 is surely one: seconds, and nanoseconds below these.
_LAST_SECOND, _NANOS = 253_402_300_799, 1_000_000_000
#: Length of a fingerprint in bytes.
FINGERPRINT_BYTES = 16
#: So many different data locations are kept decoded: most assets share theirs with others.
_LOCATIONS_REMEMBERED = 4096


E_ = TypeVar("E_", bound=StrEnum)


class EnumCodec(Generic[E_]):
    """Translates one enum both ways; zero and values of a newer contract are contract errors."""

    def __init__(self, members: type[E_], values: Any, prefix: str) -> None:
        self.encode: dict[E_, Any] = {member: values.Value(f"{prefix}_{member.name}") for member in members}
        self._members: dict[int, E_] = {int(value): member for member, value in self.encode.items()}

    def decode(self, value: int, field: str) -> E_:
        """Member for a wire value; raises `ContractError` naming `field`."""
        member = self._members.get(value)
        if member is None:
            raise ContractError(
                field, f"value {value} is not set or not known; send a value of this contract"
            )
        return member

    def decode_optional(self, value: int, field: str) -> E_ | None:
        """Member for a wire value, None where it is unspecified."""
        return self.decode(value, field) if value else None


OPERATIONS = EnumCodec(Operation, asset_pb2.Operation, "OPERATION")
CERTAINTIES = EnumCodec(Certainty, asset_pb2.Certainty, "CERTAINTY")
LOCATION_CLASSES = EnumCodec(LocationClass, asset_pb2.LocationClass, "LOCATION_CLASS")
HOLDS = EnumCodec(Holds, asset_pb2.Holds, "HOLDS")
DEPTHS = EnumCodec(Depth, asset_pb2.Depth, "DEPTH")
MATERIAL_USES = EnumCodec(MaterialUse, asset_pb2.MaterialUse, "MATERIAL_USE")
KEY_CUSTODIES = EnumCodec(KeyCustody, asset_pb2.KeyCustody, "KEY_CUSTODY")
LAW_REACHES = EnumCodec(LawReach, asset_pb2.LawReach, "LAW_REACH")
OUTCOMES = EnumCodec(Outcome, scope_pb2.Outcome, "OUTCOME")
DENIED_BY = EnumCodec(DeniedBy, scope_pb2.DeniedBy, "DENIED_BY")
FINDING_KINDS = EnumCodec(FindingKind, finding_pb2.FindingKind, "FINDING_KIND")
FINDING_STATES = EnumCodec(FindingState, finding_pb2.FindingState, "FINDING_STATE")
SEVERITIES = EnumCodec(Severity, finding_pb2.Severity, "SEVERITY")
SUBJECT_KINDS = EnumCodec(SubjectKind, finding_pb2.SubjectKind, "SUBJECT_KIND")
ACCOUNT_STATES = EnumCodec(AccountState, account_pb2.AccountState, "ACCOUNT_STATE")
SIGHT_CHANGE_KINDS = EnumCodec(SightChangeKind, account_pb2.SightChangeKind, "SIGHT_CHANGE_KIND")
UNPLANNED_REASONS = EnumCodec(UnplannedReason, account_pb2.UnplannedReason, "UNPLANNED_REASON")
GAP_CAUSES = EnumCodec(GapCause, gap_pb2.GapCause, "GAP_CAUSE")
DISCREPANCY_KINDS = EnumCodec(DiscrepancyKind, discrepancy_pb2.DiscrepancyKind, "DISCREPANCY_KIND")


def timestamp(moment: datetime) -> Timestamp:
    """Protobuf form of an aware datetime."""
    message = Timestamp()
    message.FromDatetime(moment.astimezone(UTC))
    return message


def moment(message: Timestamp, field: str) -> datetime:
    """Aware UTC datetime of a protobuf timestamp.

    Raises `ContractError` naming `field` where it is no moment: protobuf takes any number and complains
    when asked.
    """
    try:
        return message.ToDatetime(tzinfo=UTC)
    except (ValueError, OverflowError) as error:
        raise ContractError(field, f"is no moment ({error}); leave it unset") from error


def create_moment(message: asset_pb2.Asset) -> datetime | None:
    """When an asset was created, None where that is not known; raises `ContractError`."""
    return moment(message.create_time, "asset.create_time") if message.HasField("create_time") else None


def check_create_time(message: asset_pb2.Asset) -> None:
    """Raise `ContractError` where an asset's time of creation is no moment."""
    if not message.HasField("create_time"):
        return
    stamp = message.create_time
    if not (0 <= stamp.seconds <= _LAST_SECOND and 0 <= stamp.nanos < _NANOS):
        create_moment(message)


def encode_classified(asset: Asset, verdict: Verdict) -> asset_pb2.ClassifiedAsset:
    """Wire form of an asset with its verdict and fingerprint.

    The fingerprint is blake2b-128 over the deterministic bytes of both, without the policy's
    version: a new version that judges the same does not make an asset look changed.
    """
    message = asset_pb2.ClassifiedAsset(asset=_encode_asset(asset), verdict=encode_verdict(verdict))
    message.fingerprint = hashlib.blake2b(
        message.SerializeToString(deterministic=True), digest_size=FINGERPRINT_BYTES
    ).digest()
    message.verdict.policy_version = verdict.policy_version
    return message


def decode_classified(message: asset_pb2.ClassifiedAsset) -> ClassifiedAsset:
    """Model form; raises `ContractError` naming the field at fault."""
    check_classified(message)
    return ClassifiedAsset(decode_asset(message.asset), decode_verdict(message.verdict), message.fingerprint)


def check_classified(message: asset_pb2.ClassifiedAsset) -> None:
    """Raise `ContractError` where an asset cannot be kept: the checks that an identity needs."""
    check_own(message, message.asset, message.ByteSize())
    check_common(message.asset, message.verdict)


def check_own(message: asset_pb2.ClassifiedAsset, asset: asset_pb2.Asset, size: int) -> None:
    """The part of `check_classified` that looks at what each asset has of its own.

    `asset` is that of the message, `size` the message's in bytes.
    """
    _check_asset_id(asset.asset_id, "asset.asset_id")
    if len(message.fingerprint) != FINGERPRINT_BYTES:
        raise ContractError(
            "fingerprint", f"must be {FINGERPRINT_BYTES} bytes, is {len(message.fingerprint)}"
        )
    if size <= MAX_TEXT_BYTES:
        return  # no text in it can be longer
    for field, pairs in (("tags", asset.tags), ("properties", asset.properties)):
        for key in pairs:
            if len(pairs[key]) > MAX_TEXT_BYTES:
                raise ContractError(f"asset.{field}[{key[:64]}]", f"is longer than {MAX_TEXT_BYTES} bytes")


def check_common(asset: asset_pb2.Asset, verdict: asset_pb2.Verdict) -> None:
    """The part of `check_classified` that looks at what alike assets share."""
    if len(verdict.locations) != len(asset.locations):
        raise ContractError(
            "verdict.locations",
            f"has {len(verdict.locations)} entries for {len(asset.locations)} data locations",
        )
    for field, value in (
        ("verdict.location_class", verdict.location_class),
        ("verdict.material", verdict.material),
        ("asset.holds", asset.holds),
        ("asset.depth", asset.depth),
    ):
        if not value:
            raise ContractError(field, "is not set")


def _check_asset_id(asset_id: str, field: str) -> None:
    if not asset_id:
        raise ContractError(field, "is empty; every asset needs its provider's identifier")
    if len(asset_id) > MAX_ASSET_ID_BYTES // _MAX_CHARACTER_BYTES:
        size = len(asset_id.encode())
        if size > MAX_ASSET_ID_BYTES:
            raise ContractError(field, f"is {size} bytes; at most {MAX_ASSET_ID_BYTES} are kept")
    if "\0" in asset_id:
        raise ContractError(field, "holds a NUL byte; remove it at the source")


def encode_scope(scope: Scope) -> scope_pb2.Scope:
    """Wire form of a scope."""
    return scope_pb2.Scope(account=scope.account, location=scope.location, type=scope.type)


def decode_scope(message: scope_pb2.Scope) -> Scope:
    """Model form of a scope; raises `ContractError` where a part is empty."""
    for field in ("account", "location", "type"):
        if not getattr(message, field):
            raise ContractError(f"scope.{field}", "is empty; a scope is account, location and type")
    return Scope(message.account, message.location, message.type)


def encode_outcome(outcome: ScopeOutcome) -> scope_pb2.ScopeOutcome:
    """Wire form of a scope's outcome."""
    return scope_pb2.ScopeOutcome(
        scope=encode_scope(outcome.scope),
        outcome=OUTCOMES.encode[outcome.outcome],
        asset_count=outcome.asset_count,
        permission=outcome.permission,
        denied_by=DENIED_BY.encode[outcome.denied_by] if outcome.denied_by else None,
        message=outcome.message,
    )


def decode_outcome(message: scope_pb2.ScopeOutcome) -> ScopeOutcome:
    """Model form of a scope's outcome; raises `ContractError` naming the field at fault."""
    return ScopeOutcome(
        scope=decode_scope(message.scope),
        outcome=OUTCOMES.decode(message.outcome, "scope_outcome.outcome"),
        asset_count=message.asset_count,
        permission=message.permission,
        denied_by=DENIED_BY.decode_optional(message.denied_by, "scope_outcome.denied_by"),
        message=message.message,
    )


def encode_discrepancy(discrepancy: Discrepancy) -> discrepancy_pb2.Discrepancy:
    """Wire form of a discrepancy."""
    return discrepancy_pb2.Discrepancy(
        kind=DISCREPANCY_KINDS.encode[discrepancy.kind],
        asset_id=discrepancy.asset_id,
        type=discrepancy.type,
        location=discrepancy.location,
        inventory=discrepancy.inventory,
    )


def decode_discrepancy(message: discrepancy_pb2.Discrepancy) -> Discrepancy:
    """Model form of a discrepancy; raises `ContractError` naming the field at fault."""
    _check_asset_id(message.asset_id, "discrepancy.asset_id")
    return Discrepancy(
        kind=DISCREPANCY_KINDS.decode(message.kind, "discrepancy.kind"),
        asset_id=message.asset_id,
        type=message.type,
        location=message.location,
        inventory=message.inventory,
    )


def _encode_asset(asset: Asset) -> asset_pb2.Asset:
    declared = asset.declarations
    return asset_pb2.Asset(
        asset_id=asset.asset_id,
        provider=asset.provider,
        partition=asset.partition,
        account=asset.account,
        service=asset.service,
        type=asset.type,
        name=asset.name,
        location=asset.location,
        holds=HOLDS.encode[asset.holds],
        locations=[_encode_location(each) for each in asset.locations],
        depth=DEPTHS.encode[asset.depth],
        tags=dict(asset.tags),
        properties=dict(asset.properties),
        declarations=_encode_declarations(declared) if declared != _NOTHING_DECLARED else None,
        create_time=timestamp(asset.created) if asset.created else None,
    )


def _encode_location(location: DataLocation) -> asset_pb2.DataLocation:
    return asset_pb2.DataLocation(
        operation=OPERATIONS.encode[location.operation],
        location=location.location,
        certainty=CERTAINTIES.encode[location.certainty],
        evidence=[asset_pb2.Evidence(path=each.path, value=each.value) for each in location.evidence],
        declared_countries=location.declared_countries,
    )


_NOTHING_DECLARED = Declarations()


def _encode_declarations(declared: Declarations) -> asset_pb2.Declarations:
    return asset_pb2.Declarations(
        system=declared.system,
        owner=declared.owner,
        material=declared.material,
        personal_data=declared.personal_data,
    )


def encode_verdict(verdict: Verdict) -> asset_pb2.Verdict:
    """Wire form of a verdict without the policy's version."""
    return asset_pb2.Verdict(
        location_class=LOCATION_CLASSES.encode[verdict.location_class],
        locations=[
            asset_pb2.LocationVerdict(
                countries=each.countries,
                location_class=LOCATION_CLASSES.encode[each.location_class],
                rule=each.rule,
            )
            for each in verdict.locations
        ],
        jurisdictions=[
            asset_pb2.Jurisdiction(country=each.country, chain=each.chain, laws=each.laws)
            for each in verdict.jurisdictions
        ],
        material=MATERIAL_USES.encode[verdict.material],
        material_rule=verdict.material_rule,
        material_reason=verdict.material_reason,
        custody=KEY_CUSTODIES.encode[verdict.custody],
        custody_rule=verdict.custody_rule,
        law_reach=LAW_REACHES.encode[verdict.law_reach],
        prohibitions=verdict.prohibitions,
        conflicts=verdict.conflicts,
        takeovers=verdict.takeovers,
        contract_countries=verdict.contract_countries,
        forbidden=verdict.forbidden,
    )


def decode_asset(message: asset_pb2.Asset) -> Asset:
    """Model form of an asset without its verdict; raises `ContractError` naming the field at fault."""
    declared = message.declarations if message.HasField("declarations") else None
    return Asset(
        asset_id=message.asset_id,
        provider=message.provider,
        partition=message.partition,
        account=message.account,
        service=message.service,
        type=message.type,
        name=message.name,
        location=message.location,
        holds=HOLDS.decode(message.holds, "asset.holds"),
        locations=tuple(map(_shared_location, message.locations)),
        depth=DEPTHS.decode(message.depth, "asset.depth"),
        tags=_sorted(message.tags),
        properties=_sorted(message.properties),
        declarations=_NOTHING_DECLARED
        if declared is None
        else Declarations(declared.system, declared.owner, declared.material, declared.personal_data),
        created=create_moment(message),
    )


def _sorted(pairs: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    # Half the time of `sorted(pairs.items())`: protobuf's own maps take a detour through Python there.
    return tuple([(key, pairs[key]) for key in sorted(pairs)])


def _shared_location(message: asset_pb2.DataLocation) -> DataLocation:
    return _location(message.SerializeToString(deterministic=True))


@lru_cache(maxsize=_LOCATIONS_REMEMBERED)
def _location(encoded: bytes) -> DataLocation:
    message = asset_pb2.DataLocation()
    message.ParseFromString(encoded)
    return DataLocation(
        operation=OPERATIONS.decode(message.operation, "asset.locations.operation"),
        location=message.location,
        certainty=CERTAINTIES.decode(message.certainty, "asset.locations.certainty"),
        evidence=tuple(Evidence(each.path, each.value) for each in message.evidence),
        declared_countries=tuple(message.declared_countries),
    )


def custody_of(message: asset_pb2.Verdict) -> KeyCustody:
    """Who holds the keys; `unknown` where the verdict is older than that. Raises `ContractError`."""
    return KEY_CUSTODIES.decode_optional(message.custody, "verdict.custody") or KeyCustody.UNKNOWN


def law_reach_of(message: asset_pb2.Verdict) -> LawReach:
    """How far foreign law reaches; `unknown` where the verdict is older than that. Raises `ContractError`."""
    return LAW_REACHES.decode_optional(message.law_reach, "verdict.law_reach") or LawReach.UNKNOWN


def decode_verdict(message: asset_pb2.Verdict) -> Verdict:
    """Model form of a verdict; raises `ContractError` naming the field at fault."""
    return Verdict(
        location_class=LOCATION_CLASSES.decode(message.location_class, "verdict.location_class"),
        locations=tuple(
            LocationVerdict(
                tuple(each.countries),
                LOCATION_CLASSES.decode(each.location_class, "verdict.locations.location_class"),
                each.rule,
            )
            for each in message.locations
        ),
        jurisdictions=tuple(
            Jurisdiction(each.country, tuple(each.chain), tuple(each.laws)) for each in message.jurisdictions
        ),
        material=MATERIAL_USES.decode(message.material, "verdict.material"),
        material_rule=message.material_rule,
        material_reason=message.material_reason,
        policy_version=message.policy_version,
        custody=custody_of(message),
        custody_rule=message.custody_rule,
        law_reach=law_reach_of(message),
        prohibitions=tuple(message.prohibitions),
        conflicts=tuple(message.conflicts),
        takeovers=tuple(message.takeovers),
        contract_countries=tuple(message.contract_countries),
        forbidden=tuple(message.forbidden),
    )
