"""Bring a database to the newest schema, or tell how far behind it is. Alembic is loaded to change it, not to look."""

from __future__ import annotations

import re
from functools import cache
from importlib import import_module
from pathlib import Path

from sqlalchemy import Engine, column, inspect, select, table

from workflow.errors import WorkflowError

MIGRATIONS = Path(__file__).resolve().parent.parent / "migrations"
MIGRATING = "workflow.store.migrating"
STANDS_AT = "alembic_version"  #: Alembic's own table
_NAME = re.compile(r'^(revision|down_revision) = "([^"]+)"', re.MULTILINE)


class SchemaDiffers(WorkflowError):
    """程序里的表与数据库升级脚本建立的不一致，请补写升级脚本：{differences}"""


def upgrade(url: str) -> None:
    """Run every migration that the database has not seen."""
    import_module(MIGRATING).upgrade(url)


def check(url: str) -> None:
    """Raise SchemaDiffers when the tables in the code differ from what the migrations build."""
    import_module(MIGRATING).check(url)


def is_current(engine: Engine) -> bool:
    """Whether the database stands at the newest migration."""
    with engine.connect() as connection:
        if not inspect(connection).has_table(STANDS_AT):
            return False
        return connection.scalars(select(column("version_num")).select_from(table(STANDS_AT))).all() == [newest()]


@cache
def newest() -> str:
    """The migration that no other follows."""
    written = "\n".join(path.read_text(encoding="utf-8") for path in (MIGRATIONS / "versions").glob("*.py"))
    found = _NAME.findall(written)
    followed = {name for word, name in found if word == "down_revision"}
    (last,) = (str(name) for word, name in found if word == "revision" and name not in followed)
    return last
