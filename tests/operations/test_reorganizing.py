"""A reorganisation while cases run: merge, rename, move (approvals.md)."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.enterprise import TODAY, place, who
from tests.operations.cast import Play
from tests.operations.racing import only_winner, race
from tests.operations.scenarios import pledge
from tests.operations.scenarios.plan import plan
from workflow.engine.moving import SYSTEM_ACTOR
from workflow.errors import InvalidInput, NotAllowed, NotUnique, Refused
from workflow.operations.installation import Installation
from workflow.operations.organization import organizing
from workflow.operations.organization.appointing import Seat, person
from workflow.operations.organization.handing_over import Handing, hand_over
from workflow.operations.organization.organizing import Edge, NewBody
from workflow.operations.organization.posts import holders
from workflow.operations.organization.reorganizing import (
    Merged,
    Merger,
    NewName,
    former_names,
    merge,
    move,
    preview_merger,
    rename,
)
from workflow.operations.sealing import verify_case
from workflow.operations.upkeep.unattended import unattended
from workflow.store.cases import Case, CaseBody
from workflow.store.journal import JournalEntry
from workflow.store.organization import Organization
from workflow.store.people import Post
from workflow.store.session import reading, writing
from workflow.store.tasks import Candidate, Task

BY = "HY006"  #: the party department of the group


def twin(play: Play, code: str = "HY-12") -> None:
    """A second branch of the first company."""
    with writing(play.installation.engine) as session:
        new = NewBody(code=code, name=f"第一制造公司{code}党支部", short_name=f"{code}党支部", kind="branch")
        made = organizing.add_body(session, play.installation, new, TODAY)
        organizing.set_relation(session, play.installation, Edge("lead", place(session, "HY-1"), made), TODAY)


def do(play: Play, gone: str, into: str, *, by: str = BY) -> Merged:
    with writing(play.installation.engine) as session:
        merger = Merger(place(session, gone), place(session, into), play.today, "集团党委会议决定")
        return merge(session, play.installation, who(session, by) if by else SYSTEM_ACTOR, merger)


def look(play: Play, gone: str, into: str, *, by: str = BY) -> Merged:
    with writing(play.installation.engine) as session:
        merger = Merger(place(session, gone), place(session, into), play.today, "集团党委会议决定")
        return preview_merger(session, play.installation, who(session, by), merger)


def bodies(play: Play, case: int) -> set[int]:
    with reading(play.installation.engine) as session:
        return set(session.scalars(select(CaseBody.organization_id).where(CaseBody.case_id == case)))


def addresses(play: Play, case: int) -> set[str]:
    with reading(play.installation.engine) as session:
        mine = select(Candidate.address).join(Task, Task.id == Candidate.task_id)
        return set(session.scalars(mine.where(Task.case_id == case, Task.closed_at.is_(None))))


def test_a_merged_branch_takes_its_people_and_its_work_along(play: Play) -> None:
    twin(play)
    case = pledge.member_pledge(play)
    play.do(case, "submit")
    old, new = play.body("HY-11"), play.body("HY-12")
    shown = look(play, "HY-11", "HY-12")
    assert play.row(case).number in {number for number, _ in shown.cases}
    assert "雷振海 党支部书记" in shown.posts
    assert shown.ended == ()
    assert old in bodies(play, case)
    done = do(play, "HY-11", "HY-12")
    assert done == shown
    assert old not in bodies(play, case)
    assert play.row(case).organization_id == new
    assert all(not each.startswith(f"o{old}:") for each in addresses(play, case))
    with reading(play.installation.engine) as session:
        assert holders(session, [(new, "branch_secretary")], play.today) == [who(session, "HY020").person_id]
        assert session.get_one(Organization, old).valid_to == play.today
        facts = session.scalars(select(JournalEntry.fact).where(JournalEntry.case_id == case)).all()
        assert facts[-1] == "reorganized"
        assert verify_case(session, case) is None
        assert unattended(session, play.today) == []
    play.do(case, "approve", by="HY020", above_standard=True)
    play.do(case, "publish", published_on=play.today.isoformat())


def test_what_is_taken_already_ends(play: Play) -> None:
    twin(play)
    with writing(play.installation.engine) as session:
        seat = {"organization_id": place(session, "HY-12").id, "valid_from": TODAY}
        session.add(Post(person_id=who(session, "HY017").person_id, code="branch_secretary", **seat))
        session.add(Post(person_id=who(session, "HY024").person_id, code="full_member", **seat))
    ended = dict(look(play, "HY-11", "HY-12").ended)
    assert ended["雷振海 党支部书记"] == "现由石玉成担任，请先免去其职务"
    assert ended["石喆 正式党员"] == "本人已在HY-12党支部任此职"


def test_the_preview_changes_nothing(play: Play) -> None:
    twin(play)
    case = plan(play, body="HY-11", opener="HY021")
    before = (bodies(play, case), addresses(play, case), play.row(case).version)
    look(play, "HY-11", "HY-12")
    assert (bodies(play, case), addresses(play, case), play.row(case).version) == before
    with reading(play.installation.engine) as session:
        assert place(session, "HY-11").valid_to is None


def test_bodies_below_are_led_by_the_other(play: Play) -> None:
    done = do(play, "HY-1", "HY-2")
    assert done.bodies == ("第一制造公司总装车间党支部",)
    with reading(play.installation.engine) as session:
        branch, superior = place(session, "HY-11"), place(session, "HY-2")
        assert branch.path == f"{superior.path}{branch.id}/"


def test_running_cases_below_get_the_new_superior(play: Play) -> None:
    case = plan(play, body="HY-11", opener="HY021")
    with reading(play.installation.engine) as session:
        mine = select(CaseBody.base, CaseBody.organization_id).where(CaseBody.case_id == case)
        bases = {row.base: row.organization_id for row in session.execute(mine)}
    assert bases["sup"] == play.body("HY-1"), bases
    do(play, "HY-1", "HY-2")
    assert play.body("HY-2") in bodies(play, case)
    assert play.body("HY-1") not in bodies(play, case)


@pytest.mark.parametrize(
    ("gone", "into", "sentence"),
    [
        ("HY-11", "HY-1", "不是同一类组织"),
        ("HY-11", "HY-11", ""),
        ("HY", "LC", "请先合并或者撤销它的工作机构"),
    ],
)
def test_what_cannot_be_merged(play: Play, gone: str, into: str, sentence: str) -> None:
    with pytest.raises((Refused, InvalidInput), match=sentence or None):
        do(play, gone, into, by="")


def test_only_organisers_of_both_merge(play: Play) -> None:
    with pytest.raises(NotAllowed, match="组织管理员"):
        do(play, "HY-11", "HY-21", by="HY019")
    with pytest.raises(NotAllowed):
        do(play, "HY-11", "HY-21", by="HY020")


def test_two_mergers_at_once(play: Play) -> None:
    twin(play)
    twin(play, "HY-13")
    case = plan(play, body="HY-11", opener="HY021")
    finishes = race(partial(do, play, "HY-11", "HY-12"), partial(do, play, "HY-11", "HY-13"))
    winner = only_winner(finishes)
    assert "已经撤销" in str(finishes[1 - winner].error)
    assert play.row(case).organization_id == play.body(("HY-12", "HY-13")[winner])


def test_a_merger_against_an_act(play: Play) -> None:
    twin(play)
    case = plan(play, body="HY-11", opener="HY021")
    finishes = race(partial(do, play, "HY-11", "HY-12"), partial(play.act, case, "HY021", "submit_internal", {}))
    assert finishes[0].won, finishes
    assert play.row(case).organization_id == play.body("HY-12")
    with reading(play.installation.engine) as session:
        assert unattended(session, play.today) == []
        assert verify_case(session, case) is None


@pytest.mark.parametrize("_round", range(3))
def test_a_merger_against_a_hand_over(play: Play, _round: int) -> None:
    twin(play)

    def hand() -> None:
        with writing(play.installation.engine) as session:
            chosen = tuple(Seat(place(session, "HY-11"), each) for each in ("branch_secretary",))
            given = Handing(person(session, "HY020"), person(session, "HY024"), chosen, play.today, "换届")
            hand_over(session, play.installation, who(session, BY), given)

    merged, handed = race(partial(do, play, "HY-11", "HY-12"), hand)
    assert merged.won, merged
    assert handed.won or isinstance(handed.error, Refused), handed
    with reading(play.installation.engine) as session:
        seat = (place(session, "HY-12").id, "branch_secretary")
        name = "HY024" if handed.won else "HY020"
        assert holders(session, [seat], play.today) == [who(session, name).person_id]


def test_a_name_is_changed_and_the_old_one_kept(session: Session, installation: Installation) -> None:
    branch, actor = place(session, "HY-11"), who(session, "HY019")
    new = NewName("第一制造公司总装事业部党支部", "总装事业部党支部", TODAY, "机构调整")
    rename(session, installation, actor, branch, new)
    assert place(session, "HY-11").name == new.name
    assert [(each.name, each.valid_to) for each in former_names(session, branch.id)] == [
        ("第一制造公司总装车间党支部", TODAY)
    ]
    rename(session, installation, actor, branch, NewName("总装党支部", "总装党支部", TODAY, "再次调整"))
    assert former_names(session, branch.id)[0].valid_from == TODAY
    with pytest.raises(Refused, match="现用名称自2012-03-05起使用"):
        rename(session, installation, actor, branch, NewName("甲", "甲", TODAY - timedelta(days=1), "更正"))


def test_a_name_is_used_once(session: Session, installation: Installation) -> None:
    branch, actor, other = place(session, "HY-11"), who(session, "HY019"), place(session, "HY-21")
    with pytest.raises(NotUnique):
        rename(session, installation, actor, branch, NewName(other.name, "智控所", TODAY, "机构调整"))
    with pytest.raises(InvalidInput) as caught:
        rename(session, installation, actor, branch, NewName(" ", "x" * 61, TODAY + timedelta(days=1), ""))
    assert [each.path for each in caught.value.errors] == ["day", "reason", "name", "short_name"]  # type: ignore[attr-defined]
    with pytest.raises(NotAllowed):
        rename(session, installation, who(session, "HY020"), branch, NewName("甲", "甲", TODAY, "更正"))


def test_a_branch_is_moved_and_its_cases_stay(play: Play) -> None:
    case = plan(play, body="HY-11", opener="HY021")
    before = bodies(play, case)
    with writing(play.installation.engine) as session:
        with pytest.raises(NotAllowed):
            move(session, play.installation, who(session, "HY019"), place(session, "HY-11"), place(session, "HY-2"),
                 play.today)  # fmt: skip
        move(session, play.installation, who(session, BY), place(session, "HY-11"), place(session, "HY-2"), play.today)
    assert bodies(play, case) == before
    with reading(play.installation.engine) as session:
        assert place(session, "HY-11").path.startswith(place(session, "HY-2").path)
        assert session.get_one(Case, case).organization_id == play.body("HY-11")


def test_a_notice_for_a_body_that_has_moved_away_is_taken_back(play: Play) -> None:
    case = play.open("HY019", "rectification", "HY-11")
    play.do(case, "draft_notice", limit_days=5)
    play.do(case, "submit_notice")
    with writing(play.installation.engine) as session:
        move(session, play.installation, who(session, BY), place(session, "HY-11"), place(session, "HY-2"), play.today)
    with pytest.raises(Refused, match="退稿后撤销，由现在的上级另行办理"):
        play.do(case, "issue")
    play.do(case, "return_notice")
    with pytest.raises(Refused, match="隶属关系已经调整"):
        play.do(case, "submit_notice")
    play.do(case, "revoke")
    assert play.state(case) == "revoked"
