"""The one policy: who may read, list, print and be told what. Deny unless a rule here says otherwise."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from workflow.engine.actor import Actor
from workflow.engine.rights import held_addresses, named_persons
from workflow.engine.snapshot import Snapshot
from workflow.errors import NotFound
from workflow.operations.loading import Loaded
from workflow.operations.organization.posts import MEMBERSHIPS, in_force
from workflow.operations.organization.trees import active
from workflow.store.cases import Case, CaseBody
from workflow.store.documents import Document
from workflow.store.organization import Organization, Relation
from workflow.store.people import Post
from workflow.store.receipts import Receipt
from workflow.store.tasks import Candidate, Task

ISSUED = ("distributed", "archived")  #: states of a document's issue in which it has been sent out
PARTNER = "partner%"  #: bases of the bodies that issue a document jointly with its issuer (effect name_cosigners)
STAFF = "staff"
GUIDE = "guide"


def offices(actor: Actor) -> frozenset[int]:
    """The bodies in which the actor holds an office."""
    return frozenset(body for body, post in actor.posts if post not in MEMBERSHIPS)


def may_read(session: Session, actor: Actor, loaded: Loaded) -> None:
    """Raise NotFound when the actor may not even know of the case: a refusal would confirm that it exists."""
    if not is_reader(session, actor, loaded):
        raise NotFound(what="这件事项，或者您无权查看")


def is_reader(session: Session, actor: Actor, loaded: Loaded) -> bool:
    """Those who work on the case or lead its body, and who stands in for them; guides and staff once it is published.

    Whoever is judged reads nothing while the judgement is being worked on, whatever else they are (R46, R45).
    """
    if actor.is_system:
        return True
    if _is_withheld(actor, loaded):
        return False
    if _reads(session, actor, loaded):
        return True
    principals = actor.capacities(loaded.stage.stage)[1:]
    return any(not _is_withheld(each, loaded) and _reads(session, each, loaded) for each in principals)


def _is_withheld(actor: Actor, loaded: Loaded) -> bool:
    return loaded.row.state in loaded.stage.withheld_from_subject and is_subject(actor, loaded.snapshot)


def _reads(session: Session, actor: Actor, loaded: Loaded) -> bool:
    snapshot = loaded.snapshot
    if actor.person_id in _persons(loaded):
        return True
    own = snapshot.case.bodies["own"]
    working = _with_organs(snapshot, {*snapshot.case.bodies.values(), *snapshot.tree.ancestors(own)})
    if not working.isdisjoint(offices(actor)):
        return True
    audience = loaded.stage.states[loaded.row.state].visible_to
    if GUIDE in audience and guiding_body(snapshot, actor) is not None:
        return True
    if STAFF in audience and _is_staff(session, actor, own, working):
        return True
    return _is_candidate(session, actor, loaded.row.id)


def kept_from(session: Session, loaded: Loaded) -> frozenset[int]:
    """From whom the case is withheld in its present state, whatever is asked of them: they could not read it."""
    if loaded.row.state not in loaded.stage.withheld_from_subject:
        return frozenset()
    snapshot = loaded.snapshot
    if snapshot.case.person is not None:
        return frozenset({snapshot.case.person.id})
    judged = Post.organization_id.in_(snapshot.tree.with_organs(snapshot.case.bodies["own"]))
    holders = select(Post.person_id).where(judged, Post.code.not_in(MEMBERSHIPS), in_force(loaded.today))
    return frozenset(session.scalars(holders))


def is_subject(actor: Actor, snapshot: Snapshot) -> bool:
    """Whether the case is about the actor, or about a body in which the actor holds an office."""
    if snapshot.case.person is not None:
        return actor.person_id == snapshot.case.person.id
    return not offices(actor).isdisjoint(snapshot.tree.with_organs(snapshot.case.bodies["own"]))


def may_read_document(session: Session, actor: Actor, document: Document, loaded: Loaded) -> None:
    """A paper is read by those who read its case or issue it jointly, and once issued by those who are sent a copy."""
    if document.case_id != loaded.row.id:
        raise NotFound(what="这份文件")
    if not (
        is_reader(session, actor, loaded)
        or _is_copied(session, actor, document, loaded.snapshot)
        or _is_sent(session, actor, document, loaded.today)
        or _issues_jointly(session, actor, document, loaded.today)
    ):
        raise NotFound(what="这份文件，或者您无权查看")


def may_see_confidence(actor: Actor, loaded: Loaded) -> bool:
    """Who objected is shown only to those who receive and check objections, never to the nominee."""
    snapshot = loaded.snapshot
    checkers = {"party_dept_head", "party_dept_staff", "discipline_secretary", "discipline_office"}
    bodies = _with_organs(snapshot, snapshot.case.bodies.values())
    concerned = actor.person_id in _persons(loaded)
    return not concerned and any(body in bodies and post in checkers for body, post in actor.posts)


def guiding_body(snapshot: Snapshot, actor: Actor) -> int | None:
    """The guide of the case's body in which the actor holds an office (R57)."""
    held = offices(actor)
    for guide in snapshot.tree.guides.get(snapshot.case.bodies["own"], ()):
        if not held.isdisjoint(snapshot.tree.with_organs(guide)):
            return guide
    return None


