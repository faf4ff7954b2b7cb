"""Chuangyou itself: `open_case` and `act`, each in a transaction, as a page or the API calls them.

Variants: none (journal chain, deadlines, tasks); `jobs` puts a job into the queue in the same transaction.
"""

from __future__ import annotations

from datetime import timedelta
from random import Random
from time import perf_counter
from typing import Any

import psycopg
from sqlalchemy import select

from tests.bench.job import FORM, STEPS, Place, Scale
from tests.bench.peers.installing import MORNING, install
from tests.bench.peers.plain import connect
from web import create_app
from workflow import clock
from workflow.clock import FixedClock
from workflow.engine.actor import Actor
from workflow.engine.rights import held_addresses
from workflow.operations.acting import act
from workflow.operations.birth import Subject
from workflow.operations.identity import create_token
from workflow.operations.opening import open_case
from workflow.operations.organization.posts import actor
from workflow.operations.reading.api.paging import Paging
from workflow.operations.reading.api.tasks import list_tasks
from workflow.operations.reading.inbox import inbox
from workflow.store.cases import Case
from workflow.store.session import reading, writing

TODAY = MORNING.date()
SEED = 5


class Ours:
    """One session an action."""

    def __init__(self, place: Place, scale: Scale, variant: str) -> None:
        self._place, self._scale, self._enqueues = place, scale, variant == "jobs"
        self._clock = clock.use(FixedClock(MORNING))
        self._clock.__enter__()
        self._installation, self._campaign = install(place, scale, durable=self._enqueues)
        self._engine = self._installation.engine
        with reading(self._engine) as session:  # who acts is known to the caller: a page has read the actor before
            people = {scale.approver(branch, step) for branch in scale.branches for step in range(len(STEPS))}
            self._actors: dict[int, Actor] = {each: actor(session, each, TODAY) for each in people}
        self._web: Any = None
        self._tokens: dict[int, str] = {}

    def start(self, branch: int) -> int:
        """Open a case."""
        with writing(self._engine) as session:
            row = open_case(
                session, self._installation, self._actors[self._scale.member(branch)], campaign_id=self._campaign,
                stage="approval", subject=Subject(branch), values={**FORM, "award_level": 1},
            )  # fmt: skip
            self._enqueue(session, row.id, 0)
            return row.id

    def approve(self, case: int, step: int, person: int) -> None:
        """One approval."""
        with writing(self._engine) as session:
            act(session, self._installation, self._actors[person], case, "approve", {})
            self._enqueue(session, case, step + 1)

    def _enqueue(self, session: Any, case: int, step: int) -> None:
        if self._enqueues:
            self._installation.jobs.enqueue(session, "notice", f"{case}:{step}", case=case)

    # -- further measures

    def stand_open(self, cases: int) -> int:
        """Cases left open: a fifth before the enterprise's secretary, the rest spread over the lower steps."""
        chance = Random(SEED)
        for index in range(cases):
            branch = chance.choice(self._scale.branches)
            case = self.start(branch)
            for step in range(len(STEPS) - 1 if index % 5 == 0 else index % 5 - 1 if index % 5 < 4 else 0):
                self.approve(case, step, self._scale.approver(branch, step))
        return cases

    def inbox(self, times: int) -> dict[str, list[float]]:
        """Seconds of the busiest person's newest 20 by our query, by the page's, and by the plain one."""
        busy = self._actors[self._scale.approver(self._scale.branches[0], len(STEPS) - 1)]
        plain = connect(self._place)
        asked: dict[str, Any] = {
            "ours": lambda: self._list(busy), "page": lambda: self._page(busy), "plain": lambda: newest(plain, busy),
        }  # fmt: skip
        assert [each.id for each in self._list(busy)] == [each[0] for each in newest(plain, busy)]
        found: dict[str, list[float]] = {name: [] for name in asked}
        for _ in range(times):
            for name, ask in asked.items():
                begun = perf_counter()
                ask()
                found[name].append(perf_counter() - begun)
        plain.close()
        return found

    def _list(self, person: Actor) -> Any:
        with reading(self._engine) as session:
            return list_tasks(session, person, Paging()).items

    def _page(self, person: Actor) -> Any:
        with reading(self._engine) as session:
            return inbox(session, self._installation, person)

    def web(self, cases: int) -> dict[str, list[float]]:
        """Seconds of approvals through HTTP and of the same approvals by the operation, in turn."""
        if self._web is None:
            self._web = create_app(installation=self._installation).test_client(use_cookies=False)
        found: dict[str, list[float]] = {"http": [], "operation": []}
        for index in range(2 * cases):
            branch = self._scale.branches[index % 3]
            case = self.start(branch)
            with reading(self._engine) as session:
                number = session.scalar(select(Case.number).where(Case.id == case))
            for step in range(len(STEPS)):
                person = self._scale.approver(branch, step)
                headers = {"Authorization": f"Bearer {self._token(person)}"}
                body = {"trigger": "approve", "values": {}, "version": step + 1}
                begun = perf_counter()
                if index % 2:
                    answer = self._web.post(f"/api/v1/cases/{number}/acts", json=body, headers=headers)
                    assert answer.status_code == 200, answer.text
                else:
                    self.approve(case, step, person)
                found["http" if index % 2 else "operation"].append(perf_counter() - begun)
        return found

    def _token(self, person: int) -> str:
        if person not in self._tokens:
            with writing(self._engine) as session:
                self._tokens[person] = create_token(session, f"b{person}", "bench", timedelta(days=1))
        return self._tokens[person]


NEWEST = """
SELECT t.id, c.number, c.title, c.stage, c.state, t.do, t.opened_at, t.due_at
FROM unnest(%s::text[]) AS mine(address)
CROSS JOIN LATERAL (SELECT k.task_id FROM candidates k WHERE k.address = mine.address AND k.is_open
    ORDER BY k.task_id DESC LIMIT 20) AS newest
JOIN tasks t ON t.id = newest.task_id JOIN cases c ON c.id = t.case_id ORDER BY t.id DESC LIMIT 20
"""
NEWEST_OF_ONE = """
SELECT t.id, c.number, c.title, c.stage, c.state, t.do, t.opened_at, t.due_at
FROM (SELECT task_id FROM candidates WHERE address = ? AND is_open = 1 ORDER BY task_id DESC LIMIT 20) AS newest
JOIN tasks t ON t.id = newest.task_id JOIN cases c ON c.id = t.case_id ORDER BY t.id DESC
"""


def newest(connection: Any, person: Actor) -> list[Any]:
    """The floor: one LATERAL query, or on SQLite one limited query an address."""
    mine = list(held_addresses(person))
    if isinstance(connection, psycopg.Connection):
        rows = connection.execute(NEWEST, [mine]).fetchall()
        connection.commit()
        return rows
    found = [row for address in mine for row in connection.execute(NEWEST_OF_ONE, [address])]
    return sorted(found, reverse=True)[:20]


def make(place: Place, scale: Scale, variant: str) -> Ours:
    """The peer."""
    return Ours(place, scale, variant)
