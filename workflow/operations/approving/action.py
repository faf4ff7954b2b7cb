"""An action on a case: who may do it, what it asks, what it does. The same for every stage and state."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

from sqlalchemy.orm import Session

from workflow.definition.field import Field
from workflow.definition.model import Tone
from workflow.engine.actor import Actor
from workflow.engine.capacity import office_for
from workflow.engine.forms import Choices, Form, Values
from workflow.engine.snapshot import Turn
from workflow.engine.turns import OWN, is_open, turn_of
from workflow.errors import InvalidInput, NotAllowed
from workflow.operations import journal
from workflow.operations.filling import choices
from workflow.operations.installation import Installation
from workflow.operations.loading import Loaded

People = Mapping[int, str]


@dataclass(frozen=True)
class Occasion:
    """An action about to be done on a case by somebody."""

    session: Session
    installation: Installation
    loaded: Loaded
    actor: Actor

    def turn(self, kinds: tuple[str, ...] = OWN) -> Turn | None:
        """The open task of these kinds that the actor holds."""
        found = (each for each in self.loaded.snapshot.turns if each.kind in kinds and is_open(each))
        return turn_of(self.loaded.snapshot, self.actor, found)

    def note(self, fact: str, reason: str = "", **more: Any) -> None:
        """Put the action into the journal, with the office in which whoever did it has the turn."""
        post, body = office_for(self.loaded.snapshot, self.actor, self.turn())
        journal.append(
            self.session, self.loaded.row, fact, actor=self.actor, at=self.loaded.at, post=post, organization=body,
            reason=reason, **more,
        )  # fmt: skip


@dataclass(frozen=True)
class Action:
    """One action that users know by name."""

    name: str
    title: str
    consequences: str  #: what the confirmation says
    why_not: Callable[[Occasion], str | None]  #: None when the actor may do it
    perform: Callable[[Occasion, Values], None]
    fields: Callable[[Occasion], tuple[Field, ...]] = lambda _occasion: ()
    people: Callable[[Occasion], People] = lambda _occasion: {}  #: who may be chosen in its form
    tone: Tone = Tone.RECORD

    def check(self, occasion: Occasion) -> None:
        """Raise NotAllowed with the reason when the actor may not do it."""
        if reason := self.why_not(occasion):
            raise NotAllowed(action=self.title, reason=reason)

    def choices(self, occasion: Occasion) -> Choices:
        """What its form may refer to."""
        found = choices(occasion.session, occasion.loaded.snapshot)
        return replace(found, people=cache(lambda _role: self.people(occasion)))

    def read(self, occasion: Occasion, raw: Mapping[str, Any]) -> Values:
        """Typed values. Raises InvalidInput with every fault at once."""
        form = Form(self.fields(occasion), self.choices(occasion))
        values = form.read(raw)
        if form.faults:
            raise InvalidInput(errors=tuple(form.faults))
        return values


def holds_turn(occasion: Occasion) -> str | None:
    """Whoever has the turn may ask others and hand it on."""
    return None if occasion.turn() is not None else "只有正在办理的人员可以这样做"
