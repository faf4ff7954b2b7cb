"""How far a template may go: rounds of its loops, pages and seconds of its layout. Beyond that it is refused."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from time import monotonic
from typing import Any

from workflow.documents.glyphs import TemplateFault


class TooMuch(TemplateFault):
    """公文“{template}”不能排版：{reason}。请减少内容后重试。"""


MOST_ROUNDS = 20_000  #: of all the counted loops of one paper together
MOST_REPEATS = 1_000  #: of a text or a list by `*`, and of the rows that a filter makes


@dataclass(frozen=True)
class Bounds:
    """What one paper may cost."""

    pages: int
    seconds: float
    tags: int = 1_000_000  #: known before anything is laid out: a page of full lines has some fifty


PAPER = Bounds(pages=2_000, seconds=600)  #: the longest roster of an enterprise stays far below
SPECIMEN = Bounds(pages=60, seconds=8, tags=10_000)  #: somebody waits for it in front of a screen


@dataclass
class _Cost:
    """What the paper in hand has cost so far."""

    bounds: Bounds
    template: str
    until: float
    rounds: int = 0
    pages: int = 0

    def refuse(self, reason: str) -> None:
        raise TooMuch(template=self.template, reason=reason)


_COST: ContextVar[_Cost | None] = ContextVar("cost", default=None)


@contextmanager
def bounded(bounds: Bounds, template: str) -> Iterator[None]:
    """Inside, whatever passes the bounds or asks for something outside raises TemplateFault."""
    token = _COST.set(_Cost(bounds, template, monotonic() + bounds.seconds))
    try:
        yield
    finally:
        _COST.reset(token)


def weigh(html: str) -> None:
    """Refuse what would take too long even to be prepared for layout."""
    cost = _COST.get()
    if cost is not None and html.count("<") > cost.bounds.tags:
        cost.refuse(f"超过{cost.bounds.pages}页")


def rounds(*stated: int) -> range:
    """`range` for templates: all the loops of one paper share its number of rounds, so that none can be nested away."""
    made, cost = range(*stated), _COST.get()
    used = len(made) + (cost.rounds if cost else 0)
    if used > MOST_ROUNDS:
        raise OverflowError(f"循环超过{MOST_ROUNDS}次")
    if cost is not None:
        cost.rounds = used
    return made


def repeated(left: Any, right: Any) -> Any:
    """`left * right`, unless it makes a long text or list out of a number."""
    for text, number in ((left, right), (right, left)):
        if isinstance(text, str | list | tuple) and isinstance(number, int) and number > MOST_REPEATS:
            raise OverflowError(f"重复超过{MOST_REPEATS}次")
    return left * right


class _Watch(logging.Filter):
    """Hears of every page that is laid out; says nothing of it in the log."""

    def filter(self, record: logging.LogRecord) -> bool:
        cost = _COST.get()
        if cost is None:
            return record.levelno > logging.INFO
        if "Page %d" in record.msg and isinstance(record.args, tuple) and record.args:
            cost.pages = int(str(record.args[0]))
        if cost.pages > cost.bounds.pages:
            cost.refuse(f"超过{cost.bounds.pages}页")
        if monotonic() > cost.until:
            cost.refuse(f"排版超过{cost.bounds.seconds:g}秒")
        return record.levelno > logging.INFO


# The library tells of each page as it begins it: the one place between pages where it calls out.
PROGRESS_LOGGER = logging.getLogger("weasyprint.progress")
PROGRESS_LOGGER.addFilter(_Watch())
PROGRESS_LOGGER.setLevel(logging.INFO)
