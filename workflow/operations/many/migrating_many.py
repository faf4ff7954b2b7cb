"""Carry many cases over at once: stored item by item and worked off by the same durable job as a batch of acts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from workflow import clock
from workflow.definition.loader import content_hash
from workflow.engine.actor import Actor
from workflow.engine.forms import FieldFault
from workflow.errors import InvalidInput
from workflow.operations.installation import Installation
from workflow.operations.many.batching import JOB, Chosen, check_number, check_reason
from workflow.operations.many.carrying_over import ACTION, MIGRATION
from workflow.operations.many.versions import new_stage
from workflow.operations.reading.administration import old_cases
from workflow.store.batches import Batch, BatchItem
from workflow.store.cases import Case
from workflow.store.jobs import Priority

TRIGGER = "migrate"


@dataclass(frozen=True)
class Migration:
    """Which cases go over to the present definition of a stage, and why."""

    stage: str
    mapping: Mapping[str, str]  #: state of the old version → state of the new one
    chosen: Sequence[Chosen]
    reason: str


def start_migration(session: Session, installation: Installation, actor: Actor, wanted: Migration) -> Batch:
    """Store what is to be done and put the job into the same transaction.

    Raises NotAllowed for who looks after no cases, NotFound, Refused for a wrong state, InvalidInput.
    """
    mine = old_cases(session, installation, actor, wanted.stage, wanted.mapping)
    check_number(wanted.chosen)
    check_reason(wanted.reason, needed=True)
    numbers = {each.number: each.version for each in wanted.chosen}
    found = session.execute(select(Case.id, Case.number).where(Case.id.in_(mine), Case.number.in_(numbers)))
    rows = found.all()
    if len(rows) < len(numbers):
        raise InvalidInput(errors=(FieldFault("chosen", "事项", "所选事项中有的已不按旧版办理，请重新试算"),))
    new = new_stage(installation, wanted.stage, wanted.mapping)
    values = {"stage": wanted.stage, "mapping": dict(wanted.mapping), "reason": wanted.reason.strip(),
              "definition": content_hash(new)}  # fmt: skip
    batch = Batch(kind=MIGRATION, person_id=actor.person_id, title=f"{ACTION}：{new.title}（{len(rows)}件）",
                  values=values, made_at=clock.now())  # fmt: skip
    session.add(batch)
    session.flush()
    for position, row in enumerate(sorted(rows)):
        session.add(BatchItem(batch_id=batch.id, position=position, case_id=row.id, trigger=TRIGGER,
                              version=numbers[row.number]))  # fmt: skip
    session.flush()
    installation.jobs.enqueue(session, JOB, str(batch.id), priority=Priority.BULK, batch_id=batch.id)
    return batch
