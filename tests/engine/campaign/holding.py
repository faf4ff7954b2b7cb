"""What must always hold of a file (trust.md, invariants), looked at from outside the engine."""

from __future__ import annotations

from datetime import timedelta

from tests.engine.campaign.drawer import Drawer
from tests.engine.campaign.shown import File, Seen
from workflow.engine.chain import canonical
from workflow.engine.deadlines import FIELD
from workflow.engine.deciding import count
from workflow.engine.moving import Step
from workflow.engine.rights import persons_at
from workflow.engine.snapshot import Snapshot
from workflow.engine.turns import SEAT, is_open


def look(drawer: Drawer) -> None:
    """Everything that holds of the cases that were touched since the last look, and of those that bore them."""
    touched = drawer.touched
    above = {drawer.files[each].parent for each in touched}
    drawer.touched = set()
    for each in sorted(touched.union(each for each in above if each is not None)):
        check(drawer, each)


def look_at_everything(drawer: Drawer) -> None:
    """The same of all cases, each from its first move."""
    for number, file in drawer.files.items():
        file.seen = None
        check(drawer, number)


def check(drawer: Drawer, number: int) -> None:
    """Everything that holds of one case."""
    file = drawer.files[number]
    state = file.stage.states[file.facts.state]
    where = f"{file.stage.stage} {file.facts.number} in {file.facts.state}"
    _check_fold(file, where)
    assert file.is_over or not state.final, where
    if file.is_over:
        assert not [each for each in file.turns if is_open(each)], f"{where}: over, with an open task"
        assert not file.timers, f"{where}: over, with a timer"
        return
    _check_waits(drawer, file, where)
    _check_counts(file, where)
    _check_due(drawer, file, where)


def check_step(before: Snapshot, step: Step, person: int) -> None:
    """Nobody acts without the post at that moment, or without having been asked (invariant 8)."""
    who = [each for each in step.moves if not each.actor.is_system]
    assert len(who) <= 1, "an act moves a case once; what follows is the system's"
    for move in who:
        asked = {each for turn in before.turns if is_open(turn) for each in persons_at(before, turn.addresses)}
        assert person in asked | _entitled(
            before, move.transition.by.get(before.case.subject, ()), move.transition.sign
        )


def _entitled(snapshot: Snapshot, roles: tuple[str, ...], slots: tuple[str, ...]) -> set[int]:
    found: set[int] = set()
    for role in (*roles, *slots):
        base, _, name = role.partition(".")
        known = snapshot.vocabulary.roles.get(name)
        field = name if base == "named" else known.named if known else None
        if role == "self" and snapshot.case.person:
            found.add(snapshot.case.person.id)
        elif field:
            value = snapshot.case.data.get(field)
            found.update(value if isinstance(value, list) else [value])  # type: ignore[list-item]
        elif base in snapshot.case.bodies and known:
            tree = snapshot.tree
            posts = [(each, post) for each in tree.with_organs(snapshot.case.bodies[base])
                     for post in known.posts.get(tree.bodies[each].kind, ())]  # fmt: skip
            found.update(snapshot.holders(posts))
    return found


def _check_fold(file: File, where: str) -> None:
    """The state is what its moves lead to, and each change of state begins a round (invariant 6)."""
    known = file.seen or Seen(file.stage.initial, 1, 0, {})
    state, rounds = known.state, known.round
    for move in file.moves[known.moves :]:
        assert move.source == state, f"{where}: {move.transition.id} from {move.source}, was in {state}"
        assert move.source in move.transition.sources, where
        rounds += move.target != move.source
        state = move.target
    assert (file.facts.state, file.facts.round, len(file.history)) == (state, rounds, len(file.moves)), where
    new = {name: each for name, each in file.facts.data.items() if known.data.get(name, file) is not each}
    canonical(new)  # the journal can hold it
    file.seen = Seen(state, rounds, len(file.moves), file.facts.data)


def _check_waits(drawer: Drawer, file: File, where: str) -> None:
    """It waits for somebody, for a moment that moves it, for a child, or for an appointment (invariant 1)."""
    turns = [each for each in file.turns if is_open(each)]
    assert all(each.addresses for each in turns), f"{where}: a task of nobody"
    leaving = file.stage.leaving(file.facts.state)
    moments = {each.trigger for each in file.timers}
    waits = (
        bool(turns)
        or any(each.trigger in moments and each.target(file.facts.state) != file.facts.state for each in leaving)
        or any(each.auto for each in leaving)
        or not drawer.running.keys().isdisjoint(file.children)
        or file.is_left_to_people
    )
    assert waits, f"{where}: waits for nothing"


def _check_counts(file: File, where: str) -> None:
    """A tally is the decisions of the round, one of each person on each task (invariants 3 and 4)."""
    decide = file.stage.states[file.facts.state].decide
    seats = [each for each in file.turns if each.kind == SEAT]
    if decide is None or not seats:
        return
    said = [each for each in file.said if each[0] == file.facts.round]
    assert len({turn for _, turn, _ in said}) == len(said) == sum(each.verdict is not None for each in seats), where
    counted = [each for each in seats if each.verdict is not None or not each.is_closed]
    weights = sum(each.weight if decide.rule == "weight" else 1 for each in counted)
    assert count(decide, seats).total == weights, where


def _check_due(drawer: Drawer, file: File, where: str) -> None:
    """A limit in days that lies ahead ends on a working day (invariant 9); what has passed keeps its calendar."""
    due = file.facts.due_at
    stated = file.stage.states[file.facts.state].due
    if due is None or due <= drawer.at or stated is None or stated.startswith(FIELD):
        return
    day = (due + timedelta(hours=8)).date()
    assert drawer.calendar.is_working_day(day), f"{where}: due on {day}"
