"""Breaks Chinese text into justified lines of the official grid (GB/T 9704-2012 5.2.3). Pure: widths are given."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

# Never first on a line, never last on a line (行首、行末禁则).
NOT_FIRST = frozenset("，。、；：？！,.;:?!）)》〉」』】〕］”’…—～·%％℃")
NOT_LAST = frozenset("（(《〈「『【〔［“‘")
#: A line may be stretched by so many characters' width; a wider gap (a long foreign word) stays ragged.
LOOSEST = 3.0


@dataclass(frozen=True, slots=True)
class Run:
    """A stretch of text in one typeface; `face` is a class of the style sheet, empty for the paragraph's own."""

    text: str
    face: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """One set line: its runs and the space in points after each character, None where the natural pitch serves."""

    runs: tuple[Run, ...]
    spacing: float | None = None

    @property
    def text(self) -> str:
        """The characters of the line."""
        return "".join(run.text for run in self.runs)


@dataclass(frozen=True, slots=True)
class Measure:
    """The grid: type size and line width in points, characters in a full line, and a character's width in em."""

    size: float
    width: float
    characters: int
    advance: Callable[[str, str], float]

    @property
    def pitch(self) -> float:
        """Distance between two characters of a full line."""
        return self.width / self.characters

    @property
    def spacing(self) -> float:
        """Space after each character at the natural pitch."""
        return self.pitch - self.size


@dataclass(frozen=True, slots=True)
class _Piece:
    """Characters that stay together, each with its face."""

    characters: tuple[tuple[str, str], ...]
    width: float


def may_break(before: str, after: str) -> bool:
    """Whether a line may end between two characters."""
    if after in NOT_FIRST or before in NOT_LAST:
        return False
    return not (_is_word(before) and _is_word(after))


def _is_word(character: str) -> bool:
    return character.isascii() and character.isalnum()


def _pieces(runs: Sequence[Run], measure: Measure) -> list[_Piece]:
    characters = [(character, run.face) for run in runs for character in run.text]
    pieces: list[_Piece] = []
    group: list[tuple[str, str]] = []
    for pair in characters:
        if group and (may_break(group[-1][0], pair[0]) or len(group) >= measure.characters - 2):
            pieces.append(_piece(group, measure))
            group = []
        group.append(pair)
    return [*pieces, _piece(group, measure)] if group else pieces


def _piece(group: Sequence[tuple[str, str]], measure: Measure) -> _Piece:
    width = sum(measure.advance(character, face) * measure.size for character, face in group)
    return _Piece(tuple(group), width)


def set_lines(runs: Sequence[Run], measure: Measure, indent: float = 0) -> list[Line]:
    """Lines no wider than the measure; all but the last reach its right edge. `indent` counts characters."""
    rows: list[list[_Piece]] = [[]]
    room = measure.width - indent * measure.pitch
    used = 0.0
    for piece in _pieces(runs, measure):
        if not rows[-1] and piece.characters[0][0] == " ":
            continue
        natural = piece.width + len(piece.characters) * measure.spacing
        if rows[-1] and used + natural - measure.spacing > room + 0.01:
            rows.append([])
            room, used = measure.width, 0.0
        rows[-1].append(piece)
        used += natural
    _avoid_orphan(rows)
    return [
        _line(row, measure, indent if number == 0 else 0, number == len(rows) - 1) for number, row in enumerate(rows)
    ]


def _avoid_orphan(rows: list[list[_Piece]]) -> None:
    """A single character is not left alone on the last line (孤字不成行)."""
    if len(rows) > 1 and len(rows[-1]) == 1 and len(rows[-2]) > 3 and rows[-1][0].characters[0][0] > "\u2e80":
        rows[-1].insert(0, rows[-2].pop())


def _line(row: Sequence[_Piece], measure: Measure, indent: float, is_last: bool) -> Line:
    characters = [pair for piece in row for pair in piece.characters]
    while characters and characters[-1][0] == " ":
        characters.pop()
    runs: list[Run] = []
    for character, face in characters:
        if runs and runs[-1].face == face:
            runs[-1] = Run(runs[-1].text + character, face)
        else:
            runs.append(Run(character, face))
    if is_last or len(characters) < 2:
        return Line(tuple(runs))
    ink = sum(measure.advance(character, face) * measure.size for character, face in characters)
    room = measure.width - indent * measure.pitch
    spacing = (room - ink) / (len(characters) - 1)
    loose = room - ink - measure.spacing * (len(characters) - 1) > LOOSEST * measure.pitch
    is_natural = abs(spacing - measure.spacing) < 0.005 + measure.spacing / len(characters)
    return Line(tuple(runs), None if loose or is_natural else round(spacing, 3))
