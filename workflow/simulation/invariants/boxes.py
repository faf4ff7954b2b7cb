"""Invariant 11: in every round of an appraisal cast ≤ issued ≤ roster, group by group, and neither count shrinks."""

from __future__ import annotations

from dataclasses import dataclass, field

from sqlalchemy import func, literal, select
from sqlalchemy.orm import Session

from workflow.operations.ballots import OPEN_STATE
from workflow.simulation.invariants.violation import Violation
from workflow.store.ballots import Ballot, Voter
from workflow.store.cases import Case
from workflow.store.fetching import found_rows
from workflow.store.prepared import Prepared

Box = tuple[int, int, str]  #: case, round in which voting is open, group of voters

ROSTERS = Prepared(
    select(Voter.case_id, Voter.voter_group, func.count(), func.count().filter(Voter.has_ticket))
    .group_by(Voter.case_id, Voter.voter_group)
)  # fmt: skip
VOTES = Prepared(select(Ballot.case_id, Ballot.voter_group, func.count()).group_by(Ballot.case_id, Ballot.voter_group))
RUNNING = Prepared(select(Case.id, Case.round).where(Case.state == literal(OPEN_STATE), Case.closed_at.is_(None)))


@dataclass
class Boxes:
    """How many had been issued and cast at the last look, while voting was open."""

    known: dict[Box, tuple[int, int]] = field(default_factory=dict)

    def check(self, session: Session) -> None:
        """Every appraisal that has a roster."""
        rosters = found_rows(session, ROSTERS, {})
        cast = {(case, group): many for case, group, many in found_rows(session, VOTES, {})}
        running = found_rows(session, RUNNING, {}) if rosters else ()
        rounds = {case: round_ for case, round_ in running}  # noqa: C416 - rows are lists
        for case, group, roster, issued in rosters:
            found = cast.pop((case, group), 0)
            if not found <= issued <= roster:
                raise Violation("cast ≤ issued ≤ roster", f"{case} {group}: {found}, {issued}, {roster}")
            if case in rounds:
                self._compare((case, rounds[case], group), (issued, found))
        if cast:
            raise Violation("cast ≤ issued ≤ roster", f"votes of nobody on a roster: {cast}")

    def _compare(self, box: Box, counted: tuple[int, int]) -> None:
        before = self.known.get(box, (0, 0))
        if counted[0] < before[0] or counted[1] < before[1]:
            raise Violation("what was issued and cast stays", f"{box}: {before} has become {counted}")
        self.known[box] = counted
