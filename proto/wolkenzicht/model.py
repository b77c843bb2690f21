"""The words of wolkenzicht as frozen values: assets, data locations, scopes, outcomes and verdicts.

Standard library only, so that every part of the product can import it. A connector states *facts*
(`Asset`); `policy` turns facts into a *judgement* (`Verdict`); the two are kept apart so that a
judgement can be made again when the rules change.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class Operation(StrEnum):
    """What is done with the data at a place.

    The first four decide the location class of an asset; the last three are shown beside it.
    """

    STORED = "stored"
    REPLICATED = "replicated"
    BACKED_UP = "backed_up"
    PROCESSED = "processed"
    MANAGED = "managed"
    VIEWED = "viewed"
    EDITED = "edited"


#: The operations whose worst class is the location class of the asset.
DATA_OPERATIONS = frozenset(
    {Operation.STORED, Operation.REPLICATED, Operation.BACKED_UP, Operation.PROCESSED}
)


class Certainty(StrEnum):
    """How a data location is known: declared by the source, derived by a rule, or not known."""

    DECLARED = "declared"
    DERIVED = "derived"
    UNKNOWN = "unknown"


class LocationClass(StrEnum):
    """Where data is, seen from the EER; `worse` orders the members, worst last."""

    INSIDE_EEA = "inside_eea"
    OUTSIDE_EEA_ADEQUATE = "outside_eea_adequate"
    UNKNOWN = "unknown"
    OUTSIDE_EEA = "outside_eea"

    @property
    def badness(self) -> int:
        """Position in the order inside_eea < outside_eea_adequate < unknown < outside_eea."""
        return _BADNESS[self]


_BADNESS = {location_class: place for place, location_class in enumerate(LocationClass)}


class Holds(StrEnum):
    """What an asset of a type holds; findings about data are raised for content."""

    CONTENT = "content"
    METADATA = "metadata"
    NOTHING = "nothing"


class Depth(StrEnum):
    """Whether the asset's own properties were read, or only its entry in an inventory."""

    DEEP = "deep"
    SHALLOW = "shallow"


class MaterialUse(StrEnum):
    """Use for the organisation's primary task (Implementatiekader art. 2a)."""

    MATERIAL = "material"
    NOT_MATERIAL = "not_material"
    UNDETERMINED = "undetermined"


class KeyCustody(StrEnum):
    """Who holds the keys that an asset's data is encrypted with.

    `external` is a key kept outside the provider; `customer_managed` lies in the provider's own key
    management service. Not knowing is never `provider_managed`.
    """

    PROVIDER_MANAGED = "provider_managed"
    CUSTOMER_MANAGED = "customer_managed"
    EXTERNAL = "external"
    NOT_ENCRYPTED = "not_encrypted"
    UNKNOWN = "unknown"


class LawReach(StrEnum):
    """Whether law from outside the EER reaches the operator of an asset; an axis beside where it is.

    `through_parent` is a company of the EER that is owned from outside it, as a sovereign offering of a
    foreign group is; `direct` is operated from outside, or by a company of which nobody confirmed that it
    is of the EER, with an owner outside. Not knowing the operator is never `eea_only`.
    """

    EEA_ONLY = "eea_only"
    THROUGH_PARENT = "through_parent"
    DIRECT = "direct"
    UNKNOWN = "unknown"


class Outcome(StrEnum):
    """What became of a scope in a scan. Only `COMPLETE` proves that nothing else is there."""

    COMPLETE = "complete"
    DENIED = "denied"
    THROTTLED = "throttled"
    FAILED = "failed"
    UNSUPPORTED = "unsupported"
    NOT_ENABLED = "not_enabled"


class DeniedBy(StrEnum):
    """Which kind of policy denied a call, as far as the provider's error tells."""

    IDENTITY_POLICY = "identity_policy"
    RESOURCE_POLICY = "resource_policy"
    SERVICE_CONTROL_POLICY = "service_control_policy"
    RESOURCE_CONTROL_POLICY = "resource_control_policy"
    PERMISSIONS_BOUNDARY = "permissions_boundary"
    SESSION_POLICY = "session_policy"
    ENDPOINT_POLICY = "endpoint_policy"
    NOT_TOLD = "not_told"


