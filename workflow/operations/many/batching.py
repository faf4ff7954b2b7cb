"""Many cases decided at once: one act that all of them have, done item by item, each in a transaction of its own.

A batch is stored before anything is done and worked off by a durable job: what is done stays done, an item that is
refused stops nothing, and after a crash the rest goes on (approvals.md, batch approve and batch reject).
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Engine, select
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.orm import Session

from workflow import clock, randomness
from workflow.definition.field import Field
from workflow.definition.model import Stage, Tone, Transition
from workflow.engine.actor import Actor
from workflow.engine.forms import FieldFault, Values, is_storable
from workflow.engine.moving import REASON
from workflow.engine.options import options
from workflow.errors import InvalidInput, NotFound, Refused, WorkflowError
from workflow.operations.acting import Outcome, act, find
from workflow.operations.filling import asked_fields, prefilled
from workflow.operations.installation import Installation
from workflow.operations.loading import Loaded, load, lock_family
from workflow.operations.many.carrying_over import MIGRATION, carry_over
from workflow.operations.organization.posts import actor as actor_of
from workflow.operations.reading.loaded import find as find_case
from workflow.store.batches import Batch, BatchItem
from workflow.store.fetching import get, get_one
from workflow.store.jobs import Priority
from workflow.store.session import reading, writing

JOB = "batch"  #: kind of the job
MOST = 200  #: cases of one batch: what somebody can have looked through
LONGEST_REASON = 2000  #: characters
DONE, REFUSED = "done", "refused"

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Chosen:
    """A case as the person saw it."""

    number: str
    version: int  #: journal length


@dataclass(frozen=True)
class Consequence:
    """What the act means for some of the chosen cases."""

    stage: str  #: titles
    state: str
    target: str
    count: int


@dataclass(frozen=True)
class Offer:
    """An act that every chosen case has for this person, and whose form asks for nothing but perhaps a reason."""

    trigger: str
    title: str
    tone: Tone
    needs_reason: bool
    consequences: tuple[Consequence, ...]


def offers(session: Session, installation: Installation, actor: Actor, chosen: Sequence[Chosen]) -> tuple[Offer, ...]:
    """The acts that all the chosen cases have in common, in the order of the first. Raises NotFound, InvalidInput."""
    found = _acts(session, installation, actor, chosen)
    return tuple(
        _offer(trigger, [acts[trigger] for acts in found])
        for trigger in found[0]
        if all(trigger in acts for acts in found)
    )


def start_batch(
    session: Session, installation: Installation, actor: Actor, chosen: Sequence[Chosen], trigger: str, reason: str
) -> Batch:
    """Store what is to be done and put the job into the same transaction. Raises NotFound, InvalidInput, Refused.

    A case that somebody else has moved on since it was chosen is told by its own result, like any other refusal.
    """
    found = [acts[trigger] for acts in _acts(session, installation, actor, chosen) if trigger in acts]
    if not found:
        raise Refused(title="批量办理", reason="所选事项都没有这一操作，或者它还要填写其他内容，请逐件办理或重新选择")
    offer = _offer(trigger, found)
    check_reason(reason, needed=offer.needs_reason)
    batch = Batch(
        person_id=actor.person_id, title=f"{offer.title}（{len(chosen)}件）",
        values={REASON: reason} if offer.needs_reason else {}, made_at=clock.now(),
    )  # fmt: skip
    session.add(batch)
    session.flush()
    for position, each in enumerate(chosen):
        case = find_case(session, installation, actor, each.number).row
        session.add(BatchItem(batch_id=batch.id, position=position, case_id=case.id, trigger=trigger,
                              version=each.version))  # fmt: skip
    session.flush()
    installation.jobs.enqueue(session, JOB, str(batch.id), priority=Priority.BULK, batch_id=batch.id)
    return batch


def work_batch(engine: Engine, installation: Installation, batch_id: int) -> None:
    """Do what is left of a batch. A repeat finds the done items done and changes nothing."""
    for _ in work_items(engine, installation, batch_id):
        pass


def work_items(engine: Engine, installation: Installation, batch_id: int) -> Iterator[int]:
    """The same, item by item, with the place of each that is dealt with."""
    with reading(engine) as session:
        waiting = select(BatchItem.position).where(BatchItem.batch_id == batch_id, BatchItem.outcome.is_(None))
        positions = list(session.scalars(waiting.order_by(BatchItem.position)))
    for each in positions:
        _try(engine, installation, (batch_id, each))
        yield each
    with writing(engine) as session:
        batch = get_one(session, Batch, batch_id)
        batch.finished_at = batch.finished_at or clock.now()


def _try(engine: Engine, installation: Installation, key: tuple[int, int]) -> None:
    """One item. A refusal or a fault is its own result; only a lost database stops the job, which is then repeated."""
    try:
        with writing(engine) as session:
            _do(session, installation, key)
    except (OperationalError, InterfaceError):
        raise
    except WorkflowError as error:
        _note(engine, key, error.message)
    except Exception:
        incident = randomness.incident(clock.now())
        log.exception("incident %s: item %s of batch %s failed", incident, key[1], key[0])
        _note(engine, key, f"系统出现故障，没有办理，事件编号 {incident}")


def _do(session: Session, installation: Installation, key: tuple[int, int]) -> None:
    item = session.get_one(BatchItem, key)
    lock_family(session, item.case_id)  # the case before its item: the one lock order
    session.refresh(item)
    if item.outcome is not None:
        return
    batch = get_one(session, Batch, item.batch_id)
    done = carry_over if batch.kind == MIGRATION else _act
    item.outcome, item.message, item.done_at = DONE, done(session, installation, batch, item), clock.now()


def _act(session: Session, installation: Installation, batch: Batch, item: BatchItem) -> str:
    loaded = load(session, installation, item.case_id, lock=True)
    person = actor_of(session, batch.person_id, loaded.today)
    transition = find(session, loaded, item.trigger, item.version)
    values = _values(loaded, asked_fields(loaded.snapshot, transition), batch.values)
    outcome = act(session, installation, person, item.case_id, item.trigger, values, version=item.version)
    return _told(outcome, loaded.snapshot.case.state)


def _note(engine: Engine, key: tuple[int, int], message: str) -> None:
    with writing(engine) as session:
        item = session.get_one(BatchItem, key, with_for_update=True)
        if item.outcome is None:
            item.outcome, item.message, item.done_at = REFUSED, message, clock.now()


def _told(outcome: Outcome, before: str) -> str:
    return f"转入“{outcome.state_title}”" if outcome.state != before else "已记下您的意见，还须他人办理"


def _acts(
    session: Session, installation: Installation, actor: Actor, chosen: Sequence[Chosen]
) -> list[dict[str, tuple[Loaded, Transition]]]:
    """The simple acts of each chosen case by trigger."""
    check_number(chosen)
    loaded = [find_case(session, installation, actor, each.number) for each in chosen]
    return [{act.trigger: (each, act) for act in ([] if each.is_at_rest else _simple(each, actor))} for each in loaded]


def _simple(loaded: Loaded, actor: Actor) -> Iterable[Transition]:
    """The acts that the person may do, in person or for somebody else, with nothing to fill in but a reason."""
    found: dict[str, Transition] = {}
    for each in actor.capacities(loaded.row.stage):
        for option in options(loaded.snapshot, each, loaded.at, loaded.today):
            asked = asked_fields(loaded.snapshot, option.transition)
            if option.allowed and all(map(_is_light, asked)):
                found.setdefault(option.transition.trigger, option.transition)
    return found.values()


def may_be_batched(stage: Stage, state: str) -> bool:
    """Whether any act of persons in a state asks for nothing but perhaps a reason; whose it is shows in the offers."""
    return any(not each.is_system and all(map(_is_light, stage.asked(each))) for each in stage.leaving(state))


def _is_light(field: Field) -> bool:
    return not field.required or field.name == REASON or field.default is not None


def _values(loaded: Loaded, asked: Sequence[Field], given: dict[str, Any]) -> Values:
    """What goes into an act's form: what the case holds already, else its presets, and the reason."""
    known = prefilled(loaded.snapshot)
    preset = {each.name: known.get(each.name, each.default) for each in asked}
    return {name: given.get(name, value) for name, value in preset.items() if name in given or value is not None}


