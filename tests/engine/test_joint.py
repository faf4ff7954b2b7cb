"""What several say about one act: signers beside the holder, seats under a rule, those who leave (approvals.md)."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.engine.cast import TODAY
from tests.engine.test_seats import ALL, CHIEF, FIRST, HEAD, SECOND, THIRD, case
from tests.engine.test_turns import AT, COUNT, SEQUENCE, STRANGER, act, agreeing, do, one_turn, seated, signer, states
from workflow.definition.model import Transition
from workflow.engine.actor import Actor
from workflow.engine.joint import abstain, answered, recounted
from workflow.engine.moving import Decided, Step
from workflow.engine.registry import GUARDS
from workflow.engine.snapshot import Situation, Snapshot, Turn
from workflow.errors import NotAllowed, Refused

# -- signers beside and after


def asked_beside() -> tuple[Snapshot, Step]:
    facts = one_turn(signer(2, STRANGER), signer(3, CHIEF, "after", is_waiting=True))
    return facts, do(facts, HEAD)


def test_the_holder_s_act_waits_for_those_beside_and_calls_those_after() -> None:
    _, step = asked_beside()
    assert (step.moves, step.activated) == ((), (3,))
    assert [(each.turn, each.verdict) for each in step.decided] == [(1, "agree")]
    own, beside, after = step.snapshot.turns
    assert (own.is_closed, own.verdict, own.decider, own.who, own.transition) == (
        True,
        "agree",
        HEAD,
        f"p{HEAD}",
        "Y03",
    )
    assert not beside.is_closed
    assert not after.is_waiting


def answer(facts: Snapshot, number: int, verdict: str) -> Step:
    turn = next(each for each in facts.turns if each.id == number)
    who = int(turn.addresses[0][1:])
    said = Decided(number, verdict, Actor(who, f"p{who}"), opinion="意见")
    return answered(facts, turn, said, act(facts, HEAD, "approve"))


def test_the_last_answer_lets_the_act_go_on_in_the_holder_s_name() -> None:
    _, waiting = asked_beside()
    one = answer(waiting.snapshot, 2, "agree")
    assert (one.moves, one.held) == ((), None)
    two = answer(one.snapshot, 3, "agree")
    assert states(two) == [("approve", "approved")]
    assert (two.moves[0].actor.person_id, two.moves[0].actor.name) == (HEAD, f"p{HEAD}")
    assert [each.turn for each in two.decided] == [3]


def test_a_refusal_beside_gives_the_turn_back() -> None:
    _, waiting = asked_beside()
    step = answer(waiting.snapshot, 2, "refuse")
    assert step.held is not None
    assert (step.held.turn, step.moves) == (1, ())
    assert step.held.reason == f"加签人员p{STRANGER}不同意：意见"


def test_an_answer_before_the_holder_acts_moves_nothing() -> None:
    facts, _ = asked_beside()
    step = answer(facts, 2, "refuse")
    assert (step.moves, step.held) == ((), None)


# -- together


def test_all_have_to_agree_and_one_refusal_decides() -> None:
    people = (HEAD, FIRST, SECOND)
    step = agreeing(seated(ALL), *people)
    assert (step.moves, len(step.decided)) == ((), 1)
    assert states(do(step.snapshot, THIRD)) == [("approve", "approved")]
    refused = do(step.snapshot, THIRD, "refuse", "不妥")
    assert states(refused) == [("refuse", "refused")]
    assert refused.moves[0].actor.person_id == THIRD


def test_a_failing_decision_is_the_system_s_when_the_last_one_agreed() -> None:
    given = {"rule": "count", "pass_at": 4, "fail_at": 1, "hear_all": True}
    first = do(seated(given), HEAD, "refuse", "不妥").snapshot
    step = agreeing(first, FIRST, SECOND, THIRD)
    assert states(step) == [("refuse", "refused")]
    assert step.moves[0].actor.is_system
    assert step.moves[0].values == {"reason": f"p{HEAD}不同意：不妥；p{FIRST}同意；p{SECOND}同意；p{THIRD}同意"}
    agreed = agreeing(seated({"rule": "count", "pass_at": 3, "hear_all": True}), HEAD, FIRST, SECOND).snapshot
    passed = do(agreed, THIRD, "refuse", "不妥")
    assert (states(passed), passed.moves[0].actor.is_system) == ([("approve", "approved")], True), (
        "the last one refused"
    )


def test_an_abstention_is_a_decision_for_neither() -> None:
    facts = seated(COUNT)
    step = abstain(facts, act(facts, HEAD, "approve"))
    assert [each.verdict for each in step.decided] == ["abstain"]
    assert states(agreeing(step.snapshot, FIRST, SECOND)) == [("approve", "approved")]
    without = replace(facts, turns=[Turn(1, "turn", (f"p{HEAD}",))])
    with pytest.raises(NotAllowed, match="您不在其中"):
        abstain(without, act(without, HEAD, "approve"))


def test_in_a_sequence_the_next_is_called() -> None:
    step = do(seated(SEQUENCE), HEAD)
    assert step.activated == (2,)
    assert [each.is_waiting for each in step.snapshot.turns] == [False, False, True, True]


def test_whoever_goes_leaves_the_decision_to_those_who_stay() -> None:
    facts = agreeing(seated(ALL), HEAD, FIRST, SECOND).snapshot
    assert recounted(facts, AT, TODAY) is None
    without = replace(facts, turns=[each for each in facts.turns if each.id != 4])
    step = recounted(without, AT, TODAY)
    assert step is not None
    assert states(step) == [("approve", "approved")]
    assert step.moves[0].actor.is_system
    assert recounted(replace(facts, turns=[]), AT, TODAY) is None
    in_turn = seated(SEQUENCE)
    called = recounted(replace(in_turn, turns=in_turn.turns[1:]), AT, TODAY)
    assert called is not None
    assert (called.activated, called.snapshot.turns[0].is_waiting) == ((2,), False)
    assert recounted(one_turn(), AT, TODAY) is None


def test_a_decision_fails_by_going_only_when_nobody_is_left_to_ask() -> None:
    facts = seated({"rule": "count", "pass_at": 3})
    few = replace(facts, turns=facts.turns[:2])
    assert recounted(few, AT, TODAY) is None
    said = [replace(each, is_closed=True, verdict="agree", who="p") for each in few.turns]
    step = recounted(replace(few, turns=said), AT, TODAY)
    assert step is not None
    assert states(step) == [("refuse", "refused")]


def test_what_nobody_in_particular_does_is_done_at_the_moment_of_the_last_act(seen: list[Situation]) -> None:
    facts = guarded(agreeing(seated(ALL), HEAD, FIRST, SECOND).snapshot, "approve", "everything_passes")
    recounted(replace(facts, turns=[each for each in facts.turns if each.id != 4]), AT, TODAY)
    agreed = agreeing(seated({"rule": "count", "pass_at": 3, "hear_all": True}), HEAD, FIRST, SECOND).snapshot
    do(guarded(agreed, "approve", "everything_passes"), THIRD, "refuse", "不妥")
    assert [(each.act.actor.is_system, each.act.at, each.act.today) for each in seen] == [(True, AT, TODAY)] * 2


# -- what is kept, and what still stops it


@pytest.fixture
def no_money(monkeypatch: pytest.MonkeyPatch) -> str:
    """A guard that always refuses."""
    monkeypatch.setitem(GUARDS, "money_is_left", lambda _: "经费不足")
    return "money_is_left"


def guarded(facts: Snapshot, trigger: str, guard: str) -> Snapshot:
    """The case where a guard stands before one act."""

    def one(each: Transition) -> Transition:
        return each.model_copy(update={"guards": (guard,)}) if each.trigger == trigger else each

    moves = tuple(map(one, facts.definition.transitions))
    return replace(facts, definition=facts.definition.model_copy(update={"transitions": moves}))


def test_what_the_holder_entered_is_kept_until_those_beside_have_answered() -> None:
    facts = one_turn(signer(2, STRANGER))
    waiting = do(facts, HEAD, "approve", "请抓紧办理")
    [decided] = waiting.decided
    assert (decided.opinion, decided.values) == ("请抓紧办理", {"reason": "请抓紧办理"})
    own = waiting.snapshot.turns[0]
    assert (own.opinion, own.values) == ("请抓紧办理", {"reason": "请抓紧办理"})
    done = answer(waiting.snapshot, 2, "agree")
    assert done.moves[0].values == {"reason": "请抓紧办理"}
    assert done.snapshot.history[-1].reason == "请抓紧办理"


def test_a_return_waits_for_nobody_beside() -> None:
    assert states(do(one_turn(signer(2, STRANGER)), HEAD, "send_back", "退")) == [("send_back", "draft")]


def test_where_one_decides_for_all_nobody_needs_a_seat() -> None:
    facts = replace(case({"rule": "any"}), turns=one_turn().turns)
    one = do(facts, FIRST)
    assert (states(one), one.decided) == ([("approve", "approved")], ())


def test_an_act_that_can_no_longer_be_done_is_held_for_its_holder(no_money: str) -> None:
    _, waiting = asked_beside()
    step = answer(guarded(answer(waiting.snapshot, 2, "agree").snapshot, "approve", no_money), 3, "agree")
    assert step.held is not None
    assert (step.held.turn, step.held.reason, step.moves) == (1, "经费不足", ())
    assert [each.turn for each in step.decided] == [3]


def test_what_all_have_decided_is_still_tried(no_money: str) -> None:
    given = {"rule": "count", "pass_at": 4, "fail_at": 1, "hear_all": True}
    first = do(seated(given), HEAD, "refuse", "不妥").snapshot
    last = agreeing(first, FIRST, SECOND).snapshot
    with pytest.raises(Refused, match=r"^不能不同意：经费不足$") as error:
        do(guarded(last, "refuse", no_money), THIRD)
    assert (error.value.facts["guard"], error.value.facts["transition"]) == (no_money, "Y04")


def test_the_last_who_agrees_moves_the_case_in_their_own_name() -> None:
    last = do(agreeing(seated(ALL), HEAD, FIRST, SECOND).snapshot, THIRD, "approve", "同意")
    assert (last.moves[0].actor.person_id, last.moves[0].values) == (THIRD, {"reason": "同意"})
    assert [(each.turn, each.verdict, each.opinion) for each in last.decided] == [(4, "agree", "同意")]


def test_the_holder_s_act_goes_on_whatever_the_answer_is_called() -> None:
    waiting = do(one_turn(signer(2, STRANGER)), HEAD).snapshot
    said = Decided(2, "agree", Actor(STRANGER, "某人"))
    moment = act(waiting, FIRST, "send_back", "退")
    step = answered(waiting, waiting.turns[1], said, moment)
    [move] = step.moves
    assert (move.transition.trigger, move.target, move.values) == ("approve", "approved", {})
    assert (move.actor.person_id, move.actor.name) == (HEAD, f"p{HEAD}")


def test_a_decision_on_a_seat_is_kept_with_its_act() -> None:
    facts = seated(ALL)
    [decided] = do(facts, HEAD, "approve", "同意").decided
    assert (decided.turn, decided.verdict, decided.actor.person_id) == (1, "agree", HEAD)
    assert decided.transition is not None
    assert (decided.transition.id, decided.values) == ("Y03", {"reason": "同意"})
