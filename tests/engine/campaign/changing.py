"""What changes around the cases of a year: people are away, leave and are replaced, bodies move and merge.

The clock jumps over days on which the service was down, and once back; next year's calendar is published late.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from tests.engine.campaign.drawer import Drawer
from tests.engine.campaign.seating import reseat
from workflow.engine.routing import Address
from workflow.operations.organization.posts import MEMBERSHIPS
from workflow.simulation.chance import Chance

OFTEN = 12  #: percent of days on which something changes
LONGEST_ABSENCE, LONGEST_VACANCY, LONGEST_OUTAGE = 30, 60, 9  #: days
KINDS = {"absence": 8, "vacancy": 4, "succession": 4, "move": 2, "merger": 1, "outage": 2, "clock_back": 1}
COMMITTEES = ("sub_committee", "general_branch")


@dataclass
class Changes:
    """Drawn apart from what people do with the cases."""

    drawer: Drawer
    chance: Chance
    away: dict[int, date] = field(default_factory=dict)  #: who, and until when
    vacant: dict[Address, date] = field(default_factory=dict)  #: which post, and until when
    seen: Counter[str] = field(default_factory=Counter)

    def pass_day(self) -> set[int]:
        """What this day brings; who is away."""
        today = self.drawer.today
        self._fill([address for address, until in self.vacant.items() if until <= today])
        if self.chance.happens(OFTEN):
            kind = self.chance.weighted(KINDS)
            getattr(self, kind)()
            self.seen[kind] += 1
        return {who for who, until in self.away.items() if until > today}

    def settle(self) -> set[int]:
        """Everybody is back, and every post is filled."""
        self.away.clear()
        self._fill([address for address, people in self.drawer.country.posts.items() if not people])
        return set()

    def absence(self) -> None:
        """Somebody is ill, or travels."""
        who = self.chance.pick(self.drawer.country.everybody())
        self.away[who] = self._later(LONGEST_ABSENCE)

    def vacancy(self) -> None:
        """Somebody leaves an office, and nobody has it for a while."""
        address = self._office()
        self.vacant[address] = self._later(LONGEST_VACANCY)
        self._hand_over(address, ())

    def succession(self) -> None:
        """Somebody else takes an office over."""
        self._hand_over(self._office(), (self.chance.pick(self.drawer.country.everybody()),))

    def move(self) -> None:
        """A branch is led by another committee from now on; its running cases stay where they were sent."""
        tree = self.drawer.country.tree
        branch = self.chance.pick(self._of_kind("branch"))
        above = self.chance.pick(self._of_kind(*COMMITTEES))
        self.drawer.country.tree = replace(tree, leads={**tree.leads, branch: (above,)})
        self.drawer.forget()

    def merger(self) -> None:
        """A branch is merged into another, which takes over its members and its part in running cases."""
        branches = self._of_kind("branch")
        if len(branches) < 2:
            return
        gone, into = self.chance.some(branches, 2)
        country = self.drawer.country
        for (body, post), people in list(country.posts.items()):
            if body == gone:
                if post in MEMBERSHIPS:
                    country.hand_over((into, post), *sorted({*country.posts[into, post], *people}))
                country.hand_over((gone, post))
                self.vacant.pop((gone, post), None)
                del country.posts[gone, post]
        country.bodies = tuple(each for each in country.bodies if each != gone)
        leads = {body: above for body, above in country.tree.leads.items() if body != gone}
        country.tree = replace(country.tree, leads=leads)
        self._repoint(gone, into)
        reseat(self.drawer)

    def outage(self) -> None:
        """The service is down for some days; what fell due meanwhile happens when it is up again."""
        self.drawer.today += timedelta(days=self.chance.between(1, LONGEST_OUTAGE))

    def clock_back(self) -> None:
        """The clock was a day fast."""
        self.drawer.today -= timedelta(days=1)

    def _repoint(self, gone: int, into: int) -> None:
        for number, file in self.drawer.running.items():
            bodies = {base: into if body == gone else body for base, body in file.facts.bodies.items()}
            file.facts = replace(file.facts, bodies=bodies)
            for_others = (
                tuple(each.replace(f"o{gone}:", f"o{into}:") for each in turn.addresses) for turn in file.turns
            )
            file.turns = tuple(map(lambda turn, found: replace(turn, addresses=found), file.turns, for_others))
            self.drawer.touch(number)

    def _of_kind(self, *kinds: str) -> list[int]:
        country = self.drawer.country
        return [each for each in country.bodies if country.tree.bodies[each].kind in kinds]

    def _office(self) -> Address:
        return self.chance.pick([each for each in self.drawer.country.posts if each[1] not in MEMBERSHIPS])

    def _later(self, most: int) -> date:
        return self.drawer.today + timedelta(days=self.chance.between(1, most))

    def _fill(self, posts: list[Address]) -> None:
        for each in posts:
            self.vacant.pop(each, None)
            members = self.drawer.country.members(each[0]) or self.drawer.country.everybody()
            self._hand_over(each, (self.chance.pick(members),))

    def _hand_over(self, address: Address, people: tuple[int, ...]) -> None:
        self.drawer.country.hand_over(address, *people)
        self.drawer.forget()
        reseat(self.drawer)
