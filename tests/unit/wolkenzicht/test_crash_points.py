"""A process ends at the place that is named, at the time that is named, and nowhere else."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from wolkenzicht import crash_points
from wolkenzicht.errors import ConfigurationError

_PASSING = """
from wolkenzicht import crash_points
for number in range(3):
    crash_points.passed("agent.before_send")
    print(number, flush=True)
    crash_points.passed("agent.after_send")
"""


@pytest.mark.parametrize(
    ("named", "code", "printed"),
    [
        ("", 0, "0\n1\n2\n"),
        ("collector.after_ack", 0, "0\n1\n2\n"),
        ("agent.before_send", -signal.SIGKILL, ""),
        ("agent.after_send", -signal.SIGKILL, "0\n"),
        ("agent.before_send:3", -signal.SIGKILL, "0\n1\n"),
    ],
)
def test_a_process_ends_where_it_is_told(named: str, code: int, printed: str) -> None:
    """As by kill -9: nothing after that place is done."""
    ended = subprocess.run(
        [sys.executable, "-c", _PASSING],
        env={**os.environ, "WOLKENZICHT_CRASH_AT": named},
        capture_output=True,
        text=True,
        check=False,
    )

    assert (ended.returncode, ended.stdout) == (code, printed)


def test_a_process_stops_where_it_is_told_and_goes_on() -> None:
    """As by SIGSTOP, until somebody lets it go on, and again the next time."""
    process = subprocess.Popen(
        [sys.executable, "-c", _PASSING],
        env={**os.environ, "WOLKENZICHT_CRASH_AT": "agent.after_send:2:stop"},
        stdout=subprocess.PIPE,
        text=True,
    )
    for _ in range(2):
        assert os.WIFSTOPPED(os.waitpid(process.pid, os.WUNTRACED)[1])
        process.send_signal(signal.SIGCONT)

    assert process.communicate(timeout=30)[0] == "0\n1\n2\n"
    assert process.returncode == 0


@pytest.mark.parametrize(
    ("named", "said"),
    [
        ("agent.after_sned", "there is no place 'agent.after_sned': name one of agent.before_spool_commit, "),
        (":2", "there is no place ''"),
        ("agent.after_send:0", "'0' is no time of passing: write a number from 1 on"),
        ("agent.after_send:", "'' is no time of passing"),
        ("agent.after_send:3:stopped", "'3:stopped' is no time of passing"),
        ("agent.after_send:two", "'two' is no time of passing"),
    ],
)
def test_a_place_that_is_none_is_refused(named: str, said: str) -> None:
    """A test that names it wrongly would prove nothing."""
    with pytest.raises(ConfigurationError, match=f"^WOLKENZICHT_CRASH_AT: {re.escape(said)}"):
        crash_points.CrashPoint({"WOLKENZICHT_CRASH_AT": named})


@pytest.mark.parametrize(
    "command", [("wolkenzicht-agent", "run", "--once"), ("wolkenzicht-collector", "serve")]
)
def test_the_commands_say_so_in_a_line(tmp_path: Path, command: tuple[str, ...]) -> None:
    """Before they do anything."""
    name, *rest = command
    config = tmp_path / "config.toml"
    config.write_text(f'data = "{tmp_path}"\n' if "collector" in name else f'state = "{tmp_path}/state"\n')
    module = "agent.cli" if "agent" in name else "collector.cli"
    ended = subprocess.run(
        [sys.executable, "-c", f"from {module} import main; main()", "--config", str(config), *rest],
        env={**os.environ, "WOLKENZICHT_CRASH_AT": "nowhere"},
        capture_output=True,
        text=True,
        check=False,
    )

    assert ended.returncode == 1
    assert ended.stderr.count("\n") == 1
    assert "WOLKENZICHT_CRASH_AT: there is no place 'nowhere'" in ended.stderr
