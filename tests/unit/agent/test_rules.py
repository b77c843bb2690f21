"""An agent uses the newest bundle that a trusted key signed, from the next scan on, and tells why not."""

from __future__ import annotations

import errno
import hashlib
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from nacl.signing import SigningKey

from agent import bundle_file
from agent.rules import Rules
from policy import bundle as bundles
from policy import rule_book
from policy.bundle import Bundle
from policy.ruleset import packaged_contents
from tests.bundles.signed import CREATED, KEY, OTHER_KEY, contents, other_contents, public, resigned, signed
from wolkenzicht.bundles import encode_bundle
from wolkenzicht.v1.policy_pb2 import PolicyBundle, PolicyFile

ROOT = Path(__file__).resolve().parents[3]
PACKAGED = rule_book.packaged().base.version
OTHER = signed(3, other_contents())
NEWER = signed(5, contents(settings__toml=packaged_contents()["settings.toml"] + b"# five\n"))
BEFORE = datetime(2026, 7, 2, 12, tzinfo=UTC)
AFTER = datetime(2026, 11, 1, 12, tzinfo=UTC)

#: Writes two bundles in turn until it is killed.
WRITING = """
import sys
from pathlib import Path
from agent import bundle_file
from tests.unit.agent.test_rules import NEWER, OTHER
print("begun", flush=True)
while True:
    for each in (OTHER, NEWER):
        bundle_file.keep(Path(sys.argv[1]), each)
"""


def sent(bundle: Bundle) -> PolicyBundle:
    """A bundle as it comes over the stream."""
    return encode_bundle(bundle.manifest, bundle.signature, bundle.files)


def rules(state: Path, *keys: SigningKey, look_only: bool = False) -> Rules:
    """The rules of an agent that trusts these keys; `KEY` where none is given."""
    trusted = [public(each) for each in keys or (KEY,)]
    return Rules(state, trusted, clock=lambda: AFTER, look_only=look_only)


def test_without_a_bundle_the_rules_of_this_version_hold(tmp_path: Path) -> None:
    """Nothing is refused, for nothing came."""
    now = rules(tmp_path).for_scan()

    assert (now.policy.version, now.refusal, rules(tmp_path).serial) == (PACKAGED, "", 0)


def test_a_bundle_is_used_from_the_next_scan_on_and_after_a_restart(tmp_path: Path) -> None:
    """What a scan has already stays with it."""
    agent = rules(tmp_path)
    running = agent.for_scan()
    agent.take(sent(OTHER))
    version = bundles.read_manifest(OTHER.manifest).version

    assert (running.policy.version, agent.for_scan().policy.version) == (PACKAGED, version)
    assert agent.serial == 3
    assert rules(tmp_path).for_scan().policy.version == version


def test_the_policy_is_that_of_the_day(tmp_path: Path) -> None:
    """On the last day of RCB2022 a bundle that has both judges by that one."""
    agent = Rules(tmp_path, [public()], clock=lambda: BEFORE)
    agent.take(sent(OTHER))

    assert agent.for_scan().policy.settings.name == "RCB2022"


def with_a_wrong_signature() -> Bundle:
    """Another key's."""
    return signed(4, other_contents(), OTHER_KEY)


def with_an_altered_file() -> Bundle:
    """A file that was changed on its way."""
    return Bundle(NEWER.manifest, NEWER.signature, {**NEWER.files, "laws.csv": b""})


def older() -> Bundle:
    """Rightly signed, and older than the one in use."""
    return signed(2)


def of_the_same_number() -> Bundle:
    """Other content under the number in use."""
    return signed(3)


def of_a_later_version() -> Bundle:
    """With a file that this version does not know."""
    described = bundles.read_manifest(NEWER.manifest)
    files = {**NEWER.files, "moons.csv": b"x"}
    named = {**described.files, "moons.csv": (1, hashlib.sha256(b"x").hexdigest())}
    return resigned(bundles.Manifest(9, "", described.version, CREATED, named).encoded(), files)


def unsigned() -> Bundle:
    """Without a signature."""
    return Bundle(NEWER.manifest, b"", NEWER.files)


