"""How a case stands: what an act has to know of it, in two reads, of which the first locks.

Two and not one: a row that was locked after waiting is read anew, but what is joined to it is not (PostgreSQL, READ
COMMITTED), and whoever was faster has changed the tasks as well.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, func, literal, select
from sqlalchemy.orm import Session

from workflow.engine.snapshot import Turn
from workflow.engine.turns import COPIED
from workflow.store.cases import Campaign, Case, CaseBody, DefinitionVersion
from workflow.store.changes import write_pending
from workflow.store.fetching import put
from workflow.store.organization import TREE, Organization, Revision
from workflow.store.people import Person
from workflow.store.prepared import Prepared, connected
from workflow.store.tasks import Candidate, Decision, Task


@dataclass(frozen=True)
class Standing:
    """A case row, and by which keys what belongs to it is known already."""

    row: Case
    definition: str  #: content hash
    timezone: str
    category: str | None
    campaign: tuple[int, str, datetime]  #: what does not change after its opening is known by this key

    @property
    def id(self) -> int:
        """The case's own body."""
        return self.row.organization_id


@dataclass(frozen=True)
class Around:
    """What hangs on a case."""

    bodies: Mapping[str, int]
    turns: tuple[Turn, ...]
    revision: int | None  #: of the organisation tree
    parent_stage: str | None


_CASE: Any = Case.__table__
_BODY: Any = Organization.__table__
_VERSION: Any = DefinitionVersion.__table__
_CAMPAIGN: Any = Campaign.__table__
_REVISION: Any = Revision.__table__
_READ = (
    select(
        *_CASE.c, _VERSION.c.content_hash, _BODY.c.timezone, _BODY.c.category, _CAMPAIGN.c.code,
        _CAMPAIGN.c.opened_at.label("campaign_opened_at"),
    )
    .join(_VERSION, _VERSION.c.id == _CASE.c.definition_id)
    .join(_BODY, _BODY.c.id == _CASE.c.organization_id)
    .join(_CAMPAIGN, _CAMPAIGN.c.id == _CASE.c.campaign_id)
    .where(_CASE.c.id == bindparam("case"))
)  # fmt: skip
READ = Prepared(_READ)
LOCK = Prepared(_READ.with_for_update(of=Case, key_share=True))
LOCK_ROOT = Prepared(_READ.where(_CASE.c.parent_id.is_(None)).with_for_update(of=Case, key_share=True))
_NEWEST = select(_REVISION.c.number).where(_REVISION.c.name == TREE)
REVISION = Prepared(_NEWEST)
PARENT = Prepared(select(_CASE.c.parent_id).where(_CASE.c.id == bindparam("case")))
_WIDTH = len(_CASE.c)
_NAMES = [column.name for column in _CASE.c]

_BASE: Any = CaseBody.__table__
_PARENT: Any = _CASE.alias("parents")
_PERSON: Any = Person.__table__
_TASK: Any = Task.__table__
_ADDRESS: Any = Candidate.__table__
_DECISION: Any = Decision.__table__
_OF_TASK = (
    "id",
    "kind",
    "parent_id",
    "position",
    "weight",
    "asked_by",
    "is_waiting",
    "closed_at",
    "urged_at",
    "urged_by",
)
_OF_DECISION = ("verdict", "person_id", "transition", "values", "opinion")


def _around(kind: str) -> Prepared:
    """Bodies as JSON beside each task of the round and each unread copy; one row without a task when there is none."""
    rows, row = (
        (func.json_agg, func.json_build_array) if kind == "postgresql" else (func.json_group_array, func.json_array)
    )
    bodies = select(rows(row(_BASE.c.base, _BASE.c.organization_id))).where(_BASE.c.case_id == bindparam("case"))
    above = select(_PARENT.c.stage).join(_CASE, _CASE.c.parent_id == _PARENT.c.id)
    above = above.where(_CASE.c.id == bindparam("case"))
    columns = [bodies.scalar_subquery(), _NEWEST.scalar_subquery(), above.scalar_subquery(), _ADDRESS.c.address,
               _PERSON.c.name]  # fmt: skip
    columns += [_TASK.c[name] for name in _OF_TASK] + [_DECISION.c[name] for name in _OF_DECISION]
    one = select(literal(1)).subquery("one")
    unread = (_TASK.c.kind == COPIED) & _TASK.c.closed_at.is_(None)
    mine = (_TASK.c.case_id == bindparam("case")) & ((_TASK.c.round == bindparam("round")) | unread)
    found = (
        select(*columns).select_from(one).outerjoin(_TASK, mine)
        .outerjoin(_ADDRESS, _ADDRESS.c.task_id == _TASK.c.id)
        .outerjoin(_DECISION, _DECISION.c.task_id == _TASK.c.id)
        .outerjoin(_PERSON, _PERSON.c.id == _DECISION.c.person_id)
        .order_by(_TASK.c.id, _ADDRESS.c.address)
    )  # fmt: skip
    return Prepared(found)