def _offer(trigger: str, pairs: Sequence[tuple[Loaded, Transition]]) -> Offer:
    counted: dict[tuple[str, str, str], int] = {}
    for loaded, each in pairs:
        states, state = loaded.stage.states, loaded.row.state
        key = (loaded.stage.title, states[state].title, states[each.target(state)].title)
        counted[key] = counted.get(key, 0) + 1
    first = pairs[0][1]
    needs = any(each.reason for _, each in pairs)
    return Offer(trigger, first.title, first.tone, needs, tuple(Consequence(*key, n) for key, n in counted.items()))


def check_number(chosen: Sequence[Chosen]) -> None:
    """Raise InvalidInput for no case, too many, or the same one twice."""
    if not chosen:
        raise InvalidInput(errors=(FieldFault("chosen", "事项", "请至少选择一件事项"),))
    if len(chosen) > MOST or len({each.number for each in chosen}) < len(chosen):
        raise InvalidInput(errors=(FieldFault("chosen", "事项", f"一次最多办理{MOST}件，每件只选一次"),))


def check_reason(reason: str, *, needed: bool) -> None:
    """Raise InvalidInput for a reason that is missing, too long, or that no database holds."""
    if needed and not reason.strip():
        raise InvalidInput(errors=(FieldFault(REASON, "理由", "请写明理由，对方将看到"),))
    if len(reason) > LONGEST_REASON or not is_storable(reason):
        message = f"理由不超过{LONGEST_REASON}字，不能含控制字符"
        raise InvalidInput(errors=(FieldFault(REASON, "理由", message),))


def own_batch(session: Session, actor: Actor, batch_id: int) -> Batch:
    """A batch, for the person who started it alone."""
    batch = get(session, Batch, batch_id)
    if batch is None or batch.person_id != actor.person_id:
        raise NotFound(what="这次批量办理")
    return batch