@pytest.mark.parametrize(
    ("make", "reason"),
    [
        (with_a_wrong_signature, "the signature is wrong"),
        (with_an_altered_file, "laws.csv: is not the file that was signed"),
        (older, "bundle 2 is not newer than bundle 3, which this agent has"),
        (of_the_same_number, "bundle 3 is not newer than bundle 3"),
        (of_a_later_version, "moons.csv:1:1: the file is not known here"),
        (unsigned, "the bundle is not signed"),
    ],
)
def test_what_cannot_be_used_is_refused_and_the_rules_stay(
    tmp_path: Path, make: Callable[[], Bundle], reason: str
) -> None:
    """In memory, on disk and after a restart; the next scan tells why."""
    agent = rules(tmp_path)
    agent.take(sent(OTHER))
    kept = (tmp_path / bundle_file.FILE_NAME).read_bytes()
    agent.take(sent(make()))

    now = agent.for_scan()

    assert now.refusal.startswith(reason)
    assert "\n" not in now.refusal
    assert (agent.serial, now.policy.version) == (3, bundles.read_manifest(OTHER.manifest).version)
    assert (tmp_path / bundle_file.FILE_NAME).read_bytes() == kept
    assert rules(tmp_path).serial == 3


def test_an_agent_that_scans_once_and_ends_tells_its_refusal_with_the_next_scan(tmp_path: Path) -> None:
    """The bundle comes while the scan runs: nobody would hear of it otherwise."""
    rules(tmp_path).take(sent(with_a_wrong_signature()))
    assert rules(tmp_path).for_scan().refusal.startswith("the signature is wrong")

    rules(tmp_path).take(sent(OTHER))
    assert rules(tmp_path).for_scan().refusal == ""


def test_two_files_of_one_name_are_refused(tmp_path: Path) -> None:
    """Which of them was signed would depend on the reader."""
    message = sent(OTHER)
    message.files.append(PolicyFile(name="laws.csv", content=b""))
    agent = rules(tmp_path)
    agent.take(message)

    assert "two files have one name" in agent.for_scan().refusal


def test_a_refusal_ends_with_the_next_bundle_that_is_used(tmp_path: Path) -> None:
    """The bundle that is in use already changes nothing."""
    agent = rules(tmp_path)
    agent.take(sent(OTHER))
    agent.take(sent(OTHER))
    assert agent.for_scan().refusal == ""
    agent.take(sent(older()))
    assert agent.for_scan().refusal
    agent.take(sent(NEWER))

    assert (agent.serial, agent.for_scan().refusal) == (5, "")


def test_without_a_key_no_bundle_is_used_and_the_reason_says_what_to_configure(tmp_path: Path) -> None:
    """A bundle that was kept when there was a key stays where it is."""
    rules(tmp_path).take(sent(OTHER))
    agent = Rules(tmp_path, [], clock=lambda: AFTER)

    assert (agent.serial, agent.for_scan().policy.version) == (0, PACKAGED)
    assert '[policy] keys = ["policy.pub"]' in agent.for_scan().refusal
    assert rules(tmp_path).serial == 3


def test_a_key_that_is_configured_again_ends_the_refusal(tmp_path: Path) -> None:
    """Though the bundle was offered and refused meanwhile, and does not come again."""
    rules(tmp_path).take(sent(OTHER))
    without = Rules(tmp_path, [], clock=lambda: AFTER)
    without.take(sent(OTHER))
    assert without.for_scan().refusal

    assert (rules(tmp_path).serial, rules(tmp_path).for_scan().refusal) == (3, "")


def test_a_bundle_of_a_key_that_is_no_longer_trusted_is_not_used(tmp_path: Path) -> None:
    """Also where it was kept before the key was replaced."""
    rules(tmp_path).take(sent(OTHER))

    agent = rules(tmp_path, OTHER_KEY)

    assert (agent.serial, agent.for_scan().policy.version) == (0, PACKAGED)
    assert "the signature is wrong" in agent.for_scan().refusal


def test_a_kept_bundle_that_this_version_cannot_read_stays_and_an_older_one_does_not_replace_it(
    tmp_path: Path,
) -> None:
    """After a downgrade: rolled back are the programs, not the rules."""
    bundle_file.keep(tmp_path, of_a_later_version())

    agent = rules(tmp_path)
    agent.take(sent(NEWER))

    assert "bundle 5 is not newer than bundle 9" in agent.for_scan().refusal
    assert (agent.serial, agent.for_scan().policy.version) == (0, PACKAGED)
    assert (tmp_path / bundle_file.FILE_NAME).exists()


