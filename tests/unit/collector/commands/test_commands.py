"""Each command does what its help says, and a mistake is one line with exit code 1."""

from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
from ast import literal_eval
from collections.abc import Iterator
from contextlib import closing
from importlib.resources import files
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from collector.cli import cli
from collector.commands.organisations import read
from wolkenzicht.errors import ConfigurationError

CSV = (
    "organisation,name,kind,parent,tooi\n"
    "mvz,Ministerie van Voorbeeldzaken,ministerie,,\n"
    "rdv,Rijksdienst voor Voorbeelden,agentschap,mvz,\n"
)


class Place:
    """A collector in a folder, and its commands."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.config = folder / "collector.toml"

    def run(self, *arguments: str) -> tuple[int, str, str]:
        """Exit code, standard output and standard error of a command."""
        environment = {"WOLKENZICHT_DATA": None, "WOLKENZICHT_CONFIG": None}
        result = CliRunner().invoke(cli, ["--config", str(self.config), *arguments], env=environment)
        assert result.exception is None or isinstance(result.exception, SystemExit)
        return result.exit_code, result.stdout, result.stderr

    def must(self, *arguments: str) -> str:
        """What a command that succeeds prints."""
        code, out, err = self.run(*arguments)
        assert (code, err) == (0, "")
        return out

    def fault(self, *arguments: str) -> str:
        """The one line of a command that fails, without the folder's path."""
        code, out, err = self.run(*arguments)
        assert (code, out) == (1, "")
        assert err.startswith("Error: ")
        assert err.count("\n") == 1
        return err.removeprefix("Error: ").rstrip("\n").replace(f"{self.folder}/", "")

    def items(self, *arguments: str) -> list[dict[str, str | None]]:
        """What a list says in JSON."""
        items = json.loads(self.must(*arguments, "--format", "json"))["items"]
        assert isinstance(items, list)
        return items


@pytest.fixture
def empty(tmp_path: Path) -> Place:
    """A folder without a collector."""
    return Place(tmp_path)


@pytest.fixture
def place(empty: Place) -> Place:
    """A collector with two organisations and a tenant."""
    empty.must("init")
    (empty.folder / "o.csv").write_text(CSV)
    empty.must("organisations", "import", str(empty.folder / "o.csv"))
    empty.must("tenants", "add", "mvz-aws", "--organisation", "mvz", "--provider", "aws")
    return empty


def commands(group: click.Group, *above: str) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    """Every command that does something, with its name."""
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command is not None
        if isinstance(command, click.Group):
            yield from commands(command, *above, name)
        else:
            yield (*above, name), command


@pytest.mark.parametrize(("name", "command"), list(commands(cli)), ids=str)
def test_every_command_has_help_with_an_example(name: tuple[str, ...], command: click.Command) -> None:
    """The example is a command line of this very command."""
    assert command.help
    assert f"wolkenzicht-collector {' '.join(name)}" in (command.epilog or "").replace(
        "--config collector.toml ", ""
    ).replace("--config /etc/wolkenzicht/collector.toml ", "")


def test_help_lists_every_command_with_its_own_words() -> None:
    """The list is kept apart from the commands, which help does not import; it says what they say."""
    context = click.Context(cli, info_name="wolkenzicht-collector", terminal_width=120, max_content_width=120)
    listed = cli.get_help(context).partition("Commands:\n")[2].partition("\n\n")[0].splitlines()
    whole = [cli.get_command(context, name) for name in cli.list_commands(context)]
    short = [(each.name, each.get_short_help_str(96)) for each in whole if each is not None]
    assert [tuple(line.split(maxsplit=1)) for line in listed] == short


def test_help_loads_neither_store_nor_rules() -> None:
    """What is heavy is imported by the command that needs it."""
    script = (
        "import sys; from click.testing import CliRunner; from collector.cli import cli;"
        "assert CliRunner().invoke(cli, ['--help']).exit_code == 0;"
        "print(sorted({each.partition('.')[0] for each in sys.modules}))"
    )
    told = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout
    assert set(literal_eval(told)) & {"cryptography", "grpc", "httpx", "lark", "policy", "sqlite3"} == set()


def test_init_founds_a_collector(empty: Place) -> None:
    """Data folder for its owner only, store, authority, certificate, configuration."""
    empty.must("init", "--host", "collector.example.nl")

    data = empty.folder / "data"
    assert sorted(path.name for path in data.iterdir()) == [
        "ca.key", "ca.pem", "server.key", "server.pem", "wolkenzicht.db",
    ]  # fmt: skip
    assert data.stat().st_mode & 0o777 == 0o700
    assert empty.items("organisations", "list") == []


@pytest.mark.parametrize("file", ["collector.toml", "data/ca.key", "data/server.pem", "data/wolkenzicht.db"])
def test_init_overwrites_nothing(empty: Place, file: str) -> None:
    """Whatever is there stays, and nothing is begun."""
    (empty.folder / "data").mkdir()
    (empty.folder / file).write_text("kept")

    assert empty.fault("init") == (
        f"{file} exists; init overwrites nothing: choose another folder or remove it"
    )
    assert (empty.folder / file).read_text() == "kept"
    assert not (empty.folder / "data" / "ca.pem").exists()


