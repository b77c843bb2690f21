from wolkenzicht.v1 import scope_pb2 as _scope_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class SetDigest(_message.Message):
    __slots__ = ("count", "sum")
    COUNT_FIELD_NUMBER: _ClassVar[int]
    SUM_FIELD_NUMBER: _ClassVar[int]
    count: int
    sum: bytes
    def __init__(self, count: _Optional[int] = ..., sum: _Optional[bytes] = ...) -> None: ...

class AccountDigest(_message.Message):
    __slots__ = ("account", "assets")
    ACCOUNT_FIELD_NUMBER: _ClassVar[int]
    ASSETS_FIELD_NUMBER: _ClassVar[int]
    account: str
    assets: SetDigest
    def __init__(self, account: _Optional[str] = ..., assets: _Optional[_Union[SetDigest, _Mapping]] = ...) -> None: ...

class ScopeDigest(_message.Message):
    __slots__ = ("scope", "assets")
    SCOPE_FIELD_NUMBER: _ClassVar[int]
    ASSETS_FIELD_NUMBER: _ClassVar[int]
    scope: _scope_pb2.Scope
    assets: SetDigest
    def __init__(self, scope: _Optional[_Union[_scope_pb2.Scope, _Mapping]] = ..., assets: _Optional[_Union[SetDigest, _Mapping]] = ...) -> None: ...

class TenantDigest(_message.Message):
    __slots__ = ("assets", "outcomes", "plan")
    ASSETS_FIELD_NUMBER: _ClassVar[int]
    OUTCOMES_FIELD_NUMBER: _ClassVar[int]
    PLAN_FIELD_NUMBER: _ClassVar[int]
    assets: SetDigest
    outcomes: SetDigest
    plan: bytes
    def __init__(self, assets: _Optional[_Union[SetDigest, _Mapping]] = ..., outcomes: _Optional[_Union[SetDigest, _Mapping]] = ..., plan: _Optional[bytes] = ...) -> None: ...

class TenantQuestion(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class AccountsQuestion(_message.Message):
    __slots__ = ("after",)
    AFTER_FIELD_NUMBER: _ClassVar[int]
    after: str
    def __init__(self, after: _Optional[str] = ...) -> None: ...

class ScopesQuestion(_message.Message):
    __slots__ = ("account", "page_token")
    ACCOUNT_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    account: str
    page_token: str
    def __init__(self, account: _Optional[str] = ..., page_token: _Optional[str] = ...) -> None: ...

class BucketsQuestion(_message.Message):
    __slots__ = ("scope", "bits")
    SCOPE_FIELD_NUMBER: _ClassVar[int]
    BITS_FIELD_NUMBER: _ClassVar[int]
    scope: _scope_pb2.Scope
    bits: int
    def __init__(self, scope: _Optional[_Union[_scope_pb2.Scope, _Mapping]] = ..., bits: _Optional[int] = ...) -> None: ...

class EntriesQuestion(_message.Message):
    __slots__ = ("scope", "bits", "buckets", "page_token")
    SCOPE_FIELD_NUMBER: _ClassVar[int]
    BITS_FIELD_NUMBER: _ClassVar[int]
    BUCKETS_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    scope: _scope_pb2.Scope
    bits: int
    buckets: bytes
    page_token: str
    def __init__(self, scope: _Optional[_Union[_scope_pb2.Scope, _Mapping]] = ..., bits: _Optional[int] = ..., buckets: _Optional[bytes] = ..., page_token: _Optional[str] = ...) -> None: ...

class CompareRequest(_message.Message):
    __slots__ = ("tenant", "of_tenant", "of_accounts", "of_scopes", "of_buckets", "of_entries")
    TENANT_FIELD_NUMBER: _ClassVar[int]
    OF_TENANT_FIELD_NUMBER: _ClassVar[int]
    OF_ACCOUNTS_FIELD_NUMBER: _ClassVar[int]
    OF_SCOPES_FIELD_NUMBER: _ClassVar[int]
    OF_BUCKETS_FIELD_NUMBER: _ClassVar[int]
    OF_ENTRIES_FIELD_NUMBER: _ClassVar[int]
    tenant: str
    of_tenant: TenantQuestion
    of_accounts: AccountsQuestion
    of_scopes: ScopesQuestion
    of_buckets: BucketsQuestion
    of_entries: EntriesQuestion
    def __init__(self, tenant: _Optional[str] = ..., of_tenant: _Optional[_Union[TenantQuestion, _Mapping]] = ..., of_accounts: _Optional[_Union[AccountsQuestion, _Mapping]] = ..., of_scopes: _Optional[_Union[ScopesQuestion, _Mapping]] = ..., of_buckets: _Optional[_Union[BucketsQuestion, _Mapping]] = ..., of_entries: _Optional[_Union[EntriesQuestion, _Mapping]] = ...) -> None: ...

class HeldAsset(_message.Message):
    __slots__ = ("asset_id", "fingerprint")
    ASSET_ID_FIELD_NUMBER: _ClassVar[int]
    FINGERPRINT_FIELD_NUMBER: _ClassVar[int]
    asset_id: str
    fingerprint: bytes
    def __init__(self, asset_id: _Optional[str] = ..., fingerprint: _Optional[bytes] = ...) -> None: ...

class CompareResponse(_message.Message):
    __slots__ = ("tenant", "accounts", "scopes", "bucket_sums", "assets", "next_page_token")
    TENANT_FIELD_NUMBER: _ClassVar[int]
    ACCOUNTS_FIELD_NUMBER: _ClassVar[int]
    SCOPES_FIELD_NUMBER: _ClassVar[int]
    BUCKET_SUMS_FIELD_NUMBER: _ClassVar[int]
    ASSETS_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    tenant: TenantDigest
    accounts: _containers.RepeatedCompositeFieldContainer[AccountDigest]
    scopes: _containers.RepeatedCompositeFieldContainer[ScopeDigest]
    bucket_sums: bytes
    assets: _containers.RepeatedCompositeFieldContainer[HeldAsset]
    next_page_token: str
    def __init__(self, tenant: _Optional[_Union[TenantDigest, _Mapping]] = ..., accounts: _Optional[_Iterable[_Union[AccountDigest, _Mapping]]] = ..., scopes: _Optional[_Iterable[_Union[ScopeDigest, _Mapping]]] = ..., bucket_sums: _Optional[bytes] = ..., assets: _Optional[_Iterable[_Union[HeldAsset, _Mapping]]] = ..., next_page_token: _Optional[str] = ...) -> None: ...
