"""Subjects for the lives: as many alike as there may be lives, each ready for its piece of work."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from tests.chaos.works import DRAFTER, Subject
from tests.enterprise import TODAY, place
from tests.operations.cast import Play
from tests.operations.scenarios.plan import plan
from tests.operations.scenarios.rectification import issued
from workflow.operations.identity import create_token
from workflow.operations.organization.lines import bump
from workflow.store.cases import Case, Deadline
from workflow.store.organization import Organization, Relation
from workflow.store.people import Person, Post
from workflow.store.session import reading, writing

TOGETHER = 2  #: plans of one batch
BRANCHES = 3  #: of one launch
DAYS_BEFORE = 3  #: when the first reminder goes out
LIMIT = "mark_overdue"

Ready = tuple[list[Subject], list[datetime]]  #: the subjects, and when each is worked on


def plans(play: Play, lives: int) -> Ready:
    """Drafts of plans, with the token of who hands them in."""
    with writing(play.installation.engine) as session:
        token = create_token(session, DRAFTER.lower(), "tests", timedelta(days=30))
    return [(plan(play), token) for _ in range(lives)], _one_after_another(play, lives)


def limits(play: Play, lives: int) -> Ready:
    """Notices of rectification, each with its limit a working day after the one before; nothing else falls due."""
    cases: list[Subject] = []
    for _ in range(lives):
        cases.append((issued(play),))
        play.clock.set(play.moment(play.installation.calendar.add_working_days(play.today, 1).date))
    with writing(play.installation.engine) as session:
        session.execute(delete(Deadline).where(Deadline.trigger != LIMIT))
    with reading(play.installation.engine) as session:
        due = dict(map(tuple, session.execute(select(Deadline.case_id, Deadline.due_at))))
    return cases, [due[each] for (each,) in cases]


def rungs(play: Play, lives: int) -> Ready:
    """Drafts of plans on the day of their first reminder."""
    cases: list[Subject] = [(plan(play),) for _ in range(lives)]
    due_on, calendar = play.installation.today(_due(play, cases[0][0])), play.installation.calendar
    while calendar.working_days_between(play.today, due_on) > DAYS_BEFORE:
        play.clock.advance(timedelta(days=1))
    return cases, _one_after_another(play, lives)


def batches(play: Play, lives: int) -> Ready:
    """Drafts of plans, some at a time."""
    return [tuple(plan(play, body="HY-11") for _ in range(TOGETHER)) for _ in range(lives)], _one_after_another(
        play, lives
    )


def nodes(play: Play, lives: int) -> Ready:
    """General branches with some branches below, each with its secretary."""
    codes = [f"N{number}" for number in range(lives)]
    with writing(play.installation.engine) as session:
        above = place(session, "HY-1")
        for code in codes:
            node = _body(session, above, code, "general_branch", "gb_secretary")
            for number in range(BRANCHES):
                _body(session, node, f"{code}-{number}", "branch", "branch_secretary")
        bump(session)
    return [(code,) for code in codes], _one_after_another(play, lives)


def _body(session: Session, above: Organization, code: str, kind: str, head: str) -> Organization:
    body = Organization(code=code, name=f"{code}党组织", short_name=code, kind=kind, path="", valid_from=TODAY)
    person = Person(number=code, name=f"人员{code}", party_status="full")
    session.add_all([body, person])
    session.flush()
    body.path = f"{above.path}{body.id}/"
    session.add(Relation(kind="lead", superior_id=above.id, subordinate_id=body.id, valid_from=TODAY))
    session.add(Post(person_id=person.id, organization_id=body.id, code=head, valid_from=TODAY))
    session.flush()
    return body


def _one_after_another(play: Play, lives: int) -> list[datetime]:
    return [play.clock.now() + timedelta(minutes=10) * number for number in range(lives)]


def _due(play: Play, case: int) -> datetime:
    due_at = play.row(case).due_at
    assert due_at is not None
    return due_at


def opened_in(play: Play, codes: Sequence[str]) -> list[int]:
    """The cases of these bodies."""
    with reading(play.installation.engine) as session:
        bodies = select(Organization.id).where(Organization.code.in_(codes))
        return list(session.scalars(select(Case.id).where(Case.organization_id.in_(bodies)).order_by(Case.id)))
