"""Whether this machine can serve: the database answers, its schema is current, a worker is there, fonts are."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy.exc import SQLAlchemyError

from workflow import clock
from workflow.documents.fonts import resolve_fonts
from workflow.errors import WorkflowError
from workflow.operations.installation import Installation
from workflow.operations.upkeep.presence import ALIVE_WITHIN, last_seen
from workflow.store import schema
from workflow.store.reachable import reach
from workflow.store.session import reading


@dataclass(frozen=True)
class Check:
    """One thing that is needed, and in words why it is missing."""

    name: str
    is_good: bool
    reason: str = ""


def checks(installation: Installation) -> list[Check]:
    """Everything that is needed. What cannot be looked at is not good."""
    return [*_of_database(installation), _fonts()]


def _of_database(installation: Installation) -> Iterator[Check]:
    try:
        reach(installation.engine)
        is_current = schema.is_current(installation.engine)
    except (WorkflowError, SQLAlchemyError):  # the reason may name hosts and users; `chuangyou doctor` tells it
        yield Check("database", is_good=False, reason="连不上数据库，请在服务器上运行 chuangyou doctor 查看原因")
        return
    yield Check("database", is_good=True)
    if not is_current:
        yield Check("migrations", is_good=False, reason="数据库还没有升级到本版本，请运行 chuangyou db upgrade")
        return
    yield Check("migrations", is_good=True)
    yield _worker(installation)


def _worker(installation: Installation) -> Check:
    with reading(installation.engine) as session:
        seen = last_seen(session)
    if seen is None:
        return Check("worker", is_good=False, reason="没有后台在运行，请启动 chuangyou worker")
    if clock.now() - seen > ALIVE_WITHIN:
        since = f"{seen.astimezone(installation.settings.zone):%Y-%m-%d %H:%M:%S}"
        return Check("worker", is_good=False, reason=f"后台自{since}起没有消息，请启动 chuangyou worker")
    return Check("worker", is_good=True)


def _fonts() -> Check:
    faults = resolve_fonts().faults
    return Check("fonts", is_good=not faults, reason="；".join(each.rstrip("。") for each in faults))
