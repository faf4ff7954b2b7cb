"""Rows of a spreadsheet."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import get_close_matches
from typing import Any

from workflow.operations.importing.rows import Row, RowFault
from workflow.operations.importing.sheets import SHEETS, Sheet

NOTES = "说明"  #: a sheet of this name is for people and is not read


class Spreadsheet:
    """A workbook with the sheets 组织, 关系, 人员, 任职 and 账号; headings stand in the first row."""

    def __init__(self, book: Any) -> None:
        self._faults: list[RowFault] = []
        self._sheets: dict[str, Any] = {}
        by_title = {each.title: each for each in SHEETS.values()}
        for name in book.sheet_names:
            if name.strip() in by_title:
                self._sheets[by_title[name.strip()].key] = book.get_sheet_by_name(name)
            elif name.strip() != NOTES:
                self._faults.append(
                    RowFault(name, 0, "", f"没有这种工作表，请改名为：{'、'.join(by_title)}；说明文字请放在“{NOTES}”表")
                )
        self._headings = {key: self._read_headings(SHEETS[key], sheet) for key, sheet in self._sheets.items()}

    def _read_headings(self, sheet: Sheet, cells: Any) -> list[str | None]:
        """Key by position; a heading that is unknown or missing is a fault of the sheet."""
        titles = {each.title: each.key for each in sheet.columns}
        written = [str(each).strip() for each in next(iter(cells.iter_rows()), [])]
        for title in written:
            if title and title not in titles:
                near = get_close_matches(title, titles, n=1)
                advice = f"是否想写“{near[0]}”？" if near else f"可用的有：{'、'.join(titles)}"
                self._faults.append(RowFault(sheet.title, 1, title, f"没有这一列，{advice}"))
        missing = [each.title for each in sheet.columns if each.required and each.title not in written]
        self._faults += [RowFault(sheet.title, 1, title, "缺少这一列，请在第一行补上") for title in missing]
        return [titles.get(title) for title in written]

    def faults(self) -> list[RowFault]:
        """Sheets and headings that are not ours."""
        return self._faults

    def count(self) -> int:
        """Rows below the headings."""
        return sum(max(0, each.height - 1) for each in self._sheets.values())

    def rows(self, sheet: str) -> Iterator[Row]:
        """Rows in which something is written."""
        if sheet not in self._sheets:
            return
        headings = self._headings[sheet]
        start = (self._sheets[sheet].start or (0, 0))[0] + 1
        for number, cells in enumerate(self._sheets[sheet].iter_rows(), start):
            values = {key: cell for key, cell in zip(headings, cells, strict=False) if key and cell != ""}
            if values and number > start:
                yield Row(number, values)
