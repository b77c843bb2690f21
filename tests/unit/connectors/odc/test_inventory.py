"""A whole inventory: both delimiters, both languages, what becomes of the columns."""

from __future__ import annotations

from pathlib import Path

import pytest

from connectors.base import Gap, ReadError, ReadItem
from connectors.odc.source import OdcCsvSettings, OdcCsvSource
from wolkenzicht.errors import ConfigurationError
from wolkenzicht.model import (
    Asset,
    Certainty,
    DataLocation,
    Declarations,
    Evidence,
    Holds,
    Operation,
    Outcome,
    Scope,
)

SAMPLE = Path(__file__).resolve().parents[4] / "deploy" / "samples" / "odc-inventory.csv"


def source(path: Path, site: str | None = None) -> OdcCsvSource:
    """A source over one file."""
    return OdcCsvSource(OdcCsvSettings(path, site))


def items(path: Path, site: str | None = None) -> list[ReadItem]:
    """All that every scope of a file yields."""
    opened = source(path, site)
    found = [item for scope in opened.plan() for item in opened.read(scope)]
    opened.finish_group(opened.group(next(iter(opened.plan()))))
    return found


def test_a_row_becomes_an_asset_with_what_was_declared(tmp_path: Path) -> None:
    """Every column of a row stands in the asset, and the country is a declared fact with its evidence."""
    path = tmp_path / "inventory.csv"
    path.write_text(
        "site,country,system,kind,name,owner,material,personal data,tags,Rack\n"
        'odc-noord,nl,Zaak & Co,database,zaak/db,Team A,ja,nee,"laag=data; bbn=2",B12\n'
    )

    assert items(path, "noord") == [
        Asset(
            asset_id="urn:wolkenzicht:odc:odc-noord:Zaak%20%26%20Co:database:zaak%2Fdb",
            provider="odc",
            partition="odc-noord",
            account="noord",
            service="database",
            type="ODC::Database",
            name="zaak/db",
            location="odc-noord",
            holds=Holds.CONTENT,
            locations=(
                DataLocation(
                    Operation.STORED,
                    "odc-noord",
                    Certainty.DECLARED,
                    (Evidence("inventory.csv:country", "nl"),),
                    ("NL",),
                ),
            ),
            tags=(("bbn", "2"), ("laag", "data")),
            properties=(("column:rack", "B12"),),
            declarations=Declarations("Zaak & Co", "Team A", "ja", "nee"),
        )
    ]


@pytest.mark.parametrize("delimiter", [",", ";"])
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
@pytest.mark.parametrize("ending", ["\n", "\r\n"])
def test_every_way_of_writing_gives_the_same(
    tmp_path: Path, delimiter: str, mark: bytes, ending: str
) -> None:
    """Delimiter, byte order mark, line ends and the columns' language make no difference."""
    lines = (
        [
            "LOCATIE",
            "Land",
            "systeem",
            "soort",
            "naam",
            "Eigenaar",
            "materieel",
            "persoonsgegevens",
            "labels",
        ],
        ["odc", "NL", "Zaak", "Virtuele machine", "vm één", "A", "ja", "nee", '"laag=web;x=1"'],
    )
    path = tmp_path / "i.csv"
    path.write_bytes(mark + ending.join(delimiter.join(line) for line in lines).encode() + ending.encode())

    [asset] = items(path)

    assert isinstance(asset, Asset)
    assert (asset.type, asset.name, asset.tags) == (
        "ODC::VirtualMachine",
        "vm één",
        (("laag", "web"), ("x", "1")),
    )


def test_a_missing_country_is_unknown(tmp_path: Path) -> None:
    """No country is no guess."""
    path = tmp_path / "i.csv"
    path.write_text("site,country,system,kind,name\nodc,,Zaak,backup,nacht\n")

    [asset] = items(path)

    assert isinstance(asset, Asset)
    assert asset.locations == (
        DataLocation(Operation.BACKED_UP, "odc", Certainty.UNKNOWN, (Evidence("i.csv:country", ""),), ()),
    )


