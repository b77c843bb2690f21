"""A bundle as people write it: a directory with data files, a manifest and a signature."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from pathlib import Path

from policy.bundle import MANIFEST, MAX_BYTES, SIGNATURE, Bundle, BundleError
from wolkenzicht.errors import ConfigurationError

#: More files than any bundle has: where the directory given is another one.
_MOST_FILES = 1000


def read(directory: Path) -> Bundle:
    """The bundle in a directory; manifest and signature are empty where they are not there.

    Every other file counts as a data file, hidden ones too: what is not meant to be signed must not be
    there. Raises `ConfigurationError` where it cannot be read, `BundleError` where it is too large.
    """
    files: dict[str, bytes] = {}
    size = 0
    for path in _paths(directory):
        name = path.relative_to(directory).as_posix()
        try:
            if not path.is_file() or path.is_symlink():
                raise ConfigurationError(f"{path} is no plain file; a bundle has files and folders only")
            size += path.stat().st_size
            if size > 2 * MAX_BYTES or len(files) > _MOST_FILES:
                raise BundleError(
                    f"{directory} has more than {2 * MAX_BYTES} bytes or {_MOST_FILES} files; a bundle has "
                    f"at most {MAX_BYTES} bytes: give the directory of one"
                )
            files[name] = path.read_bytes()
        except OSError as error:
            raise ConfigurationError(
                f"{path} cannot be read ({error.strerror}); see to its permissions"
            ) from error
    manifest, signature = files.pop(MANIFEST, b""), files.pop(SIGNATURE, b"")
    return Bundle(manifest, signature, files)


def write(directory: Path, files: Mapping[str, bytes]) -> None:
    """Write files by their names, each as a whole, the last one last. Raises `ConfigurationError`."""
    for name, content in files.items():
        path = directory.joinpath(*name.split("/"))
        beside = path.with_name(f".{path.name}.new")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            with beside.open("wb") as handle:
                handle.write(content)
                handle.flush()
                os.fsync(handle.fileno())
            beside.replace(path)
        except OSError as error:
            beside.unlink(missing_ok=True)
            raise ConfigurationError(
                f"{path} cannot be written ({error.strerror}); choose a folder that you may write to"
            ) from error


def _paths(directory: Path) -> Iterator[Path]:
    if not directory.is_dir():
        raise ConfigurationError(f"{directory} is no directory; give that of a bundle")
    yield from (each for each in sorted(directory.rglob("*")) if each.is_symlink() or not each.is_dir())
