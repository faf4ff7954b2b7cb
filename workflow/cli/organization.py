"""`chuangyou organization`: merge, rename and move bodies while cases run."""

from __future__ import annotations

from datetime import datetime

import click

from workflow.cli.days import DAY, day_of
from workflow.cli.installed import current
from workflow.cli.sentences import done
from workflow.engine.moving import SYSTEM_ACTOR
from workflow.operations.organization import reorganizing
from workflow.operations.organization.organizing import body
from workflow.operations.organization.reorganizing import Merged, Merger, NewName
from workflow.store.session import writing

DAY_OPTION = click.option("--day", type=DAY, metavar="日期", help="生效日期，不写为今天。")
REASON_OPTION = click.option("--reason", required=True, help="依据，如批准文件、会议。")


@click.group(help="组织调整：合并、更名、调整隶属。组织写代码。")
def organization() -> None:
    """Commands about bodies."""


@organization.command(help="把一个组织并入另一个同类组织，人员、下级组织和在办事项一并转入。")
@click.argument("gone", metavar="被合并组织")
@click.argument("into", metavar="并入组织")
@DAY_OPTION
@REASON_OPTION
@click.option("--dry-run", is_flag=True, help="只列出将要转入什么，不办理。")
def merge(gone: str, into: str, day: datetime | None, reason: str, *, dry_run: bool) -> None:
    """Merge two bodies, or list what would go."""
    installation = current()
    with writing(installation.engine) as session:
        merger = Merger(body(session, gone), body(session, into), day_of(installation, day), reason)
        act = reorganizing.preview_merger if dry_run else reorganizing.merge
        _list(act(session, installation, SYSTEM_ACTOR, merger))
        names = merger.gone.name, merger.into.name
    if not dry_run:
        done(f"{names[0]}已并入{names[1]}。")


@organization.command(help="更改组织名称，原名称留存备查。")
@click.argument("code", metavar="组织")
@click.argument("name", metavar="新全称")
@click.argument("short_name", metavar="新简称")
@DAY_OPTION
@REASON_OPTION
def rename(code: str, name: str, short_name: str, day: datetime | None, reason: str) -> None:
    """Rename a body."""
    installation = current()
    with writing(installation.engine) as session:
        new = NewName(name, short_name, day_of(installation, day), reason)
        former = reorganizing.rename(session, installation, SYSTEM_ACTOR, body(session, code), new)
    done(f"{former.name}已更名为{name}。")


@organization.command(help="调整上级领导党组织，下级组织随同；在办事项仍由原上级办完。")
@click.argument("code", metavar="组织")
@click.argument("superior", metavar="新上级")
@DAY_OPTION
def move(code: str, superior: str, day: datetime | None) -> None:
    """Move a body under another superior."""
    installation = current()
    with writing(installation.engine) as session:
        moved, above = body(session, code), body(session, superior)
        reorganizing.move(session, installation, SYSTEM_ACTOR, moved, above, day_of(installation, day))
        names = moved.name, above.name
    done(f"{names[0]}今后由{names[1]}领导。")


def _list(merged: Merged) -> None:
    for who in merged.posts:
        click.echo(f"转入：{who}")
    click.echo(f"转入：党员和职工群众{merged.members}人")
    for who, reason in merged.ended:
        click.echo(f"结束：{who}（{reason}）")
    for name in merged.bodies:
        click.echo(f"改由其领导：{name}")
    for number, title in merged.cases:
        click.echo(f"在办事项：{number} {title}")
