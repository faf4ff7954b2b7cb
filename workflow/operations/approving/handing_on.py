"""Hand the turn to somebody else for good (转办), urge its holder (催办)."""

from __future__ import annotations

from datetime import timedelta
from zoneinfo import ZoneInfo

from workflow.definition.field import Field, FieldType
from workflow.engine.forms import Values
from workflow.engine.turns import COPIED, own_turns
from workflow.operations.approving.action import Action, Occasion, holds_turn
from workflow.operations.approving.people import stand_ins
from workflow.operations.organization.posts import names_of
from workflow.operations.tasks import close, open_tasks, reopen_for
from workflow.store.fetching import get_one
from workflow.store.tasks import Task

URGE_AFTER = "approval.urge_hours"  #: parameter: hours between two urgings of a case


def _transfer(occasion: Occasion, values: Values) -> None:
    turn, session, loaded = occasion.turn(), occasion.session, occasion.loaded
    assert turn is not None  # noqa: S101 - `holds_turn` looked
    name = names_of(session, [values["person"]])[values["person"]]
    task = get_one(session, Task, turn.id)
    close(session, [task], loaded.at, occasion.actor, f"已由{occasion.actor.name}转{name}办理")
    reopen_for(session, loaded, task, values["person"], actor=occasion.actor, note=values["note"])
    occasion.note("transferred", values["note"], details={"people": [name]})


def _may_urge(occasion: Occasion) -> str | None:
    if occasion.turn() is not None:
        return "本事项正在您处，请直接办理"
    if not own_turns(occasion.loaded.snapshot):
        return "现在没有人需要办理"
    urged = [each for each in occasion.loaded.snapshot.turns if each.urged_at is not None and each.kind != COPIED]
    last = max(urged, key=lambda each: each.urged_at or occasion.loaded.at, default=None)
    pause = timedelta(hours=occasion.loaded.snapshot.integer(URGE_AFTER))
    if last is None or last.urged_at is None or occasion.loaded.at - last.urged_at >= pause:
        return None
    when = last.urged_at.astimezone(ZoneInfo(occasion.loaded.snapshot.zone))
    return f"{last.urged_by}已于{when:%m月%d日 %H:%M}催办过，{pause // timedelta(hours=1)}小时内不重复催办"


def _urge(occasion: Occasion, values: Values) -> None:
    session, loaded = occasion.session, occasion.loaded
    for task in open_tasks(session, loaded.row.id):
        task.urged_at, task.urged_by = loaded.at, occasion.actor.name
    occasion.note("urged", values["note"] or "")


TRANSFER = Action(
    "transfer", "转办", "本事项转到对方的待办，由对方按同样的要求办理；您不再收到它。", holds_turn, _transfer,
    lambda _occasion: (
        Field(name="person", title="转给谁", type=FieldType.PERSON, among="asked"),
        Field(name="note", title="转办原因", type=FieldType.PARAGRAPH, maximum=1000),
    ),
    stand_ins,
)  # fmt: skip
URGE = Action(
    "urge", "催办", "正在办理的人员会在待办中看到是谁、何时催办。", _may_urge, _urge,
    lambda _occasion: (Field(name="note", title="说明", type=FieldType.PARAGRAPH, required=False, maximum=500),),
)  # fmt: skip
