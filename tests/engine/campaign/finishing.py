"""Liveness: once nothing changes around the cases any more, each comes to an end by legal acts and as time passes."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from tests.engine.campaign.holding import look
from tests.engine.campaign.playing import Player
from tests.engine.campaign.seating import reseat
from tests.engine.campaign.shown import File
from workflow.definition.model import Tone, Transition
from workflow.engine.options import Option, option
from workflow.engine.rights import persons_at, persons_of, post_addresses, roles_of
from workflow.engine.snapshot import Act, Snapshot
from workflow.engine.turns import own_turns
from workflow.simulation.finishing import FAR, distances

PATIENCE = timedelta(days=1500)  #: after which what has not ended is stuck
DETOURS = {Tone.FORWARD: 0, Tone.REJECT: 2, Tone.WITHDRAW: 6, Tone.RETURN: 8, Tone.RECORD: 20}
CONSIDERED = {Tone.FORWARD: 100, Tone.REJECT: 40, Tone.WITHDRAW: 2, Tone.RETURN: 12, Tone.RECORD: 12}  #: percent
NOW_AT_LAST = 60  #: percent, for whatever could help, when nothing has moved for long
KEPT = 60  #: percent of forms that start with what the case knows, even then
ASKED_FOR = 60  #: percent, for a record that the state waits for, as that somebody has read
LONGEST_PAUSE = 8  #: days between two looks while nothing moves
TRIED, TRIED_AT_LAST = 3, 12  #: persons who are asked for one act
A_DAY = 4  #: acts on one case in a day, at most


def finish(player: Player) -> None:
    """Carry every case to its end; a case that cannot be is stuck."""
    drawer, pause = player.drawer, 1
    until = drawer.today + PATIENCE
    while drawer.running and drawer.today < until:
        moved = [number for number in sorted(drawer.running, reverse=True) if _carry_on(player, number, pause)]
        if not moved and pause >= LONGEST_PAUSE:
            _reinforce(player)
        pause = 1 if moved else min(2 * pause, LONGEST_PAUSE)
        drawer.today += timedelta(days=pause - 1)
        drawer.pass_day()
        look(drawer)
    stuck = {each.facts.number: (each.stage.stage, each.facts.state) for each in drawer.running.values()}
    assert not stuck, f"everything can finish: {stuck}"


def _carry_on(player: Player, number: int, pause: int) -> bool:
    """Let people do the next things on a case; whether it has gone on: a record that is made again moves nothing."""
    file = player.drawer.files[number]
    before = file.facts.round
    for _ in range(A_DAY):
        if file.is_over:
            break
        is_long = pause >= LONGEST_PAUSE
        keeps = not is_long or player.chance.happens(KEPT)
        if not any(player.send(file, who, what, 0, keeps=keeps) for who, what in _ways(player, file, gives_up=is_long)):
            break
    return file.is_over or file.facts.round != before


def _ways(player: Player, file: File, *, gives_up: bool) -> Iterator[tuple[int, Option]]:
    """Acts that lead towards an end, the nearest first, with somebody who is offered each."""
    drawer, chance, here = player.drawer, player.chance, distances(file.stage)
    snapshot, state = drawer.snapshot(file.facts.id), file.facts.state
    given = {each for turn in own_turns(snapshot) for each in persons_at(snapshot, turn.addresses)}
    leaving = sorted(file.stage.leaving(state), key=lambda each: here.get(each.target(state), FAR) + DETOURS[each.tone])
    for each in leaving:
        roles = (*each.sign, *roles_of(snapshot, each))
        if each.is_system or not chance.happens(_considered(snapshot, each, roles, gives_up=gives_up)):
            continue
        if not gives_up and not player.is_tried(file, each):
            continue
        people = sorted(given.union(*(persons_of(snapshot, role) for role in roles)))
        for person in chance.some(people, TRIED_AT_LAST if gives_up else TRIED):
            offered = option(snapshot, Act(each, drawer.country.actor(person), {}, drawer.at, drawer.today))
            if offered is not None and offered.allowed:
                yield person, offered
                break


def _considered(snapshot: Snapshot, move: Transition, roles: tuple[str, ...], *, gives_up: bool) -> int:
    if gives_up and move.tone in (Tone.WITHDRAW, Tone.REJECT, Tone.RECORD):
        return NOW_AT_LAST
    waited = snapshot.definition.states[snapshot.case.state].waits_for.get(snapshot.case.subject, ())  # type: ignore[call-overload]
    is_asked_for = move.tone is Tone.RECORD and not set(waited).isdisjoint(roles)
    return ASKED_FOR if is_asked_for else CONSIDERED[move.tone]


def _reinforce(player: Player) -> None:
    """Where all who may act are barred by what they did before, one more gets such a post."""
    drawer, chance = player.drawer, player.chance
    country = drawer.country
    for number, file in drawer.running.items():
        snapshot = drawer.snapshot(number)
        moves = [each for each in file.stage.leaving(file.facts.state) if not each.is_system]
        named = {field.among for each in moves for field in file.stage.asked(each) if field.among}
        roles = sorted(named.union(*(roles_of(snapshot, each) for each in moves)))
        for address in chance.some([each for role in roles for each in post_addresses(snapshot, role)], 2):
            country.hand_over(address, *{*country.posts.get(address, ()), chance.pick(country.everybody())})
    drawer.forget()
    reseat(drawer)
