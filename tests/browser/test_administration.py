"""An administrator suspends, moves and terminates cases through the pages, each page accessible."""

from __future__ import annotations

from tests.browser.conftest import Enter
from tests.browser.people import Person
from tests.browser.test_accessibility import check
from tests.web.world import numbers
from workflow.operations.installation import Installation


def confirm(head: Person, number: str, verb: str, reason: str, state: str = "") -> str:
    """From the case's page to the confirmation and through it; answers what the confirmation said."""
    head.see(f"/cases/{number}")
    head.page.locator(".page-head a:has-text('管理')").click()
    check(head.page)
    head.page.check(f"input[name='verb'][value='{verb}']")
    if state:
        head.page.select_option("#f-state", state)
    head.page.fill("#f-reason", reason)
    head.page.click("button.btn-primary:has-text('核对后办理')")
    check(head.page)
    said = head.words()
    head.page.click("button:has-text('确认')")
    head.page.wait_for_url(f"**/cases/{number}")
    return said


def test_a_case_is_suspended_resumed_moved_and_terminated(enter: Enter, installation: Installation) -> None:
    number = numbers(installation)["pledge.under_review"][0]
    head = enter("hy019")
    confirm(head, number, "suspend", "巡视期间暂缓")
    assert "中止办理。理由：巡视期间暂缓" in head.words()
    assert "已中止，期限停止计算" in head.words()
    check(head.page)
    confirm(head, number, "resume", "巡视结束")
    assert "已中止" not in head.words().split("办理过程")[0]
    said = confirm(head, number, "move", "承诺已在大会上公开", "performing")
    assert "跳过以下办理，视为没有办过：审定、亮诺、开始践诺" in said
    assert "现处“践诺”" in head.words()
    assert "不能恢复" in confirm(head, number, "terminate", "重复承诺")
    assert "已终止" in head.words()
    assert "终止时处于“践诺”" in head.words()
    head.page.goto("/administration")
    head.is_at("管理 · 创优")
    check(head.page)
    head.page.goto("/administration/background")
    head.is_at("后台任务 · 创优")
    check(head.page)


def test_faults_take_the_focus_without_scripts_too(enter: Enter, installation: Installation) -> None:
    number = numbers(installation)["pledge.under_review"][0]
    for scripts in (True, False):
        head = enter("hy019", scripts=scripts)
        head.see(f"/administration/cases/{number}")
        head.page.click("button.btn-primary:has-text('核对后办理')")
        head.is_at("有误：")
        assert "有 2 处需要修改" in head.words()
        if scripts:
            head.has_focus("#error-summary")
            check(head.page)


def test_the_way_there_is_in_the_menu_of_administrators(enter: Enter) -> None:
    head = enter("hy019")
    head.page.click("summary:has-text('邵美琪')")
    check(head.page)
    head.page.click(".account-menu a:has-text('管理')")
    head.page.wait_for_url("**/administration")
    member = enter("hy024")
    assert member.page.locator(".account-menu a:has-text('管理')").count() == 0
