"""An administrator carries cases over to a newer definition, with scripts and without, each page accessible."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Enter, served
from tests.browser.test_accessibility import check
from tests.operations.cast import Play
from tests.operations.test_migrating import newer
from workflow.clock import FixedClock
from workflow.operations.installation import Installation
from workflow.operations.many.batching import work_batch

REASON = "按新印发的办法办理"


@pytest.fixture
def made(installation: Installation, moving: FixedClock) -> Installation:
    """A newer definition, in which a state has another name."""
    return newer(Play(installation, moving), "pledge", {}, renamed={"under_review": "reviewing"})


@pytest.fixture
def site(made: Installation) -> Iterator[str]:
    """Where the pages are."""
    with served(made) as address:
        yield address


@pytest.mark.parametrize("scripts", [True, False])
def test_cases_go_over_after_a_dry_run(enter: Enter, made: Installation, scripts: bool) -> None:
    head = enter("hy019", scripts=scripts)
    head.see("/administration")
    head.page.click("a:has-text('公开承诺：更换流程版本')")
    assert "1 件有问题" in head.words()
    head.page.select_option("#f-state-under_review", "reviewing")
    head.page.click("button:has-text('按此重新试算')")
    assert "3 件可以更换，0 件有问题" in head.words()
    head.page.click("button:has-text('核对后更换')")
    head.is_at("有误：")
    head.page.fill("#f-reason", REASON)
    if scripts:
        check(head.page)
    head.page.click("button:has-text('核对后更换')")
    assert "期限只延长，不缩短" in head.words()
    if scripts:
        check(head.page)
    head.page.click("button:has-text('修改')")
    assert head.page.input_value("#f-reason") == REASON
    head.page.click("button:has-text('核对后更换')")
    head.page.click("button:has-text('确认更换 3 件')")
    assert "等待 3 件" in head.words()
    handlers = {"batch": partial(work_batch, made.engine, made), "render_document": lambda **_: None}
    made.jobs.drain(handlers)  # type: ignore[attr-defined]
    if not scripts:
        head.page.click("a:has-text('刷新')")
    expect(head.page.locator("#progress")).to_contain_text("已完成", timeout=10_000)
    assert "已办 3 件，未办成 0 件" in head.words()
    if scripts:
        check(head.page)
    head.page.click("a:has-text('试算其余的事项')")
    assert "没有按旧版办理的事项" in head.words()
