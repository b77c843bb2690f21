"""Handling findings end to end: the real command, over mTLS, with the right that the register gives."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from collector.identity import spiffe
from collector.store.base import Sight
from tests.askers import estate
from tests.askers.served import Served, serving
from tests.integration.test_asking import COMMAND, answered, run
from wolkenzicht.transport import Credentials

DESK = spiffe.asker("desk-bzk", "department", "bzk")
READER = spiffe.asker("reader-bzk", "department", "bzk")
OTHERS = spiffe.asker("desk-fin", "department", "fin")


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    """The estate behind a server."""
    with estate.standing(tmp_path / "estate.db") as store, serving(store, tmp_path) as running:
        yield running


def first(served: Served, asker: Credentials) -> Any:
    """The newest finding that an asker sees."""
    return answered(served.address, asker, "findings", "list")["items"][0]


def test_a_finding_is_taken_up_shown_and_put_back(served: Served) -> None:
    """Who did it is read off the certificate, and the history tells all of it."""
    desk = served.issue(DESK, spiffe.ACKNOWLEDGE)
    finding_id = first(served, desk)["finding_id"]

    taken = run(served.address, desk, "findings", "acknowledge", finding_id, "--note", "asked the team")
    assert taken.returncode == 0, taken.stderr
    shown = answered(served.address, desk, "findings", "show", finding_id)
    assert shown["finding"]["state"] == "acknowledged"
    assert shown["finding"]["acknowledged_by"] == "desk-bzk (bzk)"
    assert shown["history"][0]["note"] == "asked the team"
    listed = answered(served.address, desk, "findings", "list", "--state", "acknowledged")
    assert [each["finding_id"] for each in listed["items"]] == [finding_id]

    table = run(served.address, desk, "findings", "show", finding_id, "--lang", "nl").stdout
    assert "desk-bzk (bzk)" in table
    assert "erkend" in table

    back = run(served.address, desk, "findings", "reopen", finding_id, "--note", "not ours")
    assert back.returncode == 0, back.stderr
    again = answered(served.address, desk, "findings", "show", finding_id)
    assert (again["finding"]["state"], again["history"][0]["note"]) == ("open", "not ours")


def test_without_the_right_nothing_is_done(served: Served) -> None:
    """Who may ask may not take up; the message says how the right is had."""
    reader = served.issue(READER)
    finding_id = first(served, reader)["finding_id"]

    refused = run(served.address, reader, "findings", "acknowledge", finding_id)

    assert refused.returncode == 1
    assert "--right acknowledge" in refused.stderr
    assert first(served, reader)["state"] == "open"


def test_findings_of_others_are_not_there(served: Served) -> None:
    """A department with the right handles its own only."""
    finding_id = first(served, served.issue(DESK))["finding_id"]
    others = served.issue(OTHERS, spiffe.ACKNOWLEDGE)

    refused = run(served.address, others, "findings", "acknowledge", finding_id)
    assert refused.returncode == 1
    assert "not within your sight" in refused.stderr
    assert run(served.address, others, "findings", "show", finding_id).returncode == 1


EXEMPT = (
    *("findings", "exempt", "--kind", "data_outside_eea", "--decision", "besluit 2026-17"),
    *("--reason", "moves in spring", "--decided-by", "CIO BZK", "--until", "2099-12-31"),
)


def test_findings_are_exempted_and_put_back(served: Served) -> None:
    """By the right to exempt, of one's own organisation; counts and lists say so."""
    desk = served.issue(DESK, spiffe.EXEMPT)
    standing = answered(served.address, desk, "overview")["open_findings"]

    made = run(served.address, desk, *EXEMPT, "--scope", "true", "--format", "json")
    assert made.returncode == 0, made.stderr
    [exemption] = json.loads(made.stdout)["items"]
    assert (exemption["organisation"], exemption["recorded_by"]) == ("bzk", "desk-bzk (bzk)")
    assert exemption["findings"] > 0
    counted = answered(served.address, desk, "overview")
    assert (counted["open_findings"], counted["exempted_findings"]) == (standing, exemption["findings"])
    listed = answered(served.address, desk, "findings", "list", "--state", "exempted")["items"]
    assert {each["exemption"] for each in listed} == {exemption["exemption_id"]}
    assert "besluit 2026-17" in run(served.address, desk, "findings", "exemptions").stdout
    assert "stand under an exemption" in run(served.address, desk, "overview").stdout

    ended = run(
        *(served.address, desk, "findings", "end-exemption", exemption["exemption_id"], "--reason", "moved")
    )
    assert ended.returncode == 0, ended.stderr
    assert answered(served.address, desk, "findings", "list", "--state", "exempted")["items"] == []


