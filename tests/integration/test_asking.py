"""Asking end to end: the real command as a process, over mTLS, to a real server over a real store."""

from __future__ import annotations

import contextlib
import csv
import io
import json
import os
import shutil
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from collector.identity import authority, spiffe
from tests.askers import estate
from tests.askers.served import Served, serving
from wolkenzicht.transport import Credentials

CIO_RIJK = spiffe.asker("cio-rijk", "cio_rijk", "")
BZK = spiffe.asker("cio-bzk", "department", "bzk")
FIN = spiffe.asker("cio-fin", "department", "fin")

COMMAND = Path(sys.executable).with_name("wolkenzicht")


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The estate behind a server."""
    folder = tmp_path_factory.mktemp("asking")
    with estate.standing(folder / "estate.db") as store, serving(store, folder) as running:
        yield running


@pytest.fixture(scope="module")
def askers(served: Served) -> dict[str, Credentials]:
    """Certificates of CIO Rijk and of two departments."""
    return {holder.name: served.issue(holder) for holder in (CIO_RIJK, BZK, FIN)}


def run(
    address: str, credentials: Credentials, *arguments: str, **variables: str
) -> subprocess.CompletedProcess[str]:
    """The command's result, in a clean environment."""
    return subprocess.run(
        [
            *(str(COMMAND), *arguments, "--collector", address, "--ca", str(credentials.ca)),
            *("--certificate", str(credentials.certificate), "--key", str(credentials.key)),
        ],
        env={"PATH": os.environ["PATH"], "HOME": "/nonexistent", "LANG": "C.UTF-8"} | variables,
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )


def answered(address: str, credentials: Credentials, *arguments: str) -> Any:
    """The command's JSON."""
    result = run(address, credentials, *arguments, "--format", "json")
    assert (result.returncode, result.stderr) == (0, "")
    return json.loads(result.stdout)


def seen_by(served: Served, credentials: Credentials, *arguments: str) -> list[str]:
    """Identifiers of the assets in a list."""
    answer = answered(served.address, credentials, "assets", "list", *arguments)
    return [each["asset_id"] for each in answer["items"]]


def test_cio_rijk_sees_all(served: Served, askers: dict[str, Credentials]) -> None:
    """The role cio_rijk gets every asset of every organisation, and all counts."""
    assert seen_by(served, askers["cio-rijk"]) == list(estate.EVERYTHING)
    answer = answered(served.address, askers["cio-rijk"], "overview")
    assert (answer["total"]["assets"], answer["open_findings"]) == (8, 5)
    assert answer["completeness"] == {
        "scopes_planned": 6,
        "scopes_complete": 5,
        "scopes_blind": 1,
        "oldest_look": "2026-11-20T06:00:00Z",
        "tenants_silent": 1,
    }


def test_inside_the_eer_is_never_told_alone(served: Served, askers: dict[str, Credentials]) -> None:
    """What is inside under American law is a line of its own; every overview says how much that is."""
    asker = askers["cio-rijk"]
    answer = answered(served.address, asker, "overview", "--by", "law", "--class", "inside_eea")
    assert [(*each["group"].values(), each["assets"]) for each in answer["items"]] == [
        ("inside_eea", "eea_only", "", 1),
        ("inside_eea", "direct", "US", 3),
    ]
    shown = run(served.address, asker, "overview", "--lang", "nl").stdout
    assert "  binnen EER, blootgesteld  " in shown
    assert "van 3 middelen met inhoud daarbinnen vallen er 2 onder recht van buiten de EER" in shown
    assert seen_by(served, asker, "--law-reach", "eea_only") == sorted(estate.PRESENT["rvig"])


