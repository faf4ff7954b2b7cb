"""`chuangyou demo`: the demonstration enterprise goes through all seven stages, and its papers are left to look at."""

from __future__ import annotations

from pathlib import Path
from unicodedata import east_asian_width

import click

from workflow.cli.installed import upgrade
from workflow.cli.sentences import done, list_faults
from workflow.definition.loader import load
from workflow.errors import WorkflowError
from workflow.operations.demonstrating.director import Director
from workflow.operations.demonstrating.outcome import Line, missing, table, write_papers
from workflow.operations.demonstrating.story import ACTS, play
from workflow.operations.installation import Installation
from workflow.settings import Settings, load_settings
from workflow.store.jobs import MemoryJobs
from workflow.store.reachable import reach
from workflow.store.session import create_engine, reading

DATABASE = "demo.sqlite"
HEADINGS = ("环节", "事项", "办结", "流转", "公文", "页")


class FolderInUse(WorkflowError):
    """文件夹 {folder} 里已有上次演示的数据库。请换一个文件夹，或先删除 {file}。"""


@click.command(help="让演示企业把七个环节从头到尾走一遍，公文写入指定文件夹。用空的数据库，默认建在该文件夹里。")
@click.option(
    "--out", required=True, type=click.Path(file_okay=False, path_type=Path), help="存放公文和数据库的文件夹。"
)
@click.option("--database", envvar="DATABASE_URL", help="空数据库的地址；也可用环境变量 DATABASE_URL。")
def demo(out: Path, database: str | None) -> None:
    """Play the script; exit 1 when anything did not happen."""
    out.mkdir(parents=True, exist_ok=True)
    installation = _installation(out, database)
    director = _play(installation)
    written = _write(installation, out)
    with reading(installation.engine) as session:
        lines, absent = table(session, installation), missing(session, director)
    _show(lines)
    for refusal in director.refusals:
        click.echo(f"按规则拒绝：{refusal}")
    if absent:
        click.secho(f"演示没有完成，以下{len(absent)}项没有发生：", fg="red", err=True)
        list_faults(absent)
        raise click.exceptions.Exit(1)
    done(f"演示完成：{director.acts}次办理，{written}件公文在 {out}。")


def _installation(out: Path, database: str | None) -> Installation:
    given = load_settings()
    file = (out / DATABASE).absolute()
    if database is None and file.exists():
        raise FolderInUse(folder=out, file=file)
    settings = Settings.model_validate({**given.model_dump(), "database_url": database or f"sqlite:///{file}"})
    engine = create_engine(settings.database_url)
    reach(engine)
    upgrade(settings)
    return Installation(settings, load(settings.definitions_dir), engine, MemoryJobs())


def _play(installation: Installation) -> Director:
    with click.progressbar(label="演示", length=ACTS, item_show_func=lambda title: title or "") as bar:

        def told() -> None:
            bar.update(1, bar.current_item)

        def chapter(title: str) -> None:
            bar.update(0, title)

        director = play(installation, told, chapter)
        bar.length = max(bar.pos, 1)
        bar.update(0)
    return director


def _write(installation: Installation, out: Path) -> int:
    written = 0
    with click.progressbar(label="写出公文", length=1, show_pos=True) as bar:
        for _ in write_papers(installation.engine, installation, out):
            written += 1
            bar.length = written + 1
            bar.update(1)
        bar.length = max(written, 1)
        bar.update(0)
    return written


def _show(lines: list[Line]) -> None:
    """The table, its columns aligned although a Chinese character is two wide."""
    rows = [(f"{each.code} {each.title}", *(str(n) for n in _figures(each))) for each in lines]
    total = [sum(_figures(each)[column] for each in lines) for column in range(len(HEADINGS) - 1)]
    rows.append(("合计", *map(str, total)))
    widths = [max(_width(row[column]) for row in (HEADINGS, *rows)) for column in range(len(HEADINGS))]
    for row in (HEADINGS, *rows):
        cells = [_padded(row[0], widths[0])]
        cells += [" " * (width - _width(cell)) + cell for cell, width in zip(row[1:], widths[1:], strict=True)]
        click.echo("  ".join(cells))


def _figures(line: Line) -> tuple[int, int, int, int, int]:
    return line.cases, line.closed, line.transitions, line.documents, line.pages


def _width(text: str) -> int:
    return sum(2 if east_asian_width(each) in "WF" else 1 for each in text)


def _padded(text: str, width: int) -> str:
    return text + " " * (width - _width(text))
