"""Who keeps out of a case, and who acts in their stead: nobody decides on himself, and no case waits for nobody."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from workflow.engine.rights import post_addresses
from workflow.engine.snapshot import Snapshot


def subject_side(snapshot: Snapshot) -> frozenset[int]:
    """The member whom the case is about, or the leaders of the body: they take no part in deciding (domain.md §2.4)."""
    person = snapshot.case.person
    return frozenset({person.id}) if person else _holding(snapshot, "own.leader")


def stand_ins(snapshot: Snapshot, roles: Sequence[str], barred: Collection[int | None]) -> list[int]:
    """Nobody while the first role has a holder who is not barred; else those of the next role that has one."""
    for number, role in enumerate(roles):
        if free := _holding(snapshot, role).difference(barred):
            return sorted(free) if number else []
    return []


def _holding(snapshot: Snapshot, role: str) -> frozenset[int]:
    return frozenset(snapshot.holders(post_addresses(snapshot, role)))
