"""A file handed in: checked and stored by a job, all or nothing, within the bodies that the person keeps."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import func, select, update

from tests.enterprise import who
from tests.operations.cast import Play
from tests.operations.racing import race
from tests.operations.test_importing import GOOD, ORGANIZATIONS, RELATIONS, SINCE, Rows
from tests.workbook import write_workbook
from workflow.errors import InvalidInput, NotAllowed, NotFound
from workflow.operations.attaching import LARGEST, File
from workflow.operations.importing import handing_in
from workflow.operations.importing.handing_in import JOB, hand_in, own_import, recent_imports, work_import
from workflow.store.imports import Import, ImportFile
from workflow.store.jobs import MemoryJobs
from workflow.store.organization import Organization
from workflow.store.people import Person, Post
from workflow.store.session import reading, writing

OFFICE = "HY008"


def begin(play: Play, sheets: dict[str, Rows], folder: Path, *, by: str = OFFICE) -> int:
    data = write_workbook(folder / "book.xlsx", sheets).read_bytes()
    with writing(play.installation.engine) as session:
        return hand_in(session, play.installation, who(session, by), File("新建公司.xlsx", data)).id


def work(play: Play) -> None:
    jobs = play.installation.jobs
    assert isinstance(jobs, MemoryJobs)
    jobs.drain({JOB: partial(work_import, play.installation.engine, play.installation)})


def outcome(play: Play, number: int) -> Import:
    with reading(play.installation.engine) as session:
        found = session.get_one(Import, number)
        assert (session.get(ImportFile, number) is None) == (found.outcome is not None)
        session.expunge_all()
        return found


def bodies(play: Play) -> int:
    with reading(play.installation.engine) as session:
        return session.scalar(select(func.count()).select_from(Organization)) or 0


def test_a_good_file_is_stored_by_the_job(play: Play, tmp_path: Path) -> None:
    before, number = bodies(play), begin(play, GOOD, tmp_path)
    assert bodies(play) == before, "nothing before the job"
    work(play)
    found = outcome(play, number)
    assert (found.outcome, found.counts["组织"], found.checked, found.total) == ("done", 2, found.total, found.total)
    assert bodies(play) == before + 2
    with reading(play.installation.engine) as session:
        assert session.scalar(select(Person.name).where(Person.number == "N001")) == "鲁堃"
        assert [each.id for each in recent_imports(session, who(session, OFFICE))] == [number]
        with pytest.raises(NotFound):
            own_import(session, who(session, "HY001"), number)


def test_every_fault_is_kept_and_nothing_stored(play: Play, tmp_path: Path) -> None:
    before = bodies(play)
    wrong = {**GOOD, "组织": [*ORGANIZATIONS, ["N-1", "又一个", "又一个", "没有这类", None, SINCE]]}
    number = begin(play, wrong, tmp_path)
    work(play)
    found = outcome(play, number)
    assert (found.outcome, bodies(play)) == ("refused", before)
    assert found.fault_count == len(found.faults) >= 1
    assert "组织第4行" in found.faults[0]


def test_nobody_imports_outside_the_bodies_whose_records_they_keep(play: Play, tmp_path: Path) -> None:
    before = bodies(play)
    foreign = {
        "组织": ORGANIZATIONS,
        "关系": [RELATIONS[0], ["领导", "LC", "N-1", SINCE], ["领导", "N-1", "1001", SINCE]],
    }
    number = begin(play, foreign, tmp_path)
    work(play)
    found = outcome(play, number)
    assert (found.outcome, bodies(play)) == ("refused", before)
    assert "不在您管理的组织之内" in found.faults[0]
    posts = {"任职": [["工号", "组织代码", "任职", "起始日期"], ["HY030", "LC", "employee", SINCE]]}
    number = begin(play, posts, tmp_path)
    work(play)
    assert "不在您管理的组织之内" in outcome(play, number).faults[0]
    accounts = {"账号": [["工号", "账号"], ["LC09", "somebody"]]}
    number = begin(play, accounts, tmp_path)
    work(play)
    assert "工号" in outcome(play, number).faults[0]


def test_a_right_lost_before_the_job_runs_is_lost(play: Play, tmp_path: Path) -> None:
    number = begin(play, GOOD, tmp_path)
    with writing(play.installation.engine) as session:
        mine = Post.person_id == who(session, OFFICE).person_id
        session.execute(update(Post).where(mine).values(valid_to=play.installation.today(play.clock.now())))
    work(play)
    assert outcome(play, number).outcome == "refused"


def test_who_keeps_no_records_hands_in_nothing(play: Play, tmp_path: Path) -> None:
    with pytest.raises(NotAllowed):
        begin(play, GOOD, tmp_path, by="HY020")


@pytest.mark.parametrize(
    ("name", "data", "sentence"),
    [
        ("a.exe", b"x", "电子表格"), ("a.xlsx", b"", "空的"), ("", b"x", "请选择"),
        ("a.xlsx", b"x" * (LARGEST + 1), "兆"),
    ],
)  # fmt: skip
def test_what_cannot_be_taken_is_refused_at_once(play: Play, name: str, data: bytes, sentence: str) -> None:
    with writing(play.installation.engine) as session, pytest.raises(InvalidInput) as caught:
        hand_in(session, play.installation, who(session, OFFICE), File(name, data))
    assert sentence in str(caught.value.facts["errors"])


def test_a_file_that_is_none_is_refused_by_the_job(play: Play) -> None:
    with writing(play.installation.engine) as session:
        number = hand_in(session, play.installation, who(session, OFFICE), File("坏.xlsx", b"not a workbook")).id
    work(play)
    found = outcome(play, number)
    assert found.outcome == "refused"
    assert found.faults[0].startswith("坏.xlsx：")


def test_a_job_cut_short_or_taken_twice_stores_once(
    play: Play, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before, number = bodies(play), begin(play, GOOD, tmp_path)
    look = partial(work_import, play.installation.engine, play.installation, number)

    def cut(*_: object, **__: object) -> None:
        raise ConnectionError

    with monkeypatch.context() as patched:
        patched.setattr(handing_in, "import_file", cut)
        with pytest.raises(ConnectionError):
            look()
    assert (bodies(play), outcome(play, number).outcome) == (before, None)
    assert all(each.won for each in race(look, look))
    assert (bodies(play), outcome(play, number).outcome) == (before + 2, "done")
