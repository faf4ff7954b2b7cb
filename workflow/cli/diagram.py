"""`chuangyou diagram`: a stage as a picture."""

from __future__ import annotations

from pathlib import Path

import click

from workflow.definition.diagram import svg
from workflow.definition.loader import load
from workflow.errors import NotFound
from workflow.settings import load_settings


@click.command(help="把一个环节的状态图写成 SVG，如 chuangyou diagram plan --out plan.svg。")
@click.argument("stage")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="写入的文件；不填则输出到屏幕。")
def diagram(stage: str, out: Path | None) -> None:
    """Write the SVG of a stage."""
    stages = load(load_settings().definitions_dir).stages
    if stage not in stages:
        known = "、".join(f"{name}（{each.title}）" for name, each in stages.items())
        raise NotFound(f"没有名为“{stage}”的环节，可用的有：{known}。")
    picture = svg(stages[stage])
    if out is None:
        click.echo(picture)
    else:
        out.write_text(picture, encoding="utf-8")
        click.echo(f"已写入 {out}")
