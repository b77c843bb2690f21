"""Whether the process may open as many files as its streams need: each is a connection, which is a file."""

from __future__ import annotations

import logging
import resource

from wolkenzicht import logs

#: Files beside the streams: the store, askers, alerts, and connections that are refused or not yet streams.
SPARE = 500

_log = logging.getLogger("collector.server")


def make_room(streams: int) -> int:
    """Raise the process's own bound as far as it may, and warn where that is not enough; returns the bound.

    Where files run out, connections wait unanswered and commits fail: fewer streams are better.
    """
    needed = streams + SPARE
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if _below(soft, needed):
        soft = hard if _below(hard, needed) else needed
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    if _below(soft, needed):
        logs.event(
            _log,
            logging.WARNING,
            "limits.files",
            files=soft,
            needed=needed,
            remedy="let the process open more files (systemd: LimitNOFILE), or set [limits] streams lower",
        )
    return soft


def _below(bound: int, needed: int) -> bool:
    return bound != resource.RLIM_INFINITY and bound < needed
