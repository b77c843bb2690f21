"""The spool's file after a kill, damage, a newer agent and a full disk."""

from __future__ import annotations

import logging
import os
import signal
import sqlite3
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest

from agent.lock import held
from agent.scan_state import ScanState
from agent.spool import Spool
from wolkenzicht.errors import StorageError
from wolkenzicht.model import Scope as ModelScope
from wolkenzicht.v1.collector_service_pb2 import ReportRequest, ScanPlan
from wolkenzicht.v1.scope_pb2 import Scope

WRITER = """
import sys
from pathlib import Path
from agent.spool import Spool
from wolkenzicht.v1.collector_service_pb2 import ReportRequest, ScanPlan
from wolkenzicht.v1.scope_pb2 import Scope

spool = Spool(Path(sys.argv[1]), max_bytes=10**9, max_wait=1)
number = spool.backlog().last
while True:
    number += 1
    plan = ScanPlan(scopes=[Scope(account=str(number), location="x" * 500, type="t")])
    spool.append(ReportRequest(scan_id="s", scan_plan=plan))
    if number % 64 == 0:
        print(number, flush=True)
"""

FULL = """
import resource, signal, sys
from pathlib import Path
from agent.spool import Spool
from wolkenzicht.v1.collector_service_pb2 import ReportRequest, ScanPlan
from wolkenzicht.v1.scope_pb2 import Scope
from wolkenzicht.errors import StorageError

spool = Spool(Path(sys.argv[1]), max_bytes=10**9, max_wait=1)
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (400_000, 400_000))
try:
    while True:
        plan = ScanPlan(scopes=[Scope(account="a", location="x" * 50_000, type="t")])
        spool.append(ReportRequest(scan_id="s", scan_plan=plan))
except StorageError as error:
    print(error)
"""


def open_spool(state: Path) -> Spool:
    """The spool in a folder."""
    return Spool(state, max_bytes=10**9, max_wait=1)


def small(name: str) -> ReportRequest:
    """A frame that can be told from others."""
    return ReportRequest(
        scan_id="s", scan_plan=ScanPlan(scopes=[Scope(account=name, location="l", type="t")])
    )


def test_a_killed_writer_leaves_no_gap(tmp_path: Path) -> None:
    """Killed with -9 at any moment: every number up to the last is there once, with its own frame."""
    reported = 0
    for pause in (0.05, 0.2, 0.35):
        process = subprocess.Popen(
            [sys.executable, "-c", WRITER, str(tmp_path)], stdout=subprocess.PIPE, text=True
        )
        assert process.stdout is not None
        assert process.stdout.readline()
        time.sleep(pause)
        process.send_signal(signal.SIGKILL)
        reported = max([reported, *(int(line) for line in process.stdout.read().split())])
        process.wait()
        process.stdout.close()

    spool = open_spool(tmp_path)
    frames = [(number, ReportRequest.FromString(body)) for number, body in spool.read_after(0, 10**6)]
    last = spool.backlog().last
    spool.close()

    assert [number for number, _ in frames] == list(range(1, last + 1))
    assert [int(message.scan_plan.scopes[0].account) for _, message in frames] == list(range(1, last + 1))
    assert last >= reported > 0


@pytest.mark.parametrize("damage", ["text", "middle", "emptied", "foreign"])
def test_a_damaged_file_is_set_aside(tmp_path: Path, caplog: pytest.LogCaptureFixture, damage: str) -> None:
    """It is renamed, an event says so, and a new spool with a new identifier begins."""
    spool = open_spool(tmp_path)
    before = spool.spool_id
    for number in range(2_000):
        spool.append(small(str(number)))
    spool.close()
    path = tmp_path / "spool.db"
    content = path.read_bytes()
    if damage == "text":
        path.write_bytes(b"no database at all" * 1000)
    elif damage == "middle":
        middle = len(content) // 2
        path.write_bytes(content[:middle] + os.urandom(8192) + content[middle + 8192 :])
    elif damage == "emptied":
        connection = sqlite3.connect(path)
        with connection:
            connection.execute("DELETE FROM spool")
        connection.close()
    else:
        path.unlink()
        connection = sqlite3.connect(path)
        connection.executescript("CREATE TABLE other (x); PRAGMA user_version = 1")
        connection.close()

    with caplog.at_level(logging.ERROR):
        again = open_spool(tmp_path)
    sequence = again.append(small("new"))
    again.close()

    assert sequence == 1
    assert again.spool_id != before
    assert [record.message for record in caplog.records] == ["spool.damaged"]
    assert len(list(tmp_path.glob("spool-corrupt-*.db"))) == 1