def _is_copied(session: Session, actor: Actor, document: Document, snapshot: Snapshot) -> bool:
    """Whether the paper has been sent out with a copy to a guide in which the actor holds an office (R57)."""
    named = document.content["document"]["copies"]
    guides = snapshot.tree.guides.get(snapshot.case.bodies["own"], ())
    mine = (each for each in guides if not offices(actor).isdisjoint(snapshot.tree.with_organs(each)))
    if document.issue_case_id is None or not any(snapshot.tree.bodies[each].name in named for each in mine):
        return False
    return session.scalar(select(Case.state).where(Case.id == document.issue_case_id)) in ISSUED


def _is_sent(session: Session, actor: Actor, document: Document, today: date) -> bool:
    """Whether the paper stands in the register of a body for which the actor works (收文)."""
    bodies = principals(session, offices(actor), today)
    sent = select(Receipt.id).where(Receipt.document_id == document.id, Receipt.organization_id.in_(bodies))
    return session.scalar(sent.limit(1)) is not None


def _issues_jointly(session: Session, actor: Actor, document: Document, today: date) -> bool:
    """Whether the actor works for a body that countersigns the paper and presses its seal on it (联合行文)."""
    if document.issue_case_id is None:
        return False
    mine = CaseBody.organization_id.in_(principals(session, offices(actor), today))
    asked = select(CaseBody.base).where(CaseBody.case_id == document.issue_case_id, CaseBody.base.like(PARTNER), mine)
    return session.scalar(asked.limit(1)) is not None


def principals(session: Session, bodies: Iterable[int], today: date) -> set[int]:
    """The bodies, and those whose working bodies they are (an office speaks for its leading group and committee)."""
    found: set[int] = set()
    level = set(bodies)
    while level:
        found |= level
        above = select(Relation.superior_id).where(
            Relation.subordinate_id.in_(level), Relation.kind == "same_level", active(Relation, today)
        )
        level = set(session.scalars(above)) - found
    return found


def _persons(loaded: Loaded) -> frozenset[int]:
    """The subject, and persons whom the case names for a duty in it."""
    person = None if loaded.stage.supporting else loaded.row.person_id  # nobody sits in on the vote about oneself
    subject = {person} if person else set()
    duties = [role.partition(".")[2] for each in loaded.stage.transitions for roles in each.by.values()
              for role in roles if role.startswith("named.")]  # fmt: skip
    named = {person for duty in duties for person in named_persons(loaded.row.data, duty)}
    return frozenset(subject | named)


def _is_staff(session: Session, actor: Actor, own: int, working: frozenset[int]) -> bool:
    """Whether the actor belongs to the body, its working bodies, or anything below it (R41: all staff of the unit)."""
    bodies = {body for body, _ in actor.posts}
    if not bodies.isdisjoint(working):
        return True
    below = select(Organization.id).where(Organization.id.in_(bodies), Organization.path.contains(f"/{own}/"))
    return session.scalar(below.limit(1)) is not None


def _with_organs(snapshot: Snapshot, bodies: Iterable[int]) -> frozenset[int]:
    return frozenset(organ for body in bodies for organ in snapshot.tree.with_organs(body))


def _is_candidate(session: Session, actor: Actor, case_id: int) -> bool:
    mine = (
        select(Candidate.task_id)
        .join(Task, Task.id == Candidate.task_id)
        .where(Task.case_id == case_id, Candidate.address.in_(held_addresses(actor)))
    )
    return session.scalar(mine.limit(1)) is not None


def visible_case(session: Session, number: str) -> int:
    """The id of the case with that number."""
    found = session.scalar(select(Case.id).where(Case.number == number))
    if found is None:
        raise NotFound(what="这件事项，或者您无权查看")
    return found
