"""The job of the engine benchmark, the same for every peer: a tree, its people, and a case that climbs it.

Only the standard library: peers run in an environment of their own.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from functools import cached_property
from pathlib import Path
from typing import Any
from urllib.parse import quote

SECRETARIES = ("party_secretary", "party_secretary", "gb_secretary", "branch_secretary")  #: by level, root first
KINDS = ("ent_committee", "sub_committee", "general_branch", "branch")
OFFICE, MEMBER = "party_dept_head", "full_member"
#: Who approves in turn: how many levels above the one before, and the post there. The first is in the case's body.
STEPS = ((0, "branch_secretary"), (1, "gb_secretary"), (1, "party_secretary"), (1, OFFICE), (0, "party_secretary"))
STATES = ("at_branch", "at_general_branch", "at_committee", "at_office", "at_secretary", "approved")
FORM = {"text": "争创先进基层党组织，争当优秀共产党员。" * 5 + "a" * 15}  #: 300 bytes of UTF-8


@dataclass(frozen=True)
class Scale:
    """How many bodies there are on each level, and how many people."""

    levels: tuple[int, ...] = (1, 10, 100, 1000)
    people: int = 7111

    @cached_property
    def first(self) -> tuple[int, ...]:
        """The id of the first body of each level; ids count from 1, root first."""
        return tuple(1 + sum(self.levels[:level]) for level in range(len(self.levels)))

    @property
    def branches(self) -> range:
        """Ids of the bodies of the lowest level."""
        return range(self.first[-1], self.first[-1] + self.levels[-1])

    def level(self, body: int) -> int:
        """0 for the root."""
        return max(level for level, first in enumerate(self.first) if body >= first)

    def superior(self, body: int) -> int | None:
        """The body that leads it."""
        level = self.level(body)
        return self.first[level - 1] + (body - self.first[level]) % self.levels[level - 1] if level else None

    def bodies(self) -> list[tuple[int, int | None, int]]:
        """(id, superior, level) of every body."""
        return [(body, self.superior(body), self.level(body)) for body in range(1, sum(self.levels) + 1)]

    def posts(self) -> list[tuple[int, int, str]]:
        """(person, body, post): a secretary for each body, the root's office head, then members of the branches."""
        secretaries = [(body, body, SECRETARIES[level]) for body, _, level in self.bodies()]
        office = (len(secretaries) + 1, 1, OFFICE)
        rest = range(office[0] + 1, self.people + 1)
        members = [(person, self.branches[person % len(self.branches)], MEMBER) for person in rest]
        return [*secretaries, office, *members]

    def approver(self, branch: int, step: int) -> int:
        """The person whose turn a step is, for a case of that branch."""
        body: int = branch
        for up, _ in STEPS[: step + 1]:
            body = self.superior(body) or body if up else body
        return sum(self.levels) + 1 if STEPS[step][1] == OFFICE else body

    def member(self, branch: int) -> int:
        """The person who starts a case of that branch: its secretary."""
        return branch


@dataclass(frozen=True)
class Place:
    """A database: a file, or a name on a server's socket."""

    kind: str  #: sqlite, postgresql
    where: str  #: path of the file, or folder of the socket
    name: str = ""

    @property
    def url(self) -> str:
        """For SQLAlchemy."""
        if self.kind == "sqlite":
            return f"sqlite:///{self.where}"
        return f"postgresql+psycopg://postgres@/{self.name}?host={quote(self.where)}"

    @property
    def conninfo(self) -> str:
        """For psycopg."""
        return f"host={self.where} user=postgres dbname={self.name}"


@dataclass(frozen=True)
class Order:
    """What a peer is started with, as one argument of its command line."""

    peer: str
    place: Place
    scale: Scale

    def written(self) -> str:
        """As text."""
        return json.dumps({"peer": self.peer, "place": asdict(self.place), "scale": asdict(self.scale)})

    @classmethod
    def read(cls, text: str) -> Order:
        """From text."""
        raw: dict[str, Any] = json.loads(text)
        levels, people = raw["scale"]["levels"], raw["scale"]["people"]
        return cls(raw["peer"], Place(**raw["place"]), Scale(tuple(levels), people))


ROOT = Path(__file__).resolve().parents[2]
