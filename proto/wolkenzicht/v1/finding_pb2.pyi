import datetime

from google.protobuf import timestamp_pb2 as _timestamp_pb2
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class FindingKind(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    FINDING_KIND_UNSPECIFIED: _ClassVar[FindingKind]
    FINDING_KIND_DATA_OUTSIDE_EEA: _ClassVar[FindingKind]
    FINDING_KIND_LOCATION_UNKNOWN: _ClassVar[FindingKind]
    FINDING_KIND_REGION_NOT_IN_CATALOGUE: _ClassVar[FindingKind]
    FINDING_KIND_PROHIBITED_USE: _ClassVar[FindingKind]
    FINDING_KIND_MATERIAL_CONFLICT: _ClassVar[FindingKind]
    FINDING_KIND_JURISDICTION_CHANGED: _ClassVar[FindingKind]
    FINDING_KIND_VERDICT_MISMATCH: _ClassVar[FindingKind]
    FINDING_KIND_COUNTRY_FORBIDDEN: _ClassVar[FindingKind]
    FINDING_KIND_DATA_OUTSIDE_EEA_ADEQUATE: _ClassVar[FindingKind]
    FINDING_KIND_ABOUT_TO_LEAVE: _ClassVar[FindingKind]
    FINDING_KIND_DUTY_MISSING: _ClassVar[FindingKind]
    FINDING_KIND_UNDECLARED_USE: _ClassVar[FindingKind]
    FINDING_KIND_AGENT_SILENT: _ClassVar[FindingKind]
    FINDING_KIND_SIGHT_DENIED: _ClassVar[FindingKind]
    FINDING_KIND_NEVER_REPORTED: _ClassVar[FindingKind]
    FINDING_KIND_INVENTORY_OLD: _ClassVar[FindingKind]
    FINDING_KIND_MARKET_CONCENTRATION: _ClassVar[FindingKind]
    FINDING_KIND_INTEGRITY_ALARM: _ClassVar[FindingKind]
    FINDING_KIND_ROUTE_DEAD: _ClassVar[FindingKind]

class SubjectKind(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    SUBJECT_KIND_UNSPECIFIED: _ClassVar[SubjectKind]
    SUBJECT_KIND_ASSET: _ClassVar[SubjectKind]
    SUBJECT_KIND_REGION: _ClassVar[SubjectKind]
    SUBJECT_KIND_TENANT: _ClassVar[SubjectKind]
    SUBJECT_KIND_ACCOUNT: _ClassVar[SubjectKind]
    SUBJECT_KIND_ROUTE: _ClassVar[SubjectKind]

class Severity(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    SEVERITY_UNSPECIFIED: _ClassVar[Severity]
    SEVERITY_LOW: _ClassVar[Severity]
    SEVERITY_MEDIUM: _ClassVar[Severity]
    SEVERITY_HIGH: _ClassVar[Severity]
    SEVERITY_CRITICAL: _ClassVar[Severity]

class FindingState(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    FINDING_STATE_UNSPECIFIED: _ClassVar[FindingState]
    FINDING_STATE_OPEN: _ClassVar[FindingState]
    FINDING_STATE_RESOLVED: _ClassVar[FindingState]
    FINDING_STATE_ACKNOWLEDGED: _ClassVar[FindingState]
    FINDING_STATE_EXEMPTED: _ClassVar[FindingState]
    FINDING_STATE_UNVERIFIED: _ClassVar[FindingState]
FINDING_KIND_UNSPECIFIED: FindingKind
FINDING_KIND_DATA_OUTSIDE_EEA: FindingKind
FINDING_KIND_LOCATION_UNKNOWN: FindingKind
FINDING_KIND_REGION_NOT_IN_CATALOGUE: FindingKind
FINDING_KIND_PROHIBITED_USE: FindingKind
FINDING_KIND_MATERIAL_CONFLICT: FindingKind
FINDING_KIND_JURISDICTION_CHANGED: FindingKind
FINDING_KIND_VERDICT_MISMATCH: FindingKind
FINDING_KIND_COUNTRY_FORBIDDEN: FindingKind
FINDING_KIND_DATA_OUTSIDE_EEA_ADEQUATE: FindingKind
FINDING_KIND_ABOUT_TO_LEAVE: FindingKind
FINDING_KIND_DUTY_MISSING: FindingKind
FINDING_KIND_UNDECLARED_USE: FindingKind
FINDING_KIND_AGENT_SILENT: FindingKind
FINDING_KIND_SIGHT_DENIED: FindingKind
FINDING_KIND_NEVER_REPORTED: FindingKind
FINDING_KIND_INVENTORY_OLD: FindingKind
FINDING_KIND_MARKET_CONCENTRATION: FindingKind
FINDING_KIND_INTEGRITY_ALARM: FindingKind
FINDING_KIND_ROUTE_DEAD: FindingKind
SUBJECT_KIND_UNSPECIFIED: SubjectKind
SUBJECT_KIND_ASSET: SubjectKind
SUBJECT_KIND_REGION: SubjectKind
SUBJECT_KIND_TENANT: SubjectKind
SUBJECT_KIND_ACCOUNT: SubjectKind
SUBJECT_KIND_ROUTE: SubjectKind
SEVERITY_UNSPECIFIED: Severity
SEVERITY_LOW: Severity
SEVERITY_MEDIUM: Severity
SEVERITY_HIGH: Severity
SEVERITY_CRITICAL: Severity
FINDING_STATE_UNSPECIFIED: FindingState
FINDING_STATE_OPEN: FindingState
FINDING_STATE_RESOLVED: FindingState
FINDING_STATE_ACKNOWLEDGED: FindingState
FINDING_STATE_EXEMPTED: FindingState
FINDING_STATE_UNVERIFIED: FindingState

class Finding(_message.Message):
    __slots__ = ("finding_id", "kind", "severity", "state", "tenant", "organisation", "asset_id", "owner", "clause", "remedy", "summary", "open_time", "resolve_time", "subject_kind", "subject", "acknowledge_time", "acknowledged_by", "acknowledge_note", "exemption_id", "unverify_time")
    FINDING_ID_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    SEVERITY_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    TENANT_FIELD_NUMBER: _ClassVar[int]
    ORGANISATION_FIELD_NUMBER: _ClassVar[int]
    ASSET_ID_FIELD_NUMBER: _ClassVar[int]
    OWNER_FIELD_NUMBER: _ClassVar[int]
    CLAUSE_FIELD_NUMBER: _ClassVar[int]
    REMEDY_FIELD_NUMBER: _ClassVar[int]
    SUMMARY_FIELD_NUMBER: _ClassVar[int]
    OPEN_TIME_FIELD_NUMBER: _ClassVar[int]
    RESOLVE_TIME_FIELD_NUMBER: _ClassVar[int]
    SUBJECT_KIND_FIELD_NUMBER: _ClassVar[int]
    SUBJECT_FIELD_NUMBER: _ClassVar[int]
    ACKNOWLEDGE_TIME_FIELD_NUMBER: _ClassVar[int]
    ACKNOWLEDGED_BY_FIELD_NUMBER: _ClassVar[int]
    ACKNOWLEDGE_NOTE_FIELD_NUMBER: _ClassVar[int]
    EXEMPTION_ID_FIELD_NUMBER: _ClassVar[int]
    UNVERIFY_TIME_FIELD_NUMBER: _ClassVar[int]
    finding_id: str
    kind: FindingKind
    severity: Severity
    state: FindingState
    tenant: str
    organisation: str
    asset_id: str
    owner: str
    clause: str
    remedy: str
    summary: str
    open_time: _timestamp_pb2.Timestamp
    resolve_time: _timestamp_pb2.Timestamp
    subject_kind: SubjectKind
    subject: str
    acknowledge_time: _timestamp_pb2.Timestamp
    acknowledged_by: str
    acknowledge_note: str
    exemption_id: str
    unverify_time: _timestamp_pb2.Timestamp
    def __init__(self, finding_id: _Optional[str] = ..., kind: _Optional[_Union[FindingKind, str]] = ..., severity: _Optional[_Union[Severity, str]] = ..., state: _Optional[_Union[FindingState, str]] = ..., tenant: _Optional[str] = ..., organisation: _Optional[str] = ..., asset_id: _Optional[str] = ..., owner: _Optional[str] = ..., clause: _Optional[str] = ..., remedy: _Optional[str] = ..., summary: _Optional[str] = ..., open_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., resolve_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., subject_kind: _Optional[_Union[SubjectKind, str]] = ..., subject: _Optional[str] = ..., acknowledge_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., acknowledged_by: _Optional[str] = ..., acknowledge_note: _Optional[str] = ..., exemption_id: _Optional[str] = ..., unverify_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class FindingVersion(_message.Message):
    __slots__ = ("valid_from_time", "valid_to_time", "record_time", "supersede_time", "withdraw_time", "state", "severity", "places", "exemption_id", "done_by", "note")
    VALID_FROM_TIME_FIELD_NUMBER: _ClassVar[int]
    VALID_TO_TIME_FIELD_NUMBER: _ClassVar[int]
    RECORD_TIME_FIELD_NUMBER: _ClassVar[int]
    SUPERSEDE_TIME_FIELD_NUMBER: _ClassVar[int]
    WITHDRAW_TIME_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    SEVERITY_FIELD_NUMBER: _ClassVar[int]
    PLACES_FIELD_NUMBER: _ClassVar[int]
    EXEMPTION_ID_FIELD_NUMBER: _ClassVar[int]
    DONE_BY_FIELD_NUMBER: _ClassVar[int]
    NOTE_FIELD_NUMBER: _ClassVar[int]
    valid_from_time: _timestamp_pb2.Timestamp
    valid_to_time: _timestamp_pb2.Timestamp
    record_time: _timestamp_pb2.Timestamp
    supersede_time: _timestamp_pb2.Timestamp
    withdraw_time: _timestamp_pb2.Timestamp
    state: FindingState
    severity: Severity
    places: str
    exemption_id: str
    done_by: str
    note: str
    def __init__(self, valid_from_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., valid_to_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., record_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., supersede_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., withdraw_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., state: _Optional[_Union[FindingState, str]] = ..., severity: _Optional[_Union[Severity, str]] = ..., places: _Optional[str] = ..., exemption_id: _Optional[str] = ..., done_by: _Optional[str] = ..., note: _Optional[str] = ...) -> None: ...
