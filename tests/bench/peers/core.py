"""SQLAlchemy Core as the architecture wants it: one joined read that locks; one write on PostgreSQL, four on SQLite."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import JSON, MetaData, Select, bindparam, create_engine, event, insert, literal, null, select, update
from sqlalchemy.pool import StaticPool

from tests.bench.job import FORM, STATES, STEPS, Place, Scale
from tests.bench.peers.plain import connect, prepare


class Core:
    """Statements built once, caches warm."""

    def __init__(self, place: Place, scale: Scale) -> None:
        connection = connect(place)
        prepare(connection, place.kind, scale)
        connection.close()
        self._scale, self._kind = scale, place.kind
        self._engine = engine_of(place)
        meta = MetaData()
        meta.reflect(self._engine)
        self._tables = meta.tables
        self._tables["cases"].c.data.type = self._tables["journal"].c.details.type = JSON()
        self._reads = {up: self._read(up) for up in (False, True)}
        self._writes = self._at_once() if place.kind == "postgresql" else None
        self._statements = self._several()

    def start(self, branch: int) -> int:
        """A case, its first task and its first entry."""
        at, person = now(self._kind), self._scale.member(branch)
        cases = self._tables["cases"]
        row = {"organization_id": branch, "step": 0, "state": STATES[0], "version": 1, "data": FORM,
               "opened_by": person, "opened_at": at, "moved_at": at}  # fmt: skip
        with self._engine.begin() as connection:
            case = connection.execute(insert(cases).returning(cases.c.id), row).scalar_one()
            self._journal(connection, case, 1, at, "", STATES[0], person)
            self._open(connection, case, STATES[0], branch, STEPS[0][1], at)
        return int(case)

    def approve(self, case: int, step: int, person: int) -> None:
        """One approval: a read, and what there is to write."""
        at = now(self._kind)
        up, code = STEPS[step + 1] if step + 1 < len(STEPS) else (0, "")
        with self._engine.begin() as connection:
            found = connection.execute(
                self._reads[bool(up)], {"k_case": case, "k_person": person, "k_code": code}
            ).one()
            values = {
                "k_case": case, "k_task": found.task, "k_at": at, "k_person": person, "k_version": found.version + 1,
                "k_source": STATES[step], "k_target": STATES[step + 1], "k_step": step + 1, "k_code": code,
                "k_body": found.following,
            }  # fmt: skip
            if self._writes is not None:
                connection.execute(self._writes[found.following is not None], values)
                return
            for statement in self._statements[: 4 if found.following is not None else 3]:
                connection.execute(statement, values)

    def _read(self, up: bool) -> Select[Any]:
        case, task, post = (self._tables[each] for each in ("cases", "tasks", "posts"))
        body, following = self._tables["organizations"], self._tables["posts"].alias("following")
        above = body.c.superior_id if up else body.c.id
        return (
            select(case.c.version, case.c.data, task.c.id.label("task"), following.c.organization_id.label("following"))
            .join(task, (task.c.case_id == case.c.id) & task.c.closed_at.is_(None))
            .join(post, (post.c.organization_id == task.c.organization_id) & (post.c.code == task.c.code))
            .join(body, body.c.id == task.c.organization_id)
            .outerjoin(following, (following.c.organization_id == above) & (following.c.code == bindparam("k_code")))
            .where(
                case.c.id == bindparam("k_case"), post.c.person_id == bindparam("k_person"), post.c.valid_to.is_(None)
            )
            .with_for_update(of=case)
        )

    def _several(self) -> list[Any]:
        case, task, journal = (self._tables[each] for each in ("cases", "tasks", "journal"))
        return [
            update(task).where(task.c.id == bindparam("k_task")).values(
                closed_at=bindparam("k_at"), closed_by=bindparam("k_person")),
            insert(journal).values(
                case_id=bindparam("k_case"), sequence=bindparam("k_version"), at=bindparam("k_at"),
                source=bindparam("k_source"), target=bindparam("k_target"), person_id=bindparam("k_person"),
                details=literal({}, JSON())),
            update(case).where(case.c.id == bindparam("k_case")).values(
                step=bindparam("k_step"), state=bindparam("k_target"), version=bindparam("k_version"),
                moved_at=bindparam("k_at")),
            insert(task).values(
                case_id=bindparam("k_case"), state=bindparam("k_target"), organization_id=bindparam("k_body"),
                code=bindparam("k_code"), opened_at=bindparam("k_at"), closed_at=null()),
        ]  # fmt: skip

    def _at_once(self) -> dict[bool, Any]:
        """The writes as parts of one statement; the last approval opens no task."""
        found = {}
        for opens in (False, True):
            close, write, move, opened = self._several()
            statement = move.add_cte(close.cte("closed"), write.cte("written"))
            found[opens] = statement.add_cte(opened.cte("opened")) if opens else statement
        return found

    def _journal(
        self, connection: Any, case: int, sequence: int, at: Any, source: str, target: str, person: int
    ) -> None:
        row = {"case_id": case, "sequence": sequence, "at": at, "source": source, "target": target,
               "person_id": person, "details": {}}  # fmt: skip
        connection.execute(insert(self._tables["journal"]), row)

    def _open(self, connection: Any, case: int, state: str, body: int, code: str, at: Any) -> None:
        row = {"case_id": case, "state": state, "organization_id": body, "code": code, "opened_at": at}
        connection.execute(insert(self._tables["tasks"]), row)


def engine_of(place: Place) -> Any:
    """An engine with one connection and full durability."""
    if place.kind == "postgresql":
        return create_engine(place.url, poolclass=StaticPool)
    engine = create_engine(place.url, creator=lambda: connect(place), poolclass=StaticPool)
    event.listen(engine, "begin", lambda connection: connection.exec_driver_sql("BEGIN IMMEDIATE"))
    return engine


def now(kind: str) -> Any:
    """The moment, as the reflected column takes it."""
    at = datetime.now(UTC)
    return at.isoformat() if kind == "sqlite" else at


def make(place: Place, scale: Scale, _variant: str) -> Core:
    """The peer."""
    return Core(place, scale)
