"""`chuangyou db`: the database's schema."""

from __future__ import annotations

import click

from workflow.cli.installed import SchemaBehind, installed, migrated
from workflow.cli.sentences import done
from workflow.operations.publishing import publish
from workflow.store import schema
from workflow.store.session import writing


@click.group(help="数据库结构。")
def db() -> None:
    """Commands about the schema."""


@db.command(help="把数据库升级到本版本，并发布流程定义。")
def upgrade() -> None:
    """Migrate, and publish the definitions."""
    installation = migrated()
    with writing(installation.engine) as session:
        publish(session, installation)
    done("数据库已是最新结构。")


@db.command(help="核对数据库结构与程序是否一致。")
def check() -> None:
    """Compare the tables with the code; exit 1 when they differ."""
    installation = installed()
    if not schema.is_current(installation.engine):
        raise SchemaBehind
    schema.check(installation.settings.database_url)
    done("数据库结构与程序一致。")
