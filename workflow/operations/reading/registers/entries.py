"""What a register is made of: columns in words, entries in the order of their numbers, filters."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Row, Select, SQLColumnExpression

from workflow.operations.installation import Installation

Rows = Select[*tuple[Any, ...]]


@dataclass(frozen=True)
class Wanted:
    """Which entries are asked for; None and the empty text are no condition."""

    year: int | None = None
    series: str = ""
    kind: str = ""
    words: str = ""


@dataclass(frozen=True)
class Entry:
    """One line of a register; the cells stand under the register's columns."""

    id: int
    cells: tuple[str, ...]
    document_id: int | None  #: the paper, to be opened
    case_number: str = ""  #: the case that handles it
    is_void: bool = False  #: its number stays used
    receipt_id: int | None = None  #: a document received that nobody handles yet


@dataclass(frozen=True)
class Setting:
    """What turning a row into words needs."""

    installation: Installation
    zone: ZoneInfo


@dataclass(frozen=True)
class Register:
    """One kind of register."""

    name: str
    title: str
    columns: tuple[str, ...]
    wide: int  #: place of the column that has most to say
    query: Callable[[int], Rows]  #: rows of a body
    key: tuple[SQLColumnExpression[Any], ...]  #: order of the numbers; the last one is unique
    id: SQLColumnExpression[int]
    facets: tuple[
        SQLColumnExpression[Any], SQLColumnExpression[Any], SQLColumnExpression[Any]
    ]  #: year, series, kind of a row
    searched: Sequence[SQLColumnExpression[Any]]
    entry: Callable[[Setting, Row[*tuple[Any, ...]]], Entry]


def day(value: date) -> str:
    """2012.3.5, for a narrow column."""
    return f"{value.year}.{value.month}.{value.day}"


def moment(at: datetime | None, zone: ZoneInfo) -> str:
    """2012.3.5 9:00"""
    if at is None:
        return ""
    local = at.astimezone(zone)
    return f"{day(local.date())} {local.hour}:{local:%M}"
