"""How the agent keeps its policy bundle, and what goes with it: whole or not at all, whatever happens."""

from __future__ import annotations

import contextlib
import json
import os
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from policy.bundle import MAX_BYTES, Bundle
from wolkenzicht.bundles import encode_bundle, read_bundle
from wolkenzicht.errors import ContractError, StorageError

FILE_NAME = "policy.bundle"
HEARD_FILE = "policy.json"

#: A file larger than this (bytes) is no bundle: names and lengths come on top of what it holds.
_LARGEST = 2 * MAX_BYTES


@dataclass(frozen=True, slots=True)
class Heard:
    """What is remembered besides the bundle.

    The organisation of the tenant and those above it, and why the bundle that came last is not used: an agent
    that scans once and ends tells that with its next scan. `refused` is the SHA-256 of that one's manifest.
    """

    organisations: tuple[str, ...] = ()
    refusal: str = ""
    refused: str = ""


class DamagedError(StorageError):
    """The file is there, and is no bundle."""


def keep(state: Path, bundle: Bundle) -> None:
    """Put a bundle in the place of the one before; durable on return. Raises `StorageError`."""
    message = encode_bundle(bundle.manifest, bundle.signature, bundle.files)
    _replace(state / FILE_NAME, message.SerializeToString())


def kept(state: Path) -> Bundle | None:
    """The bundle that is kept, unverified; None where there is none. Raises `StorageError`."""
    content = _content(state / FILE_NAME)
    if content is None:
        return None
    try:
        return Bundle(*read_bundle(content))
    except ContractError as error:
        raise DamagedError(f"{state / FILE_NAME}: {error}") from error


def set_aside(state: Path) -> Path:
    """Rename the bundle that is kept, so that it is not read again; returns its new name."""
    stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%S.%fZ")
    aside = state / f"policy-corrupt-{stamp}.bundle"
    with contextlib.suppress(OSError):
        (state / FILE_NAME).rename(aside)
    return aside


def keep_heard(state: Path, heard: Heard) -> None:
    """Remember what was heard. Raises `StorageError`."""
    _replace(state / HEARD_FILE, json.dumps(asdict(heard)).encode())


def kept_heard(state: Path) -> Heard:
    """What was remembered; nothing where it cannot be read: the collector says it again."""
    try:
        said = json.loads(_content(state / HEARD_FILE) or b"{}")
        organisations = tuple(map(str, said.get("organisations", ())))
        return Heard(organisations, str(said.get("refusal", "")), str(said.get("refused", "")))
    except (ValueError, TypeError, AttributeError, RecursionError, StorageError):
        return Heard()


def _content(path: Path) -> bytes | None:
    try:
        with path.open("rb") as file:
            content = file.read(_LARGEST + 1)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise StorageError(f"{path} cannot be read ({error.strerror}); see to its permissions") from error
    if len(content) > _LARGEST:
        raise DamagedError(f"{path} is larger than any bundle")
    return content


def _replace(path: Path, content: bytes) -> None:
    """Written beside, synced, renamed, and the folder synced: a power cut leaves one of the two whole."""
    beside = path.with_name(f"{path.name}.new")
    try:
        with beside.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)
        folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
    except OSError as error:
        with contextlib.suppress(OSError):
            beside.unlink(missing_ok=True)
        raise StorageError(
            f"{path} cannot be written ({error.strerror}); free space, or see to the `state` folder"
        ) from error
