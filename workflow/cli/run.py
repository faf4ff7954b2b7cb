"""`chuangyou run`, `web` and `worker`: the service, all in one process, or pages and background work each alone."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from functools import partial
from importlib import import_module
from threading import Event, Thread
from threading import enumerate as enumerate_threads
from typing import Any

import click

from workflow import logs, measures
from workflow.allocation import share_one_heap
from workflow.cli.installed import current, migrated
from workflow.cli.serving import listening
from workflow.cli.signals import stopping_on_signals
from workflow.documents.rooms import rooms_open
from workflow.errors import WorkflowError
from workflow.operations.demonstrating.enterprise import PASSWORD, demo_accounts, is_empty
from workflow.operations.demonstrating.prologue import ACTS, prepare
from workflow.operations.installation import Installation
from workflow.operations.publishing import publish
from workflow.operations.upkeep.measuring import REFUSAL, may_measure
from workflow.settings import Settings, variable_of
from workflow.store.session import reading, writing
from workflow.worker import run_worker, standing_duties

#: Who answers HTTP, as `module:factory`. The web lies above this package, so it is named and not imported.
WEB = "web:create_app"
JOBS = "dbos-executor-"  #: how the threads of the queue are called
WORKER_READY_SECONDS = 30
MEASURING_THREADS = 1  #: for whoever reads the figures of a worker
LOCAL = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}  # noqa: S104 - addresses to show, not to listen on


class DemonstrationCutShort(WorkflowError):
    """已停止。演示内容只装入了一部分；如要重新装入，请换用空的数据库（默认的在 var/chuangyou.sqlite，可以删除）。"""


@click.command(help="启动服务：升级数据库，首次启动时装入演示组织，然后运行网页和后台。按 Ctrl-C 停止。")
@click.option("--web", default=WEB, show_default=True, help="网页程序，写作 模块:工厂函数。")
def run(web: str) -> None:
    """Everything in one process, until a signal."""
    with stopping_on_signals() as stop, _service(migrated()) as installation:
        with writing(installation.engine) as session:
            publish(session, installation)
        if installation.settings.mode == "demo":
            _prepare_demonstration(installation, stop)
        with _in_background(installation, stop) as unfinished, _serving(installation, factory(web)):
            _greet(installation)
            stop.wait()
            click.echo("正在停止……")
    _end(unfinished)


@click.command(help="只运行后台：生成公文、发出提醒、处理到期事项、批量办理、封存留痕。可在多台机器上运行。")
def worker() -> None:
    """The background work alone, until a signal."""
    with (
        _service(current()) as installation,
        stopping_on_signals() as stop,
        measured(installation.settings),
        _in_background(installation, stop) as unfinished,
    ):
        click.echo("后台已启动，按 Ctrl-C 停止。")
        stop.wait()
        click.echo("正在停止……")
    _end(unfinished)


@click.command(help="只运行网页和接口，后台另由 chuangyou worker 运行。可在多台机器上运行。")
def web() -> None:
    """Pages and API alone, until a signal."""
    with _service(current()) as installation, stopping_on_signals() as stop, _serving(installation, factory(WEB)):
        click.echo(f"网页已启动：{_address(installation)}，按 Ctrl-C 停止。")
        stop.wait()
        click.echo("正在停止……")
    click.echo("已停止。")


def _end(unfinished: list[str]) -> None:
    """Say so, and go. What goes on after the grace was given back, and would keep the process from ending."""
    click.echo("已停止。")
    if unfinished or any(each.name.startswith(JOBS) for each in enumerate_threads()):
        sys.stdout.flush()
        os._exit(0)


@contextmanager
def _service(installation: Installation) -> Iterator[Installation]:
    """What serves for long: one heap for its threads, a log, and processes apart for what needs large libraries."""
    share_one_heap()
    settings = installation.settings
    form = settings.log_format or logs.FORMS[settings.mode]
    logs.configure(form)
    with rooms_open(form):
        yield installation


def _prepare_demonstration(installation: Installation, stop: Event) -> None:
    """On the first start: the enterprise, and a campaign under way."""
    with reading(installation.engine) as session:
        if not is_empty(session):
            return
    with click.progressbar(label="首次启动，准备演示", length=ACTS) as bar:

        def told() -> None:
            if stop.is_set():
                raise DemonstrationCutShort
            bar.update(1)

        prepare(installation, told)
        bar.update(max(ACTS - bar.pos, 0))


def factory(name: str) -> Callable[..., Any]:
    """The application factory that `module:name` means."""
    module, _, attribute = name.partition(":")
    try:
        made: Callable[..., Any] = getattr(import_module(module), attribute)
    except (ImportError, AttributeError) as error:
        raise WorkflowError(f"找不到网页程序“{name}”（{error}）。请写成 模块:工厂函数，如 {WEB}。") from None
    return made


def _serving(installation: Installation, create_app: Callable[..., Any]) -> AbstractContextManager[None]:
    """The pages and the API, for the length of a block."""
    settings = installation.settings
    application = create_app(installation=installation)
    return listening(
        application, settings.host, settings.port, threads=settings.web_threads, variable=variable_of("port")
    )


def measured(settings: Settings) -> AbstractContextManager[object]:
    """The figures of a process without pages, where an address is set for them; protected as those of the pages."""
    if settings.metrics_address is None:
        return nullcontext()
    host, port = settings.metrics_address
    application = measures.application(partial(may_measure, settings), REFUSAL)
    return listening(application, host, port, threads=MEASURING_THREADS, variable=variable_of("metrics"))


@contextmanager
def _in_background(installation: Installation, stop: Event) -> Iterator[list[str]]:
    """The worker in a thread; leaving the block tells it to stop and waits for its running jobs, but not for ever.

    The kinds of those that still run then are put into the list.
    """
    ready, failure, unfinished = Event(), list[BaseException](), list[str]()

    def work() -> None:
        try:
            unfinished.extend(run_worker(installation.settings, stop, standing_duties(installation), ready))
        except BaseException as error:
            failure.append(error)
            raise
        finally:
            ready.set()

    thread = Thread(target=work, name="worker")
    thread.start()
    try:
        ready.wait(WORKER_READY_SECONDS)
        if failure:
            raise WorkflowError(f"后台没有启动（{failure[0]}）。请运行 chuangyou doctor 查看原因。")
        yield unfinished
    finally:
        stop.set()
        thread.join()


def _address(installation: Installation) -> str:
    settings = installation.settings
    return f"http://{LOCAL.get(settings.host, settings.host)}:{settings.port}"


def _greet(installation: Installation) -> None:
    click.secho(f"创优已启动：{_address(installation)}", fg="green", bold=True)
    if installation.settings.mode != "demo":
        return
    with reading(installation.engine) as session:
        accounts = demo_accounts(session, installation)
    if accounts:
        click.echo(f"演示账号（口令都是 {PASSWORD}）：")
        for each in accounts:
            click.echo(f"  {each.username}  {each.name}  {each.part}")
    click.echo("按 Ctrl-C 停止。")