def test_init_in_a_data_folder_keeps_the_configuration_there(empty: Place) -> None:
    """Without --config the configuration lies in the data folder that was named."""
    result = CliRunner().invoke(cli, ["init", "--data", str(empty.folder / "d")])

    assert result.exit_code == 0
    assert (empty.folder / "d" / "collector.toml").exists()


def test_organisations_are_imported_and_listed(place: Place) -> None:
    """A file with semicolons, a byte order mark and white space replaces what has the same identifier."""
    text = "\ufefforganisation;name;parent\n\nrdv ; Dienst;mvz\nnew;Nieuw;rdv\n"
    (place.folder / "o.csv").write_text(text, encoding="utf-8")

    assert place.must("organisations", "import", str(place.folder / "o.csv")) == "2 organisations imported.\n"
    assert place.must("organisations", "list", "--format", "csv") == (
        "organisation,name,kind,parent,tooi\n"
        "mvz,Ministerie van Voorbeeldzaken,ministerie,,\n"
        "new,Nieuw,,rdv,\n"
        "rdv,Dienst,,mvz,\n"
    )


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", "o.csv: is empty; begin it with the line organisation,name,kind,parent,tooi"),
        ("organisation\nx\n", "o.csv:1: column 'name' is missing; add it"),
        (
            "organisation,name,colour\n",
            "o.csv:1: column 'colour' is unknown; use organisation, name, kind, parent, tooi, source",
        ),
        ("organisation,name,name\n", "o.csv:1: column 'name' stands there twice; remove one"),
        ("organisation,name\na,A\nb\n", "o.csv:3: has 1 columns, the first line 2; correct the row"),
        ("organisation,name\na,\n", "o.csv:2: column name: is empty; give the name of 'a'"),
        (
            "organisation,name\na,A\n\na,B\n",
            "o.csv:4: column organisation: 'a' stands on line 2 as well; keep one of the two",
        ),
        (
            "organisation,name\nA b,A\n",
            (
                "o.csv:2: column organisation: organisation 'A b' is not an identifier; use 1 to 63 "
                "lower-case letters, digits, '.', '_' and '-', with a letter or digit at both ends"
            ),
        ),
        (
            "organisation,name,parent\na,A,zz\n",
            "o.csv:2: column parent: 'zz' is no organisation of this file or the store; add it",
        ),
        ("organisation,name\na,A\0\n", "o.csv:2: holds a NUL byte; save it as UTF-8 text"),
        ('organisation,name\na,"A\n', "o.csv:2: is not CSV (unexpected end of data); correct the line"),
    ],
)
def test_a_fault_in_the_file_is_one_line(place: Place, text: str, expected: str) -> None:
    """Line and column are named, and nothing of the file is imported."""
    (place.folder / "o.csv").write_text(text)

    assert place.fault("organisations", "import", str(place.folder / "o.csv")) == expected
    assert [each["organisation"] for each in place.items("organisations", "list")] == ["mvz", "rdv"]


def test_an_organisation_above_itself_is_refused(place: Place) -> None:
    """The register refuses a circle, and the command says so in one line."""
    (place.folder / "o.csv").write_text("organisation,name,parent\nmvz,M,rdv\n")

    assert "mvz" in place.fault("organisations", "import", str(place.folder / "o.csv"))


def test_the_packaged_list_is_imported(empty: Place) -> None:
    """Ministries and what stands below them, each row with its source."""
    empty.must("init")

    assert empty.must("organisations", "import", "--rijk") == "51 organisations imported.\n"
    found = {each["organisation"]: each for each in empty.items("organisations", "list")}
    assert len([each for each in found.values() if each["kind"] == "ministerie"]) == 14
    assert found["logius"]["parent"] == "bzk"
    text = files("collector.data").joinpath("organisations.csv").read_text("utf-8")
    assert all(line.rpartition(",")[2] for line in text.splitlines())


def test_either_a_file_or_the_packaged_list(place: Place) -> None:
    """Neither and both are mistakes of use."""
    assert place.run("organisations", "import")[0] == 2
    assert place.run("organisations", "import", "o.csv", "--rijk")[0] == 2


def test_a_parent_may_be_in_the_store() -> None:
    """The file need not repeat what is known."""
    (found,) = read("o.csv", "organisation,name,parent\na,A,known\n", {"known"})

    assert (found.organisation, found.parent) == ("a", "known")
    with pytest.raises(ConfigurationError):
        read("o.csv", "organisation,name,parent\na,A,known\n", set())


