"""Effects of a vote session (X5; domain.md §5)."""

from __future__ import annotations

from collections.abc import Sequence

from workflow.engine.guards.common import holders_of
from workflow.engine.guards.vote_session import (
    ASSEMBLY,
    WEIGHTY,
    excused,
    present_voters,
    result_of,
    rule_of,
    withdrawn,
)
from workflow.engine.registry import effect
from workflow.engine.snapshot import Change, Situation, Snapshot
from workflow.engine.values import flag, people, text
from workflow.engine.voting import warnings

BRANCH = "branch"
COMMITTEE = "committee"
BRANCH_COMMITTEE = "branch_committee"


def _matter(snapshot: Snapshot, stated: str) -> str:
    """The meeting that decides: a branch without a committee decides in its assembly, other bodies in committee."""
    own = snapshot.tree.bodies[snapshot.case.bodies["own"]]
    if own.kind != BRANCH:
        return WEIGHTY if stated == ASSEMBLY else COMMITTEE if stated == BRANCH_COMMITTEE else stated
    if stated == ASSEMBLY:
        return stated
    has_committee = len(holders_of(snapshot, "own.branch_committee")) >= snapshot.integer("vote.branch_committee_min")
    return BRANCH_COMMITTEE if has_committee else ASSEMBLY


@effect
def convene_body(situation: Situation) -> Change:
    """Draw up the roster of those entitled to vote at convening; the subject of the matter withdraws (domain.md §5)."""
    snapshot = situation.snapshot
    matter = _matter(snapshot, text(situation.data, "matter"))
    role = matter if matter in (ASSEMBLY, BRANCH_COMMITTEE) else COMMITTEE
    roster = sorted(holders_of(snapshot, f"own.{role}"))
    concerned = sorted(frozenset(people(situation.data, "recused")).intersection(roster))
    return Change(
        data={
            "matter": matter,
            "roster": roster,
            "recused": concerned,
            "must_recuse": concerned,
            "stand_in": _recorders(snapshot, roster, concerned),
        }
    )


def _recorders(snapshot: Snapshot, roster: Sequence[int], concerned: Sequence[int]) -> list[int]:
    """Who keeps the record where every recorder is concerned or there is none: whoever is on the roster (V01)."""
    if holders_of(snapshot, "own.recorder").difference(concerned):
        return []
    return [each for each in roster if each not in concerned]


@effect
def count_attendance(situation: Situation) -> Change:
    """应到 E and 实到 P, with what the chair should know before the vote (V01, domain.md §5)."""
    snapshot, data = situation.snapshot, situation.data
    expected = frozenset(people(data, "roster")) - excused(snapshot, data)
    if not flag(snapshot.parameters, "vote.recusal_stays_expected"):
        expected -= withdrawn(data)
    present = present_voters(snapshot, data)
    rule = rule_of(snapshot, data)
    return Change(
        data={
            "recused": sorted(withdrawn(data)),
            "expected": len(expected),
            "present": len(present),
            "rule": rule.text,
            "warnings": list(warnings(rule, len(expected), len(present))),
        }
    )


@effect
def record_result(situation: Situation) -> Change:
    """Keep how many ayes were needed, and whether they were reached (V06)."""
    result = result_of(situation)
    collected = {} if result.counts.collected is None else {"collected": result.counts.collected}
    return Change(data={"ayes_needed": result.ayes_needed, "adopted": result.adopted, **collected})
