"""A drawer of files instead of a database: what the engine answers is kept in plain values, as operations keep it.

Documents are not printed and not sent, and voters are numbers alone; all else of a case is there: its turns and
timers, its children, what becomes of its parent, and the version that tells a stale page. What a day or an act cannot
have changed is not looked at.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import date, timedelta
from types import MappingProxyType
from typing import Any

from tests.engine.campaign.country import Country
from tests.engine.campaign.issuing import ISSUE, issues
from tests.engine.campaign.kinship import awaits, feeds
from tests.engine.campaign.shown import File, Shown
from tests.engine.campaign.voting import voted
from tests.engine.cast import definition
from workflow.definition.model import Child, Stage
from workflow.engine.actor import Actor
from workflow.engine.deadlines import dates_moved, limit
from workflow.engine.forms import Form
from workflow.engine.moving import SYSTEM_ACTOR, Move, Step
from workflow.engine.offspring import body_of, handed_over, litters
from workflow.engine.registry import EFFECTS
from workflow.engine.routing import RoutingError
from workflow.engine.seats import seats, turn_seat
from workflow.engine.snapshot import Act, Snapshot, Turn
from workflow.engine.step import perform, settle
from workflow.engine.turns import OWN, SEAT, TURN
from workflow.engine.values import Row
from workflow.errors import Conflict, InvalidInput, Refused
from workflow.operations.birth import opening_situation
from workflow.operations.following import waits_for

EMPTY: Mapping[str, Any] = MappingProxyType({})


class Drawer(Shown):
    """All cases of a campaign, and the day."""

    last_turn = 0

    def __init__(self, land: Country, today: date, stages: Callable[[str], Stage] = definition) -> None:
        super().__init__(land, today, stages)
        self.running: dict[int, File] = {}  #: cases that are not over
        self.touched: set[int] = set()  #: cases that were changed since somebody looked

    def touch(self, number: int) -> None:
        """Note that a case is no longer as it was shown: no other may be shown as it was either."""
        self.touched.add(number)
        self.forget()

    # -- opening

    def open(self, snapshot: Snapshot, actor: Actor, parent: int | None = None, name: str = "") -> int:
        """Put a case into the drawer."""
        data, number = dict(snapshot.case.data), len(self.files) + 1
        for effect in snapshot.definition.opening_effects:
            data.update(EFFECTS[effect](replace(opening_situation(snapshot, actor), data=data)).data)
        facts = replace(snapshot.case, id=number, number=f"N{number}", data=data, opened_by=actor.person_id)
        self.files[number] = self.running[number] = File(facts, snapshot.definition, parent, name)
        if parent is not None:
            self.files[parent].children.append(number)
        self.touch(number)
        self._arrive(number)
        self.settle(number)
        return number

    def _open_child(self, number: int, name: str, step: Step) -> None:
        child: Child = self.files[number].stage.children[name]
        for litter in litters(child, step.snapshot.case.data):
            with suppress(RoutingError):  # a body that has been dissolved since
                self._bear(number, name, litter=litter)
        if child.stage != ISSUE:
            if child.each is None:
                self._bear(number, name)
            return
        for data in issues(step.snapshot, step, child, self.at):
            self._bear(number, name, data)

    def _bear(self, number: int, name: str, data: Mapping[str, Any] = EMPTY, litter: Sequence[Row] = ()) -> None:
        parent = self.files[number]
        child: Child = parent.stage.children[name]
        stage = self.stage(child.stage)
        carried = {mine: parent.facts.data.get(theirs) for mine, theirs in child.carry.items()}
        given = {**child.data, **(handed_over(child, stage, litter) if litter else carried), **data}
        person = parent.facts.person.id if parent.facts.person and "member" in stage.subject else None
        body = body_of(child, litter) if litter else parent.facts.bodies[child.body]
        born = self.prospect(stage, body, person, given, parent)
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
        form = Form(self.fields(snapshot, transition, person), self.choices(snapshot))
        values = form.read(raw)
        if form.faults:
            raise InvalidInput(errors=tuple(form.faults))
        step = perform(snapshot, Act(transition, actor, values, self.at, self.today))
        self.keep(number, step)
        return step

    def settle(self, number: int) -> None:
        """What is possible without anybody's act happens."""
        if not self.files[number].is_over:
            step = settle(self.snapshot(number), self.at, self.today)
            if step.moves:
                self.keep(number, step)

    def pass_day(self) -> None:
        """The next day begins: what is due happens."""
        self.today += timedelta(days=1)
        now = self.at
        for number, file in list(self.running.items()):
            if file.timers:
                for timer in [each for each in file.timers if each.at <= now]:
                    if timer in file.timers:
                        file.timers = tuple(each for each in file.timers if each is not timer)
                        self._fire(number, timer.trigger, {})
            if file.moves_alone:
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
        self.keep(number, step)
        return True

    # -- keeping

    def keep(self, number: int, step: Step) -> None:
        """Write down what follows from an act, as operations do in one transaction."""
        file, case = self.files[number], step.snapshot.case
        before = file.facts
        self.touch(number)
        moved = (before.state, before.round) != (case.state, case.round)
        for each in step.decided:
            file.said.add((before.round, each.turn, each.actor.person_id))
        file.version += len(step.moves) + len(step.decided) + (step.signature is not None and not step.moves)
        file.facts, file.history = case, step.snapshot.history[:]
        file.signatures, file.turns = tuple(step.snapshot.signatures), tuple(step.snapshot.turns)
        file.moves += step.moves
        file.ballots = voted(file, step)
        self.touch(number)
        if moved:
            file.is_left_to_people = False
            self._arrive(number)
        elif step.moves or step.signature:
            self._readdress(file, self.snapshot(number))
            if dates_moved(file.stage.states[case.state], before.data, case.data):
                self._set_timers(file, self.snapshot(number))
            self.forget()
        if file.facts.asked is not None:  # by now whoever returned the case has been asked
            file.facts = replace(file.facts, asked=None)
            self.forget()
        self._abandon(number, step)
        for name in step.children:
            self._open_child(number, name, step)
        if file.parent is not None:
            for move in step.moves:
                self._tell(file.parent, file.name, move)

    def _arrive(self, number: int) -> None:
        file = self.files[number]
        state = file.stage.states[file.facts.state]
        file.timers, file.turns = (), ()
        file.moves_alone = any(each.auto for each in file.stage.leaving(file.facts.state))
        if state.final:
            self._end(number)
            return
        self.forget()
        self._set_timers(file, self.snapshot(number))
        file.turns = tuple(self._asked(self.snapshot(number)))
        self.forget()

    def _end(self, number: int) -> None:
        file = self.running.pop(number)
        file.is_over, file.timers, file.facts = True, (), replace(file.facts, due_at=None)
        file.turns = tuple(each if each.is_closed else replace(each, is_closed=True) for each in file.turns)
        self.touch(number)

    def _set_timers(self, file: File, snapshot: Snapshot) -> None:
        due = limit(snapshot, self.today)
        file.timers, at = (due.timers, due.at) if due else ((), None)
        if file.facts.due_at != at:
            file.facts = replace(file.facts, due_at=at)

    def _asked(self, snapshot: Snapshot) -> Iterator[Turn]:
        decide = snapshot.definition.states[snapshot.case.state].decide
        found = seats(snapshot)
        for each in found:
            self.last_turn += 1
            waits = decide is not None and decide.rule == "sequence" and each.position > 0
            yield Turn(
                self.last_turn, SEAT, each.addresses, position=each.position, weight=each.weight, is_waiting=waits
            )
        if not found and (only := turn_seat(snapshot)) is not None:
            self.last_turn += 1
            yield Turn(self.last_turn, TURN, only.addresses, position=only.position, weight=only.weight)

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
        waiting = [each for each in parent.stage.leaving(parent.facts.state) if awaits(each, child, name, state)]
        told = {"reason": move.values["reason"]} if move.values.get("reason") else {}
        if any(self._fire(number, each.trigger, told, by_child=True) for each in waiting):
            return
        parent.is_left_to_people |= bool(waiting)

    def _abandon(self, number: int, step: Step) -> None:
        file = self.files[number]
        if not (running := [each for each in file.children if each in self.running]):
            return
        feeding = feeds(file.stage)
        left = any(each.source != each.target for each in step.moves)
        done = {each.transition.id for each in step.moves}
        for each in running:
            name = self.files[each].name
            is_stale = left and name in feeding and not waits_for(file.stage, file.facts.state, name)
            if is_stale or done.intersection(file.stage.children[name].closes_after):
                self._end(each)
