"""Approvals through the pages: 会签, 加签, 转办, 催办, 收回 and returns with both ways back."""

from __future__ import annotations

import pytest

from tests.browser.conftest import Enter
from tests.browser.people import Person
from tests.operations.approving.consent import COMMITTEE, Desk, consent, with_stage
from workflow.clock import FixedClock
from workflow.operations.installation import Installation

HEAD, DEPUTY, DISCIPLINE, FOURTH, FIFTH = (each.lower() for each in COMMITTEE)
STAFF, SECRETARY, OFFICE = "hy019", "hy016", "hy006"


@pytest.fixture
def installation(installation: Installation) -> Installation:
    """The enterprise with a stage that the superior's committee decides."""
    return with_stage(installation, consent(None))


@pytest.fixture
def desk(installation: Installation, moving: FixedClock) -> Desk:
    """What happens before somebody opens a page."""
    return Desk(installation, moving)


@pytest.fixture
def jointly(installation: Installation, moving: FixedClock) -> Desk:
    """The same where all have to agree."""
    return Desk(with_stage(installation, consent({"rule": "all"})), moving)


def number_of(desk: Desk, case: int) -> str:
    return desk.row(case).number


def take(person: Person, number: str, action: str) -> None:
    """Open the form of an action from the page of the case."""
    person.see(f"/cases/{number}")
    person.page.click(f"a[href$='/actions/{action}']")
    person.settle("#decision button:has-text('确认')")


def confirm(person: Person) -> str:
    person.page.click("#decision button:has-text('确认')")
    person.page.wait_for_url("**/done/*")
    return person.words()


def choose(person: Person, field: str, label: str) -> None:
    """Choose by the beginning of a label, in a list or among ticks."""
    listed = person.page.locator(f"#decision select[name='{field}'] option").filter(has_text=label)
    if listed.count():
        person.page.select_option(f"#decision select[name='{field}']", value=listed.first.get_attribute("value"))
    else:
        person.page.locator("#decision label.choice").filter(has_text=label).locator(
            f"input[name='{field}']"
        ).first.check()


def test_a_committee_countersigns(enter: Enter, jointly: Desk) -> None:
    case = jointly.begin()
    number = number_of(jointly, case)
    first = enter(HEAD)
    page = first.see(f"/cases/{number}")
    assert "全部同意为通过" in page
    assert "应办理 5：同意 0" in page
    assert "已办理" in first.act(number, "approve")
    assert "应办理 5：同意 1" in first.see(f"/cases/{number}")
    for username in (DEPUTY, DISCIPLINE, FOURTH):
        jointly.agree(case, username.upper())
    enter(FIFTH).act(number, "approve")
    assert jointly.state(case) == "approved"


def test_a_signer_is_added_and_agrees(enter: Enter, desk: Desk) -> None:
    case = desk.begin()
    number = number_of(desk, case)
    head, signer = enter(HEAD), enter(OFFICE)
    take(head, number, "add_signer")
    assert "不能转入下一步，由您决定" in head.words()
    choose(head, "people", "贺青云")
    choose(head, "place", "在我之前")
    head.page.fill("#decision textarea[name='note']", "请核预算")
    assert "前加签（贺青云）" in confirm(head)
    assert "须先由贺青云办理" in head.see(f"/cases/{number}")
    inbox = signer.see("/")
    assert "加签：表示意见" in inbox
    assert "请核预算" in inbox
    take(signer, number, "answer")
    choose(signer, "verdict", "同意")
    confirm(signer)
    head.act(number, "approve")
    assert desk.state(case) == "approved"


def test_a_turn_is_handed_on(enter: Enter, desk: Desk) -> None:
    case = desk.begin()
    number = number_of(desk, case)
    head = enter(HEAD)
    take(head, number, "transfer")
    choose(head, "person", "贺青云")
    head.page.fill("#decision textarea[name='note']", "出差")
    assert "转办（贺青云）" in confirm(head)
    enter(OFFICE).act(number, "approve")
    assert desk.state(case) == "approved"


@pytest.mark.parametrize(("way", "then"), [("逐个环节重新办理", "reviewing"), ("直接回到", "deciding")])
def test_a_return_says_who_must_act_again(enter: Enter, desk: Desk, way: str, then: str) -> None:
    case = desk.begin()
    number = number_of(desk, case)
    head = enter(HEAD)
    head.see(f"/cases/{number}")
    head.page.click("a[href$='/act/send_back']")
    head.settle("#decision button:has-text('核对后办理')")
    choose(head, "after_return", way)
    head.page.fill("#decision [name='reason']", "写明用途")
    head.go_on()
    head.settle("#decision button:has-text('确认')")
    said = head.words()
    assert "事项转入“起草”" in said
    assert ("审核" in said.partition("还须经")[2].partition("；")[0]) == (then == "reviewing")
    confirm(head)
    enter(STAFF).act(number, "submit")
    assert desk.state(case) == then


def test_what_was_done_is_taken_back_and_the_holder_is_urged(enter: Enter, desk: Desk) -> None:
    case = desk.begin(up_to="draft")
    number = number_of(desk, case)
    staff = enter(STAFF)
    staff.act(number, "submit")
    take(staff, number, "take_back")
    staff.page.fill("#decision textarea[name='note']", "误点")
    confirm(staff)
    assert desk.state(case) == "draft"
    staff.act(number, "submit")
    take(staff, number, "urge")
    confirm(staff)
    assert "邵美琪于" in enter(SECRETARY).see("/")
