from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from typing import ClassVar as _ClassVar

DESCRIPTOR: _descriptor.FileDescriptor

class GapCause(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    GAP_CAUSE_UNSPECIFIED: _ClassVar[GapCause]
    GAP_CAUSE_NEW_SPOOL: _ClassVar[GapCause]
    GAP_CAUSE_COLLECTOR_BEHIND: _ClassVar[GapCause]
    GAP_CAUSE_SPOOL_BEHIND: _ClassVar[GapCause]
    GAP_CAUSE_SPOOL_DAMAGED: _ClassVar[GapCause]
    GAP_CAUSE_SPOOL_FULL: _ClassVar[GapCause]
    GAP_CAUSE_SPOOL_EXPIRED: _ClassVar[GapCause]
    GAP_CAUSE_DISK_FULL: _ClassVar[GapCause]
GAP_CAUSE_UNSPECIFIED: GapCause
GAP_CAUSE_NEW_SPOOL: GapCause
GAP_CAUSE_COLLECTOR_BEHIND: GapCause
GAP_CAUSE_SPOOL_BEHIND: GapCause
GAP_CAUSE_SPOOL_DAMAGED: GapCause
GAP_CAUSE_SPOOL_FULL: GapCause
GAP_CAUSE_SPOOL_EXPIRED: GapCause
GAP_CAUSE_DISK_FULL: GapCause
