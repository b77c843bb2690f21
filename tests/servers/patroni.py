"""The real Patroni over etcd, as `deploy/` configures it: names, ports, paths and times are put in."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import time
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg
import trustme

from deploy.demo.processes import free_port
from tests.servers.postgresql import directory_of_its_owner, tool, user_of

SHIPPED = Path(__file__).resolve().parents[2] / "deploy" / "patroni" / "patroni.yml"
MISSING = [name for name in ("patroni", "etcd") if shutil.which(name) is None]
NODES = 3
#: Seconds as a test has them, in the place of what is shipped.
QUICK = {"ttl: 20": "ttl: 10", "loop_wait: 5": "loop_wait: 1", "retry_timeout: 7": "retry_timeout: 3"}
_PASSWORD = "correct-horse"  # noqa: S105 - of servers on loopback that are thrown away
_START_SECONDS = 90.0
_ENVIRONMENT = {
    "PATH": os.environ.get("PATH", ""),
    "LANG": "C.UTF-8",
    "PATRONI_SUPERUSER_USERNAME": "postgres",
    "PATRONI_SUPERUSER_PASSWORD": _PASSWORD,
    "PATRONI_REPLICATION_USERNAME": "replicator",
    "PATRONI_REPLICATION_PASSWORD": _PASSWORD,
    "PATRONI_REWIND_USERNAME": "rewind",
    "PATRONI_REWIND_PASSWORD": _PASSWORD,
    "PATRONI_RESTAPI_USERNAME": "patroni",
    "PATRONI_RESTAPI_PASSWORD": _PASSWORD,
}


@dataclass(slots=True)
class Node:
    """One machine of the cluster: its Patroni, which has its own PostgreSQL."""

    name: str
    place: Path
    owner: str
    port: int = field(default_factory=free_port)
    rest: int = field(default_factory=free_port)
    _process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start Patroni, which starts the server once it knows whom to follow."""
        with (self.place / f"{self.name}.log").open("ab") as log:
            self._process = subprocess.Popen(
                ["patroni", str(self.place / f"{self.name}.yml")],
                stdout=log,
                stderr=log,
                stdin=subprocess.DEVNULL,
                env={**_ENVIRONMENT, "HOME": str(self.place)},
                cwd=self.place,
                user=user_of(self.owner),
            )

    def kill(self) -> None:
        """End Patroni and the server at once, as a machine that loses its power."""
        process, self._process = self._process, None
        pid = self._postmaster()
        if process is not None:
            process.kill()
        if pid is not None:
            os.kill(pid, signal.SIGKILL)
        if process is not None:
            process.wait()

    def stop(self) -> int | None:
        """End Patroni, and have the server end without waiting for anybody; gives its process."""
        process, self._process = self._process, None
        if process is not None:
            process.kill()
            process.wait()
        pid = self._postmaster()
        if pid is not None:
            os.kill(pid, signal.SIGQUIT)
        return pid

    def role(self) -> str:
        """`leader`, `sync_standby` or `replica`; empty where it is none of them now."""
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.rest}/patroni", timeout=2) as answer:
                told = json.load(answer)
        except OSError:
            return ""
        if told["state"] != "running":
            return ""
        if told["role"] in {"master", "primary"}:
            return "leader"
        return "sync_standby" if told.get("sync_standby") else "replica"

    def _postmaster(self) -> int | None:
        file = self.place / self.name / "postmaster.pid"
        if not file.exists():
            return None
        pid = int(file.read_text().split("\n", 1)[0])
        return pid if _is_running(pid) else None


@dataclass(slots=True)
class Cluster:
    """Servers of which one leads, and a second has all that is acknowledged."""

    place: Path
    nodes: Sequence[Node]

    def url(self, user: str = "wolkenzicht", database: str = "wolkenzicht") -> str:
        """All servers in one URL, in any order; the password is in `PGPASSFILE`."""
        hosts = ",".join(f"127.0.0.1:{node.port}" for node in self.nodes)
        return (
            f"postgresql://{user}@{hosts}/{database}?sslmode=verify-full&sslrootcert={self.place / 'ca.pem'}"
        )

    def execute(self, statement: str, database: str = "wolkenzicht") -> list[tuple[Any, ...]]:
        """Run a statement on whichever leads, as the owner of everything."""
        url = f"{self.url('postgres', database)}&target_session_attrs=read-write&connect_timeout=3"
        with psycopg.connect(url, password=_PASSWORD, autocommit=True) as connection:
            cursor = connection.execute(statement)
            return cursor.fetchall() if cursor.description else []

    def roles(self) -> dict[str, str]:
        """What each node that runs takes itself for: `leader`, `sync_standby` or `replica`."""
        return {node.name: role for node in self.nodes if (role := node.role())}

    def leader(self) -> Node:
        """The one that leads, once there is one that another keeps up with."""
        _until(lambda: {"leader", "sync_standby"} <= set(self.roles().values()), "one leads, one keeps up")
        roles = self.roles()
        return next(node for node in self.nodes if roles.get(node.name) == "leader")

    def is_whole(self, what: str = "every node runs") -> None:
        """Wait until one leads and all others follow it."""
        _until(lambda: sorted(self.roles().values()) == ["leader", "replica", "sync_standby"], what)


