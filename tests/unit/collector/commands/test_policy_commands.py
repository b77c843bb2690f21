"""A bundle is exported, checked, signed and put in force by commands; what is wrong is refused."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from policy import rule_book
from policy.ruleset import packaged_contents
from tests.unit.collector.commands.test_commands import Place

PACKAGED = rule_book.packaged().base.version


@pytest.fixture
def place(tmp_path: Path) -> Place:
    """A collector that trusts a key, with the packaged rules in a directory."""
    made = Place(tmp_path)
    made.must("init")
    made.must("policy", "keys", "create", "--out", str(tmp_path))
    trust(made, "policy.pub")
    made.must("policy", "export", rules(made))
    return made


def rules(place: Place) -> str:
    """The directory of the bundle."""
    return str(place.folder / "rules")


def trust(place: Place, *keys: str) -> None:
    """Say whose signature counts."""
    before, _, _ = place.config.read_text().partition("\n[policy]\n")
    place.config.write_text(f"{before}\n[policy]\nkeys = {json.dumps(list(keys))}\n")


def sign(place: Place, *more: str, key: str = "policy.key") -> str:
    """Sign the directory."""
    return place.must("policy", "sign", rules(place), "--key", str(place.folder / key), *more)


def edit(place: Place, name: str = "settings.toml", more: bytes = b"# changed\n") -> None:
    """Add to a file."""
    with (place.folder / "rules" / name).open("ab") as file:
        file.write(more)


def serials(place: Place) -> list[tuple[str | None, str | None]]:
    """Every bundle and whether it is in force."""
    return [(each["serial"], each["in_force"]) for each in place.items("policy", "list")]


def test_the_packaged_rules_are_exported_as_they_are(place: Place) -> None:
    """Every file, byte for byte; a directory with something in it is left alone."""
    found = {
        path.relative_to(rules(place)).as_posix(): path.read_bytes()
        for path in Path(rules(place)).rglob("*.*")
    }

    assert found == packaged_contents()
    assert place.fault("policy", "export", rules(place)) == (
        "rules exists; choose a new directory, or an empty one"
    )


def test_a_signed_bundle_comes_into_force_and_stays_in_the_history(place: Place) -> None:
    """With its number, version, title, moment, the system's user and on whose authority."""
    sign(place, "--title", "Juli 2026")
    said = place.must("policy", "activate", rules(place), "--by", "CIO Rijk")
    edit(place)
    sign(place)
    place.must("policy", "activate", rules(place))

    latest, first, packaged = place.items("policy", "list")

    assert said == f"In force: bundle 1, {PACKAGED}.\n"
    assert (latest["serial"], latest["in_force"], latest["version"] != PACKAGED) == ("2", "yes", True)
    assert (first["serial"], first["in_force"], first["title"]) == ("1", "no", "Juli 2026")
    assert (first["activated_by"] or "").endswith(" (CIO Rijk)")
    assert (packaged["serial"], packaged["version"], packaged["in_force"]) == ("0", PACKAGED, "no")


def test_without_a_bundle_the_packaged_rules_are_in_force(place: Place) -> None:
    """The list says so."""
    assert serials(place) == [("0", "yes")]


def test_a_bundle_is_told_with_what_it_holds(place: Place) -> None:
    """Before and after signing; with the key of whoever asks, no collector is needed."""
    before = place.must("policy", "validate", rules(place))
    sign(place, "--serial", "12")
    public = place.folder / "policy.pub"
    place.config.unlink()
    after = json.loads(
        place.must("policy", "validate", rules(place), "--key", str(public), "--format", "json")
    )

    assert before.endswith("Valid, but not signed yet: `policy sign` does that.\n")
    assert re.search(r"^countries\.csv +\d+ +250 rows$", before, re.MULTILINE)
    assert (after["serial"], after["version"], len(after["signed_by"])) == ("12", PACKAGED, 16)
    assert "RCB2026 from 2026-07-03" in after["rule_sets"]


def unsigned(place: Place) -> None:
    """Without a signature."""
    (place.folder / "rules" / "manifest.sig").unlink()


def of_another_key(place: Place) -> None:
    """Signed by a key that is not trusted."""
    place.must("policy", "keys", "create", "--out", str(place.folder / "other"))
    sign(place, "--serial", "8", key="other/policy.key")


