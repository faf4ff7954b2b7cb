"""Signatures that count no longer, because who gave them was replaced: the row goes, the journal keeps both."""

from __future__ import annotations

from sqlalchemy import delete
from sqlalchemy.orm import Session

from workflow.engine.moving import SYSTEM_ACTOR, Step
from workflow.operations import journal
from workflow.operations.loading import Loaded
from workflow.operations.organization.posts import names_of
from workflow.store.tasks import Signature

FACT = "unsigned"


def unsign(session: Session, loaded: Loaded, step: Step) -> None:
    """Take out what the step has made void, with one entry for all (K26)."""
    people = sorted({each.person_id for each in step.void})
    if not people:
        return
    table, row = Signature, loaded.row
    acts = sorted({each.transition for each in step.void})
    here = (table.case_id == row.id, table.round == row.round, table.transition.in_(acts), table.person_id.in_(people))
    session.execute(delete(table).where(*here))
    names = list(names_of(session, people).values())
    journal.append(
        session, row, FACT, actor=SYSTEM_ACTOR, at=loaded.at, details={"people": names, "unsigned": acts},
        reason=f"{'、'.join(names)}已被更换，本轮的签字作废，由现在确定的人员重新签字",
    )  # fmt: skip
