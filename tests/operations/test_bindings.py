"""A campaign's file and the certificates of an award list: by whom, of what, through crashes, and for how long."""

from __future__ import annotations

import io
from collections import defaultdict
from datetime import timedelta
from functools import partial
from zipfile import ZipFile

import pytest
from sqlalchemy import func, select, update

from tests.enterprise import campaign_id, place, who
from tests.operations.cast import Play
from tests.operations.racing import race
from tests.operations.scenarios.commendation import approved
from tests.operations.scenarios.issue import registered
from tests.operations.test_case_files import bookmarks, words
from tests.quick import print_quickly
from workflow.documents.binding import Bound
from workflow.errors import InvalidInput, NotAllowed, NotFound, Refused
from workflow.operations.bindings import volumes, working
from workflow.operations.bindings.fetching import Fetched, fetch_all, fetch_part
from workflow.operations.bindings.forgetting import forget_bindings
from workflow.operations.bindings.ordering import JOB, Wanted, order_binding, stop_binding
from workflow.operations.bindings.working import work_binding, work_files
from workflow.store.bindings import Binding, BindingMiss, BindingPart, BindingUse
from workflow.store.documents import Document, NumberSeries
from workflow.store.jobs import Handler, MemoryJobs
from workflow.store.people import Post
from workflow.store.session import reading, writing

OFFICE = "HY008"  #: director of the leading group's office of HY
OPENERS = {"HY-1": "HY021", "HY-11": "HY020", "HY-31": "HY037"}


@pytest.fixture
def planned(play: Play, monkeypatch: pytest.MonkeyPatch) -> Play:
    """Three bodies have a plan each, one of them an assessment too."""
    print_quickly(monkeypatch)
    for body, opener in OPENERS.items():
        play.open(opener, "plan", body)
    play.open(OFFICE, "assessment", "HY-1")
    return play


def order(play: Play, what: str = "bodies", *, by: str = OFFICE, node: str = "HY", below: bool = True) -> int:
    with writing(play.installation.engine) as session:
        actor, body = who(session, by), place(session, node).id
        wanted = Wanted(what, below)
        return order_binding(session, play.installation, actor, campaign_id(session), body, wanted).id


def work(play: Play) -> None:
    jobs = play.installation.jobs
    assert isinstance(jobs, MemoryJobs)
    others: Handler = lambda **_: None  # noqa: E731 - papers wait for the printer
    ours = {JOB: partial(work_binding, play.installation.engine, play.installation)}
    jobs.drain(defaultdict(lambda: others, ours))


def found(play: Play, number: int) -> Binding:
    with reading(play.installation.engine) as session:
        binding = session.get_one(Binding, number)
        session.expunge_all()
        return binding


def parts(play: Play, number: int) -> list[str]:
    with reading(play.installation.engine) as session:
        mine = select(BindingPart.title).where(BindingPart.binding_id == number)
        return list(session.scalars(mine.order_by(BindingPart.sequence)))


def fetch(play: Play, number: int, by: str = OFFICE) -> Fetched:
    with writing(play.installation.engine) as session:
        return fetch_all(session, play.installation, who(session, by), number)


def packed(play: Play, fetched: Fetched) -> ZipFile:
    assert fetched.packing is not None
    return ZipFile(io.BytesIO(b"".join(fetched.packing.chunks(play.installation.engine))))


def names(play: Play) -> list[str]:
    with reading(play.installation.engine) as session:
        return [place(session, each).name for each in OPENERS]


def limited(play: Play, monkeypatch: pytest.MonkeyPatch, **values: int) -> None:
    """Other numbers of the definitions."""
    known = play.installation.definitions.campaign.parameters
    for name, value in values.items():
        monkeypatch.setitem(known, f"file.{name}", value)


def test_each_body_has_its_file_and_all_have_an_index(planned: Play) -> None:
    number = order(planned)
    work(planned)
    binding = found(planned, number)
    assert (binding.total, binding.done) == (4, 4)
    assert parts(planned, number) == ["总目录", *names(planned)]
    archive = packed(planned, fetch(planned, number))
    assert [each.partition(" ")[0] for each in archive.namelist()] == ["000", "001", "002", "003"]
    assert archive.testzip() is None
    index, first = (archive.read(each) for each in archive.namelist()[:2])
    assert "总目录" in bookmarks(Bound(index, "", 1))
    assert "实施方案" in bookmarks(Bound(first, "", 1))
    again = packed(planned, fetch(planned, number))
    assert {each: again.read(each) for each in again.namelist()} == {
        each: archive.read(each) for each in archive.namelist()
    }


def test_each_stage_has_its_file_and_a_single_one_needs_no_archive(planned: Play) -> None:
    number = order(planned, "stages")
    work(planned)
    assert parts(planned, number) == ["总目录", "实施方案", "考核"]
    stopped = order(planned)
    with writing(planned.installation.engine) as session:
        stop_binding(session, who(session, OFFICE), stopped)
    alone = order(planned, "stages", node="HY-31")
    work(planned)
    assert fetch(planned, alone).data.startswith(b"%PDF")
    assert parts(planned, stopped) == [], "stopped it binds no more"


def test_a_large_body_has_several_volumes(planned: Play, monkeypatch: pytest.MonkeyPatch) -> None:
    limited(planned, monkeypatch, volume_papers=1)
    number = order(planned, node="HY-1", below=False)
    work(planned)
    (name, *_) = names(planned)
    assert parts(planned, number)[1:] == [f"{name}第1册", f"{name}第2册"]


