"""One agent in this process, over an inventory of servers."""

from __future__ import annotations

import io
from pathlib import Path

from agent import config as agent_config
from agent.run import run_once
from agent.stream import Backoff
from wolkenzicht.transport import Credentials

QUICK = Backoff(first=0.02, longest=0.2)
ROWS = 1_200


def configured(
    place: Path, address: str, credentials: Credentials, rows: int = ROWS, patience: str = "3s"
) -> Path:
    """An agent.toml over an inventory of so many servers."""
    inventory = place / "inventory.csv"
    inventory.write_text(
        "site,country,system,kind,name\n"
        + "".join(f"odc,NL,Zaak,server,s{number}\n" for number in range(rows))
    )
    file = place / "agent.toml"
    file.write_text(
        f'tenant = "bzk-odc"\nstate = "state"\n'
        f'[collector]\naddress = "{address}"\nca = "{credentials.ca}"\n'
        f'certificate = "{credentials.certificate}"\nkey = "{credentials.key}"\npatience = "{patience}"\n'
        f'[[source]]\nconnector = "odc-csv"\npath = "{inventory}"\n'
    )
    return file


def once(file: Path) -> int:
    """`run --once` in this process."""
    return run_once(agent_config.load(file), file, io.StringIO(), QUICK)