@contextmanager
def running(times: dict[str, str] | None = None) -> Iterator[Cluster]:
    """A whole cluster, with a role and an empty database for a store; gone with all it kept on leaving."""
    with ExitStack() as stack:
        place, owner = stack.enter_context(directory_of_its_owner(durable=True))
        nodes = [Node(f"db-{number}", place, owner) for number in range(1, NODES + 1)]
        etcd = stack.enter_context(_etcd(place, owner))
        _certificates(place, owner)
        stack.callback(_stop, nodes)
        for node in nodes:
            config = place / f"{node.name}.yml"
            config.write_text(configured(node, etcd, QUICK if times is None else times))
            node.start()
        cluster = Cluster(place, nodes)
        cluster.is_whole("the cluster is made")
        cluster.execute(f"CREATE ROLE wolkenzicht LOGIN PASSWORD '{_PASSWORD}'", "postgres")
        cluster.execute("CREATE DATABASE wolkenzicht OWNER wolkenzicht", "postgres")
        passwords = place / "pgpass"
        passwords.write_text(f"*:*:*:*:{_PASSWORD}\n")
        passwords.chmod(0o600)
        yield cluster


def configured(node: Node, etcd: int, times: dict[str, str]) -> str:
    """The shipped configuration for a node on this machine."""
    text = SHIPPED.read_text()
    bin_dir = tool("postgres").rpartition("/")[0]
    replacements = {
        "name: db-1\n": f"name: {node.name}\n",
        "listen: 0.0.0.0:8008": f"listen: 127.0.0.1:{node.rest}",
        "connect_address: db-1.example.nl:8008": f"connect_address: 127.0.0.1:{node.rest}",
        "listen: 0.0.0.0:5432": f"listen: 127.0.0.1:{node.port}",
        "connect_address: db-1.example.nl:5432": f"connect_address: 127.0.0.1:{node.port}",
        "    - db-1.example.nl:2379\n    - db-2.example.nl:2379\n    - db-3.example.nl:2379\n": (
            f"    - 127.0.0.1:{etcd}\n"
        ),
        "data_dir: /var/lib/postgresql/15/wolkenzicht": f"data_dir: {node.place / node.name}",
        "bin_dir: /usr/lib/postgresql/15/bin": f"bin_dir: {bin_dir}",
        "pgpass: /var/lib/postgresql/.patroni.pgpass": f"pgpass: {node.place / node.name}.pgpass",
        "unix_socket_directories: /var/run/postgresql": f"unix_socket_directories: {node.place}",
        "/etc/patroni/": f"{node.place}/",
        **times,
    }
    for shipped, here in replacements.items():
        assert shipped in text, shipped
        text = text.replace(shipped, here)
    return text


@contextmanager
def _etcd(place: Path, owner: str) -> Iterator[int]:
    """An etcd of one member; gives the port that it is asked at."""
    port, peers = free_port(), free_port()
    ours, theirs = f"http://127.0.0.1:{port}", f"http://127.0.0.1:{peers}"
    with (place / "etcd.log").open("ab") as log:
        process = subprocess.Popen(
            [
                *("etcd", "--data-dir", str(place / "etcd"), "--log-level", "warn"),
                *("--listen-client-urls", ours, "--advertise-client-urls", ours),
                *("--listen-peer-urls", theirs, "--initial-advertise-peer-urls", theirs),
                *("--initial-cluster", f"default={theirs}"),
            ],
            stdout=log,
            stderr=log,
            stdin=subprocess.DEVNULL,
            cwd=place,
            user=user_of(owner),
        )
    try:
        yield port
    finally:
        process.kill()
        process.wait()


def _certificates(place: Path, owner: str) -> None:
    """What TLS between the nodes, and from collectors, asks for."""
    authority = trustme.CA()
    issued = authority.issue_cert("127.0.0.1", "localhost")
    authority.cert_pem.write_to_path(place / "ca.pem")
    for number, blob in enumerate(issued.cert_chain_pems):
        blob.write_to_path(place / "server.pem", append=number > 0)
    key = place / "server.key"
    issued.private_key_pem.write_to_path(key)
    key.chmod(0o600)
    if user_of(owner) is not None:
        shutil.chown(key, owner)


def _stop(nodes: Sequence[Node]) -> None:
    """End all nodes."""
    left = [pid for pid in [node.stop() for node in nodes] if pid is not None]
    _until(lambda: not any(map(_is_running, left)), "all servers stop")


def _is_running(pid: int) -> bool:
    """Whether there is such a process that has not ended yet."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def _until(condition: Callable[[], object], what: str) -> None:
    deadline = time.monotonic() + _START_SECONDS
    while not condition():
        assert time.monotonic() < deadline, f"never happened: {what}"
        time.sleep(0.1)
