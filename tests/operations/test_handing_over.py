"""Hand-over 交接: posts and open work go together, previewed and then at once (approvals.md, people change)."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.enterprise import TODAY, place, who
from tests.operations.cast import Play
from tests.operations.racing import only_winner, race
from tests.operations.scenarios import assessment, pledge
from tests.operations.scenarios.plan import plan
from workflow.engine.actor import Actor
from workflow.errors import Conflict, InvalidInput, NotAllowed, Refused
from workflow.operations.approving.action import Occasion
from workflow.operations.approving.taking_back import TAKE_BACK
from workflow.operations.installation import Installation
from workflow.operations.loading import Loaded, load
from workflow.operations.organization.appointing import Seat, person
from workflow.operations.organization.handing_over import Handing, HandOverPreview, hand_over, preview_hand_over
from workflow.operations.organization.posts import holders
from workflow.operations.sealing import verify_case
from workflow.operations.upkeep.unattended import unattended
from workflow.store.cases import Case
from workflow.store.journal import JournalEntry
from workflow.store.people import HandOver
from workflow.store.session import reading, writing
from workflow.store.tasks import Candidate, Task

ROUNDS = 3
SECRETARY = (("HY-11", "branch_secretary"),)
ORGANISER = "HY019"  #: the party department of the committee above the branch


def handing(session: Session, leaver: str, successor: str, *seats: tuple[str, str], **more: Any) -> Handing:
    """A hand-over of today."""
    chosen = tuple(Seat(place(session, body), post) for body, post in seats)
    made = Handing(person(session, leaver), person(session, successor), chosen, TODAY, "支部换届")
    return replace(made, **more)


def do(play: Play, leaver: str, successor: str, *seats: tuple[str, str], by: str = ORGANISER, **more: Any) -> HandOver:
    with writing(play.installation.engine) as session:
        given = handing(session, leaver, successor, *seats, day=play.today, **more)
        made = hand_over(session, play.installation, who(session, by), given)
        session.refresh(made)
        return made


def look(play: Play, leaver: str, successor: str, *seats: tuple[str, str], by: str = ORGANISER) -> HandOverPreview:
    with writing(play.installation.engine) as session:
        given = handing(session, leaver, successor, *seats, day=play.today)
        return preview_hand_over(session, play.installation, who(session, by), given)


def addresses(play: Play, case: int) -> set[str]:
    """Where the open tasks of a case are."""
    with reading(play.installation.engine) as session:
        mine = select(Candidate.address).join(Task, Task.id == Candidate.task_id)
        return set(session.scalars(mine.where(Task.case_id == case, Task.closed_at.is_(None))))


def entries(play: Play, case: int) -> list[JournalEntry]:
    with reading(play.installation.engine) as session:
        assert verify_case(session, case) is None
        mine = select(JournalEntry).where(JournalEntry.case_id == case, JournalEntry.fact == "handed_over")
        found = list(session.scalars(mine))
        session.expunge_all()
        return found


def verifying(play: Play) -> int:
    """An assessment that two assessors have by name."""
    case = assessment.self_submitted(play)
    play.do(case, "verify")
    return case


def assessors(play: Play, case: int) -> tuple[str, str]:
    """Their numbers."""
    data = play.data(case)
    with reading(play.installation.engine) as session:
        known = {who(session, f"HY{number:03d}").person_id: f"HY{number:03d}" for number in range(1, 41)}
    return known[data["first_assessor"]], known[data["second_assessor"]]


def another(*assessors: str) -> str:
    """Somebody else of the group that assesses."""
    return next(each for each in ("HY022", "HY021", "HY020") if each not in assessors)


def test_tasks_follow_the_post(play: Play) -> None:
    case = pledge.member_pledge(play)
    play.do(case, "submit")
    shown = look(play, "HY020", "HY023", *SECRETARY)
    assert shown.ends == shown.begins == ("总装车间党支部书记",)
    mine = [each for each in shown.passing.moves if each.case_id == case]
    assert [(each.number, each.where) for each in mine] == [(play.row(case).number, "总装车间党支部书记")]
    made = do(play, "HY020", "HY023", *SECRETARY)
    with reading(play.installation.engine) as session:
        seat = (place(session, "HY-11").id, "branch_secretary")
        assert holders(session, [seat], play.today) == [person(session, "HY023").id]
    assert [each.details["hand_over"] for each in entries(play, case)] == [made.id]
    assert entries(play, case)[0].person == "邵美琪"
    assert play.row(case).number in {row[0] for row in made.moved["moves"]}
    with pytest.raises(NotAllowed):
        play.act(case, "HY020", "approve", {})
    play.do(case, "approve", by="HY023", above_standard=True)


def test_the_preview_changes_nothing(play: Play) -> None:
    case = verifying(play)
    first, _ = assessors(play, case)
    before = (addresses(play, case), play.row(case).version)
    look(play, first, another(*assessors(play, case)), by="HY006")
    look(play, "HY020", "HY023", *SECRETARY)
    assert (addresses(play, case), play.row(case).version) == before
    with reading(play.installation.engine) as session:
        seat = (place(session, "HY-11").id, "branch_secretary")
        assert holders(session, [seat], play.today) == [person(session, "HY020").id]
        assert session.scalars(select(HandOver)).all() == []


def test_named_duties_go_to_the_successor(play: Play) -> None:
    case = verifying(play)
    first, second = assessors(play, case)
    successor = another(first, second)
    shown = look(play, first, successor, by="HY006")
    assert [each.do for each in shown.passing.moves if each.case_id == case] == ["逐项评分并签字"]
    do(play, first, successor, by="HY006")
    new = play.person(successor)
    assert play.data(case)["first_assessor"] == new
    assert addresses(play, case) == {f"p{new}", f"p{play.person(second)}"}
    scores = assessment.sheet(play, case, "score")
    with pytest.raises(NotAllowed):
        play.act(case, first, "score", {"item_scores": scores})
    play.do(case, "score", item_scores=scores)
    assert play.state(case) == "scored"


def test_two_duties_of_one_case_are_not_joined(play: Play) -> None:
    case = verifying(play)
    first, second = assessors(play, case)
    shown = look(play, first, second, by="HY006")
    assert [each for each in shown.passing.moves if each.case_id == case] == []
    assert "两项职责须由不同的人承担" in next(each.reason for each in shown.passing.stays)
    do(play, first, second, by="HY006")
    assert assessors(play, case) == (first, second)
    assert entries(play, case) == []


def test_who_is_judged_does_not_take_over_the_judging(play: Play) -> None:
    case = verifying(play)
    first, _ = assessors(play, case)
    shown = look(play, first, "HY024", by="HY006")
    assert [each.reason for each in shown.passing.stays if each.number == play.row(case).number] == [
        "石喆是这件事项的对象，不能办理"
    ]


def test_a_duty_goes_to_who_may_be_chosen_for_it(play: Play) -> None:
    case = verifying(play)
    first, _ = assessors(play, case)
    shown = look(play, first, "HY019", by="HY006")
    assert "须由总装车间党支部考核组担任" in next(each.reason for each in shown.passing.stays)


def test_what_is_signed_stays_signed(play: Play) -> None:
    case = verifying(play)
    first, _ = assessors(play, case)
    play.act(case, first, "score", play_form(play, case))
    shown = look(play, first, another(*assessors(play, case)), by="HY006")
    assert "本轮已签字" in next(each.reason for each in shown.passing.stays)


def play_form(play: Play, case: int) -> dict[str, Any]:
    return {"item_scores": assessment.sheet(play, case, "score")}


def test_what_is_somebodys_own_stays(play: Play) -> None:
    case = pledge.member_pledge(play)
    shown = look(play, "HY024", "HY023")
    assert [each.reason for each in shown.passing.stays if each.number == play.row(case).number] == [
        "属石喆本人的事项，不能由他人代办"
    ]
    do(play, "HY024", "HY023")
    assert f"p{play.person('HY024')}" in addresses(play, case)
    assert entries(play, case) == []


def test_posts_that_follow_go_along(play: Play) -> None:
    """R70: the head of the leading group is the Party secretary."""
    shown = look(play, "HY001", "HY002", ("HY", "party_secretary"), by="CE05")
    assert shown.ends == ("恒岳集团党委书记", "恒岳集团领导小组组长")
    do(play, "HY001", "HY002", ("HY-L", "lg_head"), ("HY", "party_secretary"), by="CE05")
    with reading(play.installation.engine) as session:
        for body, post in (("HY", "party_secretary"), ("HY-L", "lg_head")):
            assert holders(session, [(place(session, body).id, post)], play.today) == [person(session, "HY002").id]


def test_rules_of_appointment_hold(play: Play) -> None:
    with pytest.raises(Refused, match="须由正式党员担任"):
        look(play, "HY020", "HY060", *SECRETARY)
    with pytest.raises(Refused, match="不是现任"):
        look(play, "HY001", "HY002", ("HY-L", "lg_head"), by="CE05")


def test_who_may(session: Session, installation: Installation) -> None:
    def attempt(by: str, *people: str) -> None:
        preview_hand_over(session, installation, who(session, by), handing(session, *people, *SECRETARY))

    attempt("HY006", "HY020", "HY023")
    with pytest.raises(NotAllowed, match="组织管理员"):
        attempt("HY020", "HY020", "HY023")
    with pytest.raises(NotAllowed):
        attempt("HY029", "HY020", "HY023")
    with pytest.raises(Refused, match="不能把工作交接给自己"):
        attempt(ORGANISER, "HY020", ORGANISER)


def test_a_bad_form_is_told_field_by_field(session: Session, installation: Installation) -> None:
    bad = handing(session, "HY020", "HY020", day=TODAY.replace(year=2013), reason=" ", with_duties=False)
    with pytest.raises(InvalidInput) as caught:
        preview_hand_over(session, installation, who(session, ORGANISER), bad)
    assert [each.path for each in caught.value.errors] == ["successor", "seats", "day", "reason"]  # type: ignore[attr-defined]


def test_a_post_never_held_is_refused(session: Session, installation: Installation) -> None:
    with pytest.raises(Refused, match="现在不担任总装车间党支部书记"):
        hand_over(session, installation, who(session, ORGANISER), handing(session, "HY023", "HY022", *SECRETARY))


@pytest.mark.parametrize("_round", range(ROUNDS))
def test_two_hand_overs_at_once(play: Play, _round: int) -> None:
    case = pledge.member_pledge(play)
    play.do(case, "submit")
    names = {"HY022": "郝丽娟", "HY023": "白志刚"}
    finishes = race(*(partial(do, play, "HY020", each, *SECRETARY) for each in names))
    winner = only_winner(finishes)
    loser = finishes[1 - winner].error
    assert isinstance(loser, Conflict)
    taker = list(names.values())[winner]
    assert str(loser) == (
        f"邵美琪已于{play.today:%m-%d} 09:00办理交接，雷振海的总装车间党支部书记由{taker}接任，您的操作未生效。"
    )
    assert len(entries(play, case)) == 1
    with reading(play.installation.engine) as session:
        assert len(session.scalars(select(HandOver)).all()) == 1
        assert unattended(session, play.today) == []


@pytest.mark.parametrize("_round", range(ROUNDS))
def test_a_swap_at_once_does_not_hang(play: Play, _round: int) -> None:
    finishes = race(
        partial(do, play, "HY020", "HY023", *SECRETARY),
        partial(do, play, "HY023", "HY020", with_duties=True),
    )
    assert all(each.won for each in finishes), finishes


@pytest.mark.parametrize("_round", range(ROUNDS))
def test_a_hand_over_against_an_act(play: Play, _round: int) -> None:
    case = plan(play, body="HY-11", opener="HY021")
    play.do(case, "submit_internal", by="HY021")
    version = play.row(case).version
    finishes = race(
        partial(do, play, "HY020", "HY023", *SECRETARY),
        partial(play.act, case, "HY020", "to_committee", {}, version=version),
    )
    handed, acted = finishes
    assert handed.won, handed
    assert acted.won or isinstance(acted.error, NotAllowed | Conflict), acted
    assert play.state(case) == ("deliberating" if acted.won else "internal_review")
    assert len(entries(play, case)) <= 1
    with reading(play.installation.engine) as session:
        assert unattended(session, play.today) == []


@pytest.mark.parametrize("_round", range(ROUNDS))
def test_a_hand_over_of_a_duty_against_its_act(play: Play, _round: int) -> None:
    case = verifying(play)
    first, second = assessors(play, case)
    successor = another(first, second)
    values = play_form(play, case)
    finishes = race(
        partial(do, play, first, successor, by="HY006"),
        partial(play.act, case, first, "score", values),
    )
    handed, acted = finishes
    assert handed.won
    named = play.data(case)["first_assessor"]
    assert named == play.person(first if acted.won else successor)
    assert f"p{named}" in addresses(play, case)


def test_duties_behind_the_case_are_left_alone(play: Play) -> None:
    """An issue that is registered no longer needs who drafted and reviewed it."""
    case = plan(play, body="HY-11", opener="HY021")
    for trigger in ("submit_internal", "to_committee"):
        play.do(case, trigger)
    play.vote(case)
    play.do(case, "sign")
    issue = next(each for each in play.children(case) if each.stage == "document_issue")
    play.do(issue.id, "recheck")
    play.do(issue.id, "register")
    shown = look(play, "HY020", "HY023", *SECRETARY)
    mine = [each for each in (*shown.passing.moves, *shown.passing.stays) if each.number == issue.number]
    assert play.row(issue.id).data["reviewer"]
    assert all("审核人" not in (each.do, getattr(each, "where", "")) for each in mine), mine


def test_somebody_in_two_duties_hands_over_both(play: Play) -> None:
    """Whatever the rules say of it: what waits for one person goes to one person, whole."""
    case = verifying(play)
    first, _ = assessors(play, case)
    leaver = play.person(first)
    with writing(play.installation.engine) as session:
        row = session.get_one(Case, case)
        row.data = {**row.data, "second_assessor": leaver}
    successor = another(*assessors(play, case))
    do(play, first, successor, by="HY006")
    assert assessors(play, case) == (successor, successor)
    assert f"p{play.person(successor)}" in addresses(play, case)
    assert f"p{leaver}" not in addresses(play, case)


def test_who_has_handed_over_takes_nothing_back(play: Play) -> None:
    """Rights end at once (approvals.md, invariant 8), also that to undo what one has done."""
    case = plan(play, body="HY-11", opener="HY021")
    play.do(case, "submit_internal", by="HY021")
    with writing(play.installation.engine) as session:
        loaded = load(session, play.installation, case)
        assert why_not_take_back(session, play.installation, loaded, who(session, "HY021")) is None
    do(play, "HY021", "HY024", ("HY-11", "branch_org_member"))
    with writing(play.installation.engine) as session:
        loaded = load(session, play.installation, case)
        assert "不担任" in (why_not_take_back(session, play.installation, loaded, who(session, "HY021")) or "")


def why_not_take_back(session: Session, installation: Installation, loaded: Loaded, actor: Actor) -> str | None:
    """Why somebody may not take back the last step."""
    return TAKE_BACK.why_not(Occasion(session, installation, loaded, actor))
