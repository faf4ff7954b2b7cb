"""Open and close a campaign."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from workflow import clock
from workflow.definition.campaign import Criteria
from workflow.errors import NotUnique
from workflow.operations.installation import CampaignKey, Installation
from workflow.operations.publishing import publish
from workflow.store.cases import Campaign
from workflow.store.fetching import get_one


def known_campaign(session: Session, installation: Installation, key: CampaignKey) -> Campaign:
    """The campaign as it was opened, read once a process: parameters and criteria are frozen into it (R34)."""
    known = installation.known.campaigns.get(key)
    if known is None:
        row = get_one(session, Campaign, key[0])
        known = Campaign(**{column.key: getattr(row, column.key) for column in Campaign.__table__.columns})
        installation.known.campaigns[key] = known
    return known


def known_criteria(installation: Installation, campaign: Campaign) -> Criteria:
    """The criteria of a campaign, checked once a process."""
    key = (campaign.id, campaign.code, campaign.opened_at)
    known = installation.known.criteria.get(key)
    return known or installation.known.criteria.setdefault(key, Criteria.model_validate(campaign.criteria))


def open_campaign(session: Session, installation: Installation, *, code: str, title: str = "") -> Campaign:
    """Start a campaign with the installed definitions: parameters and criteria are frozen into it (R34)."""
    if session.scalar(select(Campaign.id).where(Campaign.code == code)) is not None:
        raise NotUnique(what=f"编号为“{code}”的活动")
    plan = installation.definitions.campaign
    publish(session, installation)
    campaign = Campaign(
        code=code, title=title or plan.title, rule_set=plan.rule_set, basis=plan.basis, theme=plan.theme,
        parameters=plan.model_dump(mode="json")["parameters"],
        criteria=installation.definitions.criteria.model_dump(mode="json"), opened_at=clock.now(),
    )  # fmt: skip
    session.add(campaign)
    session.flush()
    return campaign
