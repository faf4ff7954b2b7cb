"""The plain values a template is given: codes become words, ids become names, the case's facts stand ready."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from workflow.definition.field import Field, FieldType
from workflow.definition.model import Transition
from workflow.engine.forms import Choices
from workflow.engine.snapshot import Snapshot
from workflow.engine.values import text, texts
from workflow.operations.filling import choices
from workflow.operations.loading import Loaded
from workflow.operations.organization.posts import names_of
from workflow.operations.sealing import latest_seal
from workflow.store.fetching import found_rows, get
from workflow.store.journal import JournalEntry
from workflow.store.people import Person
from workflow.store.prepared import Prepared

FIELD = "field:"
GUIDES, SUPERIOR = "guide", "superior"
MOVES = Prepared(
    select(
        JournalEntry.transition, JournalEntry.person, JournalEntry.post, JournalEntry.organization, JournalEntry.at,
        JournalEntry.reason, JournalEntry.details,
    )
    .where(JournalEntry.case_id == bindparam("case"), JournalEntry.transition.is_not(None))
    .order_by(JournalEntry.sequence)
)  # fmt: skip
SEAL_DIGITS = 16  #: of a journal root on paper: nobody makes another history with the same ones


def chinese_date(day: date) -> str:
    """2012年7月1日 (GB/T 9704-2012: Arabic figures, no leading zeros)."""
    return f"{day.year}年{day.month}月{day.day}日"


class Wording:
    """Turns stored values into the words that a person reads."""

    def __init__(self, session: Session, snapshot: Snapshot) -> None:
        self._session = session
        self._choices: Choices = choices(session, snapshot)
        self._names: dict[int, str] = {}

    def read(self, fields: Sequence[Field], data: Mapping[str, Any]) -> dict[str, Any]:
        """The data with every known field in words; what no field describes stays as it is."""
        known = {each.name: each for each in fields}
        self._learn({person for name, value in data.items() if name in known for person in _named(known[name], value)})
        return {
            name: self.value(known[name], value) if name in known and value is not None else value
            for name, value in data.items()
        }

    def value(self, field: Field, value: Any) -> Any:
        """One value in words."""
        match field.type:
            case FieldType.CHOICE:
                return self._choices.options(field).get(value, value)
            case FieldType.CHOICES:
                return [self._choices.options(field).get(each, each) for each in value]
            case FieldType.PERSON:
                return "、".join(map(self._name, value)) if isinstance(value, list) else self._name(value)
            case FieldType.PEOPLE:
                return [self._name(each) for each in value]
            case FieldType.ORGANIZATION:
                return self._choices.bodies(field).get(value, value)
            case FieldType.TABLE:
                return [self.read(field.columns, row) for row in value]
            case _:
                return value

    def _name(self, person: int) -> str:
        self._learn({person})
        return self._names[person]

    def _learn(self, people: Iterable[int]) -> None:
        """The names of these, asked for together."""
        new = sorted(set(people) - self._names.keys())
        found = names_of(self._session, new)
        self._names |= {each: found.get(each, str(each)) for each in new}


def _named(field: Field, value: Any) -> Iterator[int]:
    """The persons whom the value of a field names."""
    if field.type is FieldType.TABLE and isinstance(value, list):
        columns = {each.name: each for each in field.columns}
        for row in value:
            for name, entered in row.items():
                if name in columns:
                    yield from _named(columns[name], entered)
    elif field.type in (FieldType.PERSON, FieldType.PEOPLE) and value is not None:
        yield from value if isinstance(value, list) else [value]


def all_fields(loaded: Loaded) -> list[Field]:
    """The stage's form and every field that an act adds to it."""
    inline = [each for act in loaded.stage.transitions for each in act.ask if not isinstance(each, str)]
    return [*loaded.stage.form, *inline]


def case_values(session: Session, loaded: Loaded, wording: Wording) -> dict[str, Any]:
    """`case` of the values contract."""
    case = loaded.snapshot.case
    own = loaded.snapshot.tree.bodies[case.bodies["own"]]
    person = get(session, Person, case.person.id) if case.person else None
    return {
        "number": case.number, "stage": case.stage, "title": loaded.row.title,
        "subject": person.name if person else own.name, "organization": own.name,
        "person": {"name": person.name, "post": person.job, "number": person.number} if person else None,
        "opened_on": case.opened_at.astimezone(ZoneInfo(loaded.snapshot.zone)).date().isoformat(),
        "data": wording.read(all_fields(loaded), case.data),
    }  # fmt: skip


def act_values(session: Session, loaded: Loaded) -> list[dict[str, str]]:
    """`acts` of the values contract: what was done so far, in order."""
    zone = ZoneInfo(loaded.snapshot.zone)
    titles: dict[str, Transition] = {each.id: each for each in loaded.stage.transitions}
    entries = found_rows(session, MOVES, {"case": loaded.row.id})
    return [
        {
            "id": act, "title": titles[act].title, "actor": person, "post": post, "body": body,
            "on": at.astimezone(zone).date().isoformat(),
            "opinion": reason or str(details.get("values", {}).get("opinion") or ""),
        }
        for act, person, post, body, at, reason, details in entries
    ]  # fmt: skip


def campaign_values(session: Session, loaded: Loaded) -> dict[str, str]:
    """`campaign` of the values contract; `seal` is the newest root of its journal, to which papers bear witness."""
    campaign = loaded.campaign
    seal = latest_seal(session, campaign.id)
    return {
        "title": campaign.title, "basis": campaign.basis, "theme": campaign.theme, "rule_set": campaign.rule_set,
        "seal": f"{seal.sequence}:{seal.root[:SEAL_DIGITS]}" if seal else "",
    }  # fmt: skip


def recipients(snapshot: Snapshot, stated: Sequence[str], issuer: int) -> list[str]:
    """Names of the bodies meant: bases of the case, `guide` for every guide of the own body, else a literal name.

    `field:<name>` are those that were entered there, a choice among departments by its label.
    `superior` is the body that leads the issuer: it gets a copy of what is important (domain.md §11).
    """
    tree, found = snapshot.tree, list[str]()
    several = {GUIDES: tree.guides.get(snapshot.case.bodies["own"], ()), SUPERIOR: tree.leads.get(issuer, ())}
    for each in stated:
        if each.startswith(FIELD):
            found += _entered(snapshot, each.removeprefix(FIELD))
        elif each in several:
            found += [tree.bodies[body].name for body in several[each]]
        elif each in snapshot.case.bodies:
            found.append(tree.bodies[snapshot.case.bodies[each]].name)
        elif each not in snapshot.definition.bodies:
            found.append(each)
    return list(dict.fromkeys(found))


def _entered(snapshot: Snapshot, name: str) -> list[str]:
    """The recipients that somebody has named in a field."""
    field = next(each for each in snapshot.definition.form if each.name == name)
    labels = field.options or snapshot.criteria.lists.get(field.options_from or "", {})
    alone = text(snapshot.case.data, name)
    return [alone] if alone else [labels.get(each, each) for each in texts(snapshot.case.data, name)]
