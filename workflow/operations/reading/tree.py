"""The same part of the organisation tree as operations.trees loads, in one statement: pages are read often."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from sqlalchemy import and_, or_, select, union
from sqlalchemy.orm import Session, aliased

from workflow.engine.routing import Body, Tree
from workflow.operations.trees import active, line_of
from workflow.store.organization import Organization, Relation

LEAD, GUIDE, ORGAN = "lead", "guide", "same_level"


def tree_of(session: Session, bodies: Iterable[Organization], day: date) -> Tree:
    """The bodies, everything above them on the lead line, their guides, and the working bodies of all of these."""
    given = {each.id: each for each in bodies}
    line = sorted({above for each in given.values() for above in line_of(each.path)} | set(given))
    upward = and_(Relation.subordinate_id.in_(line), Relation.kind.in_((LEAD, GUIDE)), active(Relation, day))
    start = union(
        select(Organization.id.label("id")).where(Organization.id.in_(line)),
        select(Relation.superior_id.label("id")).where(upward),
    ).cte("start")
    node = select(start.c.id).cte("node", recursive=True)
    below = aliased(Relation)
    organ = and_(below.superior_id == node.c.id, below.kind == ORGAN, active(below, day))
    node = node.union(select(below.subordinate_id).join(node, organ))
    superior, subordinate = aliased(Organization), aliased(Organization)
    inside = and_(Relation.kind == ORGAN, Relation.superior_id.in_(select(node.c.id)), active(Relation, day))
    rows = session.execute(
        select(Relation, superior, subordinate)
        .join(superior, superior.id == Relation.superior_id)
        .join(subordinate, subordinate.id == Relation.subordinate_id)
        .where(or_(upward, inside))
        .order_by(Relation.id)
    )
    found: dict[str, dict[int, tuple[int, ...]]] = {LEAD: {}, GUIDE: {}, ORGAN: {}}
    for edge, high, low in rows:
        given |= {high.id: high, low.id: low}
        key, value = (high.id, low.id) if edge.kind == ORGAN else (low.id, high.id)
        found[edge.kind][key] = (*found[edge.kind].get(key, ()), value)
    return Tree({key: _body(each) for key, each in given.items()}, found[LEAD], found[GUIDE], found[ORGAN])


def _body(row: Organization) -> Body:
    return Body(row.id, row.code, row.name, row.short_name, row.kind, row.party_relation, row.category or "")
