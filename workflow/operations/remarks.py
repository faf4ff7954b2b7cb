"""Say something about a case without moving it: supervision by staff (R41), advice of a guiding body (R57, R58)."""

from __future__ import annotations

from sqlalchemy.orm import Session

from workflow.engine.actor import Actor
from workflow.engine.forms import FieldFault
from workflow.errors import InvalidInput, NotAllowed
from workflow.operations import journal
from workflow.operations.access import guiding_body, may_read
from workflow.operations.documents.advice import order_letter
from workflow.operations.installation import Installation
from workflow.operations.loading import Loaded, load
from workflow.store.journal import Remark

LONGEST = 2000


def advise(
    session: Session, installation: Installation, actor: Actor, case_id: int, text: str, *, formal: bool = False
) -> Remark:
    """A guiding body's advice: read by the body concerned, binding nobody, without a deadline.

    Where it is asked for, a letter (T41) is drafted from it and issued by the guiding body.
    """
    loaded = load(session, installation, case_id, lock=True)
    guide = guiding_body(loaded.snapshot, actor)
    if guide is None:
        raise NotAllowed(action="提出建议", reason="只有对该单位负有指导关系的组织可以提出建议")
    remark = _remark(session, loaded, actor, "advice", text, guide)
    if formal:
        order_letter(session, installation, loaded, actor, guide, remark.text)
    return remark


def supervise(session: Session, installation: Installation, actor: Actor, case_id: int, text: str) -> Remark:
    """Feedback of anybody who may read the case, staff above all."""
    loaded = load(session, installation, case_id, lock=True)
    may_read(session, actor, loaded)
    return _remark(session, loaded, actor, "feedback", text, None)


def _remark(session: Session, loaded: Loaded, actor: Actor, kind: str, text: str, body: int | None) -> Remark:
    text = text.strip()
    if not text or len(text) > LONGEST:
        raise InvalidInput(errors=(FieldFault("text", "内容", f"请填写内容，不超过{LONGEST}字"),))
    assert actor.person_id is not None  # noqa: S101 - the system never remarks
    remark = Remark(case_id=loaded.row.id, kind=kind, person_id=actor.person_id, organization_id=body, text=text,
                    made_at=loaded.at)  # fmt: skip
    session.add(remark)
    organization = loaded.snapshot.tree.bodies[body].name if body else ""
    journal.append(session, loaded.row, "advised" if kind == "advice" else "supervised", actor=actor, at=loaded.at,
                   organization=organization, details={"text": text})  # fmt: skip
    return remark
