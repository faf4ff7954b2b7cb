"""Turns that nobody can take: a scheduled look gives them to others by the policies of the state, or has them filled.

Where the definition holds them, the first responsible person of the body concerned is told by a task that decides
nothing, and that ends by itself as soon as somebody can take the turn (approvals.md, who has the turn). Where the turn
is of persons who were named and have left their offices, whoever names them is told instead.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache, partial

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    Engine,
    Select,
    Text,
    and_,
    cast,
    except_,
    func,
    literal,
    not_,
    or_,
    select,
)
from sqlalchemy.orm import Session

from workflow import clock
from workflow.definition.approval import Climb
from workflow.engine.moving import SYSTEM_ACTOR
from workflow.engine.seats import Seat
from workflow.engine.snapshot import Turn
from workflow.engine.turns import OWN, SEAT, TURN, VACANCY, own_turns
from workflow.engine.vacancies import Replacing, passed_on, posts_in_words, replacing, responsible, takers
from workflow.operations import journal
from workflow.operations.alone import alone
from workflow.operations.approving.reseating import give_to_others, left_office
from workflow.operations.informing.arrivals import announce
from workflow.operations.installation import Installation
from workflow.operations.loading import Loaded, load
from workflow.operations.organization.posts import DAY, is_disabled, names_of
from workflow.operations.publishing import stage_of
from workflow.operations.tasks import ask, close
from workflow.operations.upkeep.unattended import attended
from workflow.store.cases import Case, DefinitionVersion
from workflow.store.fetching import found_rows, get_one
from workflow.store.prepared import Prepared
from workflow.store.session import reading
from workflow.store.tasks import Candidate, Task

FACT = "vacancy_told"
DO = "补任有关职务"
PASSED_ON = "没有可以办理的人员，已转由他人办理"
FILLED = "已有人可以办理"
CHANGED = "改由现任主要负责人落实"
States = tuple[tuple[int, tuple[str, ...]], ...]  #: names of states, by the key of their definition
RUNNING = Prepared(
    select(DefinitionVersion.id, DefinitionVersion.content_hash)
    .where(DefinitionVersion.id.in_(select(Case.definition_id).where(Case.closed_at.is_(None))))
    .order_by(DefinitionVersion.id)
)


@dataclass(frozen=True)
class Reminder:
    """Whom a turn that waits is told to, and what they are asked to do."""

    addresses: tuple[str, ...]
    do: str
    note: str
    told: str  #: what the journal keeps


def look_for_vacancies(engine: Engine, installation: Installation) -> int:
    """The scheduled check, one transaction a case; answers in how many cases something has changed."""
    with reading(engine) as session:
        found = _concerned(session, installation.today(clock.now()))
    return sum(
        alone(engine, partial(look_after, installation=installation, case_id=each), f"vacancies of case {each}")
        for each in found
    )


def look_after(session: Session, installation: Installation, case_id: int) -> bool:
    """Pass on what the definition gives to others, and tell who has to see to the rest; whether anything changed."""
    loaded = load(session, installation, case_id, lock=True)
    if loaded.is_at_rest or loaded.row.closed_at:
        return False
    if pairs := passed_on(loaded.snapshot, _blocked(session, loaded)):
        give_to_others(session, installation, loaded, pairs, _reason(loaded, pairs), PASSED_ON)
        loaded = load(session, installation, case_id, lock=True)
    told = _tell(session, loaded, _blocked(session, loaded))
    if told:
        announce(session, installation, loaded.row)
    return told or bool(pairs)


def _blocked(session: Session, loaded: Loaded) -> list[Turn]:
    """The open turns that reach nobody who may decide."""
    everybody = ((each, takers(loaded.snapshot, each)) for each in own_turns(loaded.snapshot))
    return [each for each, reached in everybody if all(is_disabled(session, person) for person in reached)]


def _reason(loaded: Loaded, pairs: Sequence[tuple[Turn, Seat | None]]) -> str:
    posts = "、".join(dict.fromkeys(posts_in_words(loaded.snapshot, turn) for turn, _ in pairs))
    notes = "；".join(dict.fromkeys(seat.note for _, seat in pairs if seat is not None and seat.note))
    return f"{posts}现在没有人可以办理。{notes or '按规定由其他有权的人员办理'}"


def _reminders(session: Session, loaded: Loaded, blocked: Sequence[Turn]) -> dict[int, Reminder]:
    """By turn: an office names others where it can, else the first responsible person has somebody appointed."""
    found = {each.id: _of_post(session, loaded, each) for each in blocked}
    found |= {each.turn: _of_named(session, each) for each in replacing(loaded.snapshot)}
    return {turn: each for turn, each in found.items() if each.addresses}


def _of_post(session: Session, loaded: Loaded, turn: Turn) -> Reminder:
    posts = posts_in_words(loaded.snapshot, turn)
    do = get_one(session, Task, turn.id).do
    note = f"“{do}”须由{posts}办理，现在职务空缺或者没有能够办理的人员。补任以后本提醒自动消失"
    return Reminder(responsible(loaded.snapshot, turn), DO, note, f"{posts}没有人可以办理，已提请主要负责人补任")


def _of_named(session: Session, replaced: Replacing) -> Reminder:
    names, do = "、".join(names_of(session, replaced.people).values()), replaced.transition.title
    note = f"{names}已不再担任有关职务，不能继续办理。请打开事项办理“{do}”；办理以后本提醒自动消失"
    return Reminder(replaced.addresses, do, note, f"{names}已不再担任有关职务，已提请办事机构{do}")


def _tell(session: Session, loaded: Loaded, blocked: Sequence[Turn]) -> bool:
    """Keep one open reminder for each turn that waits, at whoever can mend it at this moment."""
    wanted = _reminders(session, loaded, blocked)
    told = [each for each in loaded.snapshot.turns if each.kind == VACANCY and not each.is_closed]
    kept = {each.parent for each in told if _is_right(wanted, each)}
    for each in told:
        if each.parent not in kept:
            reason = CHANGED if each.parent in wanted else FILLED
            close(session, [get_one(session, Task, each.id)], loaded.at, None, reason)
    new = {turn: each for turn, each in wanted.items() if turn not in kept}
    for turn, reminder in new.items():
        _remind(session, loaded, turn, reminder)
    return bool(new) or len(kept) < len(told)


def _is_right(wanted: Mapping[int, Reminder], told: Turn) -> bool:
    present = wanted.get(told.parent or 0)
    return present is not None and set(present.addresses) == set(told.addresses)


def _remind(session: Session, loaded: Loaded, turn: int, reminder: Reminder) -> None:
    task = get_one(session, Task, turn)
    ask(session, loaded, task, VACANCY, reminder.do, reminder.addresses, actor=SYSTEM_ACTOR, note=reminder.note)
    journal.append(session, loaded.row, FACT, actor=SYSTEM_ACTOR, at=loaded.at, reason=reminder.told,
                   details={"task": turn})  # fmt: skip


def _concerned(session: Session, day: date) -> list[int]:
    """Cases with a turn that reaches nobody who may take it, or with a reminder of one. Two statements."""
    return sorted({case for (case,) in found_rows(session, _looked_for(_judging(session)), {"day": day})})


@lru_cache(maxsize=16)
def _looked_for(judging: States) -> Prepared:
    reminded = select(Task.case_id).join(Candidate, Candidate.task_id == Task.id)
    reminded = reminded.where(Candidate.is_open, Task.kind == VACANCY, Task.closed_at.is_(None))
    blocked = _unreached(_judged(judging)).subquery()
    waiting = select(Task.case_id).where(Task.id.in_(select(blocked.c.id)))
    return Prepared(waiting.union(reminded, _by_name()))


def _by_name() -> Select[int]:
    """Cases whose turn was given to a person, by one or to one who has left an office since."""
    left = left_office(DAY)
    named = select(literal("p", Text) + cast(left.c.person, Text))
    return (
        select(Task.case_id)
        .join(Candidate, Candidate.task_id == Task.id)
        .where(
            Candidate.is_open, Task.kind == TURN, Task.closed_at.is_(None),
            or_(Candidate.address.in_(named), Task.asked_by.in_(select(left.c.person))),
        )
    )  # fmt: skip


def _unreached(judged: ColumnElement[bool]) -> CompoundSelect[int]:
    """Ids of the turns open now, less those that somebody can take. Each part reads an index over what is open."""
    turns = (
        select(Task.id)
        .join(Candidate, Candidate.task_id == Task.id)
        .join(Case, Case.id == Task.case_id)
        .where(
            Candidate.is_open,
            Task.closed_at.is_(None),
            or_(*(Task.kind == each for each in OWN)),
            Case.suspended_at.is_(None),
        )
    )
    initiators = (func.coalesce(Case.opened_by, 0), func.coalesce(Case.person_id, 0))
    somebody = attended(DAY)
    taken = turns.join(somebody, somebody.c.address == Candidate.address)
    return except_(turns, taken.where(or_(not_(judged), somebody.c.person.not_in(initiators))))


def _judged(judging: States) -> ColumnElement[bool]:
    """Tasks by which nobody decides on their own case: seats, and turns of states that say so."""
    turns = (
        and_(Case.definition_id == definition, or_(*(Case.state == each for each in states)))
        for definition, states in judging
    )
    return or_(Task.kind == SEAT, *turns)


def _judging(session: Session) -> States:
    """The states that say so, of the definitions of open cases."""
    found = []
    for definition, digest in found_rows(session, RUNNING, {}):
        states = stage_of(session, definition, digest).states.items()
        if names := tuple(name for name, state in states if Climb.INITIATOR in state.climbs):
            found.append((definition, names))
    return tuple(found)
