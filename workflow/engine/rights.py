"""Who may do what: roles are posts in bodies named relative to the case, looked at in the moment of the act."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache

from workflow.definition.model import SYSTEM, Transition
from workflow.engine.actor import Actor
from workflow.engine.routing import Address, addresses
from workflow.engine.snapshot import Snapshot

SELF = "self"
NAMED = "named"


def roles_of(snapshot: Snapshot, transition: Transition) -> tuple[str, ...]:
    """The roles that may fire the transition in this case."""
    return transition.by.get(snapshot.case.subject, ())  # type: ignore[call-overload,no-any-return]


def named_persons(data: Mapping[str, object], field: str) -> tuple[int, ...]:
    """Ids of the persons that the case's data names under `field`."""
    value = data.get(field)
    if isinstance(value, int):
        return (value,)
    if isinstance(value, list | tuple):
        return tuple(each for each in value if isinstance(each, int))
    return ()


def post_addresses(snapshot: Snapshot, role: str) -> tuple[tuple[int, str], ...]:
    """Every (body, post) that the role means in this case; none when the case has no such body."""
    if role not in snapshot.looked_up:
        snapshot.looked_up[role] = _posts(snapshot, role)
    return snapshot.looked_up[role]


def _posts(snapshot: Snapshot, role: str) -> tuple[tuple[int, str], ...]:
    base, _, name = role.partition(".")
    body = snapshot.case.bodies.get(base)
    if body is None or name not in snapshot.vocabulary.roles:
        return ()
    return addresses(snapshot.tree, snapshot.vocabulary, name, body)


def posts_above(snapshot: Snapshot, role: str) -> frozenset[tuple[int, str]]:
    """Every (body, post) that the role means in its body or in a superior to which it may climb."""
    base, _, name = role.partition(".")
    body = snapshot.case.bodies.get(base)
    if body is None or name not in snapshot.vocabulary.roles:
        return frozenset()
    line = (body, *snapshot.tree.ancestors(body))
    return frozenset(post for each in line for post in addresses(snapshot.tree, snapshot.vocabulary, name, each))


def named_field(snapshot: Snapshot, role: str) -> str | None:
    """The field of the case's data that names who holds the role; None where posts do."""
    base, _, name = role.partition(".")
    if base == NAMED:
        return name
    known = snapshot.vocabulary.roles.get(name)
    return known.named if known else None


def holds(snapshot: Snapshot, actor: Actor, role: str) -> bool:
    """Whether the actor holds the role in this case at this moment."""
    if role == SYSTEM:
        return actor.is_system
    if role == SELF:
        return snapshot.case.person is not None and snapshot.case.person.id == actor.person_id
    if field := named_field(snapshot, role):
        return actor.person_id in named_persons(snapshot.case.data, field)
    return not actor.posts.isdisjoint(post_addresses(snapshot, role))


def persons_of(snapshot: Snapshot, role: str) -> tuple[int, ...]:
    """Ids of everybody who holds the role in this case at this moment."""
    if role == SYSTEM:
        return ()
    if role == SELF:
        return (snapshot.case.person.id,) if snapshot.case.person is not None else ()
    if field := named_field(snapshot, role):
        return named_persons(snapshot.case.data, field)
    return tuple(snapshot.holders(post_addresses(snapshot, role)))


def post_address(address: Address) -> str:
    """How a task names a post: it follows whoever holds it."""
    body, post = address
    return f"o{body}:{post}"


def persons_at(snapshot: Snapshot, written: Iterable[str]) -> frozenset[int]:
    """Ids of everybody who can take a task with these addresses at this moment."""
    read = [_addressee(each) for each in written]
    persons = {each for each in read if isinstance(each, int)}
    posts = [each for each in read if isinstance(each, tuple)]
    return frozenset(persons.union(snapshot.holders(posts) if posts else ()))


@lru_cache(maxsize=4096)
def _addressee(written: str) -> int | Address:
    """The person or the post that an address names."""
    body, _, post = written[1:].partition(":")
    return (int(body), post) if post else int(body)


def task_addresses(snapshot: Snapshot, roles: Iterable[str]) -> tuple[str, ...]:
    """Where a task for these roles is shown: `o<body>:<post>` follows the post, `p<person>` the person."""
    found: dict[str, None] = {}
    for role in roles:
        if role == SYSTEM:
            continue
        if role == SELF and snapshot.case.person is not None:
            found[f"p{snapshot.case.person.id}"] = None
        elif field := named_field(snapshot, role):
            found.update(dict.fromkeys(f"p{each}" for each in named_persons(snapshot.case.data, field)))
        else:
            found.update(dict.fromkeys(map(post_address, post_addresses(snapshot, role))))
    return tuple(found)


@lru_cache(maxsize=1024)
def held_addresses(actor: Actor) -> tuple[str, ...]:
    """The addresses whose tasks a person sees."""
    return (f"p{actor.person_id}", *sorted(map(post_address, actor.posts)))


def role_title(snapshot: Snapshot, role: str) -> str:
    """What the role is called in this case: body and post, 本人, or the persons named."""
    base, _, name = role.partition(".")
    if role == SYSTEM:
        return "系统"
    if role == SELF:
        return "本人"
    known = snapshot.vocabulary.roles.get(name)
    if base == NAMED:
        named = next((each for each in snapshot.definition.form if each.name == name), None)
        return known.title if known else named.title if named else "指定人员"
    body = snapshot.case.bodies.get(base)
    where = snapshot.tree.bodies[body].short_name if body is not None and body in snapshot.tree.bodies else ""
    return f"{where}{known.title if known else name}"


def why_not(snapshot: Snapshot, actor: Actor, transition: Transition) -> str:
    """Say to a person why this act is not theirs, and what they may do instead (R57)."""
    who = "、".join(dict.fromkeys(role_title(snapshot, role) for role in roles_of(snapshot, transition)))
    own = snapshot.case.bodies["own"]
    bodies = {body for body, _ in actor.posts}
    for guide in snapshot.tree.guides.get(own, ()):
        if not bodies.isdisjoint(snapshot.tree.with_organs(guide)):
            subject, guiding = snapshot.tree.bodies[own].short_name, snapshot.tree.bodies[guide].short_name
            return (
                f"{guiding}对{subject}是指导关系，可以阅知和提出建议，"
                f"不能批准、退回或规定期限（创先争优领导关系按党组织隶属关系确定）。应由{who}办理"
            )
    if transition.is_system:
        return "这一步由系统在条件具备时自动办理"
    return f"这一步应由{who}办理"
