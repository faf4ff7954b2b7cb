"""The machine of a stage as an SVG picture: states from top to bottom, the path taken and the present state marked.

Marks never rest on colour alone: a taken line is thick, the present state has a thick frame and says so, final states
have a double frame, returns are dashed. No style sheet, no font and no script is needed, so any page may hold it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from workflow.definition.drawing import Arrow, Canvas, Pair, label_size, state_size
from workflow.definition.layout import Size, Spacing, place
from workflow.definition.model import SAME, SYSTEM, Stage, Tone, Transition

MANY = 4  #: a transition out of so many states, other than forward, is noted in each of them and not drawn
ENDINGS = 3  #: so are refusals and withdrawals into a state that is reached so from so many states
NOTE_CHARACTERS = 12  #: notes are broken after so many


def svg(stage: Stage, path: Sequence[str] = (), current: str | None = None) -> str:
    """The picture of a stage. `path` are the ids of the transitions taken, in order; `current` is the present state."""
    taken, visited = walked(stage, path)
    arrows = _arrows(stage, taken)
    notes = {name: _notes(stage, name) for name in stage.states}
    sizes, edges, numbers = _graph(stage, arrows, notes)
    placement = place(sizes, edges, Spacing())
    canvas = Canvas(placement, numbers, sizes)
    for arrow in sorted(arrows, key=lambda each: each.is_taken):
        canvas.arrow(arrow)
    for name in stage.states:
        canvas.state(stage, name, notes[name], is_current=name == current, is_visited=name in visited)
    return canvas.text(stage, current, len(path))


def walked(stage: Stage, path: Iterable[str]) -> tuple[frozenset[Pair], frozenset[str]]:
    """The pairs of states between which the case went, and the states in which it was."""
    known = {each.id: each for each in stage.transitions}
    state = stage.initial
    pairs: set[Pair] = set()
    states: set[str] = set()
    for each in path:
        transition = known.get(each)
        if transition is None:
            continue
        source = state if state in transition.sources else transition.sources[0]
        state = transition.target(source)
        pairs.add((source, state))
        states |= {source, state}
    return frozenset(pairs), frozenset(states)


def _arrows(stage: Stage, taken: frozenset[Pair]) -> list[Arrow]:
    """The lines to draw: everything except moves that are noted inside the boxes, unless the case has gone there."""
    order = {name: index for index, name in enumerate(stage.states)}
    joined: dict[Pair, list[Transition]] = {}
    for each in stage.transitions:
        for source in each.sources:
            pair = (source, each.target(source))
            if pair[0] != pair[1] and (not _is_noted(stage, each) or pair in taken):
                joined.setdefault(pair, []).append(each)
    return [Arrow(pair, tuple(found), order[pair[1]] < order[pair[0]], pair in taken) for pair, found in joined.items()]


def _notes(stage: Stage, name: str) -> tuple[str, ...]:
    """What else may happen in a state: moves shared by many states, and acts that leave it as it is."""
    leaving = stage.leaving(name)
    exits = [stage.states[each.target(name)].title for each in leaving if each.to != SAME and _is_noted(stage, each)]
    stays = [each.title for each in leaving if each.target(name) == name and not _is_timer(each)]
    return (*_broken("⤳", list(dict.fromkeys(exits))), *_broken("↻", stays))


def _is_noted(stage: Stage, transition: Transition) -> bool:
    """Whether the transition is named inside its sources, because lines from all of them would hide the rest."""
    if len(transition.sources) >= MANY and transition.tone is not Tone.FORWARD:
        return True
    sources = {
        source for each in stage.transitions if each.to == transition.to and _ends(each) for source in each.sources
    }
    return _ends(transition) and len(sources) >= ENDINGS


def _ends(transition: Transition) -> bool:
    return transition.tone in (Tone.REJECT, Tone.WITHDRAW) and transition.to != SAME


def _is_timer(transition: Transition) -> bool:
    return all(roles == (SYSTEM,) for roles in transition.by.values())


def _broken(mark: str, titles: Sequence[str]) -> list[str]:
    lines: list[str] = []
    for title in titles:
        if lines and len(lines[-1]) + len(title) < NOTE_CHARACTERS:
            lines[-1] += f"、{title}"
        else:
            lines.append(title)
    return [f"{mark} {line}" for line in lines]


def _graph(
    stage: Stage, arrows: Sequence[Arrow], notes: Mapping[str, Sequence[str]]
) -> tuple[dict[int, Size], list[tuple[int, int]], dict[str | Pair, int]]:
    """States and labels as boxes of a layout without circles; a label is a box between its two states."""
    numbers: dict[str | Pair, int] = {name: index for index, name in enumerate(stage.states)}
    sizes = {numbers[name]: state_size(stage.states[name].title, notes[name]) for name in stage.states}
    edges: list[tuple[int, int]] = []
    for arrow in arrows:
        label = numbers[arrow.pair] = len(numbers)
        sizes[label] = label_size(arrow)
        upper, lower = reversed(arrow.pair) if arrow.is_back else arrow.pair
        edges += [(numbers[upper], label), (label, numbers[lower])]
    edges += _anchors(stage, arrows, numbers)
    return sizes, edges, numbers


def _anchors(stage: Stage, arrows: Iterable[Arrow], numbers: Mapping[str | Pair, int]) -> list[tuple[int, int]]:
    """A state reached only by noted moves stands below the last state that leads to it."""
    drawn = {arrow.pair[1] for arrow in arrows}
    found = []
    for name in stage.states:
        into = {source for each in stage.transitions if each.to == name for source in each.sources}
        if name not in drawn and (sources := [each for each in stage.states if each in into]):
            found.append((numbers[sources[-1]], numbers[name]))
    return found
