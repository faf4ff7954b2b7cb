"""Which cases somebody may read, as a condition on rows: operations.access.is_reader for a whole list at once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from json import dumps

from sqlalchemy import ColumnElement, String, and_, cast, exists, false, func, literal, not_, or_, select
from sqlalchemy.orm import Session, aliased

from workflow.definition.model import Stage
from workflow.engine.actor import Actor
from workflow.engine.rights import NAMED, held_addresses
from workflow.operations.access import GUIDE, ISSUED, PARTNER, STAFF, offices, principals
from workflow.operations.installation import Installation
from workflow.operations.organization.trees import active, line_of
from workflow.operations.publishing import stage_of
from workflow.store.cases import Case, CaseBody, DefinitionVersion
from workflow.store.documents import Document
from workflow.store.organization import Organization, Relation
from workflow.store.receipts import Receipt
from workflow.store.tasks import Candidate, Task


@dataclass(frozen=True)
class Openness:
    """What a definition says about who reads its cases."""

    audiences: tuple[tuple[str, frozenset[str]], ...]  #: audience, states in which its cases are open to it
    duties: frozenset[str]  #: form fields that name persons for a duty
    withheld: frozenset[str]  #: states in which the subject does not read them
    supporting: bool

    def states(self, audience: str) -> frozenset[str]:
        """The states open to an audience."""
        return dict(self.audiences)[audience]


def openness_of(stage: Stage) -> Openness:
    """Read it off a definition."""
    roles = (role for each in stage.transitions for by in each.by.values() for role in by)
    return Openness(
        tuple(
            (audience, frozenset(name for name, state in stage.states.items() if audience in state.visible_to))
            for audience in (STAFF, GUIDE)
        ),
        frozenset(role.partition(".")[2] for role in roles if role.startswith(f"{NAMED}.")),
        frozenset(stage.withheld_from_subject),
        stage.supporting,
    )


_known: dict[str, Openness] = {}  #: content hash → openness; a published definition is immutable, so never stale


def readable(session: Session, installation: Installation, actor: Actor, today: date) -> ColumnElement[bool]:
    """A condition on cases: true exactly for those that `access.is_reader` lets this person read."""
    versions = dict(_versions(session))
    worked = principals(session, offices(actor), today)
    joined = principals(session, {body for body, _ in actor.posts}, today)
    open_to_actor = or_(
        _concerns(session, installation, worked),
        _open_to(versions, STAFF) & (_concerns(session, installation, joined) | _above(session, joined)),
        _open_to(versions, GUIDE) & _guided_by(worked, today),
        _about(versions, actor),
        Case.id.in_(
            select(Task.case_id)
            .join(Candidate, Candidate.task_id == Task.id)
            .where(Candidate.address.in_(held_addresses(actor)))
        ),
    )
    return open_to_actor & not_(_withheld(versions, actor, worked))


def readable_documents(
    session: Session, installation: Installation, actor: Actor, today: date
) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    """Conditions on documents joined with their cases: as `access.may_read_document` decides, and whether the case too.

    A paper is read with its case, or alone by those who issue it jointly, to whom it is sent or copied.
    """
    of_case = readable(session, installation, actor, today)
    worked = principals(session, offices(actor), today)
    guiding = select(Organization.id, Organization.name).where(
        Organization.id.in_(select(Relation.superior_id).where(Relation.kind == GUIDE, active(Relation, today))),
        Organization.id.in_(worked),
    )
    issued = Document.issue_case_id.in_(select(Case.id).where(Case.state.in_(ISSUED)))
    copies = cast(Document.content[("document", "copies")], String)
    copied = [
        _guided_by({guide.id}, today) & issued & copies.contains(dumps(guide.name), autoescape=True)
        for guide in session.execute(guiding)
    ]
    sent = Document.id.in_(select(Receipt.document_id).where(Receipt.organization_id.in_(worked)))
    partners = CaseBody.base.like(PARTNER), CaseBody.organization_id.in_(worked)
    joint = Document.issue_case_id.in_(select(CaseBody.case_id).where(*partners))
    return or_(of_case, sent, joint, *copied), of_case


def _versions(session: Session) -> Iterator[tuple[int, Openness]]:
    rows = session.execute(select(DefinitionVersion.id, DefinitionVersion.content_hash).order_by(DefinitionVersion.id))
    for row in rows.all():
        if row.content_hash not in _known:
            _known[row.content_hash] = openness_of(stage_of(session, row.id))
        yield row.id, _known[row.content_hash]


def _concerns(session: Session, installation: Installation, bodies: set[int]) -> ColumnElement[bool]:
    """Cases in which one of the bodies takes part, or whose body one of them leads."""
    if not bodies:
        return false()
    taking_part = Case.id.in_(select(CaseBody.case_id).where(CaseBody.organization_id.in_(bodies)))
    paths = [path for path in session.scalars(select(Organization.path).where(Organization.id.in_(bodies))) if path]
    organs = [name for name, kind in installation.definitions.organization.kinds.items() if kind.organ]
    own = aliased(Organization)
    led = select(own.id).where(own.kind.not_in(organs), or_(false(), *(own.path.startswith(path) for path in paths)))
    return taking_part | Case.organization_id.in_(led)


def _above(session: Session, bodies: set[int]) -> ColumnElement[bool]:
    """Cases of the bodies above: what a unit publishes, all its staff may read (R41)."""
    paths = session.scalars(select(Organization.path).where(Organization.id.in_(bodies)))
    return Case.organization_id.in_({each for path in paths for each in line_of(path)})


def _guided_by(bodies: set[int], today: date) -> ColumnElement[bool]:
    guides = exists().where(
        Relation.kind == GUIDE, Relation.subordinate_id == Case.organization_id, Relation.superior_id.in_(bodies),
        active(Relation, today),
    )  # fmt: skip
    return guides if bodies else false()


def _open_to(versions: dict[int, Openness], audience: str) -> ColumnElement[bool]:
    return _in_states(versions, lambda openness: openness.states(audience))


def _in_states(versions: dict[int, Openness], which: Callable[[Openness], frozenset[str]]) -> ColumnElement[bool]:
    by_states: dict[frozenset[str], list[int]] = {}
    for version, openness in versions.items():
        by_states.setdefault(which(openness), []).append(version)
    open_ones = [Case.definition_id.in_(ids) & Case.state.in_(states) for states, ids in by_states.items() if states]
    return or_(false(), *open_ones)


def _withheld(versions: dict[int, Openness], actor: Actor, worked: set[int]) -> ColumnElement[bool]:
    """Cases that judge the person or a body where the person holds an office, while the judgement is worked on."""
    about_person = Case.person_id.is_not(None) & (Case.person_id == actor.person_id)
    subject = about_person | (Case.person_id.is_(None) & Case.organization_id.in_(worked))
    return subject & _in_states(versions, lambda openness: openness.withheld)


def _about(versions: dict[int, Openness], actor: Actor) -> ColumnElement[bool]:
    """Cases about the person, and those that name the person for a duty; nobody sits in on the vote about oneself."""
    of_stages = [version for version, openness in versions.items() if not openness.supporting]
    duties = sorted({(duty, version) for version, openness in versions.items() for duty in openness.duties})
    by_duty: dict[str, list[int]] = {}
    for duty, version in duties:
        by_duty.setdefault(duty, []).append(version)
    named = [and_(Case.definition_id.in_(ids), _names(duty, actor)) for duty, ids in by_duty.items()]
    return or_(and_(Case.person_id == actor.person_id, Case.definition_id.in_(of_stages)), *named)


def _names(field: str, actor: Actor) -> ColumnElement[bool]:
    """Whether the field holds the person's id, alone or in a list: both are written out as `,3,` and `,1,3,`."""
    written: ColumnElement[str] = cast(Case.data[field], String)
    for character, instead in (("[", ","), ("]", ","), (" ", "")):
        written = func.replace(written, character, instead)
    return (literal(",") + written + ",").contains(f",{actor.person_id},")
