"""Campaigns for programs: their stages, and the form with which a case of a stage is opened."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from workflow.definition.campaign import Criteria
from workflow.definition.model import Stage
from workflow.engine.forms import Choices
from workflow.errors import NotFound
from workflow.operations.installation import Installation
from workflow.operations.reading.api.options import Question, questions_of
from workflow.operations.reading.openable import unplanned
from workflow.store.cases import Campaign


@dataclass(frozen=True)
class CampaignLine:
    """A campaign in a list."""

    id: int
    code: str
    title: str
    rule_set: str
    opened_at: datetime
    closed_at: datetime | None


@dataclass(frozen=True)
class StageLine:
    """A stage of a campaign, with the form that opens a case."""

    stage: str
    title: str
    about: str
    subjects: tuple[str, ...]
    requires: tuple[str, ...]
    questions: tuple[Question, ...]


@dataclass(frozen=True)
class CampaignRecord:
    """A campaign with its stages in order, then those that are opened whenever there is need."""

    line: CampaignLine
    basis: str
    theme: str
    stages: tuple[StageLine, ...]


def list_campaigns(session: Session) -> tuple[CampaignLine, ...]:
    """Every campaign, the newest first."""
    return tuple(_line(each) for each in session.scalars(select(Campaign).order_by(Campaign.id.desc())))


def read_campaign(session: Session, installation: Installation, campaign_id: int) -> CampaignRecord:
    """One campaign and its stages."""
    row = session.get(Campaign, campaign_id)
    if row is None:
        raise NotFound(what="这次活动")
    choices = Choices(Criteria.model_validate(row.criteria).lists, row.parameters)
    plan, known = installation.definitions.campaign, installation.definitions.stages
    stages = [_stage(known[each.stage], tuple(need.message for need in each.requires), choices) for each in plan.stages]
    stages += [_stage(each, (), choices) for each in unplanned(installation)]
    return CampaignRecord(_line(row), row.basis, row.theme, tuple(stages))


def _line(row: Campaign) -> CampaignLine:
    return CampaignLine(row.id, row.code, row.title, row.rule_set, row.opened_at, row.closed_at)


def _stage(stage: Stage, requires: tuple[str, ...], choices: Choices) -> StageLine:
    asked = [field for name in stage.opening if (field := stage.field(name)) is not None]
    return StageLine(stage.stage, stage.title, stage.about, stage.subject, requires, questions_of(asked, choices))
