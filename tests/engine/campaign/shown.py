"""What the engine is shown of cases that are kept in plain values: each with its surroundings."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time
from typing import Any

from tests.engine.campaign.country import Country
from tests.engine.cast import calendar, criteria, definition, parameters, vocabulary
from workflow.definition.model import Stage
from workflow.engine.deadlines import Timer
from workflow.engine.forms import Choices
from workflow.engine.moving import Move
from workflow.engine.rights import NAMED, named_persons, post_addresses
from workflow.engine.routing import Origin, resolve
from workflow.engine.snapshot import Ballots, CaseFacts, ChildFacts, Paper, Related, Signature, Snapshot, Turn
from workflow.operations.surroundings import Later

ZONE, EVENING = "Asia/Shanghai", time(17, 30)
NINE = time(1)  #: in the morning in Beijing, as UTC


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


class Shown:
    """What the engine is shown of the cases of a campaign on a day."""

    def __init__(self, land: Country, today: date, stages: Mapping[str, Stage] | None = None) -> None:
        self.country, self.today = land, today
        self.stages = stages or {}
        self.files: dict[int, File] = {}

    @property
    def at(self) -> datetime:
        """This moment."""
        return datetime.combine(self.today, NINE, UTC)

    def stage(self, name: str) -> Stage:
        """A definition, as this campaign has it."""
        return self.stages.get(name) or definition(name)

    # -- what the engine is shown

    def snapshot(self, number: int) -> Snapshot:
        """The case with its surroundings."""
        file = self.files[number]
        return replace(
            self._bare(file.stage, file.facts),
            history=file.history,
            signatures=file.signatures,
            turns=file.turns,
            ballots=file.ballots,
            children=Later(lambda: list(self._children(number))),
            related=Later(lambda: list(self._related(file))),
            peers=Later(lambda: list(self._peers(file))),
            papers=Later(lambda: list(_papers(file))),
        )

    def _bare(self, stage: Stage, facts: CaseFacts) -> Snapshot:
        country, own = self.country, facts.bodies["own"]
        below = [each for each, above in country.tree.leads.items() if own in above]
        members = Later(lambda: [each for body in below for each in country.members(body)])
        return Snapshot(
            definition=stage, case=facts, tree=country.tree, vocabulary=vocabulary(), criteria=criteria(),
            parameters=parameters(), calendar=calendar(), holders=country.holders, zone=ZONE,
            business_day_end=EVENING, members_below=members,
        )  # fmt: skip

    def _children(self, number: int) -> Iterator[ChildFacts]:
        for key, each in self.files.items():
            if each.parent == number:
                yield ChildFacts(key, each.name, each.facts.state, each.is_over, each.facts.data, each.facts.opened_at)

    def _related(self, file: File) -> Iterator[Related]:
        for each in self.files.values():
            same = each.facts.person is not None and file.facts.person is not None
            same = same and each.facts.person.id == file.facts.person.id  # type: ignore[union-attr]
            here = each is not file and each.facts.bodies["own"] == file.facts.bodies["own"]
            if here and not each.stage.supporting and (each.facts.person is None or same):
                yield _related(each, same_person=same)

    def _peers(self, file: File) -> Iterator[Related]:
        base = file.stage.peers.base
        for each in self.files.values():
            alike = each is not file and each.facts.stage == file.facts.stage
            if alike and each.facts.bodies.get(base) == file.facts.bodies.get(base):
                yield _related(each)

    def choices(self, snapshot: Snapshot) -> Choices:
        """What the fields of a case may refer to."""

        def people(role: str) -> Mapping[int, str]:
            base, _, name = role.partition(".")
            named = named_persons(snapshot.case.data, name) if base == NAMED else ()
            return {each: f"人员{each}" for each in named or snapshot.holders(post_addresses(snapshot, role))}

        bodies = {each.id: each.name for each in self.country.tree.bodies.values()}
        beside = {
            each: bodies[each]
            for each, above in self.country.tree.leads.items()
            if above == self.country.tree.leads.get(snapshot.case.bodies["own"]) and each != snapshot.case.bodies["own"]
        }
        return Choices(criteria().lists, parameters(), people, lambda: bodies, lambda: beside)

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
        return self._bare(stage, facts)


def _related(file: File, *, same_person: bool = False) -> Related:
    facts = file.facts
    return Related(facts.id, facts.number, facts.stage, facts.state, file.is_over, same_person, facts.data)


def _papers(file: File) -> Iterator[Paper]:
    for move in file.moves:
        for name in move.transition.documents:
            yield Paper(name, None, "rendered", move.transition.id)
