"""Voting through the pages: on paper nobody can tell who answered what (trust.md, pitfalls 4 to 7)."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import select

from tests.web.conftest import Visit
from tests.web.test_budgets import statements
from tests.web.visiting import merged, plain
from workflow.operations.installation import Installation
from workflow.store.ballots import Ballot, Voter
from workflow.store.session import reading

VOTER = "hy060"


@pytest.fixture
def number(case: Callable[[str], str]) -> str:
    return case("mass_appraisal.open")


def answers(page: str, option: str) -> dict[str, str]:
    """The same for every item on the paper."""
    names = {part.split('"')[0] for part in page.split('name="a.')[1:]}
    return {f"a.{name}": option for name in names}


def test_a_voter_is_invited_draws_a_ticket_checks_and_votes(
    visit: Visit, number: str, installation: Installation
) -> None:
    voter = visit(VOTER)
    assert f"/ballots/{number}" in voter.read("/")
    assert "没有人能知道您怎么填" in voter.read(f"/ballots/{number}")
    paper = voter.send(f"/ballots/{number}/ticket", {}, page=f"/ballots/{number}")
    stranger = visit()  # no cookie goes with the vote
    typed = merged(paper.text, "check", answers(paper.text, "satisfied"))
    check = stranger.client.post(f"/ballots/{number}/check", data=typed)
    assert check.status_code == 200
    assert "满意" in plain(check.text)
    again = stranger.client.post(f"/ballots/{number}/check", data=merged(check.text, "check", {}))
    assert again.text.count(" checked") == len(answers(paper.text, ""))
    voted = stranger.client.post(f"/ballots/{number}/votes", data=merged(check.text, "votes", {}))
    assert "您的票已投入" in voted.text
    assert f"/ballots/{number}" not in voter.read("/")
    with reading(installation.engine) as session:
        assert set(session.scalars(select(Ballot)).one().answers.values()) == {"satisfied"}


def test_a_second_ticket_is_refused_in_words(visit: Visit, number: str) -> None:
    voter = visit(VOTER)
    voter.send(f"/ballots/{number}/ticket", {}, page=f"/ballots/{number}")
    second = voter.send(f"/ballots/{number}/ticket", {}, page="/help")
    assert second.status_code == 409
    assert "不能补领" in plain(second.text)
    assert "您已领取过评议票" in plain(voter.read(f"/ballots/{number}"))


def test_what_is_missing_comes_back_with_what_was_ticked(visit: Visit, number: str) -> None:
    paper = visit(VOTER).send(f"/ballots/{number}/ticket", {}, page=f"/ballots/{number}")
    chosen = answers(paper.text, "satisfied")
    kept, *missing = sorted(chosen)
    answer = visit().client.post(f"/ballots/{number}/check", data=merged(paper.text, "check", {kept: "satisfied"}))
    assert answer.status_code == 422
    assert f"有 {len(missing)} 处需要修改" in plain(answer.text)
    assert answer.text.count(" checked") == 1
    odd = merged(paper.text, "check", {**chosen, kept: "perfect"})
    assert visit().client.post(f"/ballots/{number}/check", data=odd).status_code == 422


@pytest.mark.parametrize("ticket", ["", "party.x.y", "staff..", "\0"])
def test_a_forged_ticket_counts_for_nothing(visit: Visit, number: str, ticket: str, installation: Installation) -> None:
    for kind in ("check", "votes"):
        answer = visit().client.post(f"/ballots/{number}/{kind}", data={"ticket": ticket})
        assert answer.status_code == 403
    with reading(installation.engine) as session:
        assert session.scalars(select(Ballot)).all() == []


def test_nobody_off_the_roster_learns_of_it(visit: Visit, number: str) -> None:
    assert visit("lc07").get(f"/ballots/{number}").status_code == 404
    assert visit("lc07").send(f"/ballots/{number}/ticket", {}).status_code == 404


def test_casting_does_not_look_who_asks(visit: Visit, number: str, installation: Installation) -> None:
    """Even when the browser sends its cookie along."""
    voter = visit(VOTER)
    paper = voter.send(f"/ballots/{number}/ticket", {}, page=f"/ballots/{number}")
    typed = merged(paper.text, "check", answers(paper.text, "satisfied"))
    with statements(installation) as found:
        check = voter.client.post(f"/ballots/{number}/check", data=typed)
        voted = voter.client.post(f"/ballots/{number}/votes", data=merged(check.text, "votes", {}))
    assert voted.status_code == 200
    named = [each for each in found if "sign_ins" in each or "people" in each or "accounts" in each]
    assert named == []
    assert "Set-Cookie" not in voted.headers


def test_the_ticket_is_in_no_address_and_in_no_table(visit: Visit, number: str, installation: Installation) -> None:
    paper = visit(VOTER).send(f"/ballots/{number}/ticket", {}, page=f"/ballots/{number}")
    ticket = paper.text.split('name="ticket" value="')[1].split('"')[0]
    assert f'action="/ballots/{number}/check"' in paper.text
    assert paper.text.count(ticket) == 1
    with reading(installation.engine) as session:
        voters = session.scalars(select(Voter).where(Voter.has_ticket)).all()
        assert len(voters) == 1
        assert all(ticket not in str(vars(each)) for each in voters)
