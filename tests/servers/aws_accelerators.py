"""Global Accelerator's answers, which the API server lacks."""

from __future__ import annotations

from tests.servers.aws_estate import ACCOUNT, TAGS
from tests.servers.fault_proxy import FaultProxy

ACCELERATOR = f"arn:aws:globalaccelerator::{ACCOUNT}:accelerator/1234abcd-abcd-1234-abcd-1234abcdefgh"


def supply_accelerators(proxy: FaultProxy) -> None:
    """Answer with one accelerator and its tags."""
    accelerator = {
        "AcceleratorArn": ACCELERATOR,
        "Name": "voordeur",
        "Enabled": True,
        "Status": "DEPLOYED",
        "DnsName": "a1234567890abcdef.awsglobalaccelerator.com",
    }
    proxy.supply("globalaccelerator", "ListAccelerators", {"Accelerators": [accelerator]})
    proxy.supply("globalaccelerator", "ListTagsForResource", {"Tags": TAGS})
