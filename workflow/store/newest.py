"""The newest open tasks of some addresses: what an inbox begins with (architecture.md, Data).

One limited query an address over the partial index: its cost does not grow with the number of tasks.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import ARRAY, Integer, Select, Text, bindparam, func, select, true, union
from sqlalchemy.orm import Session

from workflow.store.cases import Case
from workflow.store.prepared import Prepared, connected
from workflow.store.tasks import Candidate, Task

_CASE: Any = Case.__table__
_TASK: Any = Task.__table__
_ADDRESS: Any = Candidate.__table__
LATEST = 2**53  #: above every key
COLUMNS = [
    _TASK.c.id, _CASE.c.number, _CASE.c.title, _CASE.c.stage, _CASE.c.state, _TASK.c.do, _TASK.c.opened_at,
    _TASK.c.due_at,
]  # fmt: skip


def newest_tasks(session: Session, addresses: Sequence[str], limit: int, before: int | None) -> list[list[Any]]:
    """Rows of COLUMNS, the newest first, each task once; only tasks older than `before` when given."""
    connection = connected(session)
    values: dict[str, Any] = {"limit": limit, "before": LATEST if before is None else before}
    if connection.dialect.name == "postgresql":
        statement = BY_ARRAY
        values["addresses"] = list(addresses)
    else:
        statement = _one_by_one(len(addresses))
        values |= {f"address{index}": each for index, each in enumerate(addresses)}
    return statement.rows(connection, values)


def _of(address: Any) -> Select[Any]:
    """The newest of one address."""
    mine = (_ADDRESS.c.address == address, _ADDRESS.c.is_open, _ADDRESS.c.task_id < bindparam("before"))
    newest = select(_ADDRESS.c.task_id).where(*mine).order_by(_ADDRESS.c.task_id.desc())
    return newest.limit(bindparam("limit", type_=Integer()))


def _shown(keys: Any) -> Prepared:
    """The tasks with these keys, with their cases."""
    found = select(*COLUMNS).join(keys, keys.c.task_id == _TASK.c.id).join(_CASE, _CASE.c.id == _TASK.c.case_id)
    found = found.where(_TASK.c.closed_at.is_(None)).order_by(keys.c.task_id.desc())
    return Prepared(found.limit(bindparam("limit", type_=Integer())))


def _by_array() -> Prepared:
    rows = func.unnest(bindparam("addresses", type_=ARRAY(Text()))).table_valued("address").render_derived(name="held")
    newest = _of(rows.c.address).lateral("newest")
    return _shown(select(newest.c.task_id).select_from(rows.join(newest, true())).distinct().subquery("keys"))


@lru_cache(maxsize=64)
def _one_by_one(count: int) -> Prepared:
    each = [select(_of(bindparam(f"address{index}")).subquery().c.task_id) for index in range(count)]
    return _shown(union(*each).subquery("keys"))


BY_ARRAY = _by_array()
