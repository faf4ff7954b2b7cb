"""The whole campaign of the demonstration, chapter by chapter, from the first draft to the last file closed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from workflow import clock
from workflow.clock import FixedClock
from workflow.engine.calendar import Calendar
from workflow.errors import WorkflowError
from workflow.operations.campaigns import open_campaign
from workflow.operations.demonstrating.director import Director, Scene
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
from workflow.operations.installation import Installation
from workflow.operations.sealing import seal_campaigns
from workflow.store.session import writing

TITLE = "深入开展创先争优活动"
LENGTH = 120  #: working days; the story ends before the present day
ACTS = 850  #: about; for the progress bar
BEGINNING = time(9)


class NotEmpty(WorkflowError):
    """数据库里已有内容，演示只在空库上进行。请换一个空的数据库。"""


@dataclass
class Story:
    """What earlier chapters leave for later ones."""

    director: Director
    plans: dict[plans.Plan, Scene] = field(default_factory=dict)
    pledges: dict[pledges.Branch, dict[str, Scene]] = field(default_factory=dict)
    cases: dict[str, Scene] = field(default_factory=dict)

    def plans_are_made(self) -> None:
        """M1"""
        director = self.director
        self.plans[plans.ENTERPRISE] = plans.enterprise_opinion(director)
        self.plans[plans.LOCAL] = plans.local_opinion(director)
        self.plans[plans.FACTORY] = plans.factory_scheme(director)
        self.plans[plans.HARBOUR] = plans.harbour_scheme(director)
        self.plans[plans.WORKSHOP] = plans.workshop_scheme(director)
        for plan in (plans.LABORATORY, plans.SERVICE):
            self.plans[plan] = plans.simple_scheme(director, plan)
        director.wait(5)

    def pledges_are_given(self) -> None:
        """M2, first half"""
        self.cases["pledge"] = pledges.organization_pledge(self.director)
        for branch in (pledges.WORKSHOP, pledges.LABORATORY, pledges.SERVICE):
            self.pledges[branch] = pledges.member_pledges(self.director, branch)
        self.director.wait(3)

    def leaders_comment(self) -> None:
        """M3"""
        director = self.director
        for scenes in self.pledges.values():
            pledges.progress(director, scenes)
        branch, silent = comments.branch_comment(director), comments.spot_comments(director)
        director.wait(8)
        comments.follow_up(director, branch)
        comments.close_silent(director, silent)

    def faults_are_put_right(self) -> None:
        """M7: one in time, one late"""
        rectifications.laboratory(self.director)
        rectifications.advice_of_a_guide(self.director)
        self.cases["late"] = rectifications.service(self.director)

    def pledges_are_weighed(self) -> None:
        """M2, second half"""
        director = self.director
        every = [scene for scenes in self.pledges.values() for scene in scenes.values()]
        director.wait_until(max(str(director.data(each)["ends_on"]) for each in (*every, self.cases["pledge"])))
        for branch, scenes in self.pledges.items():
            pledges.evaluate_members(director, branch, scenes)
        pledges.evaluate_organization(director, self.cases["pledge"])

    def masses_appraise(self) -> None:
        """M4"""
        scenes = appraisals.open_appraisals(self.director)
        appraisals.vote(self.director, list(scenes.values()))
        appraisals.count(self.director, list(scenes.values()))
        appraisals.publish(self.director, scenes)

    def everybody_is_assessed(self) -> None:
        """M5, while the late rectification is handed over"""
        scenes = assessments.assess(self.director)
        assessments.appeal(self.director, scenes[assessments.APPELLANT])
        rectifications.hand_over(self.director, self.cases["late"])
        assessments.finish(self.director, scenes)

    def the_best_are_commended(self) -> None:
        """M6"""
        awards.second_nominee(self.director)
        awards.member_award(self.director)
        awards.branch_award(self.director)

    def plans_are_closed(self) -> None:
        """M1, end"""
        plans.close_plans(self.director, self.plans)


CHAPTERS: tuple[tuple[str, Callable[[Story], None]], ...] = (
    ("制定实施意见和实施方案", Story.plans_are_made),
    ("公开承诺", Story.pledges_are_given),
    ("领导点评", Story.leaders_comment),
    ("限期整改", Story.faults_are_put_right),
    ("述诺评诺", Story.pledges_are_weighed),
    ("群众评议", Story.masses_appraise),
    ("考核", Story.everybody_is_assessed),
    ("评选表彰", Story.the_best_are_commended),
    ("总结办结", Story.plans_are_closed),
)


def play(
    installation: Installation,
    told: Callable[[], None] = lambda: None,
    chapter: Callable[[str], None] = lambda _title: None,
) -> Director:
    """Play the campaign in an empty database. `told` is called after every act, `chapter` at each beginning."""
    start = first_day(installation, LENGTH)
    at = datetime.combine(start, BEGINNING, installation.settings.zone)
    with clock.use(FixedClock(at)) as moving:
        with writing(installation.engine) as session:
            if not is_empty(session):
                raise NotEmpty
            load_enterprise(session, installation)
            campaign = open_campaign(session, installation, code=str(start.year), title=TITLE)
        director = Director(installation, moving, campaign.id, told)
        story = Story(director)
        for title, tell in CHAPTERS:
            chapter(title)
            tell(story)
            seal_campaigns(installation.engine)
        return director


def first_day(installation: Installation, length: int) -> date:
    """The working day from which so many working days lead up to the present day."""
    return _back(installation.calendar, installation.today(clock.now()), length)


def _back(calendar: Calendar, day: date, working_days: int) -> date:
    while working_days > 0:
        day -= timedelta(days=1)
        working_days -= calendar.is_working_day(day)
    return day
