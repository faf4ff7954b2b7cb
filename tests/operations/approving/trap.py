"""A module that does something as soon as it is imported: no text of a definition may bring that about."""

from __future__ import annotations

from typing import NoReturn


def spring(*_: object) -> NoReturn:
    """What an evaluated expression would call."""
    raise AssertionError("a definition was evaluated")


spring()
