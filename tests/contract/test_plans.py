"""The check on plans sees a bad one; the fixture beside it looks at all that the suite runs."""

from __future__ import annotations

from pathlib import Path

from collector.store.sqlite.database import SqliteDatabase
from tests.contract.plans import wrong

BY_KEY = "SELECT state FROM finding WHERE tenant = ? AND finding_id = ?"


def test_a_search_by_the_key_is_right() -> None:
    """As by an index that has another column before it."""
    assert wrong(BY_KEY, ["SEARCH finding USING INDEX f (tenant=? AND finding_id=?)"]) == []
    assert wrong(BY_KEY, ["SEARCH finding USING INDEX f (tenant=? AND x=? AND finding_id=?)"]) == []


def test_a_search_by_the_tenant_alone_is_wrong() -> None:
    """And one by an index without the key, and a look at all."""
    for step in (
        "SEARCH finding USING INDEX finding_open (tenant=?)",
        "SEARCH finding USING INDEX finding_opened (tenant=? AND opened>?)",
        "SCAN finding",
    ):
        assert wrong(BY_KEY, [step]) == [f"{step}: does not look for finding_id"]
    assert wrong(BY_KEY.replace("= ?", "IN (?)"), ["SCAN finding"]) != []


def test_what_names_no_row_may_look_at_all() -> None:
    """Nor does what another table takes from it."""
    assert (
        wrong("SELECT state FROM finding WHERE tenant = ?", ["SEARCH finding USING INDEX f (tenant=?)"]) == []
    )
    joined = "SELECT 1 FROM finding AS f JOIN asset AS a ON a.tenant = f.tenant AND a.asset_id = f.subject"
    assert wrong(joined, ["SCAN f", "SEARCH a USING INDEX i (tenant=? AND asset_id=?)"]) == []
    assert wrong(joined, ["SCAN f", "SEARCH a USING INDEX i (tenant=?)"]) != []
    assert wrong(joined, ["SCAN a", "SEARCH f USING INDEX i (tenant=? AND subject=?)"]) == []


def test_numbers_are_found_as_rows(tmp_path: Path) -> None:
    """A real plan: the number of an asset is the row's own."""
    database = SqliteDatabase(tmp_path / "s.db", create=True)
    statement = "SELECT record FROM asset WHERE tenant = ? AND asset_no IN (?, ?)"
    with database.reader() as connection:
        steps = [row[3] for row in connection.execute(f"EXPLAIN QUERY PLAN {statement}", ("t", 1, 2))]
    database.close()
    assert steps
    assert wrong(statement, steps) == []
