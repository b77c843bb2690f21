"""A vCenter that speaks SOAP: pages of objects, serialised by pyVmomi itself, and vSphere's faults."""

from __future__ import annotations

import re
from typing import Any

from pyVmomi import SoapAdapter, vim, vmodl
from pyVmomi.VmomiSupport import Object

from tests.servers.by_hand import serve_by_hand
from tests.servers.json_server import Answered, Asked

PASSWORD = "geheim"  # noqa: S105 - of this server only
UUID = "9f1b2c3d-0000-4000-8000-0123456789ab"
_VERSION = "vim.version.version10"
_METHOD = re.compile(rb"<(?:soapenv:)?Body>\s*<(\w+)")
_ENVELOPE = (
    '<?xml version="1.0" encoding="UTF-8"?><soapenv:Envelope '
    'xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/" xmlns:xsd="http://www.w3.org/2001/XMLSchema" '
    'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><soapenv:Body>{}</soapenv:Body></soapenv:Envelope>'
)
_PAGES = {"RetrievePropertiesEx", "ContinueRetrievePropertiesEx"}
_WANTED = re.compile(rb"<propSet><type[^>]*>(\w+)</type>")
_MOST = re.compile(rb"<maxObjects[^>]*>(\d+)</maxObjects>")
_TOKEN = re.compile(rb"<token[^>]*>(\w+):(\d+):(\d+)</token>")


class Vcenter:
    """Answers with these pages, one after another; a fault's name in place of a page is that fault."""

    def __init__(self, *pages: list[Any] | str | None) -> None:
        self.pages: list[list[Any] | str | None] = list(pages)
        self.called: list[str] = []

    def __call__(self, asked: Asked) -> Answered:
        """The answer to a request."""
        found = _METHOD.search(asked.body)
        method = found[1].decode() if found else ""
        self.called.append(method)
        if method == "Login" and f">{PASSWORD}</password>".encode() not in asked.body:
            return fault("InvalidLogin")
        if method in _PAGES:
            return self._page(method)
        return answer(method, _RESULTS.get(method))

    def _page(self, method: str) -> Answered:
        page = self.pages.pop(0)
        if page is None:
            return answer(method, None)
        if isinstance(page, str):
            return fault(page)
        token = "more" if self.pages else None
        return answer(method, vmodl.query.PropertyCollector.RetrieveResult(objects=page, token=token))


class VcenterEstate:
    """Answers with the objects that there are, page by page."""

    def __init__(self, *objects: Any) -> None:
        self.objects = objects

    def __call__(self, asked: Asked) -> Answered:
        """The answer to a request."""
        found = _METHOD.search(asked.body)
        method = found[1].decode() if found else ""
        if method == "Login" and f">{PASSWORD}</password>".encode() not in asked.body:
            return fault("InvalidLogin")
        if method not in _PAGES:
            return answer(method, _RESULTS.get(method))
        if token := _TOKEN.search(asked.body):
            kind, start, most = token[1].decode(), int(token[2]), int(token[3])
        else:
            wanted, limit = _WANTED.search(asked.body), _MOST.search(asked.body)
            kind, start, most = wanted[1].decode() if wanted else "", 0, int(limit[1]) if limit else 500
        return self._page(method, kind, start, most)

    def _page(self, method: str, kind: str, start: int, most: int) -> Answered:
        wanted = getattr(vim, kind)
        top = content(vim.Folder("group-d1"), {"name": "Datacenters"})
        found = [top, *(each for each in self.objects if isinstance(each.obj, wanted))]
        token = f"{kind}:{start + most}:{most}" if start + most < len(found) else None
        page = vmodl.query.PropertyCollector.RetrieveResult(objects=found[start : start + most], token=token)
        return answer(method, page)


def content(reference: Any, values: dict[str, Any], missing: tuple[str, ...] = ()) -> Any:
    """An object as the property collector shows it; `missing` are properties that may not be read."""
    collector = vmodl.query.PropertyCollector
    fault = vim.fault.NoPermission(object=reference, privilegeId="System.Read")
    return collector.ObjectContent(
        obj=reference,
        propSet=[vmodl.DynamicProperty(name=name, val=value) for name, value in values.items()],
        missingSet=[collector.MissingProperty(path=path, fault=fault) for path in missing],
    )


def _service() -> Any:
    about = vim.AboutInfo(
        name="VMware vCenter Server",
        fullName="VMware vCenter Server 8.0",
        vendor="VMware, Inc.",
        version="8.0",
        build="1",
        osType="linux-x64",
        productLineId="vpx",
        apiType="VirtualCenter",
        apiVersion="8.0",
        instanceUuid=UUID,
    )
    return vim.ServiceInstanceContent(
        rootFolder=vim.Folder("group-d1"),
        propertyCollector=vmodl.query.PropertyCollector("propertyCollector"),
        viewManager=vim.view.ViewManager("ViewManager"),
        sessionManager=vim.SessionManager("SessionManager"),
        about=about,
    )


_RESULTS = {"RetrieveServiceContent": _service(), "CreateContainerView": vim.view.ContainerView("view-1")}


def answer(method: str, result: Any) -> Answered:
    """What a method returns; `None` for nothing."""
    inner = ""
    if result is not None:
        info = Object(name="returnval", index=-1, type=object, version=_VERSION, flags=0)
        inner = SoapAdapter.SerializeToStr(result, info, _VERSION)
    return _xml(200, f'<{method}Response xmlns="urn:vim25">{inner}</{method}Response>')


def fault(name: str) -> Answered:
    """How vSphere refuses."""
    detail = f'<{name}Fault xmlns="urn:vim25" xsi:type="{name}"></{name}Fault>'
    return _xml(
        500,
        f"<soapenv:Fault><faultcode>ServerFaultCode</faultcode><faultstring>refused</faultstring>"
        f"<detail>{detail}</detail></soapenv:Fault>",
    )


def machine(number: int, **values: Any) -> Any:
    """A virtual machine with a name and other properties."""
    named = {"name": f"zaak-{number}", "runtime.powerState": "poweredOn"}
    return content(vim.VirtualMachine(f"vm-{number}"), named | values)


def datastore(number: int, **values: Any) -> Any:
    """A datastore."""
    named = {"name": f"san-{number}", "summary.type": "VMFS"}
    return content(vim.Datastore(f"datastore-{number}"), named | values)


def host(number: int, **values: Any) -> Any:
    """A host."""
    named = {"name": f"esx-{number}.example.nl", "runtime.inMaintenanceMode": False}
    return content(vim.HostSystem(f"host-{number}"), named | values)


def filled(machines: int, datastores: int, hosts: int) -> VcenterEstate:
    """A vCenter with so many objects of each kind."""
    made = ((machine, machines), (datastore, datastores), (host, hosts))
    return VcenterEstate(*(make(number) for make, count in made for number in range(1, count + 1)))


def main() -> None:
    """Serve a filled vCenter until interrupted."""
    serve_by_hand(
        description=__doc__ or "",
        sizes={"machines": 100, "datastores": 5, "hosts": 4},
        make=lambda sizes: filled(**sizes),
        secrets={"vcenter.password": PASSWORD},
        source='connector = "odc-vcenter"\nurl = "{url}"\nuser = "agent"\n'
        'password_file = "{folder}/vcenter.password"\nsite = "ODC-Noord"\ncountry = "NL"',
    )


def _xml(status: int, body: str) -> Answered:
    return Answered(status, _ENVELOPE.format(body).encode(), {"Content-Type": "text/xml; charset=utf-8"})


if __name__ == "__main__":
    main()
