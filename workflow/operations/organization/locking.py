"""Lock many rows at once in the one order: persons before cases, each ascending by id, so parents before children."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.orm import Session

from workflow.store.cases import Case
from workflow.store.people import Person


def lock_people(session: Session, people: Iterable[int]) -> None:
    """Let nobody else change the posts of these persons until the transaction ends."""
    query = select(Person.id).where(Person.id.in_(sorted(set(people)))).order_by(Person.id)
    session.execute(query.with_for_update(key_share=True))


def lock_cases(session: Session, case_ids: Iterable[int]) -> dict[int, Case]:
    """The cases with all that they were opened by, locked and read anew."""
    wanted = set(case_ids)
    above = set(wanted)
    while above:
        parents = session.scalars(select(Case.parent_id).where(Case.id.in_(above)))
        above = {each for each in parents if each is not None} - wanted
        wanted |= above
    query = select(Case).where(Case.id.in_(sorted(wanted))).order_by(Case.id).with_for_update(key_share=True)
    return {each.id: each for each in session.scalars(query.execution_options(populate_existing=True))}
