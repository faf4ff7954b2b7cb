"""What a visitor of the demonstration finds: a campaign under way, with something to do for everybody."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from workflow import clock
from workflow.clock import FixedClock
from workflow.operations.campaigns import open_campaign
from workflow.operations.demonstrating.director import Director
from workflow.operations.demonstrating.enterprise import is_empty, load_enterprise
from workflow.operations.demonstrating.scenes import (
    appraisals,
    assessments,
    awards,
    comments,
    plans,
    pledges,
    rectifications,
)  # fmt: skip
from workflow.operations.demonstrating.story import BEGINNING, TITLE, first_day
from workflow.operations.demonstrating.texts import Texts
from workflow.operations.installation import Installation
from workflow.store.session import writing

LENGTH = 28  #: working days before the present one
ACTS = 290  #: about; for a progress bar
PERFORMING = ("HY020", "HY021", "HY024")
ABSENT = "群众评议正在进行，结果计入下一周期。"


def prepare(installation: Installation, told: Callable[[], None] = lambda: None) -> bool:
    """Play the prologue in an empty database; one that holds anything is left alone. Whether it was played.

    `told` is called after every act, for a progress bar.
    """
    start = first_day(installation, LENGTH)
    at = datetime.combine(start, BEGINNING, installation.settings.zone)
    with clock.use(FixedClock(at)) as moving:
        with writing(installation.engine) as session:
            if not is_empty(session):
                return False
            load_enterprise(session, installation)
            campaign = open_campaign(session, installation, code=str(start.year), title=TITLE)
        _play(Director(installation, moving, campaign.id, told))
    return True


def _play(director: Director) -> None:
    plans.enterprise_opinion(director)
    plans.factory_scheme(director)
    plans.workshop_scheme(director)
    director.wait(3)
    pledges.organization_pledge(director)
    branch = replace(pledges.WORKSHOP, members=PERFORMING)
    director.wait(1)
    pledges.progress(director, pledges.member_pledges(director, branch))
    comments.branch_comment(director)
    results = assessments.assess(director, ("HY024",), ABSENT)
    assessments.finish(director, results)
    awards.nominate_member(director)
    rectifications.start_service(director)
    director.wait(4)
    rectifications.start_laboratory(director)
    _last_days(director)


def _last_days(director: Director) -> None:
    """What is fresh when the visitor comes."""
    report = Texts(director, "appraisals")["self_report"]
    box = appraisals.announce_branch(director, held_on=director.day(4), closes_on=director.day(12))
    director.wait(4)
    appraisals.open_box(director, box, report)
    pledges.unfinished_pledges(director, pledges.WORKSHOP, "HY025", "HY023", "HY022")
    comments.waiting_comment(director)
    awards.post_branch(director)