class Severity(StrEnum):
    """How urgent a finding is, lowest first."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"
    CRITICAL = "critical"


class FindingKind(StrEnum):
    """The kinds of finding; some are declared before anything raises them."""

    DATA_OUTSIDE_EEA = "data_outside_eea"
    LOCATION_UNKNOWN = "location_unknown"
    REGION_NOT_IN_CATALOGUE = "region_not_in_catalogue"
    PROHIBITED_USE = "prohibited_use"
    MATERIAL_CONFLICT = "material_conflict"
    JURISDICTION_CHANGED = "jurisdiction_changed"
    VERDICT_MISMATCH = "verdict_mismatch"
    COUNTRY_FORBIDDEN = "country_forbidden"
    DATA_OUTSIDE_EEA_ADEQUATE = "data_outside_eea_adequate"
    ABOUT_TO_LEAVE = "about_to_leave"
    DUTY_MISSING = "duty_missing"
    UNDECLARED_USE = "undeclared_use"
    AGENT_SILENT = "agent_silent"
    SIGHT_DENIED = "sight_denied"
    NEVER_REPORTED = "never_reported"
    INVENTORY_OLD = "inventory_old"
    MARKET_CONCENTRATION = "market_concentration"
    INTEGRITY_ALARM = "integrity_alarm"
    ROUTE_DEAD = "route_dead"


class SubjectKind(StrEnum):
    """What a finding is about."""

    ASSET = "asset"
    REGION = "region"
    TENANT = "tenant"
    ACCOUNT = "account"
    ROUTE = "route"


class FindingState(StrEnum):
    """The state of a finding; all but resolved are states of one that stands."""

    OPEN = "open"
    RESOLVED = "resolved"
    ACKNOWLEDGED = "acknowledged"
    EXEMPTED = "exempted"
    UNVERIFIED = "unverified"


@dataclass(frozen=True, slots=True)
class Evidence:
    """The property that proves a statement: `path` in the provider's answer, and its `value`."""

    path: str
    value: str


@dataclass(frozen=True, slots=True)
class DataLocation:
    """One place where an asset's data is stored, copied, processed, managed, viewed or edited: a fact.

    `location` is the provider's own location code, empty where none is known. `declared_countries`
    holds ISO 3166-1 alpha-2 codes that the source itself states (an inventory's column); it is
    empty where the country follows from the code.
    """

    operation: Operation
    location: str
    certainty: Certainty
    evidence: tuple[Evidence, ...] = ()
    declared_countries: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Declarations:
    """What people declared about an asset in an inventory; empty strings mean nothing declared."""

    system: str = ""
    owner: str = ""
    material: str = ""
    personal_data: str = ""


@dataclass(frozen=True, slots=True)
class Asset:
    """One resource, as its source states it.

    `asset_id` is the provider's own global identifier (an ARN, an ODC URN). `partition` is the
    provider's separate instance (`aws`, `aws-eusc`; for an ODC the site), `location` its home
    location code. `tags` and `properties` are sorted by key; `properties` holds further typed facts
    that policy may read (`encryption`, `kms_key`, `versioning`).
    """

    asset_id: str
    provider: str
    partition: str
    account: str
    service: str
    type: str
    name: str
    location: str
    holds: Holds
    locations: tuple[DataLocation, ...]
    depth: Depth = Depth.DEEP
    tags: tuple[tuple[str, str], ...] = ()
    properties: tuple[tuple[str, str], ...] = ()
    declarations: Declarations = field(default_factory=Declarations)
    created: datetime | None = None


@dataclass(frozen=True, slots=True)
class LocationVerdict:
    """The judgement on one data location; `rule` says which rule decided."""

    countries: tuple[str, ...]
    location_class: LocationClass
    rule: str


