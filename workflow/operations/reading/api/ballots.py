"""What a voter of an appraisal is shown."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from workflow.engine.actor import Actor
from workflow.errors import NotFound
from workflow.operations.access import may_read, visible_case
from workflow.operations.ballots import OPEN_STATE
from workflow.operations.installation import Installation
from workflow.operations.loading import load
from workflow.store.ballots import Voter
from workflow.store.cases import Case


@dataclass(frozen=True)
class BallotItem:
    """One thing that is appraised."""

    code: str
    title: str


@dataclass(frozen=True)
class BallotForm:
    """The ballot paper of an appraisal, and how the caller stands to it."""

    number: str
    title: str
    is_open: bool
    is_on_roster: bool
    has_ticket: bool
    items: tuple[BallotItem, ...]
    scale: tuple[BallotItem, ...]


def ballot_form(session: Session, installation: Installation, actor: Actor, number: str) -> BallotForm:
    """The ballot paper. Voters read it, and whoever may read the case."""
    loaded = load(session, installation, visible_case(session, number))
    voter = session.scalar(
        select(Voter).where(Voter.case_id == loaded.row.id, Voter.person_id == (actor.person_id or 0))
    )
    if voter is None:
        may_read(session, actor, loaded)
    if not loaded.stage.counts_ballots:
        raise NotFound(what="这次评议")
    items = tuple(BallotItem(each["code"], each["title"]) for each in loaded.row.data.get("items", ()))
    labels = loaded.snapshot.criteria.lists["appraisal_scale"]
    options = loaded.snapshot.parameters["appraisal.scale"]
    scale = tuple(BallotItem(str(each), labels[str(each)]) for each in options)  # type: ignore[attr-defined]
    return BallotForm(
        loaded.row.number, loaded.row.title, loaded.row.state == OPEN_STATE, voter is not None,
        voter is not None and voter.has_ticket, items, scale,
    )  # fmt: skip


def open_ballot(session: Session, number: str) -> int:
    """The case of an appraisal that is being voted on; which one it is, everybody may know who holds a ticket."""
    found = session.scalar(select(Case.id).where(Case.number == number, Case.state == OPEN_STATE))
    if found is None:
        raise NotFound(what="正在进行的评议")
    return found
