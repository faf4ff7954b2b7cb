"""Shorter ways to what WeasyPrint 70 works out for every box of every paper, with the same results to the byte.

Each stands in for one function of the library, and only for the release that it was written against: any other goes
the long way. `tests/documents/test_shortcuts.py` holds the papers of both ways together, and the text of what is
replaced.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from math import inf
from typing import Any

import weasyprint
from weasyprint.css import ComputedStyle
from weasyprint.css.computed_values import PHYSICAL_FUNCTIONS
from weasyprint.css.properties import INHERITED, INITIAL_NOT_COMPUTED, INITIAL_VALUES, Dimension
from weasyprint.formatting_structure.boxes import Box, PageBox
from weasyprint.layout.percent import adjust_box_sizing, percentage, resolve_percentages

from workflow.documents.extracts import long_extract, short_extract

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


_WIDE = ("margin_left", "margin_right", "padding_left", "padding_right", "width", "min_width", "max_width")
_EDGES = ("margin_top", "margin_bottom", "padding_top", "padding_bottom")
_HIGH = ("min_height", "max_height")
_BORDERS = ("border_top_width", "border_right_width", "border_bottom_width", "border_left_width")


def short_percentages(box: Any, containing_block: Any) -> None:
    """Lengths of a box as they are used (`resolve_percentages`): nearly all are pixels, and no part of another."""
    if not isinstance(box, Box):
        long_percentages(box, containing_block)
        return
    if isinstance(containing_block, Box):
        width, height = containing_block.width, containing_block.height
    else:
        width, height = containing_block
    style, used = box.style, box.__dict__
    for name in _WIDE:
        value = style[name]
        is_plain = value.__class__ is Dimension and value.unit == "px"
        used[name] = value.value if is_plain else percentage(value, style, width)
    edge = height if isinstance(box, PageBox) else width
    for name in _EDGES:
        value = style[name]
        is_plain = value.__class__ is Dimension and value.unit == "px"
        used[name] = value.value if is_plain else percentage(value, style, edge)
    _resolve_heights(style, used, height)
    if used["min_width"] == "auto":
        used["min_width"] = 0
    is_collapsed = style["border_collapse"] == "collapse"
    for name in _BORDERS:
        if not (is_collapsed and name in used):
            used[name] = style[name]
    if style["box_sizing"] != "content-box":
        adjust_box_sizing(box, "width")
        adjust_box_sizing(box, "height")


def _resolve_heights(style: Any, used: dict[str, Any], height: Any) -> None:
    """Where the block around is as high as what is in it, percentages of its height are nothing."""
    is_open = height == "auto"
    value = style["height"]
    is_plain = value.__class__ is Dimension and value.unit == "px"
    used["height"] = value.value if is_plain else "auto" if is_open else percentage(value, style, height)
    for name, of_open in (("min_height", 0), ("max_height", inf)):
        value = style[name]
        is_plain = value.__class__ is Dimension and value.unit == "px"
        used[name] = value.value if is_plain else percentage(value, style, of_open if is_open else height)
    if used["min_height"] == "auto":
        used["min_height"] = 0


long_percentages: Function = resolve_percentages

#: What is taken in the place of what.
WAYS: tuple[tuple[Function, Function], ...] = (
    (long_missing, short_missing),
    (long_percentages, short_percentages),
    (long_extract, short_extract),
)


def take() -> None:
    """Go the short ways from now on, in the release of the library that they are for."""
    if weasyprint.VERSION == RELEASE:
        for long, short in WAYS:
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
