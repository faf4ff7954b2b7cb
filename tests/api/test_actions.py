"""Actions of a holder over the API: offered with their forms, done once, refused in sentences."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable

from tests.api.conftest import Program
from tests.operations.cast import Play
from tests.operations.scenarios.plan import plan

Programs = Callable[[str], Program]


def test_a_signer_is_asked_and_answers(play: Play, program: Programs) -> None:
    case = plan(play)
    play.do(case, "submit_internal", by="HY021")
    number = play.row(case).number
    head = program("hy019")
    options = head.get(f"/cases/{number}/options").json
    offer = next(each for each in options["actions"] if each["name"] == "add_signer")
    people = next(each for each in offer["questions"] if each["name"] == "people")
    deputy = next(code for code, name in people["choices"] if name.startswith("石玉成（"))
    sent = {
        "action": "add_signer", "version": options["version"],
        "values": {"people": [deputy], "place": "before", "note": "请核预算"},
    }  # fmt: skip
    first = head.post(f"/cases/{number}/actions", sent, key="one")
    again = head.post(f"/cases/{number}/actions", sent, key="one")
    assert first.status_code == again.status_code == 200, first.json
    assert first.json == again.json
    assert again.headers["Idempotency-Replayed"] == "true"
    assert play.row(case).version == options["version"] + 1
    early = program("hy016").post(f"/cases/{number}/actions", {"action": "answer", "version": first.json["version"]})
    assert early.status_code == 403
    assert "没有请您表示意见" in early.json["detail"]
    answer = {"action": "answer", "version": first.json["version"], "values": {"verdict": "agree"}}
    assert program("hy017").post(f"/cases/{number}/actions", answer).status_code == 200


def test_an_unknown_action_and_a_faulty_form_are_refused(play: Play, program: Programs) -> None:
    case = plan(play)
    number, version = play.row(case).number, play.row(case).version
    writer = program("hy021")
    assert writer.post(f"/cases/{number}/actions", {"action": "no_such", "version": version}).status_code == 404
    faulty = writer.post(f"/cases/{number}/actions", {"action": "consult", "version": version, "values": {}})
    assert faulty.status_code == 422
    assert {each["field"] for each in faulty.json["errors"]} == {"people", "note"}


def test_a_file_is_put_to_a_case(play: Play, program: Programs) -> None:
    case = plan(play)
    number = play.row(case).number
    sent = {"name": "方案.txt", "content": b64encode("方案".encode()).decode()}
    answer = program("hy021").post(f"/cases/{number}/attachments", sent)
    assert answer.status_code == 201, answer.json
    assert answer.json["size"] == len("方案".encode())
    assert (
        program("hy021").post(f"/cases/{number}/attachments", {"name": "a.exe", "content": "TVo="}).status_code == 422
    )


def test_a_file_goes_with_the_document_or_is_left_out(play: Play, program: Programs) -> None:
    office = program("hy021")
    asked = {"paper": "notice", "document_title": "创建党员先锋岗", "need": "没有规定"}
    issue = play.open("HY021", "document_issue", "HY-1", **asked)
    play.do(issue, "write_text", text="决定开展创建活动。", main=["各所属党组织"])
    number, document = play.row(issue).number, play.documents(issue)[0].id
    sent = {"name": "创建方案.txt", "content": b64encode("方案".encode()).decode()}
    added = office.post(f"/cases/{number}/attachments", sent).json
    assert added["accompanies"]
    (listed,) = office.get(f"/documents/{document}/attachments").json
    assert listed == {each: added[each] for each in ("id", "name", "size", "sha256")}
    file = office.get(f"/attachments/{added['id']}/file")
    assert (file.data, file.headers["ETag"].strip('"')) == ("方案".encode(), added["sha256"])
    way = f"/attachments/{added['id']}/accompaniment"
    for _ in range(2):
        assert not office.post(way, {"accompanies": False}, key="once").json["accompanies"]
    assert office.get(f"/documents/{document}/attachments").json == []
    assert program("hy056").post(way, {"accompanies": True}).status_code in (403, 404)
    assert program("hy044").get(f"/attachments/{added['id']}/file").status_code == 404
