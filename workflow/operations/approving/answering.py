"""Answer what a holder asked, read a copy, abstain on a seat."""

from __future__ import annotations

from workflow.definition.field import Field, FieldType
from workflow.definition.model import SAME, Transition
from workflow.engine.deciding import AGREE, ANSWER, REFUSE, VERDICTS, allows_abstaining
from workflow.engine.forms import FieldFault, Values
from workflow.engine.joint import abstain, answered
from workflow.engine.moving import REASON, Decided, Step
from workflow.engine.snapshot import Act, Turn
from workflow.engine.turns import CONSULTED, COPIED, DELEGATED, SEAT, SIGNERS
from workflow.errors import InvalidInput
from workflow.operations.approving.action import Action, Occasion
from workflow.operations.following import follow
from workflow.operations.tasks import close
from workflow.operations.writing import write
from workflow.store.fetching import get_one
from workflow.store.tasks import Task

ASKED = (*SIGNERS, DELEGATED, CONSULTED)
OPINION = Field(name="opinion", title="意见", type=FieldType.PARAGRAPH, maximum=2000)
VERDICT = Field(
    name="verdict", title="是否同意", type=FieldType.CHOICE,
    options={AGREE: VERDICTS[AGREE], REFUSE: VERDICTS[REFUSE]},
)  # fmt: skip
OPTIONAL = OPINION.model_copy(update={"required": False, "hint": "不同意的，须写明理由"})


def _asked(occasion: Occasion) -> Turn | None:
    return occasion.turn(ASKED)


def _fields(occasion: Occasion) -> tuple[Field, ...]:
    turn = _asked(occasion)
    return (VERDICT, OPTIONAL) if turn is not None and turn.kind in SIGNERS else (OPINION,)


def _answer(occasion: Occasion, values: Values) -> None:
    turn, loaded = _asked(occasion), occasion.loaded
    assert turn is not None  # noqa: S101 - `check` looked
    verdict, opinion = values.get("verdict") or ANSWER, values["opinion"] or ""
    if verdict == REFUSE and not opinion:
        raise InvalidInput(errors=(FieldFault("opinion", OPINION.title, "请写明不同意的理由"),))
    nothing = Transition(id="-", trigger=ANSWER, title=ANSWERING.title, sources=(), to=SAME, by={})
    act = Act(nothing, occasion.actor, {}, loaded.at, loaded.today)
    _store(occasion, answered(loaded.snapshot, turn, Decided(turn.id, verdict, occasion.actor, opinion=opinion), act))


def _store(occasion: Occasion, step: Step) -> None:
    write(occasion.session, occasion.loaded, step)
    follow(occasion.session, occasion.installation, occasion.loaded, step)


def _read(occasion: Occasion, _values: Values) -> None:
    turn, loaded = occasion.turn((COPIED,)), occasion.loaded
    assert turn is not None  # noqa: S101 - `check` looked
    close(occasion.session, [get_one(occasion.session, Task, turn.id)], loaded.at, occasion.actor, "已阅")
    occasion.note("read")


def _may_abstain(occasion: Occasion) -> str | None:
    rule = occasion.loaded.stage.states[occasion.loaded.row.state].decide
    if rule is None or occasion.turn((SEAT,)) is None:
        return "没有等您表决的事项"
    return None if allows_abstaining(rule) else "这里须表示同意或者不同意，不能弃权"


def _abstain(occasion: Occasion, values: Values) -> None:
    loaded = occasion.loaded
    rule = loaded.stage.states[loaded.row.state].decide
    transition = loaded.stage.find(rule.passes, loaded.row.state) if rule else None
    assert transition is not None  # noqa: S101 - `chuangyou check` proves it
    act = Act(transition, occasion.actor, {REASON: values["opinion"]}, loaded.at, loaded.today)
    _store(occasion, abstain(loaded.snapshot, act))


ANSWERING = Action(
    "answer", "表示意见", "您的意见记入本事项，提出请求的人员随即看到。",
    lambda occasion: None if _asked(occasion) else "没有请您表示意见", _answer, _fields,
)  # fmt: skip
READING = Action(
    "read", "已阅", "记录您已阅读本事项。",
    lambda occasion: None if occasion.turn((COPIED,)) else "没有抄送给您的待阅事项", _read,
)  # fmt: skip
ABSTAINING = Action(
    "abstain", "弃权", "弃权单独计数，不算同意，也不算不同意。表示后不能更改。", _may_abstain, _abstain,
    lambda _occasion: (OPTIONAL.model_copy(update={"hint": ""}),),
)  # fmt: skip
