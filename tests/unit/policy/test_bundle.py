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
from wolkenzicht.errors import WolkenzichtError
from wolkenzicht.signatures import SignatureError
from wolkenzicht.transport import MAX_RECEIVE_BYTES

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
        (lambda files: files.update({"laws.csv": files["laws.csv"] + b" "}), "laws.csv: is not the file"),
        (lambda files: files.pop("laws.csv"), "laws.csv: is named by the manifest and missing"),
        (lambda files: files.update({"more.csv": b""}), "'more.csv' is not named by the manifest"),
        (
            lambda files: files.update({"laws.csv": files["laws.csv"].replace(b"C", b"K", 1)}),
            "laws.csv: is not the file",
        ),
    ],
    ids=["longer", "missing", "extra", "same length"],
)
def test_files_that_are_not_those_that_were_signed_are_refused(
    good: Bundle, change: Change, reason: str
) -> None:
    """Altered, missing and extra files are each named."""
    files = dict(good.files)
    change(files)

    with pytest.raises(BundleError, match=reason):
        Bundle(good.manifest, good.signature, files).book(trusting())


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
        ({"format": "wolkenzicht-policy/2"}, "format: is 'wolkenzicht-policy/2'"),
        ({"serial": 0}, "serial: is 0"),
        ({"serial": True}, "serial: is True"),
        ({"serial": "7"}, "serial: is 7"),
        ({"serial": 2**63}, "serial: is 9223372036854775808"),
        ({"title": "two\nlines"}, "title: give one line"),
        ({"title": 3}, "title: is no text"),
        ({"created": "yesterday"}, "created: is no moment"),
        ({"files": {}}, "files: names no file"),
        ({"files": {"laws.csv": {"size": 1}}}, "files: laws.csv has no size and sha256"),
        ({"files": {"../laws.csv": {}}}, "'../laws.csv' is no name of a data file"),
        ({"files": {"departments/a/b.toml": {}}}, "'departments/a/b.toml' is no name"),
        ({"version": "RCB2026/000000000000"}, "version: says 'RCB2026/000000000000'"),
        ({"more": 1}, "is not in the form that is signed"),
    ],
    ids=str,
)
def test_a_manifest_that_says_what_cannot_be_is_refused(
    good: Bundle, changed: dict[str, object], reason: str
) -> None:
    """Also with a right signature: a slip of who signs must not come into force."""
    said = {**json.loads(good.manifest), **changed}
    text = json.dumps(said, ensure_ascii=False, indent=1, sort_keys=True) + "\n"

    with pytest.raises(BundleError) as refused:
        resigned(text.encode(), good.files).book(trusting())
    assert reason in str(refused.value)


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

    with pytest.raises(BundleError, match=r"the bundle is \d{7} bytes; at most 1048576"):
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
