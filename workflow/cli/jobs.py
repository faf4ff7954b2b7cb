"""`chuangyou jobs`: what could not be done in the background; trying it again, or giving it up."""

from __future__ import annotations

import click

from workflow.cli.installed import current
from workflow.cli.sentences import done
from workflow.errors import WorkflowError
from workflow.operations.installation import Installation
from workflow.operations.upkeep import mending
from workflow.operations.upkeep.failures import Failure, count_failures, failures
from workflow.store.session import reading, writing

KEY = click.argument("key", metavar="编号")


class NothingNamed(WorkflowError):
    """请写明要重试的编号（见 chuangyou jobs list），或者用 --all 全部重试。"""


@click.group(help="后台任务：列出没有办成的公文、提醒、到期处理等，重试或者放弃。")
def jobs() -> None:
    """Commands about what failed in the background."""


@jobs.command("list", help="列出没有办成的后台任务；有未办成的，退出码为 1。")
def list_() -> None:
    """Each on two lines; exit 1 when there are any."""
    installation = current()
    with reading(installation.engine) as session:
        found, count = failures(session, installation), count_failures(session, installation)
    if not found:
        done("没有办不成的后台任务。")
        return
    click.secho(f"没有办成的后台任务有{count}项：", fg="red", err=True)
    for each in found:
        click.echo(_line(installation, each))
    raise click.exceptions.Exit(1)


@jobs.command(help="重试一项，或者用 --all 全部重试。请先排除原因。")
@click.argument("key", metavar="[编号]", required=False)
@click.option("--all", "everything", is_flag=True, help="重试全部。")
def retry(key: str | None, everything: bool) -> None:
    """Put one or all into the queue again."""
    if (key is None) != everything:
        raise NothingNamed
    installation = current()
    with writing(installation.engine) as session:
        keys = [each.key for each in failures(session, installation)] if key is None else [key]
        for each in keys:
            mending.retry(session, installation, each, None)
    done(f"{len(keys)}项已重新交给后台办理。")


@jobs.command(help="放弃一项不再需要办理的，须写理由，记入日志。")
@KEY
@click.option("--reason", required=True, metavar="理由", help="理由，记入日志。")
def discard(key: str, reason: str) -> None:
    """Never try one again."""
    installation = current()
    with writing(installation.engine) as session:
        gone = mending.discard(session, installation, key, reason, None)
    done(f"已放弃：{gone.kind}“{gone.title}”。")


def _line(installation: Installation, each: Failure) -> str:
    since = f"，自{each.since.astimezone(installation.settings.zone):%Y-%m-%d %H:%M}" if each.since else ""
    about = f"{each.number} {each.title}" if each.number else each.title
    return f"{each.key}\n  {each.kind} {about}（试过{each.attempts}次{since}）：{each.reason}"
