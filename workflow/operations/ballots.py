"""Anonymous appraisal ballots: tickets, casting, counting. Nothing here can say who cast which ballot.

Issuing marks the roster and answers with a ticket that is not stored; casting, in another transaction and without
a name, stores only the ticket's hash. No table holds a moment finer than the case itself (trust.md, pitfalls 4 to 7).
"""

from __future__ import annotations

import hmac
from collections.abc import Iterator, Mapping, Sequence
from hashlib import sha256

from sqlalchemy import bindparam, delete, func, select
from sqlalchemy.orm import Session

from workflow import randomness
from workflow.engine.forms import FieldFault, is_storable
from workflow.engine.snapshot import Ballots
from workflow.errors import Conflict, InvalidInput, NotAllowed, NotFound
from workflow.store.ballots import Ballot, BallotKey, Voter
from workflow.store.cases import Campaign, Case
from workflow.store.fetching import Entities, found_rows, get, get_one
from workflow.store.prepared import Prepared

OPEN_STATE = "open"
COUNTING_STATES = ("counting", "tallied")  #: the answers are readable only here
LONGEST_REMARK = 2000  #: characters
GROUPS = Prepared(
    select(Voter.voter_group, func.count(), func.count().filter(Voter.has_ticket))
    .where(Voter.case_id == bindparam("case"))
    .group_by(Voter.voter_group)
    .order_by(Voter.voter_group)
)
WAIT = Prepared(select(BallotKey.case_id).where(BallotKey.case_id == bindparam("case")).with_for_update())
IN_BOX = Entities(Ballot, Ballot.case_id == bindparam("case"), order=Ballot.key)
COLLECTED = Prepared(select(func.count()).where(Ballot.case_id == bindparam("case")))


def draw_up_roster(session: Session, case_id: int, roster: Sequence[tuple[int, str]]) -> None:
    """Store who may vote, in which group; a roster drawn up again replaces the earlier one, and the votes by it."""
    session.execute(delete(Ballot).where(Ballot.case_id == case_id))
    session.execute(delete(Voter).where(Voter.case_id == case_id))
    session.add_all(Voter(case_id=case_id, person_id=person, voter_group=group) for person, group in sorted(roster))


def open_box(session: Session, case_id: int) -> None:
    """Empty the box and make the key of this round's tickets."""
    session.execute(delete(Ballot).where(Ballot.case_id == case_id))
    session.execute(delete(BallotKey).where(BallotKey.case_id == case_id))
    session.add(BallotKey(case_id=case_id, secret=randomness.token()))
    for voter in session.scalars(select(Voter).where(Voter.case_id == case_id)):
        voter.has_ticket = False


def issue_ticket(session: Session, case_id: int, person_id: int) -> str:
    """A ticket for somebody on the roster, once. It carries the voter's group and nothing else about them."""
    _open_case(session, case_id)
    mine = select(Voter).where(Voter.case_id == case_id, Voter.person_id == person_id).with_for_update()
    voter = session.scalar(mine)
    if voter is None:
        raise NotAllowed(action="领取评议票", reason="您不在本次评议的参评人员名册上，请与组织者核对")
    if voter.has_ticket:
        raise Conflict("您已领取过评议票。为保证匿名，评议票不能补领；如未投出，请联系组织者改用纸质票。")
    voter.has_ticket = True
    nonce = randomness.token()
    return f"{voter.voter_group}.{nonce}.{_mark(_secret(session, case_id), voter.voter_group, nonce)}"


def cast(session: Session, case_id: int, ticket: str, answers: Mapping[str, str], remark: str) -> None:
    """Put a ballot into the box; a second one with the same ticket replaces the first until closing."""
    case = _open_case(session, case_id)
    group = check_ticket(session, case_id, ticket)
    campaign = get_one(session, Campaign, case.campaign_id)
    if faults := list(_faults(case, campaign, answers, remark)):
        raise InvalidInput(errors=tuple(faults))
    size = {name: number for name, number, _ in found_rows(session, GROUPS, {"case": case_id})}.get(group, 0)
    # Free text from a few voters could name its writer.
    kept = remark.strip() if size >= campaign.parameters["privacy.minimum_remarks"] else ""
    key = sha256(ticket.encode()).hexdigest()
    ordered = dict(sorted(answers.items()))
    session.merge(Ballot(key=key, case_id=case_id, voter_group=group, answers=ordered, remark=kept))