@pytest.mark.parametrize(
    ("name", "organisations", "completeness"),
    [
        (
            "cio-bzk",
            ("bzk", "rvig"),
            {"scopes_planned": 5, "scopes_complete": 4, "scopes_blind": 1, "tenants_silent": 0},
        ),
        (
            "cio-fin",
            ("fin",),
            {"scopes_planned": 1, "scopes_complete": 1, "scopes_blind": 0, "tenants_silent": 1},
        ),
    ],
)
def test_a_department_sees_its_own_and_below(
    served: Served,
    askers: dict[str, Credentials],
    name: str,
    organisations: tuple[str, ...],
    completeness: dict[str, int],
) -> None:
    """Every command shows a department its own organisation and those below, and nothing else."""
    asker = askers[name]
    expected = sorted(asset for each in organisations for asset in estate.PRESENT[each])
    assert seen_by(served, asker) == expected
    overview = answered(served.address, asker, "overview", "--by", "organisation")
    assert [each["group"]["organisation"] for each in overview["items"]] == sorted(organisations)
    assert overview["completeness"] | {"oldest_look": ""} == completeness | {"oldest_look": ""}
    findings = answered(served.address, asker, "findings", "list", "--state", "all")
    assert {each["organisation"] for each in findings["items"]} == set(organisations)
    coverage = answered(served.address, asker, "coverage")
    assert {each["organisation"] for each in coverage["items"]} == set(organisations)


@pytest.mark.parametrize("command", ["show", "explain"])
@pytest.mark.parametrize("asset_id", [estate.ARCHIVE, estate.OLD, "arn:aws:s3:::never-was"])
def test_an_asset_outside_the_sight_is_not_found(
    served: Served, askers: dict[str, Credentials], command: str, asset_id: str
) -> None:
    """An asset of another organisation and one that never was give the same answer."""
    result = run(served.address, askers["cio-fin"], "assets", command, asset_id)
    assert (result.returncode, result.stdout) == (1, "")
    assert result.stderr == (
        f"wolkenzicht: not found: no asset '{asset_id}' within your sight; "
        "check the identifier with `assets list`\n"
    )


@pytest.mark.parametrize("organisation", ["bzk", "nobody"])
def test_an_organisation_outside_the_sight_is_refused_as_unknown(
    served: Served, askers: dict[str, Credentials], organisation: str
) -> None:
    """A filter for another organisation and for one that does not exist give the same answer."""
    result = run(served.address, askers["cio-fin"], "overview", "--organisation", organisation)
    assert result.returncode == 1
    assert result.stderr == (
        f"wolkenzicht: the question is wrong: filter.organisation: no organisation '{organisation}' "
        "within your sight; use its identifier as registered\n"
    )


def test_filters_reach_the_collector(served: Served, askers: dict[str, Credentials]) -> None:
    """Each filter restricts the list."""
    asker = askers["cio-rijk"]
    assert seen_by(served, asker, "--organisation", "bzk", "--provider", "odc") == [
        estate.REGISTER,
        estate.LOST,
    ]
    assert seen_by(served, asker, "--country", "gb") == [estate.COPIES]
    assert seen_by(served, asker, "--class", "outside_eea") == [estate.LEDGER]
    assert seen_by(served, asker, "--material", "material", "--type", "odc:server") == [estate.REGISTER]
    assert seen_by(served, asker, "--tenant", "fin-aws", "--sort", "-name") == [estate.TAX, estate.LETTERS]
    assert seen_by(served, asker, "--holds", "metadata") == [estate.NEWS]


def test_lists_are_followed_page_by_page(served: Served, askers: dict[str, Credentials]) -> None:
    """A limit ends with a token that goes on where it ended; --all has no end."""
    asker = askers["cio-rijk"]
    first = answered(served.address, asker, "assets", "list", "--limit", "5")
    rest = answered(
        served.address, asker, "assets", "list", "--page-token", first["next_page_token"], "--all"
    )
    found = [each["asset_id"] for each in first["items"] + rest["items"]]
    assert (found, rest["next_page_token"]) == (list(estate.EVERYTHING), "")


def test_a_token_of_another_list_is_refused(served: Served, askers: dict[str, Credentials]) -> None:
    """A token does not carry over to another filter."""
    token = answered(served.address, askers["cio-rijk"], "assets", "list", "--limit", "1")["next_page_token"]
    result = run(
        served.address, askers["cio-rijk"], "assets", "list", "--country", "IE", "--page-token", token
    )
    assert result.returncode == 1
    assert "page_token: belongs to another question" in result.stderr


