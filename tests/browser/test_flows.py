"""Four cases carried through the pages by the people whose turn it is."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect
from sqlalchemy import select

from tests.browser.conftest import Enter
from tests.browser.people import Person
from tests.enterprise import place
from tests.enterprise import who as actor_of
from tests.operations.cast import Play
from tests.web.world import consultations
from workflow.clock import FixedClock
from workflow.operations.documents.rendering import render_pending
from workflow.operations.installation import Installation
from workflow.store.cases import Case
from workflow.store.session import reading, writing

GOALS = ("science_development", "social_harmony", "serve_people", "strengthen_base")


class Town:
    """Everybody at a desk of their own, and what the tests look up."""

    def __init__(self, enter: Enter, installation: Installation, play: Play) -> None:
        self._enter, self._installation, self.play = enter, installation, play
        self._known: dict[str, Person] = {}
        self.width = 1280
        self.scripts = True

    def __call__(self, username: str) -> Person:
        if username not in self._known:
            self._known[username] = self._enter(username, width=self.width, scripts=self.scripts)
        return self._known[username]

    def body(self, code: str) -> int:
        with reading(self._installation.engine) as session:
            return place(session, code).id

    def person(self, username: str) -> int:
        with reading(self._installation.engine) as session:
            return actor_of(session, username.upper()).person_id or 0

    def state(self, number: str) -> str:
        with reading(self._installation.engine) as session:
            return session.scalars(select(Case.state).where(Case.number == number)).one()

    def child(self, number: str, name: str) -> str:
        with reading(self._installation.engine) as session:
            parent = select(Case.id).where(Case.number == number).scalar_subquery()
            mine = select(Case.number).where(Case.parent_id == parent, Case.child_name == name)
            return session.scalars(mine.order_by(Case.id.desc())).first() or ""

    def assessed(self, username: str) -> None:
        """The member's assessment is final, with the same result as the one that is."""
        with writing(self._installation.engine) as session:
            model = session.scalars(select(Case).where(Case.stage == "assessment", Case.state == "finalized")).one()
            columns = {each.key: getattr(model, each.key) for each in Case.__table__.columns}
            session.add(Case(**{**columns, "id": None, "number": "2012-M5-900001", "person_id": self.person(username)}))

    def later(self, days: int) -> None:
        """Let days pass; everybody has to sign in again."""
        self.play.wait(days)
        self._known.clear()

    def print(self) -> None:
        """What the worker does meanwhile."""
        render_pending(self._installation.engine, self._installation)

    def vote(
        self, number: str, name: str, recorder: str, chair: str, present: list[str], tellers: tuple[str, str]
    ) -> None:
        """The meeting that the case waits for, from the roll call to the count of two."""
        meeting, ids = self.child(number, name), [self.person(each) for each in present]
        day = self.play.today.isoformat()
        self(recorder).act(
            meeting, "check_in",
            {"held_on": day, "place": "会议室", "presider": self.person(chair), "attendees": ids},
        )  # fmt: skip
        self(chair).act(meeting, "open")
        scrutineer, teller = tellers
        self(chair).act(
            meeting, "call_vote",
            {"decisions": "同意", "points": "讨论充分", "heard": "yes", "method": "secret",
             "scrutineer": self.person(scrutineer), "teller": self.person(teller)},
        )  # fmt: skip
        count = {"issued": len(ids), "ayes": len(ids), "against": 0, "abstain": 0, "void": 0}
        assert "还须另外" not in self(scrutineer).act(meeting, "count", count)
        assert self.state(meeting) == "voting"
        self(teller).act(meeting, "count", count)
        assert self.state(meeting) == "passed"


@pytest.fixture
def town(enter: Enter, installation: Installation, moving: FixedClock) -> Town:
    return Town(enter, installation, Play(installation, moving))


def plan_form() -> dict[str, str]:
    rows = {}
    for number, goal in enumerate(GOALS):
        rows |= {
            f"measures.{number}.goal": goal, f"measures.{number}.text": "每月检查一次",
            f"measures.{number}.owner": "陆泽宇", f"measures.{number}.due_on": "2012-10-31",
        }  # fmt: skip
    return {
        "kind": "scheme", "mode": "file", "basis": "围绕中心、服务大局", "central_work": "完成年度科研任务", **rows,
        "carriers.0.kind": "area", "carriers.0.name": "党员责任区", "carriers.0.target": "全覆盖",
        "schedule.0.phase": "部署", "schedule.0.from_on": "2012-04-16", "schedule.0.to_on": "2012-04-30",
        "schedule.0.work": "动员", "organisation": "成立领导小组", "cost_budget": "0", "effective_on": "2012-04-16",
    }  # fmt: skip


