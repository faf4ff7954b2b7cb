"""Whose turn it is, who has to be heard first, and what several say together (approvals.md)."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, time
from typing import Any

import pytest

from tests.engine.cast import COMMITTEE, ENTERPRISE, TODAY
from tests.engine.test_seats import ALL, CHIEF, FIRST, FULL, HEAD, OPENER, SECOND, THIRD, case, vacant
from workflow.engine.actor import Actor
from workflow.engine.moving import Step
from workflow.engine.seats import seats
from workflow.engine.snapshot import Act, Snapshot, Turn
from workflow.engine.step import perform
from workflow.engine.turns import heard_first, is_asked, lapsed, latest, own_turns, signers, turn_of, unheard
from workflow.errors import NotAllowed, Refused

AT = datetime.combine(TODAY, time(2), UTC)
STRANGER = 499
COUNT = {"rule": "count", "pass_at": 2}
SEQUENCE = {"rule": "sequence"}


def actor(person: int) -> Actor:
    return Actor(person, f"p{person}", frozenset(each for each, people in FULL.items() if person in people))


def seated(decide: dict[str, Any], **state: Any) -> Snapshot:
    """The case with the turns that its state gives."""
    facts = case(decide, **state)
    waits = decide["rule"] == "sequence"
    turns = [
        Turn(
            number, "seat", each.addresses, position=each.position, weight=each.weight, is_waiting=waits and number > 1
        )
        for number, each in enumerate(seats(facts), 1)
    ]
    return replace(facts, turns=turns)


def one_turn(*more: Turn, **state: Any) -> Snapshot:
    """The case with one turn of the committee, and what a holder asked beside it."""
    addresses = tuple(f"o{body}:{post}" for body, post in FULL if body == COMMITTEE)
    return replace(case(None, **state), turns=[Turn(1, "turn", addresses), *more])


def signer(number: int, person: int, kind: str = "parallel", **more: Any) -> Turn:
    return Turn(number, kind, (f"p{person}",), **{"parent": 1, "asked_by": HEAD, "who": f"p{person}", **more})


def act(facts: Snapshot, person: int, trigger: str, reason: str = "") -> Act:
    transition = facts.definition.find(trigger, facts.case.state)
    assert transition is not None
    return Act(transition, actor(person), {"reason": reason} if reason else {}, AT, TODAY)


def do(facts: Snapshot, person: int, trigger: str = "approve", reason: str = "") -> Step:
    return perform(facts, act(facts, person, trigger, reason))


def agreeing(facts: Snapshot, *people: int) -> Step:
    step = Step(facts)
    for each in people:
        step = do(step.snapshot, each)
    return step


def states(step: Step) -> list[tuple[str, str]]:
    return [(move.transition.trigger, move.target) for move in step.moves]


# -- whose turn


def test_an_open_turn_of_the_definition_is_the_actor_s_by_post_or_by_name() -> None:
    facts = seated(SEQUENCE)
    assert [each.id for each in own_turns(facts)] == [1]
    assert own_turns(one_turn(signer(2, FIRST)))[0].kind == "turn"
    found = turn_of(facts, actor(HEAD), facts.turns)
    assert found is not None
    assert found.id == 1
    assert turn_of(facts, actor(STRANGER), facts.turns) is None
    closed = replace(facts, turns=[replace(facts.turns[0], is_closed=True), *facts.turns[1:]])
    assert own_turns(closed) == []


def test_a_seat_given_by_name_is_lost_with_the_post() -> None:
    facts, left = seated(ALL), Actor(FIRST, "p")
    assert turn_of(facts, actor(FIRST), facts.turns) is not None
    assert turn_of(facts, left, facts.turns) is None
    frozen = seated(ALL, follow="person")
    assert turn_of(frozen, left, frozen.turns) is not None
    handed = replace(facts, turns=[replace(each, asked_by=HEAD) for each in facts.turns])
    assert turn_of(handed, left, handed.turns) is not None
    turn = replace(facts, turns=[replace(each, kind="turn") for each in facts.turns])
    assert turn_of(turn, left, turn.turns) is not None


def test_undecided_seats_of_those_who_left_lapse() -> None:
    facts = seated(ALL)
    gone = replace(facts, holders=case(held=vacant((COMMITTEE, "committee_member"))).holders)
    assert lapsed(facts) == []
    assert [each.addresses[0] for each in lapsed(gone)] == [f"p{FIRST}", f"p{SECOND}", f"p{THIRD}"]
    said = [replace(each, is_closed=each.addresses == (f"p{FIRST}",)) for each in facts.turns]
    assert len(lapsed(replace(gone, turns=said))) == 2
    assert lapsed(replace(gone, turns=[replace(each, asked_by=HEAD) for each in facts.turns])) == []


def test_a_turn_that_was_handed_on_gives_what_its_role_may_and_no_more() -> None:
    facts = one_turn()
    approve, give_back = (act(facts, HEAD, each).transition for each in ("approve", "send_back"))
    stranger = Actor(STRANGER, "p")
    handed = replace(facts, turns=[Turn(1, "turn", (f"p{STRANGER}",), asked_by=HEAD)])
    assert is_asked(handed, stranger, approve)
    assert is_asked(handed, stranger, give_back)
    assert not is_asked(facts, stranger, approve)
    by_nobody = replace(handed, turns=[replace(handed.turns[0], asked_by=STRANGER)])
    assert not is_asked(by_nobody, stranger, approve)
    elsewhere = approve.model_copy(update={"by": {"organization": ("own.staff",)}})
    assert not is_asked(handed, stranger, elsewhere)
    assert do(handed, STRANGER).snapshot.case.state == "approved"


def test_a_turn_that_climbed_is_the_superior_s() -> None:
    above = Turn(1, "turn", (f"o{ENTERPRISE}:party_secretary",))
    climbed = replace(case(None, climbs=["vacant"]), turns=[above])
    approve = act(climbed, CHIEF, "approve").transition
    assert is_asked(climbed, actor(CHIEF), approve)
    assert not is_asked(replace(case(None), turns=[above]), actor(CHIEF), approve)


# -- who may decide


def test_nobody_decides_on_what_they_began() -> None:
    with pytest.raises(NotAllowed, match="本人"):
        do(seated(ALL, opener=HEAD), HEAD)
    deputy = replace(actor(FIRST), principal_id=OPENER)
    facts = seated(ALL)
    with pytest.raises(NotAllowed, match="所代理的人"):
        perform(facts, replace(act(facts, FIRST, "approve"), actor=deputy))
    assert do(one_turn(opener=HEAD), HEAD).snapshot.case.state == "approved", "where no rule bars it"


def test_who_has_no_seat_now_is_told_why() -> None:
    facts = seated(SEQUENCE)
    with pytest.raises(NotAllowed, match="还没有轮到您"):
        do(facts, FIRST)
    with pytest.raises(NotAllowed, match="您已经表示过意见"):
        agreeing(facts, HEAD, HEAD)
    with pytest.raises(NotAllowed, match="这一步应由"):
        do(facts, STRANGER)


# -- who is heard first


def test_a_signer_before_is_heard_before() -> None:
    waiting = one_turn(signer(2, STRANGER, "before"), signer(3, FIRST, "before", verdict="agree", is_closed=True))
    with pytest.raises(Refused, match=f"须先由p{STRANGER}办理"):
        do(waiting, HEAD)
    assert do(waiting, HEAD, "send_back", "退").snapshot.case.state == "draft", "a return waits for nobody"
    assert [each.id for each in heard_first(waiting, waiting.turns[0])] == [2]
    heard = one_turn(signer(2, STRANGER, "before", verdict="agree", is_closed=True))
    assert do(heard, HEAD).snapshot.case.state == "approved"
    assert heard_first(heard, heard.turns[0]) == []
    again = replace(waiting, turns=[replace(waiting.turns[0], is_closed=True), *waiting.turns[1:],
                                    replace(waiting.turns[0], id=9)])  # fmt: skip
    assert [each.id for each in heard_first(again, again.turns[-1])] == [2], "asked by whoever had the turn before"
    among = seated(ALL)
    beside = replace(among, turns=[*among.turns, signer(9, STRANGER, "before")])
    assert [len(heard_first(beside, each)) for each in among.turns] == [1, 0, 0, 0], "each seat waits for its own"


def test_a_delegate_is_waited_for_until_the_task_is_closed() -> None:
    with pytest.raises(Refused, match="须先由"):
        do(one_turn(signer(2, STRANGER, "delegated")), HEAD)
    assert do(one_turn(signer(2, STRANGER, "delegated", is_closed=True)), HEAD).snapshot.case.state == "approved"
    other = one_turn(signer(2, STRANGER, "delegated", parent=9))
    assert do(other, HEAD).snapshot.case.state == "approved", "beside another turn"


def test_a_signer_who_refused_stops_the_act_until_asked_again() -> None:
    refused = signer(2, FIRST, verdict="refuse", opinion="不妥", is_closed=True)
    with pytest.raises(Refused, match=f"加签人员不同意（p{FIRST}：不妥）"):
        do(one_turn(refused), HEAD)
    again = one_turn(refused, signer(3, FIRST, verdict="agree", is_closed=True))
    assert do(again, HEAD).snapshot.case.state == "approved"
    assert [each.id for each in latest(again.turns)] == [1, 3]


def test_removed_signers_are_asked_no_more() -> None:
    facts = one_turn(signer(2, FIRST, is_closed=True), signer(3, SECOND), signer(4, THIRD, "after", is_waiting=True))
    assert [each.id for each in signers(facts, [1])] == [3, 4]
    assert signers(facts, [2]) == []
    assert [each.id for each in unheard(facts, facts.turns[0])] == [3, 4]
    before = one_turn(signer(2, FIRST, "before"), signer(3, SECOND, verdict="agree", is_closed=True))
    assert unheard(before, before.turns[0]) == []