def test_csv_is_clean_and_its_coverage_stands_beside_it(
    served: Served, askers: dict[str, Credentials]
) -> None:
    """Standard output is CSV only; what was not seen is told on standard error."""
    result = run(served.address, askers["cio-bzk"], "assets", "list", "--format", "csv", "--lang", "nl")
    rows = list(csv.DictReader(io.StringIO(result.stdout)))
    assert [row["asset_id"] for row in rows] == sorted((*estate.PRESENT["bzk"], *estate.PRESENT["rvig"]))
    assert result.stderr.splitlines() == [
        "Dekking: 4 van 5 leesbereiken volledig gezien, 1 blinde vlek, oudste blik 2026-11-20 06:00 UTC",
        (
            "LET OP: 1 blinde vlek; wat daar is kan ontbreken of verouderd zijn. "
            "Zie: wolkenzicht coverage --blind"
        ),
    ]


def test_the_terminal_decides_on_the_language(served: Served, askers: dict[str, Credentials]) -> None:
    """A Dutch terminal gets Dutch; --lang overrides it."""
    dutch = run(served.address, askers["cio-fin"], "overview", LC_ALL="nl_NL.UTF-8")
    english = run(served.address, askers["cio-fin"], "overview", "--lang", "en", LC_ALL="nl_NL.UTF-8")
    assert "Dekking: 1 van 1 leesbereik volledig gezien, 0 blinde vlekken" in dutch.stdout
    assert "Coverage: 1 of 1 scope seen completely, 0 blind spots" in english.stdout


def test_discrepancies_are_asked_for_and_refused_like_any_list(
    served: Served, askers: dict[str, Credentials]
) -> None:
    """Where there are none the answer says so, with how much was seen; a wrong tenant is named."""
    answer = answered(served.address, askers["cio-rijk"], "discrepancies")
    assert (answer["items"], answer["completeness"]["scopes_planned"]) == ([], 6)
    wrong = run(served.address, askers["cio-fin"], "discrepancies", "--tenant", "bzk-aws")
    assert (wrong.returncode, "no tenant 'bzk-aws' within your sight" in wrong.stderr) == (1, True)


def test_explain_says_why_for_a_lawyer(served: Served, askers: dict[str, Credentials]) -> None:
    """Dutch reasons, location by location, with evidence and rule, and what was not seen."""
    result = run(served.address, askers["cio-bzk"], "assets", "explain", estate.COPIES, "--lang", "nl")
    assert result.returncode == 0
    text = " ".join(result.stdout.split())
    assert "Locatie: opgeslagen – eu-west-1" in text
    assert "Locatie: gerepliceerd – eu-west-2, London: GB: buiten de EER" in text
    assert "regel: location.region" in text
    assert "bewijs: LocationConstraint = eu-west-2" in text
    assert "Dekking: het leesbereik (account 111122223333, locatie global, type AWS::S3::Bucket) is" in text


def test_explain_by_the_rules_of_a_day(served: Served, askers: dict[str, Credentials]) -> None:
    """The estate of the day by its rules and facts, and of a later one; what cannot be told is refused."""
    address, holder = served.address, askers["cio-bzk"]
    ask = ("assets", "explain", estate.COPIES, "--as-of")
    before, after, later = (
        answered(address, holder, *ask, day) for day in ("2026-11-21", "2026-11-22", "2032-01-01")
    )
    assert [each["steps"][0]["statement"] for each in (before, after, later)] == [
        (
            "by the rules and facts of 2026-11-21 (RCB2026), on the asset as it was on 2026-11-21: the "
            "version that held from 2026-11-20 06:00 UTC until 2026-11-22 06:00 UTC"
        ),
        (
            "by the rules and facts of 2026-11-22 (RCB2026), on the asset as it was on 2026-11-22: the "
            "version that still holds, since 2026-11-22 06:00 UTC"
        ),
        "by the rules and facts of 2032-01-01 (RCB2026), on the asset as it is known now",
    ]
    assert [each["asset"]["location_class"] for each in (before, after, later)] == [
        "inside_eea",
        "outside_eea_adequate",
        "outside_eea",
    ]
    assert {fact["as_at"] for step in before["steps"] for fact in step["facts"]} == {"2026-11-21"}
    known = f"asset '{estate.COPIES}' was not known on 2026-07-02; it was first seen on 2026-11-20"
    for day, message in (
        ("2020-01-01", "as_of: no rule set was in force on 2020-01-01; ask from 2022-08-29 on (RCB2022)"),
        ("yesterday", "as_of: is no day; write it as 2026-07-02"),
        ("2026-07-02", known),
    ):
        refused = run(address, holder, *ask, day)
        assert (refused.returncode, message in refused.stderr) == (1, True)


