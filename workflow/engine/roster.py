"""Who may vote in an appraisal: Party members and other staff of the body, never those who are appraised (R45)."""

from __future__ import annotations

from dataclasses import dataclass

from workflow.engine.rights import post_addresses
from workflow.engine.snapshot import Situation, Snapshot
from workflow.engine.values import people

PARTY, STAFF = "party", "staff"


@dataclass(frozen=True)
class Roster:
    """Voters by group, and how many employees outside the Party there are to choose from."""

    party: tuple[int, ...]
    staff: tuple[int, ...]
    staff_available: int

    @property
    def size(self) -> int:
        """How many vote."""
        return len(self.party) + len(self.staff)

    @property
    def entries(self) -> tuple[tuple[int, str], ...]:
        """(person, group) of every voter."""
        return (*((each, PARTY) for each in self.party), *((each, STAFF) for each in self.staff))


def draw_up(situation: Situation) -> Roster:
    """The voters chosen, or everybody of the group where nobody was chosen."""
    snapshot, data = situation.snapshot, situation.data
    barred = appraised(snapshot)
    # A committee has no members of its own below its departments, whose staff are all in the Party.
    members = _holding(snapshot, "own.members") | _holding(snapshot, "own.staff")
    employees = _holding(snapshot, "own.employees")
    party = (frozenset(people(data, "party_voters")) or members) - barred
    available = employees - members - barred
    staff = (frozenset(people(data, "staff_voters")) or available) - party - barred
    return Roster(tuple(sorted(party)), tuple(sorted(staff)), len(available))


def appraised(snapshot: Snapshot) -> frozenset[int]:
    """The member appraised, or the leaders of the organisation appraised: they do not vote on themselves (A03)."""
    person = snapshot.case.person
    return frozenset({person.id}) if person else _holding(snapshot, "own.leader")


def _holding(snapshot: Snapshot, role: str) -> frozenset[int]:
    return frozenset(snapshot.holders(post_addresses(snapshot, role)))
