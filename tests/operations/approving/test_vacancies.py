"""A turn that nobody can take: passed on by the policy, else held and told to the first responsible person."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.enterprise import who
from tests.operations.approving.conftest import Sit
from tests.operations.approving.consent import Desk
from tests.operations.approving.test_policies import ABOVE, BRANCH_SECRETARY, FURTHER_UP, from_the_branch, leave
from tests.operations.approving.test_reseating import sound
from tests.operations.test_disabled_accounts import disable
from tests.operations.test_health import vacant_tasks
from workflow.errors import NotAllowed
from workflow.operations.administering import suspend
from workflow.operations.approving.vacancies import DO, FILLED, look_for_vacancies
from workflow.operations.informing.arrivals import TELL
from workflow.operations.organization.appointing import Seat, appoint, person
from workflow.operations.reading.inbox import Turn, inbox, turns_to_choose_from
from workflow.operations.upkeep.stuck import count_stuck
from workflow.settings import Settings
from workflow.store.organization import Organization
from workflow.store.session import reading, writing

SECRETARY = ("HY-1", "party_secretary")


def look(desk: Desk) -> int:
    """What the service does every ten minutes."""
    changed = look_for_vacancies(desk.installation.engine, desk.installation)
    assert look_for_vacancies(desk.installation.engine, desk.installation) == 0, "a second look finds nothing to do"
    return changed


def come(desk: Desk, number: str, body: str, post: str) -> None:
    with writing(desk.installation.engine) as session:
        found = session.query(Organization).filter_by(code=body).one()
        appoint(session, desk.installation, person(session, number), Seat(found, post), desk.today)


def reminders(desk: Desk, number: str) -> list[Turn]:
    with reading(desk.installation.engine) as session:
        found = inbox(session, desk.installation, who(session, number))
        return [turn for group in found.groups for turn in group.turns if turn.do == DO]


def vacant(desk: Desk) -> int:
    """A case whose decider has left since it came."""
    case = from_the_branch(desk)
    leave(desk, ABOVE, *SECRETARY)
    return case


@pytest.mark.parametrize("decide", [None, {"rule": "all"}])
def test_the_first_responsible_person_above_is_told_until_somebody_is_appointed(
    sit: Sit, decide: dict[str, str] | None
) -> None:
    desk = sit(decide, by="sup.secretary", due=None)
    case = vacant(desk)
    assert look(desk) == 1
    (told,) = reminders(desk, FURTHER_UP)
    assert "须由第一制造公司党委书记办理" in told.note
    with reading(desk.installation.engine) as session:
        assert told.vacant_in == session.query(Organization).filter_by(code="HY-1").one().id
        assert count_stuck(session, desk.installation) == 1, "a reminder holds no case"
        assert len(vacant_tasks(session, desk.today)) == 1, "and is no vacancy itself"
        assert turns_to_choose_from(session, desk.installation, who(session, FURTHER_UP), 9) == []
    with pytest.raises(NotAllowed):
        desk.agree(case, FURTHER_UP)
    come(desk, "HY017", *SECRETARY)
    assert look(desk) == 1
    assert reminders(desk, FURTHER_UP) == []
    assert FILLED in {each.closed_reason for each in desk.tasks(case, open_only=False)}
    assert desk.agree(case, "HY017") == "approved"
    sound(desk, case)


def test_the_reminder_ends_with_the_turn(sit: Sit) -> None:
    desk = sit(by="sup.secretary", due=None)
    case = vacant(desk)
    look(desk)
    come(desk, "HY017", *SECRETARY)
    assert desk.agree(case, "HY017") == "approved"
    assert reminders(desk, FURTHER_UP) == []
    assert look(desk) == 0
    sound(desk, case)


def test_the_reminder_follows_the_first_responsible_person(sit: Sit) -> None:
    desk = sit(by="own.staff", due=None)
    case = desk.begin(up_to="draft")
    for number, post in (("HY019", "party_dept_head"), ("HY021", "party_dept_staff")):
        leave(desk, number, "HY-1", post)
    look(desk)
    assert len(reminders(desk, ABOVE)) == 1, "of the body itself"
    leave(desk, ABOVE, *SECRETARY)
    look(desk)
    assert len(reminders(desk, FURTHER_UP)) == 1
    sound(desk, case)


def test_a_suspended_case_reminds_nobody(sit: Sit) -> None:
    desk = sit(by="sup.secretary", due=None)
    case = vacant(desk)
    with writing(desk.installation.engine) as session:
        suspend(session, desk.installation, who(session, "HY006"), case, "等待补任")
    assert look(desk) == 0


@pytest.mark.parametrize("decide", [None, {"rule": "all"}])
def test_a_post_that_falls_vacant_while_it_is_asked_climbs(sit: Sit, decide: dict[str, str] | None) -> None:
    desk = sit(decide, by="sup.secretary", climbs="vacant", due=None)
    case = vacant(desk)
    assert look(desk) == 1
    assert reminders(desk, FURTHER_UP) == []
    assert "由上级恒岳集团党委办理" in desk.tasks(case)[0].note
    assert "reseated" in desk.facts(case)
    assert desk.agree(case, FURTHER_UP) == "approved"
    sound(desk, case)


@pytest.mark.parametrize("decide", [None, {"rule": "all"}])
def test_a_post_that_falls_vacant_goes_to_the_stand_in(sit: Sit, decide: dict[str, str] | None) -> None:
    desk = sit(decide, by="sup.secretary", stand_in="sup.committee", due=None)
    case = vacant(desk)
    assert look(desk) == 1
    assert desk.agree(case, "HY017") == "approved"
    sound(desk, case)


@pytest.mark.parametrize("decide", [None, {"rule": "all"}])
def test_who_opened_the_case_and_comes_to_the_only_post_is_passed_over(sit: Sit, decide: dict[str, str] | None) -> None:
    desk = sit(decide, by="sup.secretary", climbs="initiator", due=None)
    case = vacant(desk)
    come(desk, BRANCH_SECRETARY, *SECRETARY)
    with pytest.raises(NotAllowed, match="须由他人决定"):
        desk.agree(case, BRANCH_SECRETARY)
    assert look(desk) == 1
    assert desk.agree(case, FURTHER_UP) == "approved"
    sound(desk, case)


def test_a_seat_that_climbs_to_one_who_has_a_seat_is_dropped(sit: Sit) -> None:
    desk = sit({"rule": "sequence", "up": {"role": "secretary", "until": ["ent_committee"]}}, by="sup.secretary",
               climbs="vacant", due=None)  # fmt: skip
    case = vacant(desk)
    assert look(desk) == 1
    assert desk.agree(case, FURTHER_UP) == "approved", "the next level has the turn at once"
    sound(desk, case)


@pytest.mark.parametrize("decide", [None, {"rule": "all"}])
def test_a_turn_handed_to_who_is_shut_out_is_not_lost(sit: Sit, decide: dict[str, str] | None) -> None:
    """approvals.md: the open tasks of a disabled account go to the rule, never to nobody."""
    desk = sit(decide, by="sup.secretary", due=None)
    case = from_the_branch(desk)
    desk.take(case, ABOVE, "transfer", person=desk.person("HY017"), note="外出")
    with writing(desk.installation.engine) as session:
        disable(session, "HY017")
    assert look(desk) == 1
    assert desk.agree(case, ABOVE) == "approved"
    sound(desk, case)


def test_a_turn_given_by_who_has_left_goes_back_to_the_rule(sit: Sit) -> None:
    """A turn gives no more than the right of who gave it: both lose it at the same moment."""
    desk = sit(by="sup.secretary", due=None)
    case = from_the_branch(desk)
    desk.take(case, ABOVE, "transfer", person=desk.person("HY017"), note="外出")
    leave(desk, ABOVE, *SECRETARY)
    come(desk, "HY018", *SECRETARY)
    with pytest.raises(NotAllowed):
        desk.agree(case, "HY017")
    assert look(desk) == 1
    assert desk.asked(case) == [("turn", f"o{desk.body('HY-1')}:party_secretary")]
    assert desk.agree(case, "HY018") == "approved"
    sound(desk, case)


def test_what_comes_straight_back_is_asked_of_who_returned_it(sit: Sit) -> None:
    desk = sit(by="sup.staff", due=None)
    case = desk.begin()
    back = {"return_to": "draft", "after_return": "straight", "reason": "缺预算"}
    desk.act(case, "HY007", "send_back", back)
    desk.do(case, "submit")
    assert desk.state(case) == "deciding"
    assert desk.asked(case) == [("turn", f"p{desk.person('HY007')}")], "not of everybody of the office"
    leave(desk, "HY007", "HY", "party_dept_staff")
    assert look(desk) == 1
    assert ("turn", f"o{desk.body('HY')}:party_dept_head") in desk.asked(case), "then of the role"
    sound(desk, case)


def test_who_returned_it_and_has_left_is_not_asked_again(sit: Sit) -> None:
    desk = sit(by="sup.staff", due=None)
    case = desk.begin()
    desk.act(case, "HY007", "send_back", {"return_to": "draft", "after_return": "straight", "reason": "缺预算"})
    leave(desk, "HY007", "HY", "party_dept_staff")
    desk.do(case, "submit")
    assert desk.state(case) == "deciding"
    assert ("turn", f"o{desk.body('HY')}:party_dept_head") in desk.asked(case)


def test_rerun_asks_the_role(sit: Sit) -> None:
    desk = sit(by="sup.staff", due=None)
    case = desk.begin()
    desk.act(case, "HY007", "send_back", {"return_to": "draft", "after_return": "rerun", "reason": "缺预算"})
    desk.do(case, "submit")
    desk.do(case, "pass_on")
    assert ("turn", f"p{desk.person('HY007')}") not in desk.asked(case)


def test_what_has_climbed_can_be_handed_on(sit: Sit) -> None:
    desk = sit(by="sup.secretary", climbs="vacant", due=None)
    case = vacant(desk)
    look(desk)
    desk.take(case, FURTHER_UP, "transfer", person=desk.person("HY002"), note="外出")
    assert look(desk) == 0
    assert desk.agree(case, "HY002") == "approved"
    sound(desk, case)


@pytest.mark.parametrize("climbs", ["vacant", ()])
def test_what_has_come_to_somebody_else_is_told_outside(sit: Sit, climbs: str) -> None:
    desk = sit(by="sup.secretary", climbs=climbs, due=None)
    case = vacant(desk)
    made = desk.installation
    settings = Settings(database_url=made.settings.database_url, outbound_hosts="robots.example")
    desk.installation = replace(made, settings=settings)
    look(desk)
    waiting = made.jobs.waiting  # type: ignore[attr-defined]
    assert case in [job.arguments["case_id"] for job in waiting if job.kind == TELL]
