"""People and bodies change through the API: the same rules as on the pages."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.api.conftest import Program
from tests.operations.cast import Play
from tests.operations.scenarios.plan import plan

Programs = Callable[[str], Program]
TODAY = "2012-03-05"


@pytest.fixture
def ids(play: Play) -> dict[str, int]:
    return {each: play.person(each) for each in ("HY020", "HY021", "HY023")}


def terms(ids: dict[str, int], **more: Any) -> dict[str, Any]:
    return {"principal": ids["HY020"], "substitute": ids["HY021"], "since": TODAY, "until": "2012-03-14",
            "reason": "外出学习", **more}  # fmt: skip


def handing(play: Play, ids: dict[str, int], **more: Any) -> dict[str, Any]:
    post = {"organization": play.body("HY-11"), "post": "branch_secretary"}
    return {"leaver": ids["HY020"], "successor": ids["HY023"], "posts": [post], "day": TODAY, "reason": "换届", **more}


def test_a_substitute_is_set_shown_and_ended(program: Programs, ids: dict[str, int]) -> None:
    made = program("hy020").post("/substitutions", terms(ids, stages=["pledge"]), key="one")
    assert made.status_code == 201, made.text
    assert made.json["until"] == "2012-03-14"
    shown = program("hy021").get(f"/people/{ids['HY020']}")
    assert [each["substitute"] for each in shown.json["substitutions"]] == ["段小勇"]
    assert program("hy020").post("/substitutions", terms(ids, stages=["pledge"]), key="one").json == made.json
    assert program("hy020").post("/substitutions", terms(ids)).status_code == 409
    ended = program("hy021").post(f"/substitutions/{made.json['id']}/end")
    assert ended.json["until"] == "2012-03-04"
    assert program("hy021").post(f"/substitutions/{made.json['id']}/end").status_code == 409


def test_bad_terms_are_told_field_by_field(program: Programs, ids: dict[str, int]) -> None:
    answer = program("hy020").post("/substitutions", terms(ids, until="2012-03-01", reason=" "))
    assert answer.status_code == 422
    assert {each["field"] for each in answer.json["errors"]} == {"until", "reason"}
    answer = program("hy020").post("/substitutions", terms(ids, until="soon"))
    assert answer.json["errors"][0]["message"] == "应为日期，如 2012-07-01"
    assert program("hy022").post("/substitutions", terms(ids)).status_code == 403


def test_a_hand_over_is_previewed_then_done_once(play: Play, program: Programs, ids: dict[str, int]) -> None:
    case = plan(play, body="HY-11", opener="HY021")
    play.do(case, "submit_internal", by="HY021")
    organiser, body = program("hy019"), handing(play, ids)
    outlook = organiser.post("/hand-overs/preview", body)
    assert outlook.json["ends"] == ["总装车间党支部书记"], outlook.text
    assert play.row(case).number in {each["number"] for each in outlook.json["moves"]}
    done = organiser.post("/hand-overs", body, key="one")
    assert done.status_code == 201, done.text
    assert organiser.post("/hand-overs", body, key="one").json == done.json
    again = organiser.post("/hand-overs", body)
    assert again.status_code == 409
    assert "由白志刚接任" in again.json["detail"]
    assert organiser.get(f"/hand-overs/{done.json['id']}").json == done.json
    assert program("hy023").get(f"/hand-overs/{done.json['id']}").status_code == 200
    assert program("hy030").get(f"/hand-overs/{done.json['id']}").status_code == 404
    assert program("hy020").post("/hand-overs/preview", body).status_code == 403
    unknown = handing(play, ids, posts=[{"organization": play.body("HY-11"), "post": "emperor"}])
    assert organiser.post("/hand-overs", unknown).status_code == 409
    assert organiser.post("/hand-overs", handing(play, ids, successor=999_999)).status_code == 404


def test_a_body_is_renamed_moved_and_merged(play: Play, program: Programs) -> None:
    organiser, branch = program("hy006"), play.body("HY-11")
    name = {"name": "总装事业部党支部", "short_name": "总装党支部", "day": TODAY, "reason": "机构调整"}
    assert organiser.post(f"/organizations/{branch}/name", name).json["name"] == name["name"]
    assert organiser.post(f"/organizations/{branch}/name", {**name, "reason": ""}).status_code == 422
    assert program("hy020").post(f"/organizations/{branch}/name", name).status_code == 403
    moved = organiser.post(f"/organizations/{branch}/superior", {"superior": play.body("HY-2"), "day": TODAY})
    assert moved.status_code == 200, moved.text
    merger = {"into": play.body("HY-21"), "day": TODAY, "reason": "集团党委会议决定"}
    outlook = organiser.post(f"/organizations/{branch}/merger/preview", merger)
    assert outlook.status_code == 200, outlook.text
    assert organiser.post(f"/organizations/{branch}/merger", merger).json == outlook.json
    assert organiser.post(f"/organizations/{branch}/merger", merger).status_code == 409


def test_members_are_shown_to_themselves_and_to_organisers(play: Play, program: Programs) -> None:
    member = play.person("HY024")
    assert program("hy024").get(f"/people/{member}").status_code == 200
    assert program("hy019").get(f"/people/{member}").json["may_hand_over"] is True
    assert program("hy030").get(f"/people/{member}").status_code == 404
    assert program("hy030").get("/people/999999").status_code == 404