def _faults(case: Case, campaign: Campaign, answers: Mapping[str, str], remark: str) -> Iterator[FieldFault]:
    items = {each["code"] for each in case.data.get("items", ())}
    scale = set(campaign.parameters["appraisal.scale"])
    for item, option in sorted(answers.items()):
        if item not in items:
            yield FieldFault(f"answers.{item}", item, "评议票上没有这一项")
        elif option not in scale:
            yield FieldFault(f"answers.{item}", item, "评议票上没有这一等次")
    if len(remark) > LONGEST_REMARK or not is_storable(remark):
        yield FieldFault("remark", "意见建议", f"意见建议最多{LONGEST_REMARK}字，不能含控制字符")


def check_ticket(session: Session, case_id: int, ticket: str) -> str:
    """The voter group of a genuine ticket; NotAllowed for any other text."""
    group, _, rest = ticket.partition(".")
    nonce, _, mark = rest.partition(".")
    if not hmac.compare_digest(mark.encode(), _mark(_secret(session, case_id), group, nonce).encode()):
        raise NotAllowed(action="投票", reason="评议票无效，请使用领取评议票时打开的页面")
    return group


def close_box(session: Session, case_id: int) -> None:
    """Destroy the ticket key; store the ballots anew in the order of their hashes, so that no trace of time is left."""
    session.execute(delete(BallotKey).where(BallotKey.case_id == case_id))
    columns = (Ballot.key, Ballot.voter_group, Ballot.answers, Ballot.remark)
    kept = session.execute(select(*columns).where(Ballot.case_id == case_id).order_by(Ballot.key)).all()
    session.execute(delete(Ballot).where(Ballot.case_id == case_id))
    session.flush()
    session.add_all(
        Ballot(key=each.key, case_id=case_id, voter_group=each.voter_group, answers=each.answers, remark=each.remark)
        for each in kept
    )


def wait_for_votes(session: Session, case_id: int) -> None:
    """Let every vote that has begun commit, and no other begin, until the transaction ends."""
    found_rows(session, WAIT, {"case": case_id})


def counts(session: Session, case_id: int, state: str) -> Ballots:
    """How many are on the roster, hold a ticket and have voted; the answers only while counting."""
    groups = found_rows(session, GROUPS, {"case": case_id})
    collected = found_rows(session, COLLECTED, {"case": case_id})[0][0]
    answers: list[tuple[str, Mapping[str, str]]] = []
    remarks: list[str] = []
    if state in COUNTING_STATES:
        for ballot in IN_BOX.seen(session, case=case_id):
            answers.append((ballot.voter_group, ballot.answers))
            remarks += [ballot.remark] if ballot.remark else []
    return Ballots(
        roster={group: number for group, number, _ in groups},
        issued=sum(issued for _, _, issued in groups),
        collected=collected,
        answers=answers,
        remarks=sorted(remarks),
    )


def _open_case(session: Session, case_id: int) -> Case:
    case = get(session, Case, case_id)
    if case is None:
        raise NotFound(what="这次评议")
    if case.state != OPEN_STATE or case.closed_at is not None:
        raise NotAllowed(action="投票", reason="本次评议尚未开始或已经截止")
    if case.suspended_at is not None:
        raise NotAllowed(action="投票", reason="本次评议已中止，恢复后可以继续投票，评议票仍然有效")
    return case


def _secret(session: Session, case_id: int) -> str:
    """The key of the tickets, held until the transaction ends: closing destroys it and so waits for votes under way."""
    key = session.get(BallotKey, case_id, with_for_update={"read": True})
    if key is None:
        raise NotAllowed(action="投票", reason="本次评议尚未开始或已经截止")
    return key.secret


def _mark(secret: str, group: str, nonce: str) -> str:
    return hmac.new(secret.encode(), f"{group}.{nonce}".encode(), sha256).hexdigest()
