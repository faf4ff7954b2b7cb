"""Pieces of work that processes die at: what starts each, and what a worker does that was not there when it was due.

`order` may be called again for the same subject, as a program repeats a request that it got no answer to.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from tests.enterprise import campaign_id, place, who
from web import create_app
from workflow import clock
from workflow.operations.documents.papers import RENDER
from workflow.operations.due.deadlines import fire_due
from workflow.operations.idempotency import Answer, once
from workflow.operations.informing.delivering import deliver_due
from workflow.operations.informing.reminding import remind
from workflow.operations.informing.telling import DELIVER
from workflow.operations.installation import Installation
from workflow.operations.many.batching import Chosen, start_batch
from workflow.operations.many.launching import Wanted, prospects_of, start_launch
from workflow.store.cases import Case
from workflow.store.jobs import DurableJobs
from workflow.store.session import reading, writing

DRAFTER, SECRETARY = "HY021", "HY020"

Subject = tuple[Any, ...]


@dataclass(frozen=True)
class Work:
    """What is begun for a subject, and the ticks that find what nobody is at work on."""

    order: Callable[[Installation, Subject], None]
    ticks: tuple[Callable[..., object], ...] = ()
    without: tuple[str, ...] = ()  #: kinds of jobs that are left out


class Partly(DurableJobs):
    """Jobs of some kinds alone: the others are a piece of work of their own."""

    def __init__(self, engine: Engine, *without: str) -> None:
        super().__init__(engine)
        self.without = without

    def enqueue(self, session: Session, kind: str, key: str, **more: Any) -> None:
        """Put a job into the transaction, unless it is of those kinds."""
        if kind not in self.without:
            super().enqueue(session, kind, key, **more)


def hand_in(installation: Installation, subject: Subject) -> None:
    """A plan goes to its review by HTTP, with the same key however often; the paper of it is to be printed."""
    case, token = subject
    with reading(installation.engine) as session:
        number = session.get_one(Case, case).number
    answer = create_app(installation=installation).test_client(use_cookies=False).post(
        f"/api/v1/cases/{number}/acts", json={"trigger": "submit_internal", "version": 1},
        headers={"Authorization": f"Bearer {token}", "Idempotency-Key": number},
    )  # fmt: skip
    assert answer.status_code == 200, answer.json


def withdraw_many(installation: Installation, subject: Subject) -> None:
    """Some drafts of plans are withdrawn at once."""

    def perform(session: Session) -> None:
        chosen = [Chosen(session.get_one(Case, each).number, version=1) for each in subject]
        start_batch(session, installation, who(session, SECRETARY), chosen, "withdraw", "重复登记")

    _once(installation, SECRETARY, f"batch-{subject[0]}", perform)


def launch(installation: Installation, subject: Subject) -> None:
    """The plan is opened for every branch of a general branch, by its secretary; both have the same name."""
    (code,) = subject

    def perform(session: Session) -> None:
        actor, node = who(session, code), place(session, code).id
        about = prospects_of(session, installation, actor, campaign_id(session), "plan", node)
        start_launch(session, installation, actor, about, Wanted("organization", ["branch"], {}))

    _once(installation, code, f"launch-{code}", perform)


def _once(installation: Installation, number: str, key: str, perform: Callable[[Session], None]) -> None:
    with writing(installation.engine) as session:

        def answer() -> Answer:
            perform(session)
            return Answer(200, {})

        once(session, who(session, number).person_id or 0, key, b"", answer)


def fire(installation: Installation, _subject: Subject) -> None:
    """What is due happens."""
    fire_due(installation.engine, installation)


def remind_of(installation: Installation, subject: Subject) -> None:
    """Whoever is to be reminded of a case today is: what the tick does with each case."""
    with writing(installation.engine) as session:
        remind(session, installation, subject[0], clock.now())


WORKS = {
    "act and paper": Work(hand_in),
    "due moment and notices": Work(fire, without=(RENDER, DELIVER)),
    "rung and mails": Work(remind_of, (deliver_due,)),
    "batch": Work(withdraw_many, without=(RENDER,)),
    "launch": Work(launch),
}
