"""What `collector.toml` means, and what it may not say."""

from __future__ import annotations

from pathlib import Path

import pytest

from collector import config as configuration
from collector.commands.init import sample
from collector.config import Address, CollectorConfig
from wolkenzicht.errors import ConfigurationError


def load(place: Path, text: str) -> CollectorConfig:
    """The text as a collector's configuration."""
    path = place / "collector.toml"
    path.write_text(text)
    return configuration.load(path, {}, {})


def fault(place: Path, text: str) -> str:
    """What is said of a faulty configuration."""
    with pytest.raises(ConfigurationError) as raised:
        load(place, text)
    return str(raised.value).replace(f"{place}/", "")


def test_the_data_folder_is_enough(tmp_path: Path) -> None:
    """Everything else has a default, which listens on this machine only."""
    config = load(tmp_path, 'data = "d"\n')

    assert (config.grpc, config.http) == (Address("127.0.0.1", 8443), Address("127.0.0.1", 8080))
    assert config.store_place == tmp_path / "d" / "wolkenzicht.db"
    assert config.ca == tmp_path / "d" / "ca.pem"
    assert config.certificate == tmp_path / "d" / "server.pem"
    assert config.key == tmp_path / "d" / "server.key"
    assert config.alerts.routes() == ()
    assert (config.limits.streams, config.limits.waiting_bytes) == (1_500, 16 * 1024 * 1024)
    assert config.feeds is None


def test_the_sample_that_init_writes_is_a_configuration(tmp_path: Path) -> None:
    """Also with each commented section taken in."""
    text = sample(Path('/data "1"'), "[::1]:8443", "0.0.0.0:0")
    taken = tuple(f"# {each}" for each in ("[", "c", "k", "u", "h", "f", "to", "tenant =", "listen_feeds"))
    everything = "\n".join(
        line.removeprefix("# ") if line.startswith(taken) else line for line in text.splitlines()
    )

    config = load(tmp_path, text)
    assert config.data == Path('/data "1"')
    assert (config.grpc, config.http) == (Address("::1", 8443), Address("0.0.0.0", 0))  # noqa: S104 - a value
    assert load(tmp_path, everything).feeds == Address("0.0.0.0", 8444)  # noqa: S104 - a value
    assert [route.kind for route in load(tmp_path, everything).alerts.routes()] == ["log", "webhook", "smtp"]


def test_other_files_may_be_named(tmp_path: Path) -> None:
    """Relative to the configuration; a store's absolute path stands as it is."""
    text = 'data = "d"\n[store]\nurl = "sqlite:////s/a.db"\n[tls]\nca = "c"\ncertificate = "/p"\nkey = "k"\n'

    config = load(tmp_path, text)

    assert config.store_place == Path("/s/a.db")
    assert (config.ca, config.certificate, config.key) == (tmp_path / "c", Path("/p"), tmp_path / "k")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            'listen_grpc = "8443"',
            "collector.toml:2: key 'listen_grpc' '8443': write HOST:PORT, for instance \"127.0.0.1:8443\"",
        ),
        (
            'listen_http = "h:65536"',
            "collector.toml:2: key 'listen_http' 'h:65536': write HOST:PORT, for instance \"127.0.0.1:8443\"",
        ),
        (
            '[store]\nurl = "mysql://me:secret@db/w"',
            (
                "collector.toml:3: key 'store.url' …: write \"sqlite:///wolkenzicht.db\", "
                '"sqlite:////var/lib/…" or "postgresql://user@host/database"'
            ),
        ),
        (
            '[store]\nurl = "wolkenzicht.db"',
            (
                "collector.toml:3: key 'store.url' 'wolkenzicht.db': "
                'write "sqlite:///wolkenzicht.db", "sqlite:////var/lib/…" or '
                '"postgresql://user@host/database"'
            ),
        ),
        ('lissen_grpc = "a:1"', "collector.toml:2: unknown key 'lissen_grpc'; did you mean 'listen_grpc'?"),
    ],
)
def test_a_fault_is_one_line(tmp_path: Path, text: str, expected: str) -> None:
    """File, line, key and remedy."""
    assert fault(tmp_path, f'data = "d"\n{text}\n') == expected


def test_the_file_of_the_working_directory_is_taken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where none is named; without it the environment may say all, else the error says what to do."""
    monkeypatch.chdir(tmp_path)

    assert configuration.load(None, {}, {"WOLKENZICHT_DATA": "d"}).data == tmp_path / "d"
    with pytest.raises(ConfigurationError) as raised:
        configuration.load(None, {}, {})
    assert str(raised.value) == (
        "collector.toml is not in the working directory; give --config FILE, or run "
        "`wolkenzicht-collector init`"
    )
    Path("collector.toml").write_text('data = "here"\n')
    assert configuration.load(None, {}, {}).data == tmp_path / "here"
    assert configuration.load(None, {"listen_grpc": "h:1"}, {}).grpc == Address("h", 1)


@pytest.mark.parametrize(
    ("setting", "expected"),
    [
        ("streams = 0", "limits.streams' 0: write how many may be open at once"),
        ("waiting_mib = 3", "limits.waiting_mib' 3: write 4 or more"),
        ("keepalive_seconds = 0.5", "limits.keepalive_seconds' 0.5: write 1 or more"),
        ("stream = 5", "limits.stream"),
    ],
)
def test_limits_out_of_bounds_name_the_key_and_the_remedy(
    tmp_path: Path, setting: str, expected: str
) -> None:
    """Also a key that does not exist."""
    assert expected in fault(tmp_path, f'data = "d"\n[limits]\n{setting}\n')
