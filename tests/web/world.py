"""The enterprise in the middle of its campaign: something at every stage, for pages to show."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import select

from tests.enterprise import MORNING, build, installed
from tests.operations.cast import Play
from tests.operations.scenarios import assessment, plan, pledge, rectification
from workflow import clock
from workflow.clock import FixedClock
from workflow.operations.documents.rendering import render_pending
from workflow.operations.installation import Installation
from workflow.store.cases import Case
from workflow.store.session import reading

NOW = datetime(2012, 4, 16, 2, 0, tzinfo=UTC)  #: ten o'clock of a Monday in Beijing


def build_world(url: str) -> None:
    """A database with cases in all kinds of states; given to `databases.fresh`."""
    build(url)
    with installed(url) as installation, clock.use(FixedClock(MORNING)) as fixed:
        play = Play(installation, fixed)
        _plans_and_pledges(play)
        assessment.finalized(play, member="HY024")
        play.until("2012-04-10")
        _appraisal_and_rectification(play)
        play.until("2012-04-13")
        _award(play)
        play.until("2012-04-16")
        play.do(newest(play, "mass_appraisal"), "open")
        render_pending(installation.engine, installation)


def _plans_and_pledges(play: Play) -> None:
    plan.published(play, body="HY-11", opener="HY020")
    plan.published(play, body="LC", opener="LC08")
    waiting = plan.plan(play, body="HY", opener="HY008")
    play.do(waiting, "submit_internal")
    case = play.open("HY024", "pledge", "HY-11", person="HY024", items=pledge.items(), ends_on=pledge.ENDS_ON)
    pledge.performing(play, case)
    returned = play.open("HY025", "pledge", "HY-11", person="HY025", items=pledge.items(), ends_on=pledge.ENDS_ON)
    play.do(returned, "submit")
    play.do(returned, "return", by="HY020", remarks=["第二项要写明带谁", "第一项要能检查"])
    reviewed = play.open("HY022", "pledge", "HY-11", person="HY022", items=pledge.items(), ends_on=pledge.ENDS_ON)
    play.do(reviewed, "submit")


def _award(play: Play) -> None:
    """An assessed member is proposed for an award, as far as the public notice."""
    deeds = "石喆同志立足总装岗位，带领全班连续三年无质量事故。" * 25
    merits = {"award": "excellent_member", "frontline": True, "deeds": deeds}
    case = play.open("HY021", "commendation", "HY-11", person="HY024", **merits)
    play.do(case, "nominate", joint_nominators=[])
    play.vote(case, name="nomination_vote")
    play.do(case, "prelim_pass")
    play.do(case, "qualify", veto_items=[])
    play.do(case, "finish_investigation", talks=8)
    play.do(case, "give_integrity_opinion")
    play.do(case, "finish_consultation", consultations=consultations(play))
    play.vote(case, name="committee_vote")
    play.do(play.child(case, "notice"), "post", names=["第一制造公司总装车间 石喆"])


def consultations(play: Play) -> list[dict[str, str]]:
    """Every department that has to be asked agrees."""
    bodies = play.installation.definitions.criteria.lists["consulted_bodies"]
    return [{"body": each, "view": "agree", "given_on": play.today.isoformat()} for each in bodies]


def _appraisal_and_rectification(play: Play) -> None:
    appraisal_case = play.open("HY008", "mass_appraisal", "HY-1", held_on="2012-04-16", closes_on="2012-04-20")
    play.do(appraisal_case, "approve_plan")
    play.do(appraisal_case, "fix_roster")
    play.do(appraisal_case, "announce")
    rectification.rectifying(play)


def newest(play: Play, stage: str) -> int:
    """The id of the newest case of a stage."""
    with reading(play.installation.engine) as session:
        return session.scalars(select(Case.id).where(Case.stage == stage).order_by(Case.id.desc())).first() or 0


def numbers(installation: Installation) -> dict[str, list[str]]:
    """Numbers of the cases by stage and state, for instance `pledge.performing`."""
    found: dict[str, list[str]] = {}
    with reading(installation.engine) as session:
        for row in session.execute(select(Case.number, Case.stage, Case.state).order_by(Case.id)):
            found.setdefault(f"{row.stage}.{row.state}", []).append(row.number)
    return found
