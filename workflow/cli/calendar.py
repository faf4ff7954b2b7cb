"""`chuangyou calendar`: the years of the working calendar, and the import of a new one."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from pathlib import Path

import click

from workflow.cli.installed import current
from workflow.cli.sentences import done
from workflow.errors import WorkflowError
from workflow.operations.due.calendar_years import YearChange, change_of, import_year, read_year
from workflow.operations.due.rescheduling import Prospect, prospects
from workflow.operations.reading.calendar import SHOWN, Year, day_words, known_year, known_years
from workflow.store.session import reading, writing


class FileUnreadable(WorkflowError):
    """读不到文件“{path}”（{reason}）。请核对文件名和权限，文件应为 UTF-8 编码。"""


@click.group(help="工作日历：查看各年放假安排，导入新的一年。")
def calendar() -> None:
    """Commands about the working calendar."""


@calendar.command("list", help="列出已有的年份：公布还是暂定，从哪里来。")
def list_years() -> None:
    """List the years."""
    installation = current()
    with reading(installation.engine) as session:
        for each in known_years(session, installation):
            click.echo(f"{each.year}年  {_status(each)}  工作日{each.working_days}天  {_origin(each)}")


@calendar.command(help="显示一年的放假日和调休上班日。")
@click.argument("year", type=int, metavar="年份")
def show(year: int) -> None:
    """Show a year."""
    installation = current()
    with reading(installation.engine) as session:
        found = known_year(session, installation, year)
    click.echo(f"{found.year}年（{_status(found)}，{_origin(found)}）\n来源：{found.source}")
    click.echo(f"放假日：{_days(found.holidays)}\n调休上班日：{_days(found.make_up_days)}")


@calendar.command("import", help="导入一年的放假安排，格式同 definitions/calendar。未到期的期限随后重新推算。")
@click.argument("file", type=click.Path(path_type=Path), metavar="文件")
@click.option("--dry-run", is_flag=True, help="只检查并列出会有什么变化，不导入。")
def import_(file: Path, *, dry_run: bool) -> None:
    """Import a year, or say what it would change."""
    installation, table = current(), read_year(_text(file), file.name)
    with reading(installation.engine) as session:
        change = change_of(session, installation, table)
        moved = prospects(session, installation, change.calendar, SHOWN + 1) if dry_run else []
    _say(change)
    if dry_run:
        _list(moved)
        return
    with writing(installation.engine) as session:
        row = import_year(session, installation, change)
        version = row.version
    done(f"{change.year}年工作日历已导入（第{version}版）。后台随后重新推算未到期的期限，逐件记入办理过程。")


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except OSError as error:
        raise FileUnreadable(path=path, reason=error.strerror) from None
    except UnicodeDecodeError:
        raise FileUnreadable(path=path, reason="不是 UTF-8 编码") from None


def _say(change: YearChange) -> None:
    now = {None: "原来没有", "official": "原来已公布", "provisional": "原来是暂定"}[change.before]
    click.echo(f"{change.year}年：{now}，导入后为{'公布' if change.is_official else '暂定'}。")
    click.echo(f"改为放假的工作日：{_days(change.freed)}\n改为上班的休息日：{_days(change.worked)}")


def _list(moved: list[Prospect]) -> None:
    for each in moved[:SHOWN]:
        click.echo(f"{each.number} {each.title}：{each.old} → {each.new}")
    if len(moved) > SHOWN:
        click.echo("……")
    done("检查通过，没有导入。" if moved else "检查通过，没有导入；没有期限因此变动。")


def _status(year: Year) -> str:
    return "公布" if year.is_official else "暂定"


def _origin(year: Year) -> str:
    return f"导入第{year.version}版" if year.version else "随程序"


def _days(days: Iterable[date]) -> str:
    return "、".join(map(day_words, days)) or "无"
