"""A drawer of files instead of a database: what the engine answers is kept in plain values, as operations keep it.

Documents are not printed and not sent, and voters are numbers alone; all else of a case is there: its turns and
timers, its children, what becomes of its parent, and the version that tells a stale page.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from tests.engine.campaign.country import Country
from tests.engine.cast import calendar, criteria, definition, parameters, vocabulary
from workflow.definition.model import Child, Stage, Transition
from workflow.engine.actor import Actor
from workflow.engine.deadlines import Timer, dates_moved, limit
from workflow.engine.forms import Choices, Form
from workflow.engine.moving import SYSTEM_ACTOR, Move, Step
from workflow.engine.registry import EFFECTS
from workflow.engine.rights import NAMED, named_persons, post_addresses
from workflow.engine.routing import Origin, resolve
from workflow.engine.seats import seats, turn_seat
from workflow.engine.snapshot import Act, Ballots, CaseFacts, ChildFacts, Paper, Related, Signature, Snapshot, Turn
from workflow.engine.step import perform, settle
from workflow.engine.turns import OWN, SEAT, TURN
from workflow.errors import Conflict, InvalidInput, Refused
from workflow.operations.birth import opening_situation
from workflow.operations.filling import asked_fields
from workflow.operations.following import waits_for
from workflow.operations.surroundings import Later

ZONE, EVENING = "Asia/Shanghai", time(17, 30)
NINE = time(1)  #: in the morning in Beijing, as UTC
OPEN = "open"  #: the state in which an appraisal is voted on


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


class Drawer:
    """All cases of a campaign, and the day."""

    def __init__(self, land: Country, today: date, stages: Mapping[str, Stage] | None = None) -> None:
        self.country, self.today = land, today
        self.stages = stages or {}
        self.files: dict[int, File] = {}
        self._turns = 0

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

    # -- opening

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

    def open(self, snapshot: Snapshot, actor: Actor, parent: int | None = None, name: str = "") -> int:
        """Put a case into the drawer."""
        data, number = dict(snapshot.case.data), len(self.files) + 1
        for effect in snapshot.definition.opening_effects:
            data.update(EFFECTS[effect](replace(opening_situation(snapshot, actor), data=data)).data)
        facts = replace(snapshot.case, id=number, number=f"N{number}", data=data, opened_by=actor.person_id)
        self.files[number] = File(facts, snapshot.definition, parent, name)
        self._arrive(number, self.snapshot(number))
        self.settle(number)
        return number

    def _bear(self, number: int, name: str) -> None:
        parent = self.files[number]
        child: Child = parent.stage.children[name]
        stage = self.stage(child.stage)
        given = {**child.data, **{mine: parent.facts.data.get(theirs) for mine, theirs in child.carry.items()}}
        person = parent.facts.person.id if parent.facts.person and "member" in stage.subject else None
        born = self.prospect(stage, parent.facts.bodies[child.body], person, given, parent)
        others = {mine: parent.facts.bodies[theirs] for mine, theirs in child.bodies.items()}
        born = replace(born, case=replace(born.case, bodies={**born.case.bodies, **others}))
        self.open(born, SYSTEM_ACTOR, number, name)

    # -- acting

    def act(self, number: int, trigger: str, person: int, raw: Mapping[str, Any], version: int) -> Step:
        """Somebody fires a trigger. Raises what operations raise; then nothing has happened."""
        file = self.files[number]
        if version != file.version:
            raise Conflict(who="他人", when="", what="", at=self.at)
        transition = file.stage.find(trigger, file.facts.state)
        if transition is None or file.is_over:
            raise Refused(title=trigger, guard="state", reason="这一步不在此时办理", transition=trigger)
        snapshot, actor = self.snapshot(number), self.country.actor(person)
        form = Form(asked_fields(snapshot, transition, actor), self.choices(snapshot))
        values = form.read(raw)
        if form.faults:
            raise InvalidInput(errors=tuple(form.faults))
        step = perform(snapshot, Act(transition, actor, values, self.at, self.today))
        self._keep(number, step)
        return step

    def settle(self, number: int) -> None:
        """What is possible without anybody's act happens."""
        if not self.files[number].is_over:
            step = settle(self.snapshot(number), self.at, self.today)
            if step.moves:
                self._keep(number, step)

    def pass_day(self) -> None:
        """The next day begins: what is due happens."""
        self.today += timedelta(days=1)
        for number in list(self.files):
            file = self.files[number]
            for timer in [each for each in file.timers if each.at <= self.at]:
                if timer in self.files[number].timers:
                    file.timers = tuple(each for each in file.timers if each is not timer)
                    self._fire(number, timer.trigger, {})
            if any(each.auto for each in file.stage.leaving(self.files[number].facts.state)):
                self.settle(number)

    def _fire(self, number: int, trigger: str, values: Mapping[str, Any], *, by_child: bool = False) -> bool:
        file = self.files[number]
        transition = file.stage.find(trigger, file.facts.state)
        if transition is None or file.is_over:
            return False
        act = Act(transition, SYSTEM_ACTOR, values, self.at, self.today, by_child=by_child)
        try:
            step = perform(self.snapshot(number), act)
        except Refused:
            return False
        self._keep(number, step)
        return True

    # -- keeping

    def _keep(self, number: int, step: Step) -> None:
        file, case = self.files[number], step.snapshot.case
        before = file.facts
        moved = (before.state, before.round) != (case.state, case.round)
        for each in step.decided:
            file.said.add((before.round, each.turn, each.actor.person_id))
        file.version += len(step.moves) + len(step.decided) + (step.signature is not None and not step.moves)
        file.facts, file.history = replace(case, asked=None), tuple(step.snapshot.history)
        file.signatures, file.turns = tuple(step.snapshot.signatures), tuple(step.snapshot.turns)
        file.moves += step.moves
        self._count(file, step)
        after = self.snapshot(number)
        if moved:
            file.is_left_to_people = False
            self._arrive(number, replace(after, case=case, turns=()))
        elif step.moves or step.signature:
            self._readdress(file, after)
            if dates_moved(file.stage.states[case.state], before.data, case.data):
                self._set_timers(file, after)
        self._abandon(number, step)
        for name in step.children:
            self._bear(number, name)
        if file.parent is not None:
            for move in step.moves:
                self._tell(file.parent, file.name, move)

    def _arrive(self, number: int, snapshot: Snapshot) -> None:
        file = self.files[number]
        state = file.stage.states[file.facts.state]
        file.timers, file.turns = (), ()
        if state.final:
            file.is_over, file.facts = True, replace(file.facts, due_at=None)
            return
        self._set_timers(file, snapshot)
        file.turns = tuple(self._asked(snapshot))

    def _set_timers(self, file: File, snapshot: Snapshot) -> None:
        due = limit(snapshot, self.today)
        file.timers = due.timers if due else ()
        file.facts = replace(file.facts, due_at=due.at if due else None)

    def _asked(self, snapshot: Snapshot) -> Iterator[Turn]:
        decide = snapshot.definition.states[snapshot.case.state].decide
        found = seats(snapshot)
        for each in found:
            self._turns += 1
            waits = decide is not None and decide.rule == "sequence" and each.position > 0
            yield Turn(self._turns, SEAT, each.addresses, position=each.position, weight=each.weight, is_waiting=waits)
        if not found and (only := turn_seat(snapshot)) is not None:
            self._turns += 1
            yield Turn(self._turns, TURN, only.addresses, position=only.position, weight=only.weight)

    def _readdress(self, file: File, snapshot: Snapshot) -> None:
        if not any(each.kind in OWN for each in file.turns):
            file.turns = (*file.turns, *self._asked(snapshot))
            return
        only = turn_seat(snapshot)
        file.turns = tuple(
            replace(each, addresses=only.addresses if only else ())
            if each.kind == TURN and not each.is_closed
            else each
            for each in file.turns
        )

    def _count(self, file: File, step: Step) -> None:
        if step.change.roster is not None:
            groups = [group for _, group in step.change.roster]
            file.ballots = Ballots({each: groups.count(each) for each in dict.fromkeys(groups)})
        if file.stage.counts_ballots and OPEN in {each.target for each in step.moves}:
            file.ballots = replace(file.ballots, issued=sum(file.ballots.roster.values()))
            file.ballots = replace(file.ballots, collected=file.ballots.issued)
        if step.change.rewrite_ballots:
            items: Any = file.facts.data.get("items") or []
            said = {each["code"]: "satisfied" for each in items}
            answers = [(group, said) for group, many in file.ballots.roster.items() for _ in range(many)]
            file.ballots = replace(file.ballots, answers=answers[: file.ballots.collected])

    # -- parents and children

    def _tell(self, number: int, name: str, move: Move) -> None:
        parent = self.files[number]
        child, state = parent.stage.children[name], move.target
        if parent.is_over:
            return
        if state in child.reopen:
            if waits_for(parent.stage, parent.facts.state, name):
                self._bear(number, name)
            return
        waiting = [each for each in parent.stage.leaving(parent.facts.state) if _awaits(each, child, name, state)]
        told = {"reason": move.values["reason"]} if move.values.get("reason") else {}
        if any(self._fire(number, each.trigger, told, by_child=True) for each in waiting):
            return
        parent.is_left_to_people |= bool(waiting)

    def _abandon(self, number: int, step: Step) -> None:
        file = self.files[number]
        feeding = {each.after.child for each in file.stage.transitions if each.after is not None}
        feeding |= {name for name, child in file.stage.children.items() if child.on}
        left = any(each.source != each.target for each in step.moves)
        done = {each.transition.id for each in step.moves}
        for each in self.files.values():
            if each.parent != number or each.is_over:
                continue
            is_stale = left and each.name in feeding and not waits_for(file.stage, file.facts.state, each.name)
            if is_stale or done.intersection(file.stage.children[each.name].closes_after):
                each.is_over, each.timers = True, ()
                each.turns = tuple(replace(turn, is_closed=True) for turn in each.turns)


def _awaits(transition: Transition, child: Child, name: str, state: str) -> bool:
    after = transition.after
    return transition.trigger == child.on.get(state) or (
        after is not None and after.child == name and state in after.states
    )


def _related(file: File, *, same_person: bool = False) -> Related:
    facts = file.facts
    return Related(facts.id, facts.number, facts.stage, facts.state, file.is_over, same_person, facts.data)


def _papers(file: File) -> Iterator[Paper]:
    for move in file.moves:
        for name in move.transition.documents:
            yield Paper(name, None, "rendered", move.transition.id)
