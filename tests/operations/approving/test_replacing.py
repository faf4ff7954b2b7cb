"""Whoever was named and leaves office: the office that names others is asked to, not the stuck list alone."""

from __future__ import annotations

from functools import partial

import pytest

from tests.enterprise import place, who
from tests.operations.cast import Play
from tests.operations.scenarios.appraisal import CLOSES_ON, OPENS_ON
from tests.operations.scenarios.assessment import self_submitted
from tests.operations.scenarios.comment import comment
from tests.operations.test_disabled_accounts import disable
from workflow.errors import Refused
from workflow.operations.approving.vacancies import look_for_vacancies
from workflow.operations.organization.appointing import Seat, end_post, find_post
from workflow.operations.reading.inbox import Turn, inbox
from workflow.store.journal import JournalEntry
from workflow.store.people import Person, Post
from workflow.store.session import reading, writing
from workflow.store.tasks import Task

BRANCH, SECRETARY = "HY-11", "HY020"


def leave(play: Play, number: str, body: str, *posts: str) -> None:
    """Somebody's posts in a body end today."""
    with writing(play.installation.engine) as session:
        person = session.query(Person).filter_by(number=number).one()
        for post in posts:
            held = find_post(session, person, Seat(place(session, body), post), play.today)
            end_post(session, play.installation, held, play.today)


def look(play: Play) -> int:
    """What the service does every ten minutes; a second look finds nothing to do."""
    changed = look_for_vacancies(play.installation.engine, play.installation)
    assert look_for_vacancies(play.installation.engine, play.installation) == 0
    return changed


def asked(play: Play, number: str, do: str) -> list[Turn]:
    """What somebody's inbox asks for under this name."""
    with reading(play.installation.engine) as session:
        found = inbox(session, play.installation, who(session, number))
        return [turn for group in found.groups for turn in group.turns if turn.do == do]


NUMBERS = [f"HY{each:03}" for each in range(1, 80)]


def name_of(play: Play, number: str) -> str:
    with reading(play.installation.engine) as session:
        return session.query(Person).filter_by(number=number).one().name


def facts(play: Play, case: int) -> set[str]:
    with reading(play.installation.engine) as session:
        return {each.fact for each in session.query(JournalEntry).filter_by(case_id=case)}


def posts_of(play: Play, number: str, body: str) -> list[str]:
    """The posts of a committee that somebody holds there."""
    with reading(play.installation.engine) as session:
        someone = session.query(Person).filter_by(number=number).one()
        held = session.query(Post).filter_by(person_id=someone.id, organization_id=place(session, body).id)
        return [each.code for each in held if each.code.startswith("branch_")]


def appraised_secretary(play: Play) -> int:
    """The branch appraises its own secretary, who objects to the result: others of the committee decide."""
    case = play.open(SECRETARY, "mass_appraisal", BRANCH, person=SECRETARY, held_on=OPENS_ON, closes_on=CLOSES_ON)
    play.do(case, "approve_plan")
    play.do(case, "fix_roster")
    play.do(case, "announce")
    play.until(OPENS_ON)
    play.do(case, "open")
    play.ballots(case, "satisfied")
    for each in ("close_ballot", "start_count", "tally", "confirm", "feed_back"):
        play.do(case, each)
    play.do(case, "object", objection="名册漏列")
    return case


def number_of(play: Play, person: int) -> str:
    with reading(play.installation.engine) as session:
        return session.get_one(Person, person).number


def test_the_office_is_asked_to_name_another_commenter(play: Play) -> None:
    case = comment(play)
    play.do(case, "request_report")
    play.do(case, "submit_report")
    assert (play.state(case), look(play)) == ("reported", 0)
    leave(play, "HY002", "HY", "deputy_secretary")
    assert look(play) == 1
    (told,) = asked(play, "HY008", "更换点评人")
    assert told.note.startswith(f"{name_of(play, 'HY002')}已不再担任有关职务")
    assert told.vacant_in is not None, "nothing that could be decided by a batch"
    assert "vacancy_told" in facts(play, case)
    play.do(case, "reassign", by="HY008", commenter=play.person("HY003"), reason="原点评人离任")
    assert asked(play, "HY008", "更换点评人") == [], "at once"
    assert look(play) == 0
    play.do(case, "draft_from_report", by="HY003")
    assert look(play) == 0


def test_an_assessor_who_is_shut_out_is_replaced_by_the_office(play: Play) -> None:
    case = self_submitted(play)
    play.do(case, "verify")
    second = play.data(case)["second_assessor"]
    with writing(play.installation.engine) as session:
        disable(session, number_of(play, second))
    assert look(play) == 1
    office = {number for number in NUMBERS if asked(play, number, "更换考核人")}
    assert office
    assert number_of(play, second) not in office
    with reading(play.installation.engine) as session:
        waiting = session.query(Task).filter_by(case_id=case, closed_at=None).order_by(Task.id)
        assert [each.kind for each in waiting] == ["turn", "vacancy"]


def test_who_decides_on_an_objection_is_found_anew(play: Play) -> None:
    case = appraised_secretary(play)
    before = play.data(case)["decider"]
    assert before
    with pytest.raises(Refused, match="审定人员没有变化"):
        play.do(case, "name_decider")
    for number in map(partial(number_of, play), before):
        leave(play, number, BRANCH, *posts_of(play, number, BRANCH))
    with pytest.raises(Refused, match="不在委员会"):
        play.do(case, "dismiss_objection", by=number_of(play, before[0]))
    assert look(play) == 1
    assert any(asked(play, number, "重新确定审定人员") for number in NUMBERS)
    play.do(case, "name_decider")
    assert set(play.data(case)["decider"]).isdisjoint(before)
    assert look(play) == 0
    play.do(case, "dismiss_objection")
    assert play.state(case) == "fed_back"
