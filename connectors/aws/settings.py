"""What a tenant's configuration may say about AWS, and which mistakes in it are refused."""

from __future__ import annotations

import re
from dataclasses import dataclass

from connectors.aws.kind import ResourceKind
from connectors.aws.kinds import KINDS
from connectors.aws.roles import Role
from connectors.aws.session import PARTITIONS
from wolkenzicht.errors import ConfigurationError

_ACCOUNT = re.compile(r"[0-9]{12}", re.ASCII)
_REGION = re.compile(r"[a-z]+(?:-[a-z]+)+-[0-9]+", re.ASCII)
#: What services are called in the names of permissions.
PREFIXES = frozenset(kind.prefix for kind in KINDS)
#: What AWS allows in the name of a role (with its path), of a session and in an external id.
#: Source: botocore's models of iam (roleNameType, pathType) and sts (roleSessionNameType, externalIdType).
_ROLE = re.compile(r"(?:[!-.0-~]+/)*[\w+=,.@-]{1,64}", re.ASCII)
_SESSION = re.compile(r"[\w+=,.@-]{2,64}", re.ASCII)
_EXTERNAL_ID = re.compile(r"[\w+=,.@:/-]{2,1224}", re.ASCII)


@dataclass(frozen=True, slots=True)
class AwsSettings:
    """What a tenant's configuration says about its AWS accounts.

    `accounts` is `None` for the account of the agent's own credentials, `"organization"` for every
    account of its organization, or the accounts by their twelve digits; all but the agent's own are
    entered through the role `role_name` with `external_id`. `regions` and `kinds` of `None` mean all:
    the regions that are enabled for each account, the kinds of `KINDS` by name. `not_offered` names
    services that AWS does not have in a region (`workspaces/eu-north-1`). `quota_share` is the
    part of AWS's request quotas that is used at most, above 0 up to 1; 0 leaves the quotas alone.
    Without `endpoint_url` the SDK's own settings hold (`AWS_ENDPOINT_URL`).
    """

    accounts: str | tuple[str, ...] | None = None
    role_name: str | None = None
    external_id: str | None = None
    role_session_name: str = "wolkenzicht"
    regions: tuple[str, ...] | None = None
    partition: str = "aws"
    kinds: tuple[str, ...] | None = None
    not_offered: tuple[str, ...] = ()
    max_attempts: int = 8
    quota_share: float = 0.3
    endpoint_url: str | None = None

    @property
    def role(self) -> Role | None:
        """The role that opens the other accounts."""
        if self.role_name is None:
            return None
        return Role(self.role_name.strip("/"), self.external_id, self.role_session_name)


def checked(settings: AwsSettings) -> tuple[ResourceKind, ...]:
    """The kinds that the settings choose. Raises `ConfigurationError` for settings that cannot be meant."""
    if settings.partition not in PARTITIONS:
        raise ConfigurationError(
            f"partition: {settings.partition!r} is no AWS partition; choose one of {', '.join(PARTITIONS)}"
        )
    if settings.max_attempts < 1:
        raise ConfigurationError(f"max_attempts: {settings.max_attempts} is too few; give at least 1")
    if not 0 <= settings.quota_share <= 1:
        raise ConfigurationError(
            f"quota_share: {settings.quota_share} is no share; give a number from 0 (no limit) to 1"
        )
    if settings.regions is not None and not settings.regions:
        raise ConfigurationError("regions: the list is empty; name a region or leave it out for all")
    for declared in settings.not_offered:
        service, _, region = declared.partition("/")
        if service not in PREFIXES or not _REGION.fullmatch(region):
            raise ConfigurationError(
                f"not_offered: {declared!r} is not known; write service/region as the scope's message does"
            )
    _check_accounts(settings)
    return _chosen(settings.kinds)


def _check_accounts(settings: AwsSettings) -> None:
    accounts = settings.accounts
    if accounts is None:
        for key in ("role_name", "external_id"):
            if getattr(settings, key) is not None:
                raise ConfigurationError(
                    f'{key}: has no use without accounts; set accounts to "organization" or to a list'
                )
        return
    if not accounts:
        raise ConfigurationError("accounts: the list is empty; name an account or leave it out for your own")
    if isinstance(accounts, str):
        if accounts != "organization":
            raise ConfigurationError(
                f'accounts: {accounts!r} is not known; write "organization" or a list of account numbers'
            )
    else:
        _check_numbers(accounts)
    if settings.role_name is None:
        raise ConfigurationError("role_name: is missing; name the role that opens the other accounts")
    for key, value, form in (
        ("role_name", settings.role_name.strip("/"), _ROLE),
        ("role_session_name", settings.role_session_name, _SESSION),
        ("external_id", settings.external_id, _EXTERNAL_ID),
    ):
        if value is not None and not form.fullmatch(value):
            raise ConfigurationError(f"{key}: AWS does not allow this text (its characters or length)")


def _check_numbers(accounts: tuple[str, ...]) -> None:
    for place, account in enumerate(accounts):
        if not _ACCOUNT.fullmatch(account):
            raise ConfigurationError(f"accounts: {account!r} is no account number; write its twelve digits")
        if account in accounts[:place]:
            raise ConfigurationError(f"accounts: {account} is there twice; name it once")


def _chosen(kinds: tuple[str, ...] | None) -> tuple[ResourceKind, ...]:
    if kinds is None:
        return KINDS
    unknown = sorted(set(kinds) - {kind.name for kind in KINDS})
    if unknown:
        raise ConfigurationError(
            f"kinds: {unknown[0]!r} is not known; choose from {', '.join(kind.name for kind in KINDS)}"
        )
    return tuple(kind for kind in KINDS if kind.name in kinds)
