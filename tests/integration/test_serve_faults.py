"""A collector that cannot start says why in one line that names the file or key and the remedy."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from collector.identity import authority, files
from tests.integration.collector_process import found, must, run


@pytest.fixture
def config(tmp_path: Path) -> Path:
    """The configuration of a collector that could start."""
    return found(tmp_path)


def fault(config: Path, *arguments: str) -> str:
    """The one line that a command ends in, without the folder's path."""
    finished = run(config, *arguments)
    assert (finished.returncode, finished.stdout) == (1, "")
    assert finished.stderr.startswith("Error: ")
    assert finished.stderr.count("\n") == 1
    return finished.stderr.removeprefix("Error: ").rstrip("\n").replace(f"{config.parent}/", "")


def expire(data: Path) -> None:
    """Give the server a certificate that has expired."""
    issued = authority.load(data).server([], days=-1)
    files.write_all({data / "server.pem": issued.certificate, data / "server.key": issued.key}, force=True)


@pytest.mark.parametrize(
    ("spoil", "expected"),
    [
        (
            lambda data: (data / "wolkenzicht.db").unlink(),
            "store 'data/wolkenzicht.db' does not exist: run 'wolkenzicht-collector init' to make it",
        ),
        (
            lambda data: (data / "server.pem").unlink(),
            "data/server.pem cannot be read (No such file or directory); run init, or restore the file",
        ),
        (
            lambda data: (data / "ca.pem").unlink(),
            "data/ca.pem cannot be read (No such file or directory); run init, or restore the file",
        ),
        (
            lambda data: (data / "server.key").write_text("no key"),
            "data/server.key is not an unencrypted PEM key; restore it from a backup",
        ),
        (
            lambda data: (data / "server.key").write_bytes((data / "ca.key").read_bytes()),
            "data/server.key is not the key of data/server.pem; give two files that belong together",
        ),
        (
            lambda data: (data.parent / "collector.toml").unlink(),
            (
                "configuration file collector.toml cannot be read (No such file or directory); "
                "give the path of a readable TOML file with --config"
            ),
        ),
        (
            lambda data: (data.parent / "collector.toml").write_text("a b c"),
            (
                "collector.toml:1:3: not valid TOML: Expected '=' after a key in a key/value pair; "
                "correct this line"
            ),
        ),
        (
            lambda data: (data.parent / "collector.toml").write_text('data = "data"\nlisten = 1\n'),
            "collector.toml:2: unknown key 'listen'; did you mean 'listen_http'?",
        ),
    ],
)
def test_what_is_missing_or_wrong_is_named(
    config: Path, spoil: Callable[[Path], object], expected: str
) -> None:
    """Store, certificate, key, configuration."""
    spoil(config.parent / "data")

    assert fault(config, "serve") == expected


def test_an_expired_server_certificate_is_named(config: Path) -> None:
    """No agent would connect; the line says which command helps, and it does."""
    expire(config.parent / "data")

    said = fault(config, "serve")

    assert said.startswith("data/server.pem expired on ")
    assert said.endswith("; run `wolkenzicht-collector server-certificate issue --force` and restart")
    must(config, "server-certificate", "issue", "--force")


def test_a_store_of_a_newer_version_is_refused(config: Path) -> None:
    """By the server and by every command, and it stays as it was."""
    path = config.parent / "data" / "wolkenzicht.db"
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute(
            "INSERT INTO _sqlite_migrations (migration_set, name, applied_at) VALUES (?, ?, ?)",
            ("wolkenzicht", "9999_future", "2030-01-01"),
        )

    for command in (("serve",), ("tenants", "list")):
        said = fault(config, *command)
        assert "data/wolkenzicht.db" in said
        assert "newer" in said


def test_a_postgresql_that_is_not_there_is_told(config: Path) -> None:
    """One line with what to do, and without the password."""
    config.write_text('data = "data"\n[store]\nurl = "postgresql:///?service=nowhere&password=secret"\n')

    said = fault(config, "serve")

    assert "store 'postgresql://?service=nowhere': its service is not defined" in said
    assert "secret" not in said
