"""Real threads on real databases: one winner, a loser who is told who did what, and never a case that hangs."""

from __future__ import annotations

from functools import partial

import pytest
from sqlalchemy import select

from tests.operations.cast import Play
from tests.operations.racing import only_winner, race
from tests.operations.scenarios.appraisal import opened
from tests.operations.scenarios.plan import plan, signed
from tests.operations.scenarios.rectification import items, rectifying
from workflow.errors import Conflict, NotAllowed, Refused
from workflow.operations.ballots import cast, issue_ticket
from workflow.operations.due.deadlines import fire_due
from workflow.operations.sealing import verify_case
from workflow.store.ballots import Ballot, Voter
from workflow.store.cases import Case
from workflow.store.session import reading, writing
from workflow.store.tasks import Task

ROUNDS = 4


def assert_sound(play: Play, *cases: int) -> None:
    """The chain holds, and the case waits for somebody exactly as long as it is not over."""
    with reading(play.installation.engine) as session:
        for case in cases:
            assert verify_case(session, case) is None
            row = session.get_one(Case, case)
            still_open = session.scalars(select(Task).where(Task.case_id == case, Task.closed_at.is_(None))).all()
            assert len(still_open) <= 1
            assert not (row.closed_at and still_open)


def in_review(play: Play) -> int:
    """A plan that two people may pass on."""
    case = plan(play)
    play.do(case, "submit_internal", by="HY021")
    return case


@pytest.mark.parametrize("_round", range(ROUNDS))
def test_two_people_act_on_one_case(play: Play, _round: int) -> None:
    case = in_review(play)
    version = play.row(case).version
    names = {0: ("HY019", "邵美琪"), 1: ("HY017", "石玉成")}
    finishes = race(
        *(partial(play.act, case, number, "to_committee", {}, version=version) for number, _ in names.values())
    )
    winner = only_winner(finishes)
    loser = finishes[1 - winner].error
    assert isinstance(loser, Conflict)
    assert str(loser) == f"{names[winner][1]}已于03-05 09:00办理“提交研究”，您的操作未生效。"
    assert len(play.children(case, "vote")) == 1
    assert_sound(play, case)


@pytest.mark.parametrize("_round", range(ROUNDS))
def test_a_double_click_acts_once(play: Play, _round: int) -> None:
    case = plan(play)
    version = play.row(case).version
    click = partial(play.act, case, "HY021", "submit_internal", {}, version=version)
    finishes = race(click, click, click)
    only_winner(finishes)
    assert play.row(case).version == version + 1
    assert_sound(play, case)


@pytest.mark.parametrize("_round", range(ROUNDS))
def test_a_double_click_without_a_version_acts_once_too(play: Play, _round: int) -> None:
    case = plan(play)
    click = partial(play.act, case, "HY021", "submit_internal", {})
    finishes = race(click, click)
    loser = finishes[1 - only_winner(finishes)].error
    assert isinstance(loser, Refused)
    assert "现处于“内部审核”" in str(loser)


@pytest.mark.parametrize("_round", range(ROUNDS))
def test_return_against_approve(play: Play, _round: int) -> None:
    case = signed(play, mode="approve")
    for trigger in ("submit_up", "register", "assign"):
        play.do(case, trigger)
    version = play.row(case).version
    finishes = race(
        partial(play.act, case, "HY008", "return_for_revision", {"remarks": ["缺载体"]}, version=version),
        partial(play.act, case, "HY001", "approve", {"opinion": "同意"}, version=version),
    )
    winner = only_winner(finishes)
    assert play.state(case) == ("returned", "approved")[winner]
    assert isinstance(finishes[1 - winner].error, Conflict)
    assert_sound(play, case)