@pytest.mark.parametrize(
    ("name", "arguments", "expected"),
    [
        ("cio-bzk", ("overview",), 0),
        ("cio-bzk", ("overview", "--strict"), 3),
        ("cio-bzk", ("coverage", "--strict", "--format", "json"), 3),
        ("cio-bzk", ("overview", "--organisation", "rvig", "--strict"), 0),
        ("cio-bzk", ("assets", "show", estate.LEDGER, "--strict"), 3),
        ("cio-bzk", ("assets", "show", estate.ARCHIVE, "--strict"), 0),
        ("cio-bzk", ("overview", "--by", "colour"), 2),
        ("cio-bzk", ("assets", "list", "--country", "Ireland"), 1),
    ],
)
def test_exit_codes_tell_scripts_what_happened(
    served: Served, askers: dict[str, Credentials], name: str, arguments: tuple[str, ...], expected: int
) -> None:
    """0 answered, 1 error, 2 usage, 3 incomplete with --strict."""
    assert run(served.address, askers[name], *arguments).returncode == expected


def test_settings_come_from_file_and_environment(
    served: Served, askers: dict[str, Credentials], tmp_path: Path
) -> None:
    """A file in the working directory is enough; the environment goes before it."""
    asker = askers["cio-fin"]
    for path in (asker.ca, asker.certificate, asker.key):
        shutil.copy(path, tmp_path)
    (tmp_path / "wolkenzicht.toml").write_text(
        f'collector = "{served.address}"\nca = "{asker.ca.name}"\ncertificate = "{asker.certificate.name}"\n'
        f'key = "{asker.key.name}"\nlang = "nl"\n'
    )
    plain = {"PATH": os.environ["PATH"], "HOME": str(tmp_path), "LANG": "C.UTF-8"}
    command = [str(COMMAND), "overview"]
    ours = subprocess.run(command, cwd=tmp_path, env=plain, capture_output=True, text=True, check=False)
    assert (ours.returncode, "Dekking: 1 van 1 leesbereik" in ours.stdout) == (0, True)
    other = plain | {"WOLKENZICHT_LANG": "en"}
    theirs = subprocess.run(command, cwd=tmp_path, env=other, capture_output=True, text=True, check=False)
    assert (theirs.returncode, "Coverage: 1 of 1 scope" in theirs.stdout) == (0, True)


def answer_in_plain_text(listener: socket.socket) -> None:
    """Answer every connection as a web server without TLS would, until the listener is shut."""
    with contextlib.suppress(OSError):
        while True:
            connection, _ = listener.accept()
            with connection:
                connection.recv(4096)
                connection.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")


