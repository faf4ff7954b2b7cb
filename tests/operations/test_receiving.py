"""The receiving side: a document sent out arrives with everybody it names, is signed for, and taken in hand (§4.9)."""

from __future__ import annotations

from functools import partial

import pytest
from sqlalchemy import func, select

from tests.enterprise import place
from tests.operations.cast import Play
from tests.operations.racing import race
from tests.operations.scenarios import rectification
from tests.operations.scenarios.issue import carried
from tests.operations.scenarios.plan import signed
from tests.operations.scenarios.supporting import arrived
from workflow.errors import NotAllowed, Refused
from workflow.operations.approving.actions import offered
from workflow.operations.documents.distributing import JOB, work_distribution
from workflow.operations.documents.handling import take_in_hand
from workflow.operations.documents.receiving import sign_for
from workflow.operations.loading import load
from workflow.store.cases import Campaign
from workflow.store.organization import Organization
from workflow.store.receipts import Distribution, Receipt
from workflow.store.session import reading, writing

CLERK, BRANCH_CLERK = "HY056", "HY020"  #: of the first manufacturing company, and of its branch HY-11
pytestmark = pytest.mark.usefixtures("one_sheet")


def issued(play: Play, **distribution: object) -> int:
    """The first manufacturing company's plan has been sent out."""
    issue = play.child(signed(play), "issue")
    carried(play, issue, "sealed")
    play.do(issue, "distribute", **distribution)
    return issue


def request(play: Play) -> int:
    """Its request for approval has been sent to the enterprise, with a copy to nobody else."""
    case = signed(play, mode="approve")
    play.do(case, "submit_up")
    issue = play.child(case, "issue_upward")
    carried(play, issue, "distributed")
    return issue


def receipts(play: Play) -> list[Receipt]:
    with reading(play.installation.engine) as session:
        found = list(session.scalars(select(Receipt).order_by(Receipt.id)))
        session.expunge_all()
        return found


def sign(play: Play, person: str, body: str, *chosen: int) -> list[int]:
    """Somebody signs for documents; the numbers that they are given."""
    with writing(play.installation.engine) as session:
        who, where = play.actor(session, person), place(session, body).id
        return [each.serial or 0 for each in sign_for(session, play.installation, who, where, chosen)]


def test_it_arrives_with_every_body_below_and_is_archived_when_all_have_signed(play: Play) -> None:
    issue = issued(play)
    below = {each.organization_id for each in receipts(play)}
    with reading(play.installation.engine) as session:
        path = session.scalars(select(Organization.path).where(Organization.code == "HY-1")).one()
        led = select(Organization.id).where(Organization.path.startswith(path), Organization.path != path)
        assert below == set(session.scalars(led.where(Organization.kind.in_(("branch", "general_branch")))))
    with pytest.raises(Refused, match="总装车间党支部"):
        play.do(issue, "archive", receipts=True)
    play.sign_for(issue)
    play.do(issue, "archive", receipts=False)
    assert play.state(issue) == "archived"


def test_who_does_not_sign_in_time_is_named_and_a_tick_ends_the_waiting(play: Play) -> None:
    issue = issued(play)
    play.wait(2)
    with pytest.raises(Refused, match="勾选“回执已收齐或传阅期已满”"):
        play.do(issue, "archive", receipts=False)
    play.do(issue, "archive", receipts=True)
    assert play.state(issue) == "archived"


def test_what_is_carried_by_hand_has_receipts_on_paper(play: Play) -> None:
    issue = issued(play, delivery="by_hand")
    assert receipts(play) == []
    with pytest.raises(Refused, match="回执收齐"):
        play.do(issue, "archive", receipts=False)
    play.do(issue, "archive", receipts=True)


def test_main_recipient_and_guide_each_have_a_row(play: Play) -> None:
    issue = request(play)
    document = play.documents(issue)[0].content["document"]
    with reading(play.installation.engine) as session:
        rows = session.execute(
            select(Organization.name, Receipt.role).join(Organization, Organization.id == Receipt.organization_id)
        ).all()
    assert {name for name, role in rows if role == "main"} == set(document["main"])
    assert {name for name, role in rows if role == "copy"} == set(document["copies"])


def test_what_others_have_received_is_not_taken_back(play: Play) -> None:
    issue = issued(play)
    with writing(play.installation.engine) as session:
        loaded = load(session, play.installation, issue)
        actions = offered(session, play.installation, loaded, play.actor(session, CLERK))
    assert "take_back" not in {action.name for action, _ in actions}
    assert play.row(issue).last_move is None


