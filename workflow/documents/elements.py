"""What HTML elements look like before the letterhead says otherwise: the library's own style sheet, without its notes.

Three rules in it (`::marker`, `::footnote-call`, `::footnote-marker`) match every element there is, and the library
works out three more styles for each, which take a third of the time that all styles take. The papers have no lists, and
their only footnote, the imprint, goes without a number.
"""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files
from typing import Any

from weasyprint import CSS, HTML

_OF_ALL = re.compile(r"^::[a-z-]+ \{[^}]*\}$", re.MULTILINE)


class Paper(HTML):  # type: ignore[misc] # WeasyPrint has no types
    """A paper that has been read."""

    def _ua_stylesheets(self, forms: bool = False) -> list[Any]:
        return super()._ua_stylesheets(forms) if forms else [_usual()]


@cache
def _usual() -> CSS:
    text = (files("weasyprint") / "css" / "html5_ua.css").read_text(encoding="utf-8")
    return CSS(string=_OF_ALL.sub("", text))
