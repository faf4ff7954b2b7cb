"""Two people at the same moment: one moves the case, the other reads who did what and when (approvals.md, tested)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

import pytest

from tests.enterprise import place, who
from tests.operations.approving.conftest import Sit
from tests.operations.approving.consent import COMMITTEE, SECRETARY, STAFF, Desk
from tests.operations.approving.holding import Holding
from tests.operations.racing import only_winner, race
from workflow.errors import Conflict, NotAllowed, Refused, WorkflowError
from workflow.operations import administering
from workflow.operations.approving.actions import do
from workflow.operations.due.deadlines import fire_due
from workflow.operations.many.batching import Chosen, start_batch, work_batch
from workflow.operations.organization.appointing import Seat, person
from workflow.operations.organization.handing_over import Handing, hand_over
from workflow.store.batches import BatchItem
from workflow.store.session import reading, writing
from workflow.store.tasks import Task

HEAD, DEPUTY, DISCIPLINE, FOURTH, FIFTH, OFFICE, CLERK, ADMINISTRATOR = (*COMMITTEE, "HY006", "HY007", "CE05")
ROUNDS = 2
AT = "于03-05 09:00"  #: when everything here happens
Runner = Callable[[], Any]


@dataclass(frozen=True)
class Bout:
    """A case on which two people are about to act."""

    desk: Desk
    case: int
    version: int

    def act(self, number: str, trigger: str, **values: Any) -> Runner:
        return partial(self.desk.act, self.case, number, trigger, values, version=self.version)

    def take(self, number: str, action: str, **values: Any) -> Runner:
        def run() -> None:
            with writing(self.desk.installation.engine) as session:
                actor = who(session, number)
                do(session, self.desk.installation, actor, self.case, action, values, version=self.version)

        return run

    def above(self, verb: str) -> Runner:
        def run() -> None:
            with writing(self.desk.installation.engine) as session:
                actor = who(session, ADMINISTRATOR)
                getattr(administering, verb)(session, self.desk.installation, actor, self.case, "情况有变")

        return run

    def sound(self) -> None:
        with reading(self.desk.installation.engine) as session:
            Holding(session, self.desk.installation, self.case, self.desk.today).check()


def bout(desk: Desk, case: int | None = None) -> Bout:
    number = desk.begin() if case is None else case
    return Bout(desk, number, desk.row(number).version)


def told(error: WorkflowError | None) -> None:
    """Who did what and when: no stack trace, and never "please try again"."""
    assert isinstance(error, Conflict), error
    assert AT in str(error), error
    assert str(error).endswith("您的操作未生效。")


PAIRS: dict[str, tuple[Callable[[Bout], Runner], Callable[[Bout], Runner], tuple[str, str]]] = {
    "return against approve": (
        lambda on: on.act(HEAD, "send_back", reason="材料不全"), lambda on: on.act(DEPUTY, "approve"),
        ("draft", "approved")),
    "approve against refuse": (
        lambda on: on.act(HEAD, "approve"), lambda on: on.act(DEPUTY, "refuse", reason="条件不足"),
        ("approved", "refused")),
    "transfer against decide": (
        lambda on: on.take(HEAD, "transfer", person=on.desk.person(OFFICE), note="出差"),
        lambda on: on.act(DEPUTY, "approve"), ("deciding", "approved")),
    "transfer against transfer": (
        lambda on: on.take(HEAD, "transfer", person=on.desk.person(OFFICE), note="出差"),
        lambda on: on.take(DEPUTY, "transfer", person=on.desk.person(CLERK), note="出差"), ("deciding", "deciding")),
    "suspend against decide": (
        lambda on: on.above("suspend"), lambda on: on.act(DEPUTY, "approve"), ("deciding", "approved")),
    "terminate against decide": (
        lambda on: on.above("terminate"), lambda on: on.act(DEPUTY, "approve"), ("deciding", "approved")),
}  # fmt: skip


@pytest.mark.parametrize("_round", range(ROUNDS))
@pytest.mark.parametrize("name", PAIRS)
def test_one_of_two(desk: Desk, name: str, _round: int) -> None:
    first, second, states = PAIRS[name]
    on = bout(desk)
    finishes = race(first(on), second(on))
    winner = only_winner(finishes)
    assert desk.state(on.case) == states[winner]
    if isinstance(finishes[1 - winner].error, Refused):  # who acts from above is told that the case is over
        assert name.startswith(("suspend", "terminate")) and winner == 1  # noqa: PT018
    else:
        told(finishes[1 - winner].error)
    on.sound()


@pytest.mark.parametrize("_round", range(ROUNDS))
def test_take_back_against_decide(desk: Desk, _round: int) -> None:
    case = desk.begin(up_to="reviewing")
    desk.act(case, SECRETARY, "pass_on", {})
    on = bout(desk, case)
    finishes = race(on.take(SECRETARY, "take_back", note="误点"), on.act(HEAD, "approve"))
    winner = only_winner(finishes)
    assert desk.state(case) == ("reviewing", "approved")[winner]
    told(finishes[1 - winner].error)
    on.sound()


@pytest.mark.parametrize("_round", range(ROUNDS))
def test_remove_signer_against_decide(desk: Desk, _round: int) -> None:
    case = desk.begin()
    desk.take(case, HEAD, "add_signer", people=[desk.person(OFFICE)], place="parallel")
    desk.agree(case, HEAD)
    asked = next(each for each in desk.tasks(case) if each.kind == "parallel")
    finishes = race(
        partial(desk.take, case, HEAD, "remove_request", tasks=[str(asked.id)]),
        partial(desk.take, case, OFFICE, "answer", verdict="agree"),
    )
    removed, answered = finishes
    assert not removed.won, "the holder has decided: what waits for the signer can no longer be withdrawn"
    assert answered.won
    assert desk.state(case) == "approved"
    bout(desk, case).sound()


@pytest.mark.parametrize("_round", range(ROUNDS))
def test_remove_signer_against_answer(desk: Desk, _round: int) -> None:
    case = desk.begin()
    desk.take(case, HEAD, "add_signer", people=[desk.person(OFFICE)], place="before")
    asked = next(each for each in desk.tasks(case) if each.kind == "before")
    finishes = race(
        partial(desk.take, case, HEAD, "remove_request", tasks=[str(asked.id)]),
        partial(desk.take, case, OFFICE, "answer", verdict="agree"),
    )
    winner = only_winner(finishes)
    assert isinstance(finishes[1 - winner].error, NotAllowed)
    assert desk.decisions(case) == ["agree"] * winner
    assert desk.agree(case, HEAD) == "approved"
    bout(desk, case).sound()


@pytest.mark.parametrize("_round", range(ROUNDS))
def test_deadline_against_the_last_vote(sit: Sit, _round: int) -> None:
    desk = sit({"rule": "all"})
    case = desk.begin()
    for number in COMMITTEE[:-1]:
        desk.agree(case, number)
    on = bout(desk, case)
    desk.clock.set(desk.row(case).due_at)
    engine, installation = desk.installation.engine, desk.installation
    fired, voted = race(partial(fire_due, engine, installation), on.act(FIFTH, "approve"))
    assert fired.won
    assert desk.state(case) == ("approved" if voted.won else "expired")
    assert voted.won or isinstance(voted.error, Conflict)
    assert voted.won or str(voted.error).startswith("系统已于")
    on.sound()


@pytest.mark.parametrize("_round", range(ROUNDS))
def test_two_hand_overs_of_one_post_at_once(sit: Sit, _round: int) -> None:
    desk = sit({"rule": "all"})
    case = desk.begin()

    def to(successor: str) -> None:
        with writing(desk.installation.engine) as session:
            seats = (Seat(place(session, "HY"), "committee_member"),)
            both = (person(session, FOURTH), person(session, successor))
            given = Handing(*both, seats, desk.today, "班子调整")
            hand_over(session, desk.installation, who(session, ADMINISTRATOR), given)

    finishes = race(partial(to, OFFICE), partial(to, CLERK))
    winner = only_winner(finishes)
    told(finishes[1 - winner].error)
    successor = (OFFICE, CLERK)[winner]
    seats = [address for _, address in desk.asked(case)]
    assert seats.count(f"p{desk.person(successor)}") == 1
    assert f"p{desk.person(FOURTH)}" not in seats
    for number in (HEAD, DEPUTY, DISCIPLINE, FIFTH, successor):
        desk.agree(case, number)
    assert desk.state(case) == "approved"
    bout(desk, case).sound()


@pytest.mark.parametrize("_round", range(ROUNDS))
def test_hand_over_against_the_leaver_s_vote(sit: Sit, _round: int) -> None:
    desk = sit({"rule": "all"})
    case = desk.begin()

    def move() -> None:
        with writing(desk.installation.engine) as session:
            seats = (Seat(place(session, "HY"), "committee_member"),)
            given = Handing(person(session, FOURTH), person(session, CLERK), seats, desk.today, "班子调整")
            hand_over(session, desk.installation, who(session, ADMINISTRATOR), given)

    moved, voted = race(move, bout(desk, case).act(FOURTH, "approve"))
    assert moved.won
    seats = [address for _, address in desk.asked(case)]
    assert (f"p{desk.person(CLERK)}" in seats) != voted.won, "one vote: the leaver's or the successor's"
    assert f"p{desk.person(FOURTH)}" not in seats
    bout(desk, case).sound()


@pytest.mark.parametrize("_round", range(ROUNDS))
def test_batch_against_single(desk: Desk, _round: int) -> None:
    cases = [desk.begin() for _ in range(3)]
    chosen = [Chosen(desk.row(each).number, desk.row(each).version) for each in cases]
    with writing(desk.installation.engine) as session:
        batch = start_batch(session, desk.installation, who(session, HEAD), chosen, "approve", "").id
    on = bout(desk, cases[1])
    worked, alone = race(
        partial(work_batch, desk.installation.engine, desk.installation, batch), on.act(DEPUTY, "refuse", reason="不妥")
    )
    assert worked.won
    with reading(desk.installation.engine) as session:
        items = [session.get_one(BatchItem, (batch, position)) for position in range(3)]
        outcomes = [each.outcome for each in items]
        message = items[1].message or ""
    assert outcomes == ["done", "refused" if alone.won else "done", "done"]
    if alone.won:
        assert message.startswith(f"梁文镕已{AT}")
    else:
        told(alone.error)
    assert [desk.state(each) for each in cases] == ["approved", "refused" if alone.won else "approved", "approved"]
    for each in cases:
        bout(desk, each).sound()


def test_a_crowd_urges_once(desk: Desk) -> None:
    on = bout(desk)
    finishes = race(*(partial(desk.take, on.case, STAFF, "urge", note="请阅") for _ in range(4)))
    only_winner(finishes)
    assert all("催办过" in str(each.error) for each in finishes if not each.won)
    with reading(desk.installation.engine) as session:
        assert {each.urged_by for each in session.query(Task).filter_by(case_id=on.case, closed_at=None)} == {"邵美琪"}
