"""What a worker does with a paper: values in, PDF out."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import yaml

from tests.bench import texts
from tests.bench.job import ROOT
from workflow.documents.render import render_pdf

LETTER = ROOT / "definitions/letterhead/shared/letter"
LEDGER = ROOT / "definitions/stages/rectification/documents/ledger"


class Ours:
    """Templates and fonts warm, as in a worker."""

    def letter(self, number: int) -> Callable[[], bytes]:
        """The letter of one page."""
        return partial(_printed, LETTER, letter_values(number))

    def ledger(self, number: int, rows: int) -> Callable[[], bytes]:
        """The table."""
        return partial(_printed, LEDGER, ledger_values(number, rows))


@contextmanager
def press() -> Iterator[Ours]:
    """Ours."""
    yield Ours()


def _printed(folder: Path, values: dict[str, Any]) -> bytes:
    return render_pdf(folder, values).data


def letter_values(number: int) -> dict[str, Any]:
    """What the template of a letter is given."""
    values, written = _sample(LETTER), texts.letter(number)
    values["document"] |= {
        "title": texts.ISSUER + texts.TITLE, "mark": texts.ISSUER, "number": written["number"],
        "issuer": texts.ISSUER, "main": [texts.RECEIVER], "date": texts.DAY,
    }  # fmt: skip
    values["extra"] = {"text": "\n".join(written["paragraphs"])}
    return values


def ledger_values(number: int, rows: int) -> dict[str, Any]:
    """What the template of a ledger is given."""
    values = _sample(LEDGER)
    values["case"]["data"]["items"] = texts.ledger(number, rows)
    return values


def _sample(folder: Path) -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load((folder / "sample.yaml").read_text(encoding="utf-8"))
    return loaded
