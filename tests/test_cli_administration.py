"""The commands of the administrator: suspend, resume, terminate, move, migrate, stuck."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import delete, update

from tests.databases import Databases
from tests.enterprise import MORNING, ROOT, build, installed
from tests.operations.cast import Play
from tests.operations.scenarios.plan import plan
from tests.test_cli import call, refusal
from workflow import clock
from workflow.clock import FixedClock
from workflow.operations.identity import create_token
from workflow.store.cases import Deadline
from workflow.store.session import writing
from workflow.store.tasks import Candidate

NUMBER = "2012-M1-000001"


@pytest.fixture
def play(databases: Databases) -> Iterator[Play]:
    """One plan, at its beginning."""
    url = databases.fresh(build)
    with installed(url) as installation, clock.use(FixedClock(MORNING)) as fixed:
        play = Play(installation, fixed)
        assert play.row(plan(play)).number == NUMBER
        yield play


def run(play: Play, *arguments: str, **environment: str):  # type: ignore[no-untyped-def]
    return call(*arguments, url=play.installation.settings.database_url, **environment)


def test_a_case_is_suspended_resumed_moved_and_terminated(play: Play) -> None:
    assert run(play, "case", "suspend", NUMBER, "--reason", "暂缓").exit_code == 0
    assert play.row(1).suspended_at is not None
    assert "已经中止" in refusal(run(play, "case", "suspend", NUMBER, "--reason", "暂缓"))
    assert run(play, "case", "resume", NUMBER, "--reason", "继续").exit_code == 0
    listed = run(play, "case", "move", NUMBER)
    assert "internal_review  内部审核：由" in listed.output, listed.output
    assert "跳过：" in listed.output
    assert "没有填写" not in listed.output
    refusal(run(play, "case", "move", NUMBER, "internal_review"))
    assert run(play, "case", "move", NUMBER, "internal_review", "--reason", "会上已议").exit_code == 0
    assert play.state(1) == "internal_review"
    assert run(play, "case", "terminate", NUMBER, "--reason", "重复", "--yes").exit_code == 0
    assert play.row(1).closed_at is not None
    assert "没有找到" in refusal(run(play, "case", "suspend", "X", "--reason", "暂缓"))


def test_stuck_cases_are_listed(play: Play) -> None:
    shown = run(play, "stuck")
    assert shown.exit_code == 0
    assert "没有停滞的事项" in shown.output
    with writing(play.installation.engine) as session:
        session.execute(delete(Deadline))
        session.execute(update(Candidate).values(address="gone:" + Candidate.address))
    shown = run(play, "stuck")
    assert shown.exit_code == 1
    assert f"{NUMBER} " in shown.stdout
    assert "没有人可以办理" in shown.stdout


def test_running_cases_are_migrated_after_a_dry_run(play: Play, tmp_path: Path) -> None:
    folder = tmp_path / "definitions"
    shutil.copytree(ROOT / "definitions", folder)
    file = folder / "stages/plan/stage.yaml"
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace("draft:", "drafting:").replace("initial: draft", "initial: drafting")
                    .replace("from: draft", "from: drafting").replace("to: draft", "to: drafting")
                    .replace("[draft,", "[drafting,"), encoding="utf-8")  # fmt: skip
    where = {"CHUANGYOU_DEFINITIONS_DIR": str(folder)}
    assert "已更换0件" in run(play, "migrate", "plan").output
    dry = run(play, "migrate", "plan", "--dry-run", **where)
    assert dry.exit_code == 1, dry.output
    assert "--state draft=新状态" in dry.output
    assert play.state(1) == "draft"
    done = run(play, "migrate", "plan", "--state", "draft=drafting", **where)
    assert done.exit_code == 0, done.output
    assert "已更换1件，保留原版本0件" in done.output
    assert play.state(1) == "drafting"
    assert "看不懂" in refusal(run(play, "migrate", "plan", "--state", "draft", **where))
    assert "没有状态" in refusal(run(play, "migrate", "plan", "--state", "draft=x", **where))
    assert "没有找到" in refusal(run(play, "migrate", "nothing"))


PEOPLE = ("HY017", "HY019", "HY021")


def test_a_person_acts_asks_and_answers(play: Play, tmp_path: Path) -> None:
    assert run(play, "db", "upgrade").exit_code == 0
    with writing(play.installation.engine) as session:
        by = {each: create_token(session, each.lower(), "tests", timedelta(days=1)) for each in PEOPLE}
    assert run(play, "case", "act", NUMBER, "submit_internal", "--token", by["HY021"]).exit_code == 0
    listed = run(play, "case", "options", NUMBER, "--token", by["HY019"]).output
    assert "act to_committee" in listed
    assert "do add_signer  加签" in listed
    deputy = listed.partition("石玉成（")[0].rpartition("；")[2].strip()
    values = ("--set", f"people=[{deputy}]", "--set", "place=before")
    asked = run(play, "case", "do", NUMBER, "add_signer", "--token", by["HY019"], *values)
    assert asked.exit_code == 0, asked.output
    waits = refusal(run(play, "case", "act", NUMBER, "to_committee", "--token", by["HY019"]))
    assert "须先由石玉成办理" in waits
    assert run(play, "case", "do", NUMBER, "answer", "--token", by["HY017"], "--set", "verdict=agree").exit_code == 0
    assert run(play, "case", "act", NUMBER, "to_committee", "--token", by["HY019"]).exit_code == 0
    assert "不能加签" in refusal(run(play, "case", "do", NUMBER, "add_signer", "--token", by["HY021"]))
    (tmp_path / "方案.txt").write_text("方案", encoding="utf-8")
    assert run(play, "case", "attach", NUMBER, str(tmp_path / "方案.txt"), "--token", by["HY021"]).exit_code == 0
    assert run(play, "case", "act", NUMBER, "submit", "--token", by["HY021"], "--set", "x").exit_code != 0
    assert "令牌无效" in refusal(run(play, "case", "act", NUMBER, "submit", "--token", "x"))


def test_a_person_opens_a_case_with_a_form_from_a_file(play: Play, tmp_path: Path) -> None:
    assert run(play, "db", "upgrade").exit_code == 0
    with writing(play.installation.engine) as session:
        token, other = (create_token(session, each, "tests", timedelta(days=1)) for each in ("hy021", "hy017"))
    begin = ("case", "open", "document_issue", "HY-1", "--token", token)
    asked = run(play, *begin, "--ask").output
    assert "document_title  事由" in asked
    assert "notice 通知；" in asked
    assert "应由" in refusal(run(play, "case", "open", "document_issue", "HY-1", "--token", other, "--ask"))
    form = tmp_path / "form.yaml"
    form.write_text("paper: notice\ndocument_title: 创建党员先锋岗\n", encoding="utf-8")
    assert "行文理由" in refusal(run(play, *begin, "--values", str(form)))
    opened = run(play, *begin, "--values", str(form), "--set", "need=没有规定")
    assert "已发起“" in opened.output
    case = play.row(2)
    assert (case.stage, case.data["document_title"], case.opened_by) == (
        "document_issue", "创建党员先锋岗", play.person("HY021"),
    )  # fmt: skip
    (tmp_path / "创建方案.txt").write_text("方案", encoding="utf-8")
    attached = run(play, "case", "attach", case.number, str(tmp_path / "创建方案.txt"), "--token", token)
    assert "已列入附件说明" in attached.output
    form.write_text("paper: [", encoding="utf-8")
    assert "看不懂" in refusal(run(play, *begin, "--values", str(form)))
    assert "工号为“X”" in refusal(run(play, *begin, "--member", "X"))
    assert "没有找到这个环节" in refusal(run(play, "case", "open", "nothing", "HY-1", "--token", token))
