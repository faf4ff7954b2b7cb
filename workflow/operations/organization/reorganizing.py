"""Reorganisation while cases run: merge two bodies, rename one, move one under another superior.

Running cases keep the bodies that they were opened with (domain.md §2.2), except where a body ends: its part in every
running case goes to the body that takes it over, with a journal entry in each.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from workflow import clock
from workflow.engine.actor import Actor
from workflow.engine.forms import FieldFault
from workflow.engine.organization import LEAD, SAME_LEVEL
from workflow.errors import InvalidInput, NotUnique, Refused
from workflow.operations.installation import Installation
from workflow.operations.organization import organizing
from workflow.operations.organization.appointing import Seat, appoint, end_post
from workflow.operations.organization.lines import bump
from workflow.operations.organization.locking import lock_people
from workflow.operations.organization.organizers import check_organizes, office_of
from workflow.operations.organization.organizing import Edge
from workflow.operations.organization.posts import MEMBERSHIPS, in_force
from workflow.operations.organization.trees import active
from workflow.operations.organization.work_of_body import Order, concerned_cases, repoint
from workflow.operations.trying import tried
from workflow.store.fetching import get_one
from workflow.store.organization import FormerName, Organization, Relation
from workflow.store.people import Person, Post

MERGE, RENAME, MOVE = "合并组织", "更改名称", "调整隶属"


@dataclass(frozen=True)
class Merger:
    """One body ends and another takes over its people, its subordinates and its part in running cases."""

    gone: Organization
    into: Organization
    day: date  #: the first day on which the one exists no longer
    reason: str


@dataclass(frozen=True)
class Merged:
    """What a merger moves, and what ends with the body."""

    posts: tuple[str, ...]  #: who goes over in which office
    members: int  #: how many members of the Party and of the staff go over
    ended: tuple[tuple[str, str], ...]  #: whose post ends, and why
    bodies: tuple[str, ...]  #: who is led by the other body from now on
    cases: tuple[tuple[str, str], ...]  #: number and title of the running cases


def preview_merger(session: Session, installation: Installation, actor: Actor, merger: Merger) -> Merged:
    """Everything that would happen; nothing does. Raises what the merger would raise."""
    return tried(session, lambda: merge(session, installation, actor, merger))


def merge(session: Session, installation: Installation, actor: Actor, merger: Merger) -> Merged:
    """Merge at once: changes of the tree wait for one another; then persons and cases are locked in order of id."""
    _wait_for_turn(session, merger.gone, merger.into)
    _check_merger(session, installation, actor, merger)
    there = select(Post.person_id).where(Post.organization_id == merger.gone.id, in_force(merger.day))
    lock_people(session, session.scalars(there))
    cases = concerned_cases(session, merger.gone)
    office = office_of(session, installation, actor)
    posts, members, ended = _move_posts(session, installation, merger)
    bodies = _move_bodies(session, installation, merger)
    order = Order(merger.gone, merger.into, actor, *office, merger.reason.strip())
    for row in cases:
        repoint(session, row, order)
    organizing.close_body(session, merger.gone, merger.day)
    return Merged(posts, members, ended, bodies, tuple((each.number, each.title) for each in cases))


@dataclass(frozen=True)
class NewName:
    """What a body is called from a day on."""

    name: str
    short_name: str
    day: date
    reason: str


def rename(
    session: Session, installation: Installation, actor: Actor, organization: Organization, new: NewName
) -> FormerName:
    """Call a body by another name from a day on; what it was called before is kept."""
    _check_name(session, installation, organization, new)
    check_organizes(session, installation, actor, {organization.id}, RENAME)
    _wait_for_turn(session, organization)
    last = select(FormerName.valid_to).where(FormerName.organization_id == organization.id)
    since = session.scalar(last.order_by(FormerName.valid_to.desc()).limit(1)) or organization.valid_from
    if new.day < since:
        raise Refused(title=RENAME, guard="in_order", reason=f"现用名称自{since.isoformat()}起使用，新名称不能更早")
    former = FormerName(
        organization_id=organization.id, name=organization.name, short_name=organization.short_name,
        reason=new.reason.strip(), valid_from=since, valid_to=new.day, changed_by=actor.person_id,
    )  # fmt: skip
    organization.name, organization.short_name = new.name.strip(), new.short_name.strip()
    session.add(former)
    session.flush()
    return former


def move(
    session: Session, installation: Installation, actor: Actor, organization: Organization, superior: Organization,
    day: date,
) -> Relation:  # fmt: skip
    """Change the leading superior, with everything below. Running cases stay with the one that they were sent to."""
    _wait_for_turn(session, organization, superior)
    check_organizes(session, installation, actor, {organization.id, superior.id}, MOVE)
    return organizing.move_body(session, installation, organization, superior, day)


def former_names(session: Session, organization_id: int) -> Sequence[FormerName]:
    """What a body was called before, the newest first."""
    mine = select(FormerName).where(FormerName.organization_id == organization_id)
    return session.scalars(mine.order_by(FormerName.valid_to.desc(), FormerName.id.desc())).all()


def _wait_for_turn(session: Session, *bodies: Organization) -> None:
    """Let whoever changes the tree at this moment finish, and look at the bodies anew."""
    bump(session)
    for each in bodies:
        session.refresh(each)


def _check_merger(session: Session, installation: Installation, actor: Actor, merger: Merger) -> None:
    gone, into, today = merger.gone, merger.into, installation.today(clock.now())
    faults = _form_faults(merger.day, merger.reason, today)
    if gone.id == into.id:
        faults.append(FieldFault("into", "并入的组织", "不能并入自身，请另选一个组织"))
    if faults:
        raise InvalidInput(errors=tuple(faults))
    check_organizes(session, installation, actor, {gone.id, into.id}, MERGE)
    title = f"把{gone.short_name}并入{into.short_name}"
    words = installation.definitions.organization
    if gone.kind != into.kind:
        reason = f"{words.kinds[gone.kind].title}和{words.kinds[into.kind].title}不是同一类组织"
        raise Refused(title=title, guard="same_kind", reason=reason)
    if into.path.startswith(gone.path) or gone.path.startswith(into.path):
        reason = "两个组织有上下级关系，合并后会自己审批自己；请先调整隶属关系"
        raise Refused(title=title, guard="side_by_side", reason=reason)
    ended = next((each for each in (gone, into) if each.valid_to is not None and each.valid_to <= merger.day), None)
    if ended is not None:
        raise Refused(title=title, guard="body_exists", reason=f"{ended.name}已经撤销")
    organ = select(Organization.name).join(Relation, Relation.subordinate_id == Organization.id)
    below = organ.where(Relation.superior_id == gone.id, Relation.kind == SAME_LEVEL, active(Relation, merger.day))
    if (name := session.scalar(below.limit(1))) is not None:
        raise Refused(title=title, guard="no_organs", reason=f"请先合并或者撤销它的工作机构{name}")


def _check_name(session: Session, installation: Installation, organization: Organization, new: NewName) -> None:
    faults = _form_faults(new.day, new.reason, installation.today(clock.now()))
    for field, title, value in (("name", "全称", new.name), ("short_name", "简称", new.short_name)):
        longest = getattr(Organization, field).type.length
        if not 0 < len(value.strip()) <= longest:
            faults.append(FieldFault(field, title, f"请填写{title}，最多{longest}个字"))
    if faults:
        raise InvalidInput(errors=tuple(faults))
    same = select(Organization.id).where(Organization.name == new.name.strip(), Organization.id != organization.id)
    if session.scalar(same.where(active(Organization, new.day)).limit(1)) is not None:
        raise NotUnique(what=f"名为“{new.name.strip()}”的组织")


def _form_faults(day: date, reason: str, today: date) -> list[FieldFault]:
    faults = []
    if day > today:
        faults.append(FieldFault("day", "生效日期", "生效日期还没有到，请在当日办理"))
    if not reason.strip():
        faults.append(FieldFault("reason", "依据", "请写明批准文件或者会议"))
    return faults


def _move_posts(
    session: Session, installation: Installation, merger: Merger
) -> tuple[tuple[str, ...], int, tuple[tuple[str, str], ...]]:
    """Everybody goes over with the same post, where it is free and not held there already."""
    words = installation.definitions.organization
    held = select(Post, Person).join(Person, Person.id == Post.person_id)
    here = held.where(Post.organization_id == merger.gone.id, in_force(merger.day)).order_by(Post.id)
    moved, members, ended = [], 0, []
    for post, who in session.execute(here).all():
        title = words.posts[post.code].title
        end_post(session, installation, post, merger.day)
        try:
            appoint(session, installation, who, Seat(merger.into, post.code), merger.day)
        except Refused as refused:
            ended.append((f"{who.name} {title}", str(refused.facts["reason"])))
        except NotUnique:
            ended.append((f"{who.name} {title}", f"本人已在{merger.into.short_name}任此职"))
        else:
            members += post.code in MEMBERSHIPS
            moved += [f"{who.name} {title}"] if post.code not in MEMBERSHIPS else []
    return tuple(moved), members, tuple(ended)


def _move_bodies(session: Session, installation: Installation, merger: Merger) -> tuple[str, ...]:
    """Who was led by the one is led by the other; its other relations end, or go over where they are new."""
    mine = or_(Relation.superior_id == merger.gone.id, Relation.subordinate_id == merger.gone.id)
    led = []
    for relation in session.scalars(select(Relation).where(mine, active(Relation, merger.day)).order_by(Relation.id)):
        if relation.superior_id != merger.gone.id:
            continue  # ends with the body
        below = get_one(session, Organization, relation.subordinate_id)
        if relation.kind == LEAD:
            organizing.move_body(session, installation, below, merger.into, merger.day)
            led.append(below.name)
        elif below.id != merger.into.id:
            organizing.end_relation(session, relation, merger.day)
            _relate(session, installation, Edge(relation.kind, merger.into, below), merger.day)
    return tuple(led)


def _relate(session: Session, installation: Installation, edge: Edge, day: date) -> None:
    known = select(Relation.id).where(
        Relation.kind == edge.kind, Relation.superior_id == edge.superior.id,
        Relation.subordinate_id == edge.subordinate.id, active(Relation, day),
    )  # fmt: skip
    if session.scalar(known.limit(1)) is None:
        organizing.set_relation(session, installation, edge, day)
