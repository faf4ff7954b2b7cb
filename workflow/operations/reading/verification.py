"""What the holder of a paper may learn: whether it is ours, unchanged, in force and in the journal; never its text."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from workflow.documents.archival import content_hash
from workflow.documents.findings import Findings, NoPaper, examine
from workflow.errors import NotFound
from workflow.operations.documents.papers import VOIDED
from workflow.operations.reading.proofs import Printing, Proof, is_chain_sound, printings, proof_of
from workflow.store.documents import Document
from workflow.store.organization import Organization
from workflow.store.seals import SealUse

SHORT = 16  #: digits of a root that papers print
FINGERPRINT = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True)
class Check:
    """One thing looked at: True it fits, False it does not, None that it cannot be told."""

    title: str
    fits: bool | None
    said: str


SAME = Check("文件", True, "与登记的文件逐字节一致")
EARLIER = Check("文件", True, "是本件较早的一版（如用印前），未经改动；现行的一版以登记的指纹为准")
ALTERED = Check("文件", False, "与登记的文件不一致，可能被改动，或者另存、转换过")


@dataclass(frozen=True)
class Verdict:
    """What was found about a paper."""

    code: str
    title: str
    number: str
    issuer: str
    on: date
    pages: int | None
    sha256: str
    is_voided: bool
    is_for_file: bool  #: a file was compared, not the register alone
    checks: tuple[Check, ...]

    @property
    def fits(self) -> bool:
        """Whether nothing speaks against it; a voided paper may still be the very one that was issued."""
        return all(each.fits is not False for each in self.checks)


def verify_code(session: Session, code: str) -> Verdict:
    """What the register and the journal say of the paper with this code. Raises NotFound."""
    document, issuer = _found(session, code)
    return _verdict(session, document, issuer, None)


def examined(data: bytes, trust: Sequence[bytes] = ()) -> Findings | NoPaper:
    """What a file says of itself, or why it says nothing. Needs no database, so that none waits for it."""
    try:
        return examine(data, trust)
    except NoPaper as fault:
        return fault


def verify_file(session: Session, found: Findings | NoPaper, code: str = "") -> Verdict:
    """The same, with the file itself compared. `code` is that on the paper in hand; without it the file's own counts.

    Raises NotFound for a code that is not ours, NoPaper for a file that names none.
    """
    if isinstance(found, Findings):
        document, issuer = _found(session, code or found.code)
        return _verdict(session, document, issuer, found)
    if not code:
        raise found
    document, issuer = _found(session, code)
    fault = Check("文件", False, f"{found.facts['reason']}，与登记的文件不是同一份")
    return _verdict(session, document, issuer, None, (fault,))


def verify_fingerprint(session: Session, sha256: str, code: str = "") -> Verdict:
    """What the SHA-256 of a file proves, which its holder has computed: the file itself was sent nowhere.

    Raises NotFound for a code that is not ours, and for a fingerprint that is registered nowhere when no code is given.
    """
    if not FINGERPRINT.fullmatch(sha256):
        raise NotFound(what="这样的文件指纹")
    wanted = Document.code == code.strip().upper() if code else Document.sha256 == sha256
    document, issuer = _first(session, wanted, "核验码" if code else "文件指纹")
    if sha256 == document.sha256:
        return _verdict(session, document, issuer, None, (SAME,))
    earlier = any(each.sha256 == sha256 for each in printings(session, document))
    return _verdict(session, document, issuer, None, (EARLIER if earlier else ALTERED,))


def _found(session: Session, code: str) -> tuple[Document, str]:
    return _first(session, Document.code == code.strip().upper(), "核验码")


def _first(session: Session, wanted: ColumnElement[bool], by: str) -> tuple[Document, str]:
    row = session.execute(
        select(Document, Organization.name)
        .join(Organization, Organization.id == Document.issuer_id)
        .where(wanted, Document.sha256.is_not(None))
        .order_by(Document.id)
        .limit(1)
    ).one_or_none()
    if row is None:
        raise NotFound(what=f"与这个{by}相符的公文")
    return row.Document, row.name


def _verdict(
    session: Session, document: Document, issuer: str, findings: Findings | None, first: tuple[Check, ...] = ()
) -> Verdict:
    printed = printings(session, document)
    checks = [*first]
    if findings is not None:
        checks += _against(document, findings, printed)
    checks.append(_content(document, printed, findings))
    checks.append(_signature(session, document, findings, is_same=SAME in first))
    checks.append(_journal(session, document, printed))
    return Verdict(
        document.code, document.title, document.number or "", issuer, document.signed_on, document.pages,
        document.sha256 or "", document.state == VOIDED, findings is not None or bool(first), tuple(checks),
    )  # fmt: skip


def _against(document: Document, findings: Findings, printed: list[Printing]) -> Iterator[Check]:
    """The file beside what is registered under the code."""
    same = findings.code == document.code and findings.number == (document.number or "")
    said = document.number or "不编号的文书，核验码一致" if same else "文件内的核验码或发文字号与登记不同"
    yield Check("发文字号", same, said)
    if findings.sha256 == document.sha256:
        yield SAME
    elif any(each.sha256 == findings.sha256 for each in printed[:-1]):
        yield EARLIER
    else:
        yield ALTERED
    for fault in findings.faults:
        yield Check("文件自身", False, fault)


def _content(document: Document, printed: list[Printing], findings: Findings | None) -> Check:
    """The text that is stored, what the journal noted when it was printed, and what the file carries."""
    if content_hash(document.content) != document.content_hash:
        return Check("内容", False, "登记的正文与当时的校验值不符，可能被改动")
    noted = {each.content_sha256 for each in printed}
    if document.content_hash not in noted:
        return Check("内容", False, "登记的正文与留痕记下的校验值不符，可能被改动")
    if findings is not None and findings.content_sha256 not in noted:
        return Check("内容", False, "文件所载的内容校验值与留痕不符")
    return Check("内容", True, "正文的校验值与登记、留痕一致")


def _signature(session: Session, document: Document, findings: Findings | None, *, is_same: bool) -> Check:
    leads = SealUse.organization_id == document.issuer_id
    use = session.scalar(select(SealUse).where(SealUse.document_id == document.id, leads))
    registered = use.certificate_sha256 if use is not None else None
    if findings is None:
        if registered is None or use is None:
            return Check("电子签名", None, "没有加电子签名")
        if is_same:
            return Check("电子签名", True, f"与登记的已签名文件一致，签名人 {use.signer}")
        return Check("电子签名", None, f"登记有电子签名，签名人 {use.signer}；选择文件后可以核对")
    found = findings.signature
    if found is None:
        is_early = registered is not None and findings.sha256 != document.sha256
        said = "这一版没有电子签名，现行的一版有" if is_early else "没有加电子签名"
        return Check("电子签名", None, said)
    if not found.is_good:
        return Check("电子签名", False, "签名与文件内容不符，文件在签名后被改动")
    if found.certificate_sha256 != registered:
        return Check("电子签名", False, "签名所用的证书与用印登记不同")
    return Check("电子签名", True, f"完好，签名人 {found.signer}，证书与用印登记所载一致")


def _journal(session: Session, document: Document, printed: list[Printing]) -> Check:
    """The chain of the case, and the path from the newest printing to the newest root."""
    last = next((each for each in reversed(printed) if each.sha256 == document.sha256), None)
    if last is None:
        return Check("留痕", False, "留痕中没有制发这份文件的记录")
    if not is_chain_sound(session, document):
        return Check("留痕", False, "这一事项的留痕与校验值不符，可能被改动")
    proof = proof_of(session, document, last.sequence)
    if isinstance(proof, Proof):
        covered = f"第{last.sequence}条，由第{proof.covered_by}次封存覆盖"
        newest = f"经{proof.steps}步推出第{proof.newest}次封存的根 {proof.root[:SHORT]}"
        return Check("留痕", True, f"{covered}；{newest}")
    if proof is not None:
        return Check("留痕", False, proof)
    return Check("留痕", True, f"第{last.sequence}条，链完好；留待下一次封存")
