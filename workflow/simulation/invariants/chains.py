"""Invariants 6 and 8: the journal is as long as its version, its chain holds, the state is what it tells, and whoever
acted held the post at that moment, never in a guiding body."""

from __future__ import annotations

from dataclasses import dataclass, field

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from workflow.engine.chain import entry_hash
from workflow.operations.journal import content_of
from workflow.operations.organization.posts import DAY, in_force, is_disabled
from workflow.simulation.invariants.violation import Violation
from workflow.simulation.world import World
from workflow.store.cases import Case
from workflow.store.fetching import found_rows
from workflow.store.journal import JournalEntry
from workflow.store.organization import Organization, Relation
from workflow.store.people import Post
from workflow.store.prepared import Prepared

THEMSELVES = "本人"  #: in place of a post where somebody acts as the subject of the case
STATED = ("opened", "moved", "relocated", "taken_back", "migrated")  #: facts that tell the state

_GUIDES = select(Relation.id).where(
    Relation.kind == "guide", Relation.subordinate_id == bindparam("body"), Relation.superior_id == Organization.id
)
HELD = Prepared(
    select(Post.code, Organization.name, _GUIDES.exists())
    .join(Organization, Organization.id == Post.organization_id)
    .where(Post.person_id == bindparam("person"), in_force(DAY))
)


@dataclass
class Told:
    """What the journal of one case has told so far."""

    length: int = 0
    head: str = ""
    state: str = ""


@dataclass
class Chains:
    """Every case by its journal alone."""

    cases: dict[int, Told] = field(default_factory=dict)

    def add(self, session: Session, world: World, row: Case, entry: JournalEntry) -> None:
        """One more entry."""
        told = self.cases.setdefault(row.id, Told())
        told.length += 1
        if entry.sequence != told.length:
            raise Violation("the journal has no gap", f"{row.number}: entry {entry.sequence} is number {told.length}")
        told.head = entry_hash(told.head, content_of(entry))
        if entry.hash != told.head:
            raise Violation("the chain holds", f"{row.number} entry {entry.sequence}")
        if entry.fact in STATED and entry.target:
            told.state = entry.target
        if entry.fact == "moved" and entry.person_id is not None:
            _check_right(session, world, row, entry)

    def check(self, row: Case) -> None:
        """The case is what its journal tells."""
        told = self.cases[row.id]
        if (row.version, row.head) != (told.length, told.head):
            raise Violation("journal length is the version", f"{row.number}: {row.version} is not {told.length}")
        if told.state and row.state != told.state:
            raise Violation("the state is what the journal tells", f"{row.number}: {row.state} is not {told.state}")


def _check_right(session: Session, world: World, row: Case, entry: JournalEntry) -> None:
    """Whoever acted may act, and held the post that the journal names, in a body that does not merely guide."""
    acting = entry.details.get("on_behalf_of") or entry.person_id
    for person in dict.fromkeys((acting, entry.person_id)):
        if person is not None and is_disabled(session, person):
            raise Violation("nobody acts with a disabled account", f"{row.number} {entry.sequence} {entry.person}")
    if entry.post in ("", THEMSELVES):
        return
    titles = world.definitions.organization.posts
    held = found_rows(session, HELD, {"person": acting, "day": world.today, "body": row.organization_id})
    fitting = [guides for code, name, guides in held if (titles[code].title, name) == (entry.post, entry.organization)]
    if not fitting:
        raise Violation("nobody acts without the post", f"{row.number} {entry.sequence} {entry.person} {entry.post}")
    if all(fitting):
        raise Violation("a guide never acts", f"{row.number} {entry.sequence} {entry.organization}")