def test_only_the_clerk_signs_and_nobody_signs_twice(play: Play) -> None:
    issued(play)
    (row,) = receipts(play)
    with pytest.raises(NotAllowed, match="文秘"):
        sign(play, "HY024", "HY-11", row.id)
    assert sign(play, BRANCH_CLERK, "HY-11", row.id) == [1]
    assert sign(play, BRANCH_CLERK, "HY-11", row.id) == []
    signed_row = receipts(play)[0]
    assert (signed_row.person_id, signed_row.year) == (play.person(BRANCH_CLERK), 2012)
    assert signed_row.signed_at == play.clock.now()


def test_many_signed_at_once_are_numbered_in_the_order_of_arrival(play: Play) -> None:
    for _ in range(3):
        carried(play, play.child(rectification.issued(play), "issue_notice"), "distributed")
    rows = [each.id for each in receipts(play)]
    assert sign(play, CLERK, "HY-1", rows[1]) == [1]
    assert sign(play, CLERK, "HY-1", *reversed(rows)) == [2, 3]
    assert [each.serial for each in receipts(play)] == [2, 1, 3]


def test_a_document_is_taken_in_hand_with_everything_filled_in(play: Play) -> None:
    issue = request(play)
    document, row = play.documents(issue)[0], next(each for each in receipts(play) if each.role == "main")
    with writing(play.installation.engine) as session:
        clerk = play.actor(session, "HY041")
        case = take_in_hand(session, play.installation, clerk, row.id).id
    data = play.data(case)
    assert (data["doc_number"], data["doc_title"]) == (document.number, document.title)
    assert (data["sender"], data["doc_kind"]) == (document.content["document"]["issuer"], "request")
    assert play.state(case) == "registered"
    (now,) = [each for each in receipts(play) if each.id == row.id]
    assert (now.case_id, now.serial) == (case, 1), "no second entry"
    with writing(play.installation.engine) as session, pytest.raises(Refused):
        take_in_hand(session, play.installation, play.actor(session, "HY041"), row.id)
    with writing(play.installation.engine) as session, pytest.raises(NotAllowed):
        take_in_hand(session, play.installation, play.actor(session, CLERK), row.id)


def test_a_letter_from_outside_gets_the_next_number(play: Play) -> None:
    case = arrived(play)
    play.do(case, "sign_for")
    assert receipts(play) == []
    play.do(case, "register")
    (row,) = receipts(play)
    assert (row.role, row.serial, row.case_id, row.sender) == ("outside", 1, case, play.data(case)["sender"])
    assert row.signed_at is not None


def test_twenty_clerks_at_once_leave_no_gap(play: Play) -> None:
    body, many = play.body("HY-11"), 20
    with writing(play.installation.engine) as session:
        now = play.clock.now()
        session.add_all(Receipt(organization_id=body, role="outside", arrived_at=now, person="") for _ in range(many))
    rows = [each.id for each in receipts(play)]
    finishes = race(*(partial(sign, play, BRANCH_CLERK, "HY-11", each) for each in rows))
    assert sorted(number for each in finishes for number in each.value) == list(range(1, many + 1))


def test_more_than_the_parameter_are_sent_by_a_job_and_nobody_twice(play: Play) -> None:
    with writing(play.installation.engine) as session:
        campaign = session.scalars(select(Campaign)).one()
        campaign.parameters = {**campaign.parameters, "receipt.most_at_once": 2}
    issue = play.child(signed(play, body="HY", opener="HY008"), "issue")
    carried(play, issue, "distributed")
    assert len(receipts(play)) == 2
    with pytest.raises(Refused, match="正在分送"):
        play.do(issue, "archive")
    document = play.documents(issue)[0].id
    for _ in range(2):
        work_distribution(play.installation.engine, play.installation, document)
    with reading(play.installation.engine) as session:
        sent = session.get_one(Distribution, document)
        assert sent.finished_at is not None
        path = session.scalars(select(Organization.path).where(Organization.code == "HY")).one()
        kinds = sorted(play.installation.definitions.organization.roles["secretary"].posts)
        below = Organization.path.startswith(path) & (Organization.path != path) & Organization.kind.in_(kinds)
        expected = session.scalar(select(func.count()).select_from(Organization).where(below))
    rows = [each.organization_id for each in receipts(play)]
    assert len(rows) == len(set(rows)) == expected
    assert any(job.kind == JOB for job in play.installation.jobs.waiting)  # type: ignore[attr-defined]
