"""A campaign year of a small country, through the engine alone: people at work, and what changes around them."""

from __future__ import annotations

from datetime import date

from tests.engine.campaign.changing import Changes
from tests.engine.campaign.country import country
from tests.engine.campaign.drawer import Drawer
from tests.engine.campaign.finishing import finish
from tests.engine.campaign.holding import look_at_everything
from tests.engine.campaign.playing import Player
from tests.engine.campaign.publishing import calendar_at_first, publish
from workflow.simulation.chance import Chance

FIRST_DAY = date(2012, 1, 4)
DAYS = 400
CASES = 32  #: that people open; these open about as many again
BRANCHES = 2
STRANGE = 20  #: percent of days on which anybody tries anything
PUBLISHED = (330, 380)  #: days on which the calendar of the next year may come out


def play(seed: int, days: int = DAYS, cases: int = CASES) -> tuple[Player, Changes]:
    """A year, and what follows until everything has come to an end."""
    chance, changing = Chance("campaign", seed), Chance("changes", seed)
    player = Player(Drawer(country(Chance("country", seed), BRANCHES), FIRST_DAY), chance)
    changes, opened = Changes(player.drawer, changing), 0
    player.drawer.calendar, published = calendar_at_first(), changing.between(*PUBLISHED)
    for day in range(days):
        if opened < cases and day < days // 2:
            opened += player.open_something() is not None
        player.away = changes.pass_day()
        player.work_a_day()
        if chance.happens(STRANGE) and player.drawer.files:
            player.try_something(chance.pick(list(player.drawer.files)))
        player.pass_day()
        if day == published:
            publish(player.drawer)
    player.away = changes.settle()
    finish(player)
    look_at_everything(player.drawer)
    return player, changes
