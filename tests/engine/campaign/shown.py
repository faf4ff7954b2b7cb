"""What the engine is shown of cases that are kept in plain values: each with its surroundings."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time
from functools import cache
from typing import Any

from tests.engine.campaign.country import Country
from tests.engine.cast import calendar, criteria, definition, parameters, vocabulary
from workflow.definition.field import Field
from workflow.definition.model import Stage, Transition
from workflow.engine.deadlines import Timer
from workflow.engine.forms import Choices
from workflow.engine.moving import Move
from workflow.engine.rights import NAMED, named_persons, post_addresses
from workflow.engine.routing import Origin, resolve
from workflow.engine.snapshot import Ballots, CaseFacts, ChildFacts, Paper, Related, Signature, Snapshot, Turn
from workflow.operations.filling import asked_fields
from workflow.operations.surroundings import Later

ZONE, EVENING = "Asia/Shanghai", time(17, 30)
NINE = time(1)  #: in the morning in Beijing, as UTC
NUMBERED = "D08"  #: gives a document its number; it is printed at once


@dataclass(frozen=True)
class Seen:
    """What is known to hold of a case."""

    state: str
    round: int
    moves: int
    data: Mapping[str, object]


@dataclass
class File:
    """One case as it is kept."""

    facts: CaseFacts
    stage: Stage
    parent: int | None = None
    name: str = ""  #: under which the parent knows it
    version: int = 1
    is_over: bool = False
    history: tuple[Any, ...] = ()
    signatures: tuple[Signature, ...] = ()
    turns: tuple[Turn, ...] = ()
    timers: tuple[Timer, ...] = ()
    moves: list[Move] = field(default_factory=list)
    said: set[tuple[int, int, int | None]] = field(default_factory=set)  #: round, turn and person of every decision
    ballots: Ballots = field(default_factory=Ballots)
    is_left_to_people: bool = False  #: the child that it waited for has ended, and a guard says no
    children: list[int] = field(default_factory=list)
    moves_alone: bool = False  #: in its state, when a day passes
    seen: Seen | None = None  #: what it was when somebody looked at it last
    told: dict[bool, tuple[CaseFacts, Related]] = field(default_factory=dict)  #: as other cases are shown it


class Shown:
    """What the engine is shown of the cases of a campaign on a day."""

    def __init__(self, land: Country, today: date, stages: Callable[[str], Stage] = definition) -> None:
        self.country, self.today = land, today
        self.stages = stages
        self.calendar = calendar()
        self.files: dict[int, File] = {}
        self.shown: dict[int, Snapshot] = {}  #: what was shown since the last change
        self.offered: dict[int, Choices] = {}  #: the same of what may be chosen
        self.forms: dict[tuple[int, str, int], tuple[Field, ...]] = {}  #: the same of forms: case, act and person

    @property
    def at(self) -> datetime:
        """This moment."""
        return datetime.combine(self.today, NINE, UTC)

    def forget(self) -> None:
        """Something has changed: nothing may be shown as it was."""
        self.shown.clear()
        self.offered.clear()
        self.forms.clear()

    def stage(self, name: str) -> Stage:
        """A definition, as this campaign has it."""
        return self.stages(name)

    # -- what the engine is shown

    def snapshot(self, number: int) -> Snapshot:
        """The case with its surroundings."""
        if number not in self.shown:
            file = self.files[number]
            self.shown[number] = self._surrounded(file.stage, file.facts, file)
        return self.shown[number]

    def _surrounded(self, stage: Stage, facts: CaseFacts, file: File) -> Snapshot:
        country, made = self.country, Snapshot.__new__(Snapshot)  # its own making asks for each field if it may be set
        made.__dict__.update(
            definition=stage, case=facts, tree=country.tree, vocabulary=vocabulary(), criteria=criteria(),
            parameters=parameters(), calendar=self.calendar, holders=country.holders, zone=ZONE,
            business_day_end=EVENING, history=file.history, signatures=file.signatures, turns=file.turns,
            ballots=file.ballots, deliveries=(), looked_up={},
            children=Later(lambda: list(self._children(file))),
            related=Later(lambda: list(self._related(file))),
            peers=Later(lambda: list(self._peers(file))),
            led=Later(lambda: [body for body, above in country.tree.leads.items() if facts.bodies["own"] in above]),
            members_below=Later(lambda: list(self._members_below(facts.bodies["own"]))),
            papers=Later(lambda: list(_papers(file))),
        )  # fmt: skip
        return made

    def _members_below(self, own: int) -> Iterator[int]:
        for body, above in self.country.tree.leads.items():
            if own in above:
                yield from self.country.members(body)

    def _children(self, file: File) -> Iterator[ChildFacts]:
        for key in file.children:
            each = self.files[key]
            yield ChildFacts(key, each.name, each.facts.state, each.is_over, each.facts.data, each.facts.opened_at)

    def _related(self, file: File) -> Iterator[Related]:
        own, person = file.facts.bodies["own"], file.facts.person
        for each in self.files.values():
            if each.facts.bodies["own"] != own or each.stage.supporting or each is file:
                continue
            about = each.facts.person
            same = about is not None and person is not None and about.id == person.id
            if about is None or same:
                yield _related(each, same_person=same)

    def _peers(self, file: File) -> Iterator[Related]:
        base = file.stage.peers.base
        for each in self.files.values():
            alike = each.facts.stage == file.facts.stage and each is not file
            if alike and each.facts.bodies.get(base) == file.facts.bodies.get(base):
                yield _related(each)

    def choices(self, snapshot: Snapshot) -> Choices:
        """What the fields of a case may refer to."""
        number = snapshot.case.id
        if number not in self.offered or self.shown.get(number) is not snapshot:
            self.offered[number] = self._choices(snapshot)
        return self.offered[number]

    def _choices(self, snapshot: Snapshot) -> Choices:
        tree = self.country.tree

        @cache
        def people(role: str) -> Mapping[int, str]:
            base, _, name = role.partition(".")
            named = named_persons(snapshot.case.data, name) if base == NAMED else ()
            return {each: f"人员{each}" for each in named or snapshot.holders(post_addresses(snapshot, role))}

        def bodies() -> Mapping[int, str]:
            return {each.id: each.name for each in tree.bodies.values()}

        def beside() -> Mapping[int, str]:
            own = snapshot.case.bodies["own"]
            alike = [each for each, above in tree.leads.items() if above == tree.leads.get(own) and each != own]
            return {each: tree.bodies[each].name for each in alike}

        return Choices(criteria().lists, parameters(), people, bodies, beside)

    def fields(self, snapshot: Snapshot, transition: Transition, person: int) -> tuple[Field, ...]:
        """The form of an act, as it is shown to a person."""
        key = (snapshot.case.id, transition.id, person)
        if key not in self.forms:
            self.forms[key] = asked_fields(snapshot, transition, self.country.actor(person))
        return self.forms[key]

    def prospect(
        self, stage: Stage, own: int, person: int | None, data: Mapping[str, Any], parent: File | None = None
    ) -> Snapshot:
        """The case as it would be opened."""
        subject = "organization" if person is None else "member"
        rules = {base: each if isinstance(each, str) else each[subject] for base, each in stage.bodies.items()}  # type: ignore[index]
        origin = Origin(own, data, parent.facts.bodies if parent else {})
        found = {base: resolve(rule, self.country.tree, vocabulary(), origin) for base, rule in rules.items()}
        facts = CaseFacts(
            id=0, number="", stage=stage.stage, state=stage.initial, round=1, subject=subject,
            bodies={base: body for base, body in found.items() if body is not None}, data=data, opened_at=self.at,
            person=self.country.member(person) if person is not None else None,
            parent_stage=parent.facts.stage if parent else None,
        )  # fmt: skip
        bare = self._surrounded(stage, facts, File(facts, stage))
        return replace(bare, related=(), peers=())


def _related(file: File, *, same_person: bool = False) -> Related:
    facts = file.facts
    known, related = file.told.get(same_person, (None, None))
    if related is None or known is not facts or related.final is not file.is_over:
        related = Related(facts.id, facts.number, facts.stage, facts.state, file.is_over, same_person, facts.data)
        file.told[same_person] = facts, related
    return related


def _papers(file: File) -> Iterator[Paper]:
    for move in file.moves:
        number = f"{file.facts.id}号" if move.transition.id == NUMBERED else None
        for name in move.transition.documents:
            yield Paper(name, number, "rendered", move.transition.id)
