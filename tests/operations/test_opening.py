"""Who and what a case may be opened about."""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest

from tests.enterprise import TODAY, campaign_id, place
from tests.operations.cast import Play
from tests.operations.scenarios.pledge import ENDS_ON, items
from tests.operations.scenarios.supporting import inspection
from workflow.errors import Refused
from workflow.operations.birth import Subject
from workflow.operations.organization import organizing
from workflow.operations.organization.organizing import Edge
from workflow.operations.reading.openable import openings, prospect_of
from workflow.store.cases import Campaign
from workflow.store.session import reading, writing


def test_a_branch_does_not_assess_the_member_of_another(play: Play) -> None:
    with pytest.raises(Refused, match=r"童玥不是第一制造公司.*的党员，请在本人组织关系所在的党支部办理"):
        play.open("HY020", "assessment", "HY-11", person="HY032", period="2012年度")
    play.open("HY020", "assessment", "HY-11", person="HY024", period="2012年度")


def test_who_leads_nobody_has_nobody_to_inspect(play: Play) -> None:
    said = "没有所领导的下级党组织，没有可以检查的单位"
    with pytest.raises(Refused, match=said):
        play.open("HY020", "inspection", "HY-11")
    with reading(play.installation.engine) as session:
        branch, campaign = place(session, "HY-11"), session.get_one(Campaign, campaign_id(session))
        found = partial(openings, session, play.installation, cases=[], led=[], campaign=campaign, has_members=True)
        offered = found(actor=play.actor(session, "HY020"), body_id=branch.id)["inspection"]
        assert not offered.is_allowed, "and is not offered on the page of the campaign"
        assert said in offered.refusal
        with pytest.raises(Refused, match=said):  # nor is the form shown, nor what it asks told to a program
            prospect_of(session, play.installation, play.actor(session, "HY020"), campaign.id, "inspection",
                        Subject(branch.id))  # fmt: skip
        above = place(session, "HY").id
        assert found(actor=play.actor(session, "HY008"), body_id=above, led=[branch.id])["inspection"].is_allowed
    assert inspection(play)


def test_nobody_pledges_in_a_branch_of_others(play: Play) -> None:
    with pytest.raises(Refused, match=r"不是.*的党员"):
        play.open("HY032", "pledge", "HY-11", person="HY032", items=items(), ends_on=ENDS_ON)


def test_a_secretary_is_commented_on_where_he_holds_the_post(play: Play) -> None:
    """The Party secretary of a committee is a member of some branch below it."""
    with pytest.raises(Refused, match=r"不是.*的党员"):
        play.open("HY019", "leader_comment", "HY-1", person="HY016")
    with pytest.raises(Refused, match=r"不是.*的党员"):
        play.open("HY019", "leader_comment", "HY-1", person="HY024", target="secretary")
    play.open("HY019", "leader_comment", "HY-1", person="HY016", target="secretary")


def test_nothing_is_opened_in_a_campaign_that_is_over(play: Play) -> None:
    with writing(play.installation.engine) as session:
        session.get_one(Campaign, campaign_id(session)).closed_at = play.clock.now()
    with pytest.raises(Refused, match="“深入开展创先争优活动”已经结束，不再发起新的事项"):
        play.open("HY021", "plan", "HY-1")


@pytest.mark.parametrize(("stage", "values"), [("plan", {}), ("pledge", {"ends_on": ENDS_ON})])
def test_an_enterprise_without_a_leading_group_begins_nothing(play: Play, stage: str, values: dict[str, Any]) -> None:
    """R66: whatever it begins goes up in the end."""
    with writing(play.installation.engine) as session:
        for code in ("LC-B", "LC-L"):
            organizing.close_body(session, place(session, code), TODAY)
    with pytest.raises(Refused, match="澜川能源集团有限公司党委还没有成立创先争优活动领导小组"):
        play.open("LC06", stage, "LC", **values)


@pytest.mark.parametrize(
    ("superior", "subordinate", "message"),
    [
        ("CE", "LC", "其党组织关系在地方党委，应由地方党委领导"),
        ("HY", "HY-5", "其党组织关系在地方党委，应由地方党委领导"),
        ("JH", "HY", "其党组织关系在国资委党委，应由中央企业创先争优活动领导小组领导"),
    ],
)
def test_the_party_affiliation_says_who_leads(play: Play, superior: str, subordinate: str, message: str) -> None:
    """R55, R56: ownership and the wish of a superior count for nothing."""
    with writing(play.installation.engine) as session:
        high, low = place(session, superior), place(session, subordinate)
        present = organizing._open(session, "lead", low, TODAY)
        for each in present:
            organizing.end_relation(session, each, TODAY)
        with pytest.raises(Refused, match=message):
            organizing.set_relation(session, play.installation, Edge("lead", high, low), TODAY)
