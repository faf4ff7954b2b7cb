"""The command line: what it prints, how it fails, how it starts and stops."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import nullcontext
from importlib.metadata import entry_points
from pathlib import Path
from types import SimpleNamespace
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest
from click.testing import CliRunner, Result
from pydantic import SecretStr
from sqlalchemy import select, text

from tests.databases import Databases
from tests.enterprise import ROOT, build
from tests.workbook import write_workbook
from workflow import measures
from workflow.cli import main
from workflow.cli.demo import DATABASE
from workflow.cli.run import factory, measured
from workflow.errors import WorkflowError
from workflow.operations.demonstrating.outcome import Line
from workflow.operations.identity import hash_of
from workflow.settings import Settings
from workflow.store.organization import Organization
from workflow.store.people import Account, ApiToken
from workflow.store.session import create_engine, writing

commands = sys.modules["workflow.cli.run"]
COMMANDS = {
    "run", "web", "worker", "demo", "check", "diagram", "audit", "token", "import", "account", "doctor", "db",
    "calendar", "substitute", "hand-over", "organization", "case", "migrate", "stuck", "launch", "hook", "jobs",
    "campaign", "register", "simulate", "verify",
}  # fmt: skip
PATIENCE = 60  #: seconds for a start on a busy machine


@pytest.fixture
def url(databases: Databases) -> str:
    """A database with the enterprise and an open campaign."""
    return databases.fresh(build)


def call(*arguments: str, url: str = "", **environment: str) -> Result:
    settings = {"DATABASE_URL": url} if url else {}
    return CliRunner().invoke(main, arguments, env={**settings, **environment}, catch_exceptions=False)


def refusal(result: Result) -> str:
    """The sentence on stderr; a command that fails says nothing else and shows no trace."""
    assert result.exit_code == 1
    assert "Traceback" not in result.output
    return result.stderr


def test_every_command_explains_itself_in_chinese() -> None:
    assert set(main.commands) == COMMANDS
    for name in COMMANDS:
        shown = call(name, "--help")
        assert shown.exit_code == 0
        assert any("一" <= character <= "鿿" for character in shown.output)


def test_it_is_mounted_into_flask() -> None:
    mounted = {each.name: each.load() for each in entry_points(group="flask.commands")}
    assert mounted["chuangyou"] is main


def test_the_definitions_are_sound() -> None:
    shown = call("check")
    assert shown.exit_code == 0, shown.output
    assert "14个状态机" in shown.output


def test_a_fault_in_a_definition_is_named_with_file_and_line(tmp_path: Path) -> None:
    copy = tmp_path / "definitions"
    shutil.copytree(ROOT / "definitions", copy)
    stage = copy / "stages" / "filing" / "stage.yaml"
    stage.write_text(
        stage.read_text("utf-8").replace("guards: filing_set_is_complete", "guards: no_such_guard"), "utf-8"
    )
    said = refusal(call("check", CHUANGYOU_DEFINITIONS_DIR=str(copy)))
    assert "流程定义有1处错误" in said
    assert "stages/filing/stage.yaml 第" in said
    assert "no_such_guard" in said
    stage.write_text("stage: [", "utf-8")
    assert "stages/filing/stage.yaml 第" in refusal(call("check", CHUANGYOU_DEFINITIONS_DIR=str(copy)))


def test_a_stage_is_drawn(tmp_path: Path) -> None:
    assert call("diagram", "plan").output.startswith("<svg")
    target = tmp_path / "plan.svg"
    assert call("diagram", "plan", "--out", str(target)).exit_code == 0
    assert "实施方案" in target.read_text("utf-8")
    assert "没有名为“plans”的环节，可用的有：" in refusal(call("diagram", "plans"))


@pytest.mark.parametrize(
    ("environment", "said"),
    [
        ({"PORT": "eighty"}, "环境变量 PORT 的值“eighty”无效"),
        ({"CHUANGYOU_PROT": "1"}, "没有名为 CHUANGYOU_PROT 的配置"),
        ({"DATABASE_URL": "mysql://u:secret@h/d"}, "只支持 SQLite 与 PostgreSQL"),
        ({"DATABASE_URL": "sqlite:////no/such/folder/x.sqlite"}, "连不上数据库 sqlite:////no/such/folder/x.sqlite"),
        (
            {"DATABASE_URL": "postgresql://me:secret@127.0.0.1:1/x"},
            "连不上数据库 postgresql+psycopg://me:***@127.0.0.1:1/x",
        ),
    ],
)
def test_a_bad_setting_stops_the_start_with_a_sentence(environment: Mapping[str, str], said: str) -> None:
    told = refusal(call("run", **environment))
    assert said in told
    assert "secret" not in told


def test_an_old_schema_is_not_worked_on(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'empty.sqlite'}"
    for command in (("worker",), ("audit", "verify"), ("token", "create", "x"), ("import", "x.yaml"), ("db", "check")):
        assert "请先运行 chuangyou db upgrade" in refusal(call(*command, url=url))
    assert call("db", "upgrade", url=url).exit_code == 0
    assert "一致" in call("db", "check", url=url).output


def test_the_schema_of_the_code_is_that_of_the_migrations(url: str) -> None:
    assert call("db", "upgrade", url=url).exit_code == 0
    assert call("db", "check", url=url).exit_code == 0
    with writing(create_engine(url)) as session:
        session.execute(text("ALTER TABLE people ADD COLUMN shoe_size INTEGER"))
    assert "shoe_size" in refusal(call("db", "check", url=url))


@pytest.fixture
def port() -> int:
    """One that nobody listens at."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def test_a_worker_tells_a_monitoring_system_what_its_jobs_have_taken(port: int, tmp_path: Path) -> None:
    with measures.job("print_paper"):
        pass
    settings = Settings(var_dir=tmp_path, metrics=str(port))
    with measured(settings):
        with urlopen(f"http://127.0.0.1:{port}/metrics", timeout=PATIENCE) as answer:
            told = answer.read().decode()
        assert 'chuangyou_job_seconds_count{kind="print_paper",outcome="done"}' in told
        assert "process_resident_memory_bytes" in told
        assert status(Request(f"http://127.0.0.1:{port}/")) == 404
    with socket.socket() as tried:
        assert tried.connect_ex(("127.0.0.1", port)) != 0