def test_only_the_organiser_of_the_tree_orders_it(planned: Play) -> None:
    """Neither a member of the committee, nor a branch above itself, nor a sister branch, nor a guide."""
    for by, node in (("HY004", "HY"), ("HY020", "HY-1"), ("HY030", "HY-1"), ("GJ01", "HY-1"), ("HY037", "HY-11")):
        with pytest.raises(NotAllowed):
            order(planned, by=by, node=node)


def test_the_superior_orders_it_nobody_else_fetches_it_and_it_is_deleted_in_time(planned: Play) -> None:
    number = order(planned, node="HY-1")
    with pytest.raises(NotFound, match="还没有装订完成"):
        fetch(planned, number)
    work(planned)
    with pytest.raises(NotFound):
        fetch(planned, number, by="HY021")
    assert fetch(planned, number)
    with writing(planned.installation.engine) as session:
        fetch_part(session, planned.installation, who(session, OFFICE), number, 1)
    planned.clock.set(planned.clock.now() + timedelta(days=31))
    with pytest.raises(Refused, match="保存期限"):
        fetch(planned, number)
    assert [forget_bindings(planned.installation.engine) for _ in range(2)] == [1, 0]
    with reading(planned.installation.engine) as session:
        used = select(BindingUse.what, BindingUse.sequence).where(BindingUse.binding_id == number)
        assert list(session.execute(used.order_by(BindingUse.id))) == [
            ("ordered", None), ("downloaded", None), ("downloaded", 1), ("forgotten", None)
        ]  # fmt: skip


def test_an_order_of_nothing_is_refused_with_a_sentence(play: Play) -> None:
    with pytest.raises(InvalidInput) as empty:
        order(play)
    assert "还没有可以装订的事项" in str(empty.value.facts["errors"])
    with pytest.raises(InvalidInput):
        order(play, "everything")


def test_cut_short_it_goes_on_where_it_was(planned: Play, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(working, "SLICE", 1)
    number, engine = order(planned), planned.installation.engine
    work_binding(engine, planned.installation, number)
    assert len(parts(planned, number)) == 1

    def lost(*_given: object) -> None:
        raise MemoryError("the worker was killed while it bound")

    with monkeypatch.context() as patch:
        patch.setattr(volumes.Volume, "finish", lost)
        with pytest.raises(MemoryError):
            work_binding(engine, planned.installation, number)
    assert len(parts(planned, number)) == 1
    work(planned)
    assert parts(planned, number) == ["总目录", *names(planned)]
    assert found(planned, number).done == 4


def test_two_workers_store_each_file_once(planned: Play) -> None:
    number = order(planned)
    look = partial(work_binding, planned.installation.engine, planned.installation, number)
    assert all(each.won for each in race(look, look))
    work(planned)
    assert parts(planned, number) == ["总目录", *names(planned)]
    assert found(planned, number).done == 4


def test_the_right_ends_with_the_post_in_the_middle_of_it(planned: Play) -> None:
    number = order(planned)
    files = work_files(planned.installation.engine, planned.installation, number)
    next(files)
    with writing(planned.installation.engine) as session:
        session.execute(update(Post).where(Post.person_id == found(planned, number).person_id).values(
            valid_to=planned.today))  # fmt: skip
    assert list(files) == [2]
    assert found(planned, number).stopped_at is not None
    with pytest.raises(NotAllowed):
        fetch(planned, number)


def issue(play: Play, case: int) -> None:
    """The award is decided and its decision issued."""
    play.do(case, "decide")
    paper = play.child(case, "issue_decision")
    registered(play, paper)
    play.do(paper, "seal")
    play.do(paper, "distribute")


def certificates(play: Play, case: int) -> list[Document]:
    return [each for each in play.documents(case) if each.name == "certificate"]


def test_a_list_of_awards_is_numbered_printed_and_bound_once(play: Play) -> None:
    case = approved(play)
    early = order(play, "certificates", node="HY-1", by="HY021")
    work(play)
    assert certificates(play, case) == [], "there is no decision yet"
    with reading(play.installation.engine) as session:
        assert session.scalars(select(BindingMiss.case_id).where(BindingMiss.binding_id == early)).all() == [case]
    issue(play, case)
    for stranger in ("HY020", OFFICE, "GJ01"):
        with pytest.raises(NotAllowed):
            order(play, "certificates", node="HY-1", by=stranger)
    first = order(play, "certificates", node="HY-1", by="HY021")
    work(play)
    (printed,) = certificates(play, case)
    assert printed.state == "rendered"
    assert "党证〔2012〕1号" in play.data(case)["certificate_number"]
    file = Bound(fetch(play, first, by="HY021").data, "", 0)
    assert "证书名单" in words(file)
    assert printed.code in words(file)
    second = order(play, "certificates", node="HY-1", by="HY021")
    work(play)
    with pytest.raises(Refused, match="不再印第二份"):
        play.do(case, "print_certificate", certificate_number="三号")
    with pytest.raises(Refused, match="证书已按编号"):
        play.do(case, "award", certificate_number="二号")
    play.do(case, "award")
    third = order(play, "certificates", node="HY-1", by="HY021")
    work(play)
    assert certificates(play, case) == [printed] or [each.id for each in certificates(play, case)] == [printed.id]
    assert fetch(play, second, by="HY021").data == fetch(play, third, by="HY021").data
    with reading(play.installation.engine) as session:
        assert session.scalar(select(func.max(NumberSeries.last)).where(NumberSeries.series == "党证")) == 1, (
            "none is lost"
        )
