"""What is raised when something that must always hold does not."""

from __future__ import annotations


class Violation(AssertionError):
    """A broken invariant: which one, and what was found."""

    def __init__(self, name: str, found: str) -> None:
        super().__init__(f"{name}: {found}")
        self.name, self.found = name, found
