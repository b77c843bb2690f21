"""An OpenStack: identity with projects, users and application credentials, and services in each region."""

from __future__ import annotations

import json
from collections import defaultdict
from typing import Any

from tests.servers.by_hand import serve_by_hand
from tests.servers.json_server import Answered, Asked

PROJECT = "9f8e7d6c5b4a39281706f5e4d3c2b1a0"
CREDENTIAL, SECRET = "credential-1", "geheim"
USER, PASSWORD = "agent", "geheim-van-agent"
REGION = "RegionOne"
#: Service types and the paths that they are served under; `{}` is the project.
SERVICES = {
    "compute": "/compute/v2.1",
    "volumev3": "/volume/v3/{}",
    "image": "/image",
    "object-store": "/object/v1/AUTH_{}",
}
#: The key of each listing, its service and its path there.
LISTINGS = {
    "servers": ("compute", "/servers/detail"),
    "volumes": ("volumev3", "/volumes/detail"),
    "snapshots": ("volumev3", "/snapshots/detail"),
    "backups": ("volumev3", "/backups/detail"),
    "images": ("image", "/v2/images"),
    "containers": ("object-store", ""),
}
_DISCOVERED = {
    "/compute/v2.1": ("version", "v2.1", "2.90"),
    "/compute": ("version", "v2.1", "2.90"),
    "/volume/v3": ("versions", "v3.0", "3.70"),
    "/volume": ("versions", "v3.0", "3.70"),
    "/image": ("versions", "v2.9", ""),  # its listings stand under /v2
}
_UNAUTHORISED = Answered(
    401, {"error": {"code": 401, "message": "The request you have made requires authentication."}}
)


class Openstack:
    """Answers for the projects that it is given; `faults` gives by listing and marker what comes first.

    `projects` are all that there are, with the name of each, `own` those on which the user has a role.
    """

    def __init__(self, regions: tuple[str, ...] = (REGION,), **items: list[dict[str, Any]]) -> None:
        self.regions = regions
        self.projects = {PROJECT: "zaak"}
        self.own = {PROJECT}
        self.disabled: set[str] = set()
        self.reads_system = True
        self.truncated = False
        self.items: dict[tuple[str, str, str], list[dict[str, Any]]] = defaultdict(list)
        for listing, found in items.items():
            self.items[PROJECT, REGION, listing] = found
        self.headers: dict[str, dict[str, str]] = {}
        self.denied: set[str] = set()
        self.absent: set[str] = set()
        self.interface = "public"
        self.page_limit = 1000
        self.faults: dict[tuple[str, str], list[Answered]] = {}

    def __call__(self, asked: Asked) -> Answered:
        """The answer to a request."""
        url = f"http://{asked.headers['host']}"
        path = asked.path.rstrip("/")
        if path == "/v3/auth/tokens":
            return self._token(asked, url)
        if path == "/v3":
            return Answered(body={"version": _version("v3.14", f"{url}/v3/")})
        if path in {"/v3/auth/projects", "/v3/projects"}:
            return self._projects(asked, path, url)
        region, path = self._region(path)
        token = asked.headers.get("x-auth-token", "")
        for service, pattern in SERVICES.items():
            root = pattern.format(token)
            if token and path.startswith(root):
                return self._service(asked, path.removeprefix(root), service, token, region)
        return _discovery(path, url + (f"/{region}" if region != REGION else ""))

    def _region(self, path: str) -> tuple[str, str]:
        """The region that a path is of: all but the first have their name before it."""
        first, _, rest = path.removeprefix("/").partition("/")
        return (first, f"/{rest}") if first in self.regions else (self.regions[0], path)

    def _token(self, asked: Asked, url: str) -> Answered:
        auth = json.loads(asked.body)["auth"]
        scope, given = auth.get("scope", {}), auth["identity"].get("application_credential")
        if given is not None:
            good = (given.get("id"), given.get("secret")) == (CREDENTIAL, SECRET)
            return self._issued(PROJECT, url) if good else _UNAUTHORISED
        user = auth["identity"]["password"]["user"]
        if (user.get("name"), user.get("password")) != (USER, PASSWORD):
            return _UNAUTHORISED
        if scope == "unscoped" or not scope:
            return self._issued("unscoped", url)
        if "system" in scope:
            return self._issued("system", url) if self.reads_system else _UNAUTHORISED
        project = str(scope["project"]["id"])
        return self._issued(project, url) if project in self.own - self.disabled else _UNAUTHORISED

    def _issued(self, project: str, url: str) -> Answered:
        token: dict[str, Any] = {
            "methods": ["password"],
            "expires_at": "2099-01-01T00:00:00.000000Z",
            "issued_at": "2026-01-01T00:00:00.000000Z",
            "user": {"id": "u", "name": USER, "domain": {"id": "default", "name": "Default"}},
        }
        if project in self.projects:
            token |= {
                "project": {
                    "id": project,
                    "name": self.projects[project],
                    "domain": {"id": "default", "name": "Default"},
                },
                "roles": [{"id": "r", "name": "reader"}],
                "catalog": [
                    {"type": name, "name": name, "endpoints": self._endpoints(root.format(project), url)}
                    for name, root in SERVICES.items()
                    if name not in self.absent
                ],
            }
        return Answered(201, {"token": token}, {"X-Subject-Token": project})

    def _endpoints(self, root: str, url: str) -> list[dict[str, str]]:
        return [
            {
                "interface": self.interface,
                "region": region,
                "region_id": region,
                "url": f"{url}{root}" if place == 0 else f"{url}/{region}{root}",
            }
            for place, region in enumerate(self.regions)
        ]

    def _projects(self, asked: Asked, path: str, url: str) -> Answered:
        everything = path == "/v3/projects"
        if everything and asked.headers.get("x-auth-token") != "system":
            return _denied("identity:list_projects")
        marker = asked.query.get("marker", "")
        if fault := self.faults.get(("projects" if everything else "own", marker)):
            return fault.pop(0)
        found = sorted(self.projects if everything else self.own - self.disabled)
        later = [each for each in found if each > marker]
        page, more = later[: self.page_limit], len(later) > self.page_limit
        following = f"{url}{path}?marker={page[-1]}&limit={self.page_limit}" if more else None
        body: dict[str, Any] = {
            "projects": [
                {
                    "id": each,
                    "name": self.projects[each],
                    "domain_id": "default",
                    "enabled": each not in self.disabled,
                }
                for each in page
            ],
            "links": {"next": None if self.truncated else following, "previous": None},
        }
        return Answered(body=body | ({"truncated": True} if more else {}))

    def _service(self, asked: Asked, rest: str, service: str, project: str, region: str) -> Answered:
        if asked.method == "HEAD":
            return Answered(204, None, self.headers.get(rest.strip("/"), {}))
        listing = next((key for key, at in LISTINGS.items() if at == (service, rest)), "")
        if not listing:
            return _discovery(asked.path.rstrip("/"), f"http://{asked.headers['host']}")
        if listing in self.denied:
            return _denied(listing)
        marker = asked.query.get("marker", "")
        if fault := self.faults.get((listing, marker)):
            return fault.pop(0)
        items, key = self.items[project, region, listing], "name" if listing == "containers" else "id"
        places = [place for place, item in enumerate(items) if item.get(key) == marker]
        start = places[0] + 1 if places else 0
        page = items[start : start + min(int(asked.query["limit"]), self.page_limit)]
        return Answered(body=page if listing == "containers" else {listing: page})


