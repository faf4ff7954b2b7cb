"""What a transition takes beside the way to it: what people enter, what comes first, how long nobody acts.

Only what chance alone brings about too seldom stands here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from workflow.definition.loader import Definitions
from workflow.simulation.unreachable import TRANSITIONS

AIMS = 10  #: transitions that a seed is after
#: By field, or by table and column, as `results.outcome`: for all rows, or one after another.
Entered = Mapping[str, object]

FIRST = "the first who is offered"  #: in place of a person or an option
HIGHEST = "the highest superior"  #: in place of a body: the last one above the body of the case
ELSEWHERE = "where the member has gone"  #: in place of a body: another one in which the person is a member


@dataclass(frozen=True)
class Wish:
    """What one transition takes."""

    opened: Entered = field(default_factory=dict)  #: in the form that opens the case
    entered: Entered = field(default_factory=dict)  #: in the form of the act itself, or of these others
    at: tuple[str, ...] = ()
    first: tuple[str, ...] = ()  #: transitions that come before it in the same case, though another way leads there
    child: tuple[str, str] = ("", "")  #: a case that this one opened, and the state to which that comes first
    rests: int = 0  #: days for which nobody acts on the case, because only then it can be done
    deep: bool = False  #: the line of bodies has a committee more


ABOVE = Wish(opened={"award_level": HIGHEST})
UNDONE: Entered = {"results.outcome": "open"}
PARTLY: Entered = {"results.outcome": ("done", "open")}
SEVERAL: Entered = {"items.rows": 3}
RANDOM: dict[str, object] = {"mode": "random"}
WISHES: Mapping[str, Wish] = {
    **dict.fromkeys(("W19", "W24", "W25", "W26", "W27", "W28", "W29", "W30", "W44", "W45"), ABOVE),
    "W41": Wish(opened=ABOVE.opened, first=("W28",)),
    "W43": Wish(opened=ABOVE.opened, deep=True),
    "W46": Wish(opened=ABOVE.opened, first=("W45",)),
    "W52": Wish(opened=ABOVE.opened, first=("W45",)),
    "W47": Wish(opened=ABOVE.opened, first=("W43",), deep=True),
    "W53": Wish(child=("issue_decision", "voided")),
    "W55": Wish(rests=12),
    **dict.fromkeys(("D25", "D26", "D27"), Wish(first=("D21",))),
    **dict.fromkeys(("W11", "W37"), Wish(entered={"veto_items": FIRST, "veto_evidence": ["有核实材料"]})),
    "C20": Wish(entered={"refused": True}),
    "K06": Wish(rests=25),
    "L13": Wish(rests=50),
    "L16": Wish(opened=SEVERAL, entered=PARTLY),
    "L18": Wish(opened=SEVERAL),
    "L15": Wish(entered={"results.outcome": "done"}),
    "L17": Wish(entered=UNDONE),
    "L24": Wish(entered={"to_body": ELSEWHERE}),
    "Z22": Wish(entered={"verification.result": "passed"}),
    "Z23": Wish(entered={"verification.result": "failed"}),
    "Z35": Wish(first=("Z05",)),
    "Z28": Wish(rests=6),
    "Z30": Wish(rests=12),
    "Z38": Wish(rests=24),
    "I13": Wish(opened=RANDOM),
    "I01": Wish(opened=RANDOM),
    "I14": Wish(opened={"mode": "regular", "units.rows": 2}),
    "I02": Wish(opened={"mode": "regular"}),
    "I15": Wish(opened=RANDOM),
    "I03": Wish(opened=RANDOM | {"unannounced": False}),
    "I04": Wish(opened=RANDOM | {"unannounced": True}),
    "V08": Wish(entered={"ayes": 0, "abstain": 0}, at=("V06",)),
}  #: by id
NONE = Wish()


def wanted_by(seed: int, definitions: Definitions) -> frozenset[str]:
    """What a seed is after: the next so many in the order of the machines, beginning where its number says."""
    known = [each.id for stage in definitions.stages.values() for each in stage.transitions]
    first = seed * AIMS % len(known)
    return frozenset((known * 2)[first : first + AIMS]) - TRANSITIONS.keys()


def is_deep(wanted: Iterable[str]) -> bool:
    """Whether something of it needs a longer line of bodies."""
    return any(WISHES.get(each, NONE).deep for each in wanted)


def entered_for(goals: Iterable[str], move: str) -> Entered:
    """What is entered in the form of a move: what it takes itself, else what those who are after these goals need."""
    wishes = [WISHES[move]] if move in WISHES else []
    wishes += [WISHES[each] for each in sorted(goals) if each in WISHES and move in WISHES[each].at]
    return next((each.entered for each in wishes if each.entered), {})


def opened_for(wanted: Iterable[str], number: int) -> Entered:
    """What is entered when a case is opened for the sake of some transitions, after so many others."""
    found: list[Entered] = []
    for each in sorted(wanted):
        opened = WISHES.get(each, NONE).opened
        if opened and opened not in found:
            found.append(opened)
    return found[number % len(found)] if found else {}
