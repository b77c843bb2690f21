"""The comparison's own counting: calls by operation, memory of a process tree, what a peer's files hold."""

from __future__ import annotations

import io
import json
import os
import sys
from collections import Counter
from pathlib import Path
from typing import Any

from benchmarks.measured import Cost
from benchmarks.peers import tools, tree
from benchmarks.peers.cartography_sync import Nowhere
from benchmarks.peers.comparison import Runs, report
from benchmarks.peers.counting import Counting, operation

SIGNED = "AWS4-HMAC-SHA256 Credential=bench/20261122/eu-west-1/{service}/aws4_request, Signature=0"


def request(service: str, path: str = "/", method: str = "POST", **more: Any) -> dict[str, Any]:
    """A WSGI request that is signed for the service."""
    body: bytes = more.pop("body", b"")
    return {
        "REQUEST_METHOD": method,
        "PATH_INFO": path,
        "QUERY_STRING": more.pop("query", ""),
        "CONTENT_LENGTH": str(len(body)),
        "HTTP_AUTHORIZATION": SIGNED.format(service=service),
        "wsgi.input": io.BytesIO(body),
        **more,
    }


def test_operations_are_named_whatever_the_protocol() -> None:
    """JSON names the operation in a header, query in the body, REST in path and query string."""
    assert operation(request("kms", HTTP_X_AMZ_TARGET="TrentService.ListKeys"), b"") == "kms ListKeys"
    assert operation(request("sns"), b"Action=ListTopics&Version=2010-03-31") == "sns ListTopics"
    bucket = request("s3", "/dossiers", "GET", query="tagging=")
    assert operation(bucket, b"") == "s3 GetBucketTagging"
    assert operation(request("no-such-service"), b"") == "? ?"


def test_calls_are_counted_and_told_once() -> None:
    """What was counted is told with the next question, and then begins anew; the API gets the whole body."""
    seen = []

    def api(environ: dict[str, Any], start_response: Any) -> list[bytes]:
        seen.append(environ["wsgi.input"].read())
        start_response("200 OK", [])
        return [b"answer"]

    counting = Counting(api)
    assert counting(request("sns", body=b"Action=ListTopics"), lambda *_: None) == [b"answer"]  # type: ignore[arg-type]  # the answer to start_response is not used
    told = request("", "/-/calls", "GET")
    first, second = (b"".join(counting(told, lambda *_: None)) for _ in range(2))  # type: ignore[arg-type]  # same
    assert seen == [b"Action=ListTopics"]
    assert json.loads(first) == {"sns ListTopics": 1}
    assert json.loads(second) == {}


def process(proc: Path, pid: int, resident: int, highest: int, *children: int) -> None:
    """A process as the kernel shows it."""
    threads = proc / str(pid) / "task" / str(pid)
    threads.mkdir(parents=True)
    (threads / "children").write_text(" ".join(map(str, children)))
    (proc / str(pid) / "status").write_text(f"Name:\tx\nVmHWM:\t{highest} kB\nVmRSS:\t{resident} kB\n")


def test_memory_of_a_tree_is_summed(tmp_path: Path) -> None:
    """Descendants count, strangers and those that ended meanwhile do not; one peak may exceed the sum."""
    process(tmp_path, 1, 100, 400, 2, 3)
    process(tmp_path, 2, 200, 200, 4)
    process(tmp_path, 4, 50, 50)
    process(tmp_path, 9, 5000, 5000)
    assert sorted(tree.members(1, tmp_path)) == [1, 2, 3, 4]
    assert tree.resident_kb(1, tmp_path) == 400
    assert tree.resident_kb(2, tmp_path) == 250


def test_cost_of_a_process(tmp_path: Path) -> None:
    """CPU, peak memory and exit code are those of the command, not of the process that starts it."""
    work = "import time; block = b'x' * 50_000_000; time.sleep(0.2); sum(range(10**6)); raise SystemExit(3)"
    log = tmp_path / "log"
    cost = tree.run([sys.executable, "-c", work], {"PATH": os.environ["PATH"], "HOME": str(tmp_path)}, log)
    assert cost.exit_code == 3, log.read_text()
    assert cost.cpu > 0
    assert 50 < cost.peak_mb < 100


def test_resources_in_the_peers_files(tmp_path: Path) -> None:
    """Each peer's own output is counted: JSON lists, nodes by label, and lines under a header."""
    for region, count in (("eu-west-1", 2), ("us-east-1", 1)):
        folder = tmp_path / "custodian" / region / "s3"
        folder.mkdir(parents=True)
        (folder / "resources.json").write_text(json.dumps([{}] * count))
    assert tools.custodian_found(tmp_path / "custodian") == 3
    (tmp_path / "nodes.json").write_text(json.dumps({"AWSS3Bucket": 5, "AWSKMSKey": 2, "AWSS3Acl": 40}))
    assert tools.cartography_found(tmp_path) == 7
    (tmp_path / "inventory.csv").write_text('region,arn,tags\n,a,"{1:\n2}"\n,b,\n')
    assert tools.prowler_found(tmp_path) == 2


def test_nodes_are_counted_once() -> None:
    """A node that is written twice is one; what is deleted or read is nothing."""
    nowhere = Nowhere()
    query = "UNWIND $DictList AS item MERGE (i:AWSS3Bucket{id: item.Arn}) SET i.x = item.x"

    def cleanup(tx: object) -> None:
        """Named as the peer names what deletes."""

    for _ in range(2):
        nowhere.execute_write(None, query, DictList=[{"Arn": "a"}, {"Arn": "b"}])
    assert nowhere.written == {"AWSS3Bucket": {"a", "b"}}
    assert nowhere.execute_write(cleanup, "DELETE n") == 0


def test_report_sets_each_round_against_its_own() -> None:
    """Ratios are taken round by round, and the goal stands beside those that have one."""
    runs = {"agent": Runs(), "c7n": Runs()}
    for mine, theirs in ((1.0, 4.0), (2.0, 4.0), (3.0, 4.0)):
        runs["agent"].add(Cost(mine, 9.0, 50.0, 0), 10, Counter({"s3 ListBuckets": 2}))
        runs["c7n"].add(Cost(theirs, 9.0, 100.0, 0), 10, Counter({"s3 ListBuckets": 8}))
    lines = report(runs)
    assert lines["agent ÷ cloud-custodian, CPU (≤ 0.5)"] == "0.50 [0.25..0.75]"
    assert lines["agent ÷ cloud-custodian, API calls (≤ 0.5)"] == "0.25 [0.25..0.25]"
    assert lines["agent ÷ cloud-custodian, peak RSS (≤ 0.7)"] == "0.50 [0.50..0.50]"
    assert lines["agent: calls per resource"] == "0.20 [0.20..0.20]"
    assert lines["cloud-custodian: calls by operation"] == "s3 ListBuckets 8"
