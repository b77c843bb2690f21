"""Named places at which a process ends as by kill -9, for tests: `WOLKENZICHT_CRASH_AT` names one.

`collector.after_commit:3` ends the process when it is there for the third time. Without the variable, which
nobody sets but the tests, passing a place costs one comparison.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Mapping
from itertools import count

from wolkenzicht.errors import ConfigurationError

VARIABLE = "WOLKENZICHT_CRASH_AT"
#: Every place, in the order of the protocol.
AGENT = (
    "agent.before_spool_commit",
    "agent.after_spool_commit",
    "agent.before_send",
    "agent.after_send",
    "agent.before_delete",
    "agent.after_delete",
)
COLLECTOR = (
    "collector.before_commit",
    "collector.within_commit",
    "collector.after_commit",
    "collector.after_ack",
)


class CrashPoint:
    """The one place at which this process is to end, if any.

    Raises `ConfigurationError` for a name that is none: a test that ends nothing would prove nothing.
    """

    def __init__(self, environ: Mapping[str, str]) -> None:
        said = environ.get(VARIABLE, "")
        name, colon, times = said.partition(":")
        if said and name not in (*AGENT, *COLLECTOR):
            known = ", ".join((*AGENT, *COLLECTOR))
            raise ConfigurationError(
                f"{VARIABLE}: there is no place '{name}': name one of {known}, or unset it"
            )
        if colon and not (times.isdecimal() and int(times)):
            raise ConfigurationError(f"{VARIABLE}: '{times}' is no time of passing: write a number from 1 on")
        self._name = name
        self._last = int(times) if colon else 1
        self._passed = count(1)

    def passed(self, name: str) -> None:
        """This place is passed: the process ends here where it is to."""
        if name == self._name and next(self._passed) == self._last:
            os.kill(os.getpid(), signal.SIGKILL)


passed = CrashPoint(os.environ).passed
