"""Turns that their holders cannot take any more: given to others by the rule, as the daily checks of operations do."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from itertools import zip_longest

from tests.engine.campaign.drawer import Drawer
from workflow.engine.joint import recounted
from workflow.engine.seats import Seat, seats
from workflow.engine.snapshot import Turn
from workflow.engine.turns import lapsed, own_turns
from workflow.engine.vacancies import passed_on, takers
from workflow.errors import Refused


def reseat(drawer: Drawer) -> None:
    """Look at every case after somebody has come or gone."""
    for number, file in list(drawer.running.items()):
        if not file.is_over:
            _reseat(drawer, number)
        if not file.is_over:
            _pass_on(drawer, number)


def _reseat(drawer: Drawer, number: int) -> None:
    snapshot = drawer.snapshot(number)
    if gone := lapsed(snapshot):
        known = {address for each in snapshot.turns for address in each.addresses}
        new = [each for each in seats(snapshot) if known.isdisjoint(each.addresses)][: len(gone)]
        _give(drawer, number, zip_longest(gone, new))


def _pass_on(drawer: Drawer, number: int) -> None:
    snapshot = drawer.snapshot(number)
    if blocked := [each for each in own_turns(snapshot) if not takers(snapshot, each)]:
        _give(drawer, number, passed_on(snapshot, blocked))


def _give(drawer: Drawer, number: int, pairs: Iterable[tuple[Turn, Seat | None]]) -> None:
    """Each turn to its new seat; those without one are dropped, and what was decided is counted anew."""
    file, given = drawer.files[number], {turn.id: seat for turn, seat in pairs}
    if not given:
        return
    kept, turns = file.turns, list[Turn]()
    for each in file.turns:
        turns.append(replace(each, is_closed=True) if each.id in given else each)
        if seat := given.get(each.id):
            drawer.last_turn += 1
            turns.append(replace(each, id=drawer.last_turn, addresses=seat.addresses, asked_by=None))
    file.turns = tuple(turns)
    drawer.touch(number)
    try:
        step = recounted(drawer.snapshot(number), drawer.at, drawer.today)
    except Refused:  # what others have decided cannot be done now: nothing is changed
        file.turns = kept
        drawer.touch(number)
        return
    if step is not None:
        drawer.keep(number, step)
