"""HTML read by the parser of XML, which takes a twentieth of the time, where HTML's own would make the same of it.

That is so of a page whose tags are all closed and whose elements are where HTML wants them. Anything else is HTML's:
its parser corrects what it finds.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from itertools import chain
from xml.etree.ElementTree import Element, ParseError, fromstring

_BEGINNING = re.compile(r"\s*<!doctype html>", re.IGNORECASE)
_VOID = re.compile(r"""<((?:meta|br|img|col)\b(?:[^<>"']|"[^"]*"|'[^']*')*?)\s*/?>""")
_SVG = "http://www.w3.org/2000/svg"
_SHAPES = frozenset(f"{{{_SVG}}}{name}" for name in ("g", "path", "rect", "circle", "ellipse", "line", "polyline"))
_PHRASING = frozenset(
    ("span", "br", "img", "b", "i", "s", "ins", "del", "strong", "em", "small", "sub", "sup", f"{{{_SVG}}}svg")
)
_HEADINGS = frozenset(("h1", "h2", "h3"))
_FLOW = _PHRASING | _HEADINGS | {"div", "section", "p", "table"}
_NONE: frozenset[str] = frozenset()
_ROWS = frozenset(("tr",))
#: What may be right inside an element.
_INSIDE: Mapping[object, frozenset[str]] = {
    "html": frozenset(("head", "body")), "head": frozenset(("meta", "title")), "title": _NONE, "p": _PHRASING,
    "table": frozenset(("colgroup", "thead", "tbody", "tfoot", "tr")), "colgroup": frozenset(("col",)),
    "thead": _ROWS, "tbody": _ROWS, "tfoot": _ROWS, "tr": frozenset(("th", "td")),
    **dict.fromkeys(("body", "div", "section", "th", "td"), _FLOW),
    **dict.fromkeys(_HEADINGS | _PHRASING, _PHRASING), **dict.fromkeys(("meta", "br", "img", "col"), _NONE),
    f"{{{_SVG}}}svg": _SHAPES, **dict.fromkeys(_SHAPES, _SHAPES),
}  # fmt: skip
#: Elements with no text of their own.
_BARE = frozenset(("html", "head", "table", "colgroup", "thead", "tbody", "tfoot", "tr", "meta", "br", "img", "col"))


def read(html: str) -> Element | None:
    """The page as a tree; nothing where it is for HTML's own parser to read.

    Remarks go there too, and a second document type, which could define names that stand for any amount of text.
    """
    found = _BEGINNING.match(html)
    if found is None or "<!" in (rest := html[found.end() :]):
        return None
    written = _VOID.sub(r"<\1/>", rest).replace("<svg ", f'<svg xmlns="{_SVG}" ').replace("&nbsp;", "\u00a0")
    try:
        root = fromstring(written)  # noqa: S314 - nothing is defined in it, and nothing loaded
    except ParseError:
        return None
    return _with_bodies(root) if _is_in_order(root) else None


def _is_in_order(root: Element) -> bool:
    if root.tag != "html" or [child.tag for child in root] != ["head", "body"]:
        return False
    for element in root.iter():
        inside = _INSIDE.get(element.tag)
        if inside is None or not all(child.tag in inside for child in element):
            return False
        if element.tag in _BARE and not _is_blank(chain([element.text], (child.tail for child in element))):
            return False
    return True


def _is_blank(texts: Iterable[str | None]) -> bool:
    return not any(text and not text.isspace() for text in texts)


def _with_bodies(root: Element) -> Element:
    """Rows that stand in a table by themselves get a body, as HTML gives them one."""
    for table in root.iter("table"):
        children: list[Element] = []
        body = None
        for child in table:
            if child.tag != "tr":
                body = None
                children.append(child)
                continue
            if body is None:
                body = Element("tbody")
                children.append(body)
            body.append(child)
        table[:] = children
    return root
