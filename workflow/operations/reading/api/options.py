"""What the caller may do on a case now, with the form of each act, and why the rest is refused."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from workflow.definition.field import Field, FieldType
from workflow.engine.actor import Actor
from workflow.engine.forms import Choices
from workflow.engine.options import Option
from workflow.operations.approving.action import Action, Occasion
from workflow.operations.approving.actions import offered
from workflow.operations.filling import asked_fields
from workflow.operations.installation import Installation
from workflow.operations.loading import Loaded
from workflow.operations.reading.case import find, form_choices
from workflow.operations.reading.options import options_of

CHOSEN = frozenset({FieldType.CHOICE, FieldType.CHOICES})
PERSONS = frozenset({FieldType.PERSON, FieldType.PEOPLE})


@dataclass(frozen=True)
class Question:
    """A field of an act's form, with everything that may be chosen."""

    name: str
    title: str
    type: str
    required: bool
    hint: str
    choices: tuple[tuple[str, str], ...]  #: code or id, label
    columns: tuple[Question, ...]
    minimum: int | None
    maximum: int | None
    default: Any


@dataclass(frozen=True)
class Choice:
    """An act that leaves the present state."""

    id: str
    trigger: str
    title: str
    tone: str
    allowed: bool
    mine: bool
    refusal: str
    needs_signatures: int
    questions: tuple[Question, ...]


@dataclass(frozen=True)
class Offer:
    """An action of a holder that may be done now."""

    name: str
    title: str
    consequences: str
    questions: tuple[Question, ...]


@dataclass(frozen=True)
class Choosable:
    """What may be done on a case at this version of it."""

    number: str
    version: int
    state: str
    acts: tuple[Choice, ...]
    actions: tuple[Offer, ...]


def list_options(session: Session, installation: Installation, actor: Actor, number: str) -> Choosable:
    """Every act that leaves the present state. Raises NotFound when the caller may not read the case."""
    loaded = find(session, installation, actor, number)
    choices = form_choices(session, loaded)
    acts = tuple(_choice(loaded, actor, choices, each) for each in options_of(loaded, actor))
    actions = tuple(_offer(each, occasion) for each, occasion in offered(session, installation, loaded, actor))
    return Choosable(loaded.row.number, loaded.row.version, loaded.row.state, acts, actions)


def _offer(action: Action, occasion: Occasion) -> Offer:
    asked = questions_of(action.fields(occasion), action.choices(occasion))
    return Offer(action.name, action.title, action.consequences, asked)


def questions_of(fields: Sequence[Field], choices: Choices) -> tuple[Question, ...]:
    """The fields of a form as a program has to fill them."""
    return tuple(
        Question(
            each.name, each.title, each.type.value, each.required, each.hint, _choices(each, choices),
            questions_of(each.columns, choices), choices.bound(each.minimum), choices.bound(each.maximum), each.default,
        )
        for each in fields
    )  # fmt: skip


def _choice(loaded: Loaded, actor: Actor, choices: Choices, option: Option) -> Choice:
    transition = option.transition
    asked = asked_fields(loaded.snapshot, transition, actor) if option.allowed else ()
    return Choice(
        transition.id, transition.trigger, transition.title, transition.tone.value, option.allowed, option.mine,
        option.refusal, len(transition.sign), questions_of(asked, choices),
    )  # fmt: skip


def _choices(field: Field, choices: Choices) -> tuple[tuple[str, str], ...]:
    if field.type in CHOSEN:
        return tuple(choices.options(field).items())
    if field.type in PERSONS:
        return tuple((str(id_), name) for id_, name in choices.people(field.among or "").items())
    if field.type is FieldType.ORGANIZATION:
        return tuple((str(id_), name) for id_, name in choices.bodies(field).items())
    return ()
