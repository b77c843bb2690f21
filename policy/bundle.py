"""What a policy bundle is: data files, a manifest with the digest of each, and the signature over that."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from policy.change_days import change_days
from policy.rule_book import RuleBook
from policy.ruleset import first_day
from wolkenzicht.errors import WolkenzichtError

MANIFEST = "manifest.json"
SIGNATURE = "manifest.sig"
#: What a manifest says it is; another format is refused, not guessed at.
FORMAT = "wolkenzicht-policy/1"
#: Manifest and files together (bytes): a bundle travels in one message, which may have twice as much.
MAX_BYTES = 1024 * 1024
#: The largest serial number: what a database keeps as an integer.
MAX_SERIAL = 2**63 - 1

_KEYS = ("created", "files", "format", "serial", "title", "version")
_TITLE_LENGTH = 200
_NAME = re.compile(r"(?:(?:departments|rulesets)/)?[A-Za-z0-9][A-Za-z0-9_-]{0,63}\.(?:csv|toml)")
_DEPARTMENT = re.compile(r"departments/([A-Za-z0-9_-]+)\.toml")
_DIGEST = re.compile(r"[0-9a-f]{64}")
_MOMENT = "%Y-%m-%dT%H:%M:%SZ"

#: Given the signed bytes and the signature; raises `WolkenzichtError` where no trusted key made it.
Verify = Callable[[bytes, bytes], object]


class BundleError(WolkenzichtError):
    """A bundle is not what its manifest says, or cannot be taken; the text says why and what to do."""


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a bundle says of itself. `files` has size and SHA-256 (hexadecimal) of each by its name.

    `version` is that of its policy on the day that its facts carry, without a department's rules.
    """

    serial: int
    title: str
    version: str
    created: datetime
    files: Mapping[str, tuple[int, str]]

    def encoded(self) -> bytes:
        """The one form that a manifest has, whose bytes are signed."""
        files = {name: {"sha256": digest, "size": size} for name, (size, digest) in self.files.items()}
        return _canonical(
            {
                "created": self.created.astimezone(UTC).strftime(_MOMENT),
                "files": files,
                "format": FORMAT,
                "serial": self.serial,
                "title": self.title,
                "version": self.version,
            }
        )


@dataclass(frozen=True, slots=True)
class Bundle:
    """A bundle as it travels and is kept: the manifest's bytes, the signature over them, the files."""

    manifest: bytes
    signature: bytes
    files: Mapping[str, bytes]

    def read(self, verify: Verify) -> Manifest:
        """The manifest, after signature, size and every file's digest were checked.

        Raises `BundleError`, and what `verify` raises: nothing is looked at before that passed.
        """
        verify(self.manifest, self.signature)
        manifest = read_manifest(self.manifest)
        _check_size(self.files, len(self.manifest))
        _check_files(manifest, self.files)
        return manifest

    def book(self, verify: Verify) -> RuleBook:
        """Its rules, after all that `read` checks. Raises `PolicyDataError` where a file is wrong, too."""
        manifest = self.read(verify)
        book = RuleBook(self.files, manifest.serial)
        if book.base.version != manifest.version:
            raise BundleError(
                f"{MANIFEST}: version: says {manifest.version[:60]!r}, this program makes "
                f"{book.base.version!r} of its files; use programs of one version, or sign it with this one"
            )
        return book


def describe(files: Mapping[str, bytes], serial: int, created: datetime, title: str) -> Manifest:
    """The manifest of data files. Raises `BundleError`, and `PolicyDataError` where a file is wrong."""
    for name in files:
        _check_name(name)
    book = RuleBook(files, serial)
    check_days(book)
    manifest = Manifest(
        serial=serial,
        title=title,
        version=book.base.version,
        created=created,
        files={name: (len(content), _digest(content)) for name, content in files.items()},
    )
    # What is read here is what everyone will read: a serial or title that cannot be is refused now.
    encoded = manifest.encoded()
    _check_size(files, len(encoded))
    return read_manifest(encoded)


def check_days(book: RuleBook) -> None:
    """Build the rules of every day on which something changes, for everyone and for each department.

    So that no file turns out to be wrong at midnight. Raises `PolicyDataError`, `ConfigurationError`.
    The policies are not kept.
    """
    trial = RuleBook(book.contents, book.serial)
    first = first_day(trial.contents)
    departments = [match[1] for match in map(_DEPARTMENT.fullmatch, sorted(trial.contents)) if match]
    for day in sorted({first, *(each for each in change_days(trial.contents) if each > first)}):
        trial.on(day)
        for department in departments:
            trial.on(day, (department,))


