"""A bundle is what its signed manifest says, or it is refused with the reason."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policy import bundle
from policy.bundle import Bundle, BundleError
from policy.rows import PolicyDataError
from policy.ruleset import packaged_contents
from tests.bundles.signed import (
    CREATED,
    KEY,
    OTHER_KEY,
    contents,
    other_contents,
    resigned,
    signed,
    trusting,
)
from tests.unit.policy.department_rows import FILE, FORBIDDEN, own
from wolkenzicht.errors import WolkenzichtError
from wolkenzicht.signatures import SignatureError
from wolkenzicht.transport import MAX_RECEIVE_BYTES

READS = (
    "this version reads 'wolkenzicht-policy/1'; "
    "upgrade this program, or sign the bundle with one of this version"
)
OTHER_FILE = "laws.csv: is not the file that was signed (SHA-256 differs); put that back, or sign anew"
NO_DIGEST = "manifest.json: files: laws.csv has no size and sha256; sign the bundle again"
NO_NAME = (
    "is no name of a data file (such as countries.csv or departments/bzk.toml); take it out of the bundle"
)

Change = Callable[[dict[str, bytes]], object]


@pytest.fixture(scope="module")
def good() -> Bundle:
    """The packaged rules as bundle 7."""
    return signed(7)


def test_a_bundle_gives_the_book_of_its_files(good: Bundle) -> None:
    """Serial and version are those of the manifest."""
    book = good.book(trusting())

    assert (7, dict(packaged_contents())) == (book.serial, book.contents)
    assert bundle.read_manifest(good.manifest).version == book.base.version


def test_a_bundle_of_other_files_has_another_version() -> None:
    """One comment more makes other rules, as far as the version tells."""
    assert (
        signed(1, other_contents()).book(trusting()).base.version != signed(1).book(trusting()).base.version
    )


def test_a_manifest_has_one_form_and_is_read_as_it_was_written(good: Bundle) -> None:
    """What was written comes back, byte for byte."""
    manifest = bundle.read_manifest(good.manifest)

    assert (manifest.created, manifest.title) == (CREATED, "proef")
    assert good.manifest == manifest.encoded()


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda files: files.update({"laws.csv": files["laws.csv"] + b" "}), OTHER_FILE),
        (
            lambda files: files.pop("laws.csv"),
            "laws.csv: is named by the manifest and missing; put it back, or sign anew",
        ),
        (
            lambda files: files.update({"more.csv": b""}),
            "'more.csv' is not named by the manifest; take it out, or sign anew",
        ),
        (
            lambda files: files.update({"x" * 81: b""}),
            f"'{'x' * 80}' is not named by the manifest; take it out, or sign anew",
        ),
        (lambda files: files.update({"laws.csv": files["laws.csv"].replace(b"C", b"K", 1)}), OTHER_FILE),
    ],
    ids=["longer", "missing", "extra", "long name", "same length"],
)
def test_files_that_are_not_those_that_were_signed_are_refused(
    good: Bundle, change: Change, reason: str
) -> None:
    """Altered, missing and extra files are each named."""
    files = dict(good.files)
    change(files)

    with pytest.raises(BundleError) as refused:
        Bundle(good.manifest, good.signature, files).book(trusting())
    assert reason == str(refused.value)


def test_a_signature_of_an_unknown_key_is_refused_and_the_trusted_ones_are_named() -> None:
    """The reason tells whose signature would count."""
    with pytest.raises(SignatureError, match="no trusted key made it"):
        signed(1, key=OTHER_KEY).book(trusting())


def test_any_of_several_keys_will_do() -> None:
    """So a key can be replaced by another without a moment when neither counts."""
    assert signed(1, key=OTHER_KEY).book(trusting(KEY, OTHER_KEY)).serial == 1


@pytest.mark.parametrize(
    ("signature", "reason"),
    [(b"", "not signed"), (b"x" * 63, "63 bytes instead of 64"), (bytes(64), "no trusted key made it")],
    ids=["none", "short", "zero"],
)
def test_a_signature_that_is_none_is_refused(good: Bundle, signature: bytes, reason: str) -> None:
    """Without a signature, or with half of one, nothing is read."""
    with pytest.raises(SignatureError, match=reason):
        Bundle(good.manifest, signature, good.files).book(trusting())


@given(place=st.integers(min_value=0), bit=st.integers(0, 7))
def test_no_bit_of_a_manifest_or_signature_can_change(place: int, bit: int) -> None:
    """Whatever bit is flipped, the signature no longer fits."""
    original = resigned(b"the manifest's bytes", {})
    joined = bytearray(original.manifest + original.signature)
    joined[place % len(joined)] ^= 1 << bit
    cut = len(original.manifest)

    with pytest.raises(SignatureError):
        trusting()(bytes(joined[:cut]), bytes(joined[cut:]))


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"format": "wolkenzicht-policy/2"}, f"manifest.json: format: is 'wolkenzicht-policy/2', {READS}"),
        ({"format": "x" * 61}, f"manifest.json: format: is '{'x' * 60}', {READS}"),
        ({"serial": 0}, "manifest.json: serial: is 0; give a whole number from 1 on"),
        ({"serial": True}, "manifest.json: serial: is True; give a whole number from 1 on"),
        ({"serial": "7" * 41}, f"manifest.json: serial: is {'7' * 40}; give a whole number from 1 on"),
        (
            {"serial": 2**63},
            "manifest.json: serial: is 9223372036854775808; give a whole number from 1 on",
        ),
        ({"title": "two\nlines"}, "manifest.json: title: give one line of at most 200 characters"),
        ({"title": "t" * 201}, "manifest.json: title: give one line of at most 200 characters"),
        ({"title": 3}, "manifest.json: title: is no text; sign the bundle again"),
        ({"version": 3}, "manifest.json: version: is no text; sign the bundle again"),
        ({"created": 3}, "manifest.json: created: is no text; sign the bundle again"),
        ({"created": "yesterday"}, "manifest.json: created: is no moment such as 2026-11-30T12:00:00Z"),
        ({"files": {}}, "manifest.json: files: names no file; sign the bundle again"),
        ({"files": ["laws.csv"]}, "manifest.json: files: names no file; sign the bundle again"),
        ({"files": {"laws.csv": {"size": 1}}}, NO_DIGEST),
        ({"files": {"laws.csv": {"sha256": "0" * 64}}}, NO_DIGEST),
        ({"files": {"laws.csv": {"size": True, "sha256": "0" * 64}}}, NO_DIGEST),
        ({"files": {"laws.csv": {"size": "1", "sha256": "0" * 64}}}, NO_DIGEST),
        ({"files": {"laws.csv": {"size": 1, "sha256": "0" * 63}}}, NO_DIGEST),
        ({"files": {"laws.csv": 1}}, NO_DIGEST),
        ({"files": {"../laws.csv": {}}}, f"'../laws.csv' {NO_NAME}"),
        ({"files": {"departments/a/b.toml": {}}}, f"'departments/a/b.toml' {NO_NAME}"),
        ({"files": {"x" * 81: {}}}, f"'{'x' * 80}' {NO_NAME}"),
        (
            {"more": 1},
            (
                "manifest.json: is not in the form that is signed (keys created, files, format, serial, "
                "title, version, sorted, each once); sign the bundle again"
            ),
        ),
    ],
    ids=lambda each: str(each)[:60],
)
def test_a_manifest_that_says_what_cannot_be_is_refused(
    good: Bundle, changed: dict[str, object], reason: str
) -> None:
    """Also with a right signature: a slip of who signs must not come into force."""
    said = {**json.loads(good.manifest), **changed}
    text = json.dumps(said, ensure_ascii=False, indent=1, sort_keys=True) + "\n"

    with pytest.raises(BundleError) as refused:
        resigned(text.encode(), good.files).book(trusting())
    assert reason == str(refused.value)


def test_a_bundle_of_another_program_is_refused(good: Bundle) -> None:
    """Its files make another version here: both are named, and what to do."""
    said = {**json.loads(good.manifest), "version": "RCB2026/" + "0" * 53}
    text = json.dumps(said, ensure_ascii=False, indent=1, sort_keys=True) + "\n"

    with pytest.raises(BundleError) as refused:
        resigned(text.encode(), good.files).book(trusting())
    assert str(refused.value) == (
        f"manifest.json: version: says 'RCB2026/{'0' * 52}', this program makes "
        f"'{bundle.read_manifest(good.manifest).version}' of its files; use programs of one version, or sign "
        "it with this one"
    )


@pytest.mark.parametrize("serial", [1, 2**63 - 1])
def test_the_first_and_the_last_serial_and_the_longest_title_are_read(good: Bundle, serial: int) -> None:
    """Bounds belong to what is allowed."""
    said = {**json.loads(good.manifest), "serial": serial, "title": "t" * 200}
    text = json.dumps(said, ensure_ascii=False, indent=1, sort_keys=True) + "\n"

    manifest = bundle.read_manifest(text.encode())
    assert (serial, "t" * 200) == (manifest.serial, manifest.title)


def test_a_manifest_has_its_keys_and_files_in_order(good: Bundle) -> None:
    """However the files come; one in another order is refused, for it is not the one form."""
    contents = dict(reversed(dict(packaged_contents()).items()))
    said = json.loads(good.manifest)
    turned = {**dict(reversed(said.items())), "files": dict(reversed(said["files"].items()))}
    text = json.dumps(turned, ensure_ascii=False, indent=1) + "\n"

    assert bundle.describe(contents, 7, CREATED, "proef").encoded() == good.manifest
    with pytest.raises(BundleError, match="is not in the form that is signed"):
        bundle.read_manifest(text.encode())


def test_a_manifest_that_is_too_large_is_not_read() -> None:
    """One of as many bytes as a bundle may have is looked at, one byte more is not."""
    sizes = {}
    for size in (bundle.MAX_BYTES, bundle.MAX_BYTES + 1):
        with pytest.raises(BundleError) as refused:
            bundle.read_manifest(b" " * size)
        sizes[size] = str(refused.value)
    assert sizes[bundle.MAX_BYTES].startswith("manifest.json: is no JSON (")
    assert sizes[bundle.MAX_BYTES].endswith("); sign the bundle again")
    assert sizes[bundle.MAX_BYTES + 1] == ("manifest.json: is 1048577 bytes; a bundle has at most 1048576")


def test_a_bundle_with_a_departments_file_is_described_on_every_day_that_it_changes() -> None:
    """Its name is allowed, its rules are built, and it stands in the manifest with its size."""
    body = own(FORBIDDEN + "valid_from = 2026-12-01\nvalid_until = 2026-12-31\n")
    manifest = bundle.describe({**packaged_contents(), FILE: body}, 3, CREATED, "bzk")

    assert (3, "bzk", CREATED, len(body)) == (
        manifest.serial,
        manifest.title,
        manifest.created,
        manifest.files[FILE][0],
    )


@pytest.mark.parametrize(
    "text",
    [b"", b"\xff", b"[" * 100_000, b"[]", b'{"format": "wolkenzicht-policy/1"}', b"1" * 5000],
    ids=["empty", "no text", "deep", "list", "keys missing", "long number"],
)
def test_a_manifest_that_is_none_is_refused(text: bytes) -> None:
    """Whatever is signed by mistake ends in one clear error."""
    with pytest.raises(BundleError, match=r"^manifest\.json: "):
        resigned(text, {}).book(trusting())


def test_a_manifest_with_a_key_twice_is_refused(good: Bundle) -> None:
    """Readers differ in which of the two they take."""
    twice = good.manifest.replace(b' "serial": 7', b' "serial": 8,\n "serial": 7')

    with pytest.raises(BundleError, match="each once"):
        resigned(twice, good.files).book(trusting())


def test_a_bundle_that_is_too_large_is_refused_with_size_and_limit() -> None:
    """It must fit one message with room to spare."""
    large = contents(settings__toml=packaged_contents()["settings.toml"] + b"#" * bundle.MAX_BYTES)

    with pytest.raises(
        BundleError, match=r"^the bundle is \d{7} bytes; at most 1048576 are taken, for it travels whole$"
    ):
        bundle.describe(large, 1, CREATED, "")
    assert bundle.MAX_BYTES * 2 <= MAX_RECEIVE_BYTES


def test_a_wrong_file_is_refused_with_its_place() -> None:
    """Nobody can sign what cannot be read."""
    wrong = contents(laws__csv=packaged_contents()["laws.csv"] + b"half a row\n")

    with pytest.raises(PolicyDataError, match=r"^laws\.csv:9:1: "):
        bundle.describe(wrong, 1, CREATED, "")


def test_every_reason_is_one_line(good: Bundle) -> None:
    """Reasons travel to the collector's log."""
    with pytest.raises(WolkenzichtError) as refused:
        Bundle(good.manifest, bytes(64), good.files).read(trusting())
    assert "\n" not in str(refused.value)
