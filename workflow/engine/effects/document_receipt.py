"""Effects of receiving a document (X2; domain.md §4.9)."""

from __future__ import annotations

from workflow.engine.registry import effect
from workflow.engine.snapshot import Change, Situation
from workflow.engine.values import people


@effect
def register_receipt(situation: Situation) -> Change:
    """Note the day of registration; the number is the next of the register, taken where rows are locked (E02)."""
    return Change(data={"registered_on": situation.act.today.isoformat()})


@effect
def list_readers(situation: Situation) -> Change:
    """Everybody named has the document to read (E06)."""
    return Change(data={"unread": list(people(situation.data, "readers"))})


@effect
def tick_reader(situation: Situation) -> Change:
    """The actor has read it (E11)."""
    actor = situation.act.actor.person_id
    return Change(data={"unread": [each for each in people(situation.data, "unread") if each != actor]})
