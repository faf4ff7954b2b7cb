"""WeasyPrint as it comes: our page and style sheets as one text, Noto CJK, nothing kept from paper to paper."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

from weasyprint import HTML

from tests.bench.job import ROOT
from tests.bench.presses.ours import LEDGER, LETTER, ledger_values, letter_values
from workflow.documents.render import render_html

SONG, HEI = '"Noto Serif CJK SC"', '"Noto Sans CJK SC"'
FAMILIES = {"biaosong": SONG, "fangsong": SONG, "kaiti": SONG, "songti": SONG, "heiti": HEI}


class Defaults:
    """`HTML(string=…).write_pdf()`."""

    def letter(self, number: int) -> Callable[[], bytes]:
        """The letter of one page."""
        return partial(_printed, page(LETTER, letter_values(number)))

    def ledger(self, number: int, rows: int) -> Callable[[], bytes]:
        """The table."""
        return partial(_printed, page(LEDGER, ledger_values(number, rows)))


@contextmanager
def press() -> Iterator[Defaults]:
    """WeasyPrint."""
    yield Defaults()


def page(folder: Path, values: dict[str, Any]) -> str:
    """Our HTML with its style sheets inside."""
    chains = "".join(f"--{name}: {family}, serif;" for name, family in FAMILIES.items())
    sheets = (path.read_text(encoding="utf-8") for path in sorted((ROOT / "definitions/letterhead").glob("*.css")))
    style = "\n".join([f":root {{ {chains} }}", *sheets])
    return render_html(folder, values).replace("</head>", f"<style>{style}</style></head>", 1)


def _printed(html: str) -> bytes:
    data: bytes = HTML(string=html).write_pdf()
    return data
