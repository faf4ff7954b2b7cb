"""Whether the database answers, and what time it is there."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import Engine, func, select, text
from sqlalchemy.exc import SQLAlchemyError

from workflow import clock
from workflow.errors import WorkflowError


class DatabaseUnreachable(WorkflowError):
    """连不上数据库 {url}（{reason}）。请核对 DATABASE_URL、数据库服务和权限，再重新启动。"""


def reach(engine: Engine) -> None:
    """Raise DatabaseUnreachable, with the address but never its password."""
    try:
        with engine.connect() as connection:
            connection.execute(text("SELECT 1"))
    except SQLAlchemyError as error:
        reason = str(getattr(error, "orig", None) or error).strip().splitlines()[0]
        raise DatabaseUnreachable(url=address(engine), reason=reason) from None


def address(engine: Engine) -> str:
    """The database's address as it may be shown."""
    return engine.url.render_as_string(hide_password=True)


def now_there(engine: Engine) -> datetime:
    """The database server's present moment; an embedded database has the machine's."""
    if engine.dialect.name == "sqlite":
        return clock.now()
    with engine.connect() as connection:
        moment: datetime = connection.execute(select(func.clock_timestamp())).scalar_one()
        return moment.astimezone(UTC)
