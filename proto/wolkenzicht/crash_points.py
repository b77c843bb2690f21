"""Named places at which a process ends as by kill -9, for tests: `WOLKENZICHT_CRASH_AT` names one.

`collector.after_commit:3` ends the process when it is there for the third time; with `:stop` behind it the
process stops there as by SIGSTOP, then and each time after, so that a test can end something else at that
moment and let it go on. Without the variable, which nobody sets but the tests, a place costs one comparison.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Mapping
from itertools import count

from wolkenzicht.errors import ConfigurationError

VARIABLE = "WOLKENZICHT_CRASH_AT"
_STOP = ":stop"
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
#: Of the collector too, on the way from an event to its receiver.
ALERTS = (
    "alerts.within_fan_out",
    "alerts.after_seal",
    "alerts.after_send",
)


class CrashPoint:
    """The one place at which this process is to end, if any.

    Raises `ConfigurationError` for a name that is none: a test that ends nothing would prove nothing.
    """

    def __init__(self, environ: Mapping[str, str]) -> None:
        said = environ.get(VARIABLE, "")
        whole, stop, rest = said.partition(_STOP)
        name, colon, times = whole.partition(":")
        if said and name not in (*AGENT, *COLLECTOR, *ALERTS):
            known = ", ".join((*AGENT, *COLLECTOR, *ALERTS))
            raise ConfigurationError(
                f"{VARIABLE}: there is no place '{name}': name one of {known}, or unset it"
            )
        if rest or (colon and not (times.isdecimal() and int(times))):
            told = f"{times}{stop}{rest}"
            raise ConfigurationError(f"{VARIABLE}: '{told}' is no time of passing: write a number from 1 on")
        self._name = name
        self._last = int(times) if colon else 1
        self._signal = signal.SIGSTOP if stop else signal.SIGKILL
        self._passed = count(1)

    def passed(self, name: str) -> None:
        """This place is passed: the process ends or stops here where it is to."""
        if name == self._name and next(self._passed) >= self._last:
            os.kill(os.getpid(), self._signal)


passed = CrashPoint(os.environ).passed