def altered(place: Place) -> None:
    """A file that was changed after signing."""
    edit(place)


def with_a_missing_file(place: Place) -> None:
    """Without one of its files."""
    (place.folder / "rules" / "laws.csv").unlink()


def with_an_extra_file(place: Place) -> None:
    """With a file that was not signed."""
    (place.folder / "rules" / "departments").mkdir()
    (place.folder / "rules" / "departments" / "bzk.toml").write_bytes(b"")


def older(place: Place) -> None:
    """Of an earlier number than that in force."""
    sign(place, "--serial", "6")


def of_the_same_number(place: Place) -> None:
    """Other content under the number that is in force."""
    edit(place)
    sign(place, "--serial", "7")


def with_a_link(place: Place) -> None:
    """A link in place of a file."""
    target = place.folder / "rules" / "laws.csv"
    target.rename(place.folder / "laws.csv")
    target.symlink_to(place.folder / "laws.csv")


def with_a_key(place: Place) -> None:
    """The private key among the files."""
    (place.folder / "policy.key").rename(place.folder / "rules" / "policy.key")


@pytest.mark.parametrize(
    ("spoil", "reason"),
    [
        (unsigned, "the bundle is not signed; sign it with `policy sign`"),
        (
            of_another_key,
            r"the signature is wrong: no trusted key made it over this manifest \(trusted: \w+\)",
        ),
        (altered, "settings.toml: is not the file that was signed"),
        (with_a_missing_file, "laws.csv: is named by the manifest and missing"),
        (with_an_extra_file, "'departments/bzk.toml' is not named by the manifest"),
        (older, "bundle 6 is older than bundle 7, which is in force"),
        (of_the_same_number, "bundle 7 is in force with other content"),
        (with_a_link, "rules/laws.csv is no plain file"),
        (with_a_key, "'policy.key' is not named by the manifest"),
    ],
)
def test_what_may_not_come_into_force_is_refused_and_nothing_changes(
    place: Place, spoil: Callable[[Place], None], reason: str
) -> None:
    """Each with its reason; the bundle before it stays."""
    sign(place, "--serial", "7")
    place.must("policy", "activate", rules(place))
    spoil(place)

    assert re.match(reason, place.fault("policy", "activate", rules(place)))
    assert serials(place) == [("7", "yes"), ("0", "no")]


def test_nothing_is_activated_where_no_key_is_trusted(place: Place) -> None:
    """The reason says what to configure."""
    sign(place)
    trust(place)

    assert place.fault("policy", "activate", rules(place)).startswith("no key is trusted to sign policy")
    assert serials(place) == [("0", "yes")]


def test_a_wrong_file_is_neither_valid_nor_signed(place: Place) -> None:
    """File, line and column are named, and no manifest is written."""
    edit(place, "laws.csv", b"half a row\n")

    reason = "laws.csv:9:1: 1 fields instead of 9; check quotes and commas"
    assert place.fault("policy", "validate", rules(place)) == reason
    assert place.fault("policy", "sign", rules(place), "--key", str(place.folder / "policy.key")) == reason
    assert not (place.folder / "rules" / "manifest.json").exists()


def test_going_back_is_signing_earlier_files_with_a_higher_number(place: Place) -> None:
    """The version is that of the earlier bundle again."""
    sign(place)
    place.must("policy", "activate", rules(place))
    earlier = (place.folder / "rules" / "settings.toml").read_bytes()
    edit(place)
    sign(place)
    place.must("policy", "activate", rules(place))
    (place.folder / "rules" / "settings.toml").write_bytes(earlier)
    sign(place)
    place.must("policy", "activate", rules(place))

    assert [(each["serial"], each["version"] == PACKAGED) for each in place.items("policy", "list")] == [
        ("3", True),
        ("2", False),
        ("1", True),
        ("0", True),
    ]


def test_a_manifest_can_be_signed_elsewhere(place: Place) -> None:
    """By OpenSSL with a key that this program never sees: an HSM's, or one on another machine."""
    said = place.must("policy", "sign", rules(place), "--serial", "3")
    command = said.partition("Sign it with: ")[2].split()
    command[command.index("policy.key")] = str(place.folder / "policy.key")
    subprocess.run(command, cwd=rules(place), check=True)

    assert place.must("policy", "activate", rules(place)).startswith("In force: bundle 3")


