from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class Outcome(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    OUTCOME_UNSPECIFIED: _ClassVar[Outcome]
    OUTCOME_COMPLETE: _ClassVar[Outcome]
    OUTCOME_DENIED: _ClassVar[Outcome]
    OUTCOME_THROTTLED: _ClassVar[Outcome]
    OUTCOME_FAILED: _ClassVar[Outcome]
    OUTCOME_UNSUPPORTED: _ClassVar[Outcome]
    OUTCOME_NOT_ENABLED: _ClassVar[Outcome]

class DeniedBy(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    DENIED_BY_UNSPECIFIED: _ClassVar[DeniedBy]
    DENIED_BY_IDENTITY_POLICY: _ClassVar[DeniedBy]
    DENIED_BY_RESOURCE_POLICY: _ClassVar[DeniedBy]
    DENIED_BY_SERVICE_CONTROL_POLICY: _ClassVar[DeniedBy]
    DENIED_BY_RESOURCE_CONTROL_POLICY: _ClassVar[DeniedBy]
    DENIED_BY_PERMISSIONS_BOUNDARY: _ClassVar[DeniedBy]
    DENIED_BY_SESSION_POLICY: _ClassVar[DeniedBy]
    DENIED_BY_ENDPOINT_POLICY: _ClassVar[DeniedBy]
    DENIED_BY_NOT_TOLD: _ClassVar[DeniedBy]
OUTCOME_UNSPECIFIED: Outcome
OUTCOME_COMPLETE: Outcome
OUTCOME_DENIED: Outcome
OUTCOME_THROTTLED: Outcome
OUTCOME_FAILED: Outcome
OUTCOME_UNSUPPORTED: Outcome
OUTCOME_NOT_ENABLED: Outcome
DENIED_BY_UNSPECIFIED: DeniedBy
DENIED_BY_IDENTITY_POLICY: DeniedBy
DENIED_BY_RESOURCE_POLICY: DeniedBy
DENIED_BY_SERVICE_CONTROL_POLICY: DeniedBy
DENIED_BY_RESOURCE_CONTROL_POLICY: DeniedBy
DENIED_BY_PERMISSIONS_BOUNDARY: DeniedBy
DENIED_BY_SESSION_POLICY: DeniedBy
DENIED_BY_ENDPOINT_POLICY: DeniedBy
DENIED_BY_NOT_TOLD: DeniedBy

class Scope(_message.Message):
    __slots__ = ("account", "location", "type")
    ACCOUNT_FIELD_NUMBER: _ClassVar[int]
    LOCATION_FIELD_NUMBER: _ClassVar[int]
    TYPE_FIELD_NUMBER: _ClassVar[int]
    account: str
    location: str
    type: str
    def __init__(self, account: _Optional[str] = ..., location: _Optional[str] = ..., type: _Optional[str] = ...) -> None: ...

class ScopeOutcome(_message.Message):
    __slots__ = ("scope", "outcome", "asset_count", "permission", "denied_by", "message")
    SCOPE_FIELD_NUMBER: _ClassVar[int]
    OUTCOME_FIELD_NUMBER: _ClassVar[int]
    ASSET_COUNT_FIELD_NUMBER: _ClassVar[int]
    PERMISSION_FIELD_NUMBER: _ClassVar[int]
    DENIED_BY_FIELD_NUMBER: _ClassVar[int]
    MESSAGE_FIELD_NUMBER: _ClassVar[int]
    scope: Scope
    outcome: Outcome
    asset_count: int
    permission: str
    denied_by: DeniedBy
    message: str
    def __init__(self, scope: _Optional[_Union[Scope, _Mapping]] = ..., outcome: _Optional[_Union[Outcome, str]] = ..., asset_count: _Optional[int] = ..., permission: _Optional[str] = ..., denied_by: _Optional[_Union[DeniedBy, str]] = ..., message: _Optional[str] = ...) -> None: ...
