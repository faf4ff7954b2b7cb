"""Whole numbers in addresses and queries: what no database could hold is treated as absent."""

from __future__ import annotations

from collections.abc import Mapping

LARGEST = 2**63 - 1
ID = f"int(min=1, max={LARGEST})"  #: a converter for the ids of all databases


def whole(source: Mapping[str, str], name: str) -> int | None:
    """The number given under a name, or None when there is none that makes sense."""
    text = source.get(name, "")
    number = int(text) if text.isascii() and text.isdigit() and len(text) <= len(str(LARGEST)) else 0
    return number if 1 <= number <= LARGEST else None
