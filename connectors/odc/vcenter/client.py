"""A session with a vCenter: objects with the properties that are kept, in pages, and failures as gaps."""

from __future__ import annotations

import ssl
from collections.abc import Callable, Iterator
from http.client import HTTPException
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from xml.parsers.expat import ExpatError

from pyVmomi import SoapStubAdapter, vim, vmodl

from connectors.base import Gap, ReadError
from connectors.odc.calling import CONNECT_SECONDS, READ_SECONDS, one_line
from wolkenzicht.errors import ConfigurationError
from wolkenzicht.model import DeniedBy, Outcome

_PORTS = {"https": 443, "http": 80}
_PRIVILEGE = "System.Read"
#: The API of vSphere 6.0: all that is read stands in it, and every later vCenter speaks it.
_VERSION = "vim.version.version10"


class VcenterClient:
    """One session, made at the first call; not to be used by two threads at once.

    Raises `ConfigurationError` for a URL, password file or authority that cannot be.
    """

    def __init__(self, url: str, user: str, password_file: Path, ca: Path | None, page_size: int) -> None:
        parts = urlsplit(url)
        if parts.scheme not in _PORTS or not parts.hostname:
            raise ConfigurationError(f"url: {url!r} is no URL; write for instance https://vcenter.example.nl")
        try:
            self._password = password_file.read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError) as error:
            raise ConfigurationError(f"password_file: {password_file} cannot be read; give one") from error
        try:
            self._trust = ssl.create_default_context(cafile=str(ca) if ca else None)
        except (OSError, ssl.SSLError) as error:
            raise ConfigurationError(f"ca: {ca} holds no certificate that can be read") from error
        # pyVmomi takes a negative port for one without TLS.
        self._port = (parts.port or _PORTS[parts.scheme]) * (1 if parts.scheme == "https" else -1)
        self._host, self._user, self._page_size = parts.hostname, user, page_size
        self._stub: Any = None
        self._session: Any = None

    def close(self) -> None:
        """End the session and close its connections."""
        session, self._session = self._session, None
        stub, self._stub = self._stub, None
        try:
            if session is not None:
                self._asked("logout", session.sessionManager.Logout)
        finally:
            if stub is not None:
                stub.DropConnections()

    def identity(self) -> str:
        """The instance UUID of the vCenter. Raises `ReadError`."""
        return str(self._content().about.instanceUuid or "")

    def objects(self, kind: str, paths: tuple[str, ...], *, most: int | None = None) -> Iterator[Any]:
        """The objects of a kind (`VirtualMachine`) with these properties, page by page.

        `most` ends the listing after that many. Raises `ReadError`.
        """
        content = self._content()
        collector, wanted = content.propertyCollector, getattr(vim, kind)
        view = self._asked(
            kind,
            lambda: content.viewManager.CreateContainerView(content.rootFolder, [wanted], recursive=True),
        )
        try:
            spec = _filter(view, content.rootFolder, wanted, paths)
            # The top folder stands in the answer too.
            size = self._page_size if most is None else most + 1
            options = vmodl.query.PropertyCollector.RetrieveOptions(maxObjects=size)
            page = self._asked(kind, lambda: collector.RetrievePropertiesEx([spec], options))
            begun = set[str]()
            while True:
                if page is None:
                    raise ReadError(Gap(Outcome.FAILED, f"vCenter {kind}: a page is missing; scan again"))
                # A token may stay the same over all pages; what a page begins with may not.
                start = str(page.objects[0].obj) if page.objects else ""
                if start in begun:
                    raise ReadError(
                        Gap(Outcome.FAILED, f"vCenter {kind}: a page repeats, so the end cannot be reached")
                    )
                begun.add(start)
                yield from [each for each in page.objects if isinstance(each.obj, wanted)][:most]
                token = page.token
                if not token or most is not None:
                    return
                page = self._asked(kind, lambda: collector.ContinueRetrievePropertiesEx(token))  # noqa: B023 - called at once
        finally:
            self._asked(kind, view.DestroyView)

    def _content(self) -> Any:
        if self._session is None:
            self._stub = self._stub or self._connect()
            service = vim.ServiceInstance("ServiceInstance", self._stub)
            content = self._asked("content", service.RetrieveContent)
            if content is None:
                raise ReadError(Gap(Outcome.FAILED, "vCenter content: the answer is none of a vCenter's"))
            self._asked("login", lambda: content.sessionManager.Login(self._user, self._password, None))
            self._session = content
        return self._session

    def _connect(self) -> Any:
        return SoapStubAdapter(
            host=self._host,
            port=self._port,
            path="/sdk",
            version=_VERSION,
            sslContext=self._trust if self._port > 0 else None,
            httpConnectionTimeout=CONNECT_SECONDS + READ_SECONDS,
        )

    def _asked(self, what: str, call: Callable[[], Any]) -> Any:
        try:
            return call()
        except (vmodl.MethodFault, OSError, HTTPException, ExpatError, TypeError) as error:
            # pyVmomi raises the last two for an answer that is no SOAP, or of another shape.
            raise ReadError(gap_of(error, f"vCenter {what}")) from error


def gap_of(error: Exception, where: str) -> Gap:
    """The gap that a fault of vCenter's, or no answer, leaves."""
    # NotAuthenticated is a kind of NoPermission to vSphere.
    if isinstance(error, vim.fault.InvalidLogin | vim.fault.NotAuthenticated):
        return Gap(Outcome.FAILED, f"{where}: the user or password is refused; renew it")
    if isinstance(error, vim.fault.NoPermission):
        privilege = str(error.privilegeId or _PRIVILEGE)
        return Gap(
            Outcome.DENIED,
            f"{where}: {privilege} is denied; give the user the role Read-only at the top, propagated",
            permission=privilege,
            denied_by=DeniedBy.IDENTITY_POLICY,
        )
    if isinstance(error, vmodl.MethodFault):
        return Gap(Outcome.FAILED, f"{where}: {type(error).__name__}: {one_line(str(error.msg or ''))}")
    return Gap(Outcome.FAILED, f"{where}: no answer ({type(error).__name__}); check network and TLS")


def _filter(view: Any, top: Any, wanted: Any, paths: tuple[str, ...]) -> Any:
    """What is asked for: the objects in the view, and the top folder.

    vCenter answers nothing at all where it finds nothing, and pyVmomi reads nothing out of a page that is
    none of vCenter's; with the folder in it every true answer holds something.
    """
    collector = vmodl.query.PropertyCollector
    through = collector.TraversalSpec(name="view", type=vim.view.ContainerView, path="view", skip=False)
    return collector.FilterSpec(
        objectSet=[
            collector.ObjectSpec(obj=view, skip=True, selectSet=[through]),
            collector.ObjectSpec(obj=top, skip=False),
        ],
        propSet=[
            collector.PropertySpec(type=wanted, pathSet=list(paths)),
            collector.PropertySpec(type=vim.Folder, pathSet=["name"]),
        ],
    )
