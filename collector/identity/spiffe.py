"""What a certificate says about its holder: the SPIFFE identifier, written and read in one place.

Form: https://github.com/spiffe/spiffe/blob/main/standards/SPIFFE-ID.md. An agent is
`spiffe://wolkenzicht/agent/<tenant>`, an asker `spiffe://wolkenzicht/asker/<role>/<organisation>/<name>`
with `-` where it has no organisation.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import quote, unquote

from wolkenzicht.errors import ConfigurationError, IdentityError

AGENT = "agent"
ASKER = "asker"
#: The roles an asker may have; `cio_rijk` sees all, `department` its organisation and below.
ROLES = ("cio_rijk", "department")
#: What an asker may do beside asking, where its certificate's record says so.
ACKNOWLEDGE, EXEMPT = "acknowledge", "exempt"
RIGHTS = (ACKNOWLEDGE, EXEMPT)

_PREFIX = "spiffe://wolkenzicht/"
_IDENTIFIER = re.compile(r"[a-z0-9](?:[a-z0-9._-]{0,61}[a-z0-9])?")
_MAX_NAME = 64


@dataclass(frozen=True, slots=True)
class Holder:
    """Whom a certificate stands for; fields that do not apply to the kind are empty."""

    kind: str
    tenant: str = ""
    role: str = ""
    organisation: str = ""
    name: str = ""

    @property
    def uri(self) -> str:
        """The SPIFFE identifier."""
        parts = [self.tenant] if self.kind == AGENT else [self.role, self.organisation or "-", self.name]
        return _PREFIX + "/".join([self.kind, *(quote(part, safe="") for part in parts)])

    @property
    def common_name(self) -> str:
        """What stands in the subject, for people: the tenant or the asker's name."""
        return self.tenant if self.kind == AGENT else self.name


def agent(tenant: str) -> Holder:
    """The agent of a tenant; raises `ConfigurationError` for an identifier that is none."""
    return Holder(AGENT, tenant=identifier(tenant, "tenant"))


def asker(name: str, role: str, organisation: str) -> Holder:
    """An asker; raises `ConfigurationError` where role and organisation do not go together."""
    if not name or len(name) > _MAX_NAME or not name.isprintable():
        raise ConfigurationError(f"asker name {name!r} must be 1 to {_MAX_NAME} printable characters")
    if role not in ROLES:
        raise ConfigurationError(f"role {role!r} does not exist; choose one of {', '.join(ROLES)}")
    if role == "cio_rijk" and organisation:
        raise ConfigurationError("role cio_rijk sees all organisations; leave --organisation out")
    if role == "department" and not organisation:
        raise ConfigurationError("role department needs --organisation, the organisation that it may see")
    return Holder(ASKER, role=role, organisation=organisation, name=name)


def identifier(text: str, what: str) -> str:
    """`text` if it is an identifier of ours; raises `ConfigurationError` naming `what` otherwise."""
    if not _IDENTIFIER.fullmatch(text):
        raise ConfigurationError(
            f"{what} {text!r} is not an identifier; use 1 to 63 lower-case letters, digits, '.', '_' and "
            "'-', with a letter or digit at both ends"
        )
    return text


def parse(uri: str) -> Holder:
    """The holder that a SPIFFE identifier names; raises `IdentityError` for any other text."""
    kind, *parts = [unquote(part) for part in uri.removeprefix(_PREFIX).split("/")]
    if uri.startswith(_PREFIX):
        if kind == AGENT and len(parts) == 1:
            return Holder(AGENT, tenant=parts[0])
        if kind == ASKER and len(parts) == 3:  # noqa: PLR2004 - role, organisation, name
            role, organisation, name = parts
            return Holder(
                ASKER, role=role, organisation="" if organisation == "-" else organisation, name=name
            )
    raise IdentityError(
        f"{uri!r} is not an identity of wolkenzicht; use a certificate that the collector issued"
    )
