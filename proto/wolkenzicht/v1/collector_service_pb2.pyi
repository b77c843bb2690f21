import datetime

from google.protobuf import timestamp_pb2 as _timestamp_pb2
from wolkenzicht.v1 import account_pb2 as _account_pb2
from wolkenzicht.v1 import asset_pb2 as _asset_pb2
from wolkenzicht.v1 import compare_pb2 as _compare_pb2
from wolkenzicht.v1 import discrepancy_pb2 as _discrepancy_pb2
from wolkenzicht.v1 import gap_pb2 as _gap_pb2
from wolkenzicht.v1 import policy_pb2 as _policy_pb2
from wolkenzicht.v1 import scope_pb2 as _scope_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class ScanKind(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    SCAN_KIND_UNSPECIFIED: _ClassVar[ScanKind]
    SCAN_KIND_CHANGES: _ClassVar[ScanKind]
SCAN_KIND_UNSPECIFIED: ScanKind
SCAN_KIND_CHANGES: ScanKind

class ReportRequest(_message.Message):
    __slots__ = ("sequence", "scan_id", "observe_time", "stream_start", "scan_start", "scan_plan", "asset_batch", "scope_outcome", "scan_end", "discrepancy_batch", "account_standings", "removal_batch")
    SEQUENCE_FIELD_NUMBER: _ClassVar[int]
    SCAN_ID_FIELD_NUMBER: _ClassVar[int]
    OBSERVE_TIME_FIELD_NUMBER: _ClassVar[int]
    STREAM_START_FIELD_NUMBER: _ClassVar[int]
    SCAN_START_FIELD_NUMBER: _ClassVar[int]
    SCAN_PLAN_FIELD_NUMBER: _ClassVar[int]
    ASSET_BATCH_FIELD_NUMBER: _ClassVar[int]
    SCOPE_OUTCOME_FIELD_NUMBER: _ClassVar[int]
    SCAN_END_FIELD_NUMBER: _ClassVar[int]
    DISCREPANCY_BATCH_FIELD_NUMBER: _ClassVar[int]
    ACCOUNT_STANDINGS_FIELD_NUMBER: _ClassVar[int]
    REMOVAL_BATCH_FIELD_NUMBER: _ClassVar[int]
    sequence: int
    scan_id: str
    observe_time: _timestamp_pb2.Timestamp
    stream_start: StreamStart
    scan_start: ScanStart
    scan_plan: ScanPlan
    asset_batch: AssetBatch
    scope_outcome: _scope_pb2.ScopeOutcome
    scan_end: ScanEnd
    discrepancy_batch: DiscrepancyBatch
    account_standings: _account_pb2.AccountStandings
    removal_batch: RemovalBatch
    def __init__(self, sequence: _Optional[int] = ..., scan_id: _Optional[str] = ..., observe_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., stream_start: _Optional[_Union[StreamStart, _Mapping]] = ..., scan_start: _Optional[_Union[ScanStart, _Mapping]] = ..., scan_plan: _Optional[_Union[ScanPlan, _Mapping]] = ..., asset_batch: _Optional[_Union[AssetBatch, _Mapping]] = ..., scope_outcome: _Optional[_Union[_scope_pb2.ScopeOutcome, _Mapping]] = ..., scan_end: _Optional[_Union[ScanEnd, _Mapping]] = ..., discrepancy_batch: _Optional[_Union[DiscrepancyBatch, _Mapping]] = ..., account_standings: _Optional[_Union[_account_pb2.AccountStandings, _Mapping]] = ..., removal_batch: _Optional[_Union[RemovalBatch, _Mapping]] = ...) -> None: ...

class StreamStart(_message.Message):
    __slots__ = ("tenant", "spool_id", "agent_version", "policy_serial", "gap_cause")
    TENANT_FIELD_NUMBER: _ClassVar[int]
    SPOOL_ID_FIELD_NUMBER: _ClassVar[int]
    AGENT_VERSION_FIELD_NUMBER: _ClassVar[int]
    POLICY_SERIAL_FIELD_NUMBER: _ClassVar[int]
    GAP_CAUSE_FIELD_NUMBER: _ClassVar[int]
    tenant: str
    spool_id: str
    agent_version: str
    policy_serial: int
    gap_cause: _gap_pb2.GapCause
    def __init__(self, tenant: _Optional[str] = ..., spool_id: _Optional[str] = ..., agent_version: _Optional[str] = ..., policy_serial: _Optional[int] = ..., gap_cause: _Optional[_Union[_gap_pb2.GapCause, str]] = ...) -> None: ...

class ScanStart(_message.Message):
    __slots__ = ("policy_version", "connectors", "policy_refusal", "kind", "plan_digest")
    POLICY_VERSION_FIELD_NUMBER: _ClassVar[int]
    CONNECTORS_FIELD_NUMBER: _ClassVar[int]
    POLICY_REFUSAL_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    PLAN_DIGEST_FIELD_NUMBER: _ClassVar[int]
    policy_version: str
    connectors: _containers.RepeatedScalarFieldContainer[str]
    policy_refusal: str
    kind: ScanKind
    plan_digest: bytes
    def __init__(self, policy_version: _Optional[str] = ..., connectors: _Optional[_Iterable[str]] = ..., policy_refusal: _Optional[str] = ..., kind: _Optional[_Union[ScanKind, str]] = ..., plan_digest: _Optional[bytes] = ...) -> None: ...

class ScanPlan(_message.Message):
    __slots__ = ("scopes", "last")
    SCOPES_FIELD_NUMBER: _ClassVar[int]
    LAST_FIELD_NUMBER: _ClassVar[int]
    scopes: _containers.RepeatedCompositeFieldContainer[_scope_pb2.Scope]
    last: bool
    def __init__(self, scopes: _Optional[_Iterable[_Union[_scope_pb2.Scope, _Mapping]]] = ..., last: _Optional[bool] = ...) -> None: ...

class AssetBatch(_message.Message):
    __slots__ = ("scope", "attempt", "assets", "rejected_items")
    SCOPE_FIELD_NUMBER: _ClassVar[int]
    ATTEMPT_FIELD_NUMBER: _ClassVar[int]
    ASSETS_FIELD_NUMBER: _ClassVar[int]
    REJECTED_ITEMS_FIELD_NUMBER: _ClassVar[int]
    scope: _scope_pb2.Scope
    attempt: int
    assets: _containers.RepeatedCompositeFieldContainer[_asset_pb2.ClassifiedAsset]
    rejected_items: _containers.RepeatedCompositeFieldContainer[RejectedItem]
    def __init__(self, scope: _Optional[_Union[_scope_pb2.Scope, _Mapping]] = ..., attempt: _Optional[int] = ..., assets: _Optional[_Iterable[_Union[_asset_pb2.ClassifiedAsset, _Mapping]]] = ..., rejected_items: _Optional[_Iterable[_Union[RejectedItem, _Mapping]]] = ...) -> None: ...

class RemovalBatch(_message.Message):
    __slots__ = ("scope", "asset_ids")
    SCOPE_FIELD_NUMBER: _ClassVar[int]
    ASSET_IDS_FIELD_NUMBER: _ClassVar[int]
    scope: _scope_pb2.Scope
    asset_ids: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, scope: _Optional[_Union[_scope_pb2.Scope, _Mapping]] = ..., asset_ids: _Optional[_Iterable[str]] = ...) -> None: ...

