"""Which types of resource each connector reads, how deeply, and with which permissions.

The kinds are asked from the connectors' own tuples; a connector that is not installed is told, not left out.
"""

from __future__ import annotations

import importlib
import importlib.util
from collections.abc import Iterator
from dataclasses import dataclass
from types import ModuleType
from typing import Any

from wolkenzicht.errors import ConfigurationError
from wolkenzicht.model import Depth, Holds, Operation


@dataclass(frozen=True, slots=True)
class _Tuple:
    """Where the kinds of one connector stand: its name in the configuration, the module, the tuple in it."""

    connector: str
    module: str
    name: str = "KINDS"


#: The tuples of each family of connectors; a family is what `kinds --connector` names.
_FAMILIES = {
    "aws": (_Tuple("aws", "connectors.aws.kinds"),),
    "azure": (
        _Tuple("azure", "connectors.azure.kinds"),
        _Tuple("azure", "connectors.azure.kinds", "FURTHER"),
    ),
    "gcp": (_Tuple("gcp", "connectors.gcp.kinds"),),
    "odc": (
        _Tuple("odc-csv", "connectors.odc.kinds"),
        _Tuple("odc-rvtools", "connectors.odc.rvtools.sheets", "SHEETS"),
        _Tuple("odc-vcenter", "connectors.odc.vcenter.kinds"),
        _Tuple("odc-netbox", "connectors.odc.netbox.kinds"),
        _Tuple("odc-openstack", "connectors.odc.openstack.kinds"),
        _Tuple("kubernetes", "connectors.odc.kubernetes.kinds"),
    ),
}
FAMILIES = tuple(_FAMILIES)

#: Where a kind is described that names no documentation of its provider.
_DOCS = {family: "docs/connectors-odc.md" if family == "odc" else "docs/connectors.md" for family in FAMILIES}


@dataclass(frozen=True, slots=True)
class KindRow:
    """What is told about one type.

    `depth` is `None` for a type that is not read, and `reason` then says why. `permissions` are in call
    order. `states` names the operations for which an asset of the type can have a location; empty where
    the kind declares none, as `holds` is `None`.
    """

    connector: str
    type: str
    name: str
    title: str
    depth: Depth | None
    scope: str
    holds: Holds | None
    permissions: tuple[str, ...]
    states: tuple[Operation, ...]
    docs_url: str
    reason: str = ""


def installed() -> tuple[str, ...]:
    """The families of which both the code and what it needs are there."""
    return tuple(family for family in FAMILIES if _is_installed(family))


def rows(family: str) -> tuple[KindRow, ...]:
    """A row for each type, by connector and type, those that are not read too.

    Raises `ConfigurationError` where the family is not installed.
    """
    if not _is_installed(family):
        raise ConfigurationError(
            f"connector {family} is not installed; install wolkenzicht with the extra [{family}]"
        )
    found = [
        _row(family, each.connector, kind)
        for each in _FAMILIES[family]
        if (module := _module(each.module)) is not None
        for kind in getattr(module, each.name)
    ]
    found.extend(_not_read(family))
    order = [each.connector for each in _FAMILIES[family]]
    return tuple(sorted(found, key=lambda row: (order.index(row.connector), row.type, row.name)))


def permissions(family: str) -> tuple[str, ...]:
    """Every permission that the family's kinds need, sorted, each once. Raises `ConfigurationError`."""
    return tuple(sorted({each for row in rows(family) for each in row.permissions}))


def _is_installed(family: str) -> bool:
    return _module(_FAMILIES[family][0].module) is not None


def _row(family: str, connector: str, kind: Any) -> KindRow:
    """The row of a kind. Kinds of the datacentre say less: a word, one operation, one permission or none."""
    word = getattr(kind, "word", "")
    permissions = getattr(kind, "permissions", (getattr(kind, "permission", ""),))
    states = getattr(kind, "states", (kind.operation,) if hasattr(kind, "operation") else ())
    return KindRow(
        connector=connector,
        type=kind.type,
        name=getattr(kind, "name", word),
        title=getattr(kind, "title", word),
        depth=getattr(kind, "depth", Depth.DEEP),
        scope=getattr(kind, "scope", ""),
        holds=getattr(kind, "holds", None),
        permissions=tuple(each for each in permissions if each),
        states=tuple(sorted(states, key=list(Operation).index)),
        docs_url=getattr(kind, "docs_url", _DOCS[family]),
    )


def _not_read(family: str) -> Iterator[KindRow]:
    """The types that a family knows of and does not read, from its module `not_read` where it has one."""
    module = _module(f"connectors.{family}.not_read")
    connector = _FAMILIES[family][0].connector
    for type_, reason in module.NOT_READ if module is not None else ():
        yield KindRow(connector, type_, "", "", None, "", None, (), (), _DOCS[family], reason=reason)


def _module(name: str) -> ModuleType | None:
    """The module, or `None` where it, or an SDK that it needs, is not there."""
    package, _, _ = name.rpartition(".")
    if importlib.util.find_spec(package) is None or importlib.util.find_spec(name) is None:
        return None
    try:
        return importlib.import_module(name)
    except ModuleNotFoundError as error:
        if str(error.name).startswith(("connectors", "wolkenzicht")):
            raise
        return None