def test_a_newer_agents_spool_is_left_alone(tmp_path: Path) -> None:
    """What this agent cannot read is not touched."""
    open_spool(tmp_path).close()
    connection = sqlite3.connect(tmp_path / "spool.db")
    connection.execute("PRAGMA user_version = 99")
    connection.close()

    with pytest.raises(StorageError, match="written by a newer agent"):
        open_spool(tmp_path)

    assert list(tmp_path.glob("spool-corrupt-*")) == []


def test_a_full_disk_is_one_line_and_keeps_what_was_committed(tmp_path: Path) -> None:
    """A file that may not grow stands for the full disk; afterwards the spool opens and goes on."""
    finished = subprocess.run(
        [sys.executable, "-c", FULL, str(tmp_path)], capture_output=True, text=True, check=True
    )
    spool = open_spool(tmp_path)
    kept = [number for number, _ in spool.read_after(0, 1000)]
    following = spool.append(small("later"))
    spool.close()

    assert finished.stdout.startswith(f"spool {tmp_path / 'spool.db'}: ")
    assert "disk" in finished.stdout
    assert finished.stdout.count("\n") == 1
    assert kept == list(range(1, len(kept) + 1))
    assert following == len(kept) + 1


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    """The message gives the path and says what to do."""
    (tmp_path / "file").write_text("")

    with pytest.raises(StorageError, match=r"state folder .* give `state` a folder"), held(tmp_path / "file"):
        pass


def test_one_agent_for_each_folder(tmp_path: Path) -> None:
    """A second agent is refused and told which process holds the folder; afterwards it is free."""
    with (
        held(tmp_path / "state"),
        pytest.raises(StorageError, match=f"in use by another agent \\(process {os.getpid()}\\)"),
        held(tmp_path / "state"),
    ):
        pass

    with held(tmp_path / "state"):
        assert (tmp_path / "state" / "agent.lock").read_text() == f"{os.getpid()}\n"


def test_an_older_agents_spool_goes_on(tmp_path: Path) -> None:
    """What waits in it is kept; a scan that it had in hand is begun anew, for what it read is not known."""
    spool = open_spool(tmp_path)
    spool.append(small("waiting"), lambda each: ScanState.begin(each, "s", datetime.now(UTC)))
    spool.append(small("planned"), lambda each: ScanState.planned(each, b"digest"))
    before = spool.spool_id
    spool.close()
    connection = sqlite3.connect(tmp_path / "spool.db")
    connection.executescript(
        "DROP TABLE scope_ids; DROP TABLE base_scope; DROP TABLE base; DROP TABLE base_account; "
        "DROP TABLE base_gone; DROP TABLE told; DROP TABLE told_sum; "
        "ALTER TABLE spool DROP COLUMN gap_cause; DROP TABLE lost; "
        "ALTER TABLE frame DROP COLUMN checksum; ALTER TABLE frame DROP COLUMN spooled; "
        "DROP TABLE queue; ALTER TABLE frame RENAME COLUMN number TO sequence; PRAGMA user_version = 1"
    )
    connection.close()

    again = open_spool(tmp_path)
    record = again.scan.unfinished()
    listed = list(again.scan.listed(ModelScope("a", "l", "t")))
    waiting, identifier = again.backlog().frames, again.spool_id
    read = [number for number, _ in again.read_after(0, 10)]
    again.close()

    assert (waiting, identifier, listed, read) == (2, before, [], [1, 2])
    assert record is not None
    assert (record.scan_id, record.plan) == ("s", None)
