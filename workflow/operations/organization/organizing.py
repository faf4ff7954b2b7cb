"""Keep the organisation's records: bodies and the relations between them, effective-dated (R20, R50, R54, R59)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from workflow import clock
from workflow.engine.organization import LEAD, LINES, affiliation_refusal, prefix_refusal, relation_refusal
from workflow.errors import NotFound, NotUnique, Refused
from workflow.operations.installation import Installation
from workflow.operations.organization.lines import bump, move_subtree
from workflow.operations.organization.trees import active
from workflow.store.fetching import get_one
from workflow.store.organization import Organization, Relation
from workflow.store.people import Post


@dataclass(frozen=True)
class NewBody:
    """What is known of a body when it is founded."""

    code: str
    name: str
    short_name: str
    kind: str
    category: str | None = None
    party_relation: str | None = None  #: sasac or local, for enterprises (R55, R56)
    number_prefix: str = ""
    contact: str = ""
    phone: str = ""
    mail: str = ""
    address: str = ""
    timezone: str = "Asia/Shanghai"


@dataclass(frozen=True)
class Edge:
    """Who is related to whom, and how."""

    kind: str
    superior: Organization
    subordinate: Organization


def body(session: Session, code: str) -> Organization:
    """The body with that code."""
    found = session.scalar(select(Organization).where(Organization.code == code))
    if found is None:
        raise NotFound(what=f"代码为“{code}”的组织")
    return found


def add_body(session: Session, installation: Installation, new: NewBody, since: date) -> Organization:
    """Found a body. It stands alone until `set_relation` gives it a superior."""
    words = installation.definitions.organization
    _known(new.kind, words.kinds, "组织类型")
    if new.category is not None:
        _known(new.category, words.categories, "组织分类")
    if session.scalar(select(Organization.id).where(Organization.code == new.code)) is not None:
        raise NotUnique(what=f"代码为“{new.code}”的组织")
    if reason := prefix_refusal(new.number_prefix):
        raise Refused(title=f"登记{new.short_name}", guard="prefix_is_chinese", reason=reason)
    bump(session)
    found = Organization(**vars(new), valid_from=since)
    session.add(found)
    session.flush()
    found.path = f"/{found.id}/"
    session.flush()
    return found


def close_body(session: Session, organization: Organization, day: date) -> None:
    """Dissolve a body from a day on: its posts and relations end with it. Bodies below it have to move first."""
    below = session.scalar(
        select(Organization.name)
        .join(Relation, Relation.subordinate_id == Organization.id)
        .where(Relation.superior_id == organization.id, Relation.kind.in_(LINES), active(Relation, day),
               active(Organization, day))
        .limit(1)
    )  # fmt: skip
    if below is not None:
        raise Refused(title=f"撤销{organization.short_name}", guard="nothing_below",
                      reason=f"它仍领导{below}等组织，请先把这些组织转出或撤销")  # fmt: skip
    bump(session)
    mine = or_(Relation.superior_id == organization.id, Relation.subordinate_id == organization.id)
    for relation in session.scalars(select(Relation).where(mine, _later(Relation, day))):
        relation.valid_to = max(day, relation.valid_from)
    for post in session.scalars(select(Post).where(Post.organization_id == organization.id, _later(Post, day))):
        post.valid_to = max(day, post.valid_from)
    organization.valid_to = day
    session.flush()


def set_relation(session: Session, installation: Installation, edge: Edge, since: date) -> Relation:
    """Register a relation from a day on. Raises NotUnique for a second leading superior, Refused for what cannot be."""
    words = installation.definitions.organization
    _known(edge.kind, words.relations, "组织关系")
    superior, subordinate = edge.superior, edge.subordinate
    title = f"登记{superior.short_name}与{subordinate.short_name}的{words.relations[edge.kind].title}关系"
    if reason := relation_refusal(words, edge.kind, superior.kind, subordinate.kind):
        raise Refused(title=title, guard="relation_fits", reason=reason)
    _check_days(installation, title, (superior, subordinate), since)
    if superior.id == subordinate.id or (edge.kind in LINES and f"/{subordinate.id}/" in superior.path):
        reason = f"{superior.short_name}本身在{subordinate.short_name}之下，这样会形成循环"
        raise Refused(title=title, guard="no_circle", reason=reason)
    _check_unique(session, edge, since, single=words.relations[edge.kind].single)
    affiliation = subordinate.party_relation
    if reason := affiliation_refusal(edge.kind, superior.kind, subordinate.kind, affiliation):
        raise Refused(title=title, guard="affiliation_leads", reason=reason)
    bump(session)
    relation = Relation(kind=edge.kind, superior_id=superior.id, subordinate_id=subordinate.id, valid_from=since)
    session.add(relation)
    session.flush()
    if edge.kind in LINES:
        move_subtree(session, subordinate, superior)
    return relation


def end_relation(session: Session, relation: Relation, day: date) -> None:
    """End a relation: `day` is the first on which it no longer holds."""
    bump(session)
    relation.valid_to = max(day, relation.valid_from)
    session.flush()
    if relation.kind in LINES:
        move_subtree(session, get_one(session, Organization, relation.subordinate_id), None)


def move_body(
    session: Session, installation: Installation, organization: Organization, superior: Organization, day: date
) -> Relation:
    """Change the leading superior from a day on, with everything below. Cases already opened stay where they are."""
    for relation in _open(session, LEAD, organization, day):
        end_relation(session, relation, day)
    return set_relation(session, installation, Edge(LEAD, superior, organization), day)


def find_relation(session: Session, edge: Edge, day: date) -> Relation:
    """The relation of that kind between the two bodies on a day."""
    for relation in _open(session, edge.kind, edge.subordinate, day):
        if relation.superior_id == edge.superior.id:
            return relation
    raise NotFound(what=f"{edge.superior.short_name}与{edge.subordinate.short_name}之间的这种关系")


def _later(table: type[Relation | Post], day: date) -> ColumnElement[bool]:
    """Rows that hold on the day or after it."""
    return or_(table.valid_to.is_(None), table.valid_to > day)


def _open(session: Session, kind: str, subordinate: Organization, day: date) -> list[Relation]:
    mine = (Relation.kind == kind, Relation.subordinate_id == subordinate.id, _later(Relation, day))
    return list(session.scalars(select(Relation).where(*mine).order_by(Relation.id)))


def _check_unique(session: Session, edge: Edge, since: date, *, single: bool) -> None:
    for relation in _open(session, edge.kind, edge.subordinate, since):
        if relation.superior_id == edge.superior.id:
            raise NotUnique(what=f"{edge.superior.short_name}与{edge.subordinate.short_name}的这种关系")
        if single:
            present = get_one(session, Organization, relation.superior_id)
            raise NotUnique(
                f"{edge.subordinate.name}已由{present.name}领导，同一时间只能有一个上级领导党组织。"
                f"如隶属关系确有变动，请先结束原关系，或办理隶属关系转接。"
            )


def _check_days(installation: Installation, title: str, bodies: tuple[Organization, ...], since: date) -> None:
    """The path of a body says how things stand today, so a relation cannot be registered ahead of its day."""
    if since > installation.today(clock.now()):
        raise Refused(title=title, guard="not_ahead", reason="起始日期还没有到，请在当日登记")
    for each in bodies:
        if since < each.valid_from or (each.valid_to is not None and since >= each.valid_to):
            reason = f"{each.name}在{since.isoformat()}不存在，请核对日期"
            raise Refused(title=title, guard="body_exists", reason=reason)


def _known(code: str, vocabulary: object, what: str) -> None:
    if code not in vocabulary:  # type: ignore[operator]
        raise Refused(title="登记", guard="known_word", reason=f"没有“{code}”这种{what}，请从现有的{what}中选择")
