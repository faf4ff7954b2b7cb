"""People change on the command line: substitutes, hand-overs, reorganisation."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from tests.databases import Databases
from tests.enterprise import build
from tests.test_cli import call, refusal
from workflow.store.organization import Organization
from workflow.store.people import HandOver, Substitution
from workflow.store.session import create_engine, reading


@pytest.fixture
def url(databases: Databases) -> str:
    return databases.fresh(build)


def test_a_substitute_is_set_listed_and_ended(url: str) -> None:
    shown = call("substitute", "set", "HY020", "HY021", "--until", "2099-12-31", "--reason", "外出学习", url=url)
    assert shown.exit_code == 0, shown.stderr
    assert "由段小勇代雷振海办理" in shown.output
    engine = create_engine(url)
    with reading(engine) as session:
        number = session.scalars(select(Substitution.id)).one()
    engine.dispose()
    assert f"第{number}号" in call("substitute", "list", "HY020", url=url).output
    assert call("substitute", "end", str(number), url=url).exit_code == 0
    assert "没有代理" in call("substitute", "list", "HY020", url=url).output
    assert "已于" in refusal(call("substitute", "end", str(number), url=url))


def test_bad_terms_are_listed(url: str) -> None:
    sentence = refusal(call("substitute", "set", "HY020", "HY020", "--until", "2010-01-01", "--reason", " ", url=url))
    assert "代理人不能是本人" in sentence
    assert "请写明代理的事由" in sentence


def test_a_hand_over_is_listed_then_done(url: str) -> None:
    arguments = ("hand-over", "HY020", "HY023", "--post", "HY-11.branch_secretary", "--reason", "换届")
    listed = call(*arguments, "--dry-run", url=url)
    assert "免去：总装车间党支部书记" in listed.output
    engine = create_engine(url)
    with reading(engine) as session:
        assert session.scalars(select(HandOver)).all() == []
    done = call(*arguments, url=url)
    assert "号交接已办理" in done.output
    assert "现在不担任" in refusal(call("hand-over", "HY022", "HY023", *arguments[3:], url=url))
    assert "由白志刚接任" in refusal(call(*arguments[:2], "HY022", *arguments[3:], url=url))
    assert "应写成" in refusal(call(*arguments[:3], "--post", "x", "--reason", "换届", url=url))
    engine.dispose()


def test_bodies_are_renamed_moved_and_merged(url: str) -> None:
    because = ("--reason", "集团党委会议决定")
    renamed = call("organization", "rename", "HY-11", "总装事业部党支部", "总装党支部", *because, url=url)
    assert "已更名为总装事业部党支部" in renamed.output
    assert "今后由" in call("organization", "move", "HY-11", "HY-2", url=url).output
    listed = call("organization", "merge", "HY-11", "HY-21", "--dry-run", *because, url=url)
    assert "转入：" in listed.output
    assert "结束：雷振海 党支部书记" in listed.output
    merged = call("organization", "merge", "HY-11", "HY-21", *because, url=url)
    assert "已并入" in merged.output
    engine = create_engine(url)
    with reading(engine) as session:
        assert session.scalars(select(Organization).where(Organization.code == "HY-11")).one().valid_to is not None
    engine.dispose()
    assert "已经撤销" in refusal(call("organization", "merge", "HY-11", "HY-21", *because, url=url))
