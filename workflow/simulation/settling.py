"""What was asked of others on a case is answered, whoever refused is asked once more, who is barred hands on."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import bindparam, or_, select
from sqlalchemy.orm import Session

from workflow.engine.turns import BEFORE, COPIED, OWN, SIGNERS, own_turns
from workflow.errors import WorkflowError
from workflow.operations.approving.actions import do, offered
from workflow.operations.approving.handing_on import TRANSFER
from workflow.operations.loading import load
from workflow.operations.organization.posts import actor
from workflow.simulation.chance import Chance
from workflow.simulation.pages import ADDRESSES, reached
from workflow.simulation.world import World
from workflow.store.cases import Case
from workflow.store.fetching import found_rows, get_one
from workflow.store.prepared import Prepared
from workflow.store.tasks import Decision, Task

HANDED_ON = 10  #: percent of turns with which nothing can be done
OPINION = {"opinion": "同意"}
AGREED = {"verdict": "agree", **OPINION}
RUNNING = Prepared(
    select(Task.id, Task.kind)
    .where(Task.case_id == bindparam("case"), Task.closed_at.is_(None), Task.is_waiting.is_(False))
    .order_by(Task.id)
)
REFUSED = Prepared(
    select(Decision.person_id).join(Task, Task.id == Decision.task_id)
    .where(Decision.case_id == bindparam("case"), Decision.round == bindparam("round"), Decision.verdict == "refuse")
    .where(or_(*(Task.kind == each for each in SIGNERS))).distinct().order_by(Decision.person_id)
)  # fmt: skip


def settle_requests(world: World, case: int) -> bool:
    """Whether anything was answered, or asked again."""
    with world.reading() as session:
        row = get_one(session, Case, case)
        tasks = found_rows(session, RUNNING, {"case": case})
        holders = {each: reached(session, world, _addresses(session, each)) for each, _ in tasks}
        no = [person for (person,) in found_rows(session, REFUSED, {"case": case, "round": row.round})]
    asked = [(each, kind) for each, kind in tasks if kind not in OWN]
    for task, kind in asked:
        if any(_take(world, person, case, *_reply(kind)) for person in holders[task]):
            return True
    again = {"people": no, "place": BEFORE, "note": ""}
    mine = [person for task, kind in tasks if kind in OWN for person in holders[task]]
    return bool(no) and not asked and any(_take(world, person, case, "add_signer", again) for person in mine)


def hand_on(world: World, chance: Chance, case: int) -> bool:
    """Whoever has the turn and is barred from what it asks for hands it to somebody who is not."""
    with world.reading() as session:
        loaded = load(session, world.installation, case)
        own = own_turns(loaded.snapshot)
        holders = reached(session, world, sorted({address for each in own for address in each.addresses}))
        found = []
        for person in holders:
            offers = offered(session, world.installation, loaded, actor(session, person, world.today))
            found += [
                (person, each) for action, at in offers if action is TRANSFER for each in sorted(action.people(at))
            ]
    if not found:
        return False
    person, other = chance.pick(found)
    return _take(world, person, case, TRANSFER.name, {"person": other, "note": "本人应当回避，请代为办理"})


def _addresses(session: Session, task: int) -> list[str]:
    return [address for (address,) in found_rows(session, ADDRESSES, {"task": task})]


def _reply(kind: str) -> tuple[str, Mapping[str, Any]]:
    return ("read", {}) if kind == COPIED else ("answer", AGREED if kind in SIGNERS else OPINION)


def _take(world: World, person: int, case: int, name: str, values: Mapping[str, Any]) -> bool:
    try:
        with world.writing() as session:
            do(session, world.installation, actor(session, person, world.today), case, name, values)
    except WorkflowError as refusal:
        world.seen[f"refused: {type(refusal).__name__}"] += 1
        return False
    world.tell(f"{name}：{case}")
    return True
