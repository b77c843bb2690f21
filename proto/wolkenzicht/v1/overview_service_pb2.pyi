import datetime

from google.protobuf import timestamp_pb2 as _timestamp_pb2
from wolkenzicht.v1 import account_pb2 as _account_pb2
from wolkenzicht.v1 import asset_pb2 as _asset_pb2
from wolkenzicht.v1 import discrepancy_pb2 as _discrepancy_pb2
from wolkenzicht.v1 import finding_pb2 as _finding_pb2
from wolkenzicht.v1 import gap_pb2 as _gap_pb2
from wolkenzicht.v1 import scope_pb2 as _scope_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class Language(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    LANGUAGE_UNSPECIFIED: _ClassVar[Language]
    LANGUAGE_NL: _ClassVar[Language]
    LANGUAGE_EN: _ClassVar[Language]

class GroupBy(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    GROUP_BY_UNSPECIFIED: _ClassVar[GroupBy]
    GROUP_BY_ORGANISATION: _ClassVar[GroupBy]
    GROUP_BY_PROVIDER: _ClassVar[GroupBy]
    GROUP_BY_COUNTRY: _ClassVar[GroupBy]
    GROUP_BY_LOCATION_CLASS: _ClassVar[GroupBy]
    GROUP_BY_MATERIAL: _ClassVar[GroupBy]
    GROUP_BY_TYPE: _ClassVar[GroupBy]
    GROUP_BY_CUSTODY: _ClassVar[GroupBy]
    GROUP_BY_LAW: _ClassVar[GroupBy]

class VersionCause(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    VERSION_CAUSE_UNSPECIFIED: _ClassVar[VersionCause]
    VERSION_CAUSE_SCAN: _ClassVar[VersionCause]
    VERSION_CAUSE_JUDGED_AGAIN: _ClassVar[VersionCause]

class DifferenceKind(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    DIFFERENCE_KIND_UNSPECIFIED: _ClassVar[DifferenceKind]
    DIFFERENCE_KIND_APPEARED: _ClassVar[DifferenceKind]
    DIFFERENCE_KIND_VANISHED: _ClassVar[DifferenceKind]
    DIFFERENCE_KIND_MOVED: _ClassVar[DifferenceKind]
    DIFFERENCE_KIND_CHANGED_CLASS: _ClassVar[DifferenceKind]
    DIFFERENCE_KIND_SEEN_NO_MORE: _ClassVar[DifferenceKind]
LANGUAGE_UNSPECIFIED: Language
LANGUAGE_NL: Language
LANGUAGE_EN: Language
GROUP_BY_UNSPECIFIED: GroupBy
GROUP_BY_ORGANISATION: GroupBy
GROUP_BY_PROVIDER: GroupBy
GROUP_BY_COUNTRY: GroupBy
GROUP_BY_LOCATION_CLASS: GroupBy
GROUP_BY_MATERIAL: GroupBy
GROUP_BY_TYPE: GroupBy
GROUP_BY_CUSTODY: GroupBy
GROUP_BY_LAW: GroupBy
VERSION_CAUSE_UNSPECIFIED: VersionCause
VERSION_CAUSE_SCAN: VersionCause
VERSION_CAUSE_JUDGED_AGAIN: VersionCause
DIFFERENCE_KIND_UNSPECIFIED: DifferenceKind
DIFFERENCE_KIND_APPEARED: DifferenceKind
DIFFERENCE_KIND_VANISHED: DifferenceKind
DIFFERENCE_KIND_MOVED: DifferenceKind
DIFFERENCE_KIND_CHANGED_CLASS: DifferenceKind
DIFFERENCE_KIND_SEEN_NO_MORE: DifferenceKind

class AssetFilter(_message.Message):
    __slots__ = ("organisation", "provider", "country", "location_class", "material", "type", "tenant", "holds", "custody", "law_reach")
    ORGANISATION_FIELD_NUMBER: _ClassVar[int]
    PROVIDER_FIELD_NUMBER: _ClassVar[int]
    COUNTRY_FIELD_NUMBER: _ClassVar[int]
    LOCATION_CLASS_FIELD_NUMBER: _ClassVar[int]
    MATERIAL_FIELD_NUMBER: _ClassVar[int]
    TYPE_FIELD_NUMBER: _ClassVar[int]
    TENANT_FIELD_NUMBER: _ClassVar[int]
    HOLDS_FIELD_NUMBER: _ClassVar[int]
    CUSTODY_FIELD_NUMBER: _ClassVar[int]
    LAW_REACH_FIELD_NUMBER: _ClassVar[int]
    organisation: str
    provider: str
    country: str
    location_class: _asset_pb2.LocationClass
    material: _asset_pb2.MaterialUse
    type: str
    tenant: str
    holds: _asset_pb2.Holds
    custody: _asset_pb2.KeyCustody
    law_reach: _asset_pb2.LawReach
    def __init__(self, organisation: _Optional[str] = ..., provider: _Optional[str] = ..., country: _Optional[str] = ..., location_class: _Optional[_Union[_asset_pb2.LocationClass, str]] = ..., material: _Optional[_Union[_asset_pb2.MaterialUse, str]] = ..., type: _Optional[str] = ..., tenant: _Optional[str] = ..., holds: _Optional[_Union[_asset_pb2.Holds, str]] = ..., custody: _Optional[_Union[_asset_pb2.KeyCustody, str]] = ..., law_reach: _Optional[_Union[_asset_pb2.LawReach, str]] = ...) -> None: ...

class Past(_message.Message):
    __slots__ = ("as_of", "known_at")
    AS_OF_FIELD_NUMBER: _ClassVar[int]
    KNOWN_AT_FIELD_NUMBER: _ClassVar[int]
    as_of: str
    known_at: str
    def __init__(self, as_of: _Optional[str] = ..., known_at: _Optional[str] = ...) -> None: ...

class PastTimes(_message.Message):
    __slots__ = ("as_of_time", "known_at_time", "month_end")
    AS_OF_TIME_FIELD_NUMBER: _ClassVar[int]
    KNOWN_AT_TIME_FIELD_NUMBER: _ClassVar[int]
    MONTH_END_FIELD_NUMBER: _ClassVar[int]
    as_of_time: _timestamp_pb2.Timestamp
    known_at_time: _timestamp_pb2.Timestamp
    month_end: bool
    def __init__(self, as_of_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., known_at_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., month_end: _Optional[bool] = ...) -> None: ...

class Completeness(_message.Message):
    __slots__ = ("scopes_planned", "scopes_complete", "scopes_blind", "oldest_look_time", "tenants_silent")
    SCOPES_PLANNED_FIELD_NUMBER: _ClassVar[int]
    SCOPES_COMPLETE_FIELD_NUMBER: _ClassVar[int]
    SCOPES_BLIND_FIELD_NUMBER: _ClassVar[int]
    OLDEST_LOOK_TIME_FIELD_NUMBER: _ClassVar[int]
    TENANTS_SILENT_FIELD_NUMBER: _ClassVar[int]
    scopes_planned: int
    scopes_complete: int
    scopes_blind: int
    oldest_look_time: _timestamp_pb2.Timestamp
    tenants_silent: int
    def __init__(self, scopes_planned: _Optional[int] = ..., scopes_complete: _Optional[int] = ..., scopes_blind: _Optional[int] = ..., oldest_look_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., tenants_silent: _Optional[int] = ...) -> None: ...

class GetOverviewRequest(_message.Message):
    __slots__ = ("filter", "group_by", "past")
    FILTER_FIELD_NUMBER: _ClassVar[int]
    GROUP_BY_FIELD_NUMBER: _ClassVar[int]
    PAST_FIELD_NUMBER: _ClassVar[int]
    filter: AssetFilter
    group_by: GroupBy
    past: Past
    def __init__(self, filter: _Optional[_Union[AssetFilter, _Mapping]] = ..., group_by: _Optional[_Union[GroupBy, str]] = ..., past: _Optional[_Union[Past, _Mapping]] = ...) -> None: ...

class OverviewCount(_message.Message):
    __slots__ = ("group", "assets", "content", "inside_eea", "outside_eea_adequate", "unknown", "outside_eea", "material", "undetermined", "inside_eea_exposed", "inside_eea_law_unknown")
    class GroupEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: str
        def __init__(self, key: _Optional[str] = ..., value: _Optional[str] = ...) -> None: ...
    GROUP_FIELD_NUMBER: _ClassVar[int]
    ASSETS_FIELD_NUMBER: _ClassVar[int]
    CONTENT_FIELD_NUMBER: _ClassVar[int]
    INSIDE_EEA_FIELD_NUMBER: _ClassVar[int]
    OUTSIDE_EEA_ADEQUATE_FIELD_NUMBER: _ClassVar[int]
    UNKNOWN_FIELD_NUMBER: _ClassVar[int]
    OUTSIDE_EEA_FIELD_NUMBER: _ClassVar[int]
    MATERIAL_FIELD_NUMBER: _ClassVar[int]
    UNDETERMINED_FIELD_NUMBER: _ClassVar[int]
    INSIDE_EEA_EXPOSED_FIELD_NUMBER: _ClassVar[int]
    INSIDE_EEA_LAW_UNKNOWN_FIELD_NUMBER: _ClassVar[int]
    group: _containers.ScalarMap[str, str]
    assets: int
    content: int
    inside_eea: int
    outside_eea_adequate: int
    unknown: int
    outside_eea: int
    material: int
    undetermined: int
    inside_eea_exposed: int
    inside_eea_law_unknown: int
    def __init__(self, group: _Optional[_Mapping[str, str]] = ..., assets: _Optional[int] = ..., content: _Optional[int] = ..., inside_eea: _Optional[int] = ..., outside_eea_adequate: _Optional[int] = ..., unknown: _Optional[int] = ..., outside_eea: _Optional[int] = ..., material: _Optional[int] = ..., undetermined: _Optional[int] = ..., inside_eea_exposed: _Optional[int] = ..., inside_eea_law_unknown: _Optional[int] = ...) -> None: ...

class GetOverviewResponse(_message.Message):
    __slots__ = ("items", "total", "completeness", "open_findings", "discrepancies", "times", "exempted_findings")
    ITEMS_FIELD_NUMBER: _ClassVar[int]
    TOTAL_FIELD_NUMBER: _ClassVar[int]
    COMPLETENESS_FIELD_NUMBER: _ClassVar[int]
    OPEN_FINDINGS_FIELD_NUMBER: _ClassVar[int]
    DISCREPANCIES_FIELD_NUMBER: _ClassVar[int]
    TIMES_FIELD_NUMBER: _ClassVar[int]
    EXEMPTED_FINDINGS_FIELD_NUMBER: _ClassVar[int]
    items: _containers.RepeatedCompositeFieldContainer[OverviewCount]
    total: OverviewCount
    completeness: Completeness
    open_findings: int
    discrepancies: int
    times: PastTimes
    exempted_findings: int
    def __init__(self, items: _Optional[_Iterable[_Union[OverviewCount, _Mapping]]] = ..., total: _Optional[_Union[OverviewCount, _Mapping]] = ..., completeness: _Optional[_Union[Completeness, _Mapping]] = ..., open_findings: _Optional[int] = ..., discrepancies: _Optional[int] = ..., times: _Optional[_Union[PastTimes, _Mapping]] = ..., exempted_findings: _Optional[int] = ...) -> None: ...

class AssetView(_message.Message):
    __slots__ = ("classified", "tenant", "organisation", "first_see_time", "last_see_time", "scope_outcome", "remove_time")
    CLASSIFIED_FIELD_NUMBER: _ClassVar[int]
    TENANT_FIELD_NUMBER: _ClassVar[int]
    ORGANISATION_FIELD_NUMBER: _ClassVar[int]
    FIRST_SEE_TIME_FIELD_NUMBER: _ClassVar[int]
    LAST_SEE_TIME_FIELD_NUMBER: _ClassVar[int]
    SCOPE_OUTCOME_FIELD_NUMBER: _ClassVar[int]
    REMOVE_TIME_FIELD_NUMBER: _ClassVar[int]
    classified: _asset_pb2.ClassifiedAsset
    tenant: str
    organisation: str
    first_see_time: _timestamp_pb2.Timestamp
    last_see_time: _timestamp_pb2.Timestamp
    scope_outcome: _scope_pb2.Outcome
    remove_time: _timestamp_pb2.Timestamp
    def __init__(self, classified: _Optional[_Union[_asset_pb2.ClassifiedAsset, _Mapping]] = ..., tenant: _Optional[str] = ..., organisation: _Optional[str] = ..., first_see_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., last_see_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., scope_outcome: _Optional[_Union[_scope_pb2.Outcome, str]] = ..., remove_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class ListAssetsRequest(_message.Message):
    __slots__ = ("filter", "page_size", "page_token", "order_by", "search", "past")
    FILTER_FIELD_NUMBER: _ClassVar[int]
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    ORDER_BY_FIELD_NUMBER: _ClassVar[int]
    SEARCH_FIELD_NUMBER: _ClassVar[int]
    PAST_FIELD_NUMBER: _ClassVar[int]
    filter: AssetFilter
    page_size: int
    page_token: str
    order_by: str
    search: str
    past: Past
    def __init__(self, filter: _Optional[_Union[AssetFilter, _Mapping]] = ..., page_size: _Optional[int] = ..., page_token: _Optional[str] = ..., order_by: _Optional[str] = ..., search: _Optional[str] = ..., past: _Optional[_Union[Past, _Mapping]] = ...) -> None: ...

class ListAssetsResponse(_message.Message):
    __slots__ = ("items", "next_page_token", "completeness", "search_behind", "times")
    ITEMS_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    COMPLETENESS_FIELD_NUMBER: _ClassVar[int]
    SEARCH_BEHIND_FIELD_NUMBER: _ClassVar[int]
    TIMES_FIELD_NUMBER: _ClassVar[int]
    items: _containers.RepeatedCompositeFieldContainer[AssetView]
    next_page_token: str
    completeness: Completeness
    search_behind: int
    times: PastTimes
    def __init__(self, items: _Optional[_Iterable[_Union[AssetView, _Mapping]]] = ..., next_page_token: _Optional[str] = ..., completeness: _Optional[_Union[Completeness, _Mapping]] = ..., search_behind: _Optional[int] = ..., times: _Optional[_Union[PastTimes, _Mapping]] = ...) -> None: ...

class VerbVerdict(_message.Message):
    __slots__ = ("verb", "known", "location_class", "countries", "operations", "evidence")
    VERB_FIELD_NUMBER: _ClassVar[int]
    KNOWN_FIELD_NUMBER: _ClassVar[int]
    LOCATION_CLASS_FIELD_NUMBER: _ClassVar[int]
    COUNTRIES_FIELD_NUMBER: _ClassVar[int]
    OPERATIONS_FIELD_NUMBER: _ClassVar[int]
    EVIDENCE_FIELD_NUMBER: _ClassVar[int]
    verb: _asset_pb2.Operation
    known: bool
    location_class: _asset_pb2.LocationClass
    countries: _containers.RepeatedScalarFieldContainer[str]
    operations: _containers.RepeatedScalarFieldContainer[_asset_pb2.Operation]
    evidence: _containers.RepeatedCompositeFieldContainer[_asset_pb2.Evidence]
    def __init__(self, verb: _Optional[_Union[_asset_pb2.Operation, str]] = ..., known: _Optional[bool] = ..., location_class: _Optional[_Union[_asset_pb2.LocationClass, str]] = ..., countries: _Optional[_Iterable[str]] = ..., operations: _Optional[_Iterable[_Union[_asset_pb2.Operation, str]]] = ..., evidence: _Optional[_Iterable[_Union[_asset_pb2.Evidence, _Mapping]]] = ...) -> None: ...

class GetAssetRequest(_message.Message):
    __slots__ = ("asset_id", "past")
    ASSET_ID_FIELD_NUMBER: _ClassVar[int]
    PAST_FIELD_NUMBER: _ClassVar[int]
    asset_id: str
    past: Past
    def __init__(self, asset_id: _Optional[str] = ..., past: _Optional[_Union[Past, _Mapping]] = ...) -> None: ...

class GetAssetResponse(_message.Message):
    __slots__ = ("asset", "verbs", "times")
    ASSET_FIELD_NUMBER: _ClassVar[int]
    VERBS_FIELD_NUMBER: _ClassVar[int]
    TIMES_FIELD_NUMBER: _ClassVar[int]
    asset: AssetView
    verbs: _containers.RepeatedCompositeFieldContainer[VerbVerdict]
    times: PastTimes
    def __init__(self, asset: _Optional[_Union[AssetView, _Mapping]] = ..., verbs: _Optional[_Iterable[_Union[VerbVerdict, _Mapping]]] = ..., times: _Optional[_Union[PastTimes, _Mapping]] = ...) -> None: ...

class ExplainAssetRequest(_message.Message):
    __slots__ = ("asset_id", "language", "as_of", "todays_rules", "known_at")
    ASSET_ID_FIELD_NUMBER: _ClassVar[int]
    LANGUAGE_FIELD_NUMBER: _ClassVar[int]
    AS_OF_FIELD_NUMBER: _ClassVar[int]
    TODAYS_RULES_FIELD_NUMBER: _ClassVar[int]
    KNOWN_AT_FIELD_NUMBER: _ClassVar[int]
    asset_id: str
    language: Language
    as_of: str
    todays_rules: bool
    known_at: str
    def __init__(self, asset_id: _Optional[str] = ..., language: _Optional[_Union[Language, str]] = ..., as_of: _Optional[str] = ..., todays_rules: _Optional[bool] = ..., known_at: _Optional[str] = ...) -> None: ...

class Fact(_message.Message):
    __slots__ = ("name", "source", "valid_from", "valid_until", "confidence", "as_at")
    NAME_FIELD_NUMBER: _ClassVar[int]
    SOURCE_FIELD_NUMBER: _ClassVar[int]
    VALID_FROM_FIELD_NUMBER: _ClassVar[int]
    VALID_UNTIL_FIELD_NUMBER: _ClassVar[int]
    CONFIDENCE_FIELD_NUMBER: _ClassVar[int]
    AS_AT_FIELD_NUMBER: _ClassVar[int]
    name: str
    source: str
    valid_from: str
    valid_until: str
    confidence: str
    as_at: str
    def __init__(self, name: _Optional[str] = ..., source: _Optional[str] = ..., valid_from: _Optional[str] = ..., valid_until: _Optional[str] = ..., confidence: _Optional[str] = ..., as_at: _Optional[str] = ...) -> None: ...

class Explanation(_message.Message):
    __slots__ = ("subject", "statement", "rule", "source", "evidence", "facts")
    SUBJECT_FIELD_NUMBER: _ClassVar[int]
    STATEMENT_FIELD_NUMBER: _ClassVar[int]
    RULE_FIELD_NUMBER: _ClassVar[int]
    SOURCE_FIELD_NUMBER: _ClassVar[int]
    EVIDENCE_FIELD_NUMBER: _ClassVar[int]
    FACTS_FIELD_NUMBER: _ClassVar[int]
    subject: str
    statement: str
    rule: str
    source: str
    evidence: _containers.RepeatedCompositeFieldContainer[_asset_pb2.Evidence]
    facts: _containers.RepeatedCompositeFieldContainer[Fact]
    def __init__(self, subject: _Optional[str] = ..., statement: _Optional[str] = ..., rule: _Optional[str] = ..., source: _Optional[str] = ..., evidence: _Optional[_Iterable[_Union[_asset_pb2.Evidence, _Mapping]]] = ..., facts: _Optional[_Iterable[_Union[Fact, _Mapping]]] = ...) -> None: ...

class ExplainAssetResponse(_message.Message):
    __slots__ = ("asset", "steps", "verbs", "times")
    ASSET_FIELD_NUMBER: _ClassVar[int]
    STEPS_FIELD_NUMBER: _ClassVar[int]
    VERBS_FIELD_NUMBER: _ClassVar[int]
    TIMES_FIELD_NUMBER: _ClassVar[int]
    asset: AssetView
    steps: _containers.RepeatedCompositeFieldContainer[Explanation]
    verbs: _containers.RepeatedCompositeFieldContainer[VerbVerdict]
    times: PastTimes
    def __init__(self, asset: _Optional[_Union[AssetView, _Mapping]] = ..., steps: _Optional[_Iterable[_Union[Explanation, _Mapping]]] = ..., verbs: _Optional[_Iterable[_Union[VerbVerdict, _Mapping]]] = ..., times: _Optional[_Union[PastTimes, _Mapping]] = ...) -> None: ...

class ListFindingsRequest(_message.Message):
    __slots__ = ("filter", "state", "include_resolved", "page_size", "page_token", "language", "past")
    FILTER_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    INCLUDE_RESOLVED_FIELD_NUMBER: _ClassVar[int]
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    LANGUAGE_FIELD_NUMBER: _ClassVar[int]
    PAST_FIELD_NUMBER: _ClassVar[int]
    filter: AssetFilter
    state: _finding_pb2.FindingState
    include_resolved: bool
    page_size: int
    page_token: str
    language: Language
    past: Past
    def __init__(self, filter: _Optional[_Union[AssetFilter, _Mapping]] = ..., state: _Optional[_Union[_finding_pb2.FindingState, str]] = ..., include_resolved: _Optional[bool] = ..., page_size: _Optional[int] = ..., page_token: _Optional[str] = ..., language: _Optional[_Union[Language, str]] = ..., past: _Optional[_Union[Past, _Mapping]] = ...) -> None: ...

class ListFindingsResponse(_message.Message):
    __slots__ = ("items", "next_page_token", "completeness", "times")
    ITEMS_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    COMPLETENESS_FIELD_NUMBER: _ClassVar[int]
    TIMES_FIELD_NUMBER: _ClassVar[int]
    items: _containers.RepeatedCompositeFieldContainer[_finding_pb2.Finding]
    next_page_token: str
    completeness: Completeness
    times: PastTimes
    def __init__(self, items: _Optional[_Iterable[_Union[_finding_pb2.Finding, _Mapping]]] = ..., next_page_token: _Optional[str] = ..., completeness: _Optional[_Union[Completeness, _Mapping]] = ..., times: _Optional[_Union[PastTimes, _Mapping]] = ...) -> None: ...

class GetFindingRequest(_message.Message):
    __slots__ = ("finding_id", "language", "past")
    FINDING_ID_FIELD_NUMBER: _ClassVar[int]
    LANGUAGE_FIELD_NUMBER: _ClassVar[int]
    PAST_FIELD_NUMBER: _ClassVar[int]
    finding_id: str
    language: Language
    past: Past
    def __init__(self, finding_id: _Optional[str] = ..., language: _Optional[_Union[Language, str]] = ..., past: _Optional[_Union[Past, _Mapping]] = ...) -> None: ...

class GetFindingResponse(_message.Message):
    __slots__ = ("finding", "history", "times")
    FINDING_FIELD_NUMBER: _ClassVar[int]
    HISTORY_FIELD_NUMBER: _ClassVar[int]
    TIMES_FIELD_NUMBER: _ClassVar[int]
    finding: _finding_pb2.Finding
    history: _containers.RepeatedCompositeFieldContainer[_finding_pb2.FindingVersion]
    times: PastTimes
    def __init__(self, finding: _Optional[_Union[_finding_pb2.Finding, _Mapping]] = ..., history: _Optional[_Iterable[_Union[_finding_pb2.FindingVersion, _Mapping]]] = ..., times: _Optional[_Union[PastTimes, _Mapping]] = ...) -> None: ...

class WatchFindingsRequest(_message.Message):
    __slots__ = ("language", "position")
    LANGUAGE_FIELD_NUMBER: _ClassVar[int]
    POSITION_FIELD_NUMBER: _ClassVar[int]
    language: Language
    position: str
    def __init__(self, language: _Optional[_Union[Language, str]] = ..., position: _Optional[str] = ...) -> None: ...

class WatchFindingsResponse(_message.Message):
    __slots__ = ("position", "event_type", "event_time", "finding", "done_by", "note")
    POSITION_FIELD_NUMBER: _ClassVar[int]
    EVENT_TYPE_FIELD_NUMBER: _ClassVar[int]
    EVENT_TIME_FIELD_NUMBER: _ClassVar[int]
    FINDING_FIELD_NUMBER: _ClassVar[int]
    DONE_BY_FIELD_NUMBER: _ClassVar[int]
    NOTE_FIELD_NUMBER: _ClassVar[int]
    position: str
    event_type: str
    event_time: _timestamp_pb2.Timestamp
    finding: _finding_pb2.Finding
    done_by: str
    note: str
    def __init__(self, position: _Optional[str] = ..., event_type: _Optional[str] = ..., event_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., finding: _Optional[_Union[_finding_pb2.Finding, _Mapping]] = ..., done_by: _Optional[str] = ..., note: _Optional[str] = ...) -> None: ...

class AcknowledgeFindingsRequest(_message.Message):
    __slots__ = ("finding_ids", "note", "language")
    FINDING_IDS_FIELD_NUMBER: _ClassVar[int]
    NOTE_FIELD_NUMBER: _ClassVar[int]
    LANGUAGE_FIELD_NUMBER: _ClassVar[int]
    finding_ids: _containers.RepeatedScalarFieldContainer[str]
    note: str
    language: Language
    def __init__(self, finding_ids: _Optional[_Iterable[str]] = ..., note: _Optional[str] = ..., language: _Optional[_Union[Language, str]] = ...) -> None: ...

class AcknowledgeFindingsResponse(_message.Message):
    __slots__ = ("items",)
    ITEMS_FIELD_NUMBER: _ClassVar[int]
    items: _containers.RepeatedCompositeFieldContainer[_finding_pb2.Finding]
    def __init__(self, items: _Optional[_Iterable[_Union[_finding_pb2.Finding, _Mapping]]] = ...) -> None: ...

class ReopenFindingsRequest(_message.Message):
    __slots__ = ("finding_ids", "note", "language")
    FINDING_IDS_FIELD_NUMBER: _ClassVar[int]
    NOTE_FIELD_NUMBER: _ClassVar[int]
    LANGUAGE_FIELD_NUMBER: _ClassVar[int]
    finding_ids: _containers.RepeatedScalarFieldContainer[str]
    note: str
    language: Language
    def __init__(self, finding_ids: _Optional[_Iterable[str]] = ..., note: _Optional[str] = ..., language: _Optional[_Union[Language, str]] = ...) -> None: ...

class ReopenFindingsResponse(_message.Message):
    __slots__ = ("items",)
    ITEMS_FIELD_NUMBER: _ClassVar[int]
    items: _containers.RepeatedCompositeFieldContainer[_finding_pb2.Finding]
    def __init__(self, items: _Optional[_Iterable[_Union[_finding_pb2.Finding, _Mapping]]] = ...) -> None: ...

class Exemption(_message.Message):
    __slots__ = ("exemption_id", "organisation", "kinds", "scope", "decision", "reason", "decided_by", "last_day", "record_time", "recorded_by", "end_time", "ended_by", "end_reason", "findings", "in_force")
    EXEMPTION_ID_FIELD_NUMBER: _ClassVar[int]
    ORGANISATION_FIELD_NUMBER: _ClassVar[int]
    KINDS_FIELD_NUMBER: _ClassVar[int]
    SCOPE_FIELD_NUMBER: _ClassVar[int]
    DECISION_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    DECIDED_BY_FIELD_NUMBER: _ClassVar[int]
    LAST_DAY_FIELD_NUMBER: _ClassVar[int]
    RECORD_TIME_FIELD_NUMBER: _ClassVar[int]
    RECORDED_BY_FIELD_NUMBER: _ClassVar[int]
    END_TIME_FIELD_NUMBER: _ClassVar[int]
    ENDED_BY_FIELD_NUMBER: _ClassVar[int]
    END_REASON_FIELD_NUMBER: _ClassVar[int]
    FINDINGS_FIELD_NUMBER: _ClassVar[int]
    IN_FORCE_FIELD_NUMBER: _ClassVar[int]
    exemption_id: str
    organisation: str
    kinds: _containers.RepeatedScalarFieldContainer[_finding_pb2.FindingKind]
    scope: str
    decision: str
    reason: str
    decided_by: str
    last_day: str
    record_time: _timestamp_pb2.Timestamp
    recorded_by: str
    end_time: _timestamp_pb2.Timestamp
    ended_by: str
    end_reason: str
    findings: int
    in_force: bool
    def __init__(self, exemption_id: _Optional[str] = ..., organisation: _Optional[str] = ..., kinds: _Optional[_Iterable[_Union[_finding_pb2.FindingKind, str]]] = ..., scope: _Optional[str] = ..., decision: _Optional[str] = ..., reason: _Optional[str] = ..., decided_by: _Optional[str] = ..., last_day: _Optional[str] = ..., record_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., recorded_by: _Optional[str] = ..., end_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., ended_by: _Optional[str] = ..., end_reason: _Optional[str] = ..., findings: _Optional[int] = ..., in_force: _Optional[bool] = ...) -> None: ...

class CreateExemptionRequest(_message.Message):
    __slots__ = ("organisation", "kinds", "scope", "decision", "reason", "decided_by", "last_day")
    ORGANISATION_FIELD_NUMBER: _ClassVar[int]
    KINDS_FIELD_NUMBER: _ClassVar[int]
    SCOPE_FIELD_NUMBER: _ClassVar[int]
    DECISION_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    DECIDED_BY_FIELD_NUMBER: _ClassVar[int]
    LAST_DAY_FIELD_NUMBER: _ClassVar[int]
    organisation: str
    kinds: _containers.RepeatedScalarFieldContainer[_finding_pb2.FindingKind]
    scope: str
    decision: str
    reason: str
    decided_by: str
    last_day: str
    def __init__(self, organisation: _Optional[str] = ..., kinds: _Optional[_Iterable[_Union[_finding_pb2.FindingKind, str]]] = ..., scope: _Optional[str] = ..., decision: _Optional[str] = ..., reason: _Optional[str] = ..., decided_by: _Optional[str] = ..., last_day: _Optional[str] = ...) -> None: ...

class CreateExemptionResponse(_message.Message):
    __slots__ = ("exemption",)
    EXEMPTION_FIELD_NUMBER: _ClassVar[int]
    exemption: Exemption
    def __init__(self, exemption: _Optional[_Union[Exemption, _Mapping]] = ...) -> None: ...

class EndExemptionRequest(_message.Message):
    __slots__ = ("exemption_id", "reason")
    EXEMPTION_ID_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    exemption_id: str
    reason: str
    def __init__(self, exemption_id: _Optional[str] = ..., reason: _Optional[str] = ...) -> None: ...

class EndExemptionResponse(_message.Message):
    __slots__ = ("exemption",)
    EXEMPTION_FIELD_NUMBER: _ClassVar[int]
    exemption: Exemption
    def __init__(self, exemption: _Optional[_Union[Exemption, _Mapping]] = ...) -> None: ...

class ListExemptionsRequest(_message.Message):
    __slots__ = ("include_ended",)
    INCLUDE_ENDED_FIELD_NUMBER: _ClassVar[int]
    include_ended: bool
    def __init__(self, include_ended: _Optional[bool] = ...) -> None: ...

class ListExemptionsResponse(_message.Message):
    __slots__ = ("items",)
    ITEMS_FIELD_NUMBER: _ClassVar[int]
    items: _containers.RepeatedCompositeFieldContainer[Exemption]
    def __init__(self, items: _Optional[_Iterable[_Union[Exemption, _Mapping]]] = ...) -> None: ...

class ListCoverageRequest(_message.Message):
    __slots__ = ("organisation", "tenant", "blind_only", "page_size", "page_token", "past")
    ORGANISATION_FIELD_NUMBER: _ClassVar[int]
    TENANT_FIELD_NUMBER: _ClassVar[int]
    BLIND_ONLY_FIELD_NUMBER: _ClassVar[int]
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    PAST_FIELD_NUMBER: _ClassVar[int]
    organisation: str
    tenant: str
    blind_only: bool
    page_size: int
    page_token: str
    past: Past
    def __init__(self, organisation: _Optional[str] = ..., tenant: _Optional[str] = ..., blind_only: _Optional[bool] = ..., page_size: _Optional[int] = ..., page_token: _Optional[str] = ..., past: _Optional[_Union[Past, _Mapping]] = ...) -> None: ...

class CoverageRow(_message.Message):
    __slots__ = ("tenant", "organisation", "outcome", "look_time", "last_complete_time", "planned", "unplanned_reason")
    TENANT_FIELD_NUMBER: _ClassVar[int]
    ORGANISATION_FIELD_NUMBER: _ClassVar[int]
    OUTCOME_FIELD_NUMBER: _ClassVar[int]
    LOOK_TIME_FIELD_NUMBER: _ClassVar[int]
    LAST_COMPLETE_TIME_FIELD_NUMBER: _ClassVar[int]
    PLANNED_FIELD_NUMBER: _ClassVar[int]
    UNPLANNED_REASON_FIELD_NUMBER: _ClassVar[int]
    tenant: str
    organisation: str
    outcome: _scope_pb2.ScopeOutcome
    look_time: _timestamp_pb2.Timestamp
    last_complete_time: _timestamp_pb2.Timestamp
    planned: bool
    unplanned_reason: _account_pb2.UnplannedReason
    def __init__(self, tenant: _Optional[str] = ..., organisation: _Optional[str] = ..., outcome: _Optional[_Union[_scope_pb2.ScopeOutcome, _Mapping]] = ..., look_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., last_complete_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., planned: _Optional[bool] = ..., unplanned_reason: _Optional[_Union[_account_pb2.UnplannedReason, str]] = ...) -> None: ...

class ListCoverageResponse(_message.Message):
    __slots__ = ("items", "next_page_token", "completeness", "discrepancies", "times")
    ITEMS_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    COMPLETENESS_FIELD_NUMBER: _ClassVar[int]
    DISCREPANCIES_FIELD_NUMBER: _ClassVar[int]
    TIMES_FIELD_NUMBER: _ClassVar[int]
    items: _containers.RepeatedCompositeFieldContainer[CoverageRow]
    next_page_token: str
    completeness: Completeness
    discrepancies: int
    times: PastTimes
    def __init__(self, items: _Optional[_Iterable[_Union[CoverageRow, _Mapping]]] = ..., next_page_token: _Optional[str] = ..., completeness: _Optional[_Union[Completeness, _Mapping]] = ..., discrepancies: _Optional[int] = ..., times: _Optional[_Union[PastTimes, _Mapping]] = ...) -> None: ...

class ListDiscrepanciesRequest(_message.Message):
    __slots__ = ("organisation", "tenant", "kind", "include_ended", "page_size", "page_token", "past")
    ORGANISATION_FIELD_NUMBER: _ClassVar[int]
    TENANT_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    INCLUDE_ENDED_FIELD_NUMBER: _ClassVar[int]
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    PAST_FIELD_NUMBER: _ClassVar[int]
    organisation: str
    tenant: str
    kind: _discrepancy_pb2.DiscrepancyKind
    include_ended: bool
    page_size: int
    page_token: str
    past: Past
    def __init__(self, organisation: _Optional[str] = ..., tenant: _Optional[str] = ..., kind: _Optional[_Union[_discrepancy_pb2.DiscrepancyKind, str]] = ..., include_ended: _Optional[bool] = ..., page_size: _Optional[int] = ..., page_token: _Optional[str] = ..., past: _Optional[_Union[Past, _Mapping]] = ...) -> None: ...

class DiscrepancyRow(_message.Message):
    __slots__ = ("tenant", "organisation", "account", "discrepancy", "since_time", "last_see_time", "end_time")
    TENANT_FIELD_NUMBER: _ClassVar[int]
    ORGANISATION_FIELD_NUMBER: _ClassVar[int]
    ACCOUNT_FIELD_NUMBER: _ClassVar[int]
    DISCREPANCY_FIELD_NUMBER: _ClassVar[int]
    SINCE_TIME_FIELD_NUMBER: _ClassVar[int]
    LAST_SEE_TIME_FIELD_NUMBER: _ClassVar[int]
    END_TIME_FIELD_NUMBER: _ClassVar[int]
    tenant: str
    organisation: str
    account: str
    discrepancy: _discrepancy_pb2.Discrepancy
    since_time: _timestamp_pb2.Timestamp
    last_see_time: _timestamp_pb2.Timestamp
    end_time: _timestamp_pb2.Timestamp
    def __init__(self, tenant: _Optional[str] = ..., organisation: _Optional[str] = ..., account: _Optional[str] = ..., discrepancy: _Optional[_Union[_discrepancy_pb2.Discrepancy, _Mapping]] = ..., since_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., last_see_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., end_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class ListDiscrepanciesResponse(_message.Message):
    __slots__ = ("items", "next_page_token", "completeness", "times")
    ITEMS_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    COMPLETENESS_FIELD_NUMBER: _ClassVar[int]
    TIMES_FIELD_NUMBER: _ClassVar[int]
    items: _containers.RepeatedCompositeFieldContainer[DiscrepancyRow]
    next_page_token: str
    completeness: Completeness
    times: PastTimes
    def __init__(self, items: _Optional[_Iterable[_Union[DiscrepancyRow, _Mapping]]] = ..., next_page_token: _Optional[str] = ..., completeness: _Optional[_Union[Completeness, _Mapping]] = ..., times: _Optional[_Union[PastTimes, _Mapping]] = ...) -> None: ...

class ListSightChangesRequest(_message.Message):
    __slots__ = ("organisation", "tenant", "since_time", "page_size", "page_token", "language", "past")
    ORGANISATION_FIELD_NUMBER: _ClassVar[int]
    TENANT_FIELD_NUMBER: _ClassVar[int]
    SINCE_TIME_FIELD_NUMBER: _ClassVar[int]
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    LANGUAGE_FIELD_NUMBER: _ClassVar[int]
    PAST_FIELD_NUMBER: _ClassVar[int]
    organisation: str
    tenant: str
    since_time: _timestamp_pb2.Timestamp
    page_size: int
    page_token: str
    language: Language
    past: Past
    def __init__(self, organisation: _Optional[str] = ..., tenant: _Optional[str] = ..., since_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., page_size: _Optional[int] = ..., page_token: _Optional[str] = ..., language: _Optional[_Union[Language, str]] = ..., past: _Optional[_Union[Past, _Mapping]] = ...) -> None: ...

class SightChange(_message.Message):
    __slots__ = ("tenant", "organisation", "change_time", "kind", "account", "location", "type", "scopes", "permissions", "denied_by", "detail")
    TENANT_FIELD_NUMBER: _ClassVar[int]
    ORGANISATION_FIELD_NUMBER: _ClassVar[int]
    CHANGE_TIME_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    ACCOUNT_FIELD_NUMBER: _ClassVar[int]
    LOCATION_FIELD_NUMBER: _ClassVar[int]
    TYPE_FIELD_NUMBER: _ClassVar[int]
    SCOPES_FIELD_NUMBER: _ClassVar[int]
    PERMISSIONS_FIELD_NUMBER: _ClassVar[int]
    DENIED_BY_FIELD_NUMBER: _ClassVar[int]
    DETAIL_FIELD_NUMBER: _ClassVar[int]
    tenant: str
    organisation: str
    change_time: _timestamp_pb2.Timestamp
    kind: _account_pb2.SightChangeKind
    account: str
    location: str
    type: str
    scopes: int
    permissions: _containers.RepeatedScalarFieldContainer[str]
    denied_by: _scope_pb2.DeniedBy
    detail: str
    def __init__(self, tenant: _Optional[str] = ..., organisation: _Optional[str] = ..., change_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., kind: _Optional[_Union[_account_pb2.SightChangeKind, str]] = ..., account: _Optional[str] = ..., location: _Optional[str] = ..., type: _Optional[str] = ..., scopes: _Optional[int] = ..., permissions: _Optional[_Iterable[str]] = ..., denied_by: _Optional[_Union[_scope_pb2.DeniedBy, str]] = ..., detail: _Optional[str] = ...) -> None: ...

class ListSightChangesResponse(_message.Message):
    __slots__ = ("items", "next_page_token", "completeness", "times")
    ITEMS_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    COMPLETENESS_FIELD_NUMBER: _ClassVar[int]
    TIMES_FIELD_NUMBER: _ClassVar[int]
    items: _containers.RepeatedCompositeFieldContainer[SightChange]
    next_page_token: str
    completeness: Completeness
    times: PastTimes
    def __init__(self, items: _Optional[_Iterable[_Union[SightChange, _Mapping]]] = ..., next_page_token: _Optional[str] = ..., completeness: _Optional[_Union[Completeness, _Mapping]] = ..., times: _Optional[_Union[PastTimes, _Mapping]] = ...) -> None: ...

class FieldChange(_message.Message):
    __slots__ = ("field", "before", "after")
    FIELD_FIELD_NUMBER: _ClassVar[int]
    BEFORE_FIELD_NUMBER: _ClassVar[int]
    AFTER_FIELD_NUMBER: _ClassVar[int]
    field: str
    before: str
    after: str
    def __init__(self, field: _Optional[str] = ..., before: _Optional[str] = ..., after: _Optional[str] = ...) -> None: ...

class AssetVersion(_message.Message):
    __slots__ = ("tenant", "organisation", "valid_from_time", "valid_to_time", "record_time", "supersede_time", "withdraw_time", "removed", "cause", "scan_id", "agent_version", "policy_version", "location_class", "changes", "appeared")
    TENANT_FIELD_NUMBER: _ClassVar[int]
    ORGANISATION_FIELD_NUMBER: _ClassVar[int]
    VALID_FROM_TIME_FIELD_NUMBER: _ClassVar[int]
    VALID_TO_TIME_FIELD_NUMBER: _ClassVar[int]
    RECORD_TIME_FIELD_NUMBER: _ClassVar[int]
    SUPERSEDE_TIME_FIELD_NUMBER: _ClassVar[int]
    WITHDRAW_TIME_FIELD_NUMBER: _ClassVar[int]
    REMOVED_FIELD_NUMBER: _ClassVar[int]
    CAUSE_FIELD_NUMBER: _ClassVar[int]
    SCAN_ID_FIELD_NUMBER: _ClassVar[int]
    AGENT_VERSION_FIELD_NUMBER: _ClassVar[int]
    POLICY_VERSION_FIELD_NUMBER: _ClassVar[int]
    LOCATION_CLASS_FIELD_NUMBER: _ClassVar[int]
    CHANGES_FIELD_NUMBER: _ClassVar[int]
    APPEARED_FIELD_NUMBER: _ClassVar[int]
    tenant: str
    organisation: str
    valid_from_time: _timestamp_pb2.Timestamp
    valid_to_time: _timestamp_pb2.Timestamp
    record_time: _timestamp_pb2.Timestamp
    supersede_time: _timestamp_pb2.Timestamp
    withdraw_time: _timestamp_pb2.Timestamp
    removed: bool
    cause: VersionCause
    scan_id: str
    agent_version: str
    policy_version: str
    location_class: _asset_pb2.LocationClass
    changes: _containers.RepeatedCompositeFieldContainer[FieldChange]
    appeared: bool
    def __init__(self, tenant: _Optional[str] = ..., organisation: _Optional[str] = ..., valid_from_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., valid_to_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., record_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., supersede_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., withdraw_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., removed: _Optional[bool] = ..., cause: _Optional[_Union[VersionCause, str]] = ..., scan_id: _Optional[str] = ..., agent_version: _Optional[str] = ..., policy_version: _Optional[str] = ..., location_class: _Optional[_Union[_asset_pb2.LocationClass, str]] = ..., changes: _Optional[_Iterable[_Union[FieldChange, _Mapping]]] = ..., appeared: _Optional[bool] = ...) -> None: ...

class ListAssetVersionsRequest(_message.Message):
    __slots__ = ("asset_id", "page_size", "page_token")
    ASSET_ID_FIELD_NUMBER: _ClassVar[int]
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    asset_id: str
    page_size: int
    page_token: str
    def __init__(self, asset_id: _Optional[str] = ..., page_size: _Optional[int] = ..., page_token: _Optional[str] = ...) -> None: ...

class ListAssetVersionsResponse(_message.Message):
    __slots__ = ("items", "next_page_token")
    ITEMS_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    items: _containers.RepeatedCompositeFieldContainer[AssetVersion]
    next_page_token: str
    def __init__(self, items: _Optional[_Iterable[_Union[AssetVersion, _Mapping]]] = ..., next_page_token: _Optional[str] = ...) -> None: ...

class ListDifferencesRequest(_message.Message):
    __slots__ = ("since", "until", "known_at", "organisation", "tenant", "page_size", "page_token")
    SINCE_FIELD_NUMBER: _ClassVar[int]
    UNTIL_FIELD_NUMBER: _ClassVar[int]
    KNOWN_AT_FIELD_NUMBER: _ClassVar[int]
    ORGANISATION_FIELD_NUMBER: _ClassVar[int]
    TENANT_FIELD_NUMBER: _ClassVar[int]
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    since: str
    until: str
    known_at: str
    organisation: str
    tenant: str
    page_size: int
    page_token: str
    def __init__(self, since: _Optional[str] = ..., until: _Optional[str] = ..., known_at: _Optional[str] = ..., organisation: _Optional[str] = ..., tenant: _Optional[str] = ..., page_size: _Optional[int] = ..., page_token: _Optional[str] = ...) -> None: ...

class DifferenceCount(_message.Message):
    __slots__ = ("organisation", "appeared", "vanished", "moved", "changed_class", "scopes_seen_no_more")
    ORGANISATION_FIELD_NUMBER: _ClassVar[int]
    APPEARED_FIELD_NUMBER: _ClassVar[int]
    VANISHED_FIELD_NUMBER: _ClassVar[int]
    MOVED_FIELD_NUMBER: _ClassVar[int]
    CHANGED_CLASS_FIELD_NUMBER: _ClassVar[int]
    SCOPES_SEEN_NO_MORE_FIELD_NUMBER: _ClassVar[int]
    organisation: str
    appeared: int
    vanished: int
    moved: int
    changed_class: int
    scopes_seen_no_more: int
    def __init__(self, organisation: _Optional[str] = ..., appeared: _Optional[int] = ..., vanished: _Optional[int] = ..., moved: _Optional[int] = ..., changed_class: _Optional[int] = ..., scopes_seen_no_more: _Optional[int] = ...) -> None: ...

class Difference(_message.Message):
    __slots__ = ("kinds", "tenant", "organisation", "asset_id", "type", "account", "location", "countries_before", "countries_after", "class_before", "class_after", "outcome", "account_before", "location_before")
    KINDS_FIELD_NUMBER: _ClassVar[int]
    TENANT_FIELD_NUMBER: _ClassVar[int]
    ORGANISATION_FIELD_NUMBER: _ClassVar[int]
    ASSET_ID_FIELD_NUMBER: _ClassVar[int]
    TYPE_FIELD_NUMBER: _ClassVar[int]
    ACCOUNT_FIELD_NUMBER: _ClassVar[int]
    LOCATION_FIELD_NUMBER: _ClassVar[int]
    COUNTRIES_BEFORE_FIELD_NUMBER: _ClassVar[int]
    COUNTRIES_AFTER_FIELD_NUMBER: _ClassVar[int]
    CLASS_BEFORE_FIELD_NUMBER: _ClassVar[int]
    CLASS_AFTER_FIELD_NUMBER: _ClassVar[int]
    OUTCOME_FIELD_NUMBER: _ClassVar[int]
    ACCOUNT_BEFORE_FIELD_NUMBER: _ClassVar[int]
    LOCATION_BEFORE_FIELD_NUMBER: _ClassVar[int]
    kinds: _containers.RepeatedScalarFieldContainer[DifferenceKind]
    tenant: str
    organisation: str
    asset_id: str
    type: str
    account: str
    location: str
    countries_before: _containers.RepeatedScalarFieldContainer[str]
    countries_after: _containers.RepeatedScalarFieldContainer[str]
    class_before: _asset_pb2.LocationClass
    class_after: _asset_pb2.LocationClass
    outcome: _scope_pb2.Outcome
    account_before: str
    location_before: str
    def __init__(self, kinds: _Optional[_Iterable[_Union[DifferenceKind, str]]] = ..., tenant: _Optional[str] = ..., organisation: _Optional[str] = ..., asset_id: _Optional[str] = ..., type: _Optional[str] = ..., account: _Optional[str] = ..., location: _Optional[str] = ..., countries_before: _Optional[_Iterable[str]] = ..., countries_after: _Optional[_Iterable[str]] = ..., class_before: _Optional[_Union[_asset_pb2.LocationClass, str]] = ..., class_after: _Optional[_Union[_asset_pb2.LocationClass, str]] = ..., outcome: _Optional[_Union[_scope_pb2.Outcome, str]] = ..., account_before: _Optional[str] = ..., location_before: _Optional[str] = ...) -> None: ...

class ListDifferencesResponse(_message.Message):
    __slots__ = ("items", "next_page_token", "counts", "completeness_before", "completeness", "times_before", "times")
    ITEMS_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    COUNTS_FIELD_NUMBER: _ClassVar[int]
    COMPLETENESS_BEFORE_FIELD_NUMBER: _ClassVar[int]
    COMPLETENESS_FIELD_NUMBER: _ClassVar[int]
    TIMES_BEFORE_FIELD_NUMBER: _ClassVar[int]
    TIMES_FIELD_NUMBER: _ClassVar[int]
    items: _containers.RepeatedCompositeFieldContainer[Difference]
    next_page_token: str
    counts: _containers.RepeatedCompositeFieldContainer[DifferenceCount]
    completeness_before: Completeness
    completeness: Completeness
    times_before: PastTimes
    times: PastTimes
    def __init__(self, items: _Optional[_Iterable[_Union[Difference, _Mapping]]] = ..., next_page_token: _Optional[str] = ..., counts: _Optional[_Iterable[_Union[DifferenceCount, _Mapping]]] = ..., completeness_before: _Optional[_Union[Completeness, _Mapping]] = ..., completeness: _Optional[_Union[Completeness, _Mapping]] = ..., times_before: _Optional[_Union[PastTimes, _Mapping]] = ..., times: _Optional[_Union[PastTimes, _Mapping]] = ...) -> None: ...

class ListGapsRequest(_message.Message):
    __slots__ = ("organisation", "tenant", "page_size", "page_token", "past")
    ORGANISATION_FIELD_NUMBER: _ClassVar[int]
    TENANT_FIELD_NUMBER: _ClassVar[int]
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    PAST_FIELD_NUMBER: _ClassVar[int]
    organisation: str
    tenant: str
    page_size: int
    page_token: str
    past: Past
    def __init__(self, organisation: _Optional[str] = ..., tenant: _Optional[str] = ..., page_size: _Optional[int] = ..., page_token: _Optional[str] = ..., past: _Optional[_Union[Past, _Mapping]] = ...) -> None: ...

class Gap(_message.Message):
    __slots__ = ("tenant", "organisation", "cause", "start_time", "end_time")
    TENANT_FIELD_NUMBER: _ClassVar[int]
    ORGANISATION_FIELD_NUMBER: _ClassVar[int]
    CAUSE_FIELD_NUMBER: _ClassVar[int]
    START_TIME_FIELD_NUMBER: _ClassVar[int]
    END_TIME_FIELD_NUMBER: _ClassVar[int]
    tenant: str
    organisation: str
    cause: _gap_pb2.GapCause
    start_time: _timestamp_pb2.Timestamp
    end_time: _timestamp_pb2.Timestamp
    def __init__(self, tenant: _Optional[str] = ..., organisation: _Optional[str] = ..., cause: _Optional[_Union[_gap_pb2.GapCause, str]] = ..., start_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., end_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class ListGapsResponse(_message.Message):
    __slots__ = ("items", "next_page_token", "completeness", "times")
    ITEMS_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    COMPLETENESS_FIELD_NUMBER: _ClassVar[int]
    TIMES_FIELD_NUMBER: _ClassVar[int]
    items: _containers.RepeatedCompositeFieldContainer[Gap]
    next_page_token: str
    completeness: Completeness
    times: PastTimes
    def __init__(self, items: _Optional[_Iterable[_Union[Gap, _Mapping]]] = ..., next_page_token: _Optional[str] = ..., completeness: _Optional[_Union[Completeness, _Mapping]] = ..., times: _Optional[_Union[PastTimes, _Mapping]] = ...) -> None: ...
