"""Effects of issuing a document (X1; domain.md §4.8)."""

from __future__ import annotations

from collections.abc import Collection

from workflow.definition.model import Direction
from workflow.definition.wording import filled
from workflow.engine.guards.common import holders_of
from workflow.engine.guards.joint_issue import PARTNERS, PRESSED, heads_of, unsealed
from workflow.engine.recusal import stand_ins
from workflow.engine.registry import effect
from workflow.engine.snapshot import Change, Data, Situation, Snapshot
from workflow.engine.values import count, flag, people, text


@effect
def name_hands(situation: Situation) -> Change:
    """Who drafts, reviews and signs, as far as the ordering case does not say; upward papers go to the main leader."""
    snapshot, data = situation.snapshot, situation.data
    heads, members = holders_of(snapshot, "own.secretary"), holders_of(snapshot, "own.assembly")
    staff = holders_of(snapshot, "own.staff")
    drafter = _stated_drafter(data, heads, _opener(situation)) or sorted(staff - heads or members - heads or staff)
    reviewer = people(data, "reviewer") or _reviewers(snapshot, heads, members, drafter)
    stated = people(data, "signatory")
    stands = bool(stated) and (not flag(data, "upward") or heads.issuperset(stated))
    signed = {} if stands else {"signatory": sorted(heads), "signed_on": None}
    return Change(data={"drafter": list(drafter), "reviewer": list(reviewer), **signed})


def _reviewers(
    snapshot: Snapshot, heads: frozenset[int], members: frozenset[int], drafter: Collection[int]
) -> list[int]:
    """Who reviews what the only reviewer has drafted: a member of the branch, else a deputy leader (domain.md §2.4)."""
    deputies = holders_of(snapshot, "own.leader") - heads
    several = (holders_of(snapshot, "own.reviewer"), members, deputies)
    return next((sorted(free) for each in several if (free := each.difference(drafter))), [])


def _opener(situation: Situation) -> tuple[int, ...]:
    """Who opens the issue by hand drafts the paper."""
    person = situation.act.actor.person_id
    return () if person is None else (person,)


def _stated_drafter(data: Data, heads: frozenset[int], opener: tuple[int, ...]) -> tuple[int, ...]:
    """Who drafted in the ordering case; a head who has not signed yet must sign, and so cannot be the drafter."""
    stated = people(data, "drafter") or opener
    return stated if text(data, "signed_on") or not heads.issuperset(stated) else ()


@effect
def name_keeper(situation: Situation) -> Change:
    """Who seals where every keeper of the seal has drafted the paper (D10, domain.md §2.4)."""
    roles = ("own.seal_keeper", "own.secretary", "own.assembly")
    return Change(data={"keeper": stand_ins(situation.snapshot, roles, people(situation.data, "drafter"))})


@effect
def name_paper(situation: Situation) -> Change:
    """What was chosen and written is issued: its title, kind and series as the definition has them (D17–D20)."""
    snapshot, name = situation.snapshot, text(situation.data, "paper")
    paper = snapshot.definition.documents[name]
    issuer = snapshot.tree.bodies[situation.case.bodies[paper.issuer]].name
    title = filled(paper.title, {"issuer": issuer, "title": text(situation.data, "document_title")})
    return Change(data={
        "title": title, "kind": paper.kind, "document": name, "series": paper.series, "seal": paper.seal,
        "upward": paper.direction is Direction.UP,
    })  # fmt: skip


@effect
def name_cosigners(situation: Situation) -> Change:
    """Who countersigns a joint document: the main leader of each of the other issuers, which take part from now on.

    D21, domain.md §11.
    """
    found = heads_of(situation)
    return Change(
        data={"cosigners": [person for heads in found.values() for person in heads[:1]]},
        bodies={f"partner{number}": body for number, body in enumerate(found, 1)},
    )


@effect
def part_company(_situation: Situation) -> Change:
    """Issued alone, until others are invited anew (D23, D24)."""
    return Change(data={PARTNERS: [], "cosigners": []})


@effect
def name_presser(situation: Situation) -> Change:
    """Whose seal is pressed next: the first of the other issuers, in the order in which they are printed (D25)."""
    following = unsealed(situation)
    return Change(bodies={"presser": following[0]} if following else {})


@effect
def use_joint_seal(situation: Situation) -> Change:
    """Note whose seal was pressed; the use itself is entered and pressed where papers are kept (D26)."""
    body = situation.case.bodies["presser"]
    return Change(data={PRESSED: [*people(situation.data, PRESSED), body]}, bodies={"pressed": body})


@effect
def date_document(situation: Situation) -> Change:
    """The date of a document is the day on which it was signed (D04, domain.md §10.4)."""
    signed_before = situation.case.data.get("signed_on") if situation.act.actor.is_system else None
    return Change(data={"signed_on": signed_before or situation.act.today.isoformat()})


@effect
def refresh_document(situation: Situation) -> Change:
    """Note that a person sends the text in anew: it is taken again from the case that it comes from (D01)."""
    return Change(data={"version": count(situation.data, "version") + 1})


@effect
def register_number(situation: Situation) -> Change:
    """Note the day of registration; the number itself is the next of its series, taken where rows are locked (D08)."""
    return Change(data={"registered_on": situation.act.today.isoformat()})


@effect
def use_seal(situation: Situation) -> Change:
    """Note the day on which the seal was used; the use itself is entered and pressed where papers are kept (D10)."""
    return Change(data={"sealed_on": situation.act.today.isoformat()})


@effect
def date_distribution(situation: Situation) -> Change:
    """Note the day on which the document went out (D11, D12)."""
    return Change(data={"distributed_on": situation.act.today.isoformat()})


@effect
def void_document(situation: Situation) -> Change:
    """Note the day from which the document is void or no longer in force; its number stays used (D14, D15)."""
    return Change(data={"voided_on": situation.act.today.isoformat()})
