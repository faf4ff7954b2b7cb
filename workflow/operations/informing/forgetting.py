"""Forget what was told long ago: notices that were read, with what became of them on their way out."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import Engine, delete, or_, select

from workflow import clock
from workflow.operations.informing.delivering import WAITING
from workflow.operations.installation import Installation
from workflow.store.notices import Delivery, Notice
from workflow.store.session import writing

BATCH = 1000  #: of one transaction


def forget_notices(engine: Engine, installation: Installation) -> int:
    """Delete what is older than the campaign definition keeps it; what somebody has not read yet stays."""
    days = installation.definitions.campaign.parameters["reminder.kept_days"]
    assert isinstance(days, int)  # noqa: S101 - `chuangyou check` holds definitions to their types
    before = clock.now() - timedelta(days=days)
    under_way = select(Delivery.id).where(Delivery.notice_id == Notice.id, Delivery.state == WAITING).exists()
    done = or_(Notice.read_at.is_not(None), Notice.hook_id.is_not(None))
    old = select(Notice.id).where(Notice.created_at < before, done, ~under_way).order_by(Notice.id).limit(BATCH)
    forgotten = 0
    while True:
        with writing(engine) as session:
            ids = session.scalars(old).all()
            session.execute(delete(Delivery).where(Delivery.notice_id.in_(ids)))
            session.execute(delete(Notice).where(Notice.id.in_(ids)))
        forgotten += len(ids)
        if len(ids) < BATCH:
            return forgotten
