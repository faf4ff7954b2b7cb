"""Whatever people do, in whatever order, under whatever rules: what must always hold of a case holds after each act.

The engine alone, without a database: campaigns are played on a drawer of files, first by a script drawn from a seed,
then by a machine that looks for the shortest way to something wrong (trust.md, L1 and L2).
"""

from __future__ import annotations

import gc
import os
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from functools import cache

import hypothesis.strategies as st
import pytest
from hypothesis import HealthCheck, seed, settings
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from tests.engine.campaign.changing import KINDS, Changes
from tests.engine.campaign.country import country
from tests.engine.campaign.drawer import Drawer
from tests.engine.campaign.holding import look, look_at_everything
from tests.engine.campaign.playing import Player
from tests.engine.campaign.rules import ruled
from tests.engine.campaign.seating import reseat
from tests.engine.campaign.year import FIRST_DAY, play
from tests.engine.cast import definition
from tests.engine.facts import FACTS
from workflow.simulation.chance import Chance

#: `make soak` plays longer: so many campaigns, and so many courses of so many steps, from another seed on.
CAMPAIGNS = int(os.environ.get("CAMPAIGNS", "500"))
COURSES = int(os.environ.get("COURSES", "2000"))
FIRST = int(os.environ.get("SEED", "1"))
STEPS = 40
TOGETHER = {"campaigns": 10, "courses": 100}  #: in one test
FEWEST = 130  #: kinds of acts that ten campaigns take at least
OPENED = 8  #: cases that somebody tries to open before a course begins

SEEDS = st.integers(0, 2**32)
SOME = st.integers(0, 10**6)


@pytest.fixture(scope="module", autouse=True)
def _what_was_loaded_before_is_kept() -> Iterator[None]:
    """The collector passes over it: it would look through all that other tests have loaded, again and again."""
    gc.collect()
    gc.freeze()
    yield
    gc.unfreeze()


@pytest.mark.parametrize("first", range(FIRST, FIRST + CAMPAIGNS, TOGETHER["campaigns"]))
def test_campaign_years(first: int) -> None:
    done, seen = set[str](), Counter[str]()
    for each in range(first, first + TOGETHER["campaigns"]):
        player, changes = _played(each)
        done |= {move.transition.id for file in player.drawer.files.values() for move in file.moves}
        seen += player.seen + changes.seen
    assert len(done & set(FACTS)) > FEWEST
    met = {"Conflict", "Refused", "InvalidInput", *KINDS}
    assert met <= seen.keys(), "stale pages, guards, careless forms, and whatever changes around the cases"


def _played(number: int) -> tuple[Player, Changes]:
    try:
        return play(number)
    except BaseException as error:
        error.add_note(f"campaign {number}")
        raise


class Course(RuleBasedStateMachine):
    """A campaign in which anything may happen, with rules of decision that are drawn."""

    @initialize(seed=SEEDS, rules=st.none() | SEEDS)
    def begin(self, seed: int, rules: int | None) -> None:
        stages = definition if rules is None else cache(lambda name: ruled(name, Chance("rules", rules)))
        self.player = Player(Drawer(country(Chance("country", seed), 2), FIRST_DAY, stages), Chance("course", seed))
        for _ in range(OPENED):
            self.player.open_something()

    @property
    def drawer(self) -> Drawer:
        return self.player.drawer

    def case(self, which: int) -> int | None:
        return which % len(self.drawer.files) + 1 if self.drawer.files else None

    def draw(self, seed: int) -> None:
        self.player.chance = Chance("step", seed)

    @rule(seed=SEEDS)
    def open(self, seed: int) -> None:
        self.draw(seed)
        self.player.open_something()

    @rule(which=SOME, seed=SEEDS, many=st.integers(1, 8))
    def work(self, which: int, seed: int, many: int) -> None:
        self.draw(seed)
        for _ in range(many):
            if (number := self.case(which)) is not None:
                self.player.work(number)

    @rule(seed=SEEDS)
    def work_on_all(self, seed: int) -> None:
        self.draw(seed)
        for number in list(self.drawer.files):
            self.player.work(number)

    @rule(which=SOME, seed=SEEDS)
    def try_anything(self, which: int, seed: int) -> None:
        self.draw(seed)
        if (number := self.case(which)) is not None:
            self.player.try_something(number)

    @rule(days=st.integers(1, 20))
    def wait(self, days: int) -> None:
        for _ in range(days):
            self.player.pass_day()

    @rule(post=SOME, person=SOME, vacant=st.booleans())
    def change_post(self, post: int, person: int, vacant: bool) -> None:
        land = self.drawer.country
        addresses, people = sorted(land.posts), land.everybody()
        land.hand_over(addresses[post % len(addresses)], *([] if vacant else [people[person % len(people)]]))
        self.drawer.forget()
        reseat(self.drawer)

    @rule(which=SOME)
    def same_again(self, which: int) -> None:
        """The engine answers the same question with the same answer, and changes nothing that it was shown."""
        if (number := self.case(which)) is not None:
            before = self.drawer.files[number].facts
            self.drawer.settle(number)
            kept = self.drawer.files[number].facts
            self.drawer.settle(number)
            assert replace(kept) == self.drawer.files[number].facts
            assert before.opened_at == kept.opened_at

    @invariant()
    def everything_holds(self) -> None:
        if hasattr(self, "player"):
            look(self.drawer)

    def teardown(self) -> None:
        if hasattr(self, "player"):
            look_at_everything(self.drawer)


@pytest.mark.parametrize("first", range(FIRST, FIRST + COURSES, TOGETHER["courses"]))
def test_anything_may_happen(first: int) -> None:
    run_state_machine_as_test(
        seed(first)(type("Courses", (Course,), {})),
        settings=settings(
            max_examples=TOGETHER["courses"], stateful_step_count=STEPS, deadline=None, database=None,
            suppress_health_check=list(HealthCheck), print_blob=False,
        ),
    )  # fmt: skip
