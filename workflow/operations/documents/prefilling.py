"""What a paper written by hand starts with: recipients, quotas and members of the leading group are known (X1).

Nothing here is binding: the drafter sees it in the form and changes it (R63: nobody types what the service knows).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from workflow.definition.campaign import Group
from workflow.definition.model import Direction
from workflow.engine.deadlines import lasting
from workflow.engine.snapshot import Snapshot
from workflow.engine.values import text, texts
from workflow.operations.documents.content import GUIDES, SUPERIOR, recipients
from workflow.operations.documents.particulars import ISSUE
from workflow.operations.installation import Installation
from workflow.operations.organization.posts import PARTY, in_force
from workflow.operations.organization.trees import active, led_by
from workflow.store.organization import Organization
from workflow.store.people import Person, Post

AWARD, UPWARD = "commendation", "sup."
CONDITIONS = {"organization": "five_goods", "member": "five_leads"}  #: lists of criteria (R28, R30)
LEADERS, FRONTLINE, QUOTA = "award.leaders_share_max", "award.frontline_share_min", "award.unit_quota"
PERCENT = 100
Values = dict[str, Any]


def beginning(session: Session, installation: Installation, snapshot: Snapshot, day: date) -> Values:
    """The data with which an issue opened by hand starts, besides what was entered; nothing for any other stage."""
    if snapshot.case.stage != ISSUE:
        return {}
    name = text(snapshot.case.data, "paper")
    paper = snapshot.definition.documents[name]
    own = snapshot.case.bodies["own"]
    main, copies = _recipients(snapshot, paper.direction, own)
    fill = _FILLS.get(name)
    more = fill(session, installation, snapshot, day) if fill else {}
    return {"main": main, "copies": copies, **more}


def _recipients(snapshot: Snapshot, direction: Direction, own: int) -> tuple[list[str], list[str]]:
    """主送 and 抄送 as the line of writing has them (domain.md §2.3, §9)."""
    if direction is Direction.UP:
        return recipients(snapshot, (SUPERIOR,), own), recipients(snapshot, (GUIDES,), own)
    below = [name for name, group in snapshot.vocabulary.groups.items() if group is Group.BELOW]
    return (below if direction is Direction.DOWN else []), []


def _quotas(session: Session, installation: Installation, snapshot: Snapshot, day: date) -> Values:
    """T19: the same quota for every unit as nominations are held to, the shares, the limits of every step."""
    heads = installation.definitions.organization.roles["secretary"].posts
    directly = led_by(session, snapshot.case.bodies["own"], day)
    units = session.execute(
        select(Organization.id, Organization.path)
        .where(Organization.id.in_(directly), Organization.kind.in_(heads))
        .order_by(Organization.code)
    ).all()
    each, leaders, frontline = snapshot.integer(QUOTA), _percent(snapshot, LEADERS), _percent(snapshot, FRONTLINE)
    shared = {"organizations": each, "people": each, "leader_cap": each * leaders // PERCENT,
              "frontline": -(-each * frontline // PERCENT)}  # fmt: skip
    return {
        "titles": list(_titles(snapshot, each * len(units))),
        "shares": f"推荐的优秀共产党员中，生产一线的不少于{frontline}%，领导干部不超过{leaders}%。",
        "quotas": [
            {"unit": unit.id, **_strength(session, installation, unit.path, day), **shared} for unit in units
        ],
        "schedule": list(_schedule(installation, snapshot, day)),
    }  # fmt: skip


def _percent(snapshot: Snapshot, name: str) -> int:
    return int(text(snapshot.parameters, name).removesuffix("%"))


def _titles(snapshot: Snapshot, quota: int) -> Iterator[Values]:
    criteria = snapshot.criteria
    for code in texts(snapshot.parameters, "award.titles"):
        subject = next(each for each in CONDITIONS if code in criteria.groups[f"{each}_titles"])
        conditions = "、".join(criteria.lists[CONDITIONS[subject]].values())
        yield {"title": criteria.lists["award_titles"][code], "quota": quota, "conditions": conditions}


def _strength(session: Session, installation: Installation, path: str, day: date) -> dict[str, int]:
    """How many branches and Party members a unit has, with everything below it."""
    kinds = installation.definitions.organization.roles["assembly"].posts
    below = (Organization.path.startswith(path, autoescape=True), active(Organization, day))
    branches = session.scalar(select(func.count()).where(*below, Organization.kind.in_(kinds)))
    members = session.scalar(
        select(func.count(Post.person_id.distinct()))
        .join(Organization, Organization.id == Post.organization_id)
        .where(*below, Post.code.in_(PARTY), in_force(day))
    )
    return {"branches": branches or 0, "members": members or 0}


def _schedule(installation: Installation, snapshot: Snapshot, day: date) -> Iterator[Values]:
    """The steps of a nomination up to its report, each with the day on which its limit is over."""
    for state in installation.definitions.stages[AWARD].states.values():
        waits = [role for roles in state.waits_for.values() for role in roles]
        if any(role.startswith(UPWARD) for role in waits):
            return
        if state.due is not None:
            day = lasting(snapshot, state.due, day).date
            yield {"until": day.isoformat(), "task": state.do or state.title}


def _group(session: Session, installation: Installation, snapshot: Snapshot, day: date) -> Values:
    """T43: the leading group and its office as they are registered (R66, R67)."""
    words, tree, own = installation.definitions.organization, snapshot.tree, snapshot.case.bodies["own"]
    groups = [each for each in tree.organs.get(own, ()) if tree.bodies[each].kind in words.roles["leading_group"].posts]
    if not groups:
        return {}
    group = groups[0]
    follows = words.kinds[tree.bodies[group].kind].follows
    members = _members(session, group, day)
    offices = [
        office for office in tree.organs.get(group, ()) if tree.bodies[office].kind in words.roles["office"].posts
    ]
    heads = words.roles["office_head"].posts
    directors = [
        each.name for office in offices for each in _members(session, office, day)
        if each.code in heads[tree.bodies[office].kind]
    ]  # fmt: skip
    jobs = _jobs(session, snapshot, [each.person_id for each in members], day)
    return {
        "group_name": tree.bodies[group].name,
        "group_members": [
            {"rank": "head" if each.code in follows else "member", "name": each.name,
             "post": jobs.get(each.person_id) or each.job} for each in members
        ],
        "office_head": next(iter(directors), None), "office_deputies": directors[1:],
    }  # fmt: skip


def _members(session: Session, body: int, day: date) -> Sequence[Any]:
    """Who holds posts in a body, the head first."""
    rows = session.execute(
        select(Post.person_id, Post.code, Person.name, Person.job)
        .join(Person, Person.id == Post.person_id)
        .where(Post.organization_id == body, in_force(day))
        .order_by(Post.code, Person.number)
    )
    return rows.all()


def _jobs(session: Session, snapshot: Snapshot, people: Sequence[int], day: date) -> Mapping[int, str]:
    """The first post that each of them holds in the body itself."""
    posts = snapshot.vocabulary.posts
    held = session.execute(
        select(Post.person_id, Post.code).where(
            Post.organization_id == snapshot.case.bodies["own"], Post.person_id.in_(people), in_force(day)
        )
    ).all()
    ranked = sorted(held, key=lambda row: posts[row.code].rank, reverse=True)
    return {row.person_id: posts[row.code].title for row in ranked}


_FILLS: Mapping[str, Callable[[Session, Installation, Snapshot, date], Values]] = {
    "quota_notice": _quotas, "group_notice": _group,
}  # fmt: skip
