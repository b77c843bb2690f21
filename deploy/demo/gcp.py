"""A Google Cloud organization for the demo, served by the Cloud Asset Inventory of the tests.

What it shows is real: a dual-region that takes in London, a Spanner configuration with a witness in
Zurich, a secret that Google puts where it likes, logs whose bucket is `global` by name.
"""

from __future__ import annotations

import argparse
import threading
from collections.abc import Iterator
from typing import Any

from tests.servers.gcp import GcpServer
from tests.servers.gcp_estate import ORGANIZATION, Entry, project

SUPERVISION = 2001

#: Project, its number, and where its systems run.
_PROJECTS = (
    ("ivv-toezicht", SUPERVISION, "europe-west4"),
    ("ivv-datalab", 2002, "europe-west1"),
    ("ivv-proeven", 2003, "europe-west2"),
)


def entries() -> Iterator[Entry]:
    """What the inventory lists."""
    for name, number, region in _PROJECTS:
        yield project(name, number)
        yield from _common(name, number, region)
    yield from _special("ivv-toezicht", SUPERVISION)


def _entry(number: int, service: str, kind: str, path: str, location: str, data: dict[str, Any]) -> Entry:
    data.setdefault("labels", {"systeem": "toezicht" if number == SUPERVISION else "onderzoek"})
    ancestors = (f"projects/{number}", "folders/7", ORGANIZATION)
    api = f"{service}.googleapis.com"
    return Entry(f"//{api}/{path}", f"{api}/{kind}", location, data, ancestors)


def _common(name: str, number: int, region: str) -> Iterator[Entry]:
    zone = f"{region}-b"
    for serial in range(1, 5):
        path = f"projects/{name}/zones/{zone}"
        machine, disk = f"{path}/instances/vm-{serial}", f"{path}/disks/schijf-{serial}"
        yield _entry(number, "compute", "Instance", machine, zone, {"status": "RUNNING"})
        yield _entry(number, "compute", "Disk", disk, zone, {"sizeGb": "100"})
        bucket = f"{name}-documenten-{serial}"
        place = {"location": region.upper(), "locationType": "region"}
        yield _entry(number, "storage", "Bucket", bucket, region, {"name": bucket, **place})
    for each in ("waarnemingen", "dossiers"):
        path = f"projects/{name}/datasets/{each}"
        yield _entry(number, "bigquery", "Dataset", path, region, {"location": region})
    topic = f"projects/{name}/topics/meldingen"
    yield _entry(number, "pubsub", "Topic", topic, "global", {"name": topic})


def _special(name: str, number: int) -> Iterator[Entry]:
    for bucket, place in (("ivv-archief", "EUR5"), ("ivv-beeld", "EU"), ("ivv-rapporten", "EUR4")):
        kind = "multi-region" if place == "EU" else "dual-region"
        data = {"name": bucket, "location": place, "locationType": kind}
        yield _entry(number, "storage", "Bucket", bucket, place.lower(), data)
    config = {"config": f"projects/{name}/instanceConfigs/eur6"}
    yield _entry(number, "spanner", "Instance", f"projects/{name}/instances/register", "", config)
    secret: dict[str, Any] = {"replication": {"automatic": {}}}
    yield _entry(number, "secretmanager", "Secret", f"projects/{number}/secrets/sleutel", "global", secret)
    logs = f"projects/{name}/locations/global/buckets/_Default"
    yield _entry(number, "logging", "LogBucket", logs, "global", {"name": logs})


def main() -> None:
    """Serve until stopped."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, required=True, help="port on 127.0.0.1")
    with GcpServer(list(entries()), port=parser.parse_args().port):
        threading.Event().wait()


if __name__ == "__main__":
    main()
