"""A NetBox API server: paged listings in the shape of NetBox 4's serialisers, and its ways of refusing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tests.servers.by_hand import serve_by_hand
from tests.servers.json_server import Answered, Asked

TOKEN = "0123456789abcdef0123456789abcdef01234567"  # noqa: S105 - of this server only

DENIED = Answered(403, {"detail": "You do not have permission to perform this action."})
BAD_TOKEN = Answered(403, {"detail": "Invalid v1 token"})


class Netbox:
    """Answers for an estate; `faults` gives by path and offset an answer that comes first, once or always."""

    def __init__(self, estate: Mapping[str, list[dict[str, Any]]]) -> None:
        self.estate = dict(estate)
        self.denied: set[str] = set()
        self.faults: dict[tuple[str, int], list[Answered]] = {}
        self.page_limit = 1000

    def __call__(self, asked: Asked) -> Answered:
        """The answer to a request."""
        if asked.headers.get("authorization") != f"Token {TOKEN}":
            return BAD_TOKEN
        endpoint = asked.path.removeprefix("/api/").strip("/")
        if endpoint in self.denied:
            return DENIED
        limit = min(int(asked.query.get("limit", "50")), self.page_limit)
        offset = int(asked.query.get("offset", "0"))
        fault = self.faults.get((endpoint, offset))
        if fault:
            return fault.pop(0)
        if endpoint not in self.estate:
            return Answered(404, {"detail": "Not found."})
        items = self.estate[endpoint]
        more = offset + limit < len(items)
        return Answered(
            body={
                "count": len(items),
                "next": f"http://ignored.invalid/?limit={limit}&offset={offset + limit}" if more else None,
                "previous": None,
                "results": items[offset : offset + limit],
            }
        )


def brief(identifier: int, name: str, slug: str = "") -> dict[str, Any]:
    """An object as it stands inside another."""
    return {"id": identifier, "display": name, "name": name, "slug": slug or name.lower()}


def estate() -> dict[str, list[dict[str, Any]]]:
    """Three sites: one with a custom field, one in a region below another, one of which nothing is known."""
    sites = [
        site(1, "ODC-Noord", custom_fields={"country": "nl", "operator": "Operator BV"}),
        site(2, "Brussel-1", region=brief(11, "Brussel")),
        site(3, "Amsterdam"),
    ]
    return {
        "dcim/regions": [
            {**brief(10, "Belgie", "belgie"), "parent": None, "custom_fields": {}},
            {**brief(11, "Brussel"), "parent": brief(10, "Belgie", "belgie"), "custom_fields": {}},
        ],
        "dcim/sites": sites,
        "dcim/locations": [
            {**brief(5, "Zaal 1"), "site": brief(2, "Brussel-1"), "custom_fields": {}, "tags": []}
        ],
        "dcim/devices": [device(7, "srv-1", 1), device(8, None, 3)],
        "virtualization/virtual-machines": [device(9, "vm-1", 2)],
        "virtualization/clusters": [
            cluster(20, scope_type="dcim.site", scope_id=1),
            cluster(21, scope_type="dcim.location", scope_id=5),
            cluster(22, scope_type="dcim.region", scope_id=11),
            cluster(23, scope_type="dcim.sitegroup", scope_id=4),
            cluster(24, site=brief(1, "ODC-Noord")),
        ],
    }


def site(identifier: int, name: str, **more: Any) -> dict[str, Any]:
    """A site."""
    return {
        **brief(identifier, name),
        "status": {"value": "active", "label": "Active"},
        "region": None,
        "tenant": brief(3, "SSC-ICT"),
        "facility": "",
        "physical_address": "Straat 1, Zürich",
        "tags": [],
        "custom_fields": {},
        "created": "2024-03-01T10:00:00.000000Z",
        **more,
    }


def device(identifier: int, name: str | None, at: int) -> dict[str, Any]:
    """A device or virtual machine; one without a name shows what it is instead."""
    return {
        "id": identifier,
        "display": name or f"Server ({identifier})",
        "name": name,
        "site": {"id": at},
        "role": brief(2, "Switch") if name is None else brief(1, "Server"),
        "tenant": None,
        "status": {"value": "active", "label": "Active"},
        "serial": "X1",
        "tags": [{**brief(1, "Zaaksysteem"), "color": "ff0000"}],
        "custom_fields": {"system": "Zaaksysteem", "personal_data": True},
        "created": "2024-03-01",
    }


def cluster(identifier: int, **where: Any) -> dict[str, Any]:
    """A cluster."""
    return {**brief(identifier, f"cluster-{identifier}"), "type": brief(1, "VMware"), "tags": [], **where}


def filled(sites: int, devices: int, machines: int) -> dict[str, list[dict[str, Any]]]:
    """An estate with so many sites, and so many devices and virtual machines over them."""
    places = [
        site(number, f"ODC-{number}", custom_fields={"country": "NL"}) for number in range(1, sites + 1)
    ]
    return {
        "dcim/regions": [],
        "dcim/sites": places,
        "dcim/locations": [
            {**brief(number, f"Zaal {number}"), "site": brief(number, f"ODC-{number}"), "tags": []}
            for number in range(1, sites + 1)
        ],
        "dcim/devices": [
            device(number, f"srv-{number}", 1 + number % sites) for number in range(1, devices + 1)
        ],
        "virtualization/virtual-machines": [
            device(number, f"vm-{number}", 1 + number % sites) for number in range(1, machines + 1)
        ],
        "virtualization/clusters": [
            cluster(number, scope_type="dcim.site", scope_id=number) for number in range(1, sites + 1)
        ],
    }


def main() -> None:
    """Serve a filled NetBox until interrupted."""
    serve_by_hand(
        description=__doc__ or "",
        sizes={"sites": 4, "devices": 100, "machines": 1000},
        make=lambda sizes: Netbox(filled(**sizes)),
        secrets={"netbox.token": TOKEN},
        source='connector = "odc-netbox"\nurl = "{url}"\ntoken_file = "{folder}/netbox.token"',
    )


if __name__ == "__main__":
    main()
