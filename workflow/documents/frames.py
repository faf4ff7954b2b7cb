"""Room for the frames of what a function calls.

CPython keeps frames in blocks of 16 kB and gives the last block back as soon as it is empty (Python/pystate.c). Where
a loop calls across the edge of a block, every call maps memory and unmaps it: a long table took a third longer, or did
not, by how deep the call of the press happened to be. A frame that does not fit gets a block of the next power of two,
and what it calls goes into the rest of that.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import ParamSpec, TypeVar

Given = ParamSpec("Given")
Answer = TypeVar("Answer")

SLOTS = 33_000  #: of eight bytes: just over 256 kB, of a block of 512


def with_room(function: Callable[Given, Answer]) -> Callable[Given, Answer]:
    """The function, calling whatever it calls within one block of frames. Its own code and answer stay as they are."""
    function.__code__ = function.__code__.replace(co_stacksize=SLOTS)
    return function
