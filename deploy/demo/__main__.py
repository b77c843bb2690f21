"""Runs the demo from an empty directory to the overview and its alerts."""

from __future__ import annotations

import argparse
import csv
import shutil
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from deploy.demo.processes import DemoError, background, command, free_port, run
from deploy.demo.systems import ORGANISATIONS
from deploy.demo.tenants import Tenant, serving

_COMPLETE, _BLIND_SPOTS = 0, 3


def main() -> int:
    """Run every step; returns the exit code."""
    parser = argparse.ArgumentParser(prog="make demo", description=__doc__)
    parser.add_argument("--directory", type=Path, default=Path(".demo"), help="where the demo keeps its data")
    place = parser.parse_args().directory.resolve()
    started = time.monotonic()
    try:
        _prepare(place)
        _demo(place)
    except DemoError as error:
        print(f"demo: {error}", file=sys.stderr)
        return 1
    print(f"\nDone in {time.monotonic() - started:.0f} s; nothing is left running. How to go on:")
    print(
        "  make serve                                  reopens the collector on this data; then, beside it:"
    )
    for question in (
        "overview --by country --lang nl",
        "assets list --class outside_eea --material material",
        "assets explain arn:aws:s3:::mvz-zaaksysteem-productie-documenten",
    ):
        print(f"  {command('wolkenzicht')} {question} --config {place / 'wolkenzicht.toml'}")
    return 0


def _demo(place: Path) -> None:
    grpc_port, http_port = free_port(), free_port()
    with serving(place, _step) as tenants:
        with _step("founding a collector, its organisations, tenants and their certificates"):
            _found(place, grpc_port, http_port, tenants)
        config = place / "collector" / "collector.toml"
        serve = [command("wolkenzicht-collector"), "--config", str(config), "serve"]
        with background(serve, grpc_port, place / "collector.log"):
            for tenant in tenants:
                _scan(place, tenant, grpc_port)
            _show(place)


def _prepare(place: Path) -> None:
    if place.exists() and any(place.iterdir()) and not (place / "aws-api.log").exists():
        raise DemoError(f"{place} holds something else than an earlier demo; give another with --directory")
    shutil.rmtree(place, ignore_errors=True)
    place.mkdir(parents=True)


def _found(place: Path, grpc_port: int, http_port: int, tenants: Sequence[Tenant]) -> None:
    data = place / "collector"
    data.mkdir()
    collector = ("wolkenzicht-collector", "--config", str(data / "collector.toml"))
    listen = ("--listen-grpc", f"127.0.0.1:{grpc_port}", "--listen-http", f"127.0.0.1:{http_port}")
    _must(*collector, "init", "--data", str(data), "--host", "localhost", *listen)
    organisations = place / "organisations.csv"
    with organisations.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(("organisation", "name", "kind", "parent", "tooi"))
        writer.writerows(ORGANISATIONS)
    _must(*collector, "organisations", "import", str(organisations))
    for tenant in tenants:
        whose = ("--organisation", tenant.organisation, "--provider", tenant.provider)
        _must(*collector, "tenants", "add", tenant.name, *whose)
        _must(*collector, "agents", "issue", tenant.name, "--out", str(place / tenant.name))
    _must(*collector, "askers", "issue", "demo", "--role", "cio_rijk", "--out", str(place / "asker"))
    (place / "wolkenzicht.toml").write_text(
        f'collector = "localhost:{grpc_port}"\nca = "{place}/asker/ca.pem"\n'
        f'certificate = "{place}/asker/asker.pem"\nkey = "{place}/asker/asker.key"\n',
        encoding="utf-8",
    )


def _scan(place: Path, tenant: Tenant, grpc_port: int) -> None:
    config = place / tenant.name / "agent.toml"
    config.write_text(
        f'tenant = "{tenant.name}"\nstate = "{place}/{tenant.name}/state"\n\n'
        f'[collector]\naddress = "localhost:{grpc_port}"\n'
        f'ca = "ca.pem"\ncertificate = "agent.pem"\nkey = "agent.key"\n\n{tenant.source}',
        encoding="utf-8",
    )
    print(f"\nscanning {tenant.name}", flush=True)
    agent = ("wolkenzicht-agent", "--config", str(config), "run", "--once")
    code = run(agent, environment=tenant.environment)
    if code not in (_COMPLETE, _BLIND_SPOTS):
        raise DemoError(f"the agent of {tenant.name} ended with exit code {code}")


def _show(place: Path) -> None:
    asking = ("--config", str(place / "wolkenzicht.toml"))
    for title, arguments in (
        ("The overview", ("overview",)),
        ("By country", ("overview", "--by", "country")),
        ("Alerts: the findings that are open", ("findings", "list", "--limit", "15")),
        ("What could not be seen", ("coverage", "--blind", "--limit", "10")),
    ):
        print(f"\n== {title}", flush=True)
        _must("wolkenzicht", *arguments, *asking, quiet=False)


def _must(*arguments: str, quiet: bool = True) -> None:
    code = run(arguments, quiet=quiet)
    if code:
        raise DemoError(f"'{' '.join(arguments[:4])} …' ended with exit code {code}")


@contextmanager
def _step(title: str) -> Iterator[Callable[[str], None]]:
    started = time.monotonic()
    print(f"{title} …", end=" ", flush=True)
    said: list[str] = []
    yield said.append
    print(*said, f"({time.monotonic() - started:.1f} s)", flush=True)


if __name__ == "__main__":
    sys.exit(main())
