"""A stage opened over a tree: along Party affiliation, once each, through refusals, crashes and lost posts."""

from __future__ import annotations

from collections import Counter
from functools import partial
from typing import Any

import pytest
from sqlalchemy import select, update
from sqlalchemy.exc import OperationalError

from tests.enterprise import campaign_id, place, who
from tests.operations.cast import Play
from tests.operations.racing import race
from tests.operations.scenarios.plan import measures
from workflow.errors import InvalidInput, NotAllowed, NotFound
from workflow.operations.installation import Installation
from workflow.operations.many import opening_below
from workflow.operations.many.launching import JOB, Wanted, launchable, prospects_of, start_launch, stop_launch
from workflow.operations.many.opening_below import work_chunks, work_launch
from workflow.store.cases import Case
from workflow.store.jobs import MemoryJobs
from workflow.store.journal import JournalEntry
from workflow.store.launches import Launch, LaunchRefusal
from workflow.store.organization import Organization
from workflow.store.people import Post
from workflow.store.session import reading, writing
from workflow.store.tasks import Task

OFFICE = "HY008"  #: director of the leading group's office of HY
LED = {"HY", "HY-1", "HY-2", "HY-3", "HY-01", "HY-11", "HY-21", "HY-31"}  #: on or below HY; HY-5 is only owned
KINDS = ("ent_committee", "sub_committee", "general_branch", "branch")
PERIOD = {"period": "2012年上半年"}


def begin(
    play: Play, stage: str = "plan", *, by: str = OFFICE, node: str = "HY", subject: str = "organization",
    kinds: tuple[str, ...] = KINDS, repeats: bool = False, **values: Any,
) -> int:  # fmt: skip
    with writing(play.installation.engine) as session:
        actor, body = who(session, by), place(session, node).id
        about = prospects_of(session, play.installation, actor, campaign_id(session), stage, body)
        return start_launch(session, play.installation, actor, about, Wanted(subject, kinds, values, repeats)).id


def work(play: Play) -> None:
    """What a worker would do: the job of each launch, and those that it puts in."""
    jobs = play.installation.jobs
    assert isinstance(jobs, MemoryJobs)
    jobs.drain({JOB: partial(work_launch, play.installation.engine, play.installation)})


def launched(play: Play, number: int) -> Launch:
    with reading(play.installation.engine) as session:
        found = session.get_one(Launch, number)
        session.expunge_all()
        return found


def opened(play: Play, stage: str = "plan") -> list[str]:
    """Codes of the bodies that have a case of the stage, one for each case."""
    with reading(play.installation.engine) as session:
        query = select(Organization.code).join(Case, Case.organization_id == Organization.id).where(Case.stage == stage)
        return sorted(session.scalars(query))


def reasons(play: Play, number: int) -> list[str]:
    with reading(play.installation.engine) as session:
        return list(session.scalars(select(LaunchRefusal.reason).where(LaunchRefusal.launch_id == number)))


def test_every_body_that_is_led_gets_its_case_and_what_is_only_owned_none(play: Play) -> None:
    number = begin(play, kind="scheme", central_work="提质增效")
    work(play)
    assert opened(play) == sorted(LED)
    found = launched(play, number)
    assert (found.total, found.opened, found.kept, found.refused) == (8, 8, 0, 0)
    assert found.finished_at is not None
    with reading(play.installation.engine) as session:
        for case in session.scalars(select(Case)):
            assert case.data["central_work"] == "提质增效"
            assert case.opened_by is None, "whoever launches is nobody's initiator"
            assert session.scalars(select(Task.do).where(Task.case_id == case.id, Task.closed_at.is_(None))).all()
            entry = session.scalars(select(JournalEntry).where(JournalEntry.case_id == case.id)).first()
            assert entry is not None
            assert entry.details["launch"] == number
            assert entry.person_id == found.person_id


def test_a_second_launch_opens_nothing_twice(play: Play) -> None:
    begin(play, kinds=("branch",))
    work(play)
    again = begin(play)
    work(play)
    assert opened(play) == sorted(LED)
    assert (launched(play, again).opened, launched(play, again).kept) == (4, 4)


def test_what_is_finished_is_opened_again_only_when_asked_for(play: Play) -> None:
    begin(play, kinds=("branch",))
    work(play)
    with writing(play.installation.engine) as session:
        session.execute(update(Case).values(closed_at=play.clock.now()))
    begin(play, kinds=("branch",))
    work(play)
    assert len(opened(play)) == 4
    begin(play, kinds=("branch",), repeats=True)
    work(play)
    assert set(Counter(opened(play)).values()) == {2}


def test_a_launched_draft_is_filled_in_and_goes_its_way(play: Play) -> None:
    begin(play, kinds=("branch",))
    work(play)
    with reading(play.installation.engine) as session:
        case = session.scalars(select(Case.id).where(Case.organization_id == place(session, "HY-11").id)).one()
    play.do(case, "amend", measures=measures(play))
    assert play.do(case, "submit_internal").state != "draft"


@pytest.mark.parametrize(
    ("stage", "values"),
    [
        ("plan", {}),
        ("assessment", PERIOD),
        ("mass_appraisal", {}),
        ("leader_comment", {"round_name": "第一轮", "form": "meeting", "held_on": "2012-04-10"}),
    ],
)
def test_every_stage_that_may_be_launched_begins_with_somebody_who_goes_on(
    play: Play, stage: str, values: dict[str, str]
) -> None:
    number = begin(play, stage, kinds=("sub_committee",), **values)
    work(play)
    found = launched(play, number)
    assert (found.opened, reasons(play, number)) == (2, [])
    with reading(play.installation.engine) as session:
        cases = session.scalars(select(Case.id).where(Case.stage == stage, Case.parent_id.is_(None))).all()
        for case in cases:
            assert session.scalars(select(Task.id).where(Task.case_id == case, Task.closed_at.is_(None))).all()


