"""The ballot paper of an appraisal: for whom it is, what it asks, and whether somebody may still draw a ticket."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from workflow.engine.actor import Actor
from workflow.errors import NotFound
from workflow.operations.ballots import OPEN_STATE
from workflow.store.ballots import Voter
from workflow.store.cases import Campaign, Case
from workflow.store.organization import Organization


@dataclass(frozen=True)
class Choice:
    """Something asked, or an answer offered."""

    code: str
    title: str


@dataclass(frozen=True)
class BallotPaper:
    """What everybody who votes is shown; nothing in it depends on who asks."""

    number: str
    title: str
    closes_on: str
    self_report: str
    items: tuple[Choice, ...]
    scale: tuple[Choice, ...]


@dataclass(frozen=True)
class BallotInvitation:
    """The first page, for somebody on the roster."""

    paper: BallotPaper
    body: str
    is_open: bool
    has_ticket: bool


def ballot_paper(session: Session, case_id: int) -> BallotPaper:
    """The paper of an appraisal. One statement."""
    row = session.execute(
        select(Case, Campaign).join(Campaign, Campaign.id == Case.campaign_id).where(Case.id == case_id)
    ).one()
    return _paper(row.Case, row.Campaign)


def invitation(session: Session, actor: Actor, number: str) -> BallotInvitation:
    """The paper with how the person stands to it. NotFound for everybody who is not on the roster."""
    row = session.execute(
        select(Case, Campaign, Organization.name, Voter.has_ticket)
        .join(Campaign, Campaign.id == Case.campaign_id)
        .join(Organization, Organization.id == Case.organization_id)
        .join(Voter, Voter.case_id == Case.id)
        .where(Case.number == number, Voter.person_id == actor.person_id)
    ).one_or_none()
    if row is None:
        raise NotFound(what="请您参加的评议")
    return BallotInvitation(_paper(row.Case, row.Campaign), row.name, row.Case.state == OPEN_STATE, row.has_ticket)


def _paper(case: Case, campaign: Campaign) -> BallotPaper:
    labels = campaign.criteria["lists"]["appraisal_scale"]
    return BallotPaper(
        case.number, case.title, str(case.data.get("closes_on") or ""), str(case.data.get("self_report") or ""),
        tuple(Choice(each["code"], each["title"]) for each in case.data.get("items") or ()),
        tuple(Choice(each, labels[each]) for each in campaign.parameters["appraisal.scale"]),
    )  # fmt: skip