def _denied(rule: str) -> Answered:
    return Answered(403, {"forbidden": {"code": 403, "message": f"Policy doesn't allow {rule}."}})


def _discovery(path: str, url: str) -> Answered:
    for known, (key, name, most) in _DISCOVERED.items():
        if path.endswith(known):
            within = f"{known}/v2/" if known == "/image" else f"{known}/"
            found = _version(name, url + within, most)
            return Answered(body={key: found if key == "version" else [found]})
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


def volume(number: int, **more: Any) -> dict[str, Any]:
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
        **more,
    }


def snapshot(number: int) -> dict[str, Any]:
    """A snapshot as Cinder shows it."""
    return {
        "id": f"snapshot-{number}",
        "name": f"voor-upgrade-{number}",
        "status": "available",
        "size": 8,
        "volume_id": "volume-1",
        "metadata": {},
        "created_at": "2025-02-03T04:05:06.000000",
        "updated_at": None,
    }


def backup(number: int) -> dict[str, Any]:
    """A backup as Cinder shows it."""
    return {
        "id": f"backup-{number}",
        "name": f"nacht-{number}",
        "status": "available",
        "size": 8,
        "object_count": 3,
        "availability_zone": "nova",
        "container": "volumebackups",
        "is_incremental": False,
        "volume_id": "volume-1",
        "created_at": "2025-02-03T04:05:06.000000",
    }


def image(number: int) -> dict[str, Any]:
    """An image as Glance shows it."""
    return {
        "id": f"image-{number}",
        "name": f"golden-{number}",
        "status": "active",
        "visibility": "private",
        "tags": ["base"],
        "created_at": "2025-01-01T00:00:00Z",
    }


def container(number: int) -> dict[str, Any]:
    """A container as Swift lists it."""
    name, moment = f"dossiers-{number}", "2025-01-01T00:00:00.123450"
    return {"name": name, "count": 2, "bytes": 9, "last_modified": moment}


MAKERS = {
    "servers": server,
    "volumes": volume,
    "snapshots": snapshot,
    "backups": backup,
    "images": image,
    "containers": container,
}


def filled(projects: int, regions: int, resources: int) -> Openstack:
    """A cloud with so many projects and regions, and so many resources of each kind in each of both."""
    api = Openstack(tuple(f"Region{number}" for number in range(1, regions + 1)))
    names = {f"{number:032x}": f"zaak-{number}" for number in range(1, projects)}
    api.projects |= names
    api.own |= set(names)
    for project in api.projects:
        for region in api.regions:
            for listing, make in MAKERS.items():
                api.items[project, region, listing] = [make(number) for number in range(resources)]
    return api


def main() -> None:
    """Serve a filled cloud until interrupted."""
    serve_by_hand(
        description=__doc__ or "",
        sizes={"projects": 3, "regions": 2, "resources": 100},
        make=lambda sizes: filled(**sizes),
        secrets={"openstack.secret": PASSWORD},
        source='connector = "odc-openstack"\nauth_url = "{url}/v3"\n'
        f'user = "{USER}"\ncredential_secret_file = "{{folder}}/openstack.secret"\n'
        'site = "ODC-Noord"\ncountry = "NL"',
    )


if __name__ == "__main__":
    main()
