"""An RVTools export: what its rows become, and what keeps a sheet from being complete."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest
import xlsxwriter

from connectors.base import Gap, ReadError, ReadItem, Rejected
from connectors.odc.place import Place
from connectors.odc.rvtools.source import RvtoolsSettings, RvtoolsSource
from wolkenzicht.errors import ConfigurationError
from wolkenzicht.model import Asset, Certainty, DataLocation, Evidence, Holds, Operation, Outcome, Scope

VCENTER = "9F1B2C3D-0000-4000-8000-0123456789AB"
INFO = ("VM", "Powerstate", "Template", "SRM Placeholder", "In Use MiB", "Host", "VM ID", "VI SDK UUID")
STORE = ("Name", "Type", "Capacity MiB", "Object ID", "VI SDK UUID")
HOST = ("Host", "Vendor", "Object ID", "VI SDK UUID")
GOOD = ("zaak-1", "poweredOn", False, False, 2048.0, "esx-1", "vm-42", VCENTER)
PLACE = Place("odc-noord", "nl", operator="Operator BV", owner="Ministerie")

Sheets = dict[str, Sequence[Sequence[object]]]


def export(path: Path, **changed: Sequence[Sequence[object]]) -> Path:
    """Write a workbook with the three sheets, some of them changed; an empty one is left out."""
    sheets: Sheets = {
        "vInfo": (INFO, GOOD),
        "vDatastore": (STORE, ("san-1", "VMFS", 1_048_576, "datastore-7", VCENTER)),
        "vHost": (HOST, ("esx-1", "Dell Inc.", "host-9", VCENTER)),
    }
    with xlsxwriter.Workbook(str(path)) as book:
        for name, rows in (sheets | changed).items():
            if not rows:
                continue
            sheet = book.add_worksheet(name)
            for number, row in enumerate(rows):
                sheet.write_row(number, 0, row)
    return path


def read(path: Path, kind: str = "ODC::VirtualMachine") -> list[ReadItem]:
    """What one scope of an export yields."""
    source = RvtoolsSource(RvtoolsSettings(path, PLACE))
    try:
        return list(source.read(Scope("odc-noord", "rvtools", kind)))
    finally:
        source.finish_group("odc-noord")


def test_a_virtual_machine_is_where_its_vcenter_is(tmp_path: Path) -> None:
    """Its identity is the vCenter's and its reference there; numbers lose their spreadsheet's point."""
    (asset,) = read(export(tmp_path / "export.xlsx"))

    assert asset == Asset(
        asset_id="urn:wolkenzicht:vmware:9f1b2c3d-0000-4000-8000-0123456789ab:vm-42",
        provider="odc",
        partition="odc-noord",
        account="odc-noord",
        service="vmware",
        type="ODC::VirtualMachine",
        name="zaak-1",
        location="odc-noord",
        holds=Holds.CONTENT,
        locations=(
            DataLocation(
                Operation.PROCESSED,
                "odc-noord",
                Certainty.DECLARED,
                (Evidence("agent.toml:country", "NL"),),
                ("NL",),
            ),
        ),
        properties=(
            ("host", "esx-1"),
            ("in_use_mib", "2048"),
            ("power_state", "poweredOn"),
            ("site_operator", "Operator BV"),
            ("site_owner", "Ministerie"),
            ("srm_placeholder", "false"),
            ("template", "false"),
        ),
    )


def test_every_sheet_is_a_scope(tmp_path: Path) -> None:
    """Three scopes are planned, and each finds its own rows."""
    path = export(tmp_path / "export.xlsx")
    source = RvtoolsSource(RvtoolsSettings(path, PLACE))

    found = [(tried.scope.type, tried.outcome) for tried in source.check()]

    assert found == [
        ("ODC::VirtualMachine", Outcome.COMPLETE),
        ("ODC::Datastore", Outcome.COMPLETE),
        ("ODC::Server", Outcome.COMPLETE),
    ]
    assert [len(read(path, scope.type)) for scope in source.plan()] == [1, 1, 1]


def test_a_datastore_stores_and_a_placeholder_is_a_replica(tmp_path: Path) -> None:
    """What Site Recovery Manager keeps ready at this site is a copy of data that lives elsewhere."""
    placeholder = (*GOOD[:3], True, *GOOD[4:])
    path = export(tmp_path / "export.xlsx", vInfo=(INFO, placeholder))

    items = [*read(path, "ODC::Datastore"), *read(path)]

    operations = [item.locations[0].operation for item in items if isinstance(item, Asset)]
    assert operations == [Operation.STORED, Operation.REPLICATED]


def test_without_a_country_the_place_is_not_known(tmp_path: Path) -> None:
    """A site's name says nothing about its country."""
    source = RvtoolsSource(RvtoolsSettings(export(tmp_path / "export.xlsx"), Place("Amsterdam")))

    (asset,) = source.read(Scope("Amsterdam", "rvtools", "ODC::Server"))
    source.finish_group("Amsterdam")

    assert isinstance(asset, Asset)
    assert (asset.locations[0].certainty, asset.locations[0].declared_countries) == (Certainty.UNKNOWN, ())