AROUND = {kind: _around(kind) for kind in ("postgresql", "sqlite")}


def locked(session: Session, case_id: int) -> Standing | None:
    """The case, locked after its parents, topmost first: one order for acts that climb and acts that descend.

    Where its body was another one before the lock was waited for, PostgreSQL has the lock but answers nothing, because
    the join no longer holds: then it is asked again.
    """
    write_pending(session)
    connection = connected(session)
    if connection.dialect.name == "sqlite":  # whoever writes is alone
        return read(session, case_id)
    found = LOCK_ROOT.rows(connection, {"case": case_id})
    if found:
        return _standing(session, found[0])
    standing = None
    for each in (*_line_above(connection, case_id), case_id):
        standing = next((_standing(session, raw) for raw in LOCK.rows(connection, {"case": each})), None)
    return standing


def read(session: Session, case_id: int) -> Standing | None:
    """The case without a lock."""
    write_pending(session)
    found = READ.rows(connected(session), {"case": case_id})
    return _standing(session, found[0]) if found else None


def revision(session: Session) -> int | None:
    """Of the organisation tree; None before the first change was noted."""
    write_pending(session)
    return next((number for (number,) in REVISION.rows(connected(session), {})), None)


def around(session: Session, case_id: int, round_: int) -> Around:
    """What hangs on a case in a round."""
    write_pending(session)
    connection = connected(session)
    rows = AROUND[connection.dialect.name].rows(connection, {"case": case_id, "round": round_})
    bodies = json.loads(rows[0][0]) if isinstance(rows[0][0], str) else rows[0][0] or ()
    tasks: dict[int, list[Any]] = {}
    for each in rows:
        if each[5] is not None:
            tasks.setdefault(each[5], []).append(each)
    turns = tuple(_turn(found) for found in tasks.values())
    return Around(dict(bodies), turns, rows[0][1], rows[0][2])


def _turn(rows: list[Any]) -> Turn:
    """A task with its addresses; `who` is who decided."""
    name, task, decision = rows[0][4], rows[0][5 : 5 + len(_OF_TASK)], rows[0][5 + len(_OF_TASK) :]
    key, kind, parent, position, weight, asked_by, is_waiting, closed_at, urged_at, urged_by = task
    addresses = tuple(each[3] for each in rows if each[3])
    if decision[0] is None:
        return Turn(key, kind, addresses, parent, position, weight, asked_by, bool(is_waiting), closed_at is not None,
                    urged_at=urged_at, urged_by=urged_by or "")  # fmt: skip
    verdict, decider, transition, values, opinion = decision
    return Turn(key, kind, addresses, parent, position, weight, asked_by, bool(is_waiting), closed_at is not None,
                verdict, decider, name or "", transition, values, opinion, urged_at, urged_by or "")  # fmt: skip


def _standing(session: Session, raw: Any) -> Standing:
    row = put(session, Case, dict(zip(_NAMES, raw, strict=False)))
    definition, zone, category, code, opened_at = raw[_WIDTH:]
    return Standing(row, definition, zone, category, (row.campaign_id, code, opened_at))


def _line_above(connection: Connection, case_id: int) -> list[int]:
    """The parents of a case, topmost first."""
    line: list[int] = []
    above = PARENT.rows(connection, {"case": case_id})
    while above and above[0][0] is not None:
        line.insert(0, above[0][0])
        above = PARENT.rows(connection, {"case": line[0]})
    return line