def test_the_figures_of_a_worker_are_guarded_like_those_of_the_pages(port: int, tmp_path: Path) -> None:
    asked = f"http://127.0.0.1:{port}/metrics"
    with measured(Settings(var_dir=tmp_path, metrics=f"127.0.0.1:{port}", metrics_token=SecretStr("m" * 40))):
        assert status(Request(asked)) == 403
        assert status(Request(asked, headers={"Authorization": f"Bearer {'x' * 40}"})) == 403
        assert status(Request(asked, headers={"Authorization": f"Bearer {'m' * 40}"})) == 200


def test_a_worker_whose_address_is_taken_says_so_and_does_not_start(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        settings = Settings(var_dir=tmp_path, metrics=f"127.0.0.1:{taken.getsockname()[1]}")
        monkeypatch.setattr(commands, "current", lambda: SimpleNamespace(settings=settings))
        monkeypatch.setattr(commands, "_service", nullcontext)
        told = refusal(call("worker"))
    assert "CHUANGYOU_METRICS" in told
    assert "停止占用" in told


def status(request: Request) -> int:
    """How the request was answered."""
    try:
        with urlopen(request, timeout=PATIENCE) as answer:
            return int(answer.status)
    except HTTPError as error:
        return error.code


def test_a_file_is_imported_or_refused_row_by_row(url: str, tmp_path: Path) -> None:
    people = [["工号", "姓名", "政治面貌"], ["N1", "鲁堃", "正式党员"]]
    good = write_workbook(tmp_path / "good.xlsx", {"人员": people})
    assert "已导入：人员1行。" in call("import", str(good), url=url).output
    bad = write_workbook(tmp_path / "bad.xlsx", {"人员": [*people, ["N2", "", "团员"]]})
    said = refusal(call("import", str(bad), url=url))
    assert "没有导入任何内容：3处有误" in said
    assert "人员第2行“工号”：“N1”已经登记" in said
    assert "人员第3行“姓名”：没有填写" in said
    assert "打不开" in refusal(call("import", str(tmp_path / "none.xlsx"), url=url))


def test_a_token_is_shown_once_and_stored_as_a_hash(url: str) -> None:
    made = call("token", "create", "hy001", "--name", "报表", "--days", "7", url=url)
    token = made.output.strip()
    assert made.exit_code == 0
    with writing(create_engine(url)) as session:
        row = session.scalars(select(ApiToken)).one()
    assert (row.token_hash, row.name) == (hash_of(token), "报表")
    assert "没有名为“nobody”的可用账号" in refusal(call("token", "create", "nobody", url=url))


def test_accounts_get_passwords_and_are_disabled(url: str) -> None:
    assert "口令至少12个字符" in refusal(call("account", "password", "hy001", "--password", "short", url=url))
    assert call("account", "password", "hy001", "--password", "a longer password", url=url).exit_code == 0
    assert call("account", "disable", "hy001", url=url).exit_code == 0
    with writing(create_engine(url)) as session:
        assert session.scalars(select(Account.disabled_at).where(Account.username == "hy001")).one() is not None
    assert "账号“nobody”" in refusal(call("account", "disable", "nobody", url=url))


def test_the_journal_is_verified(url: str) -> None:
    shown = call("audit", "verify", url=url)
    assert shown.exit_code == 0, shown.output
    assert "留痕校验通过" in shown.output


def test_the_doctor_looks_at_everything(url: str, tmp_path: Path) -> None:
    call("db", "upgrade", url=url)
    shown = call("doctor", url=url, CHUANGYOU_VAR_DIR=str(tmp_path))
    for what in ("数据库", "数据库结构", "小标宋", "仿宋", "后台：本机没有运行", "时钟", "工作日历", "磁盘"):
        assert what in shown.output
    assert shown.exit_code == 0, shown.output


def test_the_doctor_says_what_is_broken(tmp_path: Path) -> None:
    shown = call("doctor", url=f"sqlite:///{tmp_path / 'empty.sqlite'}")
    assert shown.exit_code == 1
    assert "故障  数据库结构：数据库还没有升级到本版本。请先运行 chuangyou db upgrade" in shown.output
    shown = call("doctor", url="postgresql://me:secret@127.0.0.1:1/x")
    assert shown.exit_code == 1
    assert "故障  数据库：连不上数据库" in shown.output
    assert "secret" not in shown.output


def test_the_demonstration_prints_its_table(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    absent: list[str] = []
    director = type("Director", (), {"acts": 3, "refusals": ["您不能退回修改"]})()
    lines = [Line("M1", "实施方案", 7, 7, 95, 59, 80), Line("X1", "发文", 3, 3, 12, 6, 6)]
    module = sys.modules["workflow.cli.demo"]
    monkeypatch.setattr(module, "play", lambda *_: director)
    monkeypatch.setattr(module, "write_papers", lambda *_: iter([tmp_path]))
    monkeypatch.setattr(module, "table", lambda *_: lines)
    monkeypatch.setattr(module, "missing", lambda *_: absent)
    environment = {"DATABASE_URL": "", "CHUANGYOU_VAR_DIR": str(tmp_path)}
    shown = call("demo", "--out", str(tmp_path / "a"), **environment)
    assert shown.exit_code == 0, shown.output
    assert "M1 实施方案     7     7    95    59  80" in shown.output
    assert "合计           10    10   107    65  86" in shown.output
    assert "按规则拒绝：您不能退回修改" in shown.output
    assert DATABASE in refusal(call("demo", "--out", str(tmp_path / "a"), **environment))
    absent.append("两级表彰")
    said = refusal(call("demo", "--out", str(tmp_path / "b"), **environment))
    assert "以下1项没有发生" in said
    assert "两级表彰" in said


def test_the_web_is_found_by_name() -> None:
    assert factory("tests.test_cli:free_port") is not None
    for name in ("no.such.module:app", "tests.test_cli:nothing", "tests.test_cli"):
        with pytest.raises(WorkflowError, match="找不到网页程序"):
            factory(name)


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Service:
    """A `chuangyou run` of our own."""

    def __init__(self, folder: Path, url: str) -> None:
        self.port = free_port()
        self.environment = {
            **os.environ, "DATABASE_URL": url, "CHUANGYOU_VAR_DIR": str(folder), "PORT": str(self.port),
            "PYTHONUNBUFFERED": "1",
        }  # fmt: skip
        self.log = folder / "run.log"
        self.process = self.start()

    def start(self) -> subprocess.Popen[bytes]:
        with self.log.open("wb") as log:
            command = [sys.executable, "-m", "workflow.cli", "run"]
            return subprocess.Popen(command, cwd=ROOT, env=self.environment, stdout=log, stderr=subprocess.STDOUT)

    def wait(self) -> str:
        """The first page, once it answers."""
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until and self.process.poll() is None:
            try:
                with urlopen(f"http://127.0.0.1:{self.port}/", timeout=5) as answer:
                    return str(answer.read(), "utf-8")
            except OSError:
                time.sleep(0.1)
        raise AssertionError(self.log.read_text("utf-8"))

    def stop(self, number: signal.Signals) -> int:
        self.process.send_signal(number)
        return self.process.wait(PATIENCE)


@pytest.fixture
def service(url: str, tmp_path: Path) -> Iterator[Service]:
    running = Service(tmp_path, url)
    yield running
    if running.process.poll() is None:
        running.process.kill()
        running.process.wait()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_the_service_starts_answers_and_stops(service: Service, number: signal.Signals) -> None:
    assert "创优" in service.wait()
    doctor = call("doctor", url=service.environment["DATABASE_URL"], CHUANGYOU_VAR_DIR=str(service.log.parent))
    assert "后台：本机正在运行" in doctor.output
    taken = subprocess.run(
        [sys.executable, "-m", "workflow.cli", "run"],
        cwd=ROOT,
        env=service.environment,
        capture_output=True,
        check=False,
    )
    assert taken.returncode == 1
    assert f"不能在 127.0.0.1:{service.port} 监听" in str(taken.stderr, "utf-8")
    assert service.stop(number) == 0
    printed = service.log.read_text("utf-8")
    assert f"创优已启动：http://127.0.0.1:{service.port}" in printed
    assert "hy001  周伯衡" in printed
    assert printed.endswith("正在停止……\n已停止。\n")
    assert "Traceback" not in printed


def test_a_production_start_loads_no_demonstration(tmp_path: Path, sqlite_databases: Databases) -> None:
    url = sqlite_databases.fresh()
    running = Service(tmp_path, url)
    running.process.kill()
    running.process.wait()
    running.environment |= {"CHUANGYOU_MODE": "production", "SECRET_KEY": "s" * 40}
    running.process = running.start()
    try:
        running.wait()
    finally:
        assert running.stop(signal.SIGTERM) == 0
    assert "演示账号" not in running.log.read_text("utf-8")
    with writing(create_engine(url)) as session:
        assert session.scalars(select(Organization.id)).all() == []
