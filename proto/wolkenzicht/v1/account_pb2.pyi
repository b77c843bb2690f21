from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class AccountState(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    ACCOUNT_STATE_UNSPECIFIED: _ClassVar[AccountState]
    ACCOUNT_STATE_ACTIVE: _ClassVar[AccountState]
    ACCOUNT_STATE_SUSPENDED: _ClassVar[AccountState]
    ACCOUNT_STATE_CLOSED: _ClassVar[AccountState]

class SightChangeKind(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    SIGHT_CHANGE_KIND_UNSPECIFIED: _ClassVar[SightChangeKind]
    SIGHT_CHANGE_KIND_NEWLY_DENIED: _ClassVar[SightChangeKind]
    SIGHT_CHANGE_KIND_SEEN_AGAIN: _ClassVar[SightChangeKind]
    SIGHT_CHANGE_KIND_NEWLY_OPTED_IN: _ClassVar[SightChangeKind]
    SIGHT_CHANGE_KIND_OPTED_OUT: _ClassVar[SightChangeKind]
    SIGHT_CHANGE_KIND_ACCOUNT_NEW: _ClassVar[SightChangeKind]
    SIGHT_CHANGE_KIND_ACCOUNT_SUSPENDED: _ClassVar[SightChangeKind]
    SIGHT_CHANGE_KIND_ACCOUNT_CLOSED: _ClassVar[SightChangeKind]
    SIGHT_CHANGE_KIND_ACCOUNT_GONE: _ClassVar[SightChangeKind]
    SIGHT_CHANGE_KIND_ACCOUNT_REOPENED: _ClassVar[SightChangeKind]

class UnplannedReason(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    UNPLANNED_REASON_UNSPECIFIED: _ClassVar[UnplannedReason]
    UNPLANNED_REASON_ACCOUNT_SUSPENDED: _ClassVar[UnplannedReason]
    UNPLANNED_REASON_ACCOUNT_CLOSED: _ClassVar[UnplannedReason]
    UNPLANNED_REASON_ACCOUNT_GONE: _ClassVar[UnplannedReason]
    UNPLANNED_REASON_REGION_OPTED_OUT: _ClassVar[UnplannedReason]
ACCOUNT_STATE_UNSPECIFIED: AccountState
ACCOUNT_STATE_ACTIVE: AccountState
ACCOUNT_STATE_SUSPENDED: AccountState
ACCOUNT_STATE_CLOSED: AccountState
SIGHT_CHANGE_KIND_UNSPECIFIED: SightChangeKind
SIGHT_CHANGE_KIND_NEWLY_DENIED: SightChangeKind
SIGHT_CHANGE_KIND_SEEN_AGAIN: SightChangeKind
SIGHT_CHANGE_KIND_NEWLY_OPTED_IN: SightChangeKind
SIGHT_CHANGE_KIND_OPTED_OUT: SightChangeKind
SIGHT_CHANGE_KIND_ACCOUNT_NEW: SightChangeKind
SIGHT_CHANGE_KIND_ACCOUNT_SUSPENDED: SightChangeKind
SIGHT_CHANGE_KIND_ACCOUNT_CLOSED: SightChangeKind
SIGHT_CHANGE_KIND_ACCOUNT_GONE: SightChangeKind
SIGHT_CHANGE_KIND_ACCOUNT_REOPENED: SightChangeKind
UNPLANNED_REASON_UNSPECIFIED: UnplannedReason
UNPLANNED_REASON_ACCOUNT_SUSPENDED: UnplannedReason
UNPLANNED_REASON_ACCOUNT_CLOSED: UnplannedReason
UNPLANNED_REASON_ACCOUNT_GONE: UnplannedReason
UNPLANNED_REASON_REGION_OPTED_OUT: UnplannedReason

class RegionSet(_message.Message):
    __slots__ = ("regions",)
    REGIONS_FIELD_NUMBER: _ClassVar[int]
    regions: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, regions: _Optional[_Iterable[str]] = ...) -> None: ...

class AccountStanding(_message.Message):
    __slots__ = ("account", "provider", "state", "enabled_set", "other_set")
    ACCOUNT_FIELD_NUMBER: _ClassVar[int]
    PROVIDER_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    ENABLED_SET_FIELD_NUMBER: _ClassVar[int]
    OTHER_SET_FIELD_NUMBER: _ClassVar[int]
    account: str
    provider: str
    state: AccountState
    enabled_set: int
    other_set: int
    def __init__(self, account: _Optional[str] = ..., provider: _Optional[str] = ..., state: _Optional[_Union[AccountState, str]] = ..., enabled_set: _Optional[int] = ..., other_set: _Optional[int] = ...) -> None: ...

class AccountStandings(_message.Message):
    __slots__ = ("region_sets", "accounts", "last")
    REGION_SETS_FIELD_NUMBER: _ClassVar[int]
    ACCOUNTS_FIELD_NUMBER: _ClassVar[int]
    LAST_FIELD_NUMBER: _ClassVar[int]
    region_sets: _containers.RepeatedCompositeFieldContainer[RegionSet]
    accounts: _containers.RepeatedCompositeFieldContainer[AccountStanding]
    last: bool
    def __init__(self, region_sets: _Optional[_Iterable[_Union[RegionSet, _Mapping]]] = ..., accounts: _Optional[_Iterable[_Union[AccountStanding, _Mapping]]] = ..., last: _Optional[bool] = ...) -> None: ...
