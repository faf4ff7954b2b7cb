"""Carry one of many cases over to the present definition, for the administrator who asked for it."""

from __future__ import annotations

from sqlalchemy.orm import Session

from workflow.definition.loader import content_hash
from workflow.errors import Refused
from workflow.operations.administering import capacity_of, taken
from workflow.operations.installation import Installation
from workflow.operations.loading import load
from workflow.operations.many.migrating import Order, migrate_case
from workflow.operations.many.versions import new_stage
from workflow.operations.organization.posts import actor as actor_of
from workflow.operations.publishing import publish_stage
from workflow.store.batches import Batch, BatchItem

MIGRATION = "migration"  #: kind of the batch
ACTION = "更换流程版本"
ALREADY = "已按现行版本办理"


def carry_over(session: Session, installation: Installation, batch: Batch, item: BatchItem) -> str:
    """What became of it, in a sentence. Raises what an intervention would, and Refused where the case has to stay.

    The right is that of this moment; the version, the one of which the administrator has seen what it would do.
    """
    asked = batch.values
    new = new_stage(installation, asked["stage"], asked["mapping"])
    if content_hash(new) != asked["definition"]:
        raise Refused(title=ACTION, reason="流程定义又有更新，请重新试算后再办理")
    today = load(session, installation, item.case_id).today
    person = actor_of(session, batch.person_id, today)
    loaded, actor = taken(session, installation, person, item.case_id, ACTION, asked["reason"], item.version)
    if content_hash(loaded.stage) == asked["definition"]:
        return ALREADY
    if loaded.row.closed_at is not None:
        raise Refused(title=ACTION, reason="事项已经办结或者终止")
    post, body = capacity_of(loaded.snapshot, actor) or ("", "")
    order = Order(actor, post, body, asked["reason"])
    found = migrate_case(session, installation, loaded, publish_stage(session, new), asked["mapping"], order)
    if found.problem:
        raise Refused(title=ACTION, reason=found.problem)
    return f"已更换版本，现处“{found.new_state}”"
