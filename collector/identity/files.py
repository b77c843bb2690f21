"""How certificates and keys reach the disk: keys readable by their owner only, nothing overwritten."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from wolkenzicht.errors import IdentityError

_KEY_MODE = 0o600
_CERTIFICATE_MODE = 0o644


def write_all(contents: Mapping[Path, bytes], *, force: bool = False) -> None:
    """Write PEM files; a name ending in `.key` gets mode 0600.

    Raises `IdentityError` before anything is written where a file exists and `force` is not set, and
    where a file cannot be written.
    """
    refuse_existing(list(contents), force=force)
    for path, content in contents.items():
        mode = _KEY_MODE if path.suffix == ".key" else _CERTIFICATE_MODE
        beside = path.with_name(f".{path.name}.new")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            beside.unlink(missing_ok=True)
            # Created with its final mode: a key is at no moment readable by others.
            descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
            with os.fdopen(descriptor, "wb") as handle:
                handle.write(content)
                handle.flush()
                os.fsync(handle.fileno())
            beside.replace(path)
        except OSError as error:
            raise IdentityError(
                f"{path} cannot be written ({error.strerror}); choose a folder that you may write to"
            ) from error


def refuse_existing(paths: list[Path], *, force: bool) -> None:
    """Raise `IdentityError` where one of the files exists and `force` is not set."""
    existing = [path for path in paths if path.exists()]
    if existing and not force:
        raise IdentityError(f"{existing[0]} exists; choose another folder, or give --force to replace it")
