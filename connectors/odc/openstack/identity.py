"""With whose rights an OpenStack is read: those of one project, or of a user in every project of theirs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from keystoneauth1.identity.base import BaseIdentityPlugin
from keystoneauth1.identity.v3 import ApplicationCredential, Password

from connectors.base import Gap, ReadError
from connectors.odc.answer import Answer
from connectors.odc.openstack.client import REFUSED, OpenstackClient
from connectors.odc.values import UnfitError
from wolkenzicht.errors import ConfigurationError
from wolkenzicht.model import DeniedBy, Outcome

#: The projects that a token can be had for, and all that there are: the second needs a role on the system.
_OWN, _ALL = "/v3/auth/projects", "/v3/projects"
LIST_PROJECTS = "identity:list_projects"


@dataclass(frozen=True, slots=True)
class Credential:
    """Who asks. With a `user` the secret is their password; without one it is the application credential's.

    Raises `ConfigurationError` where it is both or neither, or the secret cannot be read.
    """

    auth_url: str
    credential_id: str
    secret_file: Path
    user: str = ""
    user_domain: str = "Default"
    ca: Path | None = None
    page_size: int = 500
    attempts: int = 5

    def __post_init__(self) -> None:
        """Check what the types cannot say."""
        if urlsplit(self.auth_url).scheme not in {"http", "https"}:
            raise ConfigurationError(
                f"auth_url: {self.auth_url!r} is no URL; write for instance https://keystone.example.nl/v3"
            )
        if bool(self.credential_id.strip()) == bool(self.user.strip()):
            raise ConfigurationError(
                "credential_id: give the id of an application credential, or a user instead for all projects"
            )
        self.secret()

    def secret(self) -> str:
        """What the file holds. Raises `ConfigurationError`."""
        try:
            return self.secret_file.read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError) as error:
            raise ConfigurationError(
                f"credential_secret_file: {self.secret_file} cannot be read; give the secret or the password"
            ) from error

    def client(self, project: str = "") -> OpenstackClient:
        """A client for a project; for an application credential, which has one, always for that."""
        if not self.user:
            return self._client(
                ApplicationCredential(
                    self.auth_url,
                    application_credential_id=self.credential_id,
                    application_credential_secret=self.secret(),
                )
            )
        return self._client(self._password(project_id=project), _no_role(f"project {project}", ""))

    def unscoped(self) -> OpenstackClient:
        """A client that may ask which projects the user has."""
        return self._client(self._password(unscoped=True))

    def of_system(self) -> OpenstackClient:
        """A client for the system as a whole."""
        return self._client(self._password(system_scope="all"), _no_role("the system", LIST_PROJECTS))

    def url(self, path: str) -> str:
        """The address of a path of Keystone's (`/v3/projects`)."""
        return self.auth_url.rstrip("/").removesuffix("/v3") + path

    def _password(self, **scope: Any) -> Password:
        return Password(
            self.auth_url,
            username=self.user,
            user_domain_name=self.user_domain,
            password=self.secret(),
            **scope,
        )

    def _client(self, auth: BaseIdentityPlugin, refused: Gap = REFUSED) -> OpenstackClient:
        return OpenstackClient(auth, self.ca, self.page_size, self.attempts, refused)


def _no_role(what: str, permission: str) -> Gap:
    """What is left where Keystone gives the user no token: it does so only for a role on what it is for."""
    return Gap(
        Outcome.DENIED,
        f"OpenStack identity /v3/auth/tokens: no token for {what}; give the user the role reader on it",
        permission=permission,
        denied_by=DeniedBy.IDENTITY_POLICY,
    )


@dataclass(frozen=True, slots=True)
class Project:
    """A project of the cloud. One that is not `enabled` gives nobody a token, and keeps what it has."""

    identifier: str
    enabled: bool
    raw: object


@dataclass(frozen=True, slots=True)
class Projects:
    """The projects that are known, by id, and what keeps them from being all that there are."""

    known: tuple[Project, ...]
    gap: Gap | None


def projects_of(credential: Credential) -> Projects:
    """The projects of a user, and those of the whole system where they may be listed.

    Raises `ReadError` where not even the user's own are told.
    """
    own = credential.unscoped()
    try:
        found = {each.identifier: each for each in _projects(own, credential.url(_OWN), "")}
    finally:
        own.close()
    system, gap = credential.of_system(), None
    try:
        for each in _projects(system, credential.url(_ALL), LIST_PROJECTS):
            found[each.identifier] = each
    except ReadError as error:
        gap = error.gap
    finally:
        system.close()
    return Projects(tuple(found[key] for key in sorted(found)), gap)


def _projects(client: OpenstackClient, url: str, permission: str) -> Iterator[Project]:
    for raw in client.projects(url, permission):
        try:
            item = Answer(raw)
            yield Project(item.required("id"), item.text("enabled") != "false", raw)
        except UnfitError as unfit:
            raise ReadError(
                Gap(Outcome.FAILED, f"OpenStack identity {urlsplit(url).path}: {unfit.column} {unfit}")
            ) from unfit
