"""The tasks of a case's present round, as the engine sees them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from sqlalchemy.orm import Session

from workflow.engine.snapshot import Turn
from workflow.engine.turns import OWN
from workflow.operations.organization.posts import names_of


def with_names(session: Session, turns: Sequence[Turn]) -> Sequence[Turn]:
    """The turns with the names of those who were asked; one statement where there are any."""
    asked = _asked(turns)
    if not asked:
        return turns
    names = names_of(session, sorted(asked))
    return [_named(each, names) for each in turns]


def _asked(turns: Sequence[Turn]) -> set[int]:
    """Persons whom a holder asked and who have not answered."""
    waiting = (each for each in turns if each.kind not in OWN and each.verdict is None)
    return {int(address[1:]) for each in waiting for address in each.addresses if address.startswith("p")}


def _named(turn: Turn, names: Mapping[int, str]) -> Turn:
    if turn.verdict is not None or turn.kind in OWN:
        return turn
    return replace(turn, who="、".join(names[int(each[1:])] for each in turn.addresses if each.startswith("p")))
