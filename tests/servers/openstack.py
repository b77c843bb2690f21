"""An OpenStack of one project: identity with application credentials, and four services with listings."""

from __future__ import annotations

import json
from typing import Any

from tests.servers.json_server import Answered, Asked

PROJECT = "9f8e7d6c5b4a39281706f5e4d3c2b1a0"
CREDENTIAL, SECRET = "credential-1", "geheim"
_TOKEN = "token-1"  # noqa: S105 - of this server only
#: Service types, the paths that they are served under, and the key of their listing.
SERVICES = {
    "compute": ("/compute/v2.1", "/servers/detail", "servers"),
    "volumev3": (f"/volume/v3/{PROJECT}", "/volumes/detail", "volumes"),
    "image": ("/image", "/v2/images", "images"),
    "object-store": (f"/object/v1/AUTH_{PROJECT}", "", ""),
}


class Openstack:
    """Answers for one region; `faults` gives by service and marker what comes first."""

    def __init__(self, **items: list[dict[str, Any]]) -> None:
        self.items = {name: items.get(name.replace("-", "_"), []) for name in SERVICES}
        self.headers: dict[str, dict[str, str]] = {}
        self.denied: set[str] = set()
        self.absent: set[str] = set()
        self.faults: dict[tuple[str, str], list[Answered]] = {}

    def __call__(self, asked: Asked) -> Answered:
        """The answer to a request."""
        url = f"http://{asked.headers['host']}"
        if asked.path == "/v3/auth/tokens":
            return self._token(asked, url)
        if asked.path.rstrip("/") == "/v3":
            return Answered(body={"version": _version("v3.14", f"{url}/v3/")})
        for name, (root, listing, key) in SERVICES.items():
            if asked.path.startswith(root):
                return self._service(asked, url, name, root, listing, key)
        return self._discovery(asked, url)

    def _token(self, asked: Asked, url: str) -> Answered:
        given = json.loads(asked.body)["auth"]["identity"].get("application_credential", {})
        if (given.get("id"), given.get("secret")) != (CREDENTIAL, SECRET):
            return Answered(
                401, {"error": {"code": 401, "message": "The request you have made requires authentication."}}
            )
        catalogue = [
            {
                "type": name,
                "name": name,
                "endpoints": [
                    {
                        "interface": "public",
                        "region": "RegionOne",
                        "region_id": "RegionOne",
                        "url": url + root,
                    }
                ],
            }
            for name, (root, _, _) in SERVICES.items()
            if name not in self.absent
        ]
        token = {
            "methods": ["application_credential"],
            "expires_at": "2099-01-01T00:00:00.000000Z",
            "issued_at": "2026-01-01T00:00:00.000000Z",
            "project": {"id": PROJECT, "name": "zaak", "domain": {"id": "default", "name": "Default"}},
            "user": {"id": "u", "name": "agent", "domain": {"id": "default", "name": "Default"}},
            "roles": [{"id": "r", "name": "reader"}],
            "catalog": catalogue,
        }
        return Answered(201, {"token": token}, {"X-Subject-Token": _TOKEN})

    def _service(self, asked: Asked, url: str, name: str, root: str, listing: str, key: str) -> Answered:
        if asked.headers.get("x-auth-token") != _TOKEN:
            return self._discovery(asked, url)
        rest = asked.path.removeprefix(root).rstrip("/")
        if asked.method == "HEAD":
            return Answered(204, None, self.headers.get(rest.strip("/"), {}))
        if rest != listing:
            return self._discovery(asked, url)
        if name in self.denied:
            return Answered(403, {"forbidden": {"code": 403, "message": "Policy doesn't allow it."}})
        marker = asked.query.get("marker", "")
        if fault := self.faults.get((name, marker)):
            return fault.pop(0)
        return self._page(name, key, marker, int(asked.query["limit"]))

    def _page(self, name: str, key: str, marker: str, limit: int) -> Answered:
        items = self.items[name]
        field = "id" if key else "name"
        places = [place for place, item in enumerate(items) if item.get(field) == marker]
        start = places[0] + 1 if places else 0
        page = items[start : start + limit]
        return Answered(body={key: page} if key else page)

    def _discovery(self, asked: Asked, url: str) -> Answered:
        path = asked.path.rstrip("/")
        if path in {"/compute/v2.1", "/compute"}:
            return Answered(body={"version": _version("v2.1", f"{url}/compute/v2.1/", "2.90")})
        if path in {"/volume/v3", "/volume"}:
            return Answered(body={"versions": [_version("v3.0", f"{url}/volume/v3/", "3.70")]})
        if path == "/image":
            return Answered(body={"versions": [_version("v2.9", f"{url}/image/v2/")]})
        return Answered(404, {"error": "not found"})


def _version(name: str, href: str, most: str = "") -> dict[str, Any]:
    found: dict[str, Any] = {"id": name, "status": "CURRENT", "links": [{"rel": "self", "href": href}]}
    return found | ({"version": most, "min_version": name[1:]} if most else {})


def server(number: int) -> dict[str, Any]:
    """A server as Nova shows it."""
    return {
        "id": f"server-{number}",
        "name": f"app-{number}",
        "status": "ACTIVE",
        "tenant_id": PROJECT,
        "OS-EXT-AZ:availability_zone": "az-1",
        "flavor": {"id": "m1.small", "links": []},
        "os-extended-volumes:volumes_attached": [{"id": "volume-1"}],
        "metadata": {"system": "zaak"},
        "created": "2025-02-03T04:05:06Z",
    }


def volume(number: int) -> dict[str, Any]:
    """A volume as Cinder shows it."""
    return {
        "id": f"volume-{number}",
        "name": "",
        "status": "in-use",
        "size": 8,
        "availability_zone": "nova",
        "volume_type": "ceph",
        "encrypted": True,
        "replication_status": None,
        "attachments": [{"server_id": "server-1"}],
        "metadata": {},
        "created_at": "2025-02-03T04:05:06.000000",
    }
