"""What users of other engines report when people change, each as a test named after its thread (peers.md)."""

from __future__ import annotations

from tests.enterprise import place, who
from tests.operations.cast import Play
from tests.operations.scenarios import pledge
from tests.operations.scenarios.plan import signed
from workflow.operations.organization.appointing import Seat, appoint, disable_account, end_post, find_post, person
from workflow.operations.reading.case import case_page
from workflow.operations.reading.inbox import inbox
from workflow.store.session import reading, writing

LEAVING = {"HY020": "branch_secretary", "HY021": "branch_org_member", "HY022": "branch_publicity_member"}


def waiting_for(play: Play, number: str) -> set[str]:
    """The cases in somebody's inbox."""
    with reading(play.installation.engine) as session:
        found = inbox(session, play.installation, who(session, number))
        return {turn.number for group in found.groups for turn in group.turns}


def test_spiff_arena_1981_new_members_of_a_group_reach_running_instances(play: Play) -> None:
    """Whoever takes up a post has its open tasks at once, whoever leaves it has them no longer."""
    case = pledge.member_pledge(play)
    play.do(case, "submit")
    number = play.row(case).number
    assert number in waiting_for(play, "HY022")
    assert number not in waiting_for(play, "HY016")
    with writing(play.installation.engine) as session:
        seat = Seat(place(session, "HY-11"), "branch_publicity_member")
        post = find_post(session, person(session, "HY022"), seat, play.today)
        end_post(session, play.installation, post, play.today)
        appoint(session, play.installation, person(session, "HY016"), seat, play.today)
    assert number not in waiting_for(play, "HY022")
    assert number in waiting_for(play, "HY016")
    play.do(case, "approve", by="HY016", above_standard=True)


def test_ruoyi_vue_pro_606_the_initiator_is_found_whatever_the_approver_may_see(play: Play) -> None:
    """The approver keeps nobody's records, and the initiator has left: the approval goes through, with both names."""
    case = signed(play, mode="approve")
    for trigger in ("submit_up", "register", "assign"):
        play.do(case, trigger)
    with writing(play.installation.engine) as session:
        disable_account(session, "hy021")
    play.do(case, "approve", by="HY001", opinion="同意")
    with reading(play.installation.engine) as session:
        page = case_page(session, play.installation, who(session, "HY001"), play.row(case).number)
        assert page.timeline[-1].who == "段小勇"
        assert "周伯衡" in {each.who for each in page.timeline}


def test_loonflow_334_the_initiator_sees_in_whose_hands_the_case_is(play: Play) -> None:
    """By name, at every moment, and also after the post has gone to somebody else."""
    case = pledge.member_pledge(play)
    play.do(case, "submit")
    number = play.row(case).number

    def holder() -> str:
        with reading(play.installation.engine) as session:
            now = case_page(session, play.installation, who(session, "HY024"), number).now
            return now.who if now else ""

    before = holder()
    with writing(play.installation.engine) as session:
        branch = place(session, "HY-11")
        for leaver, code in LEAVING.items():
            post = find_post(session, person(session, leaver), Seat(branch, code), play.today)
            end_post(session, play.installation, post, play.today)
    after = holder()
    assert before
    assert after
    assert before != after
    with writing(play.installation.engine) as session:
        disable_account(session, "hy023")
    assert "白志刚" not in holder()
