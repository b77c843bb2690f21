"""What a kind of AWS resource is: which calls list it, and how an answer becomes an asset."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Literal

from connectors.base import Gap
from wolkenzicht.model import Asset, DataLocation, Holds, Operation, Scope

if TYPE_CHECKING:
    from connectors.aws.client import ServiceClient

#: One resource as fetched: the item of the listing, and under an operation's name what that operation
#: answered about it: its answer, `None` where it has none, or the `Gap` where it could not be asked.
Raw = dict[str, Any]

GLOBAL = "global"


@dataclass(frozen=True, slots=True)
class Call:
    """One operation of a service's API and the IAM action that it needs.

    `permission` is empty where the answer is of use without any. `items` is the key of the list in a
    page and `page_size` how many items are asked for (0: the service's default). `absent` holds the
    error codes that mean "this resource has none of it"; of a listing they mean "there are none".
    `service` is the SDK's name of another service than the kind's. `token` names the next-page token in
    the request and in the answer, where the SDK has no paginator for an operation that pages.
    `parameters` go with every call of it, `account` names the parameter that takes the account.
    `only` names a shape of the answer and the members of it that are read: the rest is not parsed.
    """

    operation: str
    permission: str
    items: str = ""
    page_size: int = 0
    absent: tuple[str, ...] = ()
    service: str = ""
    token: tuple[str, str] | None = None
    parameters: tuple[tuple[str, Any], ...] = ()
    account: str = ""
    only: tuple[str, tuple[str, ...]] | None = None


@dataclass(frozen=True, slots=True)
class Context:
    """Where an answer came from: what `normalise` may know besides the answer."""

    account: str
    partition: str
    region: str
    service: str
    type: str
    holds: Holds

    def arn(self, resource: str, service: str = "") -> str:
        """The ARN of a resource whose API gives none; `service` where ARNs call it otherwise."""
        return f"arn:{self.partition}:{service or self.service}:{self.region}:{self.account}:{resource}"

    def asset(
        self,
        *,
        asset_id: str,
        name: str,
        location: str,
        locations: Iterable[DataLocation],
        tags: tuple[tuple[str, str], ...] = (),
        properties: tuple[tuple[str, str], ...] = (),
        created: datetime | None = None,
    ) -> Asset:
        """The asset of this kind with these facts."""
        return Asset(
            asset_id=asset_id,
            provider="aws",
            partition=self.partition,
            account=self.account,
            service=self.service,
            type=self.type,
            name=name,
            location=location,
            holds=self.holds,
            locations=tuple(dict.fromkeys(locations)),
            tags=tags,
            properties=properties,
            created=created,
        )


@dataclass(frozen=True, slots=True)
class ResourceKind:
    """One kind of resource.

    `name` is unique and stable (`s3-bucket`), `service` the SDK's name of the service, `scope` says
    whether one call covers the account or one per region is needed, `calls` are the operations in
    the order in which they are made. `fetch` blocks and hands resources on page by page; it raises
    `ReadError` where the listing itself cannot go on. `normalise` is pure. `states` names the operations
    for which an asset can have a location; none where the kind does not declare them. What is
    `of_organization` is seen from its management account only, and read where the source is all of it.
    """

    name: str
    title: str
    service: str
    scope: Literal["global", "regional"]
    type: str
    holds: Holds
    calls: tuple[Call, ...]
    fetch: Callable[[ServiceClient, Scope], Iterator[Raw | Gap]]
    normalise: Callable[[Raw, Context], Asset]
    docs_url: str
    states: tuple[Operation, ...] = ()
    of_organization: bool = False

    @property
    def permissions(self) -> tuple[str, ...]:
        """The IAM actions that reading this kind needs, in call order."""
        return tuple(dict.fromkeys(call.permission for call in self.calls if call.permission))

    @property
    def prefix(self) -> str:
        """What the service is called in the names of permissions (`elasticfilesystem`)."""
        return self.permissions[0].partition(":")[0]

    def context(self, account: str, partition: str, region: str) -> Context:
        """The context of an answer from `region`."""
        return Context(account, partition, region, self.service, self.type, self.holds)
