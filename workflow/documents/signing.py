"""Sign a paper with the certificate of its issuer: PAdES B-B, with a time stamp B-T (ETSI EN 319 142-1), by pyHanko.

The signature is an update appended to the bytes of the paper, which stay as they are. Everything in it but the time
stamp follows from those bytes, the key and the stored moment of the use of the seal.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from threading import RLock
from typing import Any

from asn1crypto import tsp, x509
from pkcs11.exceptions import PKCS11Error
from pyhanko.config.pkcs11 import TokenCriteria
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.sign.fields import MDPPerm, SigSeedSubFilter
from pyhanko.sign.general import SigningError
from pyhanko.sign.pkcs11 import PKCS11Signer, open_pkcs11_session
from pyhanko.sign.signers import PdfSignatureMetadata, PdfSigner, Signer, SimpleSigner
from pyhanko.sign.timestamps import TimeStamper
from pyhanko.sign.timestamps.common_utils import TimestampRequestError

from workflow.documents.keys import CannotSign, Keys, Post, Signed

_token_in_use = RLock()  #: a process is logged in to a token once, whichever thread asks
FIELD = "Seal"
DIGEST = "sha256"
ENDINGS = (".p12", ".pfx")


def sign(data: bytes, keys: Keys, code: str, at: datetime, post: Post | None = None) -> Signed:
    """The paper with the signature of the body `code`. Raises CannotSign with the reason."""
    with signer_of(keys, code) as signer:
        certificate = _checked(signer, at)
        note = ""
        try:
            signed = _signed(data, signer, at, _Authority(post) if post else None)
        except (OSError, TimestampRequestError) as error:
            note, post = f"未加时间戳：{error}", None
            signed = _signed(data, signer, at, None)
    fingerprint = sha256(certificate.dump()).hexdigest()
    return Signed(signed, name_in(certificate), fingerprint, post is not None, note)


def certified(keys: Keys, code: str, at: datetime) -> str:
    """Whose certificate signs for a body, and until when. Raises CannotSign with the reason when none does."""
    with signer_of(keys, code) as signer:
        found = _checked(signer, at)
    return f"{name_in(found)}，有效期至{found.not_valid_after:%Y-%m-%d}"


def name_in(certificate: x509.Certificate) -> str:
    """Whom a certificate names."""
    found = certificate.subject.native.get("common_name") or certificate.subject.human_friendly
    return "、".join(found) if isinstance(found, list) else str(found)


@contextmanager
def signer_of(keys: Keys, code: str) -> Iterator[Signer]:
    """What signs for a body, while the token is open."""
    if not re.fullmatch(r"[\w.-]+", code):
        raise CannotSign(reason=f"组织代码“{code}”不能用作证书文件名")
    if keys.module is None:
        yield _from_file(keys, code)
        return
    try:
        with (
            _token_in_use,
            open_pkcs11_session(
                str(keys.module), token_criteria=TokenCriteria(label=keys.token), user_pin=keys.password or None
            ) as session,
        ):
            yield PKCS11Signer(session, cert_label=code, key_label=code)
    except PKCS11Error as error:
        raise CannotSign(reason=f"密码设备“{keys.token}”不可用（{type(error).__name__}）") from error


def _from_file(keys: Keys, code: str) -> Signer:
    path = next((each for ending in ENDINGS if (each := Path(keys.folder or "") / f"{code}{ending}").is_file()), None)
    if path is None:
        raise CannotSign(reason=f"没有组织 {code} 的证书")
    try:
        signer: Signer = SimpleSigner.load_pkcs12_data(path.read_bytes(), (), keys.password.encode() or None)
    except (OSError, ValueError) as error:
        raise CannotSign(reason=f"组织 {code} 的证书文件不能读取，可能口令不对或文件已损坏") from error
    return signer


def _checked(signer: Signer, at: datetime) -> x509.Certificate:
    """The certificate, if it is valid at the moment of the use of the seal."""
    try:
        certificate = signer.signing_cert
    except (PKCS11Error, SigningError) as error:
        raise CannotSign(reason="密码设备中没有这个组织的证书") from error
    if certificate is None:
        raise CannotSign(reason="证书文件中没有证书")
    if not certificate.not_valid_before <= at <= certificate.not_valid_after:
        span = f"{certificate.not_valid_before:%Y-%m-%d}至{certificate.not_valid_after:%Y-%m-%d}"
        raise CannotSign(reason=f"证书不在有效期内（{span}）")
    return certificate


def _signed(data: bytes, signer: Signer, at: datetime, authority: TimeStamper | None) -> bytes:
    meta = PdfSignatureMetadata(
        field_name=FIELD, md_algorithm=DIGEST, subfilter=SigSeedSubFilter.PADES, certify=True,
        docmdp_permissions=MDPPerm.NO_CHANGES, reason="用印",
    )  # fmt: skip
    output = BytesIO()
    try:
        _Pen(meta, signer, timestamper=authority, at=at).sign_pdf(_Revision(data), output=output)
    except (SigningError, PdfError, PKCS11Error, ValueError) as error:
        raise CannotSign(reason=f"密钥不可用（{type(error).__name__}）") from error
    return output.getvalue()


class _Revision(IncrementalPdfFileWriter):
    """The appended update: its identifier follows from the bytes before it, and what the paper says of itself stays."""

    def __init__(self, data: bytes) -> None:
        super().__init__(BytesIO(data))
        self._document_id[1] = generic.ByteStringObject(sha256(data).digest()[:16])

    def _update_meta(self) -> None:
        """Write no new date and no other program's name."""


class _Pen(PdfSigner):
    """Signs as of a stored moment."""

    def __init__(self, *arguments: Any, at: datetime, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self._at = at

    def init_signing_session(self, *arguments: Any, **named: Any) -> Any:
        """The session with that moment for its time."""
        session = super().init_signing_session(*arguments, **named)
        session.system_time = self._at
        return session


class _Authority(TimeStamper):
    """Asks the time stamping authority through our own way out (RFC 3161)."""

    def __init__(self, post: Post) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._post = post

    async def async_request_tsa_response(self, req: tsp.TimeStampReq) -> tsp.TimeStampResp:
        """Its answer."""
        answered = self._post(req.dump())
        try:
            return tsp.TimeStampResp.load(answered, strict=True)
        except ValueError as error:
            raise TimestampRequestError("时间戳服务的应答不能识别") from error
