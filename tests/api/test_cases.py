"""Cases over the API: open, list, read, act, and what comes back when something is wrong."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.api.conftest import Program
from tests.operations.cast import Play
from tests.operations.scenarios.plan import measures, plan, published, signed

Programs = Callable[[str], Program]


def new_plan(play: Play) -> dict[str, Any]:
    """The body of a request that opens a plan."""
    schedule = [{"phase": "部署", "from_on": "2012-03-12", "to_on": "2012-03-30", "work": "动员部署"}]
    carriers = [{"kind": "area", "name": "责任区", "target": "人人有责"}]
    values = {
        "kind": "scheme", "mode": "file", "basis": "深入学习实践科学发展观", "central_work": "保交付",
        "measures": measures(play), "carriers": carriers, "schedule": schedule, "organisation": "成立领导小组",
        "cost_budget": 0, "effective_on": "2012-03-12",
    }  # fmt: skip
    return {"campaign": 1, "stage": "plan", "organization": play.body("HY-1"), "values": values}


def test_a_plan_is_opened_read_and_sent_for_review(play: Play, program: Programs) -> None:
    drafter = program("hy021")
    opened = drafter.post("/cases", new_plan(play))
    assert opened.status_code == 201
    number = opened.json["number"]
    assert opened.headers["Location"].endswith(f"/api/v1/cases/{number}")

    record = drafter.get(f"/cases/{number}").json
    assert record["line"]["state_title"] == "起草"
    assert record["data"]["central_work"] == "保交付"
    options = drafter.get(f"/cases/{number}/options").json
    acts = {each["trigger"]: each for each in options["acts"]}
    assert acts["submit_internal"]["allowed"]
    assert not acts["withdraw"]["mine"]
    assert "主要负责人" in acts["withdraw"]["refusal"]
    asked = {each["name"]: each for each in acts["amend"]["questions"]}
    assert ["scheme", "实施方案"] in asked["kind"]["choices"]

    done = drafter.post(f"/cases/{number}/acts", {"trigger": "submit_internal", "version": options["version"]})
    assert done.status_code == 200
    assert (done.json["state"], done.json["done"]) == ("internal_review", "送审")
    assert done.json["documents"][0]["title"].endswith("（送审稿）")
    journal = drafter.get(f"/cases/{number}/journal").json
    assert [each["transition"] for each in journal] == [None, "P01"]
    assert [len(each["hash"]) for each in journal] == [64, 64]


def test_the_inbox_follows_the_post(play: Play, program: Programs) -> None:
    case = plan(play)
    number = play.row(case).number
    assert [each["case"] for each in program("hy021").get("/tasks").json["items"]] == [number]
    assert program("hy016").get("/tasks").json == {"items": [], "next": None}
    play.do(case, "submit_internal")
    assert program("hy021").get("/tasks").json["items"] == []
    assert [each["do"] for each in program("hy019").get("/tasks").json["items"]] == ["审核方案"]


def test_lists_are_paged_newest_first_without_gap_or_double(play: Play, program: Programs) -> None:
    numbers = [play.row(plan(play)).number for _ in range(5)]
    reader = program("hy021")
    seen: list[str] = []
    query: dict[str, object] = {"limit": 2}
    while True:
        page = reader.get("/cases", **query).json
        seen += [each["number"] for each in page["items"]]
        assert len(page["items"]) <= 2
        if page["next"] is None:
            break
        query["after"] = page["next"]
    assert seen == numbers[::-1]


def test_lists_are_filtered(play: Play, program: Programs) -> None:
    running, closed = plan(play), plan(play)
    play.do(closed, "withdraw", reason="重复")
    reader = program("hy006")

    def listed(**query: object) -> set[str]:
        return {each["number"] for each in reader.get("/cases", **query).json["items"]}

    both = {play.row(running).number, play.row(closed).number}
    assert listed(open="true") == {play.row(running).number}
    assert listed(state="withdrawn") == {play.row(closed).number}
    assert listed(under=play.body("HY"), stage="plan") == both
    assert listed(organization=play.body("HY-2")) == set()
    assert listed(campaign=1, late="false") == both


@pytest.mark.parametrize("username", ["hy026", "hy044", "lc01", "jh05", "ce05"])
def test_a_draft_is_hidden_from_everybody_else(play: Play, program: Programs, username: str) -> None:
    number = play.row(plan(play, body="HY-1")).number
    reader = program(username)
    is_above = username == "ce05"
    for address in (f"/cases/{number}", f"/cases/{number}/options", f"/cases/{number}/journal"):
        assert (reader.get(address).status_code == 200) == is_above, address
    refused = reader.post(f"/cases/{number}/acts", {"trigger": "submit_internal", "version": 1})
    assert refused.status_code == (403 if is_above else 404)
    assert len(reader.get("/cases").json["items"]) == is_above


def test_what_is_published_is_read_by_staff_but_not_acted_on(play: Play, program: Programs) -> None:
    case = published(play)
    number = play.row(case).number
    worker = program("hy059")
    assert worker.get(f"/cases/{number}").status_code == 200
    assert number in {each["number"] for each in worker.get("/cases").json["items"]}
    refused = worker.post(f"/cases/{number}/acts", {"trigger": "start", "version": play.row(case).version})
    assert refused.status_code == 403
    assert refused.mimetype == "application/problem+json"


def test_a_stale_version_is_told_who_did_what_when(play: Play, program: Programs) -> None:
    case = plan(play)
    number, version = play.row(case).number, play.row(case).version
    play.do(case, "submit_internal", by="HY021")
    answer = program("hy021").post(f"/cases/{number}/acts", {"trigger": "submit_internal", "version": version})
    assert answer.status_code == 409
    assert answer.json["detail"] == "段小勇已于03-05 09:00办理“送审”，您的操作未生效。"


def test_a_paper_printed_meanwhile_overtakes_nobody(play: Play, program: Programs) -> None:
    case = signed(play)
    number, version = play.row(case).number, play.row(case).version
    issue = play.child(case, "issue")
    play.do(issue, "recheck")
    play.do(issue, "register")
    play.print(issue)
    assert play.row(case).version == version + 1
    values = {"channels": ["board"], "proof": "一层大厅"}
    answer = program("hy021").post(
        f"/cases/{number}/acts", {"trigger": "publish_direct", "version": version, "values": values}
    )
    assert answer.status_code == 200, answer.json


def test_a_wrong_state_a_guard_and_a_wrong_person_get_a_sentence(play: Play, program: Programs) -> None:
    case = plan(play)
    number, version = play.row(case).number, play.row(case).version
    wrong_state = program("hy021").post(f"/cases/{number}/acts", {"trigger": "sign", "version": version})
    assert (wrong_state.status_code, wrong_state.json["guard"]) == (409, "state")
    assert "现处于“起草”" in wrong_state.json["detail"]
    somebody_else = program("hy016").post(f"/cases/{number}/acts", {"trigger": "submit_internal", "version": version})
    assert somebody_else.status_code == 403
    assert "应由第一制造公司党委党务工作人员办理" in somebody_else.json["detail"]
    play.do(case, "submit_internal", by="HY019")
    version = play.row(case).version
    guarded = program("hy019").post(f"/cases/{number}/acts", {"trigger": "to_committee", "version": version})
    assert (guarded.status_code, guarded.json["guard"]) == (409, "reviewer_is_not_drafter")
    unknown = program("hy021").post(f"/cases/{number}/acts", {"trigger": "no_such_thing", "version": version})
    assert unknown.status_code == 409


def test_every_fault_of_a_form_is_told_by_field(play: Play, program: Programs) -> None:
    body = new_plan(play)
    body["values"].update(cost_budget="许多", effective_on="明天", state="closed")
    body["values"]["measures"][1]["due_on"] = ""
    answer = program("hy021").post("/cases", body)
    assert answer.status_code == 422
    faults = {each["field"]: each["message"] for each in answer.json["errors"]}
    assert set(faults) == {"cost_budget", "effective_on", "state", "measures.1.due_on"}
    assert faults["state"] == "表中没有“state”这一项"
    assert program("hy021").get("/cases").json["items"] == []
