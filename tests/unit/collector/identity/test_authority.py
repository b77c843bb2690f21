"""What the authority issues is what TLS and the register need, and keys stay private."""

from __future__ import annotations

import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID

from collector.identity import authority, files, spiffe
from wolkenzicht.errors import ConfigurationError, IdentityError


@pytest.fixture
def ca(tmp_path: Path) -> authority.Authority:
    """A new authority, kept in the test's folder."""
    return authority.create(tmp_path)


def names(certificate: x509.Certificate) -> x509.SubjectAlternativeName:
    """The subject's alternative names."""
    return certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value


def usages(certificate: x509.Certificate) -> list[x509.ObjectIdentifier]:
    """What the certificate may be used for."""
    return list(certificate.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value)


def test_the_authority_is_kept_and_found_again(ca: authority.Authority, tmp_path: Path) -> None:
    """ECDSA P-256, ten years, its key readable by its owner only."""
    found = authority.load(tmp_path)

    assert found.certificate == ca.certificate
    assert isinstance(found.key.curve, ec.SECP256R1)
    assert found.certificate.not_valid_after_utc - datetime.now(UTC) > timedelta(days=3649)
    assert stat.S_IMODE((tmp_path / "ca.key").stat().st_mode) == 0o600


def test_an_authority_is_not_overwritten(ca: authority.Authority, tmp_path: Path) -> None:
    """A second `create` refuses: all certificates issued so far would be worthless."""
    with pytest.raises(IdentityError) as raised:
        authority.create(tmp_path)

    assert str(raised.value) == (
        f"{tmp_path}/ca.key exists; choose another folder, or give --force to replace it"
    )
    assert authority.load(tmp_path).certificate == ca.certificate


def test_a_server_certificate_has_the_hosts(ca: authority.Authority) -> None:
    """Names and addresses given, this machine's own, and server authentication only."""
    certificate = x509.load_pem_x509_certificate(
        ca.server(["collector.example.nl", "192.0.2.7", "localhost"]).certificate
    )

    assert names(certificate).get_values_for_type(x509.DNSName) == ["localhost", "collector.example.nl"]
    assert [str(each) for each in names(certificate).get_values_for_type(x509.IPAddress)] == [
        "127.0.0.1",
        "::1",
        "192.0.2.7",
    ]
    assert usages(certificate) == [ExtendedKeyUsageOID.SERVER_AUTH]
    certificate.verify_directly_issued_by(ca.certificate)


def test_a_host_that_is_none_is_refused(ca: authority.Authority) -> None:
    """The error names it."""
    with pytest.raises(ConfigurationError) as raised:
        ca.server(["a" * 64 + ".nl"])

    assert "is neither a DNS name nor an IP address; correct --host" in str(raised.value)


def test_an_agents_certificate_names_its_tenant(ca: authority.Authority) -> None:
    """The SPIFFE identifier, client authentication only, 90 days, and a record with the same serial."""
    issued = ca.client(spiffe.agent("bzk-aws"))
    certificate = x509.load_pem_x509_certificate(issued.certificate)

    assert names(certificate).get_values_for_type(x509.UniformResourceIdentifier) == [
        "spiffe://wolkenzicht/agent/bzk-aws"
    ]
    assert usages(certificate) == [ExtendedKeyUsageOID.CLIENT_AUTH]
    assert issued.record is not None
    assert issued.record.serial == format(certificate.serial_number, "x")
    assert (issued.record.kind, issued.record.tenant) == ("agent", "bzk-aws")
    assert issued.record.not_after == certificate.not_valid_after_utc
    assert timedelta(days=89) < issued.record.not_after - datetime.now(UTC) <= timedelta(days=90)


def test_negative_days_give_an_expired_certificate(ca: authority.Authority) -> None:
    """For tests of what happens then."""
    record = ca.client(spiffe.agent("bzk-aws"), days=-1).record

    assert record is not None
    assert record.not_before < record.not_after < datetime.now(UTC)


def test_nothing_outlives_the_authority(ca: authority.Authority) -> None:
    """A certificate ends with its authority at the latest."""
    record = ca.client(spiffe.agent("bzk-aws"), days=100_000).record

    assert record is not None
    assert record.not_after == ca.certificate.not_valid_after_utc


