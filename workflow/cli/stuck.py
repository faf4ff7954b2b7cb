"""`chuangyou stuck`: cases that nobody and nothing will carry on."""

from __future__ import annotations

import click

from workflow.cli.installed import current
from workflow.cli.sentences import done
from workflow.operations.upkeep.stuck import count_stuck, stuck_cases
from workflow.store.session import reading


@click.command(help="列出停滞的事项：没有人、没有期限、也没有在办的子事项会使它继续。")
def stuck() -> None:
    """List the stuck cases; exit 1 when there are any."""
    installation = current()
    with reading(installation.engine) as session:
        found, count = stuck_cases(session, installation), count_stuck(session, installation)
    if not count:
        done("没有停滞的事项。")
        return
    click.secho(f"停滞的事项有{count}件：", fg="red", err=True)
    for each in found:
        since = f"{each.since.astimezone(installation.settings.zone):%Y-%m-%d}"
        click.echo(f"{each.number} {each.title}（自{since}）：{each.why}")
    raise click.exceptions.Exit(1)
