"""Carrying cases over, called by programs."""

from __future__ import annotations

from tests.api.conftest import Program
from tests.operations.cast import Play
from tests.operations.scenarios.plan import plan
from tests.operations.test_administering import entries
from tests.operations.test_migrating import newer
from web import create_app
from workflow.operations.many.batching import work_batch

PAGE = "/stages/plan/migration"


def test_a_migration_is_tried_out_begun_and_asked_for(play: Play, program) -> None:  # type: ignore[no-untyped-def]
    case = plan(play, body="HY-11", opener="HY021")
    made = newer(play, "plan", {}, renamed={"draft": "drafting"})
    client = create_app(installation=made).test_client(use_cookies=False)
    head = Program(client, program("hy019").token)
    (line,) = head.get(PAGE).json
    assert line["problem"]
    (line,) = head.get(PAGE, states="draft:drafting").json
    assert line["problem"] == ""
    assert head.get(PAGE, states="draft").status_code == 422
    wanted = {"cases": [{"number": line["number"], "version": line["version"]}], "reason": "按新办法办理",
              "states": {"draft": "drafting"}}  # fmt: skip
    first, again = (head.post(PAGE, wanted, key="one") for _ in range(2))
    assert first.status_code == 201, first.json
    assert first.json == again.json
    assert (first.json["kind"], first.json["waiting"]) == ("migration", 1)
    work_batch(made.engine, made, first.json["id"])
    found = head.get(f"/batches/{first.json['id']}").json
    assert (found["done"], found["refused"]) == (1, 0)
    assert play.state(case) == "drafting"
    assert [each.reason for each in entries(play, case, "migrated")] == ["按新办法办理"]
    assert head.get(PAGE).json == []
    assert head.post(PAGE, wanted | {"reason": ""}).status_code == 422
    assert head.post("/stages/nothing/migration", wanted).status_code == 404
    assert Program(client, program("hy024").token).post(PAGE, wanted).status_code == 403
