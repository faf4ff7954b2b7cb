"""The parts of an assessment: what the other stages of the same subject contribute (R28, R46, domain.md §3.5, §4.5)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal, InvalidOperation
from fractions import Fraction

from workflow.engine.scoring import FULL, Formula
from workflow.engine.snapshot import Data, Related, Snapshot
from workflow.engine.values import count, number, rows, text

CHECK, PLEDGE, APPRAISAL, COMMENT, SELF = "check", "pledge", "appraisal", "comment", "self"
EVALUATED = ("fulfilled", "partly_fulfilled", "not_fulfilled", "explained", "criticised", "closed")
DELIVERED = ("delivered", "responded", "acknowledged", "published", "improving", "followed_up", "closed", "escalated")
COUNTED = ("published", "remedial", "archived")
SETTLED_RECTIFICATION = ("closed", "revoked")


def prefix(snapshot: Snapshot) -> str:
    """`org` or `member`: the block of parameters that holds for the subject."""
    return "member" if snapshot.case.subject == "member" else "org"


def about_subject(snapshot: Snapshot, stage: str, states: Sequence[str]) -> list[Related]:
    """Cases of a stage about the very subject of this one."""
    of_person = snapshot.case.subject == "member"
    return [
        each
        for each in snapshot.related
        if each.stage == stage and each.state in states and each.same_person == of_person
    ]


def marks(snapshot: Snapshot, data: Data) -> dict[str, Fraction]:
    """The mark out of 100 of every part that there is; a part without any case is left out."""
    found = {CHECK: Fraction(sum(count(row, "score") for row in rows(data, "item_scores")))}
    found[SELF] = Fraction(0)  # a self-assessment that was not sent scores nothing (K06)
    if text(data, "self_reported_on"):
        found[SELF] = Fraction(sum(count(row, "self_score") for row in rows(data, "self_scores")))
    pulled = {
        PLEDGE: _mean(filter(None, (_kept(each.data) for each in about_subject(snapshot, "pledge", EVALUATED)))),
        COMMENT: _mean(
            Fraction(score)
            for each in about_subject(snapshot, "leader_comment", DELIVERED)
            if (score := number(each.data, "score")) is not None
        ),
        APPRAISAL: _last(about_subject(snapshot, "mass_appraisal", COUNTED)),
    }
    return found | {part: mark for part, mark in pulled.items() if mark is not None}


def open_rectifications(snapshot: Snapshot) -> int:
    """How many rectifications of the organisation are not closed (M7); a member has none of their own."""
    if snapshot.case.subject == "member":
        return 0
    return sum(each.stage == "rectification" and each.state not in SETTLED_RECTIFICATION for each in snapshot.related)


def shape(weights: dict[str, Fraction], present: Iterable[str]) -> Formula:
    """The formula over the parts that there are: their weights keep their proportion and add up to 100."""
    there = {part: weight for part, weight in weights.items() if part in set(present)}
    total = sum(there.values())
    return Formula({part: weight * FULL / total for part, weight in there.items()})


def _kept(data: Data) -> Fraction | None:
    """The share of pledged items that were done, out of 100."""
    results = rows(data, "results")
    done = sum(text(row, "outcome") == "done" for row in results)
    return Fraction(done, len(results)) * FULL if results else None


def _last(appraisals: Sequence[Related]) -> Fraction | None:
    for each in reversed(appraisals):
        try:
            return Fraction(Decimal(text(each.data, "appraisal_score")))
        except InvalidOperation:
            continue
    return None


def _mean(values: Iterable[Fraction]) -> Fraction | None:
    found = list(values)
    return sum(found, Fraction(0)) / len(found) if found else None
