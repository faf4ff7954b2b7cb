"""Numbers of documents: no gap and no double per issuer, series and year, whatever happens (domain.md §14.9)."""

from __future__ import annotations

from datetime import date
from functools import partial

import pytest
from sqlalchemy import select

from tests.operations.cast import Play
from tests.operations.racing import race
from tests.operations.scenarios import rectification
from tests.operations.scenarios.issue import carried
from tests.operations.scenarios.plan import published, signed
from workflow.errors import Refused
from workflow.operations.acting import act
from workflow.operations.attaching import File, attach
from workflow.store.documents import Document
from workflow.store.session import reading, writing

CLERK, SUPERIOR_CLERK = "HY056", "HY041"  #: of the first manufacturing company, and of the enterprise


def rechecked(play: Play) -> int:
    """A signed plan of the first manufacturing company, ready for its number."""
    issue = play.child(signed(play), "issue")
    play.do(issue, "recheck")
    return issue


def register(play: Play, issue: int, clerk: str = CLERK) -> str:
    play.act(issue, clerk, "register", {"print_run": 1})
    return number(play, issue)


class PowerCut(Exception):
    """Something that happens before the commit."""


def _register_and_fail(play: Play, issue: int, clerk: str = CLERK) -> None:
    with writing(play.installation.engine) as session:
        act(session, play.installation, play.actor(session, clerk), issue, "register", {"print_run": 1})
        session.flush()
        raise PowerCut


def number(play: Play, issue: int) -> str:
    with reading(play.installation.engine) as session:
        return session.scalars(select(Document.number).where(Document.issue_case_id == issue)).one() or ""


@pytest.mark.parametrize("runners", [2])
def test_registrations_at_once_are_consecutive(play: Play, runners: int) -> None:
    issues = [rechecked(play) for _ in range(runners)]
    finishes = race(*(partial(register, play, each) for each in issues))
    assert sorted(each.value for each in finishes) == [
        f"恒岳一制党发〔2012〕{serial}号" for serial in range(1, runners + 1)
    ]


def test_twenty_at_once_some_of_them_cut_off_leave_no_gap_and_a_voided_number_is_gone(play: Play) -> None:
    issues = [play.child(rectification.issued(play), "issue_notice") for _ in range(20)]
    for each in issues:
        carried(play, each, "rechecked")
    cut_off, voided = issues[::4], issues[1::4]

    def run(issue: int) -> None:
        if issue in cut_off:
            with pytest.raises(PowerCut):
                _register_and_fail(play, issue, SUPERIOR_CLERK)
        else:
            register(play, issue, SUPERIOR_CLERK)
        if issue in voided:
            play.do(issue, "void", reason="另行文")

    race(*(partial(run, each) for each in issues))
    assert [number(play, each) for each in cut_off] == [""] * len(cut_off)
    race(*(partial(register, play, each, SUPERIOR_CLERK) for each in cut_off))
    given = [number(play, each) for each in issues]
    assert sorted(given) == sorted(f"恒岳党发〔2012〕{serial}号" for serial in range(1, len(issues) + 1))


def test_a_registration_that_fails_gives_its_number_back(play: Play) -> None:
    first, second = rechecked(play), rechecked(play)
    with pytest.raises(PowerCut):
        _register_and_fail(play, first)
    assert number(play, first) == ""
    assert register(play, second) == "恒岳一制党发〔2012〕1号"
    assert register(play, first) == "恒岳一制党发〔2012〕2号"


def test_the_number_of_a_voided_document_is_never_given_again(play: Play) -> None:
    first, second = rechecked(play), rechecked(play)
    assert register(play, first) == "恒岳一制党发〔2012〕1号"
    play.do(first, "void", reason="另行文")
    assert register(play, second) == "恒岳一制党发〔2012〕2号"
    with reading(play.installation.engine) as session:
        voided = session.scalars(select(Document).where(Document.issue_case_id == first)).one()
        assert (voided.number, voided.state) == ("恒岳一制党发〔2012〕1号", "voided")


def test_a_document_that_comes_back_keeps_its_number(play: Play) -> None:
    issue = rechecked(play)
    register(play, issue)
    document = play.print(issue)
    assert play.state(issue) == "printed"
    assert document.content["document"]["number"] == document.number == "恒岳一制党发〔2012〕1号"


def test_each_issuer_series_and_year_counts_for_itself(play: Play) -> None:
    first = rechecked(play)
    meeting = play.children(play.row(first).parent_id or 0, "vote")[-1].id
    minutes = play.child(meeting, "issue")
    play.do(minutes, "recheck")
    other = play.child(published(play, body="HY-2", opener="HY031"), "issue")
    play.do(other, "recheck")
    assert register(play, first) == "恒岳一制党发〔2012〕1号"
    assert register(play, minutes) == "恒岳一制党纪要〔2012〕1号"
    play.do(other, "register")
    assert number(play, other) == "恒岳研党发〔2012〕1号"


def test_the_year_is_that_of_the_signature(play: Play) -> None:
    play.clock.set(play.moment(date(2012, 12, 31)))
    late = rechecked(play)
    play.clock.set(play.moment(date(2013, 1, 4)))
    assert register(play, late) == "恒岳一制党发〔2012〕1号"
    assert register(play, rechecked(play)) == "恒岳一制党发〔2013〕1号"


def test_what_is_listed_as_enclosed_has_to_be_there(play: Play) -> None:
    issue = rechecked(play)
    with writing(play.installation.engine) as session:
        document = session.scalars(select(Document).where(Document.issue_case_id == issue)).one()
        values = document.content["document"]
        listed = [*values["attachments"], "名额分配表"]
        document.content = {**document.content, "document": {**values, "attachments": listed}}
    with pytest.raises(Refused, match="附件说明列有“名额分配表”，没有随文所附"):
        register(play, issue)
    with writing(play.installation.engine) as session:
        file = File("名额分配表.xlsx", b"PK\x03\x04 invented")
        attach(session, play.installation, play.actor(session, CLERK), issue, file)
    assert register(play, issue) == "恒岳一制党发〔2012〕1号", "the refusal has given its number back"