@pytest.mark.parametrize("_round", range(ROUNDS))
def test_a_deadline_against_an_act(play: Play, _round: int) -> None:
    case = rectifying(play)
    play.until(play.data(case)["deadline_on"])
    play.clock.set(play.row(case).due_at)
    done = {"report": "已整改", "items": items(play, case, "done")}
    finishes = race(
        partial(fire_due, play.installation.engine, play.installation),
        partial(play.act, case, "HY016", "submit_report", done),
    )
    assert finishes[0].won
    reported = finishes[1].won
    assert play.state(case) == ("report_submitted" if reported else "overdue")
    assert_sound(play, case)


@pytest.mark.parametrize("_round", range(ROUNDS))
def test_a_vote_that_ends_against_a_plan_that_is_withdrawn(play: Play, _round: int) -> None:
    case = in_review(play)
    play.do(case, "to_committee")
    meeting = play.child(case, "vote")
    play.check_in(meeting)
    play.do(meeting, "open")
    first, second = play.data(meeting)["attendees"][:2]
    play.do(meeting, "call_vote", method="show_of_hands", scrutineer=first, teller=second)
    count = {"ayes": 5, "against": 0, "abstain": 0, "void": 0}
    numbers = {play.person(each): each for each in ("HY016", "HY017", "HY018", "HY019", "HY020")}
    play.act(meeting, numbers[first], "count", count)
    finishes = race(
        partial(play.act, meeting, numbers[second], "count", count),
        partial(play.act, case, "HY016", "withdraw", {"reason": "另行研究"}),
    )
    counted, withdrawn = finishes
    assert withdrawn.won
    assert play.state(case) == "withdrawn"
    assert play.row(meeting).closed_at is not None
    assert counted.won == (play.state(meeting) == "passed")
    if not counted.won:
        assert "事项已终止" in str(counted.error)
    assert_sound(play, case, meeting)


@pytest.mark.parametrize("_round", range(ROUNDS))
def test_two_signatures_at_once_move_the_case_once(play: Play, _round: int) -> None:
    filing = play.child(signed(play), "filing")
    values = {"document_title": "方案", "adopted_on": "2012-03-05", "adopted_by": "党委会", "summary": "已征求意见"}
    finishes = race(*(partial(play.act, filing, number, "submit", values) for number in ("HY021", "HY016")))
    assert all(each.won for each in finishes)
    assert sorted(each.value.waits_for_signature for each in finishes) == [False, True]
    assert play.state(filing) == "submitted"
    assert_sound(play, filing)


def test_one_ticket_for_a_voter_who_asks_twice_at_once(play: Play) -> None:
    case = opened(play)
    voter = play.person("HY059")

    def draw() -> str:
        with writing(play.installation.engine) as session:
            return issue_ticket(session, case, voter)

    finishes = race(draw, draw, draw)
    only_winner(finishes)


@pytest.mark.parametrize("_round", range(ROUNDS))
def test_no_vote_slips_in_after_closing(play: Play, _round: int) -> None:
    case = opened(play)
    answers = {each["code"]: "satisfied" for each in play.data(case)["items"]}
    with reading(play.installation.engine) as session:
        voters = list(session.scalars(select(Voter.person_id).where(Voter.case_id == case)))
    tickets = []
    for voter in voters:
        with writing(play.installation.engine) as session:
            tickets.append(issue_ticket(session, case, voter))

    def vote(ticket: str) -> None:
        with writing(play.installation.engine) as session:
            cast(session, case, ticket, answers, "")

    for ticket in tickets[:-4]:
        vote(ticket)
    play.clock.set(play.row(case).due_at)
    closing = partial(fire_due, play.installation.engine, play.installation)
    finishes = race(closing, *(partial(vote, ticket) for ticket in tickets[-4:]))
    assert finishes[0].won
    assert all(each.won or isinstance(each.error, NotAllowed) for each in finishes)
    with reading(play.installation.engine) as session:
        stored = len(session.scalars(select(Ballot.key).where(Ballot.case_id == case)).all())
    assert stored == len(tickets) - 4 + sum(each.won for each in finishes[1:])
    assert play.state(case) == "ballot_closed"
    play.do(case, "start_count")
    play.do(case, "tally")
    assert play.data(case)["tally"]["collected"] == stored
