"""Titles with places for names, like `关于{title}的请示`: a place is filled, and nothing in it is ever evaluated.

`str.format` would follow dots and brackets into objects; no expression of a definition is evaluated (architecture.md).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

PLACE = re.compile(r"\{([a-z_]+)\}")
PAPER = frozenset({"title", "subject", "issuer", "campaign", "award"})  #: places in the title of a paper
CHILD = frozenset({"title", "subject"})  #: in that of a child case: what its parent is called, and whom it is about
MARK = frozenset({"name"})  #: in the mark of a letterhead


def filled(text: str, words: Mapping[str, str]) -> str:
    """The text with its places filled; whatever else it holds stays as it is written."""
    return PLACE.sub(lambda found: words.get(found[1], found[0]), text)


def strays(text: str, known: frozenset[str]) -> Iterator[str]:
    """What looks like a place and is none."""
    rest = PLACE.sub(lambda found: "" if found[1] in known else found[0], text)
    yield from (each for each in re.findall(r"\{[^{}]*\}?|\}", rest))
