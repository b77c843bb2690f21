"""The command itself: what it imports, asks and refuses."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner

from collector.client import notes, settings, shapes, texts
from collector.client.cli import cli
from collector.client.options import SINCE
from collector.client.paging import MAX_PAGE, Pages
from tests.unit.collector.client import answers_given as given
from wolkenzicht.errors import ConfigurationError
from wolkenzicht.v1 import overview_service_pb2 as wire

_OURS = ("collector.store", "collector.query", "collector.identity", "collector.server", "collector.alerts")
_HEAVY = ("sqlite3", "sqlite_utils", "cryptography", "httpx", "policy", "agent", "connectors", "boto3")


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No settings of the machine that the test runs on."""
    for name in ("COLLECTOR", "CA", "CERTIFICATE", "KEY", "LANG"):
        monkeypatch.delenv(f"WOLKENZICHT_{name}", raising=False)
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.chdir(tmp_path)


def test_the_command_needs_the_base_install_only() -> None:
    """No database, no cryptography, nothing of the server."""
    script = "import sys, json, collector.client.cli; print(json.dumps(sorted(sys.modules)))"
    found = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    modules: list[str] = json.loads(found.stdout)
    unwanted = [name for name in modules if name.startswith(_OURS) or name.partition(".")[0] in _HEAVY]
    assert unwanted == []


def test_every_command_has_help_with_examples() -> None:
    """Help shows how the command is used."""
    for arguments in (
        ("overview",),
        ("assets", "list"),
        ("assets", "show"),
        ("assets", "explain"),
        ("assets", "history"),
        ("diff",),
        ("findings", "list"),
        ("coverage",),
        ("discrepancies",),
    ):
        result = CliRunner().invoke(cli, [*arguments, "--help"])
        assert (result.exit_code, f"  wolkenzicht {' '.join(arguments)}" in result.output) == (0, True)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (
            ["overview"],
            (
                "collector is missing; give --collector, WOLKENZICHT_COLLECTOR or `collector = …` in "
                "wolkenzicht.toml"
            ),
        ),
        (
            ["coverage", "--collector", "x:1", "--lang", "nl"],
            "ca ontbreekt; geef --ca, WOLKENZICHT_CA of `ca = …` in wolkenzicht.toml",
        ),
    ],
)
def test_what_is_missing_is_named(arguments: list[str], message: str) -> None:
    """One line with the flag, the variable and the key, in the asker's language."""
    result = CliRunner().invoke(cli, arguments)
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr == f"wolkenzicht: {message}\n"


def test_a_wrong_key_in_the_file_is_named(tmp_path: Path) -> None:
    """Unknown keys are refused by file and key."""
    (tmp_path / "wolkenzicht.toml").write_text('colector = "x:1"\n')
    result = CliRunner().invoke(cli, ["overview"])
    assert result.exit_code == 1
    assert "wolkenzicht.toml" in result.stderr
    assert "colector" in result.stderr
    assert len(result.stderr.splitlines()) == 1


def test_todays_rules_go_with_a_day() -> None:
    """Without a day there is no other estate to judge."""
    told = ["--collector", "x:1", "--ca", "a.pem", "--certificate", "b.pem", "--key", "b.key"]
    result = CliRunner().invoke(cli, ["assets", "explain", "x", "--todays-rules", *told])
    assert result.exit_code == 2
    assert "--todays-rules needs --as-of DAY, the day whose estate you ask for" in result.stderr


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--changes", "--blind"], "--changes and --blind are two questions: ask one of them"),
        (["--since", "7d"], "--since goes with --changes"),
        (["--changes", "--since", "gisteren"], "'gisteren' is no time; write 7d, 12h, 30m or 2026-"),
    ],
)
def test_a_question_that_makes_no_sense_is_wrong_usage(options: list[str], message: str) -> None:
    """Each is told before anybody is asked."""
    told = ["--collector", "x:1", "--ca", "a.pem", "--certificate", "b.pem", "--key", "b.key"]
    result = CliRunner().invoke(cli, ["coverage", *options, *told])
    assert result.exit_code == 2
    assert message in result.stderr


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-11-22T06:00:00Z", datetime(2026, 11, 22, 6, tzinfo=UTC)),
        ("2026-11-22T06:00:00+01:00", datetime(2026, 11, 22, 5, tzinfo=UTC)),
        ("2026-11-22", datetime(2026, 11, 22, tzinfo=UTC)),
    ],
)
def test_a_moment_is_taken_as_it_is_written(text: str, moment: datetime) -> None:
    """Without an offset it is in UTC."""
    assert SINCE.convert(text, None, None) == moment


def test_a_length_of_time_counts_back_from_now() -> None:
    """Days, hours and minutes ago."""
    for text, length in (("7d", timedelta(days=7)), ("12h", timedelta(hours=12))):
        assert abs(datetime.now(UTC) - length - SINCE.convert(text, None, None)) < timedelta(minutes=1)


