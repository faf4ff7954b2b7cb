"""The trees below some bodies, a few levels unfolded."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from workflow import clock
from workflow.operations.installation import Installation
from workflow.operations.organization.trees import active
from workflow.operations.reading.bodies import LEAD, ORGAN, Named, bodies_named
from workflow.store.organization import Relation

Edges = dict[str, dict[int, list[int]]]  #: kind → superior → subordinates


@dataclass(frozen=True)
class Node:
    """A body in the tree with its working bodies and those it leads."""

    body: Named
    organs: tuple[Named, ...]
    below: tuple[Node, ...]
    hidden: int  #: bodies below that are not unfolded here


def forest(session: Session, installation: Installation, roots: Sequence[Named], depth: int) -> tuple[Node, ...]:
    """The trees below the roots, `depth` levels unfolded. One statement a level, and one for the names."""
    edges: Edges = {LEAD: {}, ORGAN: {}}
    level = {each.id for each in roots}
    shown = set(level)
    for _ in range(depth):
        level = _descend(session, installation, edges, level)
        shown |= level
    _descend(session, installation, edges, level)
    known = {each.id: each for each in bodies_named(session, installation, shown)}
    return tuple(_node(each.id, edges, known) for each in roots)


def _descend(session: Session, installation: Installation, edges: Edges, level: set[int]) -> set[int]:
    """Add the relations below a level; answers the bodies of the next one."""
    if not level:
        return set()
    found = session.execute(
        select(Relation.superior_id, Relation.subordinate_id, Relation.kind)
        .where(
            Relation.superior_id.in_(level),
            Relation.kind.in_((LEAD, ORGAN)),
            active(Relation, installation.today(clock.now())),
        )
        .order_by(Relation.id)
    ).all()
    for edge in found:
        edges[edge.kind].setdefault(edge.superior_id, []).append(edge.subordinate_id)
    return {edge.subordinate_id for edge in found}


def _node(body: int, edges: Edges, known: dict[int, Named]) -> Node:
    below = edges[LEAD].get(body, [])
    unfolded = [each for each in below if each in known]
    organs = tuple(known[each] for each in _organs(body, edges) if each in known)
    return Node(known[body], organs, tuple(_node(each, edges, known) for each in unfolded), len(below) - len(unfolded))


def _organs(body: int, edges: Edges) -> Iterator[int]:
    for organ in edges[ORGAN].get(body, ()):
        yield organ
        yield from _organs(organ, edges)
