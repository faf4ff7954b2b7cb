"""What a file of an import is made of, and how it is refused."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from workflow.errors import WorkflowError


@dataclass(frozen=True)
class RowFault:
    """What is wrong with one row: where, what, and what to do."""

    sheet: str
    row: int  #: row of the spreadsheet or line of the YAML file; 0 when the whole sheet is meant
    column: str
    message: str

    def __str__(self) -> str:
        place = f"{self.sheet}第{self.row}行" if self.row else self.sheet
        return f"{place}{f'“{self.column}”' if self.column else ''}：{self.message}"


class ImportRefused(WorkflowError):
    """没有导入任何内容：{count}处有误，请按提示改正后重新导入。"""

    def __init__(self, faults: Sequence[RowFault]) -> None:
        super().__init__(count=len(faults), faults=tuple(faults))


@dataclass(frozen=True)
class Row:
    """One row as it was written."""

    number: int
    values: Mapping[str, Any]


class Source(Protocol):
    """A file that holds rows."""

    def faults(self) -> list[RowFault]:
        """What is wrong with the shape of the file."""

    def count(self) -> int:
        """How many rows there are, for a progress bar."""

    def rows(self, sheet: str) -> Iterator[Row]:
        """The rows of a sheet, in the order of the file."""
