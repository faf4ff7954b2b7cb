"""Batches and the administrator's interventions, called by programs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import update

from tests.api.conftest import Program
from tests.operations.branch import pledges_under_review
from tests.operations.cast import Play
from tests.operations.scenarios.plan import plan
from workflow.operations.many.batching import work_batch
from workflow.operations.upkeep.presence import present
from workflow.store.cases import Deadline
from workflow.store.session import writing

Programs = Callable[[str], Program]


def branch_plan(play: Play) -> str:
    return play.row(plan(play, body="HY-11", opener="HY021")).number


def batch(play: Play, cases: list[int], **more: Any) -> dict[str, Any]:
    chosen = [{"number": row.number, "version": row.version} for row in map(play.row, cases)]
    return {"trigger": "approve", "cases": chosen, **more}


def test_a_batch_is_begun_and_asked_for(play: Play, program: Programs) -> None:
    cases, secretary = pledges_under_review(play, 3), program("hy020")
    body = batch(play, cases)
    first, again = (secretary.post("/batches", body, key="one") for _ in range(2))
    assert first.status_code == again.status_code == 201, first.json
    assert first.json == again.json
    assert (first.json["waiting"], first.json["done"], first.json["finished_at"]) == (3, 0, None)
    play.do(cases[0], "recall")
    work_batch(play.installation.engine, play.installation, first.json["id"])
    found = secretary.get(f"/batches/{first.json['id']}").json
    assert (found["waiting"], found["done"], found["refused"]) == (0, 2, 1)
    assert [each["outcome"] for each in found["results"]] == ["refused", "done", "done"]
    assert found["finished_at"]
    assert program("hy021").get(f"/batches/{first.json['id']}").status_code == 404


@pytest.mark.parametrize(
    ("more", "status"),
    [({"trigger": "return"}, 409), ({"cases": []}, 422), ({"cases": [{"number": "X", "version": 1}]}, 404)],
)
def test_a_batch_that_makes_no_sense_is_refused(
    play: Play, program: Programs, more: dict[str, Any], status: int
) -> None:
    cases = pledges_under_review(play, 1)
    assert program("hy020").post("/batches", batch(play, cases) | more).status_code == status


def test_interventions(play: Play, program: Programs) -> None:
    number, head = branch_plan(play), program("hy019")
    address = f"/cases/{number}/interventions"
    suspended = head.post(address, {"action": "suspend", "reason": "暂缓"}, key="one")
    assert suspended.status_code == 200
    assert suspended.json["suspended_at"]
    assert head.post(address, {"action": "suspend", "reason": "暂缓"}, key="one").json == suspended.json
    assert head.post(address, {"action": "suspend", "reason": "暂缓"}).status_code == 409
    assert head.get(f"/cases/{number}/destinations").json == []
    assert head.post(address, {"action": "resume", "reason": "继续"}).json["suspended_at"] is None
    places = {each["state"]: each for each in head.get(f"/cases/{number}/destinations").json}
    assert places["internal_review"]["skipped"]
    assert places["internal_review"]["who"]
    moved = head.post(address, {"action": "move", "state": "internal_review", "reason": "会上已议"})
    assert moved.json["state"] == "internal_review"
    assert head.post(address, {"action": "move", "reason": "会上已议"}).status_code == 409
    assert head.post(address, {"action": "terminate", "reason": ""}).status_code == 422
    assert head.post(address, {"action": "terminate", "reason": "重复"}).json["closed_at"]


@pytest.mark.parametrize(("person", "status"), [("hy020", 403), ("hy030", 404)])
def test_others_do_not_intervene(play: Play, program: Programs, person: str, status: int) -> None:
    number = branch_plan(play)
    asked = program(person)
    assert asked.post(f"/cases/{number}/interventions", {"action": "suspend", "reason": "x"}).status_code == status
    assert asked.get(f"/cases/{number}/destinations").status_code == status


def test_what_stands_still_and_what_a_migration_would_do(play: Play, program: Programs) -> None:
    branch_plan(play)
    head = program("hy019")
    assert head.get("/stuck").json == []
    assert head.get("/stages/plan/migration").json == []
    assert head.get("/stages/nothing/migration").status_code == 404
    assert head.get("/standing").json == {"stuck": 0, "due": 0, "papers": 0, "failed_papers": 0, "batch_items": 0,
                                          "failures": 0}  # fmt: skip
    for address in ("/stuck", "/standing", "/stages/plan/migration"):
        assert program("hy024").get(address).status_code == 403


def test_what_failed_is_listed_tried_again_and_given_up(play: Play, program: Programs) -> None:
    branch_plan(play)
    with writing(play.installation.engine) as session:
        session.execute(update(Deadline).values(failed_at=play.clock.now(), incident="0305-ABCDEFGH"))
    head = program("hy019")
    found = head.get("/failures").json
    assert {each["kind"] for each in found} == {"到期处理"}
    assert "0305-ABCDEFGH" in found[0]["reason"]
    refused = head.post("/failures/discard", {"key": found[0]["key"], "reason": "不需要"})
    assert (refused.status_code, "事项在等待它" in refused.json["detail"]) == (409, True)
    assert program("hy030").post("/failures/retry", {"key": found[0]["key"]}).status_code in (403, 404)
    for each in found:
        assert head.post("/failures/retry", {"key": each["key"]}).status_code == 200
    assert head.get("/failures").json == []
    assert head.post("/failures/retry", {"key": found[0]["key"]}).status_code == 404
    with present(play.installation.engine, "hall:0"):
        assert [each["is_alive"] for each in head.get("/workers").json] == [True]
    for address in ("/failures", "/workers"):
        assert program("hy024").get(address).status_code == 403


def test_a_year_of_the_calendar_is_read_by_any_program(program: Programs) -> None:
    reader = program("hy020")
    year = reader.get("/calendars/2012").json
    assert (year["is_official"], len(year["make_up_days"])) == (True, 6)
    assert "2012-01-29" in year["make_up_days"]
    assert "2012-10-01" in year["holidays"]
    assert reader.get("/calendars/2099").status_code == 404
