"""People at work on a drawer of files: mostly sensibly, sometimes carelessly, sometimes on an old page."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from tests.engine.campaign.country import country
from tests.engine.campaign.drawer import Drawer
from tests.engine.campaign.holding import check_step, look, look_at_everything
from tests.engine.campaign.shown import File
from workflow.engine.options import Option, options
from workflow.engine.registry import GUARDS
from workflow.engine.rights import persons_at, persons_of
from workflow.engine.routing import RoutingError
from workflow.engine.turns import is_open
from workflow.errors import Conflict, InvalidInput, NotAllowed, Refused
from workflow.operations.birth import opening_situation
from workflow.operations.filling import opening_fields, prefilled
from workflow.simulation.chance import Chance
from workflow.simulation.forms import Clerk
from workflow.simulation.opening import WEIGHTS
from workflow.simulation.pages import TONES

REFUSALS = (Conflict, InvalidInput, NotAllowed, Refused)  #: what a person may be told; anything else is a fault of ours
FIRST_DAY = date(2012, 1, 4)
STALE, STRANGE, TWICE, CARELESS = 4, 20, 4, 3  #: percent
BUSY = 154  #: of 256 cases, so many are left as they are on a day
LEFT_FOR = 8  #: days at most that a case rests when something was refused


@dataclass
class Player:
    """A campaign that is played."""

    drawer: Drawer
    chance: Chance
    seen: Counter[str] = field(default_factory=Counter)
    rests: dict[int, date] = field(default_factory=dict)  #: cases that somebody had to leave, and until when
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
        told = [GUARDS[each](opening_situation(full, who)) for each in stage.open_guards]
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
        people = sorted(persons_at(snapshot, chance.pick(turns).addresses))
        if not people:
            return False
        person = chance.pick(people)
        offered = options(snapshot, self.drawer.country.actor(person), self.drawer.at, self.drawer.today)
        allowed = [each for each in offered if each.allowed]
        version, refused = self.told.get(number, (0, set()))
        fresh = [each for each in allowed if version != file.version or each.transition.id not in refused]
        return bool(allowed) and self._do(file, person, _chosen(chance, fresh or allowed), CARELESS)

    def try_something(self, number: int) -> bool:
        """Anybody tries anything. Whether the case has changed."""
        file, chance = self.drawer.files[number], self.chance
        transition = chance.pick(file.stage.transitions)
        return self._do(file, chance.pick(self.drawer.country.everybody()), Option(transition, False, False), 10)

    def _do(self, file: File, person: int, chosen: Option, careless: int) -> bool:
        number, trigger = file.facts.id, chosen.transition.trigger
        before = self.drawer.snapshot(number)
        fields = self.drawer.fields(before, chosen.transition, person)
        if chosen.transition.sign:
            clerk = Clerk(Chance("signed", number, file.facts.round, chosen.transition.id), before,
                          self.drawer.choices(before), self.drawer.today, 0)  # fmt: skip
        else:
            clerk = self._clerk(before, careless)
        raw = clerk.fill(fields, prefilled(before))
        version = file.version - 1 if self.chance.happens(STALE) else file.version
        done = self._send(number, person, trigger, raw, version)
        if self.chance.happens(TWICE):
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


def _chosen(chance: Chance, wanted: list[Option]) -> Option:
    return wanted[chance.weighted({number: TONES[each.transition.tone] for number, each in enumerate(wanted)})]


def play(seed: int, branches: int = 2, days: int = 400, cases: int = 48) -> Player:
    """A campaign year of a small country."""
    chance = Chance("campaign", seed)
    player = Player(Drawer(country(Chance("country", seed), branches), FIRST_DAY), chance)
    opened = 0
    for day in range(days):
        if opened < cases and day < days // 2:
            opened += player.open_something() is not None
        player.work_a_day()
        if chance.happens(STRANGE) and player.drawer.files:
            player.try_something(chance.pick(list(player.drawer.files)))
        player.pass_day()
    look_at_everything(player.drawer)
    return player
