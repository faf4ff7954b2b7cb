"""The bell without reload, reminders and preferences in a browser, each page accessible."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.browser.conftest import Enter
from tests.browser.test_accessibility import check
from tests.enterprise import who
from workflow.operations.informing.telling import tell
from workflow.operations.installation import Installation
from workflow.store.session import writing

HALF_A_MINUTE = 31_000


def say(installation: Installation, title: str) -> None:
    with writing(installation.engine) as session:
        secretary = f"p{who(session, 'HY020').person_id}"
        tell(session, installation, [secretary], kind="deadline", key=title, title=title, text="办理期限：明天 17:30")


def test_the_bell_rings_without_reload_and_is_silent_while_nobody_looks(
    enter: Enter, installation: Installation
) -> None:
    secretary = enter("hy020")
    page = secretary.page
    page.clock.install()
    page.goto("/organizations")
    bell, badge = page.locator("[data-bell]"), page.locator(".bell-count")
    expect(badge).to_be_visible()
    before = int(badge.inner_text())
    check(page)
    say(installation, "还有1个工作日到期")
    page.clock.fast_forward(HALF_A_MINUTE)
    expect(badge).to_have_text(str(before + 1))
    expect(bell).to_have_attribute("aria-label", f"提醒 {before + 1}：{before} 件待办，1 条未读")
    expect(page.locator("#announce")).to_have_text(f"有新的提醒：{before} 件待办，1 条未读")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.evaluate("Object.defineProperty(document, 'hidden', {value: true, configurable: true})")
    page.clock.fast_forward(HALF_A_MINUTE * 4)
    assert asked == []
    page.evaluate("delete document.hidden")
    with page.expect_request(lambda request: True):
        page.clock.fast_forward(HALF_A_MINUTE)
    expect(badge).to_have_text(str(before + 1))


def test_reminders_are_read_one_by_one_and_all_at_once(enter: Enter, installation: Installation) -> None:
    for title in ("第一条", "第二条", "第三条"):
        say(installation, title)
    for scripts, width in ((True, 360), (False, 1280)):
        secretary = enter("hy020", scripts=scripts, width=width)
        secretary.see("/reminders")
        if scripts:
            check(secretary.page)
            secretary.page.click("button:has-text('标为已读：第三条')")
            assert "未读 2" in secretary.words()
        else:
            secretary.page.click("button:has-text('全部标为已读')")
            assert "没有未读的提醒" in secretary.words()


def test_preferences_are_changed_and_faults_take_the_focus(enter: Enter) -> None:
    for width in (360, 1280):
        secretary = enter("hy020", width=width)
        secretary.page.click("summary:has-text('雷振海')")
        secretary.page.click(".account-menu a:has-text('提醒设置')")
        check(secretary.page)
        secretary.page.fill("#f-mail", "lei")
        secretary.page.click("button:has-text('保存提醒设置')")
        secretary.is_at("有误：")
        secretary.has_focus("#error-summary")
        check(secretary.page)
        secretary.page.fill("#f-mail", "lei@hengyuan.example")
        secretary.page.check("input[name='way_turn'][value='digest']")
        secretary.page.click("button:has-text('保存提醒设置')")
        assert "提醒设置已保存" in secretary.words()
        assert secretary.page.locator("input[name='way_turn'][value='digest']").is_checked()


def test_what_is_told_outside_is_accessible(enter: Enter) -> None:
    for width in (360, 1280):
        head = enter("hy006", width=width)
        head.see("/administration/outside")
        check(head.page)
        head.page.click("button:has-text('设置对外提醒')")
        head.is_at("有误：")
        check(head.page)
