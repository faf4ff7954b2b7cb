"""Typst: the paper set in its own language, with the fonts that we use as they were installed, as PDF/A-3u with its
data attached, as ours is; only the code of verification is not drawn."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

import typst

from tests.bench import texts
from tests.bench.job import ROOT

PAPER = Path(__file__).with_name("paper.typ")


class Typst:
    """One compiler, its fonts loaded, for all papers."""

    def __init__(self, fonts: Path) -> None:
        self._compiler = typst.Compiler(font_paths=[str(fonts)], ignore_system_fonts=True)

    def letter(self, number: int) -> Callable[[], bytes]:
        """The letter of one page."""
        words = {"title": texts.TITLE, "receiver": texts.RECEIVER, "closing": texts.CLOSING, "contact": texts.CONTACT}
        return partial(self._printed, "letter", issuer=texts.ISSUER, day=texts.DAY, **words, **texts.letter(number))

    def ledger(self, number: int, rows: int) -> Callable[[], bytes]:
        """The table."""
        lines = [texts.cells(index, row) for index, row in enumerate(texts.ledger(number, rows), 1)]
        return partial(self._printed, "ledger", title="整改台账", columns=texts.COLUMNS, rows=lines)

    def _printed(self, paper: str, **values: object) -> bytes:
        written = json.dumps({"paper": paper, **values}, ensure_ascii=False)
        data: bytes = self._compiler.compile(str(PAPER), sys_inputs={"values": written}, pdf_standards=["a-3u"])
        return data


@contextmanager
def press() -> Iterator[Typst]:
    """Typst. It looks into folders within a folder, and shall not find the small fonts there that we make."""
    with TemporaryDirectory() as folder:
        for each in (ROOT / "var/fonts").glob("*.otf"):
            (Path(folder) / each.name).symlink_to(each)
        yield Typst(Path(folder))
