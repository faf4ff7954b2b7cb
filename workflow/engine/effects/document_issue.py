"""Effects of issuing a document (X1; domain.md §4.8)."""

from __future__ import annotations

from workflow.engine.guards.common import holders_of
from workflow.engine.registry import effect
from workflow.engine.snapshot import Change, Situation
from workflow.engine.values import count, flag, people


@effect
def name_hands(situation: Situation) -> Change:
    """Who drafts, reviews and signs, as far as the ordering case does not say; upward papers go to the main leader."""
    snapshot, data = situation.snapshot, situation.data
    drafter = people(data, "drafter") or sorted(holders_of(snapshot, "own.staff"))
    reviewer = people(data, "reviewer") or sorted(holders_of(snapshot, "own.reviewer").difference(drafter))
    heads = holders_of(snapshot, "own.secretary")
    stated = people(data, "signatory")
    stands = bool(stated) and (not flag(data, "upward") or heads.issuperset(stated))
    signed = {} if stands else {"signatory": sorted(heads), "signed_on": None}
    return Change(data={"drafter": list(drafter), "reviewer": list(reviewer), **signed})


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
def date_distribution(situation: Situation) -> Change:
    """Note the day on which the document went out (D11, D12)."""
    return Change(data={"distributed_on": situation.act.today.isoformat()})


@effect
def void_document(situation: Situation) -> Change:
    """Note the day from which the document is void or no longer in force; its number stays used (D14, D15)."""
    return Change(data={"voided_on": situation.act.today.isoformat()})
