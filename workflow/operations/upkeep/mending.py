"""Try again what failed in the background, or give it up; the log says who did. Nothing is journalled in a case."""

from __future__ import annotations

import logging

from sqlalchemy import select
from sqlalchemy.orm import Session

from workflow.engine.forms import FieldFault
from workflow.errors import InvalidInput, NotFound, Refused
from workflow.operations.documents.reprinting import print_again
from workflow.operations.informing.retrying import send_again
from workflow.operations.installation import Installation
from workflow.operations.loading import lock_family
from workflow.operations.upkeep.failures import NOTICE, PAPER, Failure, Paths, failures
from workflow.store.cases import Deadline
from workflow.store.notices import Delivery

LONGEST_REASON = 300
DROPPED = "dropped"

log = logging.getLogger(__name__)


def retry(session: Session, installation: Installation, key: str, by: int | None, paths: Paths = None) -> Failure:
    """Try again, once the cause is mended. Raises NotFound when it has been dealt with, or is not theirs."""
    failure = _find(session, installation, key, paths)
    if failure.job is not None:
        installation.jobs.try_again(session, failure.job)
    elif key.startswith(PAPER):
        print_again(session, installation, _id(key))
    elif key.startswith(NOTICE):
        send_again(session, installation, _id(key))
    else:
        _fire_again(session, _id(key))
    log.warning("failure tried again", extra={"facts": {"failure": key, "person": by}})
    return failure


def discard(
    session: Session, installation: Installation, key: str, reason: str, by: int | None, paths: Paths = None
) -> Failure:
    """Give up what nobody needs any more. Raises NotFound, InvalidInput, or Refused for what a case waits for."""
    failure = _find(session, installation, key, paths)
    if not failure.can_be_discarded:
        raise Refused(title="放弃", guard="nothing_waits_for_it",
                      reason="事项在等待它，请排除原因后重试，或者对事项作管理调整")  # fmt: skip
    if not reason.strip() or len(reason) > LONGEST_REASON:
        raise InvalidInput(errors=(FieldFault("reason", "理由", f"请写明理由，不超过{LONGEST_REASON}字"),))
    if failure.job is not None:
        installation.jobs.forget(session, failure.job)
    else:
        delivery = session.get_one(Delivery, _id(key), with_for_update={"key_share": True})
        delivery.state, delivery.failure = DROPPED, reason.strip()
    log.warning("failure discarded: %s", reason.strip(), extra={"facts": {"failure": key, "person": by}})
    return failure


def _find(session: Session, installation: Installation, key: str, paths: Paths) -> Failure:
    found = next((each for each in failures(session, installation, paths) if each.key == key), None)
    if found is None:
        raise NotFound(what="这一项，它可能已经处理")
    return found


def _id(key: str) -> int:
    return int(key.partition(":")[2])


def _fire_again(session: Session, deadline_id: int) -> None:
    case_id = session.scalar(select(Deadline.case_id).where(Deadline.id == deadline_id))
    if case_id is None:
        raise NotFound(what="这一到期事项")
    lock_family(session, case_id)  # the case before its deadline: the one lock order
    deadline = session.get_one(Deadline, deadline_id, populate_existing=True)
    deadline.failed_at, deadline.incident = None, None