def test_an_unknown_kind_is_other_and_keeps_its_word(tmp_path: Path) -> None:
    """A kind nobody knows counts as content, and its word stays."""
    path = tmp_path / "i.csv"
    path.write_text("site,country,system,kind,name\nodc,NL,Zaak,Tape  Robot,t1\n")

    [asset] = items(path)

    assert isinstance(asset, Asset)
    assert (asset.type, asset.holds, asset.properties) == (
        "ODC::Other",
        Holds.CONTENT,
        (("kind", "tape robot"),),
    )
    assert asset.asset_id == "urn:wolkenzicht:odc:odc:Zaak:tape%20robot:t1"


def test_the_site_of_the_configuration_stands_in(tmp_path: Path) -> None:
    """A file without a column for the site takes the configured one, as account too."""
    path = tmp_path / "i.csv"
    path.write_text("country,system,kind,name\nNL,Zaak,server,s1\n")

    [asset] = items(path, "odc-west")

    assert isinstance(asset, Asset)
    assert (asset.account, asset.partition, asset.location) == ("odc-west", "odc-west", "odc-west")


def test_a_field_may_hold_line_breaks(tmp_path: Path) -> None:
    """Quoted line breaks belong to the field; the rows after them keep their line numbers."""
    path = tmp_path / "i.csv"
    path.write_text(
        'site,country,system,kind,name,remark\nodc,NL,Z,server,a,"one\n\ntwo"\nodc,XXX,Z,server,b,\n'
    )

    asset, rejected, gap = items(path)

    assert isinstance(asset, Asset)
    assert asset.properties == (("column:remark", "one\n\ntwo"),)
    assert getattr(rejected, "origin", "") == "i.csv:5:2"
    assert isinstance(gap, Gap)


def test_the_plan_is_the_same_whatever_the_file_holds(tmp_path: Path) -> None:
    """Every kind is planned always, so that a kind that vanished ends complete, with nothing in it."""
    path = tmp_path / "stock.csv"
    path.write_text("site,country,system,kind,name\n")

    planned = list(source(path).plan())

    assert planned == list(source(tmp_path / "gone" / "stock.csv").plan())
    assert planned[0] == Scope("stock", "odc", "ODC::Server")
    assert [scope.type for scope in planned] == [
        "ODC::Server",
        "ODC::VirtualMachine",
        "ODC::Database",
        "ODC::Storage",
        "ODC::Application",
        "ODC::Backup",
        "ODC::Network",
        "ODC::Other",
    ]
    assert items(path) == []


def test_the_sample_reads_whole() -> None:
    """The sample of the documentation is a good inventory."""
    assert {each.outcome for each in source(SAMPLE).check()} == {Outcome.COMPLETE}
    reading = source(SAMPLE)
    scopes = list(reading.plan())
    assert len([item for scope in scopes for item in reading.read(scope)]) == 8
    reading.finish_group(reading.group(scopes[0]))


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"site,country,kind,name\n", "column 'system' (or 'systeem', 'informatiesysteem') is missing"),
        (b"country,system,kind,name\n", "or set `site` in the configuration"),
        (b"site,land,country,system,kind,name\n", "column 'country' stands there twice"),
        (b"site,country,system,kind,name,\n", "column 6 has no name"),
        (b"", "the first line is empty"),
        ("site,country\n".encode("utf-16"), "is UTF-16; save it as CSV UTF-8"),
    ],
)
def test_a_file_that_is_no_inventory_fails_every_scope(tmp_path: Path, content: bytes, message: str) -> None:
    """Where the columns cannot be told, each scope ends failed and the message says which column."""
    path = tmp_path / "i.csv"
    path.write_bytes(content)
    opened = source(path)

    for scope in opened.plan():
        with pytest.raises(ReadError) as caught:
            list(opened.read(scope))
        assert caught.value.gap.outcome is Outcome.FAILED
        assert message in caught.value.gap.message


def test_a_file_that_is_not_there_fails_every_scope(tmp_path: Path) -> None:
    """A missing file is a failure, not an empty inventory."""
    outcomes = list(source(tmp_path / "none.csv").check())

    assert {each.outcome for each in outcomes} == {Outcome.FAILED}
    assert "none.csv cannot be read (No such file or directory)" in outcomes[0].message


def test_an_empty_site_is_refused(tmp_path: Path) -> None:
    """A site of spaces would be an account without a name."""
    with pytest.raises(ConfigurationError, match="site: is empty"):
        source(tmp_path / "i.csv", " ")
