"""What an act reads and writes in few statements is what the ORM would read and write, on both databases."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from tests.enterprise import TODAY, place, who
from tests.operations.cast import Play
from tests.operations.scenarios.plan import plan
from workflow.engine.turns import COPIED, TURN
from workflow.errors import NotFound
from workflow.operations.due.timers import cancel_timers
from workflow.operations.installation import Installation
from workflow.operations.journal import append
from workflow.operations.loading import load, lock_family
from workflow.operations.organization import organizing
from workflow.operations.organization.trees import load_tree
from workflow.store import standing
from workflow.store.cases import Case, CaseBody, Deadline
from workflow.store.changes import Changes, changes, write_changes
from workflow.store.journal import JournalEntry
from workflow.store.session import writing
from workflow.store.tasks import Candidate, Task

AT = datetime(2012, 3, 6, 2, 30, 15, 123456, tzinfo=UTC)
moments = st.datetimes(datetime(1990, 1, 1), datetime(2090, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - zone given
texts = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=40)
values = st.dictionaries(texts, st.one_of(texts, st.integers(-(2**40), 2**40), st.booleans(), st.none()), max_size=4)
entries = st.fixed_dictionaries({"at": moments, "fact": texts, "reason": texts, "details": values,
                                 "trigger": st.none() | texts})  # fmt: skip
tasks = st.tuples(st.lists(texts, unique=True, max_size=3),
                  st.fixed_dictionaries({"do": texts, "note": texts, "opened_at": moments, "weight": st.integers(1, 9),
                                         "due_at": st.none() | moments, "is_waiting": st.booleans()}))  # fmt: skip
timers = st.fixed_dictionaries({"trigger": texts, "due_at": moments, "is_provisional": st.booleans()})
moves = st.fixed_dictionaries({"state": texts, "data": values, "due_at": st.none() | moments})

Drawn = dict[str, Any]
ACT = st.fixed_dictionaries({
    "entries": st.lists(entries, max_size=3), "tasks": st.lists(tasks, max_size=3),
    "timers": st.lists(timers, max_size=3), "move": st.none() | moves, "closes": st.booleans(),
    "cancels": st.booleans(),
})  # fmt: skip


def _complete(row: Case, drawn: Drawn) -> tuple[list[Drawn], list[tuple[list[str], Drawn]], list[Drawn]]:
    """What a caller always gives besides."""
    number = row.version
    told = [{**each, "case_id": row.id, "sequence": number + index, "round": row.round, "person": "某人",
             "hash": f"{index:64}"} for index, each in enumerate(drawn["entries"], 1)]  # fmt: skip
    asked = [(addresses, {**each, "case_id": row.id, "round": row.round, "state": "draft"})
             for addresses, each in drawn["tasks"]]  # fmt: skip
    due = [{**each, "case_id": row.id, "round": row.round, "calendar_version": "v"} for each in drawn["timers"]]
    return told, asked, due


def by_changes(session: Session, row: Case, drawn: Drawn) -> None:
    told, asked, due = _complete(row, drawn)
    found = Changes(row)
    if drawn["closes"]:
        found.close_all(AT, None, "办结")
    if drawn["cancels"]:
        found.cancel_timers()
    found.set(**drawn["move"] or {})
    for each in told:
        found.enter(**each)
    for addresses, each in asked:
        found.open(addresses, **each)
    for each in due:
        found.add_timer(**each)
    found.write(session)


def by_orm(session: Session, row: Case, drawn: Drawn) -> None:
    told, asked, due = _complete(row, drawn)
    if drawn["closes"]:
        mine = (Task.case_id == row.id, Task.closed_at.is_(None), Task.kind != COPIED)
        shut = select(Task.id).where(*mine)
        session.execute(update(Candidate).where(Candidate.task_id.in_(shut)).values(is_open=False))
        session.execute(update(Task).where(*mine).values(closed_at=AT, closed_reason="办结"))
    if drawn["cancels"]:
        session.execute(delete(Deadline).where(Deadline.case_id == row.id, Deadline.fired_at.is_(None)))
    for name, value in (drawn["move"] or {}).items():
        setattr(row, name, value)
    session.add_all(JournalEntry(**each) for each in told)
    for addresses, each in asked:
        task = Task(**each)
        session.add(task)
        session.flush()
        is_open = not task.is_waiting
        session.add_all(Candidate(task_id=task.id, address=address, is_open=is_open) for address in addresses)
    session.add_all(Deadline(**each) for each in due)
    session.flush()


def everything(session: Session, case: int) -> list[Any]:
    """The rows of a case without the keys that the database gives; tasks with their addresses."""
    session.flush()
    session.expire_all()
    found: list[Any] = []
    for table in (Case, JournalEntry, Deadline):
        key = table.id if table is Case else table.case_id  # type: ignore[attr-defined]
        rows = session.scalars(select(table).where(key == case).order_by(table.id))
        found.append([_plain(each) for each in rows])
    for task in session.scalars(select(Task).where(Task.case_id == case).order_by(Task.id)):
        held = select(Candidate.address, Candidate.is_open).where(Candidate.task_id == task.id)
        found.append((_plain(task), [tuple(each) for each in session.execute(held.order_by(Candidate.address))]))
    return found


def _plain(row: Any) -> Drawn:
    return {column.key: getattr(row, column.key) for column in row.__table__.columns if column.key != "id"}


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(drawn=ACT)
def test_changes_written_at_once_equal_what_the_orm_writes(play: Play, drawn: Drawn) -> None:
    number = plan(play) if not hasattr(play, "reviewed") else play.reviewed
    play.reviewed = number  # type: ignore[attr-defined]  # one case for all examples
    with writing(play.installation.engine) as session:
        found = []
        for write in (by_changes, by_orm):
            trial = session.begin_nested()
            write(session, session.get_one(Case, number, populate_existing=True), drawn)
            found.append(everything(session, number))
            trial.rollback()
            session.expire_all()
        assert found[0] == found[1]


def test_what_is_collected_is_written_before_anybody_looks(play: Play) -> None:
    number = plan(play)
    with writing(play.installation.engine) as session:
        row = session.get_one(Case, number)
        before = row.version
        append(session, row, "advised", actor=who(session, "HY016"), at=AT)
        newest = select(JournalEntry.fact).where(JournalEntry.case_id == number, JournalEntry.sequence == before + 1)
        assert session.scalar(newest) == "advised"
        trial = session.begin_nested()
        append(session, row, "supervised", actor=who(session, "HY016"), at=AT)
        trial.rollback()
        assert row.version == before + 1
        trial = session.begin_nested()
        append(session, row, "supervised", actor=who(session, "HY016"), at=AT)
        write_changes(session)
        trial.rollback()
        assert row.version == before + 1
        append(session, row, "held", actor=who(session, "HY016"), at=AT)
        write_changes(session)
        facts = select(JournalEntry.fact).where(JournalEntry.case_id == number, JournalEntry.sequence > before)
        assert session.scalars(facts.order_by(JournalEntry.sequence)).all() == ["advised", "held"]
        cancel_timers(session, number)  # of the same case, nothing else changed: written when the transaction ends
    with writing(play.installation.engine) as session:
        assert session.scalars(select(Deadline.fired_at).where(Deadline.case_id == number)).all() == []
        assert not changes(session, session.get_one(Case, number)).entries


def test_a_case_read_beside_the_orm_is_the_same_object_with_the_same_values(play: Play) -> None:
    number = plan(play)
    with writing(play.installation.engine) as session:
        found = standing.read(session, number)
        assert found is not None
        row = found.row
        assert session.get_one(Case, number) is row
        quick = _plain(row)
        session.expire_all()
        assert quick == _plain(row)
        bases = session.execute(select(CaseBody.base, CaseBody.organization_id).where(CaseBody.case_id == number))
        around = standing.around(session, number, row.round)
        assert dict(around.bodies) == {each.base: each.organization_id for each in bases}
        open_ones = select(Task.id).where(Task.case_id == number, Task.closed_at.is_(None))
        assert [each.id for each in around.turns if not each.is_closed] == list(session.scalars(open_ones))
        assert {each.kind for each in around.turns} == {TURN}
        row.title = "另一个标题"
        again = standing.locked(session, number)
        assert again is not None
        assert again.row is row
        assert row.title == "另一个标题"  # written before it was read again


def test_a_case_whose_body_changes_while_its_lock_is_waited_for_is_found(play: Play) -> None:
    case, engine = plan(play), play.installation.engine

    def body() -> int:
        with writing(engine) as session:
            return lock_family(session, case).organization_id

    with ThreadPoolExecutor(1) as pool:
        with writing(engine) as session:
            other = place(session, "HY-2").id
            lock_family(session, case).organization_id = other
            session.flush()
            waiting = pool.submit(body)
            with pytest.raises(TimeoutError):
                waiting.result(1)
        assert waiting.result(20) == other


def test_a_case_that_does_not_exist_is_not_found(installation: Installation, session: Session) -> None:
    assert standing.locked(session, 10**6) is None
    with pytest.raises(NotFound):
        load(session, installation, 10**6)


def test_the_tree_is_read_again_only_when_it_has_changed(play: Play) -> None:
    number, engine = plan(play), play.installation.engine

    def tree() -> Any:
        with writing(engine) as session:
            return load(session, play.installation, number).snapshot.tree

    first = tree()
    assert tree() is first
    with writing(engine) as session:
        trial = session.begin_nested()
        _found_group(session, play.installation)
        assert load(session, play.installation, number).snapshot.tree is not first
        trial.rollback()
    assert tree() is first
    with writing(engine) as session:
        _found_group(session, play.installation)
    after = tree()
    assert after is not first
    with writing(engine) as session:
        assert asdict(after) == asdict(load_tree(session, after_bodies(session, number), play.today))


def _found_group(session: Session, installation: Installation) -> None:
    new = organizing.NewBody("HY-99", "第九十九党支部", "第九十九支部", "branch")
    organizing.add_body(session, installation, new, TODAY)


def after_bodies(session: Session, number: int) -> list[int]:
    """Bodies that the case names."""
    return list(session.scalars(select(CaseBody.organization_id).where(CaseBody.case_id == number)))
