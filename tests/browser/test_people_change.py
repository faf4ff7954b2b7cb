"""People change on the screen: a substitute acts for another, a secretary hands over, a body is renamed and merged."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect
from sqlalchemy import select

from tests.browser.conftest import Enter
from tests.browser.people import Person
from tests.browser.test_accessibility import bodies, check
from tests.web.world import numbers
from workflow.operations.installation import Installation
from workflow.store import people as rows
from workflow.store.session import reading


@pytest.fixture
def ids(installation: Installation) -> dict[str, int]:
    """Persons by 工号."""
    with reading(installation.engine) as session:
        return {row.number: row.id for row in session.execute(select(rows.Person.number, rows.Person.id))}


def submit(someone: Person, values: dict[str, object]) -> str:
    """Fill in a form and go on to its confirmation."""
    someone.fill(values)
    someone.page.click("button:has-text('核对后办理')")
    return someone.words()


def confirm(someone: Person) -> str:
    someone.page.click("button:has-text('确认办理')")
    someone.page.wait_for_load_state()
    return someone.words()


def test_a_substitute_acts_on_behalf_of_the_secretary(enter: Enter, installation: Installation) -> None:
    number = numbers(installation)["pledge.under_review"][0]
    secretary, outsider = enter("hy020"), enter("hy030", width=360)
    assert "郝丽娟公开承诺" not in outsider.see("/")
    secretary.see("/")
    secretary.page.click("summary:has-text('雷振海')")
    secretary.page.click("a:has-text('我的任职和代理')")
    secretary.page.click("a:has-text('设定代理')")
    shown = submit(
        secretary, {"substitute": "陆泽宇", "until": "2012-04-30", "stages": ["pledge"], "reason": "外出学习"}
    )
    assert "公开承诺" in shown
    assert "代 雷振海" in shown
    check(secretary.page)
    assert "代理已设定：4月16日至4月30日由陆泽宇代雷振海办理" in confirm(secretary)
    inbox = outsider.see("/")
    assert "郝丽娟公开承诺" in inbox
    assert "代 雷振海" in inbox
    check(outsider.page)
    receipt = outsider.act(number, "return", {"fault": _first(outsider, number), "remarks": "写明数量"})
    assert "已办理：退回" in receipt
    history = secretary.see(f"/cases/{number}")
    assert "陆泽宇" in history
    assert "代雷振海" in history.replace(" ", "")


def _first(someone: Person, number: str) -> str:
    someone.see(f"/cases/{number}/act/return")
    return someone.page.locator('[name="fault"]').first.get_attribute("value") or ""


def test_a_substitution_is_ended_at_once(enter: Enter, ids: dict[str, int]) -> None:
    organiser, stand_in = enter("hy019"), enter("hy030")
    organiser.see(f"/organizations/people/{ids['HY020']}/substitution")
    submit(organiser, {"substitute": "HY030", "until": "2012-04-30", "reason": "休假"})
    confirm(organiser)
    assert "代 雷振海" in stand_in.see("/")
    organiser.see(f"/organizations/people/{ids['HY020']}")
    check(organiser.page)
    organiser.page.click("button:has-text('立即结束')")
    expect(organiser.page.locator(".notice.green")).to_contain_text("陆泽宇代雷振海办理的代理已结束")
    assert "代 雷振海" not in stand_in.see("/")


def test_a_secretary_hands_over(enter: Enter, installation: Installation, ids: dict[str, int]) -> None:
    number = numbers(installation)["pledge.under_review"][0]
    organiser, successor = enter("hy019", width=360), enter("hy023")
    organiser.see(f"/organizations/{bodies(installation)['HY-11'][0]}")
    organiser.page.click("a:has-text('雷振海')")
    organiser.page.click("a:has-text('办理交接')")
    organiser.page.click("button:has-text('核对后办理')")
    organiser.is_at("有误：")
    check(organiser.page)
    assert "没有工号或姓名为“甲乙”的人员" in submit(organiser, {"successor": "甲乙", "reason": "支部换届"})
    shown = submit(organiser, {"successor": "白志刚"})
    assert "郝丽娟公开承诺" in shown
    assert "雷振海不再担任总装车间党支部书记" in shown
    check(organiser.page)
    organiser.page.click("button:has-text('修改')")
    assert organiser.page.input_value('[name="reason"]') == "支部换届"
    submit(organiser, {})
    receipt = confirm(organiser)
    assert "已办理交接：雷振海交白志刚" in receipt
    assert "/hand-overs/" in organiser.page.url
    check(organiser.page)
    assert "郝丽娟公开承诺" in successor.see("/")
    successor.see(f"/cases/{number}")
    assert "工作交接" in (successor.page.text_content("main") or "")
    assert "雷振海交白志刚" in successor.see(f"/organizations/people/{ids['HY023']}")


def test_a_second_hand_over_is_told_who_was_faster(enter: Enter, ids: dict[str, int]) -> None:
    first, second = enter("hy019"), enter("hy006")
    for someone, successor in ((first, "HY023"), (second, "HY022")):
        someone.see(f"/organizations/people/{ids['HY020']}/hand-over")
        submit(someone, {"successor": successor, "reason": "支部换届"})
    confirm(first)
    told = confirm(second)
    assert "邵美琪已于04-16 10:00办理交接" in told
    assert "由白志刚接任" in told
    check(second.page)


def test_a_branch_is_renamed_and_merged(enter: Enter, installation: Installation) -> None:
    organiser, known = enter("hy006"), bodies(installation)
    branch = known["HY-11"][0]
    organiser.see(f"/organizations/{branch}")
    organiser.page.click("a:has-text('更改名称')")
    check(organiser.page)
    new = {"name": "第一制造公司总装事业部党支部", "short_name": "总装事业部党支部", "reason": "机构调整"}
    assert "原名称和使用的起止日期留存" in submit(organiser, new)
    shown = confirm(organiser)
    assert "第一制造公司总装事业部党支部" in shown
    assert "曾用名称 第一制造公司总装车间党支部" in shown
    organiser.page.click("a:has-text('并入其他组织')")
    check(organiser.page)
    shown = submit(organiser, {"into": known["HY-21"][0], "reason": "集团党委会议决定"})
    assert "随组织结束的任职" in shown
    check(organiser.page)
    assert "撤销" in confirm(organiser)
    member = enter("hy023")
    member.see(f"/cases/{numbers(installation)['pledge.under_review'][0]}")
    assert "组织调整" in (member.page.text_content("main") or "")


def test_who_may_not_is_not_offered_it(enter: Enter, installation: Installation, ids: dict[str, int]) -> None:
    member, branch = enter("hy021"), bodies(installation)["HY-11"][0]
    assert "组织调整" not in member.see(f"/organizations/{branch}")
    assert "办理交接" not in member.see(f"/organizations/people/{ids['HY020']}")
    for path in (f"/organizations/{branch}/merge", f"/organizations/people/{ids['HY020']}/hand-over"):
        answer = member.page.goto(path)
        assert answer is not None
        assert answer.status == 404
