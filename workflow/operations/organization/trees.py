"""Load the part of the organisation tree that a decision needs, as it stands on one day."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Date, and_, bindparam, func, or_, select, union_all
from sqlalchemy.orm import Session

from workflow.engine.routing import Body, Tree
from workflow.operations.due.calendars import keep_up
from workflow.operations.installation import Installation
from workflow.store.fetching import filled_up, found_rows
from workflow.store.organization import Organization, Relation
from workflow.store.prepared import Prepared
from workflow.store.standing import revision

MOST_TREES = 4096  #: kept in memory; some 5 kB each
MOST_DAYS = 512


def active(table: type[Relation | Organization], day: Any) -> ColumnElement[bool]:
    """Rows valid on a day; `valid_to` is the first day on which they no longer are."""
    return and_(table.valid_from <= day, or_(table.valid_to.is_(None), table.valid_to > day))


def line_of(path: str) -> list[int]:
    """The ids on a lead line, root first."""
    return [int(each) for each in path.split("/") if each]


@dataclass(frozen=True)
class Lines:
    """The part of the tree that several bodies need, read together for those who go through one after another."""

    day: date
    tree: Tree

    def reach(self, line: Iterable[int], bodies: Iterable[int], day: date) -> bool:
        """Whether a case whose body has this lead line finds all of its bodies here."""
        return day == self.day and set(bodies) <= set(line) <= self.tree.bodies.keys()


def lines_of(session: Session, bodies: Iterable[int], day: date) -> Lines:
    """The lines of all these bodies."""
    return Lines(day, load_tree(session, bodies, day))


def load_tree(session: Session, bodies: Iterable[int], day: date) -> Tree:
    """The bodies, everything above them on the lead line, their guides, and the working bodies of all of these."""
    wanted = set(bodies)
    for (path,) in _about(session, paths, wanted):
        wanted.update(line_of(path))
    edges = _edges(session, upward, wanted, day)
    leads = _by_subordinate(edges, "lead")
    guides = _by_subordinate(edges, "guide")
    wanted.update(edge.superior_id for edge in edges)
    organs = _organs(session, wanted, day)
    wanted.update(organ for each in organs.values() for organ in each)
    return Tree(_bodies(session, wanted), leads, guides, organs)


def known_tree(
    session: Session, installation: Installation, number: int | None, bodies: frozenset[int], day: date
) -> Tree:
    """The same, read once as long as the revision stays the same; before the first change is noted, each time.

    Whoever looks at the tree goes by the working calendar of the same revision.
    """
    if number is None:
        return load_tree(session, bodies, day)
    keep_up(session, installation, number)
    trees, key = installation.known.trees, (number, _since(session, installation, number, day), bodies)
    known = trees.get(key)
    if known is None:
        if len(trees) >= MOST_TREES:
            trees.clear()
        known = trees[key] = load_tree(session, bodies, day)
    return known


def _since(session: Session, installation: Installation, number: int, day: date) -> date:
    """The last day on which any relation began or ended: since then every tree has been as it is on this day."""
    days = installation.known.changed
    if (number, day) not in days:
        if len(days) >= MOST_DAYS:
            days.clear()
        days[number, day] = found_rows(session, CHANGED, {"day": day})[0][0] or day
    return days[number, day]


def _changed() -> Prepared:
    """The last day up to this one on which a relation began or ended."""
    day = bindparam("day", type_=Date())
    dates = [
        select(func.max(each).label("day")).where(each <= day) for each in (Relation.valid_from, Relation.valid_to)
    ]
    both = union_all(*dates).subquery()
    return Prepared(select(func.max(both.c.day)))


CHANGED = _changed()


def present_tree(session: Session, installation: Installation, bodies: Iterable[int], day: date) -> Tree:
    """The same for whoever does not know the revision."""
    return known_tree(session, installation, revision(session), frozenset(bodies), day)


def led_by(session: Session, body: int, day: date) -> list[int]:
    """The bodies directly below on the lead line: those that the body inspects and answers for."""
    return [edge.subordinate_id for edge in _edges(session, led, (body,), day)]


class Edge(NamedTuple):
    """A relation."""

    kind: str
    superior_id: int
    subordinate_id: int


Among = Callable[[Sequence[Any]], Any]  #: a statement about so many bodies
EDGES = select(Relation.kind, Relation.superior_id, Relation.subordinate_id).order_by(Relation.id)
EDGES = EDGES.where(active(Relation, bindparam("day", type_=Date())))


def paths(bodies: Sequence[Any]) -> Any:
    """Their lead lines."""
    return select(Organization.path).where(Organization.id.in_(bodies))


def upward(bodies: Sequence[Any]) -> Any:
    """By whom they are led and guided."""
    return EDGES.where(Relation.subordinate_id.in_(bodies), or_(Relation.kind == "lead", Relation.kind == "guide"))


def led(bodies: Sequence[Any]) -> Any:
    """Whom they lead."""
    return EDGES.where(Relation.superior_id.in_(bodies), Relation.kind == "lead")


def beside(bodies: Sequence[Any]) -> Any:
    """Their working bodies."""
    return EDGES.where(Relation.superior_id.in_(bodies), Relation.kind == "same_level")


def described(bodies: Sequence[Any]) -> Any:
    """What the engine sees of them."""
    table = Organization
    columns = (table.id, table.code, table.name, table.short_name, table.kind, table.party_relation)
    return select(*columns, func.coalesce(table.category, "")).where(table.id.in_(bodies))


def _edges(session: Session, among: Among, bodies: Iterable[int], day: date) -> list[Edge]:
    return [Edge(*each) for each in _about(session, among, bodies, day=day)]


def _about(session: Session, among: Among, bodies: Iterable[int], **values: Any) -> list[list[Any]]:
    """What a statement finds about these bodies."""
    asked = filled_up(sorted(bodies))
    if not asked:
        return []
    named = {f"body{number}": each for number, each in enumerate(asked)}
    return found_rows(session, _statement(among, len(asked)), {**named, **values})


@lru_cache(maxsize=64)
def _statement(among: Among, count: int) -> Prepared:
    return Prepared(among([bindparam(f"body{number}") for number in range(count)]))


def _by_subordinate(edges: Iterable[Edge], kind: str) -> dict[int, tuple[int, ...]]:
    found: dict[int, tuple[int, ...]] = {}
    for edge in edges:
        if edge.kind == kind:
            found[edge.subordinate_id] = (*found.get(edge.subordinate_id, ()), edge.superior_id)
    return found


def _organs(session: Session, bodies: set[int], day: date) -> dict[int, tuple[int, ...]]:
    """Working bodies, and theirs in turn (领导小组 and its 办公室)."""
    found: dict[int, tuple[int, ...]] = {}
    level = bodies
    while level:
        edges = _edges(session, beside, level, day)
        for edge in edges:
            found[edge.superior_id] = (*found.get(edge.superior_id, ()), edge.subordinate_id)
        level = {edge.subordinate_id for edge in edges} - found.keys()
    return found


def _bodies(session: Session, ids: set[int]) -> dict[int, Body]:
    return {each[0]: Body(*each) for each in _about(session, described, ids)}
