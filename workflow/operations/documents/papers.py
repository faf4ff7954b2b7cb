"""Order the papers that an act leaves: fix their content in the act's own transaction, print them afterwards."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from workflow import clock, randomness
from workflow.definition.model import Direction
from workflow.definition.model import Document as Paper
from workflow.definition.wording import filled
from workflow.engine.moving import Move, Step, leaves
from workflow.engine.rights import holds, named_persons, persons_of
from workflow.engine.snapshot import Act
from workflow.engine.values import text
from workflow.errors import NotFound
from workflow.operations.documents import accompanying
from workflow.operations.documents.content import (
    Wording,
    act_values,
    campaign_values,
    case_values,
    chinese_date,
    recipients,
)  # fmt: skip
from workflow.operations.documents.extras import Extras, nominee
from workflow.operations.documents.keeping import digest_of, keep
from workflow.operations.documents.particulars import ISSUE, NEWEST
from workflow.operations.documents.rewriting import rewritten
from workflow.operations.installation import Installation
from workflow.operations.loading import Loaded, load
from workflow.operations.organization.posts import names_of
from workflow.store.documents import Document
from workflow.store.fetching import get_one
from workflow.store.organization import Organization

RENDER = "render_document"
RENDERED, VOIDED = "rendered", "voided"
CODE_ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"  #: no 0, O, 1, I: it is read from paper
CODE_LENGTH = 12
FILED_TITLE = "document_title"  #: field of a filing: what is sent in, by which its report is called


def order(session: Session, installation: Installation, after: Loaded, move: Move) -> list[Document]:
    """The papers that one move leaves. Those with a number series wait for their number; the rest go to print."""
    ordered = []
    for name in move.transition.documents:
        paper = after.stage.documents[name]
        act = Act(move.transition, move.actor, move.values, after.at, after.today)
        if leaves(after.snapshot, act, name):
            ordered.append(_order(session, installation, after, move, name, paper))
    return ordered


def _order(
    session: Session, installation: Installation, after: Loaded, move: Move, name: str, paper: Paper
) -> Document:
    document = drafted(session, installation, after, move, name, paper)
    if paper.series is not None and after.stage.stage == ISSUE:
        document = rewritten(session, after.row.id, document)
    if paper.series is None:
        stamp(document, after.today)
        queue(session, installation, document)
    else:
        keep(session, document)
    if document.content["document"]["attachments"] and paper.series is not None:
        accompanying.take(session, after.row.id, document)
    return document


def drafted(
    session: Session, installation: Installation, after: Loaded, move: Move, name: str, paper: Paper
) -> Document:
    """The paper that a move leaves, with its content. Nothing of it is stored yet."""
    issuer = get_one(session, Organization, after.snapshot.case.bodies[paper.issuer])
    document = Document(
        case_id=after.row.id, name=name, catalogue=paper.catalogue, kind=paper.kind,
        title=_title(after, paper, issuer), transition=move.transition.id, code=new_code(), issuer_id=issuer.id,
        series=paper.series, state="draft", signed_on=after.today, needs_seal=paper.seal, content={}, content_hash="",
        template=paper.template or f"{after.stage.stage}/{name}", ordered_at=after.at,
    )  # fmt: skip
    wording = Wording(session, after.snapshot)
    document.content = {
        "document": _document_values(session, installation, after, move, paper, document, issuer),
        "case": case_values(session, after, wording),
        "campaign": campaign_values(session, after),
        "acts": act_values(session, after),
        "extra": Extras(session, installation, after, wording).read(move, paper, document.code),
    }
    return document


def _title(after: Loaded, paper: Paper, issuer: Organization) -> str:
    case = after.snapshot.case
    own = after.snapshot.tree.bodies[case.bodies["own"]]
    about = text(case.data, FILED_TITLE) or after.row.title
    words = {
        "title": about, "subject": case.person.name if case.person else own.name, "issuer": issuer.name,
        "campaign": after.campaign.title, "award": nominee(after)["title"],
    }  # fmt: skip
    return filled(paper.title, words)


def _document_values(
    session: Session, installation: Installation, after: Loaded, move: Move, paper: Paper, document: Document,
    issuer: Organization,
) -> dict[str, Any]:  # fmt: skip
    snapshot = after.snapshot
    kind = installation.definitions.organization.kinds[issuer.kind]
    main = recipients(snapshot, paper.main, issuer.id)
    copied = recipients(snapshot, paper.copies, issuer.id)
    copies = [each for each in copied if each not in main]  # a guide may be who receives it
    files = accompanying.waiting(session, after.row.id) if paper.series is not None else ()
    attachments = list(dict.fromkeys([*paper.attachments, *accompanying.listed(files)]))
    return {
        "catalogue": paper.catalogue, "kind": paper.kind, "title": document.title,
        "mark": filled(kind.mark, {"name": issuer.name}), "number": "", "code": document.code, "issuer": issuer.name,
        "issuer_short": issuer.short_name, "main": main, "copies": copies,
        "signatory": _signatory(session, after, move, paper),
        "upward": paper.direction is Direction.UP, "urgency": "", "date": "", "attachments": attachments,
        "contact": {"name": issuer.contact, "phone": issuer.phone}, "printed_by": issuer.name, "printed_on": "",
        "verify": verification(installation.settings.public_url, document.code),
        "seal": {"required": paper.seal, "image": ""},
        "version": after.row.definition_id and str(after.row.definition_id),
    }  # fmt: skip


def _signatory(session: Session, after: Loaded, move: Move, paper: Paper) -> str:
    """Who signs: the actor when the role is theirs, else the first holder of the role."""
    if paper.signatory is None or holds(after.snapshot, move.actor, paper.signatory):
        return move.actor.name if not move.actor.is_system else ""
    found = persons_of(after.snapshot, paper.signatory)
    return next(iter(names_of(session, found[:1]).values()), "")


def verification(public_url: str, code: str) -> str:
    """What the paper's QR code says: the address of its verification page, or the code alone without an address."""
    return f"{public_url}/verify/{code}" if public_url else code


