"""The strokes of a diagram: boxes, lines and labels as SVG, without a style sheet."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from itertools import pairwise

from workflow.definition.layout import Box, Placement, Size
from workflow.definition.model import Stage, Tone, Transition

TITLE, NOTE = 14, 12  #: type sizes in pixels
LINE = 18  #: line height of notes
PADDING = 14
INK, SOFT, FAINT = "#1f2328", "#5a5f66", "#8a9099"
BLUE, TINT, SHEET = "#1b4f8f", "#e8eff8", "#ffffff"
FONT = "PingFang SC, Microsoft YaHei, Noto Sans CJK SC, Source Han Sans SC, sans-serif"
LEGEND = (
    "粗线：已走过的路径",
    "粗框：当前状态",
    "虚线：退回、撤回或重办",
    "双框：办结",
    "⤳ 还可转入的状态",
    "↻ 办理后状态不变",
)

Pair = tuple[str, str]


@dataclass(frozen=True)
class Arrow:
    """All transitions between two states."""

    pair: Pair
    transitions: tuple[Transition, ...]
    is_back: bool  #: runs against the order in which the states are written
    is_taken: bool

    @property
    def label(self) -> tuple[str, ...]:
        """One line a transition."""
        return tuple(dict.fromkeys(each.title for each in self.transitions))

    @property
    def is_dashed(self) -> bool:
        """Returns and withdrawals are dashed."""
        return self.is_back or all(each.tone in (Tone.RETURN, Tone.WITHDRAW) for each in self.transitions)


def state_size(title: str, notes: Sequence[str]) -> Size:
    """The room that a state with its notes takes."""
    widest = max([measure(title, TITLE) + TITLE, *(measure(line, NOTE) for line in notes)])
    return Size(widest + 2 * PADDING, 40 + LINE * len(notes))


def measure(text: str, size: int) -> float:
    """Width of a text: a Chinese character is as wide as it is high, a Latin one about half."""
    return sum(size if ord(each) > 0x2000 else size * 0.56 for each in text)


def label_size(arrow: Arrow) -> Size:
    """The room that the label of a line takes."""
    return Size(max(measure(line, NOTE) for line in arrow.label) + 6, LINE * len(arrow.label))


class Canvas:
    """Collects the parts of the picture."""

    def __init__(self, placement: Placement, numbers: Mapping[str | Pair, int], sizes: Mapping[int, Size]) -> None:
        self._placement = placement
        self._numbers = numbers
        self._widths = {box: size.width for box, size in sizes.items()}
        self._sides: dict[tuple[int, bool], list[int]] = {}  #: box, below it → first box on each line from there
        for way in placement.ways.values():
            self._sides.setdefault((way[0], True), []).append(way[1])
            self._sides.setdefault((way[-1], False), []).append(way[-2])
        self._lines: list[str] = []
        self._boxes: list[str] = []

    def arrow(self, arrow: Arrow) -> None:
        """A line from state to state through its label."""
        label = self._numbers[arrow.pair]
        source, target = (self._numbers[each] for each in arrow.pair)
        ways = self._placement.ways
        upper, lower = (target, source) if arrow.is_back else (source, target)
        way = [*ways[upper, label], *ways[label, lower][1:]]
        points = self._points(list(reversed(way)) if arrow.is_back else way)
        colour, width = (BLUE, 2.6) if arrow.is_taken else (FAINT, 1.2)
        dash = ' stroke-dasharray="5 4"' if arrow.is_dashed else ""
        self._lines.append(
            f'<path d="{curve(points)}" fill="none" stroke="{colour}" stroke-width="{width}"{dash}/>'
            f'<path d="{head(points[-2], points[-1])}" fill="{colour}"/>'
        )
        self._label(arrow, self._placement.boxes[label], colour)

    def _points(self, way: Sequence[int]) -> list[tuple[float, float]]:
        """Points of a line: it crosses each row upright and bends only between rows."""
        boxes = [self._placement.boxes[each] for each in way]
        down = boxes[0].row_top < boxes[-1].row_top
        first, last = boxes[0], boxes[-1]
        points = [(self._port(way[0], way[1], below=down), first.bottom if down else first.top)]
        for box in boxes[1:-1]:
            ends = (box.row_top, box.row_bottom) if down else (box.row_bottom, box.row_top)
            points += [(box.x, ends[0]), (box.x, ends[1])]
        points.append((self._port(way[-1], way[-2], below=not down), last.top if down else last.bottom))
        return points

    def _port(self, box: int, neighbour: int, *, below: bool) -> float:
        """Where a line meets a box: the lines of one side are spread over it in the order of where they go."""
        side = sorted(self._sides[box, below], key=lambda each: self._placement.boxes[each].x)
        place = self._placement.boxes[box]
        step = min(26.0, (self._widths[box] - 2 * PADDING) / len(side))
        return place.x + step * (side.index(neighbour) - (len(side) - 1) / 2)

    def _label(self, arrow: Arrow, box: Box, colour: str) -> None:
        ids = "、".join(each.id for each in arrow.transitions)
        weight = "600" if arrow.is_taken else "400"
        widest = label_size(arrow).width
        rows = "".join(
            f'<text x="{box.x:.1f}" y="{box.top + LINE * index + 13:.1f}" text-anchor="middle" font-size="{NOTE}" '
            f'font-weight="{weight}" fill="{colour if arrow.is_taken else SOFT}">{escape(line)}</text>'
            for index, line in enumerate(arrow.label)
        )
        self._boxes.append(
            f'<g><title>{escape(ids)}</title><rect x="{box.x - widest / 2:.1f}" y="{box.top:.1f}" width="{widest:.1f}" '
            f'height="{box.bottom - box.top:.1f}" fill="{SHEET}"/>{rows}</g>'
        )

    def state(self, stage: Stage, name: str, notes: Sequence[str], *, is_current: bool, is_visited: bool) -> None:
        """The box of a state."""
        state, box = stage.states[name], self._placement.boxes[self._numbers[name]]
        width = state_size(state.title, notes).width
        x, height = box.x - width / 2, box.bottom - box.top
        colour, stroke = (BLUE, 3.5) if is_current else (BLUE, 2) if is_visited else (FAINT, 1.2)
        frame = _frame(x, box.top, width, height, colour, stroke, TINT if is_current else SHEET)
        if state.final:
            frame += _frame(x + 4, box.top + 4, width - 8, height - 8, colour, 1, "none")
        mark = "● " if is_current else "✓ " if is_visited else ""
        rows = (
            f'<text x="{box.x:.1f}" y="{box.top + 25:.1f}" text-anchor="middle" font-size="{TITLE}" '
            f'font-weight="{600 if is_current or is_visited else 500}" fill="{INK}">{mark}{escape(state.title)}</text>'
        )
        rows += "".join(
            f'<text x="{box.x:.1f}" y="{box.top + 27 + LINE * (index + 1):.1f}" text-anchor="middle" '
            f'font-size="{NOTE}" fill="{SOFT}">{escape(line)}</text>'
            for index, line in enumerate(notes)
        )
        said = f"{state.title}（当前状态）" if is_current else state.title
        self._boxes.append(f"<g><title>{escape(said)}</title>{frame}{rows}</g>")

    def text(self, stage: Stage, current: str | None, steps: int) -> str:
        """The finished picture."""
        legend, legend_width, legend_height = _legend(self._placement.height)
        width, height = max(self._placement.width, legend_width), self._placement.height + legend_height
        now = f"当前状态：{stage.states[current].title}；已办理{steps}步。" if current in stage.states else ""
        names = "、".join(each.title for each in stage.states.values())
        shift = (width - self._placement.width) / 2
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" role="img" width="{width:.0f}" height="{height:.0f}" '
            f'viewBox="0 0 {width:.0f} {height:.0f}" font-family="{FONT}">'
            f"<title>{escape(stage.title)}流程图</title><desc>{escape(now)}全部状态：{escape(names)}。</desc>"
            f'<g transform="translate({shift:.1f} 0)">{"".join(self._lines)}{"".join(self._boxes)}</g>{legend}</svg>'
        )


def _frame(x: float, y: float, width: float, height: float, colour: str, stroke: float, fill: str) -> str:
    return (
        f'<rect x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{height:.1f}" rx="4" fill="{fill}" '
        f'stroke="{colour}" stroke-width="{stroke}"/>'
    )


def _legend(top: float) -> tuple[str, float, float]:
    """The explanation of the marks below the picture: its text, least width and height."""
    half = len(LEGEND) // 2
    lines = ["　　".join(LEGEND[:half]), "　　".join(LEGEND[half:])]
    rows = "".join(
        f'<text x="16" y="{top + 14 + 20 * index:.0f}" font-size="{NOTE}" fill="{SOFT}">{escape(line)}</text>'
        for index, line in enumerate(lines)
    )
    return rows, max(measure(line, NOTE) for line in lines) + 32, 20.0 * len(lines) + 8


def curve(points: Sequence[tuple[float, float]]) -> str:
    """A line that leaves and meets every point upright."""
    found = [f"M{points[0][0]:.1f} {points[0][1]:.1f}"]
    for (x, y), (to_x, to_y) in pairwise(points):
        middle = (y + to_y) / 2
        found.append(
            f"L{to_x:.1f} {to_y:.1f}"
            if abs(to_x - x) < 0.5
            else f"C{x:.1f} {middle:.1f} {to_x:.1f} {middle:.1f} {to_x:.1f} {to_y:.1f}"
        )
    return "".join(found)


def head(before: tuple[float, float], tip: tuple[float, float]) -> str:
    """The point of an arrow, upright like the end of its line."""
    back = tip[1] - 8 if tip[1] > before[1] else tip[1] + 8
    return f"M{tip[0]:.1f} {tip[1]:.1f}L{tip[0] - 4.5:.1f} {back:.1f}L{tip[0] + 4.5:.1f} {back:.1f}Z"
