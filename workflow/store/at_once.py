"""The changes of a case as one statement of PostgreSQL, with every list of rows as one JSON parameter."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import lru_cache
from json import dumps
from typing import Any

from sqlalchemy import (
    CTE,
    JSON,
    Column,
    Text,
    bindparam,
    cast,
    column,
    delete,
    func,
    insert,
    literal,
    not_,
    select,
    update,
)
from sqlalchemy.types import TypeDecorator

from workflow.engine.turns import COPIED
from workflow.store.cases import Case, Deadline
from workflow.store.journal import JournalEntry
from workflow.store.prepared import Prepared
from workflow.store.tasks import Candidate, Task

_CASE: Any = Case.__table__
_JOURNAL: Any = JournalEntry.__table__
_TASK: Any = Task.__table__
_ADDRESS: Any = Candidate.__table__
_DEADLINE: Any = Deadline.__table__
CLOSING = ("closed_at", "closed_by", "closed_reason")


class _Rows(TypeDecorator[Any]):
    """Rows as JSON text; moments in ISO form, with their zone."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Any, _dialect: object) -> str:
        """What the database reads with json_to_recordset."""
        return dumps(value, default=datetime.isoformat, ensure_ascii=False, separators=(",", ":"))


def _records(name: str, columns: Sequence[Column[Any]], *more: Any) -> Any:
    """The rows of a parameter as a table."""
    rows = func.json_to_recordset(cast(bindparam(name, type_=_Rows()), JSON))
    known = [column(each.name, each.type) for each in columns]
    return rows.table_valued(*known, *more).render_derived(name=f"{name}_rows", with_types=True)


def _stored(table: Any) -> list[Column[Any]]:
    return [each for each in table.c if each.name != "id"]


def _inserted(table: Any, source: Any, *first: str) -> Any:
    """INSERT … SELECT of the columns that `source` has."""
    names = [*first, *(each.name for each in _stored(table))]
    return insert(table).from_select(names, _selected(names, source), include_defaults=False)


def _selected(names: Sequence[str], source: Any) -> Any:
    """SELECT by bare names: the driver forgets how it read a text of more than 4096 bytes, and reads it each time."""
    return select(*map(column, names)).select_from(source)


def _entered() -> list[CTE]:
    return [_inserted(_JOURNAL, _records("entries", _stored(_JOURNAL))).cte("entered")]


def _standing_open() -> Any:
    """The tasks of the case that a new state closes: a copy stays until it is read."""
    return (_TASK.c.case_id == bindparam("case")) & _TASK.c.closed_at.is_(None) & (_TASK.c.kind != COPIED)


def closing() -> Any:
    """Close them."""
    values = {name: bindparam(name, type_=_TASK.c[name].type) for name in CLOSING}
    return update(_TASK).where(_standing_open()).values(values)


def shutting() -> Any:
    """Take them out of the inboxes."""
    mine = select(_TASK.c.id).where(_standing_open()).scalar_subquery()
    return update(_ADDRESS).where(_ADDRESS.c.task_id.in_(mine)).values(is_open=False)


def _closed() -> list[CTE]:
    return [closing().cte("closed"), shutting().cte("shut")]


def _opened() -> list[CTE]:
    rows = _records("opened", _stored(_TASK), column("addresses", JSON()))
    key = func.nextval(func.pg_get_serial_sequence("tasks", "id")).label("id")
    new = _selected([each.name for each in rows.c], rows).add_columns(key).cte("new")
    to = select(column("id"), func.json_array_elements_text(column("addresses")), not_(column("is_waiting")))
    to = to.select_from(new)
    addressing = insert(_ADDRESS).from_select(["task_id", "address", "is_open"], to, include_defaults=False)
    return [new, _inserted(_TASK, new, "id").cte("opened"), addressing.cte("addressed")]


def _timed() -> list[CTE]:
    return [_inserted(_DEADLINE, _records("timers", _stored(_DEADLINE))).cte("timed")]


def cancelling() -> Any:
    """Forget what was to happen and has not: the journal tells why it no longer will."""
    return delete(_DEADLINE).where(_DEADLINE.c.case_id == bindparam("case"), _DEADLINE.c.fired_at.is_(None))


def _cancelled() -> list[CTE]:
    return [cancelling().cte("cancelled")]


#: What stands in the statement for each kind of change.
PARTS: dict[str, Callable[[], list[CTE]]] = {
    "cancels": _cancelled, "entries": _entered, "closed": _closed, "opened": _opened, "timers": _timed,
}  # fmt: skip


@lru_cache(maxsize=256)
def statement(columns: tuple[str, ...], parts: tuple[str, ...]) -> Prepared:
    """The statement that sets these columns of the case and makes these kinds of changes."""
    written = [each for name in parts for each in PARTS[name]()]
    if columns:
        values = {name: bindparam(f"c_{name}", type_=_CASE.c[name].type) for name in columns}
        moving = update(_CASE).where(_CASE.c.id == bindparam("case")).values(values)
        written.append(moving.cte("moved"))
    return Prepared(select(literal(1)).add_cte(*written))
