"""The bound on open files: raised as far as the process may, and told where that is not enough."""

from __future__ import annotations

import logging
import resource
from collections.abc import Iterator

import pytest

from collector.server import descriptors


@pytest.fixture(autouse=True)
def _bounds() -> Iterator[None]:
    """The bounds of this process are what they were afterwards; the soft one is low meanwhile."""
    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (1_024, before[1]))
    yield
    resource.setrlimit(resource.RLIMIT_NOFILE, before)


def test_the_bound_is_raised_to_what_is_needed(caplog: pytest.LogCaptureFixture) -> None:
    """And no further; a second time changes nothing."""
    assert descriptors.make_room(1_000) == 1_000 + descriptors.SPARE
    assert descriptors.make_room(10) == 1_000 + descriptors.SPARE
    assert resource.getrlimit(resource.RLIMIT_NOFILE)[0] == 1_000 + descriptors.SPARE
    assert caplog.text == ""


def test_what_is_not_allowed_is_told(caplog: pytest.LogCaptureFixture) -> None:
    """With the number that would be needed."""
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    if hard == resource.RLIM_INFINITY:
        pytest.skip("this process may open any number of files")

    assert descriptors.make_room(hard) == hard

    [record] = caplog.records
    assert record.levelno == logging.WARNING
    assert record.message == "limits.files"
