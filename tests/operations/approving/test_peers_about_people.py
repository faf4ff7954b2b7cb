"""Threads of other engines about people: changes of the organisation, who holds what, strangers (peers.md).

Each is named after its thread: project, then number. The symptom is told in the words of the thread.
"""

from __future__ import annotations

from functools import partial

import pytest
from sqlalchemy import func, select, update

from tests.enterprise import place, who
from tests.operations.approving.conftest import Sit
from tests.operations.approving.consent import COMMITTEE, SECRETARY, STAFF, Desk
from tests.operations.test_health import dismiss
from workflow.errors import NotAllowed, NotFound, Refused
from workflow.operations.acting import act
from workflow.operations.approving.actions import do
from workflow.operations.loading import load
from workflow.operations.organization.appointing import Seat, appoint, person
from workflow.operations.organization.organizing import move_body
from workflow.operations.organization.posts import actor as actor_of
from workflow.operations.reading.case import case_page
from workflow.operations.reading.inbox import inbox
from workflow.operations.upkeep.stuck import stuck_cases
from workflow.store.cases import Case
from workflow.store.people import Account
from workflow.store.session import reading, writing

HEAD, DEPUTY, DISCIPLINE, FOURTH, FIFTH = COMMITTEE
OFFICE, CLERK, SISTER = "HY006", "HY007", "HY030"
ALL = {"rule": "all"}


def open_seats(desk: Desk, case: int) -> int:
    return sum(kind == "seat" for kind, _ in desk.asked(case))


# -- organisation changes do not reach running work


def test_spiff_arena_1981_changes_of_a_group_reach_running_work(sit: Sit) -> None:
    """Updates of a group did not propagate to instances in flight: new members could not act, old ones still could."""
    desk = sit()
    case = desk.begin()
    with writing(desk.installation.engine) as session:
        appoint(session, desk.installation, person(session, CLERK), Seat(place(session, "HY"), "committee_member"),
                desk.today)  # fmt: skip
    dismiss(desk, FOURTH, "HY", "committee_member")
    with pytest.raises(NotAllowed):
        desk.agree(case, FOURTH)
    assert desk.agree(case, CLERK) == "approved"


def test_spiff_arena_1981_a_seat_is_lost_with_the_post(sit: Sit) -> None:
    desk = sit(ALL)
    case = desk.begin()
    dismiss(desk, FOURTH, "HY", "committee_member")
    for attempt in (partial(desk.agree, case, FOURTH),
                    partial(desk.take, case, FOURTH, "transfer", person=desk.person(OFFICE), note="出差")):  # fmt: skip
        with pytest.raises(NotAllowed):
            attempt()
    frozen = sit(ALL, follow="person")
    kept = frozen.begin()
    assert frozen.agree(kept, FIFTH) == "deciding", "unless the definition freezes it"


def test_ruoyi_vue_pro_606_who_left_acts_no_more_and_the_work_is_not_lost(sit: Sit) -> None:
    """Work of somebody who left stayed with an account that nobody used."""
    desk = sit(by="sup.secretary", due=None)
    case = desk.begin()
    seen = desk.actor_of(desk.person(HEAD))
    with writing(desk.installation.engine) as session:
        session.execute(update(Account).where(Account.person_id == seen.person_id).values(disabled_at=desk.clock.now()))
    with pytest.raises(NotAllowed), writing(desk.installation.engine) as session:
        act(session, desk.installation, seen, case, "approve", {})
    with reading(desk.installation.engine) as session:
        [stuck] = stuck_cases(session, desk.installation)
    assert stuck.number == desk.row(case).number
    dismiss(desk, HEAD, "HY", "party_secretary")
    with writing(desk.installation.engine) as session:
        appoint(session, desk.installation, person(session, DEPUTY), Seat(place(session, "HY"), "party_secretary"),
                desk.today)  # fmt: skip
    assert desk.agree(case, DEPUTY) == "approved"


def test_loonflow_334_everybody_sees_who_holds_it_and_may_urge(sit: Sit) -> None:
    """Nobody could see in whose hands a ticket was, so nobody could urge."""
    desk = sit(ALL)
    case = desk.begin()
    desk.agree(case, HEAD)
    with reading(desk.installation.engine) as session:
        page = case_page(session, desk.installation, who(session, STAFF), desk.row(case).number)
    assert page.now is not None
    shown = repr((page.now, page.decisions))
    assert [name for name in ("周伯衡", "梁文镕", "郑秉正", "韩建业", "沈玉兰") if name not in shown] == []
    desk.take(case, STAFF, "urge", note="月底前要用")
    assert {each.urged_by for each in desk.tasks(case)} == {"邵美琪"}


def test_ruoyi_vue_pro_540_routing_does_not_depend_on_who_looks(sit: Sit) -> None:
    """With data permissions on, whoever saw only their own data saw no approver, and routing failed."""
    desk = sit(ALL)
    case = desk.begin()
    with reading(desk.installation.engine) as session:
        wanted = [load(session, desk.installation, case).snapshot.turns for _ in range(2)]
        assert wanted[0] == wanted[1]
    with writing(desk.installation.engine) as session:
        move_body(session, desk.installation, place(session, "HY-1"), place(session, "HY-2"), desk.today)
    assert open_seats(desk, case) == len(COMMITTEE), "a running case stays with those to whom it was sent"
    for number in COMMITTEE:
        desk.agree(case, number)
    assert desk.state(case) == "approved"


# -- reading or taking another person's task


@pytest.mark.parametrize("number", [SISTER, "HY040", "HY026"])
def test_ruoyi_vue_plus_49_a_stranger_reads_and_does_nothing(desk: Desk, number: str) -> None:
    """Whoever was signed in could read any task by its number, with the names and telephones of its holders."""
    case = desk.begin()
    with reading(desk.installation.engine) as session, pytest.raises(NotFound):
        case_page(session, desk.installation, who(session, number), desk.row(case).number)
    for action in ("transfer", "urge", "add_signer", "take_back"):
        with pytest.raises(NotFound), writing(desk.installation.engine) as session:
            do(session, desk.installation, who(session, number), case, action, {})
    with pytest.raises(NotAllowed):
        desk.agree(case, number)


def test_viewflow_505_nobody_finds_a_case_by_trying_numbers(desk: Desk) -> None:
    """Any user of a flow could read every process of it by counting up its key, and listed the tasks of all."""
    case = desk.begin()
    number = desk.row(case).number
    following = f"{number[:-1]}{int(number[-1]) + 1}"
    said = set()
    with reading(desk.installation.engine) as session:
        stranger = who(session, SISTER)
        for each in (number, following):
            with pytest.raises(NotFound) as refused:
                case_page(session, desk.installation, stranger, each)
            said.add(str(refused.value))
        assert len(said) == 1, "what is hidden and what does not exist answer alike"
        assert inbox(session, desk.installation, stranger).total == 0


def test_ruoyi_vue_plus_44_nobody_reassigns_what_is_not_theirs(desk: Desk) -> None:
    """Any user could overwrite the assignee of any task."""
    case = desk.begin()
    for number in (STAFF, SECRETARY, OFFICE):
        with pytest.raises(NotAllowed, match="只有正在办理的人员"):
            desk.take(case, number, "transfer", person=desk.person(OFFICE), note="我来办")
    with reading(desk.installation.engine) as session:
        assert actor_of(session, desk.person(SISTER), desk.today).posts
        assert session.scalar(select(func.count()).select_from(Case).where(Case.id == case)) == 1
    with pytest.raises(Refused):
        desk.act(case, HEAD, "submit", {})