@pytest.mark.parametrize("place", [0, 3, 700, 60_000, -1])
def test_a_damaged_bundle_is_set_aside_and_taken_anew(tmp_path: Path, place: int) -> None:
    """Wherever a bit is wrong; until it comes again the rules of this version hold."""
    rules(tmp_path).take(sent(OTHER))
    path = tmp_path / bundle_file.FILE_NAME
    content = bytearray(path.read_bytes())
    content[place] ^= 0x10
    path.write_bytes(content)

    agent = rules(tmp_path)

    assert (agent.serial, agent.for_scan().policy.version) == (0, PACKAGED)
    assert agent.for_scan().refusal
    [aside] = tmp_path.glob("policy-corrupt-*.bundle")
    assert aside.read_bytes() == content
    agent.take(sent(OTHER))
    assert (rules(tmp_path).serial, agent.for_scan().refusal) == (3, "")


def test_a_file_that_is_cut_off_or_far_too_large_is_set_aside(tmp_path: Path) -> None:
    """The second is not read into memory."""
    path = tmp_path / bundle_file.FILE_NAME
    for size in (100, 1 << 40):
        bundle_file.keep(tmp_path, OTHER)
        os.truncate(path, size)
        assert rules(tmp_path).serial == 0
        assert not path.exists()


def test_looking_changes_nothing(tmp_path: Path) -> None:
    """`check` may run beside the agent itself."""
    path = tmp_path / bundle_file.FILE_NAME
    path.write_bytes(b"damaged")

    assert rules(tmp_path, look_only=True).for_scan().refusal
    assert [each.name for each in tmp_path.iterdir()] == [path.name]


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of its own with room for one bundle and a half."""
    if os.geteuid() != 0:
        pytest.skip("a file system of its own needs root")
    disk = tmp_path / "disk"
    disk.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=300k", "tmpfs", str(disk)], capture_output=True, check=False
    )
    if mounted.returncode:
        pytest.skip("no file system can be mounted here")
    yield disk
    subprocess.run(["umount", str(disk)], check=True)


def test_on_a_full_disk_the_old_bundle_stays_and_the_new_one_follows_when_there_is_room(
    small_disk: Path,
) -> None:
    """Nothing half written stays behind; the next scan after space was freed has the new rules."""
    agent = rules(small_disk)
    agent.take(sent(OTHER))
    agent.take(sent(NEWER))

    assert os.strerror(errno.ENOSPC) in agent.for_scan().refusal
    assert (agent.serial, rules(small_disk).serial) == (3, 3)
    assert {each.name for each in small_disk.iterdir()} == {bundle_file.FILE_NAME, bundle_file.HEARD_FILE}
    subprocess.run(["mount", "-o", "remount,size=2m", str(small_disk)], check=True)
    assert agent.for_scan().refusal == ""
    assert (agent.serial, rules(small_disk).serial) == (5, 5)


def test_kill_9_while_a_bundle_is_written_leaves_one_of_the_two_whole(tmp_path: Path) -> None:
    """At whatever moment: what is kept is the old or the new one, and its signature fits."""
    found = set()
    for milliseconds in (0, 1, 3, 7, 15, 40):
        process = subprocess.Popen(
            [sys.executable, "-c", WRITING, str(tmp_path)],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            env={**os.environ, "PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'proto'}"},
        )
        assert process.stdout is not None
        process.stdout.readline()
        while not (tmp_path / bundle_file.FILE_NAME).exists():
            assert process.poll() is None
        with process:
            try:
                process.wait(milliseconds / 1000)
            except subprocess.TimeoutExpired:
                process.send_signal(signal.SIGKILL)
        agent = rules(tmp_path)
        assert agent.for_scan().refusal == ""
        found.add(agent.serial)

    assert found <= {3, 5}


def test_the_organisations_are_kept_for_the_next_start(tmp_path: Path) -> None:
    """Before the first contact there are none; what cannot be read counts as none."""
    agent = rules(tmp_path)
    assert agent.organisations == ()
    agent.know(["rdv", "mvz"])

    assert rules(tmp_path).organisations == ("rdv", "mvz")
    for content in (b"{", b"{}", b"[]", b'{"organisations": 3}', b"\xff", b"[" * 100_000):
        (tmp_path / bundle_file.HEARD_FILE).write_bytes(content)
        assert rules(tmp_path).organisations == ()


def test_organisations_that_cannot_be_kept_still_count(tmp_path: Path) -> None:
    """A full disk costs the memory, not the rules."""
    (tmp_path / f"{bundle_file.HEARD_FILE}.new").mkdir()
    agent = rules(tmp_path)
    agent.know(["rdv"])

    assert agent.organisations == ("rdv",)
    assert rules(tmp_path).organisations == ()
