"""Who can go on now, as the page of the case says it: those heard first stand before the holders of the turn."""

from __future__ import annotations

import pytest

from tests.operations.approving.conftest import Sit
from tests.operations.approving.consent import COMMITTEE, Desk
from tests.operations.cast import who
from workflow.operations.reading.case import CasePage, case_page
from workflow.store.session import reading

HEAD, DEPUTY, *_ = COMMITTEE
OFFICE = "HY006"


def page_of(desk: Desk, case: int) -> CasePage:
    with reading(desk.installation.engine) as session:
        return case_page(session, desk.installation, who(session, HEAD), desk.row(case).number)


@pytest.mark.parametrize(
    ("action", "values", "said"),
    [
        ("add_signer", {"place": "before"}, "贺青云先提意见（前加签，周伯衡请）"),
        ("delegate", {}, "贺青云先提意见（委派，周伯衡请）"),
    ],
)
def test_only_those_asked_first_can_go_on(desk: Desk, action: str, values: dict[str, str], said: str) -> None:
    case = desk.begin()
    usual = page_of(desk, case).chain[0]
    asked = desk.person(OFFICE)
    people = {"person": asked} if action == "delegate" else {"people": [asked]}
    desk.take(case, HEAD, action, **values, **people, note="请核预算")
    now = page_of(desk, case).chain[0]
    assert (now.first, now.who, now.is_vacant) == (said, "", False)
    desk.take(case, OFFICE, "answer", opinion="可行", **({} if action == "delegate" else {"verdict": "agree"}))
    assert page_of(desk, case).chain[0] == usual
    assert usual.who.endswith("等5人")


@pytest.mark.parametrize("place", ["parallel", "after"])
def test_signers_beside_and_after_leave_the_turn_where_it_is(desk: Desk, place: str) -> None:
    case = desk.begin()
    usual = page_of(desk, case).chain[0]
    desk.take(case, HEAD, "add_signer", people=[desk.person(OFFICE)], place=place)
    assert page_of(desk, case).chain[0] == usual


def test_beside_other_seats_only_the_one_that_asked_waits(sit: Sit) -> None:
    desk = sit({"rule": "all"})
    case = desk.begin()
    desk.take(case, HEAD, "add_signer", people=[desk.person(OFFICE)], place="before")
    now = page_of(desk, case).chain[0]
    assert now.first == "贺青云先提意见（前加签，周伯衡请）"
    assert "4人" in now.who


def test_the_list_of_those_asked_tells_the_post_the_asker_the_time_and_the_note(desk: Desk) -> None:
    case = desk.begin()
    desk.take(case, HEAD, "add_signer", people=[desk.person(OFFICE)], place="before", note="请核预算")
    asked = next(each for each in page_of(desk, case).decisions.asked if each.what == "前加签")
    assert asked.who.endswith("贺青云")
    assert asked.who != "贺青云"
    assert (asked.asker, asked.note) == ("周伯衡", "请核预算")
    assert asked.since is not None
