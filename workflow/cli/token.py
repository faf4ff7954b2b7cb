"""`chuangyou token`: bearer tokens of the API."""

from __future__ import annotations

from datetime import timedelta

import click

from workflow.cli.installed import current
from workflow.operations.identity import create_token
from workflow.store.session import writing

LIFETIME_DAYS = 90


@click.group(help="API 令牌。")
def token() -> None:
    """Commands about tokens."""


@token.command(help="为账号创建 API 令牌。令牌只显示这一次，请妥善保存。")
@click.argument("username", metavar="账号")
@click.option("--name", default="命令行创建", show_default=True, help="令牌的用途，便于日后辨认。")
@click.option("--days", type=click.IntRange(1, 365), default=LIFETIME_DAYS, show_default=True, help="有效天数。")
def create(username: str, name: str, days: int) -> None:
    """Print a new token, once."""
    installation = current()
    with writing(installation.engine) as session:
        made = create_token(session, username, name, timedelta(days=days))
    click.echo(made)
