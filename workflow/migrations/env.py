"""How Alembic meets our database: the engine of the service, the tables of the service, nobody else's tables."""

from typing import Any, Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext

from workflow.store.base import Base, Json, Key, Moment
from workflow.store.session import create_engine
from workflow.store.tables import metadata


def ours(name: str | None, kind: str, _parents: object) -> bool:
    """Leave the job queue's own tables alone."""
    return kind != "table" or name in Base.metadata.tables


def ours_by_name(kind: str, item: Any, autogenerate: AutogenContext) -> str | Literal[False]:
    """Write our own column types by their names, so that a migration reads like the tables."""
    if kind == "type" and (item is Json or item is Key or isinstance(item, Moment)):
        autogenerate.imports.add("from workflow.store import base")
        return "base.Json" if item is Json else "base.Key" if item is Key else "base.Moment()"
    return False


def run() -> None:
    """Migrate over one connection, in one transaction."""
    engine = create_engine(context.config.get_main_option("sqlalchemy.url") or "")
    with engine.connect() as connection:
        context.configure(
            connection=connection,
            target_metadata=metadata,
            include_name=ours,
            render_item=ours_by_name,
            render_as_batch=True,
            compare_type=True,
        )
        with context.begin_transaction():
            context.run_migrations()
    engine.dispose()


run()
