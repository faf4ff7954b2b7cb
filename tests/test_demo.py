"""The demonstration goes through all seven stages on both databases, and its table says so."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from itertools import groupby
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.databases import Databases
from tests.enterprise import definitions
from workflow import clock
from workflow.clock import FixedClock
from workflow.documents.render import RenderedPdf, render_pdf
from workflow.operations.demonstrating import outcome, prologue
from workflow.operations.demonstrating.story import CHAPTERS, NotEmpty, first_day, play
from workflow.operations.documents import rendering
from workflow.operations.installation import Installation
from workflow.settings import Settings
from workflow.store import schema
from workflow.store.cases import Case, Deadline
from workflow.store.documents import Document
from workflow.store.jobs import DurableJobs, Jobs, MemoryJobs, install_queue
from workflow.store.journal import JournalEntry
from workflow.store.session import create_engine, reading
from workflow.store.tasks import Task

NOW = datetime(2012, 12, 14, 2, 0, tzinfo=UTC)
SEVEN = ("M1", "M2", "M3", "M4", "M5", "M6", "M7")


@pytest.fixture
def installation(databases: Databases, monkeypatch: pytest.MonkeyPatch) -> Installation:
    """An empty installation. On SQLite one paper of each template is really laid out, the others stand for it."""
    url = databases.fresh()
    laid_out: set[Path] = set()

    def print_paper(template: Path, values: Mapping[str, object]) -> RenderedPdf:
        if url.startswith("sqlite") and template not in laid_out:
            laid_out.add(template)
            return render_pdf(template, values)
        data = repr(sorted(values)).encode()
        return RenderedPdf(data, hashlib.sha256(data).hexdigest(), 1, ())

    monkeypatch.setattr(rendering, "render_pdf", print_paper)
    return installed(url, MemoryJobs())


def installed(url: str, jobs: Jobs) -> Installation:
    """An installation on this database."""
    return Installation(Settings(database_url=url), definitions(), create_engine(url), jobs)


def under_way(url: str) -> None:
    """A database as the first start of the service leaves it; its papers wait for a worker."""
    schema.upgrade(url)
    install_queue(url)
    installation = installed(url, MemoryJobs())
    with clock.use(FixedClock(NOW)):
        assert prologue.prepare(replace(installation, jobs=DurableJobs(installation.engine)))
        assert not prologue.prepare(installation), "a second start changes nothing"
    installation.engine.dispose()


def test_the_whole_campaign_is_played(installation: Installation, tmp_path: Path) -> None:
    chapters: list[str] = []
    with clock.use(FixedClock(NOW)):
        director = play(installation, chapter=chapters.append)
    assert chapters == [title for title, _ in CHAPTERS]
    assert director.clock.now() <= NOW, "the story ends before the present"
    with reading(installation.engine) as session:
        assert outcome.missing(session, director) == []
        lines = {line.code: line for line in outcome.table(session, installation)}
        assert all(lines[code].closed == lines[code].cases > 0 for code in SEVEN)
        assert all(lines[code].documents > 0 and lines[code].transitions > 0 for code in SEVEN)
        assert {"X1", "X3", "X4", "X5"} <= lines.keys()
        _nothing_is_left_open(session)
        _numbers_have_no_gap(session)
        _each_act_was_done_by_somebody(session)
    assert [each for each in director.refusals if "指导关系" in each]
    written = list(outcome.write_papers(installation.engine, installation, tmp_path))
    assert len(written) == sum(line.documents for line in lines.values())
    assert len({path.name for path in written}) == len(written)
    assert any("恒岳党发〔2012〕1号" in path.name for path in written)
    with pytest.raises(NotEmpty, match="演示只在空库上进行"):
        play(installation)


def _nothing_is_left_open(session: Session) -> None:
    """Invariant 5: a final case has no open task and no open deadline; every closed task says why."""
    assert session.scalars(select(Case.number).where(Case.closed_at.is_(None))).all() == []
    assert session.scalars(select(Task.id).where(Task.closed_at.is_(None))).all() == []
    assert session.scalars(select(Deadline.id).where(Deadline.fired_at.is_(None))).all() == []


def _numbers_have_no_gap(session: Session) -> None:
    """Invariant 10: in each series of an issuer and year the serials run from one without gap or double."""
    keys = (Document.issuer_id, Document.series, Document.year, Document.serial)
    rows = session.execute(select(*keys).where(Document.serial.is_not(None)).order_by(*keys)).all()
    assert rows
    for _, group in groupby(rows, key=lambda row: tuple(row[:3])):
        serials = [row[3] for row in group]
        assert serials == list(range(1, len(serials) + 1))


def _each_act_was_done_by_somebody(session: Session) -> None:
    """A person's act names the person, the post held and the body."""
    acts = session.scalars(
        select(JournalEntry).where(JournalEntry.fact == "moved", JournalEntry.person_id.is_not(None))
    )
    nameless = [each.id for each in acts if not (each.person and each.post and each.organization)]
    assert nameless == []


def test_a_promise_that_was_not_kept_is_named(databases: Databases) -> None:
    installation = installed(databases.fresh(under_way), MemoryJobs())
    with reading(installation.engine) as session:
        absent = outcome.missing(session, _Silent(installation))  # type: ignore[arg-type]
    assert {"公示异议及核查", "两级表彰", "整改逾期、约谈、通报、移交问责", "公开承诺有办结的事项"} <= set(absent)
    assert {"拒绝指导单位越权办理", "限期整改有办结的事项"} <= set(absent)
    assert any(each.endswith("件公文没有生成") for each in absent)


class _Silent:
    """A director whose actors were never refused anything."""

    refusals: tuple[str, ...] = ()

    def __init__(self, installation: Installation) -> None:
        self.installation = installation


def test_a_visitor_finds_a_campaign_under_way(databases: Databases) -> None:
    with reading(create_engine(databases.fresh(under_way))) as session:
        standing = {(stage, state) for stage, state in session.execute(select(Case.stage, Case.state))}
        latest = session.scalars(select(JournalEntry.at).order_by(JournalEntry.at.desc()).limit(1)).one()
    assert latest <= NOW
    assert standing >= {
        ("plan", "in_progress"), ("pledge", "draft"), ("pledge", "under_review"), ("pledge", "returned"),
        ("pledge", "performing"), ("leader_comment", "delivered"), ("leader_comment", "improving"),
        ("mass_appraisal", "open"), ("assessment", "archived"), ("commendation", "prelim_review"),
        ("commendation", "notice_posted"), ("public_notice", "posted"), ("rectification", "rectifying"),
        ("rectification", "overdue"),
    }  # fmt: skip


@pytest.mark.parametrize(
    ("now", "first"),
    [
        (datetime(2012, 10, 8, 1, 0, tzinfo=UTC), date(2012, 9, 24)),  # over the National Day holiday and its swaps
        (datetime(2030, 1, 8, 1, 0, tzinfo=UTC), date(2029, 12, 31)),  # no table yet: Monday to Friday
    ],
)
def test_the_story_starts_so_many_working_days_ago(now: datetime, first: date, tmp_path: Path) -> None:
    installation = installed(f"sqlite:///{tmp_path / 'x.sqlite'}", MemoryJobs())
    with clock.use(FixedClock(now)):
        assert first_day(installation, 6) == first
