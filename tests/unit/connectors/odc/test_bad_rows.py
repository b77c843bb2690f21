"""Bad rows: each is skipped and named with file, line and column; the rest is kept, the scope is not."""

from __future__ import annotations

import tracemalloc
from pathlib import Path

import pytest

from connectors.base import Gap, ReadItem, Rejected
from connectors.odc.source import OdcCsvSettings, OdcCsvSource
from wolkenzicht.model import Asset, Outcome, Scope

HEADER = b"site,country,system,kind,name,owner,tags\n"
GOOD = b"odc,NL,Zaak,server,good,A,\n"


def read(path: Path, kind: str = "ODC::Server") -> list[ReadItem]:
    """What one scope of a file yields."""
    source = OdcCsvSource(OdcCsvSettings(path))
    scope = Scope(path.stem, "odc", kind)
    found = list(source.read(scope))
    source.finish_group(source.group(scope))
    return found


@pytest.mark.parametrize(
    ("row", "origin", "field", "reason"),
    [
        (b"odc,NL,Zaak,server,a\0b,A,\n", "i.csv:2:5", "name", "NUL byte"),
        (b"odc,NL,Zaak,server,,A,\n", "i.csv:2:5", "name", "is empty"),
        (b"odc,NL,,server,a,A,\n", "i.csv:2:3", "system", "is empty"),
        (b",NL,Zaak,server,a,A,\n", "i.csv:2:1", "site", "is empty"),
        (b"odc,Nederland,Zaak,server,a,A,\n", "i.csv:2:2", "country", "two letters"),
        (b"odc,NL,Zaak,server,\xff\xfe,A,\n", "i.csv:2:5", "name", "not UTF-8"),
        (b"odc,NL,Zaak,server,a\x1b[2J,A,\n", "i.csv:2:5", "name", "control character"),
        (b"odc,NL,Zaak,server," + b"n" * 10_000 + b",A,\n", "i.csv:2:5", "name", "10000 bytes"),
        (b"odc,NL,Zaak,server,a,A,=x\n", "i.csv:2:7", "tags", "without a key"),
        (b"odc,NL,Zaak,server,a,A,x=1;x=2\n", "i.csv:2:7", "tags", "twice"),
    ],
)
def test_a_bad_field_is_named(tmp_path: Path, row: bytes, origin: str, field: str, reason: str) -> None:
    """The row is rejected where it stands, the good one is kept, and the scope is not complete."""
    path = tmp_path / "i.csv"
    path.write_bytes(HEADER + row + GOOD)

    rejected, asset, gap = read(path)

    assert isinstance(rejected, Rejected)
    assert (rejected.origin, rejected.field) == (origin, field)
    assert reason in rejected.reason
    assert isinstance(asset, Asset)
    assert asset.name == "good"
    assert isinstance(gap, Gap)
    assert gap.outcome is Outcome.FAILED
    assert gap.message.startswith(f"1 of 2 rows skipped: {origin} {field} ")


@pytest.mark.parametrize(
    ("row", "origin", "reason"),
    [
        (b"odc,NL,Zaak\n", "i.csv:2:3", "the row has 3 fields, the first line 7"),
        (b"odc,NL,Zaak,server,a,A,x=1,x=2\n", "i.csv:2:8", "the row has 8 fields, the first line 7"),
        (b'odc,NL,Zaak,server,"a,A,\n', "i.csv:2:5", "a quote is opened and not closed"),
        (b'odc,NL,Zaak,server,"a"b,A,\n', "i.csv:2:7", "no row of CSV"),
        (b"odc,NL,Zaak,,a,A,\n", "i.csv:2:4", "is empty"),
        (b"odc,NL,Zaak,server," + b"n" * 300_000 + b",A,\n", "i.csv:2:1", "longer than 262144 bytes"),
        (b"odc,NL,Zaak,ser\0ver,a,A,\n", "i.csv:2:4", "NUL byte"),
    ],
)
def test_a_row_of_unknown_kind_leaves_no_scope_complete(
    tmp_path: Path, row: bytes, origin: str, reason: str
) -> None:
    """It may be of any kind: every scope shows the gap, one of them reports the row."""
    path = tmp_path / "i.csv"
    path.write_bytes(HEADER + row + GOOD)

    asset, gap = read(path)
    rejected, other_gap = read(path, "ODC::Other")
    (network_gap,) = read(path, "ODC::Network")

    assert isinstance(asset, Asset)
    assert isinstance(rejected, Rejected)
    assert rejected.origin == origin
    assert reason in rejected.reason
    assert gap == other_gap == network_gap