def test_a_plan_is_returned_adopted_signed_and_published(town: Town) -> None:
    branch, deputies = town.body("HY-21"), ["hy030", "hy031", "hy032", "hy033"]
    number = town("hy031").open("plan", branch, plan_form())
    assert "转入“内部审核”" in _outlook(town("hy031"), number, "submit_internal")
    town("hy031").act(number, "submit_internal")
    town("hy030").act(number, "internal_return", {"reason": "写明检查方式"})
    assert "写明检查方式" in town("hy031").see(f"/cases/{number}")
    town("hy031").act(number, "amend", {"answers": "已写明"})
    town("hy031").act(number, "submit_internal")
    town("hy030").act(number, "to_committee")
    town.vote(number, "vote", "hy032", "hy030", deputies, ("hy032", "hy033"))
    town("hy030").act(number, "sign")
    receipt = town("hy031").act(number, "publish_direct", {"channels": ["notice_board", "meeting"], "proof": "公示栏"})
    assert "已办理：直接公布" in receipt
    assert town.state(number) == "in_progress"
    town.print()
    page = town("hy030").page
    town("hy030").see(f"/cases/{number}")
    page.click("a:has-text('实施方案的通知')")
    expect(page.locator("h1")).to_contain_text("实施方案")


def _outlook(someone: Person, number: str, trigger: str) -> str:
    """What the confirmation says will follow."""
    return someone.see(f"/cases/{number}/act/{trigger}").replace("“ ", "“").replace(" ”", "”")


def test_a_pledge_is_made_returned_and_kept_on_a_phone(town: Town) -> None:
    town.width = 360
    member, number = town("hy023"), ""
    items = {
        "items.0.text": "每周排查一次隐患", "items.0.goal": GOALS[0], "items.0.criterion": "five_leads.learning",
        "items.0.measure": "列入班组计划", "items.0.due_on": "2012-06-15",
    }  # fmt: skip
    options = member.page
    member.see(f"/campaigns/1/open/pledge?body={town.body('HY-11')}&person={town.person('hy023')}")
    items["items.0.criterion"] = (
        options.locator('[name="items.0.criterion"] option').nth(1).get_attribute("value") or ""
    )
    number = member.open("pledge", town.body("HY-11"), {**items, "ends_on": "2012-06-29"}, person=town.person("hy023"))
    member.act(number, "submit")
    fault = _first(town("hy020"), number, "return", "fault")
    town("hy020").act(number, "return", {"fault": fault, "remarks": "写明排查范围"})
    answered = {"items.0.text": "每周排查一次总装线隐患", "answers": "已写明"}
    member.act(number, "resubmit", answered)
    town("hy021").act(number, "approve")
    town("hy021").act(
        number, "publish", {"channels": ["notice_board"], "proof": "公示栏", "published_on": "2012-04-16"}
    )
    assert town.state(number) == "performing"
    town.print()
    progress = {"item": 1, "progress_note": "已排查四次", "item_done": "yes"}
    member.act(number, "log_progress", progress)
    member.act(number, "report", {"results.0.outcome": "done", "report": "全部完成"})
    town("hy021").act(number, "open_evaluation", {"feedback_summary": "无"})
    town("hy021").act(number, "mark_fulfilled", {"results.0.outcome": "done", "evaluation": "兑现"})
    done = {"channels": ["notice_board"], "proof": "公示栏", "published_on": "2012-04-16"}
    assert "已办结" in town("hy020").act(number, "close", done)


def _first(someone: Person, number: str, trigger: str, name: str) -> str:
    """The first thing that a form offers under a name."""
    someone.see(f"/cases/{number}/act/{trigger}")
    return someone.page.locator(f'[name="{name}"]').first.get_attribute("value") or ""


