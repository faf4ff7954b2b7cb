"""Rows as a spreadsheet that people open: every cell is text, so that nothing in it is ever taken for a formula.

What writes the file is loaded with the first one.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from importlib import import_module
from io import BytesIO

NARROW, WIDE = 16, 60  #: widths of columns, in characters
LONGEST = 32_767  #: characters that a cell holds


def workbook(
    title: str, columns: Sequence[str], rows: Iterable[Sequence[str]], *, wide: int, made_at: datetime
) -> bytes:
    """One sheet with a heading row. The same rows give the same bytes at the same moment."""
    stream = BytesIO()
    book = import_module("xlsxwriter").Workbook(
        stream, {"in_memory": True, "constant_memory": False, "strings_to_formulas": False,
                 "strings_to_urls": False, "strings_to_numbers": False},
    )  # fmt: skip
    book.set_properties({"title": title, "created": made_at.replace(tzinfo=None)})
    sheet = book.add_worksheet(title)
    text = book.add_format({"num_format": "@", "text_wrap": True, "valign": "top"})
    heading = book.add_format({"num_format": "@", "bold": True, "bottom": 1})
    sheet.set_column(0, len(columns) - 1, NARROW, text)
    sheet.set_column(wide, wide, WIDE, text)
    for place, name in enumerate(columns):
        sheet.write_string(0, place, name, heading)
    for number, row in enumerate(rows, 1):
        for place, cell in enumerate(row):
            sheet.write_string(number, place, cell[:LONGEST], text)
    sheet.freeze_panes(1, 0)
    book.close()
    return stream.getvalue()
