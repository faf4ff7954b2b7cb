"""People at work on a drawer of files: mostly sensibly, sometimes carelessly, sometimes on an old page."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from tests.engine.campaign.drawer import Drawer
from tests.engine.campaign.holding import check_step, look
from tests.engine.campaign.shown import File
from workflow.definition.model import Transition
from workflow.engine.options import Option, option
from workflow.engine.registry import GUARDS
from workflow.engine.rights import persons_at, persons_of
from workflow.engine.routing import RoutingError
from workflow.engine.snapshot import Act, Snapshot
from workflow.engine.turns import is_open
from workflow.errors import Conflict, InvalidInput, NotAllowed, Refused
from workflow.operations.birth import opening_situation
from workflow.operations.filling import opening_fields, prefilled
from workflow.simulation.chance import Chance
from workflow.simulation.forms import Clerk
from workflow.simulation.opening import WEIGHTS
from workflow.simulation.pages import TONES

REFUSALS = (Conflict, InvalidInput, NotAllowed, Refused)  #: what a person may be told; anything else is a fault of ours
STALE, TWICE, CARELESS, AGAIN = 4, 4, 3, 20  #: percent
BUSY = 154  #: of 256 cases, so many are left as they are on a day
LEFT_FOR = 8  #: days at most that a case rests when something was refused


@dataclass
class Player:
    """A campaign that is played."""

    drawer: Drawer
    chance: Chance
    seen: Counter[str] = field(default_factory=Counter)
    rests: dict[int, date] = field(default_factory=dict)  #: cases that somebody had to leave, and until when
    away: set[int] = field(default_factory=set)  #: who is not at work today
    told: dict[int, tuple[int, set[str]]] = field(default_factory=dict)  #: case → version, and what it was refused

    def open_something(self) -> int | None:
        """Somebody who may opens a case, if its guards let it be opened."""
        chance, drawer = self.chance, self.drawer
        stage = drawer.stage(chance.weighted(WEIGHTS))
        own = chance.pick(drawer.country.bodies)
        members = drawer.country.members(own)
        about_member = "member" in stage.subject and ("organization" not in stage.subject or chance.happens(60))
        person = chance.pick(members) if about_member and members else None
        if person is None and "organization" not in stage.subject:
            return None
        try:
            empty = drawer.prospect(stage, own, person, {})
        except RoutingError:
            self.seen["RoutingError"] += 1
            return None
        roles = stage.opened_by.get(empty.case.subject, ())  # type: ignore[call-overload]
        openers = sorted({each for role in roles for each in persons_of(empty, role)})
        if not openers:
            return None
        who = drawer.country.actor(chance.pick(openers))
        values = self._clerk(empty, 0).fill(opening_fields(empty), {})
        try:
            full = drawer.prospect(stage, own, person, values)
        except RoutingError:
            return None
        told = [GUARDS[each](opening_situation(full, who)) for each in (*stage.open_when, *stage.open_guards)]
        if any(told):
            self.seen["not opened"] += 1
            return None
        number = drawer.open(full, who)
        look(drawer)
        return number

    def work(self, number: int) -> bool:
        """Somebody whose turn it is does something. Whether the case has changed."""
        file, chance = self.drawer.files[number], self.chance
        turns = [each for each in file.turns if is_open(each)]
        if not turns:
            return False
        snapshot = self.drawer.snapshot(number)
        people = sorted(persons_at(snapshot, chance.pick(turns).addresses) - self.away)
        if not people:
            return False
        person = chance.pick(people)
        chosen = self._wish(snapshot, file, person)
        return chosen is not None and self.send(file, person, chosen, CARELESS)

    def _wish(self, snapshot: Snapshot, file: File, person: int) -> Option | None:
        """What somebody would like to do, of what is offered: mostly what leads on."""
        drawer, actor = self.drawer, self.drawer.country.actor(person)
        left = [each for each in file.stage.leaving(file.facts.state) if not each.is_system or each.after is not None]
        while left:
            wanted = left.pop(self.chance.weighted({at: TONES[each.tone] for at, each in enumerate(left)}))
            if self.is_tried(file, wanted):
                found = option(snapshot, Act(wanted, actor, {}, drawer.at, drawer.today))
                if found is not None and found.allowed:
                    return found
        return None

    def try_something(self, number: int) -> bool:
        """Anybody tries anything. Whether the case has changed."""
        file, chance = self.drawer.files[number], self.chance
        transition = chance.pick(file.stage.transitions)
        return self.send(file, chance.pick(self.drawer.country.everybody()), Option(transition, False, False), 10)

    def send(self, file: File, person: int, chosen: Option, careless: int, *, keeps: bool = True) -> bool:
        """Somebody fills in the form of an act and sends it; whoever is careless sometimes an old page, or twice.

        Who does not keep what the case knows already fills in the whole form anew.
        """
        number, trigger = file.facts.id, chosen.transition.trigger
        before = self.drawer.snapshot(number)
        fields = self.drawer.fields(before, chosen.transition, person)
        if chosen.transition.sign:
            clerk = Clerk(Chance("signed", number, file.facts.round, chosen.transition.id), before,
                          self.drawer.choices(before), self.drawer.today, 0)  # fmt: skip
        else:
            clerk = self._clerk(before, careless)
        raw = clerk.fill(fields, prefilled(before) if keeps else {})
        version = file.version - 1 if careless and self.chance.happens(STALE) else file.version
        done = self._send(number, person, trigger, raw, version)
        if careless and self.chance.happens(TWICE):
            assert not self._send(number, person, trigger, raw, version) or not done, "the same page counts once"
        return done

    def work_a_day(self) -> None:
        """Those who find the time take up what waits for them."""
        running, today = list(self.drawer.running.items()), self.drawer.today
        drawn = self.chance.source.token_bytes(len(running))
        for (number, file), draw in zip(running, drawn, strict=True):
            if draw >= BUSY and file.turns and not file.is_over and self.rests.get(number, today) <= today:
                self.work(number)

    def _send(self, number: int, person: int, trigger: str, raw: dict[str, Any], version: int) -> bool:
        file = self.drawer.files[number]
        before, kept = self.drawer.snapshot(number), (file.facts, file.version, file.turns, len(file.moves))
        try:
            step = self.drawer.act(number, trigger, person, raw, version)
        except REFUSALS as refusal:
            self.seen[type(refusal).__name__] += 1
            self._note(file, trigger)
            self.rests[number] = self.drawer.today + timedelta(days=self.chance.between(1, LEFT_FOR))
            assert kept == (file.facts, file.version, file.turns, len(file.moves)), "a refusal changes nothing"
            return False
        self.seen["acts"] += 1
        check_step(before, step, person)
        look(self.drawer)
        return True

    def is_tried(self, file: File, transition: Transition) -> bool:
        """Whether somebody tries this; what was refused before, as long as nothing has changed, only now and then."""
        version, refused = self.told.get(file.facts.id, (0, set()))
        is_known = version == file.version and transition.id in refused
        return not is_known or self.chance.happens(AGAIN)

    def _note(self, file: File, trigger: str) -> None:
        version, refused = self.told.get(file.facts.id, (0, set()))
        found = file.stage.find(trigger, file.facts.state)
        kept = refused if version == file.version else set()
        self.told[file.facts.id] = (file.version, kept | {found.id} if found else kept)

    def pass_day(self) -> None:
        """A night, and what is due in the morning."""
        self.drawer.pass_day()
        look(self.drawer)

    def _clerk(self, snapshot: Any, careless: int) -> Clerk:
        return Clerk(self.chance, snapshot, self.drawer.choices(snapshot), self.drawer.today, careless)
