"""Launches for programs: begun, watched, repeated and stopped."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from tests.api.conftest import Program
from tests.enterprise import place
from tests.operations.cast import Play
from workflow.operations.many.launching import JOB
from workflow.operations.many.opening_below import work_launch
from workflow.store.session import reading

Programs = Callable[..., Program]


def body(play: Play, code: str) -> int:
    with reading(play.installation.engine) as session:
        return place(session, code).id


def test_a_program_launches_and_asks_how_far_it_is(play: Play, program: Programs) -> None:
    office = program("hy008")
    wanted = {"stage": "plan", "organization": body(play, "HY"), "kinds": ["branch"], "values": {"kind": "scheme"}}
    begun = office.post("/campaigns/1/launches", wanted, key="launch-1")
    assert begun.status_code == 201
    assert begun.json["total"] == 4
    again = office.post("/campaigns/1/launches", wanted, key="launch-1")
    assert again.json["id"] == begun.json["id"]
    jobs = play.installation.jobs
    jobs.drain({JOB: partial(work_launch, play.installation.engine, play.installation)})  # type: ignore[attr-defined]
    state = office.get(f"/launches/{begun.json['id']}").json
    assert (state["opened"], state["kept"], state["refused"]) == (4, 0, 0)
    assert state["finished_at"]
    assert program("hy020").get(f"/launches/{begun.json['id']}").status_code == 404


def test_it_is_refused_with_a_reason(play: Play, program: Programs) -> None:
    wanted = {"stage": "plan", "organization": body(play, "HY-5"), "kinds": ["sub_committee"]}
    assert program("hy008").post("/campaigns/1/launches", wanted).status_code == 403
    wrong = program("hy008").post("/campaigns/1/launches", {**wanted, "organization": body(play, "HY"), "kinds": ["x"]})
    assert wrong.status_code == 422
    assert "至少选择一类组织" in str(wrong.json)


def test_it_is_stopped(play: Play, program: Programs) -> None:
    office = program("hy008")
    begun = office.post(
        "/campaigns/1/launches", {"stage": "plan", "organization": body(play, "HY"), "kinds": ["branch"]}
    )
    stopped = office.post(f"/launches/{begun.json['id']}/stop")
    assert stopped.json["stopped"]
    assert stopped.json["opened"] == 0