def test_members_are_reached_through_their_branches(play: Play) -> None:
    number = begin(play, "assessment", subject="member", node="HY-1", by="HY021", kinds=("branch",), **PERIOD)
    work(play)
    found = launched(play, number)
    with reading(play.installation.engine) as session:
        members = session.scalars(
            select(Post.person_id).where(
                Post.organization_id == place(session, "HY-11").id,
                Post.code.in_(("full_member", "probationary_member")),
            )
        ).all()
        about = session.scalars(select(Case.person_id).where(Case.stage == "assessment")).all()
    assert sorted(about) == sorted(members)
    assert found.total == found.opened == len(members) > 2


def test_who_may_not_yet_is_listed_with_the_reason(play: Play) -> None:
    number = begin(play, "pledge", kinds=("branch",))
    work(play)
    assert launched(play, number).refused == 4
    assert set(reasons(play, number)) == {
        "不能发起公开承诺：本组织的实施方案还没有公布，请先公布实施方案，再作公开承诺"
    }


def test_only_the_office_or_the_head_of_the_node_launches(play: Play) -> None:
    for person, node in (("HY004", "HY"), ("HY008", "HY-1"), ("HY008", "HY-5"), ("HY020", "HY")):
        with pytest.raises(NotAllowed):
            begin(play, by=person, node=node)
    begin(play, by="HY001")


def test_what_makes_no_sense_is_refused_with_a_sentence(play: Play) -> None:
    with pytest.raises(NotFound):
        begin(play, "commendation")
    with pytest.raises(InvalidInput) as empty:
        begin(play, kinds=())
    assert "至少选择一类组织" in str(empty.value.facts["errors"])
    with pytest.raises(InvalidInput) as missing:
        begin(play, "assessment")
    assert "考核周期" in str(missing.value.facts["errors"]) or "period" in str(missing.value.facts["errors"])
    with pytest.raises(InvalidInput):
        begin(play, subject="member")
    assert opened(play) == []


def test_a_launch_cut_short_goes_on_where_it_was(play: Play, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(opening_below, "CHUNK", 3)
    number = begin(play)
    engine = play.installation.engine
    chunks = work_chunks(engine, play.installation, number)
    assert next(chunks) == 3
    chunks.close()
    bear, count = opening_below.bear, Counter[str]()

    def lost(*given: Any) -> Any:
        count["bear"] += 1
        if count["bear"] == 2:
            raise OperationalError("INSERT", {}, Exception("the server closed the connection"))
        return bear(*given)

    monkeypatch.setattr(opening_below, "bear", lost)
    with pytest.raises(OperationalError):
        work_launch(engine, play.installation, number)
    assert len(opened(play)) == 3, "a chunk stands whole or not at all"
    work(play)
    assert opened(play) == sorted(LED)
    assert launched(play, number).opened == 8


def test_a_fault_at_one_body_stops_no_other(play: Play, monkeypatch: pytest.MonkeyPatch) -> None:
    bear = opening_below.bear

    def broken(session: Any, installation: Installation, campaign: Any, snapshot: Any, birth: Any) -> Any:
        if snapshot.tree.bodies[snapshot.case.bodies["own"]].code == "HY-11":
            raise RuntimeError("a fault of ours")
        return bear(session, installation, campaign, snapshot, birth)

    monkeypatch.setattr(opening_below, "bear", broken)
    number = begin(play)
    work(play)
    assert opened(play) == sorted(LED - {"HY-11"})
    (reason,) = reasons(play, number)
    assert "事件编号" in reason


def test_it_takes_several_jobs_so_that_others_need_not_wait(play: Play, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(opening_below, "CHUNK", 1)
    monkeypatch.setattr(opening_below, "SLICE", 2)
    number = begin(play)
    work_launch(play.installation.engine, play.installation, number)
    assert len(opened(play)) == 2
    work(play)
    assert opened(play) == sorted(LED)


def test_a_right_ends_with_the_post_in_the_middle_of_it(play: Play, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(opening_below, "CHUNK", 3)
    number = begin(play)
    chunks = work_chunks(play.installation.engine, play.installation, number)
    next(chunks)
    with writing(play.installation.engine) as session:
        session.execute(update(Post).where(Post.person_id == launched(play, number).person_id).values(
            valid_to=play.installation.today(play.clock.now())))  # fmt: skip
    assert list(chunks) == [3]
    assert len(opened(play)) == 3
    assert launched(play, number).stopped_at is not None


def test_who_launched_stops_it(play: Play, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(opening_below, "CHUNK", 3)
    number = begin(play)
    chunks = work_chunks(play.installation.engine, play.installation, number)
    next(chunks)
    with writing(play.installation.engine) as session, pytest.raises(NotFound):
        stop_launch(session, who(session, "HY001"), number)
    with writing(play.installation.engine) as session:
        stop_launch(session, who(session, OFFICE), number)
    work(play)
    assert len(opened(play)) == 3


def test_two_launches_at_once_open_each_once(play: Play) -> None:
    numbers = [begin(play), begin(play)]
    looks = [partial(work_launch, play.installation.engine, play.installation, each) for each in (*numbers, *numbers)]
    assert all(each.won for each in race(*looks))
    assert opened(play) == sorted(LED)
    assert sorted(launched(play, each).opened for each in numbers) != [8, 8]
    assert sum(launched(play, each).opened for each in numbers) == 8


def test_the_definitions_say_what_may_be_launched(play: Play) -> None:
    names = [each.stage for each in launchable(play.installation)]
    assert names == ["plan", "pledge", "leader_comment", "mass_appraisal", "assessment"]
