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

from cssselect2 import ElementWrapper
from weasyprint import CSS, HTML

from workflow.documents.markup import read

_OF_ALL = re.compile(r"^::[a-z-]+ \{[^}]*\}$", re.MULTILINE)


class Paper(HTML):  # type: ignore[misc] # WeasyPrint has no types
    """A paper that has been read."""

    etree_element: Any

    def __init__(self, string: str, base_url: str, url_fetcher: Any) -> None:
        root = read(string)
        if root is None:
            super().__init__(string=string, base_url=base_url, url_fetcher=url_fetcher)
            return
        self.base_url, self.url_fetcher, self.media_type = base_url, url_fetcher, "print"
        self.wrapper_element = ElementWrapper.from_html_root(root, content_language=None)
        self.etree_element = root

    def _ua_stylesheets(self, forms: bool = False) -> list[Any]:
        return super()._ua_stylesheets(forms) if forms else [_usual()]


@cache
def _usual() -> CSS:
    text = (files("weasyprint") / "css" / "html5_ua.css").read_text(encoding="utf-8")
    return CSS(string=_OF_ALL.sub("", text))
