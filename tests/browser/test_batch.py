"""Thirty pledges of a branch approved at once, with scripts and without, with the keyboard, and told item by item."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Enter
from tests.browser.people import Person
from tests.browser.test_accessibility import check
from tests.operations.branch import pledges_under_review
from tests.operations.cast import Play
from workflow.clock import FixedClock
from workflow.operations.installation import Installation
from workflow.operations.many.batching import work_batch

MANY = 30
GROUP = "公开承诺：审诺"


@pytest.fixture
def play(installation: Installation, moving: FixedClock) -> Iterator[Play]:
    """The enterprise as actors, beside the browser."""
    return Play(installation, moving)


def drain(installation: Installation) -> None:
    """The worker's turn."""
    handler = partial(work_batch, installation.engine, installation)
    installation.jobs.drain({"batch": handler, "render_document": lambda **_: None})  # type: ignore[attr-defined]


def choose_all(secretary: Person) -> None:
    """From the inbox to the acts that all pledges under review have in common."""
    secretary.see("/")
    secretary.page.click("a:has-text('批量办理')")
    secretary.page.locator("fieldset", has_text=GROUP).locator("a:has-text('全选')").click()


def test_thirty_pledges_at_once(enter: Enter, installation: Installation, play: Play) -> None:
    cases = pledges_under_review(play, MANY)
    secretary = enter("hy020")
    choose_all(secretary)
    under_review = secretary.page.locator("fieldset", has_text=GROUP).locator("input:checked").count()
    assert under_review == MANY + 1
    assert f"已选 {under_review} 件" in secretary.words()
    check(secretary.page)
    secretary.page.click("button:has-text('下一步：选择办理方式')")
    secretary.page.check("label:has-text('审定') input")
    check(secretary.page)
    secretary.page.click("button:has-text('核对')")
    assert f"{under_review} 件由“审诺”转入“审定”" in secretary.words()
    check(secretary.page)
    play.do(cases[4], "recall")
    secretary.page.set_viewport_size({"width": 1280, "height": 800})
    secretary.page.click(f"button:has-text('确认审定 {under_review} 件')")
    assert f"等待 {under_review} 件" in secretary.words()
    check(secretary.page)
    drain(installation)
    expect(secretary.page.locator("#progress")).to_contain_text("已完成", timeout=10_000)
    assert f"已办 {MANY} 件，未办成 1 件，共 {under_review} 件" in secretary.words()
    assert "党员005已于" in secretary.words()
    check(secretary.page)
    assert {play.state(each) for each in cases} == {"approved", "draft"}


def test_without_scripts_and_with_a_link_to_look_again(enter: Enter, installation: Installation, play: Play) -> None:
    pledges_under_review(play, 3)
    secretary = enter("hy020", scripts=False, width=360)
    choose_all(secretary)
    secretary.page.click("button:has-text('下一步：选择办理方式')")
    secretary.page.check("label:has-text('审定') input")
    secretary.page.click("button:has-text('核对')")
    secretary.page.click("button:has-text('确认审定 4 件')")
    assert "等待 4 件" in secretary.words()
    drain(installation)
    secretary.page.click("a:has-text('刷新')")
    assert "已完成：已办 4 件" in secretary.words()


def test_the_keyboard_alone_will_do(enter: Enter, play: Play) -> None:
    pledges_under_review(play, 2)
    secretary = enter("hy020")
    secretary.see("/batches/new")
    box = secretary.page.locator("fieldset", has_text=GROUP).locator("input").first
    box.focus()
    secretary.page.keyboard.press("Space")
    assert "已选 1 件" in secretary.words()
    everything = secretary.page.locator("fieldset", has_text=GROUP).locator("a:has-text('全选')")
    everything.focus()
    secretary.page.keyboard.press("Enter")
    secretary.reads("已选 3 件")
    box.focus()
    secretary.page.keyboard.press("Enter")
    secretary.page.wait_for_url("**/batches/acts")
    secretary.page.locator("label:has-text('审定') input").focus()
    secretary.page.keyboard.press("Space")
    secretary.page.keyboard.press("Enter")
    secretary.page.wait_for_url("**/batches/check")
    secretary.page.locator("button:has-text('确认审定')").focus()
    secretary.page.keyboard.press("Enter")
    secretary.page.wait_for_url(re.compile(r"/batches/\d+$"))
    assert "等待 3 件" in secretary.words()


def test_choosing_nothing_is_told(enter: Enter) -> None:
    secretary = enter("hy020")
    secretary.see("/batches/new")
    secretary.page.click("button:has-text('下一步：选择办理方式')")
    secretary.is_at("有误：")
    secretary.has_focus("#error-summary")
    check(secretary.page)
