"""Who may vote in an appraisal: Party members and other staff of the body, never those who are appraised (R45)."""

from __future__ import annotations

from dataclasses import dataclass

from workflow.engine.recusal import subject_side
from workflow.engine.rights import post_addresses
from workflow.engine.snapshot import Situation, Snapshot
from workflow.engine.values import people

PARTY, STAFF = "party", "staff"
MERGED = "merged"  #: the one group of everybody, where a group of its own would betray its few voters


@dataclass(frozen=True)
class Roster:
    """Voters by group, and how many employees outside the Party there are to choose from."""

    party: tuple[int, ...]
    staff: tuple[int, ...]
    staff_available: int
    smallest: int  #: voters that a group needs to vote as a group

    @property
    def size(self) -> int:
        """How many vote."""
        return len(self.party) + len(self.staff)

    @property
    def is_merged(self) -> bool:
        """Whether tickets and ballots must not tell the groups apart: one has too few voters (domain.md §6.2)."""
        return any(0 < len(group) < self.smallest for group in (self.party, self.staff))

    @property
    def entries(self) -> tuple[tuple[int, str], ...]:
        """(person, group) of every voter."""
        party, staff = (MERGED, MERGED) if self.is_merged else (PARTY, STAFF)
        return (*((each, party) for each in self.party), *((each, staff) for each in self.staff))


def draw_up(situation: Situation) -> Roster:
    """The voters chosen, or everybody of the group where nobody was chosen."""
    snapshot, data = situation.snapshot, situation.data
    barred = subject_side(snapshot)  # nobody votes on himself, or on the body that he leads (A03)
    members = _holding(snapshot, "own.members").union(snapshot.members_below) or _holding(snapshot, "own.staff")
    employees = _holding(snapshot, "own.employees")
    party = (frozenset(people(data, "party_voters")) or members) - barred
    available = employees - members - barred
    staff = (frozenset(people(data, "staff_voters")) or available) - party - barred
    smallest = snapshot.integer("privacy.minimum_cell")
    return Roster(tuple(sorted(party)), tuple(sorted(staff)), len(available), smallest)


def _holding(snapshot: Snapshot, role: str) -> frozenset[int]:
    return frozenset(snapshot.holders(post_addresses(snapshot, role)))
