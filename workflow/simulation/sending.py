"""Send a form: once, twice with the same key, twice with another one, and again when no answer came.

What is sent again under the same key must change nothing; that is looked at here, every time.
"""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from workflow.errors import Conflict, InvalidInput, WorkflowError
from workflow.operations.acting import act
from workflow.operations.idempotency import once_sent
from workflow.simulation.chance import Chance
from workflow.simulation.faults import Crashed
from workflow.simulation.invariants.violation import Violation
from workflow.simulation.pages import Page
from workflow.simulation.world import World

Command = Callable[[Session], object]
TIMES = {"once": 88, "same key": 6, "new key": 6}  #: how often a form is sent
AGAIN = 75  #: percent of those without an answer who send once more
KEY_BYTES = 12


def _act_of(world: World, page: Page) -> tuple[Command, str]:
    def command(session: Session) -> None:
        act(session, world.installation, page.who, page.case, page.trigger, page.values, version=page.version)

    return command, f"{page.who.name}在 {page.number}（{page.title}）办理“{page.done}”"


def _person(page: Page) -> int:
    assert page.who.person_id is not None  # noqa: S101 - the system fills in no forms
    return page.who.person_id


def send_once(world: World, page: Page) -> bool:
    """An act of the definition, with nothing going wrong; whether it was done."""
    return _once(world, _person(page), page.key, *_act_of(world, page))


def send(world: World, chance: Chance, page: Page) -> None:
    """An act of the definition, perhaps by a double click."""
    command, told = _act_of(world, page)
    submit(world, chance, _person(page), page.key, command, told)
    times = chance.weighted(TIMES)
    if times == "once":
        return
    world.seen[f"double click with {times}"] += 1
    key = page.key if times == "same key" else chance.source.token_bytes(KEY_BYTES)
    submit(world, chance, _person(page), key, command, told + "（重复点击）")


def submit(world: World, chance: Chance, person: int, key: bytes, command: Command, told: str) -> bool:
    """Send a command under a key; whether it was done. Where no answer comes, mostly send it again."""
    for _ in range(3):
        try:
            return _once(world, person, key, command, told)
        except Crashed as crash:
            world.tell(f"　　{told}：没有收到答复（{crash}）；进程重新启动")
            world.restart()
        except DBAPIError:
            world.seen["told to try again"] += 1
            world.tell(f"　　{told}：数据库忙，请重试")
        if not chance.happens(AGAIN):
            return False
    return False


def _once(world: World, person: int, key: bytes, command: Command, told: str) -> bool:
    done = []

    def perform(session: Session) -> str:
        command(session)
        done.append(told)
        return "/done"

    before = entries(world)
    try:
        with world.writing() as session:
            once_sent(session, person, key, lambda: perform(session))
    except WorkflowError as refusal:
        note(world, refusal, told)
        if entries(world) != before:
            raise Violation("a refusal changes nothing", f"{told}：{refusal}") from refusal
        return False
    if not done:
        world.seen["answered as the first time"] += 1
        world.tell(f"{told}：与第一次的答复相同")
        if entries(world) != before:
            raise Violation("a repeated request changes nothing", told)
        return False
    world.tell(told)
    return True


def entries(world: World) -> int:
    """The newest journal entry."""
    newest: int | None = world.raw.glance("SELECT max(id) FROM journal")
    return newest or 0


def note(world: World, refusal: WorkflowError, told: str) -> None:
    """A refusal: which guard, or which kind of error."""
    name = type(refusal).__name__
    guard = refusal.facts.get("guard")
    world.seen[f"refused: {guard}" if guard else f"refused: {name}"] += 1
    if isinstance(refusal, InvalidInput) and "errors" in refusal.facts:
        why = "；".join(str(each) for each in refusal.facts["errors"])  # type: ignore[attr-defined]
        world.tell(f"{told}：{refusal}{why}")
        return
    if isinstance(refusal, Conflict):
        world.seen["conflict"] += 1
    world.tell(f"{told}：{refusal}")
