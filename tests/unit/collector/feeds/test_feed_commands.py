"""The commands about feeds: whose a feed is, when it ends, and what is refused."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from collector.cli import cli

ORGANISATIONS = "organisation,name,kind,parent\nmvz,Ministerie,ministerie,\nrdv,Rijksdienst,agentschap,mvz\n"


class Place:
    """A collector in a folder, and its commands."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.must("init")
        self.add('listen_feeds = "0.0.0.0:8444"')
        (folder / "o.csv").write_text(ORGANISATIONS)
        self.must("organisations", "import", str(folder / "o.csv"))

    def add(self, line: str) -> None:
        """Put a line before all that the configuration says."""
        config = self.folder / "collector.toml"
        config.write_text(f"{line}\n{config.read_text()}")

    def run(self, *arguments: str) -> tuple[int, str]:
        """Exit code, and all that a command prints."""
        clean: dict[str, str | None] = {"WOLKENZICHT_DATA": None, "WOLKENZICHT_CONFIG": None}
        config = str(self.folder / "collector.toml")
        result = CliRunner().invoke(cli, ["--config", config, *arguments], env=clean)
        return result.exit_code, result.output

    def must(self, *arguments: str) -> str:
        """What a command that succeeds prints."""
        code, said = self.run(*arguments)
        assert code == 0, said
        return said

    def fault(self, *arguments: str) -> str:
        """What a command that fails says."""
        code, said = self.run(*arguments)
        assert code == 1
        return said

    def issue(self, name: str, organisation: str = "mvz", *options: str) -> str:
        """A new certificate of an asker; returns its serial number."""
        out = str(self.folder / f"{name}-{organisation}")
        whose = ("--role", "department", "--organisation", organisation)
        self.must("askers", "issue", name, *whose, "--out", out, "--force", *options)
        items: list[dict[str, str]] = json.loads(self.must("askers", "list", "--format", "json"))["items"]
        mine = [each for each in items if (each["name"], each["organisation"]) == (name, organisation)]
        return max(mine, key=lambda each: each["not_after"])["serial"]

    def feed(self, whom: str) -> str:
        """A new feed; returns its name."""
        [name] = re.findall(r"Feed (\w+) of", self.must("askers", "feed", whom))
        return str(name)

    def states(self) -> dict[str, str]:
        """The state of each feed."""
        items = json.loads(self.must("askers", "feeds", "--format", "json"))["items"]
        return {each["feed_id"]: each["state"] for each in items}


@pytest.fixture
def place(tmp_path: Path) -> Place:
    """A collector with two organisations that serves feeds."""
    return Place(tmp_path)


def test_a_feed_outlives_a_certificate_but_not_the_last(place: Place) -> None:
    """Evicting one of two certificates changes nothing; what is withdrawn stays so."""
    first = place.issue("desk")
    feed, others = place.feed("desk"), place.feed(place.issue("reader"))
    second = place.issue("desk", "mvz", "--days", "120")
    assert first != second

    assert "Withdrew" not in place.must("askers", "evict", first)
    assert place.states() == {feed: "valid", others: "valid"}
    assert f"Withdrew feed {feed} of desk." in place.must("askers", "evict", second)
    place.issue("desk")
    assert place.states() == {feed: "withdrawn", others: "valid"}
    assert f"no feed '{feed}' is left" in place.fault("askers", "withdraw-feed", feed)


def test_addresses_are_where_readers_reach_it(place: Place) -> None:
    """As the option says, else as it listens; each feed has a token of its own."""
    place.issue("desk")

    said = place.must("askers", "feed", "desk", "--url", "https://feeds.example.nl/")
    for document in ("findings.atom", "calendar.ics"):
        assert re.search(rf" https://feeds\.example\.nl/feeds/[\w-]{{43}}/{document}\n", said)
    other = place.must("askers", "feed", "desk")
    tokens = set(re.findall(r"/feeds/([\w-]{43})/", said + other))
    assert len(tokens) == 2
    assert "https://0.0.0.0:8444/v1/findings/ID" in other


def test_what_is_no_asker_has_no_feed(place: Place) -> None:
    """A name that nobody has, that two have, or whose certificates are revoked; nor one without TLS."""
    place.issue("desk")
    place.issue("desk", "rdv")
    place.issue("gone")
    place.must("askers", "evict", "gone")

    assert "'desk' names several askers; give a serial number" in place.fault("askers", "feed", "desk")
    for name in ("nobody", "gone"):
        said = place.fault("askers", "feed", name)
        assert f"'{name}' is neither the name nor the serial number of an asker's valid certificate" in said
    serial = place.issue("reader")
    assert "--url 'http://x': write https://HOST:PORT" in place.fault(
        "askers", "feed", serial, "--url", "http://x"
    )
    assert place.states() == {}