@pytest.mark.parametrize(
    ("scope", "told"),
    [
        ('declared.systm == "a"', "scope: 1:"),
        ("name", "scope: 1:1"),
        ('name == "a" &&\n  type = "b"', "scope: 2:"),
        (" ", "scope: is empty"),
    ],
)
def test_a_scope_that_is_wrong_is_refused_at_its_place(served: Served, scope: str, told: str) -> None:
    """Line and column of the fault, and the reason."""
    desk = served.issue(DESK, spiffe.EXEMPT)

    refused = run(served.address, desk, *EXEMPT, "--scope", scope)

    assert refused.returncode == 1
    assert told in refused.stderr


def test_an_exemption_is_ones_own(served: Served) -> None:
    """Of no other organisation, by no one without the right, and not for a day that is past."""
    desk = served.issue(DESK, spiffe.EXEMPT, spiffe.ACKNOWLEDGE)
    reader = served.issue(READER, spiffe.ACKNOWLEDGE)

    others = run(served.address, desk, *EXEMPT, "--scope", "true", "--organisation", "fin")
    assert "no organisation 'fin' within your sight" in others.stderr
    assert "--right exempt" in run(served.address, reader, *EXEMPT, "--scope", "true").stderr
    past = run(served.address, desk, *EXEMPT, "--scope", "true", "--until", "2020-01-01")
    assert "last_day: 2020-01-01 is past" in past.stderr
    assert answered(served.address, desk, "findings", "exemptions")["items"] == []


def test_what_becomes_of_findings_is_told_as_it_comes(served: Served) -> None:
    """To who may see it, as soon as it is done; the position goes on where it was broken off."""
    desk = served.issue(DESK, spiffe.ACKNOWLEDGE)
    others = served.issue(OTHERS)
    finding_id = first(served, desk)["finding_id"]
    newest = served.store.reading.newest_event(Sight(None))
    watchers = [watching(served, asker, str(newest)) for asker in (desk, others)]

    assert run(served.address, desk, "findings", "acknowledge", finding_id).returncode == 0
    told = json.loads(ended(watchers[0], lines=1)[0])

    assert told["type"] == "nl.wolkenzicht.bevinding.erkend.v1"
    assert (told["done_by"], told["finding"]["finding_id"]) == ("desk-bzk (bzk)", finding_id)
    assert int(told["position"]) > newest
    assert ended(watchers[1], lines=0) == []


def watching(served: Served, asker: Credentials, position: str) -> subprocess.Popen[str]:
    """The command, as it waits for what comes."""
    return subprocess.Popen(
        [
            *(str(COMMAND), "findings", "watch", "--format", "json", "--position", position),
            *("--collector", served.address, "--ca", str(asker.ca)),
            *("--certificate", str(asker.certificate), "--key", str(asker.key)),
        ],
        env={"PATH": os.environ["PATH"], "HOME": "/nonexistent", "LANG": "C.UTF-8", "PYTHONUNBUFFERED": "1"},
        stdout=subprocess.PIPE,
        text=True,
    )


def ended(watcher: subprocess.Popen[str], *, lines: int) -> list[str]:
    """So many lines of a watcher, and all else that it wrote when it is ended."""
    assert watcher.stdout is not None
    first_lines = [watcher.stdout.readline() for _ in range(lines)]
    watcher.terminate()
    rest = watcher.stdout.readlines()
    watcher.wait(timeout=60)
    watcher.stdout.close()
    return first_lines + rest
