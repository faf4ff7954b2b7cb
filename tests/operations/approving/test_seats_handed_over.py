"""A hand-over takes along the seats whose turn has not come (approvals.md: every open task that will move)."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from tests.enterprise import place, who
from tests.operations.approving.conftest import Sit
from tests.operations.approving.consent import COMMITTEE, Desk
from tests.operations.approving.test_reseating import look, seats, sound
from workflow.operations.organization import organizing
from workflow.operations.organization.appointing import Seat, appoint, person
from workflow.operations.organization.handing_over import Handing, hand_over, preview_hand_over
from workflow.operations.organization.organizing import NewBody
from workflow.operations.organization.passing_on import NOT_YET
from workflow.operations.organization.reorganizing import Merger, merge
from workflow.store.session import reading, writing
from workflow.store.tasks import Candidate

HEAD, DEPUTY, DISCIPLINE, FOURTH, FIFTH = COMMITTEE
NEW = "HY007"
MEMBER, SECRETARY = "committee_member", "party_secretary"


def handing(session, desk: Desk, leaver: str, successor: str, post: str) -> Handing:  # type: ignore[no-untyped-def]
    chosen = (Seat(place(session, "HY"), post),)
    return Handing(person(session, leaver), person(session, successor), chosen, desk.today, "换届")


@pytest.fixture
def desk(sit: Sit) -> Desk:
    return sit({"rule": "sequence"}, due=None)


def test_a_seat_that_waits_goes_along_and_is_asked_in_its_turn(desk: Desk) -> None:
    case = desk.begin()
    assert seats(desk, case) == {f"o{desk.body('HY')}:{SECRETARY}"}
    with writing(desk.installation.engine) as session:
        given = handing(session, desk, FOURTH, NEW, MEMBER)
        seen = preview_hand_over(session, desk.installation, who(session, "CE05"), given)
    assert [(each.do, each.number) for each in seen.passing.moves] == [(f"审批{NOT_YET}", desk.row(case).number)]
    with writing(desk.installation.engine) as session:
        given = handing(session, desk, FOURTH, NEW, MEMBER)
        made = hand_over(session, desk.installation, who(session, "CE05"), given)
        assert NOT_YET in str(made.moved["moves"])
    assert look(desk) == 0
    assert seats(desk, case) == {f"o{desk.body('HY')}:{SECRETARY}"}, "in its turn, not before"
    for number in (HEAD, DEPUTY, DISCIPLINE):
        desk.agree(case, number)
    assert seats(desk, case) == {f"p{desk.person(NEW)}"}
    desk.agree(case, NEW)
    assert desk.agree(case, FIFTH) == "approved"
    sound(desk, case)


def test_nobody_gets_two_seats_of_a_sequence(desk: Desk) -> None:
    desk.begin()
    with writing(desk.installation.engine) as session:
        given = handing(session, desk, FOURTH, FIFTH, MEMBER)
        seen = preview_hand_over(session, desk.installation, who(session, "CE05"), given)
    assert seen.passing.moves == ()
    assert ["已有自己的一票" in each.reason for each in seen.passing.stays] == [True]


def test_a_seat_of_a_post_that_waits_is_shown_with_the_post(sit: Sit) -> None:
    desk = sit({"rule": "sequence", "up": {"role": "secretary", "until": ["ent_committee"]}}, by="sup.secretary",
               due=None)  # fmt: skip
    case = desk.open("HY020", "consent", "HY-11", text="请批准采购")
    desk.do(case, "submit")
    desk.do(case, "pass_on", by="HY020")
    with reading(desk.installation.engine) as session:
        assert len(desk.tasks(case)) == 2
    with writing(desk.installation.engine) as session:
        given = handing(session, desk, HEAD, NEW, SECRETARY)
        seen = preview_hand_over(session, desk.installation, who(session, "CE05"), given)
    assert [each.do for each in seen.passing.moves] == [f"审批{NOT_YET}"]


def test_a_body_that_is_merged_gives_its_waiting_seats_away(sit: Sit) -> None:
    desk = sit({"rule": "sequence", "up": {"role": "secretary", "until": ["ent_committee"]}}, by="sup.secretary",
               due=None)  # fmt: skip
    for code, number in (("N-1", "HY028"), ("N-2", "HY029")):
        with writing(desk.installation.engine) as session:
            new = NewBody(code, f"{code}分厂党委", f"{code}分厂党委", "sub_committee")
            organizing.add_body(session, desk.installation, new, desk.today)
            organizing.move_body(session, desk.installation, place(session, code), place(session, "HY"), desk.today)
            seat = Seat(place(session, code), SECRETARY)
            appoint(session, desk.installation, person(session, number), seat, desk.today)
    with writing(desk.installation.engine) as session:
        organizing.move_body(session, desk.installation, place(session, "HY-1"), place(session, "N-1"), desk.today)
    case = desk.open("HY020", "consent", "HY-11", text="请批准采购")
    desk.do(case, "submit")
    desk.do(case, "pass_on", by="HY020")
    with writing(desk.installation.engine) as session:
        merger = Merger(place(session, "N-1"), place(session, "N-2"), desk.today, "集团党委会议决定")
        merge(session, desk.installation, who(session, "HY006"), merger)
    with reading(desk.installation.engine) as session:
        mine = Candidate.task_id.in_([each.id for each in desk.tasks(case)])
        asked = set(session.scalars(select(Candidate.address).where(mine)))
    assert f"o{desk.body('N-2')}:{SECRETARY}" in asked
    assert f"o{desk.body('N-1')}:{SECRETARY}" not in asked
    for number in ("HY016", "HY029", HEAD):
        desk.agree(case, number)
    assert desk.state(case) == "approved"
    sound(desk, case)
