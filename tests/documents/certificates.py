"""Certificates for tests: an authority of our own, and keys that it has signed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, Encoding, pkcs12
from cryptography.x509.oid import NameOID

PASSWORD = "口令 for tests"
LONG_AGO = datetime(2011, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Issued:
    """A key with its certificate."""

    key: rsa.RSAPrivateKey
    certificate: x509.Certificate

    @property
    def pem(self) -> bytes:
        return self.certificate.public_bytes(Encoding.PEM)


@cache
def authority() -> Issued:
    """Who vouches for the bodies of the demonstration enterprise."""
    return _issue("示例签发机构", None, LONG_AGO, 9000)


def issued(name: str, since: datetime = LONG_AGO, days: int = 9000) -> Issued:
    """A key of a body, vouched for by the authority."""
    return _issue(name, authority(), since, days)


def write_key(folder: Path, code: str, found: Issued, password: str = PASSWORD) -> None:
    """Lay a key into a folder as the service expects it."""
    data = pkcs12.serialize_key_and_certificates(
        code.encode(), found.key, found.certificate, [authority().certificate],
        BestAvailableEncryption(password.encode()),
    )  # fmt: skip
    (folder / f"{code}.p12").write_bytes(data)


def _issue(name: str, by: Issued | None, since: datetime, days: int) -> Issued:
    key = rsa.generate_private_key(65537, 2048)
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    usage = x509.KeyUsage(True, True, False, False, False, by is None, by is None, False, False)
    built = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(by.certificate.subject if by else subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(since)
        .not_valid_after(since + timedelta(days=days))
        .add_extension(x509.BasicConstraints(ca=by is None, path_length=None), critical=True)
        .add_extension(usage, critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    )
    if by:
        signer = x509.AuthorityKeyIdentifier.from_issuer_public_key(by.key.public_key())
        built = built.add_extension(signer, critical=False)
    return Issued(key, built.sign((by.key if by else key), hashes.SHA256()))
