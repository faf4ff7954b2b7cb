"""Shorter ways to what WeasyPrint 70 works out again and again for every paper, with the same results.

Each stands in for one function of the library, and only for the release that it was written against: any other goes
the long way. `tests/documents/test_shortcuts.py` holds the papers of both ways together, and the text of what is
replaced.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from typing import Any

import weasyprint
from weasyprint.css import ComputedStyle
from weasyprint.css.computed_values import PHYSICAL_FUNCTIONS
from weasyprint.css.properties import INHERITED, INITIAL_NOT_COMPUTED, INITIAL_VALUES

from workflow.documents.extracts import long_extract, short_extract
from workflow.documents.lines import (
    long_first_line,
    long_setup,
    long_strut,
    short_first_line,
    short_setup,
    short_strut,
)
from workflow.documents.ruling import long_borders, short_borders

RELEASE = "70.0"
Function = Callable[..., Any]


def _names(key: str) -> tuple[str, ...]:
    """Under which names a rule may set a property: its own, and those of the edges that text runs along."""
    logical = PHYSICAL_FUNCTIONS.get(key)
    return (key, *(logical(block="ttb", inline=inline) for inline in ("ltr", "rtl"))) if logical else (key,)


#: Those that are more than a value of their own or of the parent.
_COMPOUND = ("text_decoration_", "page", "position", "float", "display")
_PLAIN = [key for key in INITIAL_VALUES if not key.startswith(_COMPOUND)]
#: What a property is called in rules, if it is the parent's, or the same for any element, where no rule has it.
_OF_PARENT = {key: _names(key) for key in _PLAIN if key in INHERITED}
_OF_ANY = {key: _names(key) for key in _PLAIN if key not in INHERITED and key not in INITIAL_NOT_COMPUTED}
#: Widths of lines, and whether any is drawn.
_OF_LINES = {
    key: (_names(key), key.replace("_width", "_style")) for key in INITIAL_NOT_COMPUTED if key.endswith("_width")
}
long_missing: Function = ComputedStyle.__missing__


def short_missing(style: Any, key: str) -> Any:
    """A computed value (`ComputedStyle.__missing__`): most properties of most elements are in no rule."""
    if names := _OF_ANY.get(key):
        if style.cascaded.keys().isdisjoint(names):
            value = style[key] = INITIAL_VALUES[key]
            return value
    elif names := _OF_PARENT.get(key):
        if style.parent_style is not None and style.cascaded.keys().isdisjoint(names):
            value = style[key] = style.parent_style[key]
            return value
    elif key in _OF_LINES:
        names, drawn = _OF_LINES[key]
        if style.cascaded.keys().isdisjoint(names) and style[drawn] in {"none", "hidden"}:
            style[key] = 0
            return 0
    return long_missing(style, key)


#: What is taken in the place of what, for the same bytes.
WAYS: tuple[tuple[Function, Function], ...] = (
    (long_missing, short_missing),
    (long_extract, short_extract),
    (long_setup, short_setup),
    (long_first_line, short_first_line),
    (long_strut, short_strut),
)
#: The same for lines that look the same.
LOOKS: tuple[tuple[Function, Function], ...] = ((long_borders, short_borders),)


def take() -> None:
    """Go the short ways from now on, in the release of the library that they are for."""
    if weasyprint.VERSION == RELEASE:
        for long, short in (*WAYS, *LOOKS):
            for owner, name in list(places(long)):
                setattr(owner, name, short)


def places(way: Function) -> Iterator[tuple[object, str]]:
    """Where the library has a function: in its class, or in every module that knows it."""
    holder, _, name = way.__qualname__.rpartition(".")
    if holder:
        yield getattr(sys.modules[way.__module__], holder), name
        return
    for known, module in list(sys.modules.items()):
        if known.startswith("weasyprint."):
            yield from ((module, name) for name, held in list(vars(module).items()) if held is way)
