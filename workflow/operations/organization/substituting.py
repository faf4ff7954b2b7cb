"""Substitution 代理: somebody acts with another's posts for a while, recorded as "A on behalf of B" (approvals.md).

A substitute is given the posts that the principal holds at the moment of the act, never what the principal may do as
a person (`self`, `named.*`), never a membership, and never what the principal has only as a substitute of others.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from workflow import clock
from workflow.engine.actor import Actor
from workflow.engine.forms import FieldFault
from workflow.engine.organization import FULL_MEMBER
from workflow.errors import InvalidInput, NotFound, NotUnique, Refused
from workflow.operations.installation import Installation
from workflow.operations.organization.locking import lock_people
from workflow.operations.organization.organizers import bodies_of, check_organizes
from workflow.operations.organization.posts import MEMBERSHIPS, in_force, is_disabled
from workflow.store.fetching import get
from workflow.store.organization import Organization
from workflow.store.people import Person, Post, Substitution

TITLE = "设定代理"


@dataclass(frozen=True)
class Terms:
    """Who stands in for whom, from which day to which, and in what."""

    principal: Person
    substitute: Person
    since: date
    until: date  #: the last day
    reason: str
    stages: tuple[str, ...] = ()  #: only cases of these stages; empty for all
    organization: Organization | None = None  #: only the posts there; None for all


def substitute(session: Session, installation: Installation, actor: Actor, terms: Terms) -> Substitution:
    """Let somebody stand in for another. Raises NotAllowed, InvalidInput, Refused or NotUnique."""
    check_may_substitute(session, installation, actor, terms)
    _check_terms(installation, terms)
    _check_posts(session, installation, terms)
    lock_people(session, (terms.principal.id,))  # of two at once the second is told
    _check_unique(session, terms)
    made = Substitution(
        principal_id=terms.principal.id, substitute_id=terms.substitute.id,
        organization_id=terms.organization.id if terms.organization else None, stages=list(terms.stages),
        reason=terms.reason.strip(), valid_from=terms.since, valid_to=terms.until + timedelta(days=1),
        made_by=actor.person_id, made_at=clock.now(),
    )  # fmt: skip
    session.add(made)
    session.flush()
    return made


def check_may_substitute(session: Session, installation: Installation, actor: Actor, terms: Terms) -> None:
    """The principal for oneself; for others the organisers of the bodies in question, never for their own good."""
    if actor.person_id == terms.substitute.id:
        reason = "不能由代理人自己设定，请由本人或者组织管理员办理"
        raise Refused(title=TITLE, guard="not_to_oneself", reason=reason)
    if actor.person_id != terms.principal.id:
        check_manages(session, installation, actor, terms.principal.id, terms.organization)


def check_manages(
    session: Session, installation: Installation, actor: Actor, principal_id: int, organization: Organization | None
) -> None:
    """Raise NotAllowed unless the actor keeps the records of the bodies in which the principal holds posts."""
    today = installation.today(clock.now())
    bodies = {organization.id} if organization else bodies_of(session, principal_id, today)
    check_organizes(session, installation, actor, bodies, "为他人设定或者结束代理")


def end_substitution(session: Session, installation: Installation, actor: Actor, substitution_id: int) -> Substitution:
    """End a substitution today; whoever may set it, and the substitute, may end it."""
    found = session.get(Substitution, substitution_id, with_for_update={"key_share": True})
    if found is None:
        raise NotFound(what="这项代理")
    today = installation.today(clock.now())
    if actor.person_id not in (found.principal_id, found.substitute_id):
        organization = get(session, Organization, found.organization_id) if found.organization_id else None
        check_manages(session, installation, actor, found.principal_id, organization)
    if found.valid_to <= today:
        last = found.valid_to - timedelta(days=1)
        raise Refused(title="结束代理", guard="in_force", reason=f"这项代理已于{last.isoformat()}结束")
    found.valid_to = max(today, found.valid_from)
    session.flush()
    return found


def substitutes_of(session: Session, person_id: int, day: date) -> list[Substitution]:
    """Who stands in for a person on a day or later, in order of the first day."""
    mine = (Substitution.principal_id == person_id, Substitution.valid_to > day)
    return list(session.scalars(select(Substitution).where(*mine).order_by(Substitution.valid_from, Substitution.id)))


def _check_terms(installation: Installation, terms: Terms) -> None:
    faults = []
    if terms.principal.id == terms.substitute.id:
        faults.append(FieldFault("substitute", "代理人", "代理人不能是本人，请另选一人"))
    if terms.until < terms.since:
        faults.append(FieldFault("until", "截止日期", "截止日期早于起始日期，请核对"))
    if terms.until < installation.today(clock.now()):
        faults.append(FieldFault("until", "截止日期", "截止日期已过，请填写今天或以后的日期"))
    if not terms.reason.strip():
        faults.append(FieldFault("reason", "事由", "请写明代理的事由，如出差、学习、休假"))
    unknown = [each for each in terms.stages if each not in installation.definitions.stages]
    faults += [FieldFault("stages", "环节", f"没有“{each}”这个环节，请从现有环节中选择") for each in unknown]
    if faults:
        raise InvalidInput(errors=tuple(faults))


def _check_posts(session: Session, installation: Installation, terms: Terms) -> None:
    """There has to be something to pass on, and a post of the Party is passed on to full members alone (R70)."""
    if is_disabled(session, terms.substitute.id):
        raise Refused(
            title=TITLE, guard="substitute_is_let_in", reason=f"{terms.substitute.name}的账号已停用，请另选一人"
        )
    today = installation.today(clock.now())
    here = [Post.organization_id == terms.organization.id] if terms.organization else []
    held = select(Post.code).where(
        Post.person_id == terms.principal.id, Post.code.not_in(MEMBERSHIPS), in_force(today), *here
    )
    codes = session.scalars(held).all()
    if not codes:
        where = f"在{terms.organization.short_name}" if terms.organization else ""
        reason = f"{terms.principal.name}{where}没有可以代理的任职；党员、群众身份和本人的事项不能代理"
        raise Refused(title=TITLE, guard="has_posts", reason=reason)
    posts = installation.definitions.organization.posts
    party = [posts[each].title for each in codes if posts[each].party]
    if party and terms.substitute.party_status != FULL_MEMBER:
        reason = f"“{party[0]}”须由正式党员代理，请先核对{terms.substitute.name}的政治面貌"
        raise Refused(title=TITLE, guard="party_post", reason=reason)


def _check_unique(session: Session, terms: Terms) -> None:
    same = (
        Substitution.principal_id == terms.principal.id,
        Substitution.substitute_id == terms.substitute.id,
        Substitution.organization_id.is_not_distinct_from(terms.organization.id if terms.organization else None),
        Substitution.valid_from <= terms.until,
        Substitution.valid_to > terms.since,
    )
    for stages in session.scalars(select(Substitution.stages).where(*same)):
        if not stages or not terms.stages or not set(stages).isdisjoint(terms.stages):
            raise NotUnique(what=f"{terms.substitute.name}在这段时间代理{terms.principal.name}的记录")
