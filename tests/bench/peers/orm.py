"""Declarative SQLAlchemy with a shared machine of transitions: what a team would write first."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import pairwise
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, UniqueConstraint, insert, select, text
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column, relationship
from transitions import Machine

from tests.bench.job import FORM, STATES, STEPS, Place, Scale
from tests.bench.peers.core import engine_of


class Base(DeclarativeBase):
    """Base of the tables."""

    type_annotation_map = {dict[str, Any]: JSON}  # noqa: RUF012


class Organization(Base):
    """A body."""

    __tablename__ = "organizations"
    id: Mapped[int] = mapped_column(primary_key=True)
    superior_id: Mapped[int | None] = mapped_column(ForeignKey("organizations.id"))
    name: Mapped[str]


class Person(Base):
    """Somebody."""

    __tablename__ = "people"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]


class Post(Base):
    """Who holds what."""

    __tablename__ = "posts"
    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    organization_id: Mapped[int] = mapped_column(ForeignKey("organizations.id"))
    code: Mapped[str]
    ended_at: Mapped[datetime | None]
    __table_args__ = (Index("ix_posts_holders", "organization_id", "code"),)


class Case(Base):
    """A case with its tasks and its journal."""

    __tablename__ = "cases"
    id: Mapped[int] = mapped_column(primary_key=True)
    organization_id: Mapped[int] = mapped_column(ForeignKey("organizations.id"), index=True)
    state: Mapped[str]
    version: Mapped[int]
    data: Mapped[dict[str, Any]]
    opened_by: Mapped[int] = mapped_column(ForeignKey("people.id"))
    opened_at: Mapped[datetime]
    moved_at: Mapped[datetime]
    tasks: Mapped[list[Task]] = relationship(back_populates="case", order_by="Task.id")


class Task(Base):
    """Somebody's turn."""

    __tablename__ = "tasks"
    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), index=True)
    state: Mapped[str]
    organization_id: Mapped[int] = mapped_column(ForeignKey("organizations.id"))
    code: Mapped[str]
    opened_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    closed_by: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    case: Mapped[Case] = relationship(back_populates="tasks")
    organization: Mapped[Organization] = relationship()
    __table_args__ = (
        Index("ix_tasks_inbox", "organization_id", "code", "id",
              sqlite_where=text("closed_at IS NULL"), postgresql_where=text("closed_at IS NULL")),
    )  # fmt: skip


class Entry(Base):
    """One fact."""

    __tablename__ = "journal"
    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    sequence: Mapped[int]
    at: Mapped[datetime]
    source: Mapped[str]
    target: Mapped[str]
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    details: Mapped[dict[str, Any]]
    __table_args__ = (UniqueConstraint("case_id", "sequence"),)


class Cursor:
    """What the shared machine moves."""

    def __init__(self, state: str) -> None:
        self.state = state


class Orm:
    """One session an action."""

    def __init__(self, place: Place, scale: Scale) -> None:
        self._scale, self._engine = scale, engine_of(place)
        self._machine = Machine(model=None, states=list(STATES), initial=STATES[0], auto_transitions=False)
        for source, target in pairwise(STATES):
            self._machine.add_transition("approve", source, target)
        Base.metadata.create_all(self._engine)
        with self._engine.begin() as connection:
            bodies = [{"id": body, "superior_id": above, "name": f"组织{body}"} for body, above, _ in scale.bodies()]
            connection.execute(insert(Organization), bodies)
            connection.execute(
                insert(Person), [{"id": each, "name": f"人员{each}"} for each in range(1, scale.people + 1)]
            )
            posts = [{"person_id": who, "organization_id": body, "code": code} for who, body, code in scale.posts()]
            connection.execute(insert(Post), posts)

    def start(self, branch: int) -> int:
        """A case, its first task and its first entry."""
        at, person = datetime.now(UTC), self._scale.member(branch)
        with Session(self._engine) as session, session.begin():
            case = Case(organization_id=branch, state=STATES[0], version=1, data=FORM, opened_by=person,
                        opened_at=at, moved_at=at)  # fmt: skip
            case.tasks.append(Task(state=STATES[0], organization_id=branch, code=STEPS[0][1], opened_at=at))
            session.add(case)
            session.flush()
            session.add(
                Entry(case_id=case.id, sequence=1, at=at, source="", target=STATES[0], person_id=person, details={})
            )
            return case.id

    def approve(self, case: int, step: int, person: int) -> None:
        """One approval."""
        at = datetime.now(UTC)
        with Session(self._engine) as session, session.begin():
            row = session.get_one(Case, case, with_for_update=True)
            task = next(each for each in row.tasks if each.closed_at is None)
            held = select(Post).where(
                Post.person_id == person, Post.organization_id == task.organization_id, Post.code == task.code,
                Post.ended_at.is_(None),
            )  # fmt: skip
            session.scalars(held).one()
            cursor = Cursor(row.state)
            self._machine.events["approve"].trigger(cursor)
            task.closed_at, task.closed_by = at, person
            row.version += 1
            session.add(
                Entry(case_id=case, sequence=row.version, at=at, source=row.state, target=cursor.state,
                      person_id=person, details={})
            )  # fmt: skip
            row.state, row.moved_at = cursor.state, at
            if step + 1 < len(STEPS):
                self._open(session, row, task, step + 1, at)

    def _open(self, session: Session, row: Case, task: Task, step: int, at: datetime) -> None:
        up, code = STEPS[step]
        body = task.organization.superior_id if up else task.organization_id
        following = select(Post).where(Post.organization_id == body, Post.code == code, Post.ended_at.is_(None))
        found = session.scalars(following).first()
        assert found is not None
        session.add(
            Task(case_id=row.id, state=row.state, organization_id=found.organization_id, code=code, opened_at=at)
        )


def make(place: Place, scale: Scale, _variant: str) -> Orm:
    """The peer."""
    return Orm(place, scale)
