"""Campaigns and their stages."""

from __future__ import annotations

from web.api.shapes import Campaigns
from web.api.specification import documented
from web.api.surroundings import ID, bearer, blueprint
from web.transaction import installation, session
from workflow.operations.reading.api.campaigns import CampaignRecord, list_campaigns, read_campaign

TAG = "活动"


@blueprint.get("/campaigns")
@bearer
@documented("列出活动", Campaigns, tag=TAG)
def campaigns() -> Campaigns:
    """Every campaign."""
    return Campaigns(list(list_campaigns(session())))


@blueprint.get(f"/campaigns/<{ID}:campaign>")
@bearer
@documented("读取活动、各环节和发起表", CampaignRecord, tag=TAG)
def campaign(campaign: int) -> CampaignRecord:
    """One campaign with its stages, and the form with which a case of each is opened."""
    return read_campaign(session(), installation(), campaign)
