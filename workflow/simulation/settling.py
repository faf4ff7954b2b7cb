"""What was asked of others on a case is answered, whoever refused is asked once more, who is barred hands on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from workflow.engine.deciding import REFUSE
from workflow.engine.turns import BEFORE, COPIED, OWN, SIGNERS, is_open, own_turns
from workflow.errors import WorkflowError
from workflow.operations.approving.actions import do, offered
from workflow.operations.approving.asking import REMOVABLE
from workflow.operations.approving.handing_on import TRANSFER
from workflow.operations.loading import Loaded, load
from workflow.operations.organization.posts import actor
from workflow.simulation.chance import Chance
from workflow.simulation.pages import reached
from workflow.simulation.world import World

HANDED_ON = 10  #: percent of turns with which nothing can be done
OPINION = {"opinion": "同意"}
AGREED = {"verdict": "agree", **OPINION}


@dataclass(frozen=True)
class Requests:
    """What a case waits for beside its own turns, and who may answer."""

    case: int
    asked: list[tuple[str, list[int]]]  #: kind of each open request, and whom it reaches
    no: list[int]  #: who refused in this round
    mine: list[int]  #: whose turn it is
    back: list[tuple[str, int]]  #: what can be taken back, and by whom


def requests_of(session: Session, world: World, loaded: Loaded) -> Requests:
    """What was asked of others in this round and stands open, or was refused."""
    turns = [each for each in loaded.snapshot.turns if is_open(each)]
    asked = [(each.kind, reached(session, world, [*each.addresses])) for each in turns if each.kind not in OWN]
    no = {each.decider for each in loaded.snapshot.turns if each.verdict == REFUSE and each.kind in SIGNERS}
    mine = [
        person for each in turns if no and each.kind in OWN for person in reached(session, world, [*each.addresses])
    ]
    back = [
        (str(each.id), person) for each in turns if each.kind in REMOVABLE for asking in turns
        if asking.id == each.parent for person in reached(session, world, [*asking.addresses])
    ]  # fmt: skip
    return Requests(loaded.row.id, asked, sorted(each for each in no if each is not None), mine, back)


def settle_requests(world: World, found: Requests) -> bool:
    """Whether anything was answered, taken back from who may not answer any more, or asked again."""
    for kind, people in found.asked:
        if any(_take(world, person, found.case, *_reply(kind)) for person in people):
            return True
    if any(_take(world, person, found.case, "remove_request", {"tasks": [task]}) for task, person in found.back):
        return True
    again = {"people": found.no, "place": BEFORE, "note": ""}
    may_ask = found.no and not found.asked
    return bool(may_ask) and any(_take(world, person, found.case, "add_signer", again) for person in found.mine)


def hand_on(world: World, chance: Chance, case: int) -> bool:
    """Whoever has the turn and is barred from what it asks for hands it to somebody who is not."""
    with world.onlooking() as session:
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
