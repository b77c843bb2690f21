"""What the settings of a tenant choose: which kinds are read, and which settings cannot be."""

from __future__ import annotations

import re

from connectors.azure.clouds import CLOUDS
from connectors.azure.diagnostics import SETTINGS
from connectors.azure.kind import ResourceKind
from connectors.azure.kinds import FURTHER, KINDS, OF_TENANT
from connectors.azure.session import AzureSettings
from wolkenzicht.errors import ConfigurationError

_GROUP_ID = re.compile(r"[\w.()-]{1,90}", re.ASCII)


def chosen(settings: AzureSettings) -> tuple[tuple[ResourceKind, ...], tuple[ResourceKind, ...]]:
    """The kinds that are listed and queried, and those that are read in ways of their own.

    Raises `ConfigurationError`.
    """
    _check_settings(settings)
    further = tuple(kind for kind in FURTHER if settings.diagnostic_settings or kind is not SETTINGS)
    if settings.kinds is None:
        return KINDS, further if is_whole(settings) else tuple(
            each for each in further if each not in OF_TENANT
        )
    names = [kind.name for kind in (*KINDS, *further)]
    unknown = sorted(set(settings.kinds) - set(names))
    if unknown == [SETTINGS.name]:
        raise ConfigurationError(
            f"kinds: names {SETTINGS.name!r}, which diagnostic_settings = false leaves out"
        )
    if unknown:
        raise ConfigurationError(f"kinds: {unknown[0]!r} is not known; choose from {', '.join(names)}")
    listed, own = (tuple(kind for kind in kinds if kind.name in settings.kinds) for kinds in (KINDS, further))
    return listed, own


def is_whole(settings: AzureSettings) -> bool:
    """Whether the source is the whole tenant: several sources of parts must not share its own scopes."""
    return settings.subscriptions is None and settings.management_group is None


def _check_settings(settings: AzureSettings) -> None:
    if settings.cloud not in CLOUDS:
        raise ConfigurationError(
            f"cloud: {settings.cloud!r} is no Azure cloud; choose one of {', '.join(CLOUDS)}"
        )
    if not 0 <= settings.quota_share <= 1:
        raise ConfigurationError(
            f"quota_share: {settings.quota_share} is no share; give a number from 0 (no limit) to 1"
        )
    if settings.max_attempts < 1:
        raise ConfigurationError(f"max_attempts: {settings.max_attempts} is too few; give at least 1")
    if not settings.tenant_id.strip():
        raise ConfigurationError("tenant_id: is empty; give the id of the Entra tenant")
    if settings.subscriptions is not None and not settings.subscriptions:
        raise ConfigurationError("subscriptions: the list is empty; name one or leave it out for all")
    group = settings.management_group
    if group is not None and not _GROUP_ID.fullmatch(group):
        raise ConfigurationError(
            f"management_group: {group[:90]!r} is no id of a group; give the id, not the name that is shown"
        )
    if group is not None and settings.subscriptions is not None:
        raise ConfigurationError("management_group: cannot go with subscriptions; leave one of the two out")
