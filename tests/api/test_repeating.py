"""The Idempotency-Key: the same request of the same person is answered with its first answer."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from tests.api.conftest import Program
from tests.api.test_cases import new_plan
from tests.operations.cast import Play
from tests.operations.scenarios.plan import plan
from workflow.store.cases import Case
from workflow.store.requests import IdempotencyKey
from workflow.store.session import reading

Programs = Callable[[str], Program]
KEY = "8e03978e-40d5-43e8-bc93-6894a57f9324"
CALLERS = 6


def count(play: Play, table: type[Case | IdempotencyKey]) -> int:
    with reading(play.installation.engine) as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


def submit(play: Play, caller: Program, case: int, key: str | None = KEY, *, version: int) -> tuple[int, object]:
    row = play.row(case)
    body = {"trigger": "submit_internal", "version": version}
    answer = caller.post(f"/cases/{row.number}/acts", body, key=key)
    return answer.status_code, answer.json


def test_a_repeated_act_is_answered_like_the_first_and_done_once(play: Play, program: Programs) -> None:
    case, caller = plan(play), program("hy021")
    first = submit(play, caller, case, version=1)
    assert first[0] == 200
    assert submit(play, caller, case, version=1) == first
    assert play.row(case).version == 2


def test_the_repeated_answer_says_that_it_is_one(play: Play, program: Programs) -> None:
    caller, body = program("hy021"), new_plan(play)
    first, second = (caller.post("/cases", body, key=KEY) for _ in range(2))
    assert (first.status_code, second.status_code) == (201, 201)
    assert "Idempotency-Replayed" not in first.headers
    assert second.headers["Idempotency-Replayed"] == "true"
    assert (first.json, first.headers["Location"]) == (second.json, second.headers["Location"])
    assert count(play, Case) == 1


def test_without_a_key_a_repeat_is_another_request(play: Play, program: Programs) -> None:
    case, caller = plan(play), program("hy021")
    assert submit(play, caller, case, None, version=1)[0] == 200
    assert submit(play, caller, case, None, version=1)[0] == 409


def test_a_key_belongs_to_one_person(play: Play, program: Programs) -> None:
    program("hy021").post("/cases", new_plan(play), key=KEY)
    program("hy019").post("/cases", new_plan(play), key=KEY)
    assert count(play, Case) == 2


def test_a_key_is_not_used_for_another_request(play: Play, program: Programs) -> None:
    caller, body = program("hy021"), new_plan(play)
    caller.post("/cases", body, key=KEY)
    body["values"]["cost_budget"] = 5
    answer = caller.post("/cases", body, key=KEY)
    assert answer.status_code == 422
    said = "这个 Idempotency-Key 已用于另一次请求，请为新的操作另取一个"
    assert answer.json["errors"] == [{"field": "Idempotency-Key", "message": said}]


def test_a_refused_request_leaves_its_key_free(play: Play, program: Programs) -> None:
    caller, body = program("hy021"), new_plan(play)
    body["values"]["cost_budget"] = "许多"
    assert caller.post("/cases", body, key=KEY).status_code == 422
    assert count(play, IdempotencyKey) == 0
    body["values"]["cost_budget"] = 0
    assert caller.post("/cases", body, key=KEY).status_code == 201


@pytest.mark.parametrize("key", ["x" * 201, "键".encode().decode("latin-1"), "a\tb"])
def test_a_strange_key_is_refused(play: Play, program: Programs, key: str) -> None:
    answer = program("hy021").post("/cases", new_plan(play), key=key)
    assert answer.status_code == 422
    said = "Idempotency-Key 应为 1 至 200 个可见的 ASCII 字符，请为每次操作另取一个，如 UUID"
    assert answer.json["errors"] == [{"field": "Idempotency-Key", "message": said}]


def test_old_keys_are_forgotten(play: Play, program: Programs) -> None:
    caller = program("hy021")
    caller.post("/cases", new_plan(play), key=KEY)
    play.clock.advance(timedelta(hours=49))
    caller.post("/cases", new_plan(play), key="x" * 200)
    assert count(play, IdempotencyKey) == 1
    play.clock.advance(timedelta(hours=47))
    caller.post("/cases", new_plan(play), key="y")
    assert count(play, IdempotencyKey) == 2


def test_the_same_key_at_once_acts_once(play: Play, program: Programs) -> None:
    case, caller = plan(play), program("hy021")
    with ThreadPoolExecutor(CALLERS) as pool:
        answers = list(pool.map(lambda _: submit(play, caller, case, version=1), range(CALLERS)))
    assert all(answer == answers[0] for answer in answers), answers
    assert answers[0][0] == 200
    assert play.row(case).version == 2