@pytest.mark.parametrize(
    "arguments",
    [
        ["overview", "--by", "colour"],
        ["assets", "list", "--class", "inside"],
        ["assets", "list", "--limit", "0"],
        ["assets", "show"],
        ["coverage", "--format", "xml"],
        ["nothing"],
    ],
)
def test_wrong_usage_ends_with_2(arguments: list[str]) -> None:
    """As scripts expect."""
    assert CliRunner().invoke(cli, arguments).exit_code == 2


def test_flags_go_before_environment_and_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """File, then environment, then flags."""
    path = tmp_path / "wolkenzicht.toml"
    path.write_text('collector = "file:1"\nca = "file.pem"\nkey = "file.key"\n')
    monkeypatch.setenv("WOLKENZICHT_CA", "environment.pem")
    monkeypatch.setenv("WOLKENZICHT_KEY", "environment.key")
    found = settings.find({"key": Path("flag.key"), "lang": None}, None)
    assert found.collector == "file:1"
    assert (found.ca, found.key) == (tmp_path / "environment.pem", tmp_path / "flag.key")


def test_the_users_own_file_is_found(tmp_path: Path) -> None:
    """Where the working directory has none."""
    own = tmp_path / "config" / "wolkenzicht"
    own.mkdir(parents=True)
    (own / "wolkenzicht.toml").write_text('collector = "own:1"\n')
    assert settings.find({}, None).collector == "own:1"


def test_an_unknown_language_is_refused() -> None:
    """Also where it stands in a variable or a file."""
    with pytest.raises(ConfigurationError, match="'fr' is no language of this command"):
        settings.find({"lang": "fr"}, None)


class Lister:
    """Answers like a collector with `count` assets, in pages that it may cut short."""

    def __init__(self, count: int, cut: int) -> None:
        self.count = count
        self.cut = cut
        self.sizes: list[int] = []

    def ask(self, question: wire.ListAssetsRequest) -> wire.ListAssetsResponse:
        """One page."""
        self.sizes.append(question.page_size)
        start = int(question.page_token or 0)
        end = min(start + min(question.page_size, self.cut), self.count)
        return wire.ListAssetsResponse(
            items=[given.asset_view(name=f"b{number}") for number in range(start, end)],
            next_page_token=str(end) if end < self.count else "",
            completeness=given.FULL,
        )


@pytest.mark.parametrize(
    ("limit", "cut", "names", "token", "sizes"),
    [
        (3, 100, 3, "3", [3]),
        (3, 2, 3, "3", [3, 1]),
        (None, 2, 5, "", [MAX_PAGE] * 3),
        (5, 100, 5, "", [5]),
        (9, 4, 5, "", [9, 5]),
    ],
)
def test_pages_are_followed_to_the_limit(
    limit: int | None, cut: int, names: int, token: str, sizes: list[int]
) -> None:
    """Also where the collector gives fewer than asked for; the rest is known at the end."""
    lister = Lister(5, cut)
    pages = Pages(lister.ask, wire.ListAssetsRequest(), shapes.asset, limit)
    found: list[dict[str, Any]] = list(pages)
    assert [each["name"] for each in found] == [f"b{number}" for number in range(names)]
    assert (pages.next_page_token, lister.sizes) == (token, sizes)
    assert pages.completeness == shapes.completeness(given.FULL)


@pytest.mark.parametrize(
    ("count", "lines"),
    [
        (0, []),
        (1, ["NOTE: the search does not yet know the latest of 1 asset; ask again later"]),
        (2, ["NOTE: the search does not yet know the latest of 2 assets; ask again later"]),
    ],
)
def test_a_search_that_lags_behind_says_so(count: int, lines: list[str]) -> None:
    """How many assets it does not know yet."""
    answer = wire.ListAssetsResponse(completeness=given.FULL, search_behind=count)
    pages = Pages(lambda _question: answer, wire.ListAssetsRequest(search="a"), shapes.asset, 1)
    assert list(pages) == []
    assert notes.search_behind(pages.search_behind, texts.load("en")) == lines


def leaves(group: click.Group, path: tuple[str, ...] = ()) -> Iterator[tuple[str, click.Command]]:
    """Every command, by its words."""
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            yield from leaves(command, (*path, name))
        else:
            yield " ".join((*path, name)), command


def test_every_answer_can_be_asked_for_by_both_times() -> None:
    """But the history, which has both; a comparison has two of its own, and what is done is done now."""
    without = {
        name: {"as_of", "known_at"} - {each.name for each in command.params} for name, command in leaves(cli)
    }
    assert {name: missing for name, missing in without.items() if missing} == {
        "assets history": {"as_of", "known_at"},
        "diff": {"as_of"},
        "findings acknowledge": {"as_of", "known_at"},
        "findings end-exemption": {"as_of", "known_at"},
        "findings exempt": {"as_of", "known_at"},
        "findings exemptions": {"as_of", "known_at"},
        "findings reopen": {"as_of", "known_at"},
        "findings watch": {"as_of", "known_at"},
    }