def test_a_manifest_alone_is_checked_against_the_files(place: Place) -> None:
    """What was described and then changed is not valid."""
    place.must("policy", "sign", rules(place), "--serial", "3")
    edit(place)

    assert place.fault("policy", "validate", rules(place)).startswith("settings.toml: is not the file")


def test_without_a_store_a_number_has_to_be_given(place: Place) -> None:
    """Who signs on another machine says which number it is."""
    place.config.unlink()
    fault = place.fault("policy", "sign", rules(place), "--key", str(place.folder / "policy.key"))

    assert fault.startswith("the next serial is not known without the collector's store")
    assert fault.endswith("; give --serial")


@pytest.mark.parametrize(
    ("make", "reason"),
    [
        (lambda path: path.unlink(), "cannot be read (No such file or directory)"),
        (lambda path: path.write_bytes(b"no key"), "is no private key in PEM"),
        (lambda path: path.with_suffix(".pub").replace(path), "is no private key in PEM"),
        (
            lambda path: subprocess.run(
                ["openssl", "genpkey", "-algorithm", "RSA", "-out", path], capture_output=True, check=True
            ),
            "is no Ed25519 key",
        ),
        (
            lambda path: subprocess.run(
                ["openssl", "genpkey", "-algorithm", "ed25519", "-aes256", "-pass", "pass:x", "-out", path],
                capture_output=True,
                check=True,
            ),
            "is encrypted",
        ),
    ],
    ids=["missing", "no key", "public", "another kind", "encrypted"],
)
def test_a_file_that_is_no_signing_key_is_refused(
    place: Place, make: Callable[[Path], object], reason: str
) -> None:
    """Before anything is written."""
    make(place.folder / "policy.key")
    fault = place.fault(
        "policy", "sign", rules(place), "--serial", "1", "--key", str(place.folder / "policy.key")
    )

    assert fault.startswith(f"policy.key {reason}")
    assert not (place.folder / "rules" / "manifest.json").exists()


def test_keys_are_readable_by_their_owner_only_and_not_overwritten(place: Place) -> None:
    """A key that is lost cannot be made again."""
    assert (place.folder / "policy.key").stat().st_mode & 0o777 == 0o600
    fault = place.fault("policy", "keys", "create", "--out", str(place.folder))
    assert fault.startswith("policy.key exists; ")


@pytest.mark.parametrize("what", ["missing", "file"])
def test_what_is_no_directory_is_refused(place: Place, what: str) -> None:
    """The name is told."""
    (place.folder / "file").write_text("")

    assert place.fault("policy", "validate", str(place.folder / what)) == (
        f"{what} is no directory; give that of a bundle"
    )


def test_a_directory_that_is_something_else_is_not_read_to_its_end(place: Place) -> None:
    """A home directory given by mistake takes neither memory nor minutes."""
    with (place.folder / "rules" / "large.csv").open("wb") as file:
        file.truncate(1 << 40)

    assert "rules has more than 2097152 bytes" in place.fault("policy", "validate", rules(place))


def test_an_agent_gets_the_keys_beside_its_certificate(place: Place) -> None:
    """All that are trusted; one that is there already with other content is not replaced unasked."""
    (place.folder / "o.csv").write_text("organisation,name,kind,parent,tooi\nmvz,M,ministerie,,\n")
    place.must("organisations", "import", str(place.folder / "o.csv"))
    place.must("tenants", "add", "mvz-aws", "--organisation", "mvz", "--provider", "aws")
    place.must("policy", "keys", "create", "--out", str(place.folder / "next"))
    trust(place, "policy.pub", "next/policy.pub")
    out = place.folder / "out"

    place.must("agents", "issue", "mvz-aws", "--out", str(out))

    given = [(out / name).read_bytes() for name in ("policy.pub", "policy-2.pub")]
    assert given == [(place.folder / name).read_bytes() for name in ("policy.pub", "next/policy.pub")]
    trust(place, "next/policy.pub")
    (out / "agent.pem").unlink()
    (out / "agent.key").unlink()
    assert place.fault("agents", "issue", "mvz-aws", "--out", str(out)).startswith("out/policy.pub exists;")
    assert not (out / "agent.pem").exists()
