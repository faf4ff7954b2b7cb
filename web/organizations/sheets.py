"""Two pages for every change of people and bodies: a form, then everything checked with what will follow."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from flask import render_template, request

from web import questions
from web.display import day
from web.questions import CHOSEN, Question
from workflow.definition.field import Field, FieldType
from workflow.engine.forms import Choices, FieldFault, Form, Values
from workflow.errors import InvalidInput

UNPROCESSABLE = 422


@dataclass(frozen=True)
class Group:
    """Things of one kind that a change concerns."""

    title: str
    rows: Sequence[Sequence[str]]  #: what, and below it the details
    empty: str = ""  #: said when there are none


@dataclass(frozen=True)
class Outlook:
    """What will follow when the change is confirmed."""

    consequences: Sequence[str]
    groups: Sequence[Group] = ()
    people: Mapping[str, str] = field(default_factory=dict)  #: field → who is meant by what was typed into it


@dataclass(frozen=True)
class Sheet:
    """One change: what it is called, where its pages are, what it asks."""

    title: str
    lead: str
    back: str  #: address of the page from which one came
    back_title: str
    check: str  #: address to which the form is sent
    do: str  #: address to which the confirmation is sent
    fields: tuple[Field, ...]
    is_grave: bool = False
    preset: Values = field(default_factory=dict)

    def form(self, raw: Values | None = None, faults: Sequence[FieldFault] = ()) -> str:
        """The form, filled in as far as it is known."""
        asked = questions.ask(self.fields, Choices(), self.preset if raw is None else raw, faults)
        return render_template("organizations/form.html", sheet=self, questions=asked, errors=faults)

    def posted(self) -> Values:
        """What was posted, raw."""
        return questions.read(self.fields, request.form)

    def values(self) -> Values:
        """What was posted, typed. Raises InvalidInput."""
        form = Form(self.fields, Choices())
        found = form.read(self.posted())
        if form.faults:
            raise InvalidInput(errors=tuple(form.faults))
        return found

    def again(self, invalid: InvalidInput) -> tuple[str, int]:
        """The form with its faults; nothing that was entered is lost."""
        return self.form(self.posted(), invalid.facts["errors"]), UNPROCESSABLE  # type: ignore[arg-type]

    def confirmation(self, outlook: Outlook) -> str:
        """Everything that was entered, and what will follow."""
        raw = self.posted()
        asked = questions.ask(self.fields, Choices(), raw)
        return render_template(
            "organizations/check.html", sheet=self, outlook=outlook, hidden=questions.flat(self.fields, raw),
            entered=[
                (each.field.title, text)
                for each in asked
                if (text := outlook.people.get(each.field.name) or _in_words(each))
            ],
        )  # fmt: skip

    @property
    def is_edited(self) -> bool:
        """Whether the visitor goes back from checking to change something."""
        return "edit" in request.form


def _in_words(question: Question) -> str:
    if question.field.type is FieldType.DATE:
        return day(question.value)
    if question.field.type is FieldType.BOOLEAN:
        return "是" if question.value else "否"
    if question.field.type in CHOSEN:
        return "、".join(each.label for each in question.options if each.chosen)
    return question.value
