"""What cannot be kept is set aside with its reason, and can be looked at."""

from __future__ import annotations

from dataclasses import replace

from collector.store.base import RejectedRow
from tests.contract.reporting import IRELAND, Reporter, bucket, names


def test_an_identifier_of_ten_kilobytes_is_set_aside(agent: Reporter) -> None:
    """The asset is not kept, the rest of its batch is, and the reason names field and limit."""
    monster = replace(bucket("monster"), asset_id="arn:aws:s3:::" + "x" * 10_000)

    agent.scan("s1", {IRELAND: [bucket("before"), monster, bucket("after")]})

    assert names(agent.store) == ["after", "before"]
    [row] = agent.store.registry.rejected()
    assert row == RejectedRow(
        moment=row.moment,
        tenant="bzk-aws",
        scan_id="s1",
        asset_id=monster.asset_id[:256],
        origin="",
        field="asset.asset_id",
        reason="is 10013 bytes; at most 2048 are kept",
    )


def test_rejected_items_are_listed_newest_first(agent: Reporter) -> None:
    """Of one tenant or of all, at most as many as asked for."""
    for number in range(3):
        monster = replace(bucket("monster"), asset_id=f"{number}" * 10_000)
        agent.scan(f"s{number}", {IRELAND: [monster]})

    registry = agent.store.registry
    assert [row.scan_id for row in registry.rejected(limit=2)] == ["s2", "s1"]
    assert len(registry.rejected("bzk-aws")) == 3
    assert registry.rejected("other") == []
