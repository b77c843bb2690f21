"""Where the peers are installed: each in an environment of its own, outside the repository."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

#: What is compared, by name; pinned, so that two runs measure the same.
RELEASES = {"c7n": "c7n==0.9.53", "cartography": "cartography==0.143.0", "prowler": "prowler==5.46.0"}

_DONE = "installed"


def default_directory() -> Path:
    """A folder under the user's cache."""
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "wolkenzicht" / "peers"


def installed(name: str, directory: Path) -> Path | str:
    """The peer's `bin` folder, made on first use (0.1 to 2 GB); or why it cannot be had, in one line."""
    place = directory / name
    wanted = RELEASES[name]
    done = place / _DONE
    if done.exists() and done.read_text() == wanted:
        return place / "bin"
    directory.mkdir(parents=True, exist_ok=True)
    for arguments in (
        (sys.executable, "-m", "venv", str(place)),
        (str(place / "bin" / "python"), "-m", "pip", "install", "--quiet", wanted),
    ):
        finished = subprocess.run(
            ("nice", "-n", "15", *arguments), capture_output=True, text=True, check=False, env=_clean()
        )
        if finished.returncode:
            lines = finished.stderr.strip().splitlines() or [f"exit code {finished.returncode}"]
            return f"{wanted} does not install: {lines[-1]}"
    done.write_text(wanted)
    return place / "bin"


def _clean() -> dict[str, str]:
    """The caller's environment without its own Python path."""
    return {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
