"""`chuangyou account`: let people in, keep people out."""

from __future__ import annotations

import click

from workflow.cli.installed import current
from workflow.cli.sentences import done
from workflow.operations.organization.appointing import disable_account, set_password
from workflow.store.session import writing


@click.group(help="账号。")
def account() -> None:
    """Commands about accounts."""


@account.command(help="设置账号的口令（导入的账号先由此设置初始口令）。")
@click.argument("username", metavar="账号")
@click.password_option(prompt="新口令", confirmation_prompt="再输一遍", help="不建议写在命令里，留空则提示输入。")
def password(username: str, password: str) -> None:
    """Give an account a new password."""
    installation = current()
    with writing(installation.engine) as session:
        set_password(session, username, password)
    done(f"账号“{username}”的口令已设置，原有登录全部失效。")


@account.command(help="停用账号，已登录的立即退出。")
@click.argument("username", metavar="账号")
def disable(username: str) -> None:
    """Disable an account."""
    installation = current()
    with writing(installation.engine) as session:
        disable_account(session, username)
    done(f"账号“{username}”已停用。")