class DiscrepancyBatch(_message.Message):
    __slots__ = ("scope", "attempt", "discrepancies")
    SCOPE_FIELD_NUMBER: _ClassVar[int]
    ATTEMPT_FIELD_NUMBER: _ClassVar[int]
    DISCREPANCIES_FIELD_NUMBER: _ClassVar[int]
    scope: _scope_pb2.Scope
    attempt: int
    discrepancies: _containers.RepeatedCompositeFieldContainer[_discrepancy_pb2.Discrepancy]
    def __init__(self, scope: _Optional[_Union[_scope_pb2.Scope, _Mapping]] = ..., attempt: _Optional[int] = ..., discrepancies: _Optional[_Iterable[_Union[_discrepancy_pb2.Discrepancy, _Mapping]]] = ...) -> None: ...

class RejectedItem(_message.Message):
    __slots__ = ("asset_id", "origin", "field", "reason")
    ASSET_ID_FIELD_NUMBER: _ClassVar[int]
    ORIGIN_FIELD_NUMBER: _ClassVar[int]
    FIELD_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    asset_id: str
    origin: str
    field: str
    reason: str
    def __init__(self, asset_id: _Optional[str] = ..., origin: _Optional[str] = ..., field: _Optional[str] = ..., reason: _Optional[str] = ...) -> None: ...

