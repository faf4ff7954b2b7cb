"""Examine a PDF that somebody holds: what it says of itself, and whether its signature stands. Needs no database."""

from __future__ import annotations

import json
import logging
import zlib
from collections.abc import Mapping, Sequence
from hashlib import sha256
from io import BytesIO
from typing import Any

import pikepdf
from asn1crypto import pem, x509
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.general import SigningError
from pyhanko.sign.validation import SignatureCoverageLevel, validate_pdf_signature
from pyhanko.sign.validation.errors import SignatureValidationError
from pyhanko_certvalidator import ValidationContext

from workflow.documents.archival import FILE, FORMAT
from workflow.documents.findings import Findings, NoPaper, Signature
from workflow.documents.signing import name_in

LARGEST_FACTS = 1_000_000  #: bytes of the embedded file; ours has some hundreds
DAMAGED = (
    pikepdf.PdfError, pikepdf.DataDecodingError, zlib.error, ValueError, RuntimeError, TypeError, KeyError,
    AttributeError, IndexError,
)  # fmt: skip
UNREADABLE = (*DAMAGED, PdfError, SigningError, SignatureValidationError)

logging.getLogger("pyhanko").setLevel(logging.ERROR)
logging.getLogger("pyhanko_certvalidator").setLevel(logging.ERROR)


def certificates(files: Sequence[bytes]) -> list[x509.Certificate]:
    """Certificates in PEM or DER. Raises ValueError for what is none."""
    found = []
    for data in files:
        parts = [each for _, _, each in pem.unarmor(data, multiple=True)] if pem.detect(data) else [data]
        found += [x509.Certificate.load(each, strict=True) for each in parts]
    return found


def examine(data: bytes, trust: Sequence[bytes] = ()) -> Findings:
    """What the file says of itself. Raises NoPaper for what is no PDF of this service."""
    facts, printed_title = _facts(data)
    document = facts["document"]
    said = {name: str(document.get(name) or "") for name in ("code", "title", "number", "issuer")}
    faults = []
    if printed_title and "".join(printed_title.split()) != "".join(said["title"].split()):
        faults.append("文件标题与内嵌的登记信息不一致")
    try:
        signature = _signature(data, trust)
    except UNREADABLE:
        signature = None
        faults.append("文件结构已损坏，不能核对电子签名，可能被改动")
    if signature is not None and not signature.is_good:
        faults.append("文件在加电子签名后被改动" if not signature.is_intact else "加电子签名后又向文件追加了内容")
    return Findings(
        sha256(data).hexdigest(), **said, content_sha256=str(facts.get("content_sha256") or ""),
        journal_seal=str(facts.get("journal_seal") or ""), signature=signature, faults=tuple(faults),
    )  # fmt: skip


def _facts(data: bytes) -> tuple[Mapping[str, Any], str]:
    """The embedded facts, and the title that a viewer shows."""
    try:
        with pikepdf.open(BytesIO(data)) as file:
            if FILE not in file.attachments:
                raise NoPaper(reason="文件中没有本系统的登记信息，可能不是本系统印发的原件，或者经过转换、打印、扫描")
            raw = file.attachments[FILE].get_file().read_bytes()
            title = str(file.docinfo.get("/Title", ""))
    except DAMAGED as error:
        raise NoPaper(reason="文件不是可以读取的 PDF，可能已经损坏") from error
    try:
        facts = json.loads(raw[:LARGEST_FACTS])
    except (ValueError, RecursionError) as error:
        raise NoPaper(reason="文件内嵌的登记信息已损坏") from error
    if not isinstance(facts, dict) or facts.get("format") != FORMAT or not isinstance(facts.get("document"), dict):
        raise NoPaper(reason="文件内嵌的登记信息不是本系统的格式")
    return facts, title


def _signature(data: bytes, trust: Sequence[bytes]) -> Signature | None:
    reader = PdfFileReader(BytesIO(data), strict=False)
    found = list(reader.embedded_regular_signatures)
    if not found:
        return None
    last = found[-1]
    context = ValidationContext(
        trust_roots=certificates(trust), allow_fetching=False, revocation_mode="soft-fail",
        moment=last.self_reported_timestamp,
    )  # fmt: skip
    status = validate_pdf_signature(last, signer_validation_context=context)
    certificate = last.signer_cert
    stamped = status.timestamp_validity
    return Signature(
        signer=name_in(certificate), certificate_sha256=sha256(certificate.dump()).hexdigest(),
        at=last.self_reported_timestamp, stamped_at=stamped.timestamp if stamped is not None else None,
        is_intact=bool(status.intact and status.valid),
        is_whole=status.coverage == SignatureCoverageLevel.ENTIRE_FILE, is_trusted=bool(trust and status.trusted),
    )  # fmt: skip
