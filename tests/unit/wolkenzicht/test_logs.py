"""An event is one line, whatever its values hold."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator

import pytest

from wolkenzicht import logs
from wolkenzicht.errors import ConfigurationError

LOGGER = logging.getLogger("tests.logs")
NASTY = "CN=a\nb\r\x1b[31m\u2028\u202e\x85\udcff é"


@pytest.fixture(autouse=True)
def root() -> Iterator[None]:
    """The root logger as it was."""
    before, level = list(logging.getLogger().handlers), logging.getLogger().level
    yield
    logging.getLogger().handlers[:] = before
    logging.getLogger().setLevel(level)


def written(*, json: bool | None, **fields: object) -> str:
    """What one event with these fields looks like."""
    stream = io.StringIO()
    logs.configure(stream, json=json)
    logs.event(LOGGER, logging.WARNING, "peer.refused", **fields)
    return stream.getvalue()


def test_a_machine_reads_json() -> None:
    """Where the stream is no terminal, a line is a JSON object with the values as they were."""
    line = json.loads(written(json=None, subject=NASTY, count=3, name="x"))

    assert line.pop("time").endswith("Z")
    assert line == {
        "level": "WARNING",
        "logger": "tests.logs",
        "event": "peer.refused",
        "subject": NASTY,
        "count": 3,
        "name": "x",
    }


@pytest.mark.parametrize("as_json", [True, False])
def test_one_event_is_one_printable_line(as_json: bool) -> None:
    """Line ends, terminal codes and direction marks in a value cannot forge a line."""
    text = written(json=as_json, subject=NASTY)

    assert text.endswith("\n")
    assert text[:-1].isprintable()


def test_people_read_key_and_value() -> None:
    """On a terminal: time, level, event and fields, quoted where they have spaces."""
    text = written(json=False, tenant="bzk-aws", reason="has expired", seconds=0.25)

    assert text[8:] == ' WARNING peer.refused tenant=bzk-aws reason="has expired" seconds=0.25\n'


def test_a_field_cannot_take_the_place_of_the_event() -> None:
    """A field with a name of the line's own keeps its value under another."""
    line = json.loads(written(json=True, event="forged"))

    assert (line["event"], line["event_"]) == ("peer.refused", "forged")


def broken() -> None:
    """Fail with two lines."""
    raise ValueError("first\nsecond")


def test_a_librarys_message_is_one_line() -> None:
    """Messages and tracebacks of libraries come through as one line as well."""
    stream = io.StringIO()
    logs.configure(stream, json=True)
    try:
        broken()
    except ValueError:
        LOGGER.exception("it %s", "broke")

    line = json.loads(stream.getvalue())
    assert (line["event"], line["message"]) == ("log.message", "it broke")
    assert line["exception"].endswith("ValueError: first\nsecond")


def test_libraries_tell_of_trouble_only() -> None:
    """A line for every request of an SDK would bury what the agent itself says."""
    stream = io.StringIO()
    logs.configure(stream, json=False)
    for name in ("azure.core.pipeline.policies.http_logging_policy", "httpx", "botocore.credentials"):
        logging.getLogger(name).info("Request URL")
        logging.getLogger(name).warning("trouble of %s", name)

    assert "Request URL" not in stream.getvalue()
    assert stream.getvalue().count("trouble of") == 3


def test_configuring_again_replaces() -> None:
    """A second configuration does not make every line come twice."""
    written(json=True)

    assert written(json=True).count("\n") == 1


def test_a_level_that_does_not_exist_is_refused() -> None:
    """The error lists the levels."""
    with pytest.raises(ConfigurationError) as raised:
        logs.configure(io.StringIO(), level="LOUD")

    assert str(raised.value) == "log level 'LOUD' does not exist; choose one of DEBUG, INFO, WARNING, ERROR"
