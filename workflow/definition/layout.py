"""Where the boxes of a diagram stand: rows and their order from fast-sugiyama, widths measured for Chinese text."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from fast_sugiyama import from_edges

SWEEPS = 24
STRAIGHT_SWEEPS = 12  #: of these, the last ones also draw long lines straight
STRAIGHT = 8.0  #: how much a bend wants to stand where the other bends of its line stand


@dataclass(frozen=True)
class Size:
    """Width and height of a box, in pixels."""

    width: float
    height: float


@dataclass(frozen=True)
class Box:
    """A placed box: its centre line and the row it stands in."""

    x: float
    top: float
    bottom: float
    row_top: float
    row_bottom: float


@dataclass(frozen=True)
class Placement:
    """Boxes by number, the way of each line through them, and the size of the whole."""

    boxes: Mapping[int, Box]
    ways: Mapping[tuple[int, int], tuple[int, ...]]  #: edge → box numbers from its source to its target
    width: float
    height: float


@dataclass(frozen=True)
class Spacing:
    """Distances between boxes."""

    between: float = 22.0
    rows: float = 24.0
    margin: float = 16.0


def place(sizes: Mapping[int, Size], edges: Sequence[tuple[int, int]], spacing: Spacing) -> Placement:
    """Place the boxes 0…n-1 in rows from top to bottom. `edges` run downward: no circles, no doubles."""
    rows, links = _rows(sizes, edges)
    every = {**dict.fromkeys((each for row in rows for each in row), Size(0, 0)), **sizes}
    xs = _columns(rows, links, every, spacing)
    left = min(xs[each] - every[each].width / 2 for each in xs) - spacing.margin
    boxes: dict[int, Box] = {}
    y = spacing.margin
    for row in rows:
        height = max(every[each].height for each in row)
        for each in row:
            top = y + (height - every[each].height) / 2
            boxes[each] = Box(xs[each] - left, top, top + every[each].height, y, y + height)
        y += height + spacing.rows
    width = max(boxes[each].x + every[each].width / 2 for each in boxes) + spacing.margin
    return Placement(boxes, _ways(edges, links), width, y - spacing.rows + spacing.margin)


def _rows(sizes: Mapping[int, Size], edges: Sequence[tuple[int, int]]) -> tuple[list[list[int]], list[tuple[int, int]]]:
    """Rows from the top, each in its order, and the links between neighbouring rows with the bends of long lines."""
    laid = from_edges(
        edges, dummy_vertices=True, ranking_type="minimize", crossing_minimization="barycenter", transpose=True
    )
    found: dict[float, list[tuple[float, int]]] = {}
    links: list[tuple[int, int]] = []
    offset = 0.0
    for positions, width, _, joined in laid:
        for box, (x, y) in positions:
            found.setdefault(-y, []).append((x + offset, int(box)))
        links += [(int(source), int(target)) for source, target in joined or ()]
        offset += width
    placed = {box for row in found.values() for _, box in row}
    if alone := sorted(set(sizes) - placed):
        found.setdefault(min(found, default=0.0), []).extend((offset + each, each) for each in alone)
    return [[box for _, box in sorted(found[y])] for y in sorted(found)], links


def _columns(
    rows: Sequence[Sequence[int]], links: Iterable[tuple[int, int]], sizes: Mapping[int, Size], spacing: Spacing
) -> dict[int, float]:
    """Centres: every box near its neighbours above and below, in the order of its row, none overlapping."""
    near: dict[int, list[int]] = {}
    for source, target in links:
        near.setdefault(source, []).append(target)
        near.setdefault(target, []).append(source)
    xs = {box: x for row in rows for box, x in zip(row, _packed(row, sizes, spacing), strict=True)}
    bends = _bends(near, sizes)
    for sweep in range(SWEEPS):
        for row in rows if sweep % 2 == 0 else reversed(rows):
            lines = bends if sweep >= SWEEPS - STRAIGHT_SWEEPS else {}
            wanted = [_wanted(each, near.get(each, []), lines.get(each, ()), xs) for each in row]
            xs.update(zip(row, _kept_apart(row, wanted, sizes, spacing), strict=True))
    return xs


def _bends(near: Mapping[int, Sequence[int]], sizes: Mapping[int, Size]) -> dict[int, tuple[int, ...]]:
    """Every bend with all the bends of its line."""
    lines: dict[int, tuple[int, ...]] = {}
    for first in sorted(near):
        if first in lines or sizes[first].width > 0:
            continue
        line, fresh = [first], [first]
        while fresh:
            fresh = [each for box in fresh for each in near[box] if sizes[each].width == 0 and each not in line]
            line += fresh
        lines.update(dict.fromkeys(line, tuple(line)))
    return lines


def _packed(row: Sequence[int], sizes: Mapping[int, Size], spacing: Spacing) -> list[float]:
    gaps = _gaps(row, sizes, spacing)
    return [sum(gaps[: index + 1]) - sum(gaps) / 2 for index in range(len(row))]


def _gaps(row: Sequence[int], sizes: Mapping[int, Size], spacing: Spacing) -> list[float]:
    """Least distance of each centre from the one before; 0 for the first."""
    apart = [(sizes[one].width + sizes[other].width) / 2 + spacing.between for one, other in pairwise(row)]
    return [0.0, *apart]


def _wanted(box: int, near: Sequence[int], line: Sequence[int], xs: Mapping[int, float]) -> tuple[float, float]:
    """Where a box wants to stand, and how much: among its neighbours, a bend also among those of its line."""
    if line:
        return sum(xs[each] for each in line) / len(line), STRAIGHT
    if not near:
        return xs[box], 0.1
    return sum(xs[each] for each in near) / len(near), float(len(near))


def _kept_apart(
    row: Sequence[int], wanted: Sequence[tuple[float, float]], sizes: Mapping[int, Size], spacing: Spacing
) -> list[float]:
    """The places nearest to those wanted that keep order and distance: pools of neighbours that push one another."""
    gaps = _gaps(row, sizes, spacing)
    shifts = [sum(gaps[: index + 1]) for index in range(len(row))]
    pools: list[tuple[float, float, int]] = []
    for shift, (place, weight) in zip(shifts, wanted, strict=True):
        pools.append((place - shift, weight, 1))
        while len(pools) > 1 and pools[-2][0] > pools[-1][0]:
            (first, heavy, many), (second, light, few) = pools[-2], pools[-1]
            mean = (first * heavy + second * light) / (heavy + light)
            pools[-2:] = [(mean, heavy + light, many + few)]
    pooled = [mean for mean, _, many in pools for _ in range(many)]
    return [mean + shift for mean, shift in zip(pooled, shifts, strict=True)]


def _ways(edges: Iterable[tuple[int, int]], links: Iterable[tuple[int, int]]) -> dict[tuple[int, int], tuple[int, ...]]:
    """Follow the bends of each line. Bends have one way in and one way out, so a first step decides the rest."""
    onward: dict[int, list[int]] = {}
    for source, target in links:
        onward.setdefault(source, []).append(target)
    boxes = {each for edge in edges for each in edge}
    ways: dict[tuple[int, int], tuple[int, ...]] = {}
    for source in sorted(boxes):
        for first in onward.get(source, ()):
            way = [source, first]
            while way[-1] not in boxes:
                way.append(onward[way[-1]][0])
            ways[source, way[-1]] = tuple(way)
    return ways