def test_tenants_are_added_and_listed(place: Place) -> None:
    """Once each, for an organisation that exists."""
    (tenant,) = place.items("tenants", "list")

    assert (tenant["tenant"], tenant["organisation"], tenant["provider"], tenant["last_scan"]) == (
        "mvz-aws", "mvz", "aws", None,
    )  # fmt: skip
    again = ("tenants", "add", "mvz-aws", "--organisation", "mvz", "--provider", "aws")
    assert "mvz-aws" in place.fault(*again)
    assert "nobody" in place.fault("tenants", "add", "x", "--organisation", "nobody", "--provider", "odc")


def test_an_agents_certificate_is_issued_listed_and_evicted(place: Place) -> None:
    """Three files, one row, and a state that follows."""
    out = place.folder / "agent"
    place.must("agents", "issue", "mvz-aws", "--out", str(out))
    place.must("agents", "issue", "mvz-aws", "--out", str(place.folder / "old"), "--days", "-1")

    assert sorted(path.name for path in out.iterdir()) == ["agent.key", "agent.pem", "ca.pem"]
    assert (out / "agent.key").stat().st_mode & 0o777 == 0o600
    assert [each["state"] for each in place.items("agents", "list")] == ["valid", "expired"]
    assert place.fault("agents", "issue", "mvz-aws", "--out", str(out)) == (
        "agent/agent.pem exists; choose another folder, or give --force to replace it"
    )
    place.must("agents", "evict", "mvz-aws")
    assert [each["state"] for each in place.items("agents", "list")] == ["revoked", "revoked"]
    assert place.must("agents", "evict", "mvz-aws") == "Nothing to do: revoked already.\n"


def test_one_certificate_is_evicted_by_its_serial(place: Place) -> None:
    """The tenant's other certificate stays valid."""
    for name in ("a", "b"):
        place.must("agents", "issue", "mvz-aws", "--out", str(place.folder / name))
    serial = str(place.items("agents", "list")[0]["serial"])

    place.must("agents", "evict", serial)

    assert {each["serial"] == serial: each["state"] for each in place.items("agents", "list")} == {
        True: "revoked",
        False: "valid",
    }


def test_an_unknown_tenant_or_serial_is_named(place: Place) -> None:
    """One line with what to do."""
    assert place.fault("agents", "issue", "x", "--out", "o") == (
        "tenant 'x' does not exist; add it with `tenants add`"
    )
    assert place.fault("agents", "evict", "x") == (
        "'x' is neither a tenant nor a serial number of an agent; see `agents list`"
    )
    assert place.fault("askers", "evict", "x") == (
        "'x' is neither a name nor a serial number of an asker; see `askers list`"
    )


def test_askers_are_issued_listed_and_evicted(place: Place) -> None:
    """With role and organisation, apart from the agents."""
    out = str(place.folder / "asker")
    place.must("askers", "issue", "Mvz", "--role", "department", "--organisation", "mvz", "--out", out)

    (asker,) = place.items("askers", "list")
    assert (asker["name"], asker["role"], asker["organisation"], asker["state"]) == (
        "Mvz", "department", "mvz", "valid",
    )  # fmt: skip
    assert place.items("agents", "list") == []
    place.must("askers", "evict", "Mvz")
    assert [each["state"] for each in place.items("askers", "list")] == ["revoked"]
    wrong = ("askers", "issue", "X", "--role", "department", "--organisation", "zz", "--out", out)
    assert place.fault(*wrong) == "organisation 'zz' does not exist; see `organisations list`"


def test_lists_are_tables_for_people(place: Place) -> None:
    """Also empty ones say so."""
    assert place.must("tenants", "list").splitlines()[0].split() == [
        "tenant", "organisation", "provider", "title", "created", "last_scan",
    ]  # fmt: skip
    assert place.must("refusals", "list") == "none\n"
    assert place.must("rejected", "list") == "none\n"


def test_the_server_certificate_is_renewed(place: Place) -> None:
    """With force only, and by the same authority."""
    before = (place.folder / "data" / "server.pem").read_bytes()

    assert "exists" in place.fault("server-certificate", "issue")
    place.must("server-certificate", "issue", "--force", "--host", "collector.example.nl")
    assert (place.folder / "data" / "server.pem").read_bytes() != before


def test_the_prepared_counts_are_checked_and_made_anew(place: Place) -> None:
    """The check says what differs and exits with 1; with --repair they fit again."""
    assert place.must("store", "check") == "The prepared counts are those of the assets.\n"
    [path] = place.folder.rglob("*.db")
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute(
            "INSERT INTO asset_count VALUES ('mvz-aws', 0, 1, 'aws', ',IE,', 'inside_eea', 'material', "
            "'content', 'AWS::S3::Bucket', 'unknown', 'direct', ',US,', 2, 0)"
        )
    code, out, _ = place.run("store", "check")
    assert code == 1
    assert out.startswith(
        "mvz-aws: provider aws, countries IE, location_class inside_eea, material material, "
    )
    assert "law_countries US: 2 counted, 0 there\n1 prepared counts differ.\n" in out
    assert place.must("store", "check", "--repair").endswith("1 prepared counts differ, made anew.\n")
    assert place.must("store", "check") == "The prepared counts are those of the assets.\n"
