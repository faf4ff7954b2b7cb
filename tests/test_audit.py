"""`chuangyou audit` and what `chuangyou doctor` tells of troubles, over a campaign on each database."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import select, update

from tests.databases import Databases
from tests.enterprise import MORNING, build, installed
from tests.operations.cast import Play
from tests.operations.scenarios.plan import signed
from workflow import clock
from workflow.cli import main
from workflow.clock import FixedClock
from workflow.operations.sealing import seal_campaigns
from workflow.store.cases import Deadline
from workflow.store.documents import Document
from workflow.store.journal import Seal
from workflow.store.session import reading, writing


@pytest.fixture
def play(databases: Databases) -> Iterator[Play]:
    """A campaign with a signed plan, sealed."""
    with installed(databases.fresh(build)) as installation, clock.use(FixedClock(MORNING)) as fixed:
        play = Play(installation, fixed)
        signed(play)
        seal_campaigns(installation.engine)
        yield play


def call(play: Play, *arguments: str) -> Result:
    url = play.installation.settings.database_url
    return CliRunner().invoke(main, arguments, env={"DATABASE_URL": url}, catch_exceptions=False)


def root(play: Play) -> str:
    with reading(play.installation.engine) as session:
        return session.scalars(select(Seal.root)).one()


def test_a_root_copied_from_a_paper_is_checked_too(play: Play) -> None:
    shown = call(play, "audit", "verify", "--printed", f"1:{root(play).upper()}")
    assert shown.exit_code == 0, shown.output
    assert "留痕校验通过" in shown.output


@pytest.mark.parametrize("sequence", [0, 2])
def test_a_root_of_another_history_is_told(play: Play, sequence: int) -> None:
    shown = call(play, "audit", "verify", "--printed", f"{sequence}:{root(play)}")
    assert shown.exit_code == 1
    assert f"公文所载第{sequence}次封存：根哈希与历次封存都不符" in shown.stderr


@pytest.mark.parametrize("typed", ["3", "3:9f86", "x:" + "0" * 64])
def test_a_root_that_was_copied_badly_is_told(play: Play, typed: str) -> None:
    shown = call(play, "audit", "verify", "--printed", typed)
    assert shown.exit_code == 1
    assert f"“{typed}”不是公文所载的封存" in shown.stderr


def test_a_case_without_a_draw_has_nothing_to_draw_again(play: Play) -> None:
    shown = call(play, "audit", "draw", "2012-M1-000001")
    assert shown.exit_code == 1
    assert "没有找到事项“2012-M1-000001”的抽签记录" in shown.stderr


def test_the_doctor_names_what_stands_still(play: Play) -> None:
    with writing(play.installation.engine) as session:
        session.execute(update(Document).values(state="failed", failure="缺字"))
        session.execute(update(Deadline).values(failed_at=play.clock.now(), incident="0305-ABCDEFGH"))
    shown = call(play, "doctor")
    assert shown.exit_code == 1
    assert "没有办成，排除原因后用 chuangyou jobs retry 重试" in shown.output
    assert "公文排版 " in shown.output
    assert "缺字" in shown.output
    assert "到期处理 " in shown.output
    assert "事件编号 0305-ABCDEFGH" in shown.output
    assert "没有无人办理也没有期限的" in shown.output
