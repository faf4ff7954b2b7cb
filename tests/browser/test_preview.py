"""Somebody writes, and sees the paper change beside the form; nothing typed is lost, and nothing stays behind."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Enter
from tests.browser.people import Person
from tests.browser.test_accessibility import bodies, violations
from tests.web.world import numbers
from workflow.operations.installation import Installation

PICTURE = "[data-papers] img"
DRAFTS = "() => Object.keys(localStorage).filter(key => key.startsWith('draft:'))"


@pytest.fixture
def pledging(installation: Installation) -> str:
    """Where a member begins a pledge."""
    known = bodies(installation)
    return f"/campaigns/1/open/pledge?body={known['HY-11'][0]}&person={known['HY023'][0]}"


@pytest.fixture
def case(installation: Installation) -> Callable[[str], str]:
    return lambda which: numbers(installation)[which][0]


def seen(page: Page) -> str:
    """The first page as it is shown now."""
    page.wait_for_selector(PICTURE)
    return str(page.locator(PICTURE).first.get_attribute("src"))


def shows_another(page: Page, before: str) -> None:
    """Wait until the paper has changed."""
    expect(page.locator(PICTURE).first).not_to_have_attribute("src", before)


def clean(page: Page) -> None:
    """axe finds nothing at this width, and nothing scrolls sideways."""
    assert page.viewport_size is not None
    assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"]
    assert violations(page) == []


def write(person: Person) -> None:
    person.page.fill("[name='items.0.text']", "每月为班组解决一项质量难题")
    person.page.fill("[name='items.0.measure']", "每周安排半天")


def test_the_paper_follows_the_writing(enter: Enter, pledging: str) -> None:
    member = enter("hy023")
    member.see(pledging)
    empty = seen(member.page)
    assert "尚未填写" in member.page.inner_text("[data-preview]")
    assert "《党员公开承诺书》 在“亮诺”时制发" in member.page.inner_text("[data-preview]")
    write(member)
    shows_another(member.page, empty)
    clean(member.page)
    written = seen(member.page)
    member.page.click("[name=add_row]")
    member.page.fill("[name='items.1.text']", "带两名徒弟")
    shows_another(member.page, written)
    with member.page.expect_request(lambda request: request.url.endswith("/preview")) as asked:
        member.page.click("[data-refresh]")
    assert asked.value.headers["hx-request"] == "true"
    with member.page.expect_popup() as opened, member.page.context.expect_event("request") as whole:
        member.page.click("text=预览 PDF")
    assert whole.value.url.endswith("/open/pledge/preview")
    opened.value.close()
    assert member.page.locator("form#typed").get_attribute("target") is None


def test_what_was_typed_comes_back_until_it_is_sent_or_the_writer_leaves(enter: Enter, pledging: str) -> None:
    member = enter("hy023")
    member.see(pledging)
    write(member)
    member.page.click("[name=add_row]")
    member.page.fill("[name='items.1.text']", "带两名徒弟")
    member.page.context.clear_cookies(name="chuangyou")  # the sign-in ends; what is sent is refused
    member.page.click("button.btn-primary:has-text('登记')")
    assert "这一页已失效" in member.words()
    member.sign_in("hy023")
    assert "已恢复您上次填写" in member.see(pledging)
    assert member.page.input_value("[name='items.1.text']") == "带两名徒弟"
    member.page.click("text=不要，恢复原样")
    expect(member.page.locator("[name='items.0.text']")).to_have_value("")  # the page is loaded anew
    assert member.page.evaluate(DRAFTS) == []
    write(member)
    member.page.wait_for_function(f"() => ({DRAFTS})().length === 1")
    member.page.click("summary:has-text('的账号')")
    member.page.click("text=退出登录")
    member.page.wait_for_url("**/sign-in")
    assert member.page.evaluate(DRAFTS) == []


def test_a_draft_ends_with_the_act(enter: Enter, case: Callable[[str], str]) -> None:
    """In the pane beside the case: the slip is shown below the form, and nothing is kept once the act is done."""
    secretary, number = enter("hy020"), case("pledge.under_review")
    secretary.see(f"/cases/{number}")
    secretary.page.click("#act a[href$='/act/return']")
    secretary.settle("#decision button:has-text('核对后办理')")
    before = seen(secretary.page)
    secretary.page.fill("#decision [name=remarks]", "第二项要写明带谁")
    secretary.page.locator("#decision [name=fault]").first.check()
    shows_another(secretary.page, before)
    clean(secretary.page)
    secretary.page.wait_for_function(f"() => ({DRAFTS})().length === 1")
    secretary.go_on()
    secretary.page.click("#decision button:has-text('确认')")
    secretary.page.wait_for_url("**/done/*")
    assert secretary.page.evaluate(DRAFTS) == []


def test_on_a_phone_the_paper_is_folded_away(enter: Enter, pledging: str) -> None:
    member = enter("hy023", width=360)
    asked: list[str] = []
    member.page.on("request", lambda request: asked.append(request.url))
    member.see(pledging)
    write(member)
    member.page.wait_for_timeout(900)
    assert not [each for each in asked if each.endswith("/preview")]
    member.page.click("[data-preview] summary")
    seen(member.page)
    clean(member.page)


def test_long_texts_grow_and_are_counted(enter: Enter, installation: Installation) -> None:
    known = bodies(installation)
    member = enter("hy021")
    member.see(f"/campaigns/1/open/commendation?body={known['HY-11'][0]}&person={known['HY024'][0]}")
    area = member.page.locator("[name=deeds_summary]")
    low = area.bounding_box()
    area.fill("一二三\n" * 20)
    high = area.bounding_box()
    assert low is not None
    assert high is not None
    assert high["height"] > low["height"] + 100
    assert member.page.inner_text("#f-deeds_summary-limit") == "最多 300 字，已写 79 字"
    area.fill("字" * 301)
    assert "over" in (member.page.get_attribute("#f-deeds_summary-limit", "class") or "")
