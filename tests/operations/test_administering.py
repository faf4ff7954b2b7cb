"""Suspend, resume, terminate, move: by administrators of a leading body, with a reason, and with what follows."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from tests.enterprise import who
from tests.operations.cast import Play
from tests.operations.racing import only_winner, race
from tests.operations.scenarios import plan as plans
from tests.operations.scenarios import pledge as pledges
from tests.operations.scenarios.appraisal import opened
from tests.operations.scenarios.assessment import assessment
from tests.operations.scenarios.plan import published
from tests.operations.scenarios.rectification import issued, items, rectifying
from tests.operations.test_deadlines import due_on, open_timers
from workflow.engine.moving import SYSTEM_ACTOR
from workflow.errors import InvalidInput, NotAllowed, NotFound, Refused
from workflow.operations import administering
from workflow.operations.ballots import cast, issue_ticket
from workflow.operations.due.deadlines import fire_due
from workflow.operations.loading import load
from workflow.operations.organization.appointing import person
from workflow.operations.organization.substituting import Terms, substitute
from workflow.operations.relocating import Destination, destinations, relocate
from workflow.operations.sealing import verify_case
from workflow.operations.upkeep.stuck import stuck_cases
from workflow.store.ballots import BallotKey, Voter
from workflow.store.cases import Case
from workflow.store.journal import JournalEntry
from workflow.store.session import reading, writing
from workflow.store.tasks import Candidate, Task

HEAD = "HY019"  #: 党建工作部负责人 of the committee above the assembly-shop branch
REASON = "巡视期间暂缓办理"
Verb = Callable[..., Case]
VERBS: list[Verb] = [administering.suspend, administering.resume, administering.terminate]


def branch_plan(play: Play) -> int:
    return plans.plan(play, body="HY-11", opener="HY021")


def administer(play: Play, verb: Verb, case: int, *, by: str = HEAD, reason: str = REASON, **more: str) -> None:
    with writing(play.installation.engine) as session:
        verb(session, play.installation, who(session, by), case, **more, reason=reason)


def entries(play: Play, case: int, fact: str) -> list[JournalEntry]:
    with reading(play.installation.engine) as session:
        query = select(JournalEntry).where(JournalEntry.case_id == case, JournalEntry.fact == fact)
        found = list(session.scalars(query.order_by(JournalEntry.sequence)))
        session.expunge_all()
        return found


def tasks(play: Play, case: int) -> list[Task]:
    with reading(play.installation.engine) as session:
        found = list(session.scalars(select(Task).where(Task.case_id == case).order_by(Task.id)))
        session.expunge_all()
        return found


def places(play: Play, case: int) -> dict[str, Destination]:
    with reading(play.installation.engine) as session:
        return {each.state: each for each in destinations(load(session, play.installation, case))}


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize(
    ("person", "error"),
    [
        ("HY020", NotAllowed),  # secretary of the very branch
        ("HY018", NotAllowed),  # another office of the leading committee
        ("HY030", NotFound),  # a sister branch may not even know of it
        ("CE05", None),
        ("HY006", None),
        ("HY008", None),
        (HEAD, None),
    ],
)
def test_only_administrators_of_a_leading_body(
    play: Play, verb: Verb, person: str, error: type[Exception] | None
) -> None:
    case = branch_plan(play)
    if verb is administering.resume:
        administer(play, administering.suspend, case)
    if error is None:
        administer(play, verb, case, by=person)
        return
    with pytest.raises(error):
        administer(play, verb, case, by=person)


def test_a_guide_administers_nothing(play: Play) -> None:
    case = published(play, body="LC", opener="LC08")
    with pytest.raises(NotAllowed, match="应由领导本单位的江海市委"):
        administer(play, administering.suspend, case, by="CE05")


def test_a_substitute_intervenes_on_behalf_of_the_administrator(play: Play) -> None:
    case = branch_plan(play)
    with writing(play.installation.engine) as session:
        absent, deputy = (person(session, each) for each in (HEAD, "HY018"))
        terms = Terms(absent, deputy, play.today, play.today + timedelta(days=5), "出差")
        substitute(session, play.installation, SYSTEM_ACTOR, terms)
    administer(play, administering.suspend, case, by="HY018")
    entry = entries(play, case, "suspended")[0]
    assert entry.post == "党建工作部负责人"
    assert entry.person == "马淑贞（代邵美琪）"


def test_nobody_administers_the_case_about_oneself(play: Play) -> None:
    published(play, body="HY-11", opener="HY021")
    case = play.open(HEAD, "pledge", "HY-11", person=HEAD, items=pledges.items(), ends_on=pledges.ENDS_ON)
    with pytest.raises(NotAllowed):
        administer(play, administering.terminate, case)
    administer(play, administering.terminate, case, by="HY006")


@pytest.mark.parametrize("verb", VERBS)
def test_without_a_reason_nothing_happens(play: Play, verb: Verb) -> None:
    with pytest.raises(InvalidInput):
        administer(play, verb, branch_plan(play), reason="  ")


def test_a_suspended_case_keeps_still_and_its_deadlines_move_on(play: Play) -> None:
    case = branch_plan(play)
    before = due_on(play, case)
    timers = {each.id: each.due_at for each in open_timers(play, case)}
    administer(play, administering.suspend, case)
    with pytest.raises(Refused, match="已经中止"):
        administer(play, administering.suspend, case)
    play.clock.set(play.moment(before + timedelta(days=20)))
    assert fire_due(play.installation.engine, play.installation) == 0
    assert {each.id: each.due_at for each in open_timers(play, case)} == timers, "no timer fires meanwhile"
    paused = play.installation.calendar.working_days_between(date(2012, 3, 5), play.today, count_first_day=True)
    administer(play, administering.resume, case)
    expected = play.installation.calendar.add_working_days(before, paused).date
    assert due_on(play, case) == expected
    assert [play.installation.today(each.due_at or play.clock.now()) for each in tasks(play, case)] == [expected]
    assert all(each.due_at > timers[each.id] for each in open_timers(play, case))
    assert entries(play, case, "resumed")[0].details["working_days"] == paused
    assert entries(play, case, "suspended")[0].reason == REASON
    with pytest.raises(Refused, match="没有中止"):
        administer(play, administering.resume, case)


def test_a_pause_within_a_day_shortens_and_lengthens_nothing(play: Play) -> None:
    case = branch_plan(play)
    before = [each.due_at for each in open_timers(play, case)]
    administer(play, administering.suspend, case)
    play.clock.advance(timedelta(hours=3))
    administer(play, administering.resume, case)
    assert [each.due_at for each in open_timers(play, case)] == before


def test_children_are_suspended_and_resumed_with_their_parent(play: Play) -> None:
    case = issued(play)
    child = play.children(case)[0].id
    administer(play, administering.suspend, case, by="HY006")
    assert play.row(child).suspended_at is not None
    with pytest.raises(Refused, match="上级事项"):
        administer(play, administering.resume, child, by="CE05")
    play.clock.advance(timedelta(days=3))
    administer(play, administering.resume, case, by="HY006")
    assert play.row(child).suspended_at is None
    assert entries(play, child, "suspended")[0].details["with"] == play.row(case).number


def test_terminating_closes_the_case_and_what_it_has_opened(play: Play) -> None:
    case = issued(play)
    children = [each.id for each in play.children(case)]
    assert children
    administer(play, administering.terminate, case, by="HY006", reason="责任单位已撤销")
    for each in (case, *children):
        assert play.row(each).closed_at is not None
        assert open_timers(play, each) == []
        assert all(task.closed_reason for task in tasks(play, each))
        assert entries(play, each, "terminated")[0].reason == "责任单位已撤销"
    assert tasks(play, case)[-1].closed_reason == "管理员终止：责任单位已撤销"
    with pytest.raises(Refused, match="已经办结或终止"):
        administer(play, administering.resume, case, by="HY006")


def test_nobody_waits_for_an_assessment_that_was_terminated(play: Play) -> None:
    given_up, other = assessment(play), assessment(play, member="HY021")

    def peers() -> list[int]:
        with reading(play.installation.engine) as session:
            return [each.id for each in load(session, play.installation, other).snapshot.peers]

    assert peers() == [given_up]
    administer(play, administering.terminate, given_up, by="HY006", reason="党员已调出")
    assert peers() == []


def test_a_move_goes_only_where_somebody_waits_and_says_what_is_skipped(play: Play) -> None:
    case = branch_plan(play)
    found = places(play, case)
    assert "internal_review" in found
    assert not any(play.installation.definitions.stages["plan"].states[each].final for each in found)
    assert found["internal_review"].skipped
    assert found["internal_review"].addresses
    with pytest.raises(Refused, match="没有人可以办理"):
        administer(play, relocate, case, state="closed")
    with pytest.raises(Refused, match="没有人可以办理"):
        administer(play, relocate, case, state="nowhere")


def test_a_moved_case_waits_where_it_was_put(play: Play) -> None:
    case = branch_plan(play)
    skipped = places(play, case)["internal_review"].skipped
    administer(play, relocate, case, state="internal_review", reason="草稿已在会上讨论")
    row = play.row(case)
    assert (row.state, row.round) == ("internal_review", 2)
    before, after = tasks(play, case)
    assert before.closed_reason == "管理调整：草稿已在会上讨论"
    assert (after.state, after.closed_at) == ("internal_review", None)
    entry = entries(play, case, "relocated")[0]
    assert (entry.source, entry.target, entry.details["skipped"]) == ("draft", "internal_review", list(skipped))
    assert play.transitions(case) == [], "what was skipped does not count as done"
    assert {each.round for each in open_timers(play, case)} == {2}
    with reading(play.installation.engine) as session:
        assert session.scalars(select(Candidate).where(Candidate.task_id == after.id, Candidate.is_open)).all()


def test_moving_back_ends_a_child_that_nobody_waits_for(play: Play) -> None:
    case = plans.plan(play, body="HY", opener="HY008")
    play.do(case, "submit_internal")
    running = [each for each in play.children(case) if each.closed_at is None]
    administer(play, relocate, case, by="CE05", state="draft", reason="稿件有误")
    assert play.state(case) == "draft"
    for each in running:
        assert play.row(each.id).closed_at is not None


def test_a_case_moved_over_an_act_has_the_children_of_its_state(play: Play) -> None:
    case = branch_plan(play)
    administer(play, relocate, case, state="signed", reason="已由会议通过并签发")
    assert [each.stage for each in play.children(case)] == ["filing"]
    play.do(case, "publish_direct")


def test_a_moved_case_goes_on_as_usual(play: Play) -> None:
    case = rectifying(play)
    administer(play, relocate, case, by="HY006", state="rectifying", reason="重新派送")
    assert play.row(case).round > 1
    assert play.state(case) == "rectifying"
    play.do(case, "submit_report", items=items(play, case, "done"))
    assert play.state(case) != "rectifying"


def test_ballots_are_never_touched_by_hand(play: Play) -> None:
    case = play.open("HY008", "mass_appraisal", "HY-1", held_on="2012-03-16", closes_on="2012-03-20")
    assert {"open", "counting", "tallied"}.isdisjoint(places(play, case))


def test_a_suspended_appraisal_takes_no_votes_and_a_terminated_one_loses_its_key(play: Play) -> None:
    case = opened(play)
    with writing(play.installation.engine) as session:
        voter = session.scalars(select(Voter.person_id).where(Voter.case_id == case)).first() or 0
        ticket = issue_ticket(session, case, voter)
    answers = {item["code"]: "satisfied" for item in play.data(case)["items"]}
    administer(play, administering.suspend, case, by="HY006")
    with pytest.raises(NotAllowed, match="已中止"), writing(play.installation.engine) as session:
        cast(session, case, ticket, answers, "")
    administer(play, administering.resume, case, by="HY006")
    with writing(play.installation.engine) as session:
        cast(session, case, ticket, answers, "")
    administer(play, administering.terminate, case, by="HY006")
    with pytest.raises(NotAllowed), writing(play.installation.engine) as session:
        cast(session, case, ticket, answers, "")
    with reading(play.installation.engine) as session:
        assert session.get(BallotKey, case) is None


def test_an_act_or_a_due_moment_against_a_suspension(play: Play) -> None:
    for _ in range(4):
        case = branch_plan(play)
        play.clock.set(play.row(case).due_at or play.clock.now())
        finishes = race(
            lambda case=case: play.do(case, "submit_internal"),  # type: ignore[misc]
            lambda case=case: administer(play, administering.suspend, case),  # type: ignore[misc]
            lambda: fire_due(play.installation.engine, play.installation),
        )
        assert finishes[1].won, "the suspension waits for whoever is acting"
        if not finishes[0].won:
            assert "中止" in str(finishes[0].error)
        assert play.row(case).suspended_at is not None
        administer(play, administering.resume, case)
        with reading(play.installation.engine) as session:
            assert verify_case(session, case) is None
            assert stuck_cases(session, play.installation) == []


def test_of_two_administrators_at_once_one_is_told(play: Play) -> None:
    case = branch_plan(play)
    finishes = race(
        lambda: administer(play, administering.suspend, case),
        lambda: administer(play, administering.suspend, case, by="HY006"),
    )
    only_winner(finishes)
    assert len(entries(play, case, "suspended")) == 1
