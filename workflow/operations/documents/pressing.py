"""Use a seal: its keeper presses it on one paper or many, once each, and every use is a row (D10, domain.md §11).

An issued document is sealed by D10; any other paper that carries a seal waits in its keeper's list. What is pressed is
printed anew, with the image of the seal where the placeholder was, and signed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import bindparam, select, text
from sqlalchemy.orm import Session

from workflow import clock
from workflow.documents.keys import NO_KEYS
from workflow.engine.actor import Actor
from workflow.engine.forms import FieldFault
from workflow.errors import InvalidInput, NotAllowed, NotFound, Refused
from workflow.operations import journal
from workflow.operations.documents.papers import RENDERED, issued_by, queue
from workflow.operations.documents.seal_images import ROLE, image_in_use, kept_by
from workflow.operations.documents.signatures import keys_of
from workflow.operations.installation import Installation
from workflow.operations.loading import Loaded, lock_family
from workflow.operations.organization.posts import in_office
from workflow.store.cases import Case
from workflow.store.documents import TO_SEAL, Document
from workflow.store.fetching import Entities, get_one, insert
from workflow.store.organization import Organization
from workflow.store.seals import SealUse

FACT = "pressed"
TITLE = "用印"
USED = Entities(SealUse, SealUse.document_id == bindparam("document"), SealUse.organization_id == bindparam("body"))
LED_BY_ANOTHER = "联合行文，由主办机关加电子签名"


@dataclass(frozen=True)
class Waiting:
    """A paper that waits for its seal."""

    id: int
    title: str
    kind: str
    on: date
    organization: str
    case_number: str
    case_title: str


def waiting(session: Session, installation: Installation, actor: Actor, limit: int = 200) -> list[Waiting]:
    """Printed papers that wait for a seal that the actor keeps, the oldest first."""
    bodies = kept_by(session, installation, actor)
    if not bodies:
        return []
    found = session.execute(
        select(Document.id, Document.title, Document.kind, Document.signed_on, Organization.short_name,
               Case.number, Case.title.label("case_title"))
        .join(Organization, Organization.id == Document.issuer_id)
        .join(Case, Case.id == Document.case_id)
        .where(text(TO_SEAL), Document.issuer_id.in_(bodies), Document.state == RENDERED)
        .order_by(Document.id)
        .limit(limit)
    )  # fmt: skip
    return [Waiting(*row) for row in found]


def press(session: Session, installation: Installation, actor: Actor, documents: Sequence[int]) -> list[SealUse]:
    """The keeper of the seal presses it on these papers, all or none. One that is sealed already stays as it is.

    Raises NotFound, NotAllowed (another's seal), Refused (voided, not printed, sealed by D10) or InvalidInput.
    """
    most = int(str(installation.definitions.campaign.parameters["seal.most_at_once"]))
    wanted = sorted(set(documents))
    if not 0 < len(wanted) <= most:
        problem = f"一次最多 {most} 份，请分几次办理" if wanted else "请至少选择一份文件"
        raise InvalidInput(errors=(FieldFault("document", "用印的文件", problem),))
    at = clock.now()
    if actor.person_id is not None:
        actor = in_office(session, actor, installation.today(at))
    keepers = kept_by(session, installation, actor)
    cases = session.execute(select(Document.case_id, Document.id).where(Document.id.in_(wanted)).order_by(
        Document.case_id, Document.id)).all()  # fmt: skip
    if len(cases) != len(wanted):
        raise NotFound(what="其中的文件，或者您无权用印")
    return [_press(session, installation, keepers, case_id, document_id, at) for case_id, document_id in cases]


def _press(
    session: Session, installation: Installation, keepers: dict[int, Actor], case_id: int, document_id: int,
    at: datetime,
) -> SealUse:  # fmt: skip
    row = lock_family(session, case_id)
    document = session.get_one(Document, document_id, with_for_update={"key_share": True})
    session.refresh(document)
    keeper = keepers.get(document.issuer_id)
    if keeper is None or not document.needs_seal:
        raise NotAllowed(action=f"给《{document.title}》用印", reason="印章只能由发文组织的印章保管人使用")
    if (found := _used(session, document, document.issuer_id)) is not None:
        return found
    if document.series is not None:
        reason = "编号印发的公文在办文流程的“用印”环节办理"
    elif document.state != RENDERED:
        reason = "它还没有印制完成，或者已经作废，请刷新后查看"
    else:
        return _use(session, installation, document, document.issuer_id, row, keeper, at, 1)
    raise Refused(title=f"给《{document.title}》用印", guard="paper_waits_for_seal", reason=reason)


def press_issued(session: Session, installation: Installation, issue: Loaded, keeper: Actor) -> SealUse:
    """D10: the seal is used on the document that the case issues, on as many copies as its keeper says.

    Once: a case that was taken back or moved back comes here again with a paper that carries its seal already.
    """
    document = issued_by(session, issue)
    return _press_one(session, installation, issue, document, document.issuer_id, keeper)


def press_jointly(session: Session, installation: Installation, issue: Loaded, keeper: Actor) -> SealUse:
    """D26: one of the other issuers of a joint document presses its own seal beside that of the issuer that leads."""
    document, body = issued_by(session, issue), issue.snapshot.case.bodies["pressed"]
    return _press_one(session, installation, issue, document, body, keeper)


def _press_one(
    session: Session, installation: Installation, issue: Loaded, document: Document, body: int, keeper: Actor
) -> SealUse:  # fmt: skip
    if (found := _used(session, document, body)) is not None:
        return found
    copies = issue.snapshot.case.data.get("seal_copies")
    copies = copies if isinstance(copies, int) else 1
    return _use(session, installation, document, body, issue.row, keeper, issue.at, copies)


def _used(session: Session, document: Document, body: int) -> SealUse | None:
    return next(iter(USED.of(session, document=document.id, body=body)), None)


def _use(
    session: Session, installation: Installation, document: Document, body: int, row: Case, keeper: Actor, at: datetime,
    copies: int,
) -> SealUse:  # fmt: skip
    """Enter the use, and have the paper printed with it when its bytes change by that. The case is locked."""
    assert keeper.person_id is not None  # noqa: S101 - the system keeps no seal
    image = image_in_use(session, body)
    found = SealUse(
        document_id=document.id, organization_id=body, keeper_id=keeper.person_id,
        keeper=journal.name_of(keeper), used_at=at, copies=copies, image_id=image.id if image else None,
        image_sha256=image.sha256 if image else None,
    )  # fmt: skip
    leads = body == document.issuer_id
    document.sealed_at = at if leads else document.sealed_at
    words, name = installation.definitions.organization, get_one(session, Organization, body).name
    details = {"document": document.code, "title": document.title, "number": document.number, "copies": copies,
               "image": found.image_sha256, "content": document.content_hash}  # fmt: skip
    journal.append(
        session, row, FACT, actor=keeper, at=at, post=words.roles[ROLE].title, organization=name, details=details
    )
    signs = leads and keys_of(installation.settings).are_given
    if not signs:
        found.unsigned_because = NO_KEYS if leads else LED_BY_ANOTHER
    if signs or image is not None:
        queue(session, installation, document, "sealed" if leads else f"sealed{body}")
        document.rendered_at = None
    insert(session, found)
    return found
