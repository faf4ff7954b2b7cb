"""`chuangyou audit`: prove that nothing in the journal was changed."""

from __future__ import annotations

import re
from typing import Any

import click

from workflow.cli.installed import current
from workflow.cli.sentences import done, list_faults
from workflow.engine.chain import Extent
from workflow.errors import WorkflowError
from workflow.operations import drawing, sealing
from workflow.store.session import reading

ROOT = re.compile(r"(\d+)[:：]([0-9a-fA-F]{64})")


@click.group(help="留痕审计。")
def audit() -> None:
    """Commands about the journal."""


class RootUnreadable(WorkflowError):
    """“{value}”不是公文所载的封存，应写成 次数:根哈希，如 3:9f86…（根哈希共64位，照公文抄写）。"""


class Root(click.ParamType[Extent]):
    """A seal as papers print it: its sequence and its root."""

    name = "次数:根哈希"

    def convert(self, value: Any, _param: click.Parameter | None, _context: click.Context | None) -> Extent:
        """`3:9f86…` — both parts are copied from the paper."""
        if isinstance(value, Extent):
            return value
        match = ROOT.fullmatch(value)
        if match is None:
            raise RootUnreadable(value=value)
        return Extent(int(match[1]), match[2].lower())


@audit.command(help="逐条核对留痕的哈希链和各次封存，指出第一处不符。")
@click.option("--printed", type=Root(), multiple=True, help="公文所载的封存，一并核对；可写多次。")
def verify(printed: tuple[Extent, ...]) -> None:
    """Check every chain and seal; exit 1 when something does not fit."""
    installation = current()
    faults: list[str] = []
    with reading(installation.engine) as session:
        with click.progressbar(label="核对留痕", length=sealing.case_count(session), show_pos=True) as bar:
            for found in sealing.verify(session, printed):
                if isinstance(found, int):
                    bar.update(found)
                else:
                    faults.append(f"{found.where}：{found.message}")
        entries, seals = sealing.summary(session)
    if faults:
        click.secho(f"留痕校验未通过，{len(faults)}处不符：", fg="red", err=True)
        list_faults(faults)
        raise click.exceptions.Exit(1)
    done(f"留痕校验通过：{entries}条留痕、{seals}次封存，前后衔接，未见改动。")


@audit.command(help="重放一次随机抽查：按留存的抽签记录重新抽签，核对结果。事项写编号。")
@click.argument("number", metavar="事项编号")
def draw(number: str) -> None:
    """Draw every sample of an inspection again; exit 1 when one comes out differently (domain.md §7)."""
    with reading(current().engine) as session:
        draws = drawing.replay_draws(session, number)
    faults = [f"第{each.number}次抽签：{'、'.join(each.differing)}与记录不符" for each in draws if each.differing]
    if faults:
        click.secho("抽签重放不一致：", fg="red", err=True)
        list_faults(faults)
        raise click.exceptions.Exit(1)
    for each in draws:
        click.echo(f"第{each.number}次抽签：从{each.frame}个单位中抽中 {'、'.join(each.sample)}（种子 {each.seed}）")
    done(f"抽签重放一致：{len(draws)}次抽签，都由公开数值和名单唯一确定。")
