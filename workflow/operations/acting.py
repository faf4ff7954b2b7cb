"""Act on a case: one command, one lock, one transaction."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from time import perf_counter
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import bindparam, or_
from sqlalchemy.orm import Session

from workflow import measures
from workflow.definition.model import Transition
from workflow.engine.actor import Actor
from workflow.engine.capacity import capacities
from workflow.engine.moving import SYSTEM_ACTOR, Step
from workflow.engine.returning import CAPACITY
from workflow.engine.snapshot import Act
from workflow.engine.step import check_right, may_fire, perform, settle
from workflow.engine.turns import is_seated, own_turns, turn_of
from workflow.errors import Conflict, NotAllowed, Refused
from workflow.operations.filling import asked_fields, read_form
from workflow.operations.following import follow
from workflow.operations.installation import Installation
from workflow.operations.loading import Loaded, load
from workflow.operations.organization.posts import in_office
from workflow.operations.writing import write
from workflow.store.documents import Document
from workflow.store.fetching import Entities
from workflow.store.journal import JournalEntry

#: Facts after which somebody's page no longer shows the case as it is, and what each is called without a transition.
OVERTAKING = {
    "moved": "更新", "signed": "签字", "transferred": "转办", "taken_back": "收回", "abandoned": "终止",
    "suspended": "中止办理", "resumed": "恢复办理", "terminated": "终止",
    "relocated": "调整", "migrated": "更换流程版本", "handed_over": "交接",
}  # fmt: skip
SINCE = Entities(
    JournalEntry, JournalEntry.case_id == bindparam("case"), JournalEntry.sequence > bindparam("version"),
    or_(*(JournalEntry.fact == each for each in OVERTAKING)), order=JournalEntry.sequence, most=1,
)  # fmt: skip


@dataclass(frozen=True)
class Outcome:
    """What an act has led to, for the page that confirms it."""

    case_id: int
    number: str
    title: str
    done: str  #: title of the act
    state: str
    state_title: str
    waits_for_signature: bool  #: another person has to sign before the case moves
    documents: tuple[Document, ...]


def act(
    session: Session, installation: Installation, actor: Actor, case_id: int, trigger: str, raw: Mapping[str, Any],
    *, version: int | None = None,
) -> Outcome:  # fmt: skip
    """Somebody fires a trigger, with what was typed into its form.

    `version` is the journal length that the person saw. Raises NotFound, Conflict (somebody was faster), NotAllowed
    (not the role), InvalidInput (the form) or Refused (a guard).
    """
    begun, loaded = perf_counter(), load(session, installation, case_id, lock=True)
    transition = find(session, loaded, trigger, version)
    actor = in_office(session, actor, loaded.today)
    fields = asked_fields(loaded.snapshot, transition, actor)
    actor = acting(loaded, actor, transition, raw.get(CAPACITY))
    values = read_form(session, loaded.snapshot, fields, raw)
    values.pop(CAPACITY, None)  # who acts is said by the actor
    step = perform(loaded.snapshot, Act(transition, actor, values, loaded.at, loaded.today))
    outcome = _finish(session, installation, loaded, step, transition)
    measures.acted(loaded.row.stage, transition.tone, begun)
    return outcome


def acting(loaded: Loaded, actor: Actor, transition: Transition, chosen: object = None) -> Actor:
    """The actor in the capacity chosen, else in the first that may do this; NotAllowed as for the actor alone."""
    for capacity in capacities(loaded.snapshot, actor, transition):
        if capacity.key == chosen:
            return capacity.actor
    refused = None
    try:
        check_right(loaded.snapshot, Act(transition, actor, {}, loaded.at, loaded.today))
    except NotAllowed as error:
        refused = error
    if refused is None and _has_seat(loaded, actor, transition):
        return actor
    for each in actor.capacities(loaded.row.stage)[1:]:
        if may_fire(loaded.snapshot, each, transition) and _has_seat(loaded, each, transition):
            return each
    if refused is not None:
        raise refused
    return actor


def _has_seat(loaded: Loaded, actor: Actor, transition: Transition) -> bool:
    """Whether, where seats decide, one is the actor's: a substitute who has decided may have the principal's."""
    if not is_seated(loaded.snapshot, transition):
        return True
    return turn_of(loaded.snapshot, actor, own_turns(loaded.snapshot)) is not None


def act_as_system(session: Session, installation: Installation, case_id: int, trigger: str) -> Outcome | None:
    """The system fires a trigger whose moment has come; None when the case has moved on or a guard says not yet."""
    begun, loaded = perf_counter(), load(session, installation, case_id, lock=True)
    transition = loaded.stage.find(trigger, loaded.row.state)
    if transition is None or loaded.is_at_rest:
        return None
    try:
        step = perform(loaded.snapshot, Act(transition, SYSTEM_ACTOR, {}, loaded.at, loaded.today))
    except Refused:
        return None
    outcome = _finish(session, installation, loaded, step, transition)
    measures.acted(loaded.row.stage, "system", begun)
    return outcome


def settle_case(session: Session, installation: Installation, case_id: int) -> None:
    """Fire the automatic transitions that have become possible."""
    loaded = load(session, installation, case_id, lock=True)
    if loaded.is_at_rest:
        return
    step = settle(loaded.snapshot, loaded.at, loaded.today)
    if step.moves:
        write(session, loaded, step)
        follow(session, installation, loaded, step)


def find(session: Session, loaded: Loaded, trigger: str, version: int | None) -> Transition:
    """The transition that is meant; Conflict or Refused when the case no longer stands where the person saw it."""
    named = next((each.title for each in loaded.stage.transitions if each.trigger == trigger), trigger)
    check_current(session, loaded, named, version)
    transition = loaded.stage.find(trigger, loaded.row.state)
    if transition is not None:
        return transition
    state = loaded.stage.states[loaded.row.state].title
    reason = f"事项现处于“{state}”，这一步不在此时办理，请刷新后查看可办理的操作"
    raise Refused(title=named, guard="state", reason=reason, transition=trigger)


def check_current(session: Session, loaded: Loaded, title: str, version: int | None) -> None:
    """Raise Conflict when somebody was faster, Refused when nobody acts on the case any more or for the time being."""
    if version is not None and (overtaken := _overtaken(session, loaded, version)):
        raise overtaken
    if loaded.is_at_rest:
        reason = "事项已终止，不再办理" if loaded.is_abandoned else "事项已中止办理，恢复后才能继续"
        raise Refused(title=title, guard="state", reason=reason)


def _overtaken(session: Session, loaded: Loaded, version: int) -> Conflict | None:
    """Who did what since then. A paper that was printed or a remark that was made does not overtake anybody."""
    if version == loaded.row.version:
        return None
    if version > loaded.row.version:
        return Conflict("页面已过期，事项内容与您打开时不同，您的操作未生效。请刷新后再办理。")
    entry = next(iter(SINCE.seen(session, case=loaded.row.id, version=version)), None)
    if entry is None:
        return None
    done = next((each.title for each in loaded.stage.transitions if _is_meant(each, entry)), OVERTAKING[entry.fact])
    when = entry.at.astimezone(ZoneInfo(loaded.snapshot.zone))
    return Conflict(who=entry.person, when=f"{when:%m-%d %H:%M}", what=f"办理“{done}”", at=entry.at)


def _is_meant(transition: Transition, entry: JournalEntry) -> bool:
    return transition.id in (entry.transition, entry.details.get("signed"))


def _finish(
    session: Session, installation: Installation, loaded: Loaded, step: Step, transition: Transition
) -> Outcome:
    write(session, loaded, step)
    ordered = follow(session, installation, loaded, step)
    row = loaded.row
    return Outcome(
        case_id=row.id, number=row.number, title=row.title, done=transition.title, state=row.state,
        state_title=loaded.stage.states[row.state].title, waits_for_signature=not step.moves,
        documents=tuple(ordered),
    )  # fmt: skip
