"""A mistake in a definition, as a Party-work department reads it: where it is, what is wrong, how to mend it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

Path = tuple[str | int, ...]


@dataclass(frozen=True, order=True)
class Fault:
    """One mistake."""

    file: str  #: path below definitions/
    line: int
    key: str  #: e.g. transitions.3.guards
    message: str
    fix: str

    def __str__(self) -> str:
        return f"{self.file} 第{self.line}行 {self.key}：{self.message}。{self.fix}。"


@dataclass(frozen=True)
class Source:
    """Where the values of one file stand in it."""

    file: str
    lines: Mapping[Path, int] = field(default_factory=dict)

    def line(self, path: Path) -> int:
        """The line of the value at `path`, or of the nearest thing around it that is written."""
        known: Path = ()
        for step in path:
            if (*known, step) in self.lines:
                known = (*known, step)
        return self.lines.get(known, 1)

    def fault(self, path: Path, message: str, fix: str) -> Fault:
        """A mistake at `path` in this file."""
        return Fault(self.file, self.line(path), ".".join(map(str, path)), message, fix)


def listed(names: Iterable[str]) -> str:
    """Names joined for a sentence."""
    return "、".join(names)
