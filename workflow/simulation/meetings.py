"""Meetings: who comes, who presides, who counts, and counts that add up."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from workflow.engine.rights import persons_of
from workflow.engine.snapshot import Snapshot
from workflow.engine.values import count
from workflow.simulation.chance import Chance

MEETS = "vote_session"  #: the stage
ABSENT = 12  #: percent of those who should attend and do not
AGAINST = 25  #: percent of votes that are not unanimous
BY_HAND = ("oral", "show_of_hands")  #: methods without ballots
REASONS = ("absences", 1)  #: the field of the form that lists reasons, and its column

Entered = Mapping[str, Any]


@dataclass(frozen=True)
class Meeting:
    """The form of a meeting, as its recorder, presider and tellers fill it in."""

    chance: Chance
    snapshot: Snapshot
    may_be_absent: bool = True

    def people(self, name: str) -> list[int]:
        """Persons that the case lists under a name."""
        found = self.snapshot.case.data.get(name)
        return [each for each in found if isinstance(each, int)] if isinstance(found, list) else []

    def present(self, entered: Entered) -> list[int]:
        """Who is there: those entered, else those who should be and need not withdraw."""
        if isinstance(entered.get("attendees"), list):
            return [each for each in entered["attendees"] if isinstance(each, int)]
        out = {*self.people("must_recuse"), *self.people("recused")}
        return [each for each in self.people("attendees") or self.people("roster") if each not in out]

    def attendees(self, entered: Entered) -> list[int]:
        """Whoever does not stay away."""
        return [each for each in self.present(entered) if not (self.may_be_absent and self.chance.happens(ABSENT))]

    def presider(self, entered: Entered) -> int | None:
        """The head of the body where present, else somebody who leads it."""
        there = self.present(entered)
        roles = ("own.chair", "own.leader", "own.committee")
        heads = [each for role in roles for each in persons_of(self.snapshot, role) if each in there]
        return next(iter([*heads, *there]), None)

    def absences(self, entered: Entered) -> list[dict[str, Any]]:
        """Everybody who should have come and has not, with a reason."""
        there = self.present(entered)
        field = self.snapshot.definition.field(REASONS[0])
        listed = self.snapshot.criteria.lists.get(field.columns[REASONS[1]].options_from or "", {}) if field else {}
        missing = [each for each in self.people("roster") if each not in there]
        return [{"person": each, "reason": self.chance.pick([*listed, ""])} for each in missing]

    def duty(self, number: int) -> int | None:
        """Different persons among those present."""
        there = self.present({})
        return there[number] if len(there) > number else None

    def ballots(self, entered: Entered, name: str) -> int | None:
        """Counts that add up: mostly in favour."""
        data = self.snapshot.case.data
        there = count(data, "present")
        against = self.chance.below(there + 1) if self.chance.happens(AGAINST) else 0
        taken = sum(each for each in (entered.get("ayes"), entered.get("abstain")) if isinstance(each, int))
        issued = None if data.get("method") in BY_HAND else there
        return {"issued": issued, "ayes": there - against, "against": there - taken, "abstain": 0, "void": 0}[name]


MEETING: Mapping[str, Callable[[Meeting, Entered], Any]] = {
    "attendees": Meeting.attendees,
    "presider": Meeting.presider,
    "absences": Meeting.absences,
    "scrutineer": lambda meeting, _entered: meeting.duty(0),
    "teller": lambda meeting, _entered: meeting.duty(1),
    "issued": lambda meeting, entered: meeting.ballots(entered, "issued"),
    "ayes": lambda meeting, entered: meeting.ballots(entered, "ayes"),
    "against": lambda meeting, entered: meeting.ballots(entered, "against"),
    "abstain": lambda meeting, entered: meeting.ballots(entered, "abstain"),
    "void": lambda meeting, entered: meeting.ballots(entered, "void"),
}
