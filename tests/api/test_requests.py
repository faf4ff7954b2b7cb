"""What a request may look like: unknown keys, wrong types, hostile input, and the description of it all."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest

from tests.api.conftest import ROOT, Program
from tests.operations.cast import Play
from tests.operations.scenarios.plan import plan

Programs = Callable[[str], Program]
DEEP = 100_000


def fields(answer: Any) -> dict[str, str]:
    """Messages by field of a refused request."""
    assert answer.status_code == 422
    assert answer.mimetype == "application/problem+json"
    return {each["field"]: each["message"] for each in answer.json.get("errors", ())}


def test_unknown_keys_are_refused(program: Programs) -> None:
    caller = program("hy021")
    body = {"trigger": "submit_internal", "version": 1, "state": "closed", "values": {}}
    assert fields(caller.post("/cases/X/acts", body)) == {"state": "没有“state”这一项，请删去或核对名称"}
    assert fields(caller.get("/cases", owner="1")) == {"owner": "没有“owner”这一项，请删去或核对名称"}
    assert fields(caller.get("/tasks", page="2")) == {"page": "没有“page”这一项，请删去或核对名称"}


@pytest.mark.parametrize(
    ("body", "faults"),
    [
        ({}, {"trigger": "缺少这一项，请补上", "version": "缺少这一项，请补上"}),
        ({"trigger": "a b", "version": 1}, {"trigger": "含有不允许的字符"}),
        ({"trigger": "sign", "version": "一"}, {"version": "应为整数"}),
        ({"trigger": "sign", "version": -1}, {"version": "不能小于0"}),
        ({"trigger": "sign", "version": 10**30}, {"version": "不能大于9223372036854775807"}),
        ({"trigger": "sign", "version": 1, "values": []}, {"values": "应为对象（{…}）"}),
        ([], {"trigger": "缺少这一项，请补上", "version": "缺少这一项，请补上"}),
        ([1], {"body": "请求体应为 JSON 对象"}),
    ],
)
def test_a_body_of_another_shape_is_told_field_by_field(
    program: Programs, body: object, faults: dict[str, str]
) -> None:
    assert fields(program("hy021").post("/cases/X/acts", body)) == faults


@pytest.mark.parametrize(
    "raw",
    [b"{", b"\xff\xfe", b'{"a": ' + b"[" * DEEP + b"]" * DEEP + b"}", b"NaN,", b'{"version": ' + b"9" * 5000 + b"}"],
)
def test_what_is_not_json_is_refused_with_a_sentence(program: Programs, raw: bytes) -> None:
    caller = program("hy021")
    headers = {"Authorization": f"Bearer {caller.token}", "Content-Type": "application/json"}
    answer = caller.client.post(ROOT + "/cases/X/acts", data=raw, headers=headers)
    assert answer.status_code == 422
    assert "JSON" in answer.json["detail"]


def test_a_form_is_not_taken_for_json(program: Programs) -> None:
    caller = program("hy021")
    headers = {"Authorization": f"Bearer {caller.token}"}
    answer = caller.client.post(ROOT + "/cases/X/acts", data={"trigger": "sign", "version": 1}, headers=headers)
    assert answer.status_code == 422
    assert "application/json" in answer.json["detail"]


@pytest.mark.parametrize(
    "text", ["坏\x00字", "\ud800", "<script>alert(1)</script>", "{{7*7}}", "' OR 1=1 --", "\u202e反"]
)
def test_hostile_text_is_refused_or_kept_as_it_is(play: Play, program: Programs, text: str) -> None:
    case = plan(play)
    number, version = play.row(case).number, play.row(case).version
    body = {"trigger": "withdraw", "version": version, "values": {"reason": text}}
    answer = program("hy016").post(f"/cases/{number}/acts", body)
    if "\x00" in text or "\ud800" in text:
        assert fields(answer) == {"reason": "理由应为文字，不能含控制字符"}
    else:
        assert answer.status_code == 200
        journal = program("hy016").get(f"/cases/{number}/journal").json
        assert journal[-1]["reason"] == text


@pytest.mark.parametrize(
    "address",
    [
        "/cases/%00", "/cases/..%2F..", "/cases/1%27", "/campaigns/99999999999999999999", "/campaigns/0",
        "/documents/9223372036854775807", "/organizations/12345678", "/nothing",
    ],
)  # fmt: skip
def test_an_address_that_leads_nowhere_is_not_found(program: Programs, address: str) -> None:
    answer = program("hy021").get(address)
    assert answer.status_code in (404, 422)
    assert answer.mimetype == "application/problem+json"


def test_a_nul_in_a_query_is_not_found(program: Programs) -> None:
    assert program("hy021").get("/cases", stage="\x00").status_code == 404


def test_another_method_is_refused(program: Programs) -> None:
    caller = program("hy021")
    answer = caller.client.delete(ROOT + "/cases/X", headers={"Authorization": f"Bearer {caller.token}"})
    assert answer.status_code == 405
    assert answer.mimetype == "application/problem+json"


def test_no_get_changes_a_row(play: Play, program: Programs) -> None:
    case = plan(play)
    number, version = play.row(case).number, play.row(case).version
    for address in ("/cases", f"/cases/{number}", f"/cases/{number}/options", "/tasks", "/documents", "/campaigns/1"):
        assert program("hy021").get(address).status_code == 200
    assert play.row(case).version == version


def test_the_description_covers_every_route(anonymous: Program) -> None:
    document = anonymous.get("/openapi.json").json
    described = {(path, method.upper()) for path, operations in document["paths"].items() for method in operations}
    served = {
        (re.sub(r"<(?:[^:>]+:)?(\w+)>", r"{\1}", str(rule)), method)
        for rule in anonymous.client.application.url_map.iter_rules()
        if rule.endpoint.startswith("api.") and rule.endpoint != "api.specification"
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }
    assert described == served


def test_the_description_is_openapi_3_1(anonymous: Program) -> None:
    answer = anonymous.get("/openapi.json")
    document = answer.json
    assert document["openapi"] == "3.1.0"
    assert document["components"]["securitySchemes"] == {"token": {"type": "http", "scheme": "bearer"}}
    operations = [operation for path in document["paths"].values() for operation in path.values()]
    names = [each["operationId"] for each in operations]
    assert len(set(names)) == len(names)
    for each in operations:
        assert each["summary"]
        assert "application/problem+json" in each["responses"]["422"]["content"], each["operationId"]
    referred = set(re.findall(r'"#/components/schemas/([^"]+)"', answer.text))
    assert referred <= set(document["components"]["schemas"])


def test_only_the_vote_and_verification_are_described_as_anonymous(anonymous: Program) -> None:
    paths = anonymous.get("/openapi.json").json["paths"]
    unnamed = [
        path for path, operations in paths.items() if any(each.get("security") == [] for each in operations.values())
    ]
    assert unnamed == ["/api/v1/ballots/{number}/votes", "/api/v1/verifications/{code}"]