def test_an_open_quote_costs_its_own_row_only(tmp_path: Path) -> None:
    """However many rows follow, they are read as if the bad one were not there."""
    path = tmp_path / "i.csv"
    path.write_bytes(
        HEADER
        + b'odc,NL,Zaak,server,"open,A,\n'
        + b"".join(GOOD.replace(b"good", b"n%d" % n) for n in range(50))
    )

    names = [item.name for item in read(path) if isinstance(item, Asset)]

    assert names == [f"n{number}" for number in range(50)]


def test_the_second_of_two_equal_rows_is_rejected(tmp_path: Path) -> None:
    """One identifier stands for one asset."""
    path = tmp_path / "i.csv"
    path.write_bytes(HEADER + GOOD + b"\n,,,,,,\n" + GOOD)

    asset, rejected, gap = read(path)

    assert isinstance(asset, Asset)
    assert isinstance(rejected, Rejected)
    assert (rejected.origin, rejected.field) == ("i.csv:5:5", "name")
    assert "stands on line 2 too" in rejected.reason
    assert isinstance(gap, Gap)
    assert gap.message.startswith("1 of 2 rows skipped")


def test_an_identifier_that_is_too_long_is_rejected(tmp_path: Path) -> None:
    """Percent-encoding triples a name; what the collector would refuse is refused here."""
    path = tmp_path / "i.csv"
    long = "é".encode() * 250
    path.write_bytes(HEADER + b"odc,NL," + long + b",server," + long + b",A,\n" + GOOD)

    rejected, asset, _ = read(path)

    assert isinstance(rejected, Rejected)
    assert "makes an identifier of" in rejected.reason
    assert isinstance(asset, Asset)


def test_a_file_written_to_while_it_is_read_is_not_complete(tmp_path: Path) -> None:
    """Rows may have been missed, so nothing may be taken for vanished."""
    path = tmp_path / "i.csv"
    path.write_bytes(HEADER + GOOD)
    source = OdcCsvSource(OdcCsvSettings(path))
    reading = source.read(Scope("i", "odc", "ODC::Server"))

    first = next(reading)
    with path.open("ab") as more:
        more.write(b"odc,NL,Zaak,network,switch,A,\n")
    (gap,) = reading
    source.finish_group("i")

    assert isinstance(first, Asset)
    assert isinstance(gap, Gap)
    assert "was written to while it was read" in gap.message


def test_a_file_replaced_between_scopes_stays_the_one_that_was_opened(tmp_path: Path) -> None:
    """All scopes of a scan see the same inventory; the new one comes with the next scan."""
    path = tmp_path / "i.csv"
    path.write_bytes(HEADER + GOOD)
    source = OdcCsvSource(OdcCsvSettings(path))
    scope = Scope("i", "odc", "ODC::Server")

    before = list(source.read(scope))
    (tmp_path / "new.csv").write_bytes(HEADER)
    (tmp_path / "new.csv").replace(path)
    same = list(source.read(scope))
    source.finish_group(source.group(scope))
    after = list(source.read(scope))
    source.finish_group(source.group(scope))

    assert before == same
    assert after == []


def test_memory_does_not_grow_with_the_file(tmp_path: Path) -> None:
    """An inventory is read row by row: twenty times the rows take the memory of the identifiers only."""
    peaks = []
    for rows in (500, 10_000):
        path = tmp_path / f"{rows}.csv"
        filling = b"x" * 400
        path.write_bytes(
            HEADER + b"".join(b"odc,NL,Zaak,server,n%d,%s,\n" % (n, filling) for n in range(rows))
        )
        source = OdcCsvSource(OdcCsvSettings(path))
        tracemalloc.start()
        assert sum(1 for _ in source.read(Scope(path.stem, "odc", "ODC::Server"))) == rows
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
        source.finish_group(path.stem)

    assert peaks[1] - peaks[0] < 2_000_000
