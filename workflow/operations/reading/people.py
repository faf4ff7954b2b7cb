"""Names behind addresses: who holds a post now, and what the post is called."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Select, and_, null, select, tuple_, union_all
from sqlalchemy.orm import Session

from workflow.definition.campaign import OrganizationVocabulary
from workflow.engine.organization import seat_title
from workflow.operations.organization.posts import in_force, is_enabled
from workflow.store.organization import Organization
from workflow.store.people import Person, Post

NAMED_AT_MOST = 2  #: more holders are said as a number


@dataclass(frozen=True)
class Holder:
    """Somebody at an address, with the post held there."""

    person_id: int
    name: str
    body: str = ""
    post: str = ""


Holders = Mapping[str, Sequence[Holder]]  #: address → who is there


def holders_at(
    session: Session, vocabulary: OrganizationVocabulary, addresses: Iterable[str], day: date,
    *, with_posts: bool = False,
) -> dict[str, list[Holder]]:  # fmt: skip
    """Who is reached at each address now. One statement, none for no addresses.

    With posts, a person asked by name is told with a post that the person holds.
    """
    found: dict[str, list[Holder]] = {each: [] for each in sorted(set(addresses))}
    queries = _queries(found, day, with_posts=with_posts)
    if not queries:
        return found
    everyone = union_all(*queries).subquery()
    for body, post, person, name, place in session.execute(select(everyone).order_by(everyone.c.person)):
        holder = Holder(person, name, place, vocabulary.posts[post].title) if post else Holder(person, name)
        found[f"p{person}" if body is None else f"o{body}:{post}"].append(holder)
    return found


def _queries(
    addresses: Iterable[str], day: date, *, with_posts: bool
) -> list[Select[int | None, str | None, int, str, str | None]]:
    """One query for addresses of posts, one for those of persons, with the same columns."""
    posts = [(int(body), post) for body, _, post in (each[1:].partition(":") for each in addresses if each[0] == "o")]
    persons = [int(each[1:]) for each in addresses if each[0] == "p"]
    at_posts = (
        select(
            Post.organization_id.label("body"), Post.code.label("post"), Person.id.label("person"),
            Person.name.label("name"), Organization.short_name.label("place"),
        )
        .join(Person, Person.id == Post.person_id)
        .join(Organization, Organization.id == Post.organization_id)
        .where(tuple_(Post.organization_id, Post.code).in_(posts), in_force(day), is_enabled())
    )  # fmt: skip
    themselves = select(
        null().label("body"), (Post.code if with_posts else null()).label("post"), Person.id.label("person"),
        Person.name.label("name"), (Organization.short_name if with_posts else null()).label("place"),
    ).where(Person.id.in_(persons))  # fmt: skip
    if with_posts:
        held = and_(Post.person_id == Person.id, in_force(day))
        themselves = themselves.outerjoin(Post, held).outerjoin(Organization, Organization.id == Post.organization_id)
    return [query for query, wanted in ((at_posts, posts), (themselves, persons)) if wanted]


def in_words(holders: Holders, addresses: Iterable[str], *, without: int | None = None) -> str:
    """第二党支部党支部书记 李× — or, of many, the first and their number."""
    people: dict[int, Holder] = {}
    for address in addresses:
        for each in holders.get(address, ()):
            people.setdefault(each.person_id, each)
    found = [each for each in people.values() if each.person_id != without]
    if not found:
        return ""
    if len(found) <= NAMED_AT_MOST:
        return "、".join(f"{_place(each)}{each.name}" for each in found)
    bodies = list(dict.fromkeys(each.body for each in found if each.body))
    where = f"{bodies[0]} " if len(bodies) == 1 else ""
    return f"{where}{found[0].name}等{len(found)}人"


def _place(holder: Holder) -> str:
    return f"{seat_title(holder.body, holder.post)} " if holder.body else ""