class TestRefused:
    """Who is not answered, and what they are told: one line, and nothing on standard output."""

    def refusal(self, address: str, credentials: Credentials) -> str:
        """The one line of an error."""
        result = run(address, credentials, "overview")
        assert (result.returncode, result.stdout) == (1, "")
        [line] = result.stderr.splitlines()
        return line

    def test_certificate_of_another_authority(self, served: Served, tmp_path: Path) -> None:
        """A certificate that this collector did not issue gets no connection."""
        other = authority.create(tmp_path).client(BZK)
        (tmp_path / "other.pem").write_bytes(other.certificate)
        (tmp_path / "other.key").write_bytes(other.key)
        credentials = Credentials(served.folder / "ca.pem", tmp_path / "other.pem", tmp_path / "other.key")
        line = self.refusal(served.address, credentials)
        assert line.startswith(
            f"wolkenzicht: the collector at {served.address} closed the connection: it does not accept the "
            f"certificate {tmp_path / 'other.pem'} (expired, or of another authority)"
        )

    def test_collector_of_another_authority(
        self, served: Served, askers: dict[str, Credentials], tmp_path: Path
    ) -> None:
        """A collector that the asker's authority did not certify is not asked."""
        authority.create(tmp_path)
        mine = askers["cio-bzk"]
        line = self.refusal(served.address, Credentials(tmp_path / "ca.pem", mine.certificate, mine.key))
        assert line.startswith(f"wolkenzicht: the certificate of the collector at {served.address} is not of")

    def test_unknown_certificate(self, served: Served) -> None:
        """A certificate without a record is refused."""
        unknown = served.issue(spiffe.asker("stranger", "cio_rijk", ""), known=False)
        line = self.refusal(served.address, unknown)
        assert line.startswith("wolkenzicht: certificate refused: certificate ")
        assert line.endswith("is not known here; have a new one issued")

    def test_revoked_certificate(self, served: Served) -> None:
        """A certificate that was evicted is refused."""
        holder = spiffe.asker("evicted", "cio_rijk", "")
        credentials = served.issue(holder)
        record = next(each for each in served.store.registry.certificates() if each.name == "evicted")
        served.store.registry.put_certificate(replace(record, revoked=datetime.now(UTC)))
        assert "was revoked on" in self.refusal(served.address, credentials)

    def test_expired_certificate(self, served: Served) -> None:
        """A certificate that has expired is refused."""
        expired = served.issue(spiffe.asker("late", "cio_rijk", ""), days=-1)
        line = self.refusal(served.address, expired)
        assert f"does not accept the certificate {expired.certificate} (expired" in line

    def test_key_of_another_certificate(self, served: Served, askers: dict[str, Credentials]) -> None:
        """A key that does not belong to the certificate is told apart from a refusal."""
        mine, other = askers["cio-bzk"], askers["cio-fin"]
        line = self.refusal(served.address, Credentials(mine.ca, mine.certificate, other.key))
        assert line.startswith(f"wolkenzicht: no connection can be made with {mine.certificate}, {other.key}")

    def test_something_else_listens(self, askers: dict[str, Credentials]) -> None:
        """A port that speaks no TLS is said to be so."""
        with socket.create_server(("127.0.0.1", 0)) as plain:
            thread = threading.Thread(target=answer_in_plain_text, args=(plain,))
            thread.start()
            address = f"localhost:{plain.getsockname()[1]}"
            line = self.refusal(address, askers["cio-bzk"])
            plain.shutdown(socket.SHUT_RDWR)
            thread.join()
        assert line == (
            f"wolkenzicht: what listens at {address} does not speak TLS; check the address and port of the "
            "collector"
        )

    def test_agents_certificate(self, served: Served) -> None:
        """An agent cannot ask."""
        line = self.refusal(served.address, served.issue(spiffe.agent("bzk-aws")))
        assert line == (
            "wolkenzicht: not allowed: an agent's certificate cannot ask; use one made with `askers issue`"
        )

    def test_department_that_is_not_registered(self, served: Served) -> None:
        """A department's certificate for an organisation that is not known sees nothing, and says why."""
        line = self.refusal(served.address, served.issue(spiffe.asker("lost", "department", "gone")))
        assert line.startswith("wolkenzicht: not allowed: the organisation 'gone' of your certificate")

    def test_no_collector(self, askers: dict[str, Credentials]) -> None:
        """Where nothing listens, the address is named."""
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            address = f"localhost:{free.getsockname()[1]}"
        line = self.refusal(address, askers["cio-bzk"])
        assert line.startswith(f"wolkenzicht: cannot reach the collector at {address} (")

    def test_missing_file(self, served: Served, askers: dict[str, Credentials], tmp_path: Path) -> None:
        """A file that is not there is named."""
        mine = askers["cio-bzk"]
        line = self.refusal(served.address, Credentials(mine.ca, tmp_path / "none.pem", mine.key))
        assert f"certificate file {tmp_path / 'none.pem'} cannot be read" in line
