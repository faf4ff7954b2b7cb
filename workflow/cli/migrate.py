"""`chuangyou migrate`: running cases go over to the newest definition of their stage."""

from __future__ import annotations

from typing import Any

import click

from workflow.cli.installed import current
from workflow.cli.sentences import done
from workflow.errors import WorkflowError
from workflow.operations.installation import Installation
from workflow.operations.many.migrating import Prospect, plan_migration
from workflow.operations.many.migrating import migrate as carry_over
from workflow.operations.many.versions import new_stage, running_cases
from workflow.store.session import reading


class MappingUnreadable(WorkflowError):
    """“{value}”看不懂，应写成 旧状态=新状态，如 draft=drafting（写状态的代码）。"""


class Mapping(click.ParamType[tuple[str, str]]):
    """A state of the old version and the one that takes its place."""

    name = "旧状态=新状态"

    def convert(self, value: Any, _param: click.Parameter | None, _context: click.Context | None) -> tuple[str, str]:
        """`draft=drafting`."""
        old, sign, new = str(value).partition("=")
        if not (old and sign and new):
            raise MappingUnreadable(value=value)
        return old, new


@click.command(help="把一个环节在办的事项转到新发布的流程版本，逐件办理；有问题的保留原版本并说明原因。")
@click.argument("stage", metavar="环节")
@click.option("--state", "states", type=Mapping(), multiple=True, help="旧版状态对应的新版状态，可写多次。")
@click.option("--dry-run", is_flag=True, help="只列出每件事项将会怎样，不办理。")
def migrate(stage: str, states: tuple[tuple[str, str], ...], *, dry_run: bool) -> None:
    """Migrate, or list what would happen; exit 1 when a case stays behind."""
    installation, mapping = current(), dict(states)
    found = _plan(installation, stage, mapping) if dry_run else _carry_over(installation, stage, mapping)
    for each in found:
        click.echo(_line(each))
    kept = sum(bool(each.problem) for each in found)
    did = "可以更换" if dry_run else "已更换"
    done(f"{did}{len(found) - kept}件，保留原版本{kept}件。")
    if kept:
        raise click.exceptions.Exit(1)


def _plan(installation: Installation, stage: str, mapping: dict[str, str]) -> list[Prospect]:
    with reading(installation.engine) as session:
        return list(plan_migration(session, installation, stage, mapping))


def _carry_over(installation: Installation, stage: str, mapping: dict[str, str]) -> list[Prospect]:
    with reading(installation.engine) as session:
        count = len(running_cases(session, new_stage(installation, stage, mapping)))
    work = carry_over(installation.engine, installation, stage, mapping)
    with click.progressbar(work, length=count, label="更换流程版本", show_pos=True) as bar:
        return list(bar)


def _line(each: Prospect) -> str:
    if each.problem:
        how = f"（--state {each.code}=新状态）" if each.is_gone else ""
        return f"{each.number} {each.title}（{each.state}）：{each.problem}{how}"
    return f"{each.number} {each.title}：{each.state} → {each.new_state}"
