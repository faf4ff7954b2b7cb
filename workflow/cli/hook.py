"""`chuangyou hook`: webhooks and the robots of groups that are told what happens in a body."""

from __future__ import annotations

import click

from workflow.cli.installed import current
from workflow.cli.sentences import done
from workflow.engine.moving import SYSTEM_ACTOR
from workflow.notices.kinds import FOR_GROUPS
from workflow.notices.robots import FORMATS
from workflow.operations.informing.hooks import NewHook, add_hook, hooks_below, remove_hook
from workflow.operations.organization.organizing import body
from workflow.store.session import reading, writing


@click.group(help="对外提醒：回调，企业微信、钉钉、飞书群机器人。")
def hook() -> None:
    """Commands about hooks."""


@hook.command(help="设置一个对外提醒。组织写组织代码，地址写机器人或回调的 https 地址。")
@click.argument("organization", metavar="组织代码")
@click.argument("name", metavar="名称")
@click.argument("url", metavar="地址")
@click.option("--format", "format_", type=click.Choice(list(FORMATS)), required=True, help="哪一种。")
@click.option("--secret", default="", envvar="HOOK_SECRET", help="签名密钥；也可放在环境变量 HOOK_SECRET 中。")
@click.option(
    "--kind", "kinds", type=click.Choice(list(FOR_GROUPS)), multiple=True, help="只提醒哪些，可写多次；不写为全部。"
)
def add(organization: str, name: str, url: str, format_: str, secret: str, kinds: tuple[str, ...]) -> None:
    """Set up a hook."""
    installation = current()
    with writing(installation.engine) as session:
        new = NewHook(name, format_, url, secret, body(session, organization), kinds)
        made = add_hook(session, installation, SYSTEM_ACTOR, new)
        done(f"第{made.id}号对外提醒“{made.name}”已设置。")


@hook.command("list", help="列出对外提醒。地址和密钥不显示。")
def list_() -> None:
    """Show the hooks."""
    installation = current()
    with reading(installation.engine) as session:
        found = hooks_below(session, installation, SYSTEM_ACTOR)
        for each in found:
            what = "、".join(each.kinds) or "全部提醒"
            rests = "" if each.is_enabled else "（已停用）"
            click.echo(f"第{each.id}号 {each.name}{rests}：{each.body}，{each.format}，{each.host}，{what}")
        if not found:
            click.echo("没有对外提醒。")


@hook.command(help="删去一个对外提醒，连同它的地址和密钥。")
@click.argument("number", metavar="编号", type=int)
def remove(number: int) -> None:
    """Forget a hook."""
    installation = current()
    with writing(installation.engine) as session:
        remove_hook(session, installation, SYSTEM_ACTOR, number)
    done(f"第{number}号对外提醒已删去。")
