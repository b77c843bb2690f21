"""An AWS API server for the demo: moto over HTTP, in a process of its own.

Three things are set right before it. Zurich is opted in, as an account that uses it would have done, and
only regions of the commercial partition are listed (moto lists those of China and GovCloud in every
account); what the account says of its regions is told too. Calls that moto lacks are answered: there is
nothing. And a service control policy denies Kinesis in Stockholm: the demo's blind spot.
"""

from __future__ import annotations

import argparse
import json
import os
import re
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
#: What moto lacks, by the service that the request is signed for and the end of its path or target; of
#: IAM Identity Center it has an instance of its own making in every region.
LACKING: dict[tuple[str, str], dict[str, Any]] = {
    ("bedrock", "inference-profiles"): {"inferenceProfileSummaries": []},
    ("cloudtrail", "ListEventDataStores"): {"EventDataStores": []},
    ("dlm", "policies"): {"Policies": []},
    ("drs", "DescribeSourceServers"): {"items": []},
    ("dsql", "cluster"): {"clusters": []},
    ("elasticfilesystem", "replication-configurations"): {"Replications": []},
    ("es", "search"): {"Connections": []},
    ("globalaccelerator", "ListAccelerators"): {"Accelerators": []},
    ("imagebuilder", "ListDistributionConfigurations"): {"distributionConfigurationSummaryList": []},
    ("kafka", "replicators"): {"replicators": []},
    ("memorydb", "DescribeClusters"): {"Clusters": []},
    ("notifications", "notification-hubs"): {"notificationHubs": []},
    ("redshift-serverless", "ListNamespaces"): {"namespaces": []},
    ("sso", "ListInstances"): {"Instances": []},
    ("workspaces", "DescribeWorkspaces"): {"Workspaces": []},
}
_SIGNED_FOR = re.compile(r"Credential=[^/]+/\d{8}/(?P<region>[^/]+)/(?P<service>[^/]+)/aws4_request")
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


def regions() -> dict[str, Any]:
    """What the account says of its regions, which moto does not answer."""
    status = {"opt-in-not-required": "ENABLED_BY_DEFAULT", "opted-in": "ENABLED", "not-opted-in": "DISABLED"}
    return {
        "Regions": [
            {"RegionName": region.name, "RegionOptStatus": status[region.opt_in_status]}
            for region in RegionsAndZonesBackend.regions
        ]
    }


class Api:
    """moto, with the answers that it lacks; `denying` adds the demo's blind spot."""

    def __init__(self, *, denying: bool) -> None:
        self._denying = denying
        self._moto: Any = DomainDispatcherApplication(create_backend_app)

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request."""
        target = str(environ.get("HTTP_X_AMZ_TARGET", ""))
        signed = _SIGNED_FOR.search(str(environ.get("HTTP_AUTHORIZATION", "")))
        service, region = (signed["service"], signed["region"]) if signed else ("", "")
        asked = target.rpartition(".")[2] or environ["PATH_INFO"].rstrip("/").rpartition("/")[2]
        if (service, asked) == ("account", "listRegions"):
            return _json(start_response, "200 OK", regions())
        if (service, asked) in LACKING:
            return _json(start_response, "200 OK", LACKING[service, asked])
        denied = target == DENIED_TARGET and region == DENIED_REGION
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
