"""`chuangyou case batch`: what it offers, does, and tells of each case."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest

from tests.databases import Databases
from tests.enterprise import MORNING, build, installed
from tests.operations.branch import SECRETARY, pledges_under_review
from tests.operations.cast import Play
from tests.test_cli import call, refusal
from workflow import clock
from workflow.clock import FixedClock
from workflow.operations.identity import create_token
from workflow.store.session import writing

FEW = 3


@pytest.fixture
def play(databases: Databases) -> Iterator[Play]:
    url = databases.fresh(build)
    with installed(url) as installation, clock.use(FixedClock(MORNING)) as fixed:
        yield Play(installation, fixed)


def run(play: Play, cases: list[int], *more: str, by: str = SECRETARY):  # type: ignore[no-untyped-def]
    url = play.installation.settings.database_url
    assert call("db", "upgrade", url=url).exit_code == 0
    with writing(play.installation.engine) as session:
        token = create_token(session, by.lower(), "tests", timedelta(days=1))
    numbers = [play.row(each).number for each in cases]
    return call("case", "batch", *numbers, *more, "--token", token, url=url)


def test_what_all_have_in_common_is_listed(play: Play) -> None:
    shown = run(play, pledges_under_review(play, FEW))
    assert shown.exit_code == 0
    assert "approve  " in shown.output
    assert f"{FEW}件由“审诺”转入“审定”" in shown.output


def test_all_are_done_with_a_result_for_each(play: Play) -> None:
    cases = pledges_under_review(play, FEW)
    shown = run(play, [*cases, cases[0]], "--act", "approve")
    assert shown.exit_code == 0, shown.output
    assert {play.state(each) for each in cases} == {"approved"}
    assert shown.output.count("转入“审定”") == FEW
    assert f"已办{FEW}件，未办成0件" in shown.output


def test_one_refusal_stops_nothing_and_is_told(play: Play) -> None:
    cases = pledges_under_review(play, FEW)
    play.do(cases[1], "return", by=SECRETARY, remarks=["请写具体"])
    shown = run(play, cases, "--act", "approve")
    assert shown.exit_code == 1
    assert [play.state(each) for each in cases] == ["approved", "returned", "approved"]
    assert f"未办成  {play.row(cases[1]).number}" in shown.output
    assert "已办2件，未办成1件" in shown.output


def test_what_cannot_be_begun_is_refused_in_a_sentence(play: Play) -> None:
    cases = pledges_under_review(play, FEW)
    assert "没有这一操作" in refusal(run(play, cases, "--act", "nothing"))
    assert "没有找到" in refusal(run(play, cases, "--act", "approve", by="LC08"))
    assert {play.state(each) for each in cases} == {"under_review"}
