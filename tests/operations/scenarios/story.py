"""What a story is: a script, and the transitions that it is told for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from tests.operations.cast import Play

Script = Callable[[Play], None]


@dataclass(frozen=True)
class Story:
    """A script with the ids that it fires."""

    name: str
    script: Script
    fires: frozenset[str]


STORIES: list[Story] = []


def story(fires: str) -> Callable[[Script], Script]:
    """Tell a story for these transitions."""

    def tell(script: Script) -> Script:
        STORIES.append(Story(script.__name__, script, frozenset(fires.split())))
        return script

    return tell
