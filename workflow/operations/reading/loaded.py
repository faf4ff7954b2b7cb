"""A case as the engine sees it, read for a page: the same values as operations.loading, in few statements, no lock."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, select
from sqlalchemy.orm import Session, aliased

from workflow import clock
from workflow.engine.actor import Actor
from workflow.engine.snapshot import CaseFacts, Member
from workflow.errors import NotFound
from workflow.operations.access import may_read
from workflow.operations.installation import Installation
from workflow.operations.loading import Loaded, snapshot_of
from workflow.operations.posts import in_force
from workflow.operations.publishing import stage_of
from workflow.operations.reading.tree import tree_of
from workflow.operations.surroundings import Later
from workflow.operations.turns import turns_of
from workflow.store.cases import Campaign, Case, CaseBody, DefinitionVersion
from workflow.store.organization import Organization
from workflow.store.people import Person, Post


@dataclass(frozen=True)
class Family:
    """The rows that one statement brings for a case."""

    row: Case
    campaign: Campaign
    own: Organization
    person: Member | None
    parent: Case | None
    joined: Sequence[Organization]  #: bodies of the person's posts: a pledge may move to the one joined last (L24)


def find(session: Session, installation: Installation, actor: Actor, number: str) -> Loaded:
    """The case with that number, if the actor may read it; NotFound otherwise."""
    loaded = by_condition(session, installation, Case.number == number)
    may_read(session, actor, loaded)
    return loaded


def by_condition(session: Session, installation: Installation, which: ColumnElement[bool]) -> Loaded:
    """The one case that fulfils a condition. Three statements, whatever it is about."""
    parent, place = aliased(Case), aliased(Organization)
    held = and_(Post.person_id == Case.person_id, in_force(installation.today(clock.now())))
    found = session.execute(
        select(Case, Campaign, Organization, DefinitionVersion, Person, parent, Post, place)
        .join(Campaign, Campaign.id == Case.campaign_id)
        .join(Organization, Organization.id == Case.organization_id)
        .join(DefinitionVersion, DefinitionVersion.id == Case.definition_id)
        .outerjoin(Person, Person.id == Case.person_id)
        .outerjoin(parent, parent.id == Case.parent_id)
        .outerjoin(Post, held)
        .outerjoin(place, place.id == Post.organization_id)
        .where(which)
    ).all()
    if not found:
        raise NotFound(what="这件事项，或者您无权查看")
    row, campaign, own, _, person, above, _, _ = found[0]
    member = _member(person, [each.Post for each in found])
    places: list[Organization | None] = [each[-1] for each in found]
    joined = [each for each in places if each is not None]
    return _loaded(session, installation, Family(row, campaign, own, member, above, joined))


def _member(person: Person | None, posts: Sequence[Post | None]) -> Member | None:
    if person is None:
        return None
    held = frozenset((each.organization_id, each.code) for each in posts if each is not None)
    return Member(person.id, person.name, person.party_status, held)


def _loaded(session: Session, installation: Installation, family: Family) -> Loaded:
    row, at = family.row, clock.now()
    today = installation.today(at, family.own.timezone)
    bases = session.execute(
        select(CaseBody.base, Organization)
        .join(Organization, Organization.id == CaseBody.organization_id)
        .where(CaseBody.case_id == row.id)
    )
    bodies = {base: body for base, body in bases}  # noqa: C416 - mypy knows the pairs this way
    stage = stage_of(session, row.definition_id)
    facts = CaseFacts(
        id=row.id, number=row.number, stage=row.stage, state=row.state, round=row.round, subject=row.subject,
        bodies={base: body.id for base, body in bodies.items()}, data=row.data, opened_at=row.opened_at,
        due_at=row.due_at, person=family.person,
        parent_stage=family.parent.stage if family.parent else None, opened_by=row.opened_by, resume=row.resume,
    )  # fmt: skip
    tree = tree_of(session, [*bodies.values(), *family.joined], today)
    snapshot = snapshot_of(
        session, installation, family.campaign, stage, facts, family.own, today, tree=tree, version=row.version,
        turns=Later(lambda: turns_of(session, row.id, row.round)),
    )  # fmt: skip
    return Loaded(row, family.campaign, stage, snapshot, at, today)