def read_manifest(encoded: bytes) -> Manifest:
    """What a manifest says. Raises `BundleError` for any but the one form that `Manifest.encoded` gives."""
    if len(encoded) > MAX_BYTES:
        raise BundleError(f"{MANIFEST}: is {len(encoded)} bytes; a bundle has at most {MAX_BYTES}")
    try:
        said = json.loads(encoded)
    except (ValueError, RecursionError) as error:
        raise BundleError(f"{MANIFEST}: is no JSON ({error}); sign the bundle again") from error
    if not isinstance(said, dict) or said.get("format") != FORMAT:
        found = said.get("format") if isinstance(said, dict) else None
        raise BundleError(
            f"{MANIFEST}: format: is {str(found)[:60]!r}, this version reads {FORMAT!r}; "
            "upgrade this program, or sign the bundle with one of this version"
        )
    if encoded != _canonical(said) or tuple(sorted(said)) != _KEYS:
        raise BundleError(
            f"{MANIFEST}: is not in the form that is signed (keys {', '.join(_KEYS)}, sorted, each once); "
            "sign the bundle again"
        )
    return Manifest(
        serial=_serial(said["serial"]),
        title=_title(said["title"]),
        version=_text("version", said["version"]),
        created=_moment(said["created"]),
        files=_files(said["files"]),
    )


def _serial(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 0 < value <= MAX_SERIAL:
        raise BundleError(f"{MANIFEST}: serial: is {str(value)[:40]}; give a whole number from 1 on")
    return value


def _title(value: object) -> str:
    title = _text("title", value)
    if len(title) > _TITLE_LENGTH or not title.isprintable():
        raise BundleError(f"{MANIFEST}: title: give one line of at most {_TITLE_LENGTH} characters")
    return title


def _text(key: str, value: object) -> str:
    if not isinstance(value, str):
        raise BundleError(f"{MANIFEST}: {key}: is no text; sign the bundle again")
    return value


def _moment(value: object) -> datetime:
    try:
        return datetime.strptime(_text("created", value), _MOMENT).replace(tzinfo=UTC)
    except ValueError as error:
        raise BundleError(f"{MANIFEST}: created: is no moment such as 2026-11-30T12:00:00Z") from error


def _files(value: object) -> dict[str, tuple[int, str]]:
    found: dict[str, tuple[int, str]] = {}
    for name, facts in value.items() if isinstance(value, dict) else ():
        _check_name(name)
        size, digest = (facts.get("size"), facts.get("sha256")) if isinstance(facts, dict) else (None, None)
        if isinstance(size, bool) or not isinstance(size, int) or not _DIGEST.fullmatch(str(digest)):
            raise BundleError(f"{MANIFEST}: files: {name} has no size and sha256; sign the bundle again")
        found[name] = (size, str(digest))
    if not found:
        raise BundleError(f"{MANIFEST}: files: names no file; sign the bundle again")
    return found


def _check_name(name: str) -> None:
    if not _NAME.fullmatch(name):
        raise BundleError(
            f"{name[:80]!r} is no name of a data file (such as countries.csv or departments/bzk.toml); "
            "take it out of the bundle"
        )


def _check_size(files: Mapping[str, bytes], manifest: int) -> None:
    size = manifest + sum(len(content) for content in files.values())
    if size > MAX_BYTES:
        raise BundleError(f"the bundle is {size} bytes; at most {MAX_BYTES} are taken, for it travels whole")


def _check_files(manifest: Manifest, files: Mapping[str, bytes]) -> None:
    for name in sorted(manifest.files.keys() - files.keys()):
        raise BundleError(f"{name}: is named by the manifest and missing; put it back, or sign anew")
    for name in sorted(files.keys() - manifest.files.keys()):
        raise BundleError(f"{name[:80]!r} is not named by the manifest; take it out, or sign anew")
    for name, (size, digest) in sorted(manifest.files.items()):
        if len(files[name]) != size or _digest(files[name]) != digest:
            raise BundleError(
                f"{name}: is not the file that was signed (SHA-256 differs); put that back, or sign anew"
            )


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _canonical(said: Mapping[str, object]) -> bytes:
    return (json.dumps(said, ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode(
        errors="surrogatepass"
    )
