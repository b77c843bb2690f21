from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class DiscrepancyKind(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    DISCREPANCY_KIND_UNSPECIFIED: _ClassVar[DiscrepancyKind]
    DISCREPANCY_KIND_NOT_READ: _ClassVar[DiscrepancyKind]
    DISCREPANCY_KIND_NOT_IN_INVENTORY: _ClassVar[DiscrepancyKind]
DISCREPANCY_KIND_UNSPECIFIED: DiscrepancyKind
DISCREPANCY_KIND_NOT_READ: DiscrepancyKind
DISCREPANCY_KIND_NOT_IN_INVENTORY: DiscrepancyKind

class Discrepancy(_message.Message):
    __slots__ = ("kind", "asset_id", "type", "location", "inventory")
    KIND_FIELD_NUMBER: _ClassVar[int]
    ASSET_ID_FIELD_NUMBER: _ClassVar[int]
    TYPE_FIELD_NUMBER: _ClassVar[int]
    LOCATION_FIELD_NUMBER: _ClassVar[int]
    INVENTORY_FIELD_NUMBER: _ClassVar[int]
    kind: DiscrepancyKind
    asset_id: str
    type: str
    location: str
    inventory: str
    def __init__(self, kind: _Optional[_Union[DiscrepancyKind, str]] = ..., asset_id: _Optional[str] = ..., type: _Optional[str] = ..., location: _Optional[str] = ..., inventory: _Optional[str] = ...) -> None: ...
