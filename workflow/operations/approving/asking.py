"""Ask others beside one's own turn: add and remove signers, delegate, consult, copy (approvals.md, actions)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from workflow.definition.field import Field, FieldType
from workflow.engine.forms import Values
from workflow.engine.snapshot import Turn
from workflow.engine.turns import AFTER, BEFORE, CONSULTED, COPIED, DELEGATED, PARALLEL, SEAT, SIGNERS
from workflow.operations.approving.action import Action, Occasion, holds_turn
from workflow.operations.approving.people import co_signatories, consultable, signatories
from workflow.operations.organization.posts import names_of
from workflow.operations.tasks import ask, close
from workflow.store.fetching import get_one
from workflow.store.tasks import Task

PLACES = {
    BEFORE: "在我之前：他们办理后再由我办理",
    PARALLEL: "与我同时：全部同意后才转入下一步",
    AFTER: "在我之后：我同意后再请他们",
}
ASKS = {BEFORE: "加签：表示意见", PARALLEL: "加签：表示意见", AFTER: "加签：表示意见", DELEGATED: "受托办理：提出意见",
        CONSULTED: "沟通：答复询问", COPIED: "抄送：阅知"}  # fmt: skip
NOTE = Field(name="note", title="说明", type=FieldType.PARAGRAPH, maximum=1000)
OPTIONAL_NOTE = NOTE.model_copy(update={"required": False})
REMOVABLE = (*SIGNERS, DELEGATED, CONSULTED)


def _place(occasion: Occasion) -> Field:
    """Beside or after one seat of a joint decision nobody signs: the other seats are what is beside it."""
    turn = occasion.turn()
    if turn is not None and turn.kind == SEAT:
        return Field(
            name="place", title="次序", type=FieldType.CHOICE, options={BEFORE: PLACES[BEFORE]}, default=BEFORE
        )
    return Field(name="place", title="次序", type=FieldType.CHOICE, options=PLACES, default=PARALLEL)


def _people(title: str) -> Field:
    return Field(name="people", title=title, type=FieldType.PEOPLE, among="asked", minimum=1)


def _request(occasion: Occasion, kind: str, people: Sequence[int], note: str) -> None:
    """Open a task for each person, unless the same is asked of that person already."""
    turn = occasion.turn()
    assert turn is not None  # noqa: S101 - `holds_turn` looked
    session, loaded = occasion.session, occasion.loaded
    parent = get_one(session, Task, turn.id)
    asked = {each.addresses for each in loaded.snapshot.turns if each.kind == kind and not each.is_closed}
    new = [each for each in people if (f"p{each}",) not in asked]
    for each in new:
        ask(session, loaded, parent, kind, ASKS[kind], [f"p{each}"], actor=occasion.actor, note=note,
            is_waiting=kind == AFTER)  # fmt: skip
    names = list(names_of(session, new).values())
    occasion.note("asked", note, details={"kind": kind, "people": names})


def _add(occasion: Occasion, values: Values) -> None:
    _request(occasion, values["place"], values["people"], values["note"] or "")


def _delegate(occasion: Occasion, values: Values) -> None:
    _request(occasion, DELEGATED, [values["person"]], values["note"])


def _consult(occasion: Occasion, values: Values) -> None:
    _request(occasion, CONSULTED, values["people"], values["note"])


def _copy(occasion: Occasion, values: Values) -> None:
    _request(occasion, COPIED, values["people"], values["note"] or "")


def _removable(occasion: Occasion) -> dict[str, str]:
    """Tasks that were asked for beside the actor's turn, and that nobody has acted on."""
    turn = occasion.turn()
    mine = turn.id if turn else None
    open_ones = [each for each in occasion.loaded.snapshot.turns if each.parent == mine and _is_open_request(each)]
    return {str(each.id): f"{each.who}（{ASKS[each.kind].partition('：')[0]}）" for each in open_ones}


def _is_open_request(turn: Turn) -> bool:
    return turn.kind in REMOVABLE and not turn.is_closed


def _may_remove(occasion: Occasion) -> str | None:
    return holds_turn(occasion) or (None if _removable(occasion) else "没有尚未办理的加签、委派或者沟通")


def _remove(occasion: Occasion, values: Values) -> None:
    session, loaded = occasion.session, occasion.loaded
    options: Mapping[str, str] = _removable(occasion)
    tasks = [get_one(session, Task, int(each)) for each in values["tasks"]]
    close(session, tasks, loaded.at, occasion.actor, f"已由{occasion.actor.name}撤回")
    occasion.note("withdrawn", details={"people": [options[each] for each in values["tasks"]]})


ADD = Action(
    "add_signer", "加签", "被加签的人员会收到待办；有人不同意时，本事项不能转入下一步，由您决定退回还是再次征求意见。",
    holds_turn, _add,
    lambda occasion: (
        _people("请谁加签"),
        _place(occasion),
        OPTIONAL_NOTE,
    ),
    co_signatories,
)  # fmt: skip
REMOVE = Action(
    "remove_request", "减签、撤回", "所选人员不再需要办理，他们的待办随即消失。已经办理的不能撤回。",
    _may_remove, _remove,
    lambda occasion: (
        Field(name="tasks", title="撤回哪些", type=FieldType.CHOICES, options=_removable(occasion), minimum=1),
    ),
)  # fmt: skip
DELEGATE = Action(
    "delegate", "委派",
    "受托人员提出意见后，本事项回到您处，仍由您决定。在此之前您不能转入下一步，但可以撤回委派。",
    holds_turn, _delegate,
    lambda _occasion: (Field(name="person", title="委派给谁", type=FieldType.PERSON, among="asked"), NOTE), signatories,
)  # fmt: skip
CONSULT = Action(
    "consult", "沟通", "对方会收到待办并可以答复；本事项仍在您处，不因等待答复而停下。", holds_turn, _consult,
    lambda _occasion: (_people("询问谁"), NOTE.model_copy(update={"title": "想了解什么"})), consultable,
)  # fmt: skip
COPY = Action(
    "copy", "抄送", "对方可以阅读本事项，阅读后留下回执；不参与办理。", holds_turn, _copy,
    lambda _occasion: (_people("抄送给谁"), OPTIONAL_NOTE), consultable,
)  # fmt: skip
