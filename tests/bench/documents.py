"""A letter of one page and long tables: ours beside typst, ReportLab, a browser and WeasyPrint with its defaults."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from statistics import median

from tests.bench.driving import Spoken
from tests.bench.ratios import Row, in_turn, rows_of

#: In the order of the table; True for those that need nothing but this project's own environment.
PRESSES = {"typst": False, "reportlab": False, "chromium": True, "defaults": True, "ours": True}
FAST, SLOW = "typst", "defaults"
LETTER = {FAST: 3.4, SLOW: 0.35}  #: what ours may take of theirs
TABLE = {SLOW: 0.7}
MOST_BYTES = 60_000.0
ROWS = (100, 300, 900)
LINEAR = 1.15  #: a row of the longest table beside a row of the shortest


@dataclass
class Hall:
    """Presses at work, and what each printed; no paper is printed twice."""

    presses: dict[str, Spoken]
    _numbers: Iterator[int] = field(default_factory=count)
    _bytes: dict[str, list[float]] = field(default_factory=dict)

    def rounds(self, rounds: int, paper: str, **arguments: object) -> list[dict[str, float]]:
        """Seconds of every press, round for round."""
        self._bytes = {name: [] for name in self.presses}

        def once(name: str) -> float:
            answer = self.presses[name].call(paper, number=1 + next(self._numbers), **arguments)
            self._bytes[name].append(answer["bytes"])
            return float(answer["seconds"])

        for name in self.presses:
            once(name)
        return in_turn(list(self.presses), rounds, once)

    def sizes(self, measure: str, limits: dict[str, float]) -> list[Row]:
        """Bytes of the papers printed last."""
        found = {name: median(values) for name, values in self._bytes.items()}
        floor = found.get(FAST) or found["ours"]
        return [Row(measure, "", name, size / floor, size, "bytes", limits.get(name)) for name, size in found.items()]


@contextmanager
def hall(python: Path, names: Sequence[str]) -> Iterator[Hall]:
    """The presses, each in a process; `python` has what this environment lacks."""
    with ExitStack() as stack:
        presses = {}
        for name in names:
            interpreter = Path(sys.executable) if PRESSES[name] else python
            presses[name] = Spoken(interpreter, "tests.bench.presses", name, name)
            stack.callback(presses[name].close)
        yield Hall(presses)


def measure(
    python: Path, rounds: int, tables: int, rows: Sequence[int] = ROWS, names: Sequence[str] = tuple(PRESSES)
) -> list[Row]:
    """All lines: the letter in `rounds`, every table in `tables`."""
    with hall(python, names) as at_work:
        letters = at_work.rounds(rounds, "letter")
        found = [
            *_beside("letter of one page", letters, LETTER),
            *at_work.sizes("bytes of the letter", {"ours": MOST_BYTES}),
        ]
        each: dict[int, float] = {}
        for number in rows:
            ledgers = at_work.rounds(tables, "ledger", rows=number)
            each[number] = median(round_["ours"] for round_ in ledgers) / number
            found += _beside(f"table of {number} rows", ledgers, TABLE)
    return [*found, *_growth(each)]


def _beside(measure: str, rounds: list[dict[str, float]], limits: dict[str, float]) -> list[Row]:
    """A block for each press that ours is held against, as far as it is there."""
    found: list[Row] = []
    for floor, limit in limits.items():
        if floor in rounds[0]:
            found += rows_of(f"{measure}, beside {floor}", "", rounds, floor, {"ours": limit})
    return found


def _growth(each: dict[int, float]) -> list[Row]:
    """Whether a row costs in a long table what it costs in a short one."""
    shortest, longest = min(each), max(each)
    return [
        Row("a row of a table", "", f"of {number}", seconds / each[shortest], 1000 * seconds,
            target=LINEAR if number == longest else None)
        for number, seconds in each.items()
    ]  # fmt: skip