def test_a_rectification_runs_without_scripts_to_its_end(town: Town) -> None:
    town.scripts = False
    findings = {
        "causes": ["ineffective_work"], "facts": "公示栏半年没有更新", "evidence": "督查记录第12号",
    }  # fmt: skip
    number = town("hy029").open("rectification", town.body("HY-21"), {"source": "inspection", **findings})
    notice = {"criticism": "重视不够", "problems": "公示栏没有更新", "requirements": "一周内更新", "limit_days": 10}
    town("hy029").act(number, "draft_notice", {**findings, **notice})
    town("hy029").act(number, "submit_notice")
    town("hy026").act(number, "issue")
    town("hy030").act(number, "acknowledge")
    item = {
        "items.0.problem": "公示栏没有更新", "items.0.measure": "更新并拍照", "items.0.owner": "乔一鸣",
        "items.0.due_on": "2012-04-20", "items.0.state": "open",
    }  # fmt: skip
    town("hy030").act(number, "submit_plan", item)
    town("hy029").act(number, "accept_plan")
    done = {**item, "items.0.state": "done", "items.0.evidence": "照片"}
    town("hy032").act(number, "log_progress", done)
    assert "整改报告" in town("hy030").act(number, "submit_report", {**done, "report": "已整改"})
    team = ["hy027", "hy028"]
    offered = _offered(town("hy029"), number, "start_acceptance", "team")
    team = [each for each in offered if each not in {town.person("hy029"), town.person("hy030"), town.person("hy032")}][
        :2
    ]
    town("hy029").act(number, "start_acceptance", {"team": team})
    checked = {
        "verification.0.problem": "公示栏没有更新", "verification.0.result": "passed",
        "verification.0.note": "已更新", "findings": "合格",
    }  # fmt: skip
    for each in _names(town, team):
        town(each).act(number, "pass", checked)
    assert town.state(number) == "passed"
    assert "已办结" in town("hy026").act(number, "close", {"told_scope": "智控所党支部"})


def _offered(someone: Person, number: str, trigger: str, name: str) -> list[int]:
    someone.see(f"/cases/{number}/act/{trigger}")
    ticks = someone.page.locator(f'[name="{name}"]')
    return [int(ticks.nth(each).get_attribute("value") or 0) for each in range(ticks.count())]


def _names(town: Town, people: list[int]) -> list[str]:
    known = {town.person(f"hy{number:03d}"): f"hy{number:03d}" for number in range(1, 41)}
    return [known[each] for each in people]


def test_a_commendation_rises_from_the_branch_to_the_award(town: Town) -> None:
    town.assessed("hy023")
    merits = {
        "award": "excellent_member", "frontline": "yes", "basic_requirements": "模范履行党章规定的义务",
        "deeds": "白志刚同志坚守安全岗位，连续三年没有事故。" * 30, "deeds_summary": "坚守安全岗位", "resume": "安全员",
    }  # fmt: skip
    number = town("hy021").open("commendation", town.body("HY-11"), merits, person=town.person("hy023"))
    town("hy021").act(number, "nominate")
    members = ["hy016", "hy017", "hy018", "hy019", "hy020", "hy021", "hy022", "hy024"]
    town.vote(number, "nomination_vote", "hy022", "hy020", members, ("hy018", "hy022"))
    town("hy019").act(number, "prelim_pass", {"conditions_met": "爱岗敬业"})
    town("hy019").act(number, "qualify")
    found = {"talks": 8, "records_checked": "yes", "site_visited": "yes", "investigation": "群众公认"}
    town("hy019").act(number, "finish_investigation", found)
    town("hy021").act(number, "finish_investigation", found)
    town("hy018").act(number, "give_integrity_opinion", {"integrity_opinion": "没有影响表彰的问题"})
    asked = {}
    for index, row in enumerate(consultations(town.play)):
        asked |= {f"consultations.{index}.{name}": value for name, value in row.items()}
    town("hy019").act(number, "finish_consultation", {**asked, "members_view": "一致同意", "staff_view": "反映好"})
    committee = ["hy016", "hy017", "hy018", "hy019", "hy020"]
    town.vote(number, "committee_vote", "hy021", "hy016", committee, ("hy017", "hy018"))
    notice = town.child(number, "notice")
    town("hy019").act(
        notice, "post",
        {"names": "总装车间 白志刚", "channels": ["notice_board"], "receiver": "纪委", "phone": "0312-555 1118",
         "address": "制造路16号", "proof": "公示栏"},
    )  # fmt: skip
    assert "总装车间 白志刚" in town("hy024").see("/notices")
    town.later(9)
    assert town.state(notice) == "closed_clean"
    assert town.state(number) == "approved"
    town("hy016").act(number, "decide")
    issue = town.child(number, "issue_decision")
    for hand, trigger in (("hy056", "recheck"), ("hy056", "register")):
        town(hand).act(issue, trigger, {"print_run": 5})
    town.print()
    town("hy057").act(issue, "seal", {"seal_copies": 5})
    town("hy056").act(issue, "distribute", {"delivery": "system"})
    town("hy019").act(number, "award", {"certificate_number": "恒岳一制表〔2012〕1号", "cost": 0})
    told = {
        "publicity.0.channel": "notice_board",
        "publicity.0.published_on": town.play.today.isoformat(),
        "publicity.0.proof": "公示栏",
    }
    assert "已办结" in town("hy019").act(number, "archive", told)
