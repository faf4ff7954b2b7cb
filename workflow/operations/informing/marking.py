"""Note that somebody has read what they were told."""

from __future__ import annotations

from sqlalchemy import update
from sqlalchemy.orm import Session

from workflow import clock
from workflow.engine.actor import Actor
from workflow.errors import NotFound
from workflow.store.cases import Case
from workflow.store.fetching import get
from workflow.store.notices import Notice


def mark_read(session: Session, actor: Actor, notice_id: int) -> str:
    """Note that the person has read it; answers the number of its case, empty when it is about none."""
    notice = get(session, Notice, notice_id)
    if notice is None or notice.person_id != actor.person_id:
        raise NotFound(what="这条提醒")
    notice.read_at = notice.read_at or clock.now()
    case = get(session, Case, notice.case_id) if notice.case_id else None
    return case.number if case else ""


def mark_all_read(session: Session, actor: Actor, newest: int) -> int:
    """Note that everything up to the newest one shown is read; answers how many there were."""
    mine = (Notice.person_id == actor.person_id, Notice.read_at.is_(None), Notice.id <= newest)
    found = session.execute(update(Notice).where(*mine).values(read_at=clock.now()).returning(Notice.id))
    return len(found.all())
