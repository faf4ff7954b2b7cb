"""Keep the materialised path of every body in step with the relations that make it."""

from __future__ import annotations

from datetime import date

from sqlalchemy import Text, cast, func, literal, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session, aliased

from workflow import randomness
from workflow.engine.organization import LINES
from workflow.operations.organization.trees import active
from workflow.store.organization import TREE, Organization, Relation, Revision

REVISION_BYTES = 4


def bump(session: Session) -> None:
    """Note that bodies, relations or calendar years change. Whoever changes them next waits until this has ended."""
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    number = int.from_bytes(randomness.token_bytes(REVISION_BYTES)) // 2  # a signed column
    noted = insert(Revision).values(name=TREE, number=number)
    session.execute(noted.on_conflict_do_update(index_elements=["name"], set_={"number": number}))


def move_subtree(session: Session, body: Organization, superior: Organization | None) -> None:
    """Give a body and everything below it the path that follows from its new superior."""
    bump(session)
    old, new = body.path, f"{superior.path if superior else '/'}{body.id}/"
    session.flush()
    moved = update(Organization).where(Organization.path.startswith(old, autoescape=True))
    tail = func.substr(Organization.path, len(old) + 1)
    session.execute(moved.values(path=literal(new) + tail), execution_options={"synchronize_session": False})
    session.refresh(body, ["path"])


def rewrite_paths(session: Session, day: date) -> None:
    """Build every path anew from the relations of a day; only those that differ are written."""
    bump(session)
    edge = select(Relation.subordinate_id, Relation.superior_id).where(Relation.kind.in_(LINES), active(Relation, day))
    edges = edge.cte("edges")
    above = select(edges.c.subordinate_id)
    key = cast(Organization.id, Text)
    roots = select(Organization.id, (literal("/", Text) + key + "/").label("path")).where(Organization.id.not_in(above))
    line = roots.cte("line", recursive=True)
    step = select(edges.c.subordinate_id, line.c.path + cast(edges.c.subordinate_id, Text) + "/")
    line = line.union_all(step.join(line, edges.c.superior_id == line.c.id))
    found = aliased(line)
    session.execute(
        update(Organization).where(Organization.id == found.c.id, Organization.path != found.c.path)
        .values(path=found.c.path),
        execution_options={"synchronize_session": False},
    )  # fmt: skip
