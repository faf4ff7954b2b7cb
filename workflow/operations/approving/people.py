"""Whom a holder may ask, or hand a turn to: never anybody at all (approvals.md, a rule-limited list)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from functools import lru_cache
from itertools import islice
from typing import NamedTuple

from sqlalchemy import and_, bindparam, select
from sqlalchemy.orm import Session

from workflow.engine.deciding import REFUSE
from workflow.engine.organization import seat_title
from workflow.engine.seats import initiators
from workflow.engine.turns import SIGNERS, own_turns
from workflow.operations.access import kept_from
from workflow.operations.approving.action import Occasion
from workflow.operations.organization.posts import DAY, MEMBERSHIPS, in_force, is_enabled
from workflow.store.fetching import filled_up, found_rows
from workflow.store.people import Person, Post
from workflow.store.prepared import Prepared


def consultable(occasion: Occasion) -> Mapping[int, str]:
    """Everybody else who holds an office in a body of the case, in the next above it, or in their organs."""
    snapshot = occasion.loaded.snapshot
    above = islice(snapshot.tree.ancestors(snapshot.case.bodies["own"]), 1)
    return _officers(occasion, {*snapshot.case.bodies.values(), *above})


def signatories(occasion: Occasion) -> Mapping[int, str]:
    """Who may be added as a signer: nobody decides on their own case."""
    barred = initiators(occasion.loaded.snapshot)
    return {person: name for person, name in consultable(occasion).items() if person not in barred}


def co_signatories(occasion: Occasion) -> Mapping[int, str]:
    """Who may be asked to sign; whoever has refused may be asked once more, whatever office has been lost since.

    Otherwise what they refused could never go on where nothing leads back.
    """
    snapshot, found = occasion.loaded.snapshot, dict(signatories(occasion))
    refused = {each.decider for each in snapshot.turns if each.kind in SIGNERS and each.verdict == REFUSE}
    kept = kept_from(occasion.session, occasion.loaded)
    left = sorted(each for each in refused if each is not None and each not in found and each not in kept)
    enabled = select(Person.id, Person.name).where(Person.id.in_(left), is_enabled()).order_by(Person.id)
    return found | {each.id: f"{each.name}（曾表示不同意）" for each in occasion.session.execute(enabled)}


def stand_ins(occasion: Occasion) -> Mapping[int, str]:
    """Who may be given the turn: who holds an office in the body whose turn it is, and is not judged by it.

    Where it is a person's, an office in a body of that person, but for those that only guide (R57).
    """
    snapshot = occasion.loaded.snapshot
    asked = [each for turn in own_turns(snapshot) for each in turn.addresses]
    bodies = {int(each[1:].partition(":")[0]) for each in asked if each.startswith("o")}
    if not bodies:
        guides = snapshot.tree.guides.get(snapshot.case.bodies["own"], ())
        guiding = {organ for guide in guides for organ in snapshot.tree.with_organs(guide)}
        bodies = {body for body, _ in occasion.actor.posts if body in snapshot.tree.bodies} - guiding
    hosts = {host for host, organs in snapshot.tree.organs.items() if not bodies.isdisjoint(organs)}
    barred = initiators(snapshot)
    return {who: name for who, name in _officers(occasion, bodies | hosts).items() if who not in barred}


def _officers(occasion: Occasion, bodies: Iterable[int]) -> Mapping[int, str]:
    """Name with the highest office, in the order of bodies and offices: nobody who may not read the case (R46)."""
    tree, posts = occasion.loaded.snapshot.tree, occasion.loaded.snapshot.vocabulary.posts
    among = {organ for body in bodies for organ in tree.with_organs(body)}
    kept = {*kept_from(occasion.session, occasion.loaded), occasion.actor.person_id}
    found = _holding(occasion.session, among, occasion.loaded.today)
    known = [each for each in found if each.code in posts and each.id not in kept]
    people: dict[int, str] = {}
    for each in sorted(known, key=lambda row: (row.organization_id, posts[row.code].rank, row.id)):
        office = seat_title(tree.bodies[each.organization_id].short_name, posts[each.code].title)
        people.setdefault(each.id, f"{each.name}（{office}）")
    return people


class _Officer(NamedTuple):
    id: int
    name: str
    organization_id: int
    code: str


def _holding(session: Session, bodies: Iterable[int], day: date) -> list[_Officer]:
    """Who holds which office in one of the bodies, and may act."""
    asked = filled_up(sorted(bodies))
    values = {f"body{number}": each for number, each in enumerate(asked)}
    rows = found_rows(session, _officers_of(len(asked)), {**values, "day": day}) if asked else ()
    return [_Officer(*each) for each in rows]


@lru_cache(maxsize=16)
def _officers_of(count: int) -> Prepared:
    here = Post.organization_id.in_([bindparam(f"body{number}") for number in range(count)])
    offices = and_(*(Post.code != each for each in sorted(MEMBERSHIPS)))
    return Prepared(
        select(Person.id, Person.name, Post.organization_id, Post.code)
        .join(Post, Post.person_id == Person.id)
        .where(here, offices, in_force(DAY), is_enabled())
    )