@pytest.mark.parametrize(
    ("row", "field", "reason"),
    [
        (("", *GOOD[1:]), "VM", "is empty"),
        ((*GOOD[:6], "", VCENTER), "VM ID", "is empty"),
        ((*GOOD[:7], ""), "VI SDK UUID", "is empty"),
        (("n" * 600, *GOOD[1:]), "VM", "600 bytes"),
        (("a\nb", *GOOD[1:]), "VM", "control character"),
        (GOOD, "VM ID", "stands on row 2 too"),
    ],
)
def test_a_bad_row_is_rejected_where_it_stands(
    tmp_path: Path, row: tuple[object, ...], field: str, reason: str
) -> None:
    """File, sheet and row are named; the good row before it is kept."""
    asset, rejected = read(export(tmp_path / "export.xlsx", vInfo=(INFO, GOOD, row)))

    assert isinstance(asset, Asset)
    assert isinstance(rejected, Rejected)
    assert (rejected.origin, rejected.field) == ("export.xlsx:vInfo:3", field)
    assert reason in rejected.reason


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ((), "export.xlsx has no sheet vInfo; export all sheets"),
        (((),), "export.xlsx sheet vInfo lacks the column 'VM'; export with RVTools 4"),
        (
            (INFO[:-1], GOOD[:-1]),
            "export.xlsx sheet vInfo lacks the column 'VI SDK UUID'; export with RVTools 4",
        ),
    ],
)
def test_a_sheet_that_lacks_something_is_no_empty_one(
    tmp_path: Path, rows: Sequence[Sequence[object]], message: str
) -> None:
    """An export of other sheets must not look as if all virtual machines had gone."""
    path = export(tmp_path / "export.xlsx", vInfo=rows)

    with pytest.raises(ReadError) as error:
        read(path)

    assert error.value.gap == Gap(Outcome.FAILED, message)


def test_a_sheet_without_rows_is_empty(tmp_path: Path) -> None:
    """The columns are there and nothing below them: that is an answer."""
    assert read(export(tmp_path / "export.xlsx", vInfo=(INFO,))) == []


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 cut off", b"VM;Powerstate\nzaak-1;on\n"])
def test_a_file_that_is_no_workbook_is_refused(tmp_path: Path, content: bytes) -> None:
    """Half a file, or another format, gives one line that says so."""
    path = tmp_path / "export.xlsx"
    path.write_bytes(content)

    with pytest.raises(ReadError, match="is no XLSX workbook"):
        read(path)


def test_a_missing_file_is_a_failure(tmp_path: Path) -> None:
    """The path that was configured is not there."""
    with pytest.raises(ReadError, match="cannot be read"):
        read(tmp_path / "export.xlsx")


def test_a_file_that_changes_is_not_complete(tmp_path: Path) -> None:
    """Rows may have been missed, so nothing may be taken for vanished."""
    path = export(tmp_path / "export.xlsx")
    source = RvtoolsSource(RvtoolsSettings(path, PLACE))
    reading = source.read(Scope("odc-noord", "rvtools", "ODC::VirtualMachine"))

    next(reading)
    with path.open("ab") as more:
        more.write(b"more")
    (gap,) = reading
    source.finish_group("odc-noord")

    assert isinstance(gap, Gap)
    assert "was written to while it was read" in gap.message


@pytest.mark.parametrize(
    ("site", "country", "message"),
    [
        (" ", "", "site: is empty"),
        ("odc", "Nederland", "country: 'Nederland' is no ISO"),
        ("a\nb", "", "site: "),
    ],
)
def test_a_place_that_cannot_be_is_refused(site: str, country: str, message: str) -> None:
    """The settings say what is wrong before anything is read."""
    with pytest.raises(ConfigurationError, match=message):
        Place(site, country)
