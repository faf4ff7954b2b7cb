"""Breaks a title by sense into lines of a trapezoid or diamond (GB/T 9704-2012 7.3.1). Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from itertools import combinations, pairwise

from workflow.documents.typeset import NOT_FIRST, NOT_LAST

_INSIDE_WORD = 60.0
_UNKNOWN = 4.0
_NUMBER = re.compile(r"\d+(?:年(?:上半年|下半年|度)?|号|期|名|个)?|[!-~]+")
_ABOUT = re.compile(r"关于[对给向就与同在]?$")
_BAD_START = frozenset("的和与及等了")


@lru_cache(maxsize=256)
def break_title(title: str, widest: int, words: frozenset[str]) -> tuple[str, ...]:
    """Lines of at most `widest` characters. A line break in the title is the author's own and is kept."""
    if "\n" in title:
        return tuple(line.strip() for line in title.splitlines() if line.strip())
    title = "".join(title.split())
    fewest = max(1, -(-len(title) // widest))
    costs = _break_costs(title, words)
    best: tuple[float, tuple[str, ...]] | None = None
    for count in range(fewest, min(fewest + 1, len(title)) + 1):
        found = _best_of(title, count, widest, costs)
        if found and (best is None or found[0] + 14 * (count - fewest) < best[0]):
            best = (found[0] + 14 * (count - fewest), found[1])
    return best[1] if best else tuple(title[i : i + widest] for i in range(0, len(title), widest))


def _best_of(title: str, count: int, widest: int, costs: list[float]) -> tuple[float, tuple[str, ...]] | None:
    if count == 1:
        return (0.0, (title,)) if len(title) <= widest else None
    near = [i for i in range(2, len(title) - 1) if costs[i] < _INSIDE_WORD * 2]
    near = sorted(sorted(near, key=lambda i: costs[i])[:28])
    best: tuple[float, tuple[str, ...]] | None = None
    for cuts in combinations(near, count - 1):
        edges = (0, *cuts, len(title))
        lengths = [end - start for start, end in pairwise(edges)]
        if max(lengths) > widest:
            continue
        cost = sum(costs[cut] for cut in cuts) + _shape_cost(lengths)
        if best is None or cost < best[0]:
            best = (cost, tuple(title[start:end] for start, end in pairwise(edges)))
    return best


def _break_costs(title: str, words: frozenset[str]) -> list[float]:
    """What a break before each character costs."""
    costs = [_UNKNOWN] * (len(title) + 1)
    at = 0
    for word in _segments(title, words):
        for inside in range(at + 1, at + len(word)):
            costs[inside] = _INSIDE_WORD
        if len(word) > 1:
            costs[at] = min(costs[at], 1.0)
            costs[at + len(word)] = min(costs[at + len(word)], 1.0)
        at += len(word)
    for i in range(1, len(title)):
        if title[i] in NOT_FIRST or title[i - 1] in NOT_LAST:
            costs[i] = 1000.0
        elif title[i] in _BAD_START or _ABOUT.search(title, 0, i):
            costs[i] += _INSIDE_WORD
        elif title.startswith("关于", i):
            costs[i] = -4.0
        elif title[i - 1] in "的、":
            costs[i] = 0.0
    return costs


def _segments(title: str, words: Iterable[str]) -> list[str]:
    """Longest known words first; anything else one character at a time, digits and letters together."""
    known = sorted((word for word in words if word and word in title), key=len, reverse=True)
    found: list[str] = []
    at = 0
    while at < len(title):
        word = next((word for word in known if title.startswith(word, at)), "")
        if not word:
            number = _NUMBER.match(title, at)
            word = number[0] if number else title[at]
        found.append(word)
        at += len(word)
    return found


def _shape_cost(lengths: list[int]) -> float:
    """Lines of like length, but neither a rectangle nor an hourglass (沙漏形)."""
    mean = sum(lengths) / len(lengths)
    cost = sum((length - mean) ** 2 for length in lengths) / len(lengths) * 0.5
    if len(set(lengths)) == 1:
        cost += 2
    if len(lengths) > 2 and any(
        lengths[i] < lengths[i - 1] and lengths[i] < lengths[i + 1] for i in range(1, len(lengths) - 1)
    ):
        cost += 25
    return cost + (4 if len(lengths) == 2 and lengths[1] < 5 else 0)
