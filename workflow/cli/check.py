"""`chuangyou check`: are the definitions sound, and does every paper print?"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import click

from workflow.cli.sentences import done, list_faults
from workflow.definition.check import Known
from workflow.definition.check import check as faults_of
from workflow.definition.loader import load
from workflow.documents.render import render_html, render_pdf
from workflow.engine.parameters import READ
from workflow.engine.registry import EFFECTS, GUARDS
from workflow.engine.routing import RULES
from workflow.settings import load_settings


@click.command(help="检查流程定义是否完整、自洽，每件公文能否按样例生成。")
@click.option("--print", "printing", is_flag=True, help="每件公文都排成 PDF（较慢），并核对字体缺字。")
def check(printing: bool) -> None:
    """Prove the definitions sound; exit 1 with file, line and fix of each fault."""
    definitions = load(load_settings().definitions_dir)
    render = _counting(render_pdf if printing else render_html)
    found = faults_of(definitions, Known(GUARDS.keys(), EFFECTS.keys(), RULES.keys(), READ, render))
    if found:
        click.secho(f"流程定义有{len(found)}处错误：", fg="red", err=True)
        list_faults([str(each) for each in found])
        raise click.exceptions.Exit(1)
    transitions = sum(len(each.transitions) for each in definitions.stages.values())
    done(
        f"流程定义检查通过：{len(definitions.stages)}个状态机，{transitions}个流转，"
        f"{len(GUARDS)}个条件，{render.count}件公文按样例生成。"
    )


class _counting:  # noqa: N801 - reads as the verb that it is
    """The render function, with the number of papers that it made."""

    def __init__(self, render: Callable[[Path, Mapping[str, object]], object]) -> None:
        self._render = render
        self.count = 0

    def __call__(self, folder: Path, values: Mapping[str, object]) -> object:
        self.count += 1
        return self._render(folder, values)
