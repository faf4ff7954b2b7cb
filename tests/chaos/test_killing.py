"""kill -9 at every boundary of a commit: of an action by HTTP, of each kind of job, of what is fired and told.

At each boundary another process dies at a piece of work of its own; the next process finds what it has left and
finishes it. In the end every piece has had the same effects as the one that nothing happened to, and each once.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from sqlalchemy import func, select, update

from tests.chaos.lives import Life, is_idle, live_on
from tests.chaos.preparing import BRANCHES, Ready, batches, limits, nodes, opened_in, plans, rungs
from tests.chaos.works import WORKS, Partly, Subject
from tests.databases import Databases
from tests.enterprise import MORNING, build, installed
from tests.operations.cast import Play
from tests.operations.telling.post_office import PostOffice, post_office
from workflow import clock
from workflow.clock import FixedClock
from workflow.operations.installation import Installation
from workflow.operations.sealing import verify_case
from workflow.store.documents import Document, DocumentFile
from workflow.store.jobs import install_queue
from workflow.store.journal import JournalEntry
from workflow.store.notices import Delivery, Notice
from workflow.store.people import Person
from workflow.store.session import reading, writing

LIVES = 36  #: more than any piece of work has boundaries
BOUNDARIES = 8  #: of the shortest: what orders the work, and two commits of the queue before and after it


@dataclass(frozen=True)
class Scene:
    """A database with subjects, a mail server, and a play that looks on."""

    play: Play
    office: PostOffice
    life: Life

    def run(self, work: str, ready: Ready) -> list[Subject]:
        """A life cut short at each boundary and one that is not; answers the subjects of these."""
        subjects, moments = ready
        told = work.endswith(("notices", "mails"))
        return live_on(replace(self.life, work=work, mail=self.office.address if told else ""), subjects, moments)


@pytest.fixture
def scene(databases: Databases, tmp_path: Path) -> Iterator[Scene]:
    url = databases.fresh(build)
    install_queue(url)
    with installed(url) as made, clock.use(FixedClock(MORNING)) as fixed, post_office() as office:
        with writing(made.engine) as session:
            session.execute(update(Person).values(mail=func.lower(Person.number) + "@hengyuan.example"))
        yield Scene(Play(made, fixed), office, Life(url, tmp_path, office.address, ""))


def effects(play: Play, case: int) -> dict[str, object]:
    """Everything that a piece of work has left of itself, without the names and numbers of this case."""
    with reading(play.installation.engine) as session:
        assert verify_case(session, case) is None
        steps = (JournalEntry.fact, JournalEntry.transition, JournalEntry.source, JournalEntry.target)
        entries = session.execute(
            select(*steps).where(JournalEntry.case_id == case).order_by(JournalEntry.sequence)
        ).all()
        papers = session.execute(
            select(Document.state, func.count(DocumentFile.document_id))
            .outerjoin(DocumentFile, DocumentFile.document_id == Document.id)
            .where(Document.case_id == case)
            .group_by(Document.id, Document.state)
        ).all()
        told = session.execute(
            select(Notice.kind, Notice.person_id, Delivery.channel, Delivery.state)
            .outerjoin(Delivery, Delivery.notice_id == Notice.id)
            .where(Notice.case_id == case)
        ).all()
    return {
        "journal": [tuple(each) for each in entries],
        "papers": Counter(map(tuple, papers)),
        "told": Counter(map(tuple, told)),
        "state": play.state(case),
    }


WORK: dict[str, Callable[[Play, int], Ready]] = {
    "act and paper": plans,
    "due moment and notices": limits,
    "rung and mails": rungs,
    "batch": batches,
    "launch": nodes,
}


@pytest.mark.parametrize("work", WORK)
def test_what_is_killed_at_any_boundary_happens_once(scene: Scene, work: str) -> None:
    subjects = scene.run(work, WORK[work](scene.play, LIVES))
    assert len(subjects) > BOUNDARIES, "too few to have been every boundary"
    made = scene.play.installation
    jobs = Partly(made.engine, *WORKS[work].without)
    assert is_idle(Installation(made.settings, made.definitions, made.engine, jobs)), "nothing waits any more"
    *disturbed, last = [[effects(scene.play, case) for case in _cases(scene.play, work, each)] for each in subjects]
    assert all(last), "the last one came through undisturbed"
    for number, each in enumerate(disturbed, 1):
        assert each == last, f"killed at boundary {number}"
    if work == "rung and mails":
        letters = Counter(scene.office.ids)
        assert len(letters) >= sum(len(each["told"]) for some in (*disturbed, last) for each in some)  # type: ignore[arg-type]
        assert 1 <= len(scene.office.ids) - len(letters) <= 2, "a letter comes twice only when its taking was not noted"


def _cases(play: Play, work: str, subject: Subject) -> list[int]:
    if work != "launch":
        return [each for each in subject if isinstance(each, int)]
    found = opened_in(play, [f"{subject[0]}-{number}" for number in range(BRANCHES)])
    assert len(found) == BRANCHES
    return found