class ScanEnd(_message.Message):
    __slots__ = ("interrupted", "digest", "accounts")
    INTERRUPTED_FIELD_NUMBER: _ClassVar[int]
    DIGEST_FIELD_NUMBER: _ClassVar[int]
    ACCOUNTS_FIELD_NUMBER: _ClassVar[int]
    interrupted: bool
    digest: _compare_pb2.TenantDigest
    accounts: _containers.RepeatedCompositeFieldContainer[_compare_pb2.AccountDigest]
    def __init__(self, interrupted: _Optional[bool] = ..., digest: _Optional[_Union[_compare_pb2.TenantDigest, _Mapping]] = ..., accounts: _Optional[_Iterable[_Union[_compare_pb2.AccountDigest, _Mapping]]] = ...) -> None: ...

class ReportResponse(_message.Message):
    __slots__ = ("stream_accepted", "ack", "reject", "policy_bundle", "resync")
    STREAM_ACCEPTED_FIELD_NUMBER: _ClassVar[int]
    ACK_FIELD_NUMBER: _ClassVar[int]
    REJECT_FIELD_NUMBER: _ClassVar[int]
    POLICY_BUNDLE_FIELD_NUMBER: _ClassVar[int]
    RESYNC_FIELD_NUMBER: _ClassVar[int]
    stream_accepted: StreamAccepted
    ack: Ack
    reject: Reject
    policy_bundle: _policy_pb2.PolicyBundle
    resync: Resync
    def __init__(self, stream_accepted: _Optional[_Union[StreamAccepted, _Mapping]] = ..., ack: _Optional[_Union[Ack, _Mapping]] = ..., reject: _Optional[_Union[Reject, _Mapping]] = ..., policy_bundle: _Optional[_Union[_policy_pb2.PolicyBundle, _Mapping]] = ..., resync: _Optional[_Union[Resync, _Mapping]] = ...) -> None: ...

class Resync(_message.Message):
    __slots__ = ("scan_id", "reason")
    SCAN_ID_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    scan_id: str
    reason: str
    def __init__(self, scan_id: _Optional[str] = ..., reason: _Optional[str] = ...) -> None: ...

class StreamAccepted(_message.Message):
    __slots__ = ("committed_sequence", "window", "tenant", "organisations")
    COMMITTED_SEQUENCE_FIELD_NUMBER: _ClassVar[int]
    WINDOW_FIELD_NUMBER: _ClassVar[int]
    TENANT_FIELD_NUMBER: _ClassVar[int]
    ORGANISATIONS_FIELD_NUMBER: _ClassVar[int]
    committed_sequence: int
    window: int
    tenant: str
    organisations: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, committed_sequence: _Optional[int] = ..., window: _Optional[int] = ..., tenant: _Optional[str] = ..., organisations: _Optional[_Iterable[str]] = ...) -> None: ...

class Ack(_message.Message):
    __slots__ = ("sequence",)
    SEQUENCE_FIELD_NUMBER: _ClassVar[int]
    sequence: int
    def __init__(self, sequence: _Optional[int] = ...) -> None: ...

class Reject(_message.Message):
    __slots__ = ("sequence", "items", "reason")
    SEQUENCE_FIELD_NUMBER: _ClassVar[int]
    ITEMS_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    sequence: int
    items: _containers.RepeatedCompositeFieldContainer[RejectedItem]
    reason: str
    def __init__(self, sequence: _Optional[int] = ..., items: _Optional[_Iterable[_Union[RejectedItem, _Mapping]]] = ..., reason: _Optional[str] = ...) -> None: ...
