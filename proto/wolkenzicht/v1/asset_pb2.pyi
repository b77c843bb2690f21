import datetime

from google.protobuf import timestamp_pb2 as _timestamp_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class Operation(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    OPERATION_UNSPECIFIED: _ClassVar[Operation]
    OPERATION_STORED: _ClassVar[Operation]
    OPERATION_REPLICATED: _ClassVar[Operation]
    OPERATION_BACKED_UP: _ClassVar[Operation]
    OPERATION_PROCESSED: _ClassVar[Operation]
    OPERATION_MANAGED: _ClassVar[Operation]
    OPERATION_VIEWED: _ClassVar[Operation]
    OPERATION_EDITED: _ClassVar[Operation]

class Certainty(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    CERTAINTY_UNSPECIFIED: _ClassVar[Certainty]
    CERTAINTY_DECLARED: _ClassVar[Certainty]
    CERTAINTY_DERIVED: _ClassVar[Certainty]
    CERTAINTY_UNKNOWN: _ClassVar[Certainty]

class LocationClass(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    LOCATION_CLASS_UNSPECIFIED: _ClassVar[LocationClass]
    LOCATION_CLASS_INSIDE_EEA: _ClassVar[LocationClass]
    LOCATION_CLASS_OUTSIDE_EEA_ADEQUATE: _ClassVar[LocationClass]
    LOCATION_CLASS_UNKNOWN: _ClassVar[LocationClass]
    LOCATION_CLASS_OUTSIDE_EEA: _ClassVar[LocationClass]

class Holds(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    HOLDS_UNSPECIFIED: _ClassVar[Holds]
    HOLDS_CONTENT: _ClassVar[Holds]
    HOLDS_METADATA: _ClassVar[Holds]
    HOLDS_NOTHING: _ClassVar[Holds]

class Depth(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    DEPTH_UNSPECIFIED: _ClassVar[Depth]
    DEPTH_DEEP: _ClassVar[Depth]
    DEPTH_SHALLOW: _ClassVar[Depth]

class MaterialUse(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    MATERIAL_USE_UNSPECIFIED: _ClassVar[MaterialUse]
    MATERIAL_USE_MATERIAL: _ClassVar[MaterialUse]
    MATERIAL_USE_NOT_MATERIAL: _ClassVar[MaterialUse]
    MATERIAL_USE_UNDETERMINED: _ClassVar[MaterialUse]

class KeyCustody(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    KEY_CUSTODY_UNSPECIFIED: _ClassVar[KeyCustody]
    KEY_CUSTODY_PROVIDER_MANAGED: _ClassVar[KeyCustody]
    KEY_CUSTODY_CUSTOMER_MANAGED: _ClassVar[KeyCustody]
    KEY_CUSTODY_EXTERNAL: _ClassVar[KeyCustody]
    KEY_CUSTODY_NOT_ENCRYPTED: _ClassVar[KeyCustody]
    KEY_CUSTODY_UNKNOWN: _ClassVar[KeyCustody]

class LawReach(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    LAW_REACH_UNSPECIFIED: _ClassVar[LawReach]
    LAW_REACH_EEA_ONLY: _ClassVar[LawReach]
    LAW_REACH_THROUGH_PARENT: _ClassVar[LawReach]
    LAW_REACH_DIRECT: _ClassVar[LawReach]
    LAW_REACH_UNKNOWN: _ClassVar[LawReach]
OPERATION_UNSPECIFIED: Operation
OPERATION_STORED: Operation
OPERATION_REPLICATED: Operation
OPERATION_BACKED_UP: Operation
OPERATION_PROCESSED: Operation
OPERATION_MANAGED: Operation
OPERATION_VIEWED: Operation
OPERATION_EDITED: Operation
CERTAINTY_UNSPECIFIED: Certainty
CERTAINTY_DECLARED: Certainty
CERTAINTY_DERIVED: Certainty
CERTAINTY_UNKNOWN: Certainty
LOCATION_CLASS_UNSPECIFIED: LocationClass
LOCATION_CLASS_INSIDE_EEA: LocationClass
LOCATION_CLASS_OUTSIDE_EEA_ADEQUATE: LocationClass
LOCATION_CLASS_UNKNOWN: LocationClass
LOCATION_CLASS_OUTSIDE_EEA: LocationClass
HOLDS_UNSPECIFIED: Holds
HOLDS_CONTENT: Holds
HOLDS_METADATA: Holds
HOLDS_NOTHING: Holds
DEPTH_UNSPECIFIED: Depth
DEPTH_DEEP: Depth
DEPTH_SHALLOW: Depth
MATERIAL_USE_UNSPECIFIED: MaterialUse
MATERIAL_USE_MATERIAL: MaterialUse
MATERIAL_USE_NOT_MATERIAL: MaterialUse
MATERIAL_USE_UNDETERMINED: MaterialUse
KEY_CUSTODY_UNSPECIFIED: KeyCustody
KEY_CUSTODY_PROVIDER_MANAGED: KeyCustody
KEY_CUSTODY_CUSTOMER_MANAGED: KeyCustody
KEY_CUSTODY_EXTERNAL: KeyCustody
KEY_CUSTODY_NOT_ENCRYPTED: KeyCustody
KEY_CUSTODY_UNKNOWN: KeyCustody
LAW_REACH_UNSPECIFIED: LawReach
LAW_REACH_EEA_ONLY: LawReach
LAW_REACH_THROUGH_PARENT: LawReach
LAW_REACH_DIRECT: LawReach
LAW_REACH_UNKNOWN: LawReach

class Evidence(_message.Message):
    __slots__ = ("path", "value")
    PATH_FIELD_NUMBER: _ClassVar[int]
    VALUE_FIELD_NUMBER: _ClassVar[int]
    path: str
    value: str
    def __init__(self, path: _Optional[str] = ..., value: _Optional[str] = ...) -> None: ...

class DataLocation(_message.Message):
    __slots__ = ("operation", "location", "certainty", "evidence", "declared_countries")
    OPERATION_FIELD_NUMBER: _ClassVar[int]
    LOCATION_FIELD_NUMBER: _ClassVar[int]
    CERTAINTY_FIELD_NUMBER: _ClassVar[int]
    EVIDENCE_FIELD_NUMBER: _ClassVar[int]
    DECLARED_COUNTRIES_FIELD_NUMBER: _ClassVar[int]
    operation: Operation
    location: str
    certainty: Certainty
    evidence: _containers.RepeatedCompositeFieldContainer[Evidence]
    declared_countries: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, operation: _Optional[_Union[Operation, str]] = ..., location: _Optional[str] = ..., certainty: _Optional[_Union[Certainty, str]] = ..., evidence: _Optional[_Iterable[_Union[Evidence, _Mapping]]] = ..., declared_countries: _Optional[_Iterable[str]] = ...) -> None: ...

class Declarations(_message.Message):
    __slots__ = ("system", "owner", "material", "personal_data")
    SYSTEM_FIELD_NUMBER: _ClassVar[int]
    OWNER_FIELD_NUMBER: _ClassVar[int]
    MATERIAL_FIELD_NUMBER: _ClassVar[int]
    PERSONAL_DATA_FIELD_NUMBER: _ClassVar[int]
    system: str
    owner: str
    material: str
    personal_data: str
    def __init__(self, system: _Optional[str] = ..., owner: _Optional[str] = ..., material: _Optional[str] = ..., personal_data: _Optional[str] = ...) -> None: ...

class Asset(_message.Message):
    __slots__ = ("asset_id", "provider", "partition", "account", "service", "type", "name", "location", "holds", "locations", "depth", "tags", "properties", "declarations", "create_time")
    class TagsEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: str
        def __init__(self, key: _Optional[str] = ..., value: _Optional[str] = ...) -> None: ...
    class PropertiesEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: str
        def __init__(self, key: _Optional[str] = ..., value: _Optional[str] = ...) -> None: ...
    ASSET_ID_FIELD_NUMBER: _ClassVar[int]
    PROVIDER_FIELD_NUMBER: _ClassVar[int]
    PARTITION_FIELD_NUMBER: _ClassVar[int]
    ACCOUNT_FIELD_NUMBER: _ClassVar[int]
    SERVICE_FIELD_NUMBER: _ClassVar[int]
    TYPE_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    LOCATION_FIELD_NUMBER: _ClassVar[int]
    HOLDS_FIELD_NUMBER: _ClassVar[int]
    LOCATIONS_FIELD_NUMBER: _ClassVar[int]
    DEPTH_FIELD_NUMBER: _ClassVar[int]
    TAGS_FIELD_NUMBER: _ClassVar[int]
    PROPERTIES_FIELD_NUMBER: _ClassVar[int]
    DECLARATIONS_FIELD_NUMBER: _ClassVar[int]
    CREATE_TIME_FIELD_NUMBER: _ClassVar[int]
    asset_id: str
    provider: str
    partition: str
    account: str
    service: str
    type: str
    name: str
    location: str
    holds: Holds
    locations: _containers.RepeatedCompositeFieldContainer[DataLocation]
    depth: Depth
    tags: _containers.ScalarMap[str, str]
    properties: _containers.ScalarMap[str, str]
    declarations: Declarations
    create_time: _timestamp_pb2.Timestamp
    def __init__(self, asset_id: _Optional[str] = ..., provider: _Optional[str] = ..., partition: _Optional[str] = ..., account: _Optional[str] = ..., service: _Optional[str] = ..., type: _Optional[str] = ..., name: _Optional[str] = ..., location: _Optional[str] = ..., holds: _Optional[_Union[Holds, str]] = ..., locations: _Optional[_Iterable[_Union[DataLocation, _Mapping]]] = ..., depth: _Optional[_Union[Depth, str]] = ..., tags: _Optional[_Mapping[str, str]] = ..., properties: _Optional[_Mapping[str, str]] = ..., declarations: _Optional[_Union[Declarations, _Mapping]] = ..., create_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class LocationVerdict(_message.Message):
    __slots__ = ("countries", "location_class", "rule")
    COUNTRIES_FIELD_NUMBER: _ClassVar[int]
    LOCATION_CLASS_FIELD_NUMBER: _ClassVar[int]
    RULE_FIELD_NUMBER: _ClassVar[int]
    countries: _containers.RepeatedScalarFieldContainer[str]
    location_class: LocationClass
    rule: str
    def __init__(self, countries: _Optional[_Iterable[str]] = ..., location_class: _Optional[_Union[LocationClass, str]] = ..., rule: _Optional[str] = ...) -> None: ...

class Jurisdiction(_message.Message):
    __slots__ = ("country", "chain", "laws")
    COUNTRY_FIELD_NUMBER: _ClassVar[int]
    CHAIN_FIELD_NUMBER: _ClassVar[int]
    LAWS_FIELD_NUMBER: _ClassVar[int]
    country: str
    chain: _containers.RepeatedScalarFieldContainer[str]
    laws: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, country: _Optional[str] = ..., chain: _Optional[_Iterable[str]] = ..., laws: _Optional[_Iterable[str]] = ...) -> None: ...

class Verdict(_message.Message):
    __slots__ = ("location_class", "locations", "jurisdictions", "material", "material_rule", "material_reason", "policy_version", "custody", "custody_rule", "law_reach", "prohibitions", "conflicts", "takeovers", "contract_countries", "forbidden")
    LOCATION_CLASS_FIELD_NUMBER: _ClassVar[int]
    LOCATIONS_FIELD_NUMBER: _ClassVar[int]
    JURISDICTIONS_FIELD_NUMBER: _ClassVar[int]
    MATERIAL_FIELD_NUMBER: _ClassVar[int]
    MATERIAL_RULE_FIELD_NUMBER: _ClassVar[int]
    MATERIAL_REASON_FIELD_NUMBER: _ClassVar[int]
    POLICY_VERSION_FIELD_NUMBER: _ClassVar[int]
    CUSTODY_FIELD_NUMBER: _ClassVar[int]
    CUSTODY_RULE_FIELD_NUMBER: _ClassVar[int]
    LAW_REACH_FIELD_NUMBER: _ClassVar[int]
    PROHIBITIONS_FIELD_NUMBER: _ClassVar[int]
    CONFLICTS_FIELD_NUMBER: _ClassVar[int]
    TAKEOVERS_FIELD_NUMBER: _ClassVar[int]
    CONTRACT_COUNTRIES_FIELD_NUMBER: _ClassVar[int]
    FORBIDDEN_FIELD_NUMBER: _ClassVar[int]
    location_class: LocationClass
    locations: _containers.RepeatedCompositeFieldContainer[LocationVerdict]
    jurisdictions: _containers.RepeatedCompositeFieldContainer[Jurisdiction]
    material: MaterialUse
    material_rule: str
    material_reason: str
    policy_version: str
    custody: KeyCustody
    custody_rule: str
    law_reach: LawReach
    prohibitions: _containers.RepeatedScalarFieldContainer[str]
    conflicts: _containers.RepeatedScalarFieldContainer[str]
    takeovers: _containers.RepeatedScalarFieldContainer[str]
    contract_countries: _containers.RepeatedScalarFieldContainer[str]
    forbidden: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, location_class: _Optional[_Union[LocationClass, str]] = ..., locations: _Optional[_Iterable[_Union[LocationVerdict, _Mapping]]] = ..., jurisdictions: _Optional[_Iterable[_Union[Jurisdiction, _Mapping]]] = ..., material: _Optional[_Union[MaterialUse, str]] = ..., material_rule: _Optional[str] = ..., material_reason: _Optional[str] = ..., policy_version: _Optional[str] = ..., custody: _Optional[_Union[KeyCustody, str]] = ..., custody_rule: _Optional[str] = ..., law_reach: _Optional[_Union[LawReach, str]] = ..., prohibitions: _Optional[_Iterable[str]] = ..., conflicts: _Optional[_Iterable[str]] = ..., takeovers: _Optional[_Iterable[str]] = ..., contract_countries: _Optional[_Iterable[str]] = ..., forbidden: _Optional[_Iterable[str]] = ...) -> None: ...

class ClassifiedAsset(_message.Message):
    __slots__ = ("asset", "verdict", "fingerprint")
    ASSET_FIELD_NUMBER: _ClassVar[int]
    VERDICT_FIELD_NUMBER: _ClassVar[int]
    FINGERPRINT_FIELD_NUMBER: _ClassVar[int]
    asset: Asset
    verdict: Verdict
    fingerprint: bytes
    def __init__(self, asset: _Optional[_Union[Asset, _Mapping]] = ..., verdict: _Optional[_Union[Verdict, _Mapping]] = ..., fingerprint: _Optional[bytes] = ...) -> None: ...
