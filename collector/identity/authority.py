"""The collector's own certificate authority: what it issues, to whom and for how long.

Keys are ECDSA P-256, certificates X.509 version 3 (RFC 5280); the authority lives in the collector's
data folder as `ca.pem` and `ca.key`.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from collector.identity import files
from collector.identity.spiffe import Holder
from collector.store.base import CertificateRecord
from wolkenzicht.errors import ConfigurationError, IdentityError

CA_CERTIFICATE = "ca.pem"
CA_KEY = "ca.key"
SERVER_CERTIFICATE = "server.pem"
SERVER_KEY = "server.key"

CA_DAYS = 3650
SERVER_DAYS = 825
CLIENT_DAYS = 90
#: Clocks of two machines may differ this much without a new certificate being refused as not yet valid.
_BACKDATED = timedelta(minutes=5)
#: Always in the server's certificate, so that this machine can reach its own collector.
_OWN_HOSTS = ("localhost", "127.0.0.1", "::1")


@dataclass(frozen=True, slots=True)
class Issued:
    """A new certificate with its key, both PEM, and the record that makes the collector accept it."""

    certificate: bytes
    key: bytes
    record: CertificateRecord | None


@dataclass(frozen=True, slots=True)
class Authority:
    """An authority that can issue: its certificate and its private key."""

    certificate: x509.Certificate
    key: ec.EllipticCurvePrivateKey

    @property
    def pem(self) -> bytes:
        """The certificate, for all who must trust this collector."""
        return self.certificate.public_bytes(serialization.Encoding.PEM)

    def server(self, hosts: Sequence[str], *, days: int = SERVER_DAYS) -> Issued:
        """A certificate for the server under the given names and addresses; raises `ConfigurationError`."""
        names = [_general_name(host) for host in dict.fromkeys([*_OWN_HOSTS, *hosts])]
        certificate, key = self._issue("wolkenzicht collector", names, ExtendedKeyUsageOID.SERVER_AUTH, days)
        return Issued(_pem(certificate), _key_pem(key), None)

    def client(self, holder: Holder, *, days: int = CLIENT_DAYS) -> Issued:
        """A certificate for an agent or an asker; `days` below 0 makes one that has expired (for tests)."""
        uri = x509.UniformResourceIdentifier(holder.uri)
        certificate, key = self._issue(holder.common_name, [uri], ExtendedKeyUsageOID.CLIENT_AUTH, days)
        record = CertificateRecord(
            serial=serial_of(certificate),
            kind=holder.kind,
            not_before=certificate.not_valid_before_utc,
            not_after=certificate.not_valid_after_utc,
            tenant=holder.tenant,
            organisation=holder.organisation,
            role=holder.role,
            name=holder.name,
        )
        return Issued(_pem(certificate), _key_pem(key), record)

    def _issue(
        self, subject: str, names: Sequence[x509.GeneralName], usage: x509.ObjectIdentifier, days: int
    ) -> tuple[x509.Certificate, ec.EllipticCurvePrivateKey]:
        key = ec.generate_private_key(ec.SECP256R1())
        now = datetime.now(UTC).replace(microsecond=0)
        end = min(now + timedelta(days=days), self.certificate.not_valid_after_utc)
        builder = (
            x509.CertificateBuilder()
            .subject_name(_named(subject))
            .issuer_name(self.certificate.subject)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(min(now, end) - _BACKDATED)
            .not_valid_after(end)
            .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
            .add_extension(_usage(signs_certificates=False), critical=True)
            .add_extension(x509.ExtendedKeyUsage([usage]), critical=False)
            .add_extension(x509.SubjectAlternativeName(names), critical=False)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
            .add_extension(
                x509.AuthorityKeyIdentifier.from_issuer_public_key(self.key.public_key()), critical=False
            )
        )
        return builder.sign(self.key, hashes.SHA256()), key


def create(folder: Path, *, force: bool = False) -> Authority:
    """A new authority in `folder`; raises `IdentityError` where there is one and `force` is not set."""
    key = ec.generate_private_key(ec.SECP256R1())
    now = datetime.now(UTC).replace(microsecond=0)
    subject = _named("wolkenzicht collector authority")
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - _BACKDATED)
        .not_valid_after(now + timedelta(days=CA_DAYS))
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(signs_certificates=True), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .sign(key, hashes.SHA256())
    )
    files.write_all({folder / CA_KEY: _key_pem(key), folder / CA_CERTIFICATE: _pem(certificate)}, force=force)
    return Authority(certificate, key)


def load(folder: Path) -> Authority:
    """The authority kept in `folder`; raises `IdentityError` naming the file that is missing or wrong."""
    certificate = read_certificate(folder / CA_CERTIFICATE)
    path = folder / CA_KEY
    try:
        key = serialization.load_pem_private_key(path.read_bytes(), password=None)
    except OSError as error:
        raise IdentityError(
            f"{path} cannot be read ({error.strerror}); run init, or restore the file"
        ) from error
    except (ValueError, TypeError) as error:
        raise IdentityError(f"{path} is not an unencrypted PEM key; restore it from a backup") from error
    if not isinstance(key, ec.EllipticCurvePrivateKey) or key.public_key() != certificate.public_key():
        raise IdentityError(
            f"{path} does not belong to {folder / CA_CERTIFICATE}; restore both from one backup"
        )
    return Authority(certificate, key)


def read_certificate(path: Path) -> x509.Certificate:
    """The certificate in a PEM file; raises `IdentityError` naming the file."""
    try:
        return x509.load_pem_x509_certificate(path.read_bytes())
    except OSError as error:
        raise IdentityError(
            f"{path} cannot be read ({error.strerror}); run init, or restore the file"
        ) from error
    except ValueError as error:
        raise IdentityError(f"{path} is not a PEM certificate; restore it from a backup") from error


def serial_of(certificate: x509.Certificate) -> str:
    """The serial number as the registry keeps it: lower-case hexadecimal."""
    return format(certificate.serial_number, "x")


def _general_name(host: str) -> x509.GeneralName:
    address = _address(host)
    if address is not None:
        return x509.IPAddress(address)
    try:
        return x509.DNSName(host.encode("idna").decode("ascii"))
    except (UnicodeError, ValueError) as error:
        raise ConfigurationError(
            f"host {host!r} is neither a DNS name nor an IP address; correct --host"
        ) from error


def _address(host: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        return None


def _named(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


def _usage(*, signs_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs_certificates,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=signs_certificates,
        crl_sign=signs_certificates,
        encipher_only=False,
        decipher_only=False,
    )


def _pem(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(serialization.Encoding.PEM)


def _key_pem(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
