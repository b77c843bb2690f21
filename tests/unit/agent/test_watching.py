"""What people and machines see of a running agent: the line, the events, the metrics, the verdict."""

from __future__ import annotations

import io
import json
import logging
import time
import urllib.error
import urllib.request

import pytest
import time_machine

from agent.counters import Counters
from agent.health import Health, served
from agent.progress import Terminal, log_stream, shown
from wolkenzicht.errors import ConfigurationError


class FakeTerminal(io.StringIO):
    """Text that says it is a terminal."""

    def isatty(self) -> bool:
        """It is."""
        return True


def test_a_terminal_shows_one_line_and_logs_above_it() -> None:
    """The line is rewritten in place; a log line goes above it, and nothing is left at the end."""
    screen = FakeTerminal()
    out = log_stream(screen)
    assert isinstance(out, Terminal)
    out.show("scopes 1/2")
    out.write("12:00:00 WARNING scope.blind\n")
    out.show("scopes 2/2")
    out.show("")

    clear = "\r\x1b[2K"
    assert screen.getvalue() == (
        f"{clear}scopes 1/2{clear}12:00:00 WARNING scope.blind\nscopes 1/2{clear}scopes 2/2{clear}"
    )


def test_the_line_has_all_that_a_person_waits_for() -> None:
    """Scopes, assets, blind spots, sent and acknowledged, and that the collector is away."""
    screen = FakeTerminal()
    counters = Counters()
    counters.put(scopes_planned=9, scopes_done=3, scopes_blind=1, assets=1234)
    counters.add(frames_sent=7, frames_acknowledged=5)

    with shown(counters, log_stream(screen)):
        time.sleep(0.5)

    assert (
        "scopes 3/9 · assets 1234 · blind spots 1 · sent 7, acknowledged 5 · collector n" in screen.getvalue()
    )


def test_elsewhere_progress_is_an_event(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """A log gets structured events while a scan runs, no control codes."""
    monkeypatch.setattr("agent.progress._EVENT_SECONDS", 0.05)
    counters = Counters()
    counters.put(scanning=True, scopes_planned=9)
    stream = io.StringIO()

    with caplog.at_level(logging.INFO), shown(counters, log_stream(stream)):
        time.sleep(0.2)

    assert stream.getvalue() == ""
    assert {record.message for record in caplog.records} == {"scan.progress"}


def fetched(port: int, path: str) -> tuple[int, str]:
    """Status and text of a page."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=60) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read().decode()


def test_metrics_and_verdict_are_served() -> None:
    """Prometheus gets the numbers, a prober the verdict, everyone else a hint."""
    counters = Counters()
    counters.put(scopes_planned=9, scopes_blind=2, connected=True)
    counters.add(frames_sent=7)

    with served("127.0.0.1:0", Health(counters, lambda: 3, 3600)) as port:
        metrics = fetched(port, "/metrics")
        verdict = fetched(port, "/healthz")
        other = fetched(port, "/")

    assert metrics[0] == 200
    assert "wolkenzicht_agent_scopes_blind 2.0" in metrics[1]
    assert "wolkenzicht_agent_frames_waiting 3.0" in metrics[1]
    assert "wolkenzicht_agent_frames_sent_total 7.0" in metrics[1]
    assert (verdict[0], json.loads(verdict[1])) == (
        200,
        {
            "healthy": True,
            "reason": "",
            "connected": True,
            "frames_waiting": 3,
            "disk_full": False,
            "blind": 2,
        },
    )
    assert other == (404, "known here: /metrics, /healthz\n")


def test_an_agent_that_finishes_no_scan_is_not_healthy() -> None:
    """After three intervals without a finished scan the verdict turns."""
    health = Health(Counters(), lambda: 0, 60)

    with time_machine.travel(time.time() + 181):
        healthy, report = health.verdict()

    assert not healthy
    assert report["reason"] == "no scan finished within 3 intervals"


def test_a_port_in_use_is_a_line_with_a_remedy() -> None:
    """Two agents on one port: the second says so."""
    health = Health(Counters(), lambda: 0, 60)

    with (
        served("127.0.0.1:0", health) as port,
        pytest.raises(ConfigurationError, match=r"Address already in use; give a free address"),
        served(f"127.0.0.1:{port}", health),
    ):
        pass
