"""Appraisal over the API: a ticket for a name, a vote without one."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import select

from tests.api.conftest import ROOT, Program
from tests.operations.cast import Play
from tests.operations.scenarios.appraisal import opened
from workflow.store.ballots import Ballot
from workflow.store.requests import IdempotencyKey
from workflow.store.session import reading

Programs = Callable[[str], Program]


@pytest.fixture
def number(play: Play) -> str:
    """An appraisal that is open."""
    return play.row(opened(play)).number


def answers(voter: Program, number: str, option: str) -> dict[str, str]:
    return {each["code"]: option for each in voter.get(f"/ballots/{number}").json["items"]}


def box(play: Play) -> list[dict[str, str]]:
    with reading(play.installation.engine) as session:
        return [dict(each) for each in session.scalars(select(Ballot.answers))]


def test_a_voter_draws_a_ticket_and_votes_without_a_name(
    play: Play, number: str, program: Programs, anonymous: Program
) -> None:
    voter = program("hy059")
    form = voter.get(f"/ballots/{number}").json
    assert (form["is_open"], form["is_on_roster"], form["has_ticket"]) == (True, True, False)
    assert [each["title"] for each in form["scale"]] == ["满意", "比较满意", "基本满意", "不满意"]
    ticket = voter.post(f"/ballots/{number}/ticket").json["ticket"]
    vote = {"ticket": ticket, "answers": answers(voter, number, "satisfied")}
    cast = anonymous.post(f"/ballots/{number}/votes", vote)
    assert (cast.status_code, cast.data) == (204, b"")
    assert box(play) == [vote["answers"]]
    assert voter.get(f"/ballots/{number}").json["has_ticket"]


def test_a_second_vote_with_the_ticket_replaces_the_first(
    play: Play, number: str, program: Programs, anonymous: Program
) -> None:
    voter = program("hy059")
    ticket = voter.post(f"/ballots/{number}/ticket").json["ticket"]
    for option in ("satisfied", "dissatisfied"):
        anonymous.post(f"/ballots/{number}/votes", {"ticket": ticket, "answers": answers(voter, number, option)})
    assert box(play) == [answers(voter, number, "dissatisfied")]


def test_a_ticket_is_given_once_and_kept_nowhere(play: Play, number: str, program: Programs) -> None:
    voter = program("hy059")
    assert voter.post(f"/ballots/{number}/ticket", key="again").status_code == 201
    again = voter.post(f"/ballots/{number}/ticket", key="again")
    assert again.status_code == 409
    assert "不能补领" in again.json["detail"]
    with reading(play.installation.engine) as session:
        assert session.scalars(select(IdempotencyKey)).all() == []


@pytest.mark.parametrize("header", [{"Authorization": "Bearer x"}, {"Cookie": "chuangyou=x"}])
def test_a_vote_that_says_who_votes_is_refused(
    play: Play, number: str, program: Programs, anonymous: Program, header: dict[str, str]
) -> None:
    ticket = program("hy059").post(f"/ballots/{number}/ticket").json["ticket"]
    body = {"ticket": ticket, "answers": {}}
    refused = anonymous.client.post(f"{ROOT}/ballots/{number}/votes", json=body, headers=header)
    assert refused.status_code == 422
    assert "无记名" in refused.json["detail"]
    assert box(play) == []


@pytest.mark.parametrize("ticket", ["staff.x.y", "x", "staff..", "职工.票.章", "party.a.b.c"])
def test_a_forged_ticket_is_refused(number: str, anonymous: Program, ticket: str) -> None:
    refused = anonymous.post(f"/ballots/{number}/votes", {"ticket": ticket, "answers": {}})
    assert refused.status_code == 403
    assert "评议票无效" in refused.json["detail"]


def test_what_the_paper_does_not_offer_is_refused(number: str, program: Programs, anonymous: Program) -> None:
    ticket = program("hy059").post(f"/ballots/{number}/ticket").json["ticket"]
    refused = anonymous.post(
        f"/ballots/{number}/votes", {"ticket": ticket, "answers": {"deeds": "perfect", "beauty": "satisfied"}}
    )
    faults = {each["field"]: each["message"] for each in refused.json["errors"]}
    assert faults == {"answers.beauty": "评议票上没有这一项", "answers.deeds": "评议票上没有这一等次"}


def test_who_is_not_on_the_roster_gets_no_ticket(number: str, program: Programs) -> None:
    assert program("hy016").post(f"/ballots/{number}/ticket").status_code == 403
    assert program("lc11").post(f"/ballots/{number}/ticket").status_code == 404
    assert program("lc11").get(f"/ballots/{number}").status_code == 404
