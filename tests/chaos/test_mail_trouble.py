"""A mail server that hangs, refuses for now, or takes a letter without saying so, while people approve.

No act and no paper waits for a letter; when the server is well again every letter arrives, each as one and the same.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from threading import Event, Thread
from typing import Any

from aiosmtpd.controller import Controller
from pydantic import SecretStr
from sqlalchemy import func, select, update

from tests.databases import Databases
from tests.enterprise import MORNING, build, definitions
from tests.operations.cast import Play
from tests.operations.scenarios.plan import plan
from tests.operations.telling.post_office import PostOffice, free_port
from tests.worker.working import wait_until
from workflow import clock
from workflow.clock import FixedClock
from workflow.operations.informing.delivering import deliver_due
from workflow.operations.installation import Installation
from workflow.settings import Settings
from workflow.store.documents import Document
from workflow.store.jobs import DurableJobs, install_queue
from workflow.store.notices import Delivery, Notice
from workflow.store.people import Person
from workflow.store.session import create_engine, reading, writing
from workflow.worker import Duties, run_worker, standing_duties

CASES = 6
LATER = timedelta(hours=1)  #: longer than any pause between two tries


@dataclass
class Troubled(PostOffice):
    """Has a letter in hand and says nothing, until it is released; then misbehaves as told."""

    released: Event = field(default_factory=Event)
    hangs: int = 0  #: with so many letters so far

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802 - aiosmtpd's name
        self.hangs += not self.released.is_set()
        await asyncio.to_thread(self.released.wait)
        return await super().handle_DATA(server, session, envelope)


@contextmanager
def troubled() -> Iterator[Troubled]:
    office = Troubled(answers=["451 4.7.1 greylisted", "250 OK", "421 4.3.2 closing"], drops_after=1)
    controller = Controller(office, hostname="127.0.0.1", port=(port := free_port()))
    controller.start()
    office.address = f"smtp://127.0.0.1:{port}"
    try:
        yield office
    finally:
        office.released.set()
        controller.stop()


@contextmanager
def at_work(url: str, office: Troubled, var: Path) -> Iterator[Installation]:
    """Everybody has an address, and a worker works."""
    install_queue(url)
    engine, stop, ready = create_engine(url), Event(), Event()
    settings = Settings(database_url=url, mail_url=SecretStr(office.address), mail_from="chuangyou@hengyuan.example",
                        var_dir=var)  # fmt: skip
    made = Installation(settings, definitions(), engine, DurableJobs(engine))
    with writing(engine) as session:
        session.execute(update(Person).values(mail=func.lower(Person.number) + "@hengyuan.example"))
    duties = Duties(standing_duties(made).handlers, {}, {"mail": (0.1, lambda _over: deliver_due(engine, made))})
    thread = Thread(target=run_worker, args=(settings, stop, duties, ready))
    thread.start()
    try:
        assert ready.wait(30)
        yield made
    finally:
        stop.set()
        office.released.set()
        thread.join(60)
        engine.dispose()


def test_approvals_and_papers_do_not_wait_for_a_mail_server(databases: Databases, tmp_path: Path) -> None:
    url = databases.fresh(build)
    with clock.use(FixedClock(MORNING)) as fixed, troubled() as office, at_work(url, office, tmp_path) as made:
        play = Play(made, fixed)
        cases = [plan(play) for _ in range(CASES)]
        wait_until(lambda: office.hangs)
        for each in cases:
            play.do(each, "submit_internal")
        wait_until(lambda: papers(made) == {"rendered": CASES})
        assert not office.released.is_set()
        assert "sent" not in letters(made), "not one has been taken, and everything else is done"
        office.released.set()

        def all_sent() -> bool:
            fixed.advance(LATER)
            return set(letters(made)) <= {"sent", "dropped"}

        wait_until(all_sent)
        arrived = Counter(office.ids)
        assert len(arrived) >= letters(made)["sent"]
        assert max(arrived.values()) <= 2
        assert {play.state(each) for each in cases} == {"internal_review"}


def papers(made: Installation) -> dict[str, int]:
    with reading(made.engine) as session:
        return dict(map(tuple, session.execute(select(Document.state, func.count()).group_by(Document.state))))


def letters(made: Installation) -> Counter[str]:
    with reading(made.engine) as session:
        return Counter(session.scalars(select(Delivery.state).join(Notice, Notice.id == Delivery.notice_id)))
