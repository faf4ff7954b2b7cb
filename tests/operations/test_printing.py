"""Papers that could not be printed: the reason is kept, whoever handles the paper prints it again, no job is lost."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

import pytest
from sqlalchemy import func, select

from tests.enterprise import who
from tests.operations.cast import Play
from tests.operations.racing import race
from tests.operations.scenarios.plan import signed
from workflow.documents.glyphs import MissingGlyph
from workflow.errors import NotAllowed, Refused
from workflow.operations.documents import rendering
from workflow.operations.documents.papers import RENDER
from workflow.operations.documents.reprinting import LEFT_LYING_AFTER, queue_again, reprint
from workflow.operations.upkeep.failures import failures
from workflow.operations.upkeep.health import backlog
from workflow.store.documents import Document
from workflow.store.jobs import Job
from workflow.store.journal import JournalEntry
from workflow.store.session import reading, writing

CHARACTER = "\U00030edd"


@pytest.fixture
def no_glyph(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """The printer lacks a character until `undo()` installs its font."""

    def refuse(_template: object, content: dict[str, dict[str, str]]) -> None:
        raise MissingGlyph(CHARACTER, content["document"]["title"])

    monkeypatch.setattr(rendering, "render_pdf", refuse)
    return monkeypatch


def registered(play: Play) -> tuple[int, Document]:
    """A numbered document that waits for the printer."""
    issue = play.child(signed(play), "issue")
    play.do(issue, "recheck")
    play.do(issue, "register")
    return issue, next(each for each in play.documents(issue) if each.number)


def render(play: Play, document: Document) -> None:
    rendering.render_document(play.installation.engine, play.installation, document.id)


def again(play: Play, number: str, document: Document) -> None:
    with writing(play.installation.engine) as session:
        reprint(session, play.installation, who(session, number), document.id)


def jobs_of(play: Play, document: Document) -> list[Job]:
    waiting = play.installation.jobs.waiting  # type: ignore[attr-defined]
    return [each for each in waiting if each.kind == RENDER and each.arguments["document_id"] == document.id]


def facts(play: Play, document: Document) -> list[str]:
    with reading(play.installation.engine) as session:
        entries = select(JournalEntry.fact).where(JournalEntry.case_id == document.case_id)
        return list(session.scalars(entries.order_by(JournalEntry.sequence)))


def test_a_failed_paper_is_told_and_printed_again(play: Play, no_glyph: pytest.MonkeyPatch) -> None:
    issue, document = registered(play)
    render(play, document)
    [failed] = [each for each in play.documents(issue) if each.id == document.id]
    assert failed.state == "failed"
    assert CHARACTER in (failed.failure or "")
    assert facts(play, document)[-1] == "print_failed"
    with reading(play.installation.engine) as session:
        assert [CHARACTER in each.reason for each in failures(session, play.installation)] == [True]
    no_glyph.undo()
    first = len(jobs_of(play, document))
    again(play, "HY021", document)
    assert len({each.key for each in jobs_of(play, document)}) == first + 1
    render(play, document)
    assert play.state(issue) == "printed"
    assert facts(play, document)[-1] == "rendered"


def test_only_the_issuer_prints_again_and_only_what_failed(play: Play, no_glyph: pytest.MonkeyPatch) -> None:
    _, document = registered(play)
    with pytest.raises(Refused, match="没有排版失败"):
        again(play, "HY021", document)
    render(play, document)
    with pytest.raises(NotAllowed, match="应由发文机关的文秘或办事机构工作人员办理"):
        again(play, "HY024", document)


def test_a_failure_that_comes_late_changes_nothing(play: Play) -> None:
    issue, document = registered(play)
    render(play, document)
    before = facts(play, document)
    rendering._fail(play.installation.engine, document.id, "来迟了")
    assert next(each for each in play.documents(issue) if each.id == document.id).state == "rendered"
    assert facts(play, document) == before


def test_a_paper_left_lying_gets_a_new_job(play: Play) -> None:
    _, document = registered(play)
    jobs = play.installation.jobs
    jobs.waiting.clear()  # type: ignore[attr-defined] # the worker took it and was lost
    engine, now = play.installation.engine, play.clock.now()
    assert queue_again(engine, play.installation, now + LEFT_LYING_AFTER - timedelta(seconds=1)) == 0
    later = now + LEFT_LYING_AFTER
    with reading(engine) as session:
        waiting = session.scalar(select(func.count()).select_from(Document).where(Document.state == "queued"))
    assert queue_again(engine, play.installation, later) == waiting
    assert len(jobs_of(play, document)) == 1
    assert queue_again(engine, play.installation, later) == 0, "its new job has time again"


def test_two_workers_store_a_paper_once(play: Play) -> None:
    _, document = registered(play)
    look = partial(render, play, document)
    assert all(each.won for each in race(look, look))
    assert facts(play, document).count("rendered") == 1 + _slips(play, document)


def _slips(play: Play, document: Document) -> int:
    with reading(play.installation.engine) as session:
        mine = (Document.case_id == document.case_id, Document.state == "rendered", Document.id != document.id)
        return session.scalar(select(func.count()).select_from(Document).where(*mine)) or 0


def test_the_wait_of_a_paper_counts_from_its_way_to_print(play: Play) -> None:
    """Signing may take weeks; the printer is late only from the moment when it was asked."""
    issue = play.child(signed(play), "issue")
    rendering.render_pending(play.installation.engine, play.installation)
    play.wait(5)
    play.do(issue, "recheck")
    rendering.render_pending(play.installation.engine, play.installation)
    now = play.clock.now()
    play.do(issue, "register")
    with reading(play.installation.engine) as session:
        oldest = backlog(session, now).oldest_paper
        assert oldest is not None
        assert oldest >= now