def new_code() -> str:
    """A code of verification that nobody guesses."""
    letters = [CODE_ALPHABET[each % len(CODE_ALPHABET)] for each in randomness.token_bytes(CODE_LENGTH)]
    return "-".join("".join(letters[start : start + 4]) for start in range(0, CODE_LENGTH, 4))


def template_folder(installation: Installation, document: Document) -> Path:
    """Where a template lies: `shared/<name>` with the letterhead, `<stage>/<name>` with its stage."""
    stage, _, name = document.template.partition("/")
    folder = f"letterhead/shared/{name}" if stage == "shared" else f"stages/{stage}/documents/{name}"
    return installation.definitions.directory / folder


def stamp(document: Document, day: date) -> None:
    """Fix number and date; from here on the content does not change."""
    values = dict(document.content["document"])
    values.update(number=document.number or "", date=chinese_date(document.signed_on), printed_on=chinese_date(day))
    document.content = {**document.content, "document": values}
    document.content_hash = digest_of(document.content)


def queue(session: Session, installation: Installation, document: Document, why: str = "") -> None:
    """Send a paper to be printed, in the transaction that ordered it."""
    document.state, document.queued_at = "queued", clock.now()
    keep(session, document)  # the job is called by its key
    key = f"{document.id}-{document.content_hash[:12]}{why}"  # a text changed and registered again is printed again
    installation.jobs.enqueue(session, RENDER, key, document_id=document.id)


def issue_data(after: Loaded, step: Step, document: Document) -> Mapping[str, Any]:
    """What the issue of a document starts with: who drafted, reviewed and signed it in the case it comes from.

    Only people of the issuing body count: whoever asked for a reply does not draft it.
    """
    issuer = after.stage.documents[document.name].issuer
    acted = [act.person_id for act in after.snapshot.history if act.person_id is not None]
    values = document.content["document"]
    signed = _signed_by(after, step, document)
    staff, reviewers = (frozenset(persons_of(after.snapshot, f"{issuer}.{role}")) for role in ("staff", "reviewer"))
    drafter = next((each for each in (after.row.opened_by, *acted) if each in staff and each != signed), None)
    reviewer = next((each for each in reversed(acted) if each in reviewers and each not in (drafter, signed)), None)
    return {
        "title": document.title, "kind": document.kind, "document": document.code, "series": document.series,
        "upward": values["upward"], "seal": values["seal"]["required"], "drafter": drafter, "reviewer": reviewer,
        "signatory": signed, "signed_on": after.today.isoformat() if signed else None, "main": values["main"],
        "copies": values["copies"],
    }  # fmt: skip


def _signed_by(after: Loaded, step: Step, document: Document) -> int | None:
    """Who has signed the paper by the very act that ordered it: the actor, if the signatory's post is theirs.

    Minutes are signed by whoever chaired the meeting; anything else waits for its signatory in the issue.
    """
    role = after.stage.documents[document.name].signatory
    actor = next((move.actor for move in step.moves if move.transition.id == document.transition), None)
    if actor is not None and not actor.is_system and role is not None:
        return actor.person_id if holds(after.snapshot, actor, role) else None
    presider = after.snapshot.case.data.get("presider")
    return presider if isinstance(presider, int) else None


def written_in(session: Session, issue: Loaded) -> Document | None:
    """The document that an issue case issues; None until somebody has written it."""
    return next(iter(NEWEST.of(session, issue=issue.row.id)), None)


def issued_by(session: Session, issue: Loaded) -> Document:
    """The same where there has to be one, with a number or waiting for it."""
    document = written_in(session, issue)
    if document is None or document.series is None:
        raise NotFound(what="待印发的公文")
    return document


def sign(session: Session, _installation: Installation, issue: Loaded) -> None:
    """Put the signatory and the day of signing into the document: its date is the day on which it was signed."""
    document = issued_by(session, issue)
    data = issue.snapshot.case.data
    if isinstance(data.get("signed_on"), str):
        document.signed_on = date.fromisoformat(str(data["signed_on"]))
    signed = (*named_persons(data, "signatory"), *named_persons(data, "cosigners"))
    names = {each: names_of(session, [each]).get(each, "") for each in signed}  # 主办机关在前
    values = {**document.content["document"], "signatory": "、".join(names.values())}
    document.content = {**document.content, "document": values}


def refresh(session: Session, installation: Installation, issue: Loaded) -> None:
    """Take the text anew from the case that it comes from, because it was returned and changed there."""
    document = issued_by(session, issue)
    origin = load(session, installation, document.case_id)
    wording = Wording(session, origin.snapshot)
    document.content = {
        **document.content,
        "case": case_values(session, origin, wording),
        "acts": act_values(session, origin),
    }


def void(session: Session, _installation: Installation, issue: Loaded) -> None:
    """Mark the document void: its number stays used, and its verification page says so."""
    if (document := written_in(session, issue)) is not None:
        document.state = VOIDED
