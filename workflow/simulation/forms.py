"""How people fill in a form: mostly sensibly, sometimes carelessly, always from what the form offers."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from workflow.definition.field import Field, FieldType
from workflow.engine.forms import Choices
from workflow.engine.snapshot import Snapshot
from workflow.engine.values import people
from workflow.simulation.chance import Chance
from workflow.simulation.meetings import MEETING, MEETS, Meeting
from workflow.simulation.sheets import EMPTY, rows
from workflow.simulation.wishes import ELSEWHERE, FIRST, HIGHEST, Entered

TEXT = "按照要求认真落实，明确责任人和完成时限，确保取得实效。"
OPTIONAL = 35  #: percent of fields that need not be filled in and are
CARELESS, A_LITTLE = 3, 1  #: percent of fields that are filled in wrongly, by most people and by who takes some care
KEPT = 90  #: percent of known values that are left as they are
RECONSIDERED = 60  #: the same, of what is chosen, by who takes care
CHOSEN = (FieldType.CHOICE, FieldType.CHOICES, FieldType.PERSON, FieldType.PEOPLE)
UNGRADED = "ungraded"  #: the grade of a probationary member
REQUEST, REPLY = "request", "reply"  #: a document that asks for a decision, and the only answer to it
UNCHECKED = 10  #: percent of boxes that are left empty, but by who takes care
DECIDES = "award_level"  #: field that names a superior
INSPECTED = "sample"  #: bodies of which alone something can be told
USUAL, CAREFUL = 50, 85  #: percent of answers that are the usual ones, by most people and by who takes care
FEW = 50  #: percent of lists of people that are short
SOON, LATE = 4, 40  #: days ahead of dates that are entered
MEMBERSHIPS = ("full_member", "probationary_member")
TODAY = ("published_on", "received_on", "given_on", "resolved_on")


@dataclass
class Clerk:
    """Somebody who fills in one form of one case."""

    chance: Chance
    snapshot: Snapshot
    choices: Choices
    today: date
    careless: int = CARELESS  #: percent of fields that are filled in wrongly
    wishes: Entered = field(default_factory=dict)  #: what is entered whatever else one would
    named: list[int] = field(default_factory=list)  #: bodies named already: who takes care names different ones
    chosen: list[int] = field(default_factory=list)  #: persons named already: different ones for different duties

    def fill(self, fields: Sequence[Field], known: Mapping[str, Any]) -> dict[str, Any]:
        """What is sent."""
        found: dict[str, Any] = {}
        for each in fields:
            present = known.get(each.name)
            if each.name in self.wishes:
                found[each.name] = self._wished(each)
            elif self.chance.happens(self.careless):
                found[each.name] = self.chance.pick([None, "不详", 0, [], "1900-01-01", present])
            elif each.name in MEETING and self.snapshot.definition.stage == MEETS:
                found[each.name] = MEETING[each.name](Meeting(self.chance, self.snapshot, self.careless > 0), found)
            elif each.type is FieldType.TABLE and self._is_filled(each, present):
                found[each.name] = rows(self, each, present, self._least(each))
            elif present not in EMPTY and not self._is_over(each, present) and self.chance.happens(self._kept(each)):
                found[each.name] = present
            elif each.required or self._explains(each) or self.chance.happens(OPTIONAL):
                found[each.name] = self.value(each)
        return {name: value for name, value in found.items() if value is not None}

    def _first(self, asked: Field) -> Any:
        is_option = asked.type in (FieldType.CHOICE, FieldType.CHOICES)
        first = next(iter(self.choices.options(asked) if is_option else self.choices.people(asked.among or "")), None)
        return [first] if asked.type in (FieldType.PEOPLE, FieldType.CHOICES) and first is not None else first

    def _is_filled(self, table: Field, present: object) -> bool:
        return table.required or present not in EMPTY or f"{table.name}.rows" in self.wishes

    def _wished(self, asked: Field) -> Any:
        wish, tree, own = self.wishes[asked.name], self.snapshot.tree, self.snapshot.case.bodies["own"]
        if wish == FIRST:
            return self._first(asked)
        if wish not in (HIGHEST, ELSEWHERE):
            return wish
        person = self.snapshot.case.person
        bodies = [*tree.ancestors(own)] if wish == HIGHEST else [
            body for body, post in sorted(person.posts if person else ()) if post in MEMBERSHIPS and body != own
        ]  # fmt: skip
        return next((each for each in reversed(bodies) if each in self.choices.bodies(asked)), None)

    def _explains(self, asked: Field) -> bool:
        """Who takes care leaves no explanation out."""
        return not self.careless and asked.type is FieldType.PARAGRAPH

    def _kept(self, asked: Field) -> int:
        """Percent in which a known value stays: who takes care also looks whether another choice were the right one."""
        return KEPT if self.careless or asked.type not in CHOSEN else RECONSIDERED

    def _is_over(self, asked: Field, present: object) -> bool:
        """A day that has passed; a person who can no longer be chosen, whom the page does not show either."""
        if asked.type is FieldType.PERSON:
            return not isinstance(present, int) or present not in self.choices.people(asked.among or "")
        return asked.type is FieldType.DATE and str(present) < self.today.isoformat()

    def value(self, asked: Field) -> Any:
        """Something that fits the field."""
        least = self._least(asked)
        makers: Mapping[FieldType, Callable[[], Any]] = {
            FieldType.TEXT: lambda: asked.title[:20],
            FieldType.PARAGRAPH: lambda: TEXT * -(-least // len(TEXT)),
            FieldType.INTEGER: lambda: self._integer(asked, least),
            FieldType.DATE: lambda: self._day(asked).isoformat(),
            FieldType.BOOLEAN: lambda: not (self.careless and self.chance.happens(UNCHECKED)),
            FieldType.CHOICE: lambda: self._choice(asked),
            FieldType.CHOICES: lambda: self.chance.some(self.choices.options(asked), 3),
            FieldType.LINES: lambda: self._lines(asked, least),
            FieldType.PERSON: lambda: self._person(asked),
            FieldType.PEOPLE: lambda: self._people(asked),
            FieldType.ORGANIZATION: lambda: self._body(asked),
            FieldType.TABLE: lambda: rows(self, asked, None, least),
        }
        return makers[asked.type]()

    def _least(self, asked: Field) -> int:
        return max(self.choices.bound(asked.minimum) or 0, 1)

    def _choice(self, asked: Field) -> Any:
        options = list(self.choices.options(asked))
        person = self.snapshot.case.person
        if person is not None and person.party_status == "probationary" and UNGRADED in options:
            return UNGRADED
        if asked.name == "answer_kind" and not self.careless and self.snapshot.case.data.get("doc_kind") == REQUEST:
            return REPLY
        earned = self.snapshot.case.data.get(f"earned_{asked.name}")
        if earned in options and self.chance.happens(KEPT):
            return earned
        default = asked.default if asked.default in options else None
        return (
            default
            if default is not None and self.chance.happens(self._mostly())
            else self.chance.pick(options or [""])
        )

    def _integer(self, asked: Field, least: int) -> int:
        if asked.name == "points":
            return self.chance.pick([-3, -1, 1, 2])
        most = self.choices.bound(asked.maximum) or least + 9
        enough = max(most * 9 // 10, least)
        return enough if self.chance.happens(self._mostly()) else self.chance.between(least, max(most, least))

    def _mostly(self) -> int:
        """Percent of answers that are the usual ones."""
        return USUAL if self.careless else CAREFUL

    def _day(self, asked: Field) -> date:
        if asked.name in TODAY:
            return self.today
        if asked.name == "held_on":
            meets = self.snapshot.definition.stage != "mass_appraisal"
            return self.today if meets else self.today + timedelta(days=self.chance.between(8, 14))
        if asked.name == "closes_on":
            return self.today + timedelta(days=self.chance.between(15, 20))
        return self.today + timedelta(days=self.chance.between(SOON, LATE))

    def _lines(self, asked: Field, least: int) -> list[str]:
        """As many answers as there are remarks to answer."""
        remarks = self.snapshot.case.data.get("remarks") if asked.name == "answers" else None
        many = len(remarks) if isinstance(remarks, list) else 0
        return [f"{asked.title}{number}" for number in range(1, (many or least + self.chance.below(2)) + 1)]

    def _person(self, asked: Field) -> int | None:
        offered = list(self.choices.people(asked.among or ""))
        fresh = [each for each in offered if each not in self.chosen] or offered
        if not fresh:
            return None
        self.chosen.append(self.chance.pick(fresh))
        return self.chosen[-1]

    def _people(self, asked: Field) -> list[int]:
        offered = list(self.choices.people(asked.among or ""))
        if self.chance.happens(FEW):
            return self.chance.some(offered, self.chance.between(2, 4))
        return self.chance.some(offered, max(2, len(offered) - self.chance.below(3)))

    def _body(self, asked: Field) -> int | None:
        """Mostly one that the case could mean: a superior where one decides, else one that its own body leads."""
        offered, tree = list(self.choices.bodies(asked)), self.snapshot.tree
        above = set(tree.ancestors(self.snapshot.case.bodies["own"]))
        offered = [each for each in offered if self.careless > A_LITTLE or each not in self.named] or offered
        found = people(self.snapshot.case.data, INSPECTED)
        fitting = [each for each in offered if each in found] if found else [
            each for each in offered if (each in above if asked.name == DECIDES else each not in tree.bodies)
        ]  # fmt: skip
        among = fitting if fitting and self.chance.happens(self._mostly()) else offered
        if not among:
            return None
        self.named.append(self.chance.pick(among))
        return self.named[-1]
