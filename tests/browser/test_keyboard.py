"""The main path with the keyboard alone: sign in, find what is due, decide, confirm. The focus is always visible."""

from __future__ import annotations

from playwright.sync_api import Page

from tests.browser.conftest import Enter
from tests.web.world import numbers
from workflow.operations.demonstrating.enterprise import PASSWORD
from workflow.operations.installation import Installation

MOST_TABS = 80
OUTLINE = """() => {
  const node = document.activeElement;
  const style = getComputedStyle(node);
  const box = node.getBoundingClientRect();
  const bar = document.querySelector('.action-bar, .dock');
  const floor = bar && getComputedStyle(bar).display !== 'none' ? bar.getBoundingClientRect().top : innerHeight;
  const shown = style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2;
  return shown && (box.top < floor || bar.contains(node));
}"""


def tab_to(page: Page, words: str) -> None:
    """Press Tab until the focus is on something with these words; it has to be visible all the way."""
    for _ in range(MOST_TABS):
        page.keyboard.press("Tab")
        label = page.evaluate("(document.activeElement.innerText || document.activeElement.id || '').trim()")
        if label and page.evaluate("document.activeElement !== document.body"):
            assert page.evaluate(OUTLINE), f"no visible focus on {label}"
        if words in label:
            return
    raise AssertionError(f"{words} cannot be reached with the keyboard")


def test_a_secretary_decides_with_the_keyboard_alone(enter: Enter, installation: Installation) -> None:
    number = numbers(installation)["pledge.under_review"][0]
    visitor = enter()
    page = visitor.page
    page.goto("/sign-in")
    tab_to(page, "f-username")
    page.keyboard.type("hy020")
    tab_to(page, "f-password")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url("**/")
    tab_to(page, "郝丽娟公开承诺")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/cases/{number}")
    tab_to(page, "退回")
    page.keyboard.press("Enter")
    visitor.settle("#decide #decision button")
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    tab_to(page, "f-remarks")
    page.keyboard.type("写明数量")
    tab_to(page, "核对后办理")
    page.keyboard.press("Enter")
    visitor.settle("#decide button:has-text('确认退回')")
    tab_to(page, "确认退回")
    page.keyboard.press("Enter")
    page.wait_for_url("**/done/*")
    assert "已办理：退回" in page.inner_text("main")


def test_the_skip_link_and_escape_work(enter: Enter) -> None:
    page = enter("hy020", width=360).page
    page.goto("/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "跳到正文"
    page.keyboard.press("Enter")
    page.wait_for_url("**/#main")
    page.click("summary:has-text('雷振海')")
    page.keyboard.press("Escape")
    assert page.locator("details.account").get_attribute("open") is None
    assert page.evaluate("document.activeElement.tagName") == "SUMMARY"


def test_targets_are_large_enough_to_touch(enter: Enter, installation: Installation) -> None:
    """44 px for what one acts on, 24 px for everything (WCAG 2.5.8; inline links are exempt)."""
    number = numbers(installation)["pledge.under_review"][0]
    person = enter("hy020", width=360)
    small = """() => Array.from(document.querySelectorAll('button, .btn, nav a, summary, .choice, select, input'))
        .filter(node => node.offsetParent && !node.closest('.sr') && !node.classList.contains('sr'))
        .filter(node => !['hidden', 'checkbox', 'radio'].includes(node.type))
        .map(node => [node.getBoundingClientRect().height, node.outerHTML.slice(0, 80)])
        .filter(([height]) => height < 36)"""
    for path in ("/", f"/cases/{number}", f"/cases/{number}/act/return", "/campaigns/1"):
        person.see(path)
        assert person.page.evaluate(small) == [], path