def test_files_of_two_authorities_do_not_mix(ca: authority.Authority, tmp_path: Path) -> None:
    """A key that is not the certificate's is refused when it is loaded."""
    authority.create(tmp_path / "other")
    (tmp_path / "ca.key").write_bytes((tmp_path / "other" / "ca.key").read_bytes())

    with pytest.raises(IdentityError) as raised:
        authority.load(tmp_path)

    assert str(raised.value) == (
        f"{tmp_path}/ca.key does not belong to {tmp_path}/ca.pem; restore both from one backup"
    )


@pytest.mark.parametrize(
    ("file", "content", "said"),
    [
        ("ca.pem", None, "cannot be read (No such file or directory); run init, or restore the file"),
        ("ca.pem", b"nothing", "is not a PEM certificate; restore it from a backup"),
        ("ca.key", None, "cannot be read (No such file or directory); run init, or restore the file"),
        ("ca.key", b"nothing", "is not an unencrypted PEM key; restore it from a backup"),
    ],
)
def test_a_file_that_is_missing_or_wrong_is_named(
    ca: authority.Authority, tmp_path: Path, file: str, content: bytes | None, said: str
) -> None:
    """One line with the path and what to do."""
    (tmp_path / file).unlink()
    if content is not None:
        (tmp_path / file).write_bytes(content)

    with pytest.raises(IdentityError) as raised:
        authority.load(tmp_path)

    assert str(raised.value) == f"{tmp_path / file} {said}"


@pytest.mark.parametrize(
    ("holder", "uri"),
    [
        (spiffe.agent("a.b_c-1"), "spiffe://wolkenzicht/agent/a.b_c-1"),
        (spiffe.asker("CIO Rijk", "cio_rijk", ""), "spiffe://wolkenzicht/asker/cio_rijk/-/CIO%20Rijk"),
        (
            spiffe.asker("é/ü", "department", "bzk"),
            "spiffe://wolkenzicht/asker/department/bzk/%C3%A9%2F%C3%BC",
        ),
    ],
)
def test_an_identity_is_read_as_it_was_written(holder: spiffe.Holder, uri: str) -> None:
    """Whatever stands in a name, it cannot become another field."""
    assert holder.uri == uri
    assert spiffe.parse(uri) == holder


@pytest.mark.parametrize(
    "uri",
    [
        "",
        "spiffe://wolkenzicht/agent",
        "spiffe://wolkenzicht/agent/a/b",
        "spiffe://elsewhere/agent/a",
        "spiffe://wolkenzicht/asker/cio_rijk/x",
        "https://wolkenzicht/agent/a",
    ],
)
def test_another_uri_is_no_identity(uri: str) -> None:
    """Only our own form counts."""
    with pytest.raises(IdentityError):
        spiffe.parse(uri)


@pytest.mark.parametrize(
    ("name", "role", "organisation", "said"),
    [
        ("", "cio_rijk", "", "asker name '' must be 1 to 64 printable characters"),
        ("x", "king", "", "role 'king' does not exist; choose one of cio_rijk, department"),
        ("x", "cio_rijk", "bzk", "role cio_rijk sees all organisations; leave --organisation out"),
        ("x", "department", "", "role department needs --organisation, the organisation that it may see"),
    ],
)
def test_role_and_organisation_go_together(name: str, role: str, organisation: str, said: str) -> None:
    """What does not is refused with a sentence."""
    with pytest.raises(ConfigurationError) as raised:
        spiffe.asker(name, role, organisation)

    assert str(raised.value) == said


@pytest.mark.parametrize("text", ["", "A", "-a", "a-", "a b", "a/b", "a" * 64, "a\n"])
def test_what_is_no_identifier(text: str) -> None:
    """Identifiers are safe in files, addresses and logs."""
    with pytest.raises(ConfigurationError, match="is not an identifier"):
        spiffe.identifier(text, "tenant")


def test_forced_files_are_replaced_whole(tmp_path: Path) -> None:
    """With force a key is replaced and keeps its mode."""
    key = tmp_path / "a.key"
    key.write_text("old")
    key.chmod(0o644)

    files.write_all({key: b"new"}, force=True)

    assert key.read_bytes() == b"new"
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    assert list(tmp_path.iterdir()) == [key]