@dataclass(frozen=True, slots=True)
class Jurisdiction:
    """A country whose law can compel the operator, and through whom.

    `chain` runs from the operating company to the ultimate parent; `laws` names the laws with
    effect outside that country, each with its status.
    """

    country: str
    chain: tuple[str, ...]
    laws: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Verdict:
    """The judgement on an asset under one policy version.

    `locations` stands in the order of `Asset.locations`. `location_class` is the worst class over
    the data operations; `unknown` where there is no such location. `custody_rule` is empty where the
    verdict is older than that on keys. `prohibitions` names the rules by which the use must not be in a
    public cloud, `conflicts` those by which people's statements contradict each other, `takeovers` the
    operators whose owner changed lately; each in order of name. `contract_countries` are those where the
    contract of the asset's system says that its data is: no agent knows them. `forbidden` names the rules of
    departments that forbid a country where data is.
    """

    location_class: LocationClass
    locations: tuple[LocationVerdict, ...]
    jurisdictions: tuple[Jurisdiction, ...]
    material: MaterialUse
    material_rule: str
    material_reason: str
    policy_version: str
    custody: KeyCustody = KeyCustody.UNKNOWN
    custody_rule: str = ""
    law_reach: LawReach = LawReach.UNKNOWN
    prohibitions: tuple[str, ...] = ()
    conflicts: tuple[str, ...] = ()
    takeovers: tuple[str, ...] = ()
    contract_countries: tuple[str, ...] = ()
    forbidden: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ClassifiedAsset:
    """An asset with its verdict and the fingerprint over both (16 bytes)."""

    asset: Asset
    verdict: Verdict
    fingerprint: bytes


@dataclass(frozen=True, slots=True)
class Scope:
    """The unit of reading inside a tenant: account × location × type.

    `location` is the region that is called, or `global`.
    """

    account: str
    location: str
    type: str


@dataclass(frozen=True, slots=True)
class ScopeOutcome:
    """What became of one scope in one scan.

    `asset_count` is how many assets were read, also where the scope did not end complete.
    `permission` names the missing permission of a denied scope (`s3:ListAllMyBuckets`), `message`
    says in a line what happened.
    """

    scope: Scope
    outcome: Outcome
    asset_count: int = 0
    permission: str = ""
    denied_by: DeniedBy | None = None
    message: str = ""


class AccountState(StrEnum):
    """Whether an account can be read at all, as its provider says."""

    ACTIVE = "active"
    SUSPENDED = "suspended"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class AccountStanding:
    """How an account stands at its provider.

    `regions` are the location codes that are enabled for it, `other_regions` those that the provider has
    and that are not; both empty where the provider was not asked or tells nothing.
    """

    account: str
    provider: str
    state: AccountState
    regions: tuple[str, ...] = ()
    other_regions: tuple[str, ...] = ()


#: Type of the scope in which a provider's own inventory lists what exists, whatever its type.
INVENTORY_TYPE = "*"


class DiscrepancyKind(StrEnum):
    """What an inventory and a reading in depth do not agree about."""

    NOT_READ = "not_read"
    NOT_IN_INVENTORY = "not_in_inventory"


@dataclass(frozen=True, slots=True)
class Discrepancy:
    """An asset that one of two lists has: the inventory `inventory`, or the reading of its type."""

    kind: DiscrepancyKind
    asset_id: str
    type: str
    location: str
    inventory: str


class SightChangeKind(StrEnum):
    """What changed in what can be seen of a tenant."""

    NEWLY_DENIED = "newly_denied"
    SEEN_AGAIN = "seen_again"
    NEWLY_OPTED_IN = "newly_opted_in"
    OPTED_OUT = "opted_out"
    ACCOUNT_NEW = "account_new"
    ACCOUNT_SUSPENDED = "account_suspended"
    ACCOUNT_CLOSED = "account_closed"
    ACCOUNT_GONE = "account_gone"
    ACCOUNT_REOPENED = "account_reopened"


class GapCause(StrEnum):
    """Why what an agent sent does not join what the collector has."""

    NEW_SPOOL = "new_spool"
    COLLECTOR_BEHIND = "collector_behind"
    SPOOL_BEHIND = "spool_behind"
    SPOOL_DAMAGED = "spool_damaged"
    SPOOL_FULL = "spool_full"
    SPOOL_EXPIRED = "spool_expired"
    DISK_FULL = "disk_full"


class UnplannedReason(StrEnum):
    """Why the latest scan did not plan a scope that was planned before."""

    ACCOUNT_SUSPENDED = "account_suspended"
    ACCOUNT_CLOSED = "account_closed"
    ACCOUNT_GONE = "account_gone"
    REGION_OPTED_OUT = "region_opted_out"
