"""What no simulated year can bring about, each with the reason why; what is not here a long run has to see."""

from __future__ import annotations

from collections.abc import Mapping

TRANSITIONS: Mapping[str, str] = {
    "A10": "the box takes no more ballots than there are tickets: only a damaged database could hold more",
}  #: by id

GUARDS: Mapping[str, str] = {}  #: by name
