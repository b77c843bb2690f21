"""An AWS API server for the demo: moto over HTTP, in a process of its own.

Three things are set right before it. Zurich is opted in, as an account that uses it would have done,
and only regions of the commercial partition are listed (moto lists those of China and GovCloud in every
account). EFS answers that nothing is replicated (moto lacks the call). And a service control policy
denies Kinesis in Stockholm: the demo's blind spot.
"""

from __future__ import annotations

import argparse
import json
import os
from collections.abc import Iterable
from typing import Any
from wsgiref.types import StartResponse, WSGIEnvironment

# Without this moto fills every region with a hundred example images and their snapshots.
os.environ.setdefault("MOTO_EC2_LOAD_DEFAULT_AMIS", "false")

from moto.ec2.models.availability_zones_and_regions import RegionsAndZonesBackend
from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app
from werkzeug.serving import run_simple

OPTED_IN = ("eu-central-2",)
OTHER_PARTITIONS = ("cn-", "us-gov-")
DENIED_TARGET, DENIED_REGION = "Kinesis_20131202.ListStreams", "eu-north-1"
_DENIAL = {
    "__type": "AccessDeniedException",
    "message": "User: arn:aws:sts::123456789012:assumed-role/wolkenzicht/agent is not authorized to perform: "
    "kinesis:ListStreams with an explicit deny in a service control policy",
}


def opt_in() -> None:
    """Enable the opt-in regions of the demo's account."""
    RegionsAndZonesBackend.regions = [
        region for region in RegionsAndZonesBackend.regions if not region.name.startswith(OTHER_PARTITIONS)
    ]
    for region in RegionsAndZonesBackend.regions:
        if region.name in OPTED_IN:
            region.opt_in_status = "opted-in"


class Api:
    """moto, with the answers that it lacks; `denying` adds the demo's blind spot."""

    def __init__(self, *, denying: bool) -> None:
        self._denying = denying
        self._moto: Any = DomainDispatcherApplication(create_backend_app)

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request."""
        if environ["PATH_INFO"].endswith("/file-systems/replication-configurations"):
            return _json(start_response, "200 OK", {"Replications": []})
        signed_for = str(environ.get("HTTP_AUTHORIZATION", ""))
        denied = environ.get("HTTP_X_AMZ_TARGET") == DENIED_TARGET and f"/{DENIED_REGION}/" in signed_for
        if self._denying and denied:
            return _json(start_response, "400 Bad Request", _DENIAL)
        answer: Iterable[bytes] = self._moto(environ, start_response)
        return answer


def _json(start_response: StartResponse, status: str, body: dict[str, Any]) -> Iterable[bytes]:
    start_response(status, [("Content-Type", "application/x-amz-json-1.1")])
    return [json.dumps(body).encode()]


def main() -> None:
    """Serve until stopped."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, required=True, help="port on 127.0.0.1")
    arguments = parser.parse_args()
    opt_in()
    run_simple("127.0.0.1", arguments.port, Api(denying=True), threaded=True)


if __name__ == "__main__":
    main()
