"""`chuangyou calendar`: the years that are known, and a new one with everything that must be right about it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest

from tests.databases import Databases
from tests.enterprise import MORNING, build, installed
from tests.operations.cast import BEIJING, Play
from tests.operations.scenarios.plan import plan
from tests.operations.test_deadlines import due_on
from tests.test_cli import call, refusal
from workflow import clock
from workflow.clock import FixedClock
from workflow.operations.due.rescheduling import reschedule_all
from workflow.store.cases import Case
from workflow.store.jobs import install_queue
from workflow.store.session import writing

YEAR = """
year: 2012
status: official
source: 关于调整2012年节假日安排的通知
holidays: [2012-01-02, 2012-01-03, 2012-03-14]
make_up_days: [2012-01-21]
"""


@pytest.fixture
def play(databases: Databases) -> Iterator[Play]:
    url = databases.fresh(build)
    install_queue(url)
    with installed(url) as installation, clock.use(FixedClock(MORNING)) as fixed:
        yield Play(installation, fixed)


def run(play: Play, *arguments: str):  # type: ignore[no-untyped-def]
    return call("calendar", *arguments, url=play.installation.settings.database_url)


def write(folder: Path, text: str) -> str:
    path = folder / "2012.yaml"
    path.write_text(text, encoding="utf-8")
    return str(path)


def test_the_years_of_the_definitions_are_listed_and_shown(play: Play) -> None:
    shown = run(play, "list")
    assert "2026年  公布" in shown.output
    assert "随程序" in shown.output
    assert "9月29日（星期六）" in run(play, "show", "2012").output
    assert "没有2044年的放假安排" in refusal(run(play, "show", "2044"))


def test_a_trial_changes_nothing_and_an_import_moves_what_lies_ahead(play: Play, tmp_path: Path) -> None:
    case = plan(play)
    before, path = due_on(play, case), write(tmp_path, YEAR)
    tried = run(play, "import", path, "--dry-run")
    assert tried.exit_code == 0, tried.output
    assert "3月14日（星期三）" in tried.output
    assert f"{play.row(case).number} {play.row(case).title}：{before} → " in tried.output
    assert "随程序" in run(play, "show", "2012").output
    done = run(play, "import", path)
    assert "已导入（第1版）" in done.output
    assert "导入第1版" in run(play, "list").output
    reschedule_all(play.installation.engine, play.installation)
    assert due_on(play, case) != before
    assert "完全相同" in refusal(run(play, "import", path))


def test_the_doctor_warns_of_what_is_due_beyond_the_last_official_year(play: Play) -> None:
    case, last = plan(play), max(play.installation.calendar.tables)
    for moment, state in (
        (datetime(last, 12, 31, 17, 30, tzinfo=BEIJING), "正常"),
        (datetime(last + 1, 1, 1, 0, 0, tzinfo=BEIJING), "注意"),
    ):
        with writing(play.installation.engine) as session:
            session.get_one(Case, case).due_at = moment
        shown = call("doctor", url=play.installation.settings.database_url).output
        line = next(each for each in shown.splitlines() if "工作日历" in each)
        assert line.startswith(state)
        assert (f"1件在办事项的期限在{last}年以后" in line) == (state == "注意")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("year: [", "文件写法有误"),
        ("holidays: []", "没有写明年份"),
        (YEAR.replace("official", "provisional"), "不能用暂定的代替"),
        (YEAR.replace("2012-03-14", "2013-03-14"), "不在 2012 年"),
        (YEAR + "half_days: []", "不认识“half_days”"),
        (YEAR.replace("2012-01-21", "2012-01-20"), "不是星期六或星期日"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_imported(play: Play, tmp_path: Path, text: str, said: str) -> None:
    assert said in refusal(run(play, "import", write(tmp_path, text)))
    assert "导入第" not in run(play, "list").output


def test_a_file_that_cannot_be_read_is_named(play: Play, tmp_path: Path) -> None:
    assert "读不到文件" in refusal(run(play, "import", str(tmp_path / "none.yaml")))
    (tmp_path / "gbk.yaml").write_bytes("放假".encode("gbk"))
    assert "不是 UTF-8 编码" in refusal(run(play, "import", str(tmp_path / "gbk.yaml")))
