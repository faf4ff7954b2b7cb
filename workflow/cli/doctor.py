"""`chuangyou doctor`: is everything there that the service needs?"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

import click

from workflow import clock
from workflow.cli.installed import SchemaBehind, installed
from workflow.documents.fonts import resolve_fonts
from workflow.engine.calendar import TableStatus
from workflow.errors import WorkflowError
from workflow.operations.due.calendars import present_calendar
from workflow.operations.installation import Installation
from workflow.operations.upkeep import health, presence
from workflow.operations.upkeep.failures import count_failures, failures
from workflow.operations.upkeep.places import is_working_here
from workflow.operations.upkeep.stuck import stuck_cases
from workflow.store import schema
from workflow.store.reachable import address, now_there
from workflow.store.session import reading

GOOD, NOTE, BAD = "正常", "注意", "故障"
COLOURS = {GOOD: "green", NOTE: "yellow", BAD: "red"}
CLOCKS_APART = timedelta(seconds=5)
PATIENCE = timedelta(minutes=3)  #: the worker looks every minute
LEAST_FREE = 512 * 1024 * 1024
GIGABYTE = 1024**3


@dataclass(frozen=True)
class Finding:
    """One line of the report."""

    state: str
    what: str
    text: str


@click.command(help="体检：数据库、结构版本、字体、后台、时钟、工作日历、磁盘。")
def doctor() -> None:
    """Look at everything; exit 1 when something is broken."""
    found = list(_findings())
    for each in found:
        click.echo(f"{click.style(each.state, fg=COLOURS[each.state])}  {each.what}：{each.text}")
    if any(each.state == BAD for each in found):
        raise click.exceptions.Exit(1)


def _findings() -> Iterator[Finding]:
    try:
        installation = installed()
    except WorkflowError as error:
        yield Finding(BAD, "数据库", error.message)
        yield from _fonts()
        return
    yield Finding(GOOD, "数据库", address(installation.engine))
    behind = not schema.is_current(installation.engine)
    yield (
        Finding(BAD, "数据库结构", (SchemaBehind.__doc__ or "").strip())
        if behind
        else Finding(GOOD, "数据库结构", "最新")
    )
    yield from _fonts()
    if not behind:
        yield _worker(installation)
        yield from _failures(installation)
        yield from _troubles(installation)
        yield _calendar(installation)
    yield _clock(installation)
    yield _disk(installation)


def _fonts() -> Iterator[Finding]:
    report = resolve_fonts()
    for choice, line in zip(report.choices, report.lines(), strict=True):
        state = GOOD if choice.is_licensed else NOTE if choice.faces else BAD
        yield Finding(state, "字体", line)
    for fault in report.faults:
        yield Finding(BAD, "字体", fault)


def _worker(installation: Installation) -> Finding:
    now = clock.now()
    with reading(installation.engine) as session:
        waiting, known = health.backlog(session, now), presence.workers(session)
        alive = [each.name for each in known if presence.is_alive(each, now)]
        lost = [f"{each.name}（{_shown(installation, each.seen_at)}起）" for each in known if each.name not in alive]
    here = is_working_here(installation.settings.var_dir)
    text = f"本机{'正在运行' if here else '没有运行'}；各机在运行的有{len(alive)}个{_named(alive)}"
    text += f"，没有消息的有{len(lost)}个{_named(lost)}" if lost else ""
    text += f"；到期待办{waiting.due}件，待印公文{waiting.papers}件"
    if waiting.oldest is not None and now - waiting.oldest > PATIENCE:
        since = _shown(installation, waiting.oldest)
        return Finding(BAD, "后台", f"{text}，最早的自{since}起无人处理。请启动 chuangyou run 或 chuangyou worker。")
    return Finding(GOOD if (here or alive) and not lost else NOTE, "后台", text)


def _named(names: list[str]) -> str:
    return f"：{'、'.join(names)}" if names else ""


def _shown(installation: Installation, at: datetime) -> str:
    return f"{at.astimezone(installation.settings.zone):%m-%d %H:%M}"


def _failures(installation: Installation) -> Iterator[Finding]:
    """What could not be done in the background, in one list with the papers, notices and due moments."""
    with reading(installation.engine) as session:
        count, found = count_failures(session, installation), failures(session, installation)
    if not count:
        yield Finding(GOOD, "后台任务", "没有办不成的")
        return
    yield Finding(BAD, "后台任务", f"{count}件没有办成，排除原因后用 chuangyou jobs retry 重试，日志可按事件编号查看")
    for each in found[: health.SHOWN]:
        yield Finding(BAD, "后台任务", f"{each.kind} {each.number or ''} {each.title}：{each.reason}")


def _troubles(installation: Installation) -> Iterator[Finding]:
    """What stands still until somebody looks after it, each case by its number."""
    today = installation.today(clock.now())
    with reading(installation.engine) as session:
        lists = (
            (
                BAD,
                "事项",
                "无人办理也没有期限",
                "请补任职务或作管理调整",
                stuck_cases(session, installation)[: health.SHOWN],
            ),
            (NOTE, "待办", "无人可以办理", "请补任有关职务", health.vacant_tasks(session, today)),
        )
    for state, what, fault, advice, found in lists:
        if not found:
            yield Finding(GOOD, what, f"没有{fault}的")
            continue
        number = f"{len(found)}件" if len(found) < health.SHOWN else f"至少{len(found)}件"
        yield Finding(state, what, f"{number}{fault}，{advice}")
        yield from (Finding(state, what, f"{each.number} {each.title}：{each.why}") for each in found)


def _clock(installation: Installation) -> Finding:
    here, there = clock.now(), now_there(installation.engine)
    apart = abs(there - here)
    local = f"{here.astimezone(installation.settings.zone):%Y-%m-%d %H:%M:%S}（{installation.settings.timezone}）"
    if apart > CLOCKS_APART:
        return Finding(BAD, "时钟", f"{local}，与数据库相差{apart.total_seconds():.0f}秒。请校准两台机器的时钟。")
    return Finding(GOOD, "时钟", local)


def _calendar(installation: Installation) -> Finding:
    year = installation.today(clock.now()).year
    with reading(installation.engine) as session:
        tables = present_calendar(session, installation).tables
        last = max((each for each, table in tables.items() if table.status is TableStatus.OFFICIAL), default=year - 1)
        beyond = health.count_due_from(session, datetime(last + 1, 1, 1, tzinfo=installation.settings.zone))
    known = sorted(tables)
    span = f"{known[0]}—{known[-1]}年" if known else "没有任何年份"
    if year not in known:
        text = f"{year}年没有官方放假安排，期限按周一至周五推算并标“暂定”。请用 chuangyou calendar import 导入。"
        return Finding(NOTE, "工作日历", text)
    if beyond:
        text = f"{span}；{beyond}件在办事项的期限在{last}年以后，按周一至周五推算，是“暂定”的。"
        return Finding(NOTE, "工作日历", f"{text}新的放假安排公布后，请用 chuangyou calendar import 导入。")
    return Finding(GOOD, "工作日历", span)


def _disk(installation: Installation) -> Finding:
    free = shutil.disk_usage(installation.settings.var_dir).free
    text = f"{installation.settings.var_dir} 所在磁盘剩余 {free / GIGABYTE:.1f} GB"
    return Finding(GOOD, "磁盘", text) if free >= LEAST_FREE else Finding(BAD, "磁盘", f"{text}，请尽快清理。")
