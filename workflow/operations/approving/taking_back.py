"""Take back what one has just done, as long as nobody has acted on it (approvals.md, actions)."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from sqlalchemy import update

from workflow.definition.field import Field, FieldType
from workflow.definition.model import Tone
from workflow.engine.forms import Values
from workflow.engine.rights import holds, roles_of
from workflow.operations.approving.action import Action, Occasion
from workflow.operations.documents.papers import VOIDED
from workflow.operations.due.timers import not_later
from workflow.operations.tasks import close_tasks
from workflow.operations.writing import arrive
from workflow.store.documents import Document


def _may(occasion: Occasion) -> str | None:
    last = occasion.loaded.row.last_move
    if last is None:
        return "已有人接着办理，或者这一步不能收回"
    if last["person"] != occasion.actor.person_id:
        return "只有办理上一步的人员可以收回"
    return None if _still_holds(occasion, last["transition"]) else "您已不担任办理这一步的职务，由接任人按流程办理"


def _still_holds(occasion: Occasion, transition: str) -> bool:
    """Whether the actor, or a principal, could still do the step: rights end at once (approvals.md, invariant 8)."""
    snapshot = occasion.loaded.snapshot
    roles = next(roles_of(snapshot, each) for each in snapshot.definition.transitions if each.id == transition)
    capacities = occasion.actor.capacities(snapshot.definition.stage)
    return any(holds(snapshot, each, role) for each in capacities for role in roles)


def _take_back(occasion: Occasion, values: Values) -> None:
    session, loaded, row = occasion.session, occasion.loaded, occasion.loaded.row
    last = row.last_move
    assert last is not None  # noqa: S101 - `_may` looked
    close_tasks(session, row.id, loaded.at, occasion.actor, f"已由{occasion.actor.name}收回")
    papers = (Document.case_id == row.id, Document.transition == last["transition"],
              Document.ordered_at == datetime.fromisoformat(last["at"]))  # fmt: skip
    session.execute(update(Document).where(*papers).values(state=VOIDED))
    left, row.state, row.round = row.state, last["source"], row.round + 1
    kept = {name: value for name, value in row.data.items() if name not in last["added"]}
    row.data, row.resume, row.last_move = {**kept, **last["changed"]}, last["resume"], None
    occasion.note("taken_back", values["note"], source=left, target=row.state,
                  details={"transition": last["transition"]})  # fmt: skip
    snapshot = loaded.snapshot
    case = replace(snapshot.case, state=row.state, round=row.round, data=row.data, resume=row.resume)
    arrive(session, loaded, replace(snapshot, case=case, signatures=(), turns=()))
    not_later(session, row, datetime.fromisoformat(last["due_at"]) if last["due_at"] else None)


TAKE_BACK = Action(
    "take_back", "收回",
    "本事项回到您办理之前的样子，您填写的内容随之还原，已生成的文件作废；原定期限不变。", _may, _take_back,
    lambda _occasion: (Field(name="note", title="收回原因", type=FieldType.PARAGRAPH, maximum=500),),
    tone=Tone.WITHDRAW,
)  # fmt: skip
