"""What waits in registers: told to those who keep them, once a day and body, and shown where they look."""

from __future__ import annotations

from datetime import timedelta

from tests.enterprise import MORNING, place, who
from tests.operations.cast import Play
from tests.operations.scenarios.plan import plan
from tests.operations.telling.saying import SECRETARY, deliveries, notices, person, wish
from workflow.clock import FixedClock
from workflow.operations.informing.digesting import send_digests
from workflow.operations.informing.reminding import remind_all
from workflow.operations.installation import Installation
from workflow.operations.reading.registers.mine import WaitingPapers, waiting_papers
from workflow.store.documents import Document
from workflow.store.receipts import Receipt
from workflow.store.session import reading, writing

KEEPER, STRANGER = "HY057", "HY030"  #: keeper of the seal of HY-1, and the secretary of another branch
MINUTE = timedelta(minutes=1)


def look(ours: Installation, fixed: FixedClock) -> None:
    fixed.advance(MINUTE)
    remind_all(ours.engine, ours)


def arrive(ours: Installation, fixed: FixedClock, *, many: int = 1) -> None:
    """So many documents arrive at HY-11 from outside, to be signed for within a day."""
    with writing(ours.engine) as session:
        body, now = place(session, "HY-11").id, fixed.now()
        session.add_all(
            Receipt(organization_id=body, role="outside", sender="市委组织部", title="通知", kind="通知",
                    urgency="normal", arrived_at=now, due_at=now + timedelta(days=1), person="")
            for _ in range(many)
        )  # fmt: skip


def waits(ours: Installation, number: str) -> WaitingPapers:
    with reading(ours.engine) as session:
        return waiting_papers(session, ours, who(session, number))


def told(ours: Installation, kind: str) -> set[tuple[int, str]]:
    return {(each.person_id or 0, each.title) for each in notices(ours, kind)}


def test_clerks_hear_of_arrivals_once_a_day_and_of_what_is_late(outside: Installation, fixed: FixedClock) -> None:
    clerk = person(outside, SECRETARY)
    wish(outside, SECRETARY, ways={"papers": "at_once"})
    arrive(outside, fixed)
    look(outside, fixed)  # the first look: what lay there before is in the inbox
    assert not told(outside, "papers")
    arrive(outside, fixed, many=2)
    look(outside, fixed)
    assert (clerk, "来文待签收：第一制造公司总装车间党支部，3件") in told(outside, "papers")
    first = told(outside, "papers")
    assert person(outside, STRANGER) not in {each for each, _ in first}
    assert all(each.read_at is not None for each in notices(outside, "papers")), "the inbox says it"
    assert len(deliveries(outside)) == 1, "who wishes it has a mail, others have it in their digest"
    arrive(outside, fixed)
    look(outside, fixed)
    look(outside, fixed)
    assert told(outside, "papers") == first
    assert waits(outside, SECRETARY) == WaitingPapers(received=4)
    assert waits(outside, STRANGER) == WaitingPapers()
    assert not told(outside, "deadline")
    fixed.set(MORNING + timedelta(days=1, minutes=1))
    look(outside, fixed)
    late = {each.title for each in notices(outside, "deadline") if each.person_id == clerk and each.read_at is None}
    assert late == {"签收已到期：第一制造公司总装车间党支部，4件来文没有签收"}


def test_the_digest_counts_what_waits(outside: Installation, fixed: FixedClock) -> None:
    send_digests(outside.engine, outside)
    arrive(outside, fixed, many=2)
    fixed.set(MORNING + timedelta(days=1))
    send_digests(outside.engine, outside)
    mine = next(each for each in notices(outside, "digest") if each.person_id == person(outside, SECRETARY))
    assert mine.title.endswith("待办汇总：2件等您办理")
    assert mine.text.startswith("【来文待签收】2件")


def test_a_keeper_hears_of_papers_to_be_sealed(outside: Installation, fixed: FixedClock) -> None:
    case = plan(Play(outside, fixed), body="HY-1")
    look(outside, fixed)
    with writing(outside.engine) as session:
        body = place(session, "HY-1").id
        values = {"case_id": case, "name": "letter", "catalogue": "T41", "kind": "函", "title": "建议函",
                  "transition": "-", "code": "AAAA", "issuer_id": body, "state": "rendered",
                  "signed_on": MORNING.date(), "needs_seal": True, "content": {}, "content_hash": "",
                  "template": "shared/letter", "ordered_at": MORNING, "rendered_at": fixed.now()}  # fmt: skip
        session.add(Document(**values))
    assert waits(outside, KEEPER) == WaitingPapers(to_seal=1)
    look(outside, fixed)
    assert (person(outside, KEEPER), "文件待用印：恒岳集团第一制造公司党委，1份") in told(outside, "papers")
