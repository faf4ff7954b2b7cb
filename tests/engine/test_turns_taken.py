"""Who may take a turn that is not theirs by post, who may not take their own, and what each is told (approvals.md)."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.engine.cast import BRANCH, ENTERPRISE
from tests.engine.test_seats import ALL, CHIEF, FIRST, HEAD, SECOND, case
from tests.engine.test_turns import SEQUENCE, STRANGER, act, actor, do, one_turn, seated, signer
from workflow.engine.actor import Actor
from workflow.engine.joint import abstain, answered
from workflow.engine.moving import Decided
from workflow.engine.snapshot import Snapshot, Turn
from workflow.engine.turns import heard_first, is_asked, lapsed, turn_of
from workflow.errors import NotAllowed, Refused, WorkflowError

BEGAN_IT = "本人（或者所代理的人）发起的、与本人有关的事项，须由他人决定"
WHOSE = "这一步应由重机党委委员会办理"


def told(facts: Snapshot, person: int, trigger: str = "approve") -> WorkflowError:
    with pytest.raises((NotAllowed, Refused)) as error:
        do(facts, person, trigger)
    return error.value


def waiting_for_nobody(facts: Snapshot) -> Snapshot:
    """The case where its state waits only for subjects of another kind."""
    states = facts.definition.states
    deciding = states["deciding"].model_copy(update={"waits_for": {"member": ("sup.secretary",)}})
    return replace(facts, definition=facts.definition.model_copy(update={"states": {**states, "deciding": deciding}}))


# -- somebody else's turn


def test_a_seat_given_by_name_gives_the_decision_while_its_holder_stays() -> None:
    facts = seated(ALL)
    approve = act(facts, HEAD, "approve").transition
    assert is_asked(facts, actor(FIRST), approve)
    assert not is_asked(facts, Actor(FIRST, "p"), approve)
    assert not is_asked(facts, actor(STRANGER), approve)


def test_who_stands_in_has_what_the_role_has() -> None:
    secretary = (BRANCH, "branch_secretary")
    facts = one_turn(stand_in=["own.secretary"])
    standing = replace(facts, turns=[Turn(1, "turn", (f"o{BRANCH}:branch_secretary",))])
    substitute, approve = Actor(STRANGER, "p", frozenset({secretary})), act(facts, HEAD, "approve").transition
    assert is_asked(standing, substitute, approve)
    assert not is_asked(facts, substitute, approve), "the turn is the committee's"
    by_name = replace(standing, turns=[Turn(1, "turn", (f"p{STRANGER}",))])
    assert not is_asked(by_name, substitute, approve), "it was given to the person, who may have held the office then"
    assert not is_asked(standing, substitute, approve.model_copy(update={"by": {"organization": ("own.staff",)}}))
    assert not is_asked(replace(standing, definition=case(None).definition), substitute, approve)
    assert not is_asked(waiting_for_nobody(standing), substitute, approve)


def test_a_turn_is_handed_on_by_whom_it_may_have_climbed_to() -> None:
    handed = [Turn(1, "turn", (f"p{STRANGER}",), asked_by=CHIEF)]
    climbing = replace(case(None, climbs=["vacant"]), turns=handed)
    approve = act(climbing, HEAD, "approve").transition
    assert is_asked(climbing, Actor(STRANGER, "p"), approve)
    assert not is_asked(replace(case(None), turns=handed), Actor(STRANGER, "p"), approve)
    held = {(BRANCH, "branch_secretary"): (SECOND,)}
    standing = replace(case(None, held=held, stand_in=["own.secretary"]), turns=[replace(handed[0], asked_by=SECOND)])
    assert is_asked(standing, Actor(STRANGER, "p"), approve)


def test_a_seat_climbs_only_along_the_line_of_its_post() -> None:
    """A joint decision passes up by itself, so that a superior's holder may take a turn of it."""
    above = replace(case(ALL), turns=[Turn(1, "turn", (f"o{ENTERPRISE}:party_secretary",))])
    give_back = act(above, HEAD, "send_back").transition
    assert is_asked(above, actor(CHIEF), give_back)
    elsewhere = replace(above, turns=[Turn(1, "turn", (f"p{STRANGER}",))])
    assert not is_asked(elsewhere, Actor(STRANGER, "p"), give_back)


def test_a_seat_is_kept_where_a_role_names_persons() -> None:
    facts = seated(ALL)
    named = replace(facts, definition=case(ALL, by="named.note").definition)
    assert lapsed(named) == []
    assert turn_of(named, Actor(FIRST, "p"), named.turns) is not None
    nobody = waiting_for_nobody(facts)
    assert len(lapsed(nobody)) == 3, "a post that is no longer asked keeps nobody's seat"
    assert turn_of(nobody, actor(FIRST), nobody.turns) is None


# -- one's own case


def test_where_the_rule_passes_the_initiator_by_nobody_takes_a_turn_on_what_they_began() -> None:
    facts = one_turn(opener=HEAD, climbs=["initiator"])
    assert str(told(facts, HEAD)) == f"您不能同意：{BEGAN_IT}"
    assert str(told(facts, HEAD, "refuse")) == f"您不能不同意：{BEGAN_IT}"
    assert do(facts, FIRST).snapshot.case.state == "approved"
    assert do(one_turn(opener=HEAD, climbs=["vacant"]), HEAD).snapshot.case.state == "approved"
    assert do(waiting_for_nobody(facts), HEAD).snapshot.case.state == "approved", "a turn of nobody's bars nobody"
    back = do(seated(ALL, opener=HEAD), HEAD, "send_back", "退")
    assert back.snapshot.case.state == "draft", "a return decides nothing"


# -- what those without a seat are told


def test_a_new_holder_of_the_post_has_no_seat() -> None:
    facts = seated(ALL)
    without = replace(facts, turns=facts.turns[:1])
    assert str(told(without, FIRST)) == f"您不能同意：{WHOSE}"


def test_who_only_gives_advice_is_told_whose_turn_it_is() -> None:
    facts = seated(ALL)
    advised = replace(facts, turns=[*facts.turns[:1], signer(9, FIRST, "consulted")])
    assert told(advised, FIRST).facts["reason"] == WHOSE
    dropped = replace(facts, turns=[*facts.turns[:1], replace(facts.turns[1], is_waiting=True, is_closed=True)])
    assert told(dropped, FIRST).facts["reason"] == WHOSE


def test_who_has_decided_and_who_comes_later_are_told_so() -> None:
    facts = seated(SEQUENCE)
    assert str(told(facts, FIRST)) == "您不能同意：还没有轮到您，请等前面的人员办理"
    assert str(told(do(facts, HEAD).snapshot, HEAD)) == "您不能同意：您已经表示过意见"
    beside = replace(facts, turns=[*facts.turns, signer(9, HEAD, "consulted", decider=HEAD, is_closed=True)])
    assert do(beside, HEAD).decided, "advice is no decision"
    without = replace(facts, turns=[Turn(1, "turn", (f"p{HEAD}",))])
    with pytest.raises(NotAllowed, match=r"^您不能同意：这一步须由规定的人员共同决定，您不在其中$"):
        abstain(without, act(without, HEAD, "approve"))


# -- whom an act waits for


def test_a_seat_waits_for_its_own_signers_alone() -> None:
    facts = seated(ALL)
    others = replace(facts, turns=[*facts.turns, signer(8, STRANGER, "before", parent=2),
                                   signer(9, STRANGER, "delegated", parent=3)])  # fmt: skip
    assert do(others, HEAD).decided
    assert [heard_first(others, each) for each in others.turns[:1]] == [[]]
    assert [each.id for each in heard_first(others, others.turns[1])] == [8]
    stopped = told(others, FIRST)
    assert str(stopped) == f"不能同意：须先由p{STRANGER}办理，办理后再由您决定；也可以先撤回"
    assert (stopped.facts["guard"], stopped.facts["transition"]) == ("signers_are_heard", "Y03")
    assert told(others, SECOND).facts["guard"] == "signers_are_heard"


def test_all_who_are_to_be_heard_first_are_named() -> None:
    facts = one_turn(signer(2, FIRST, "before"), signer(3, SECOND, "before"), signer(4, CHIEF))
    assert told(facts, HEAD).facts["reason"] == f"须先由p{FIRST}、p{SECOND}办理，办理后再由您决定；也可以先撤回"
    said = [signer(2, FIRST, verdict="refuse", opinion="不妥", is_closed=True),
            signer(3, SECOND, verdict="refuse", opinion="再议", is_closed=True)]  # fmt: skip
    refused = f"加签人员不同意（p{FIRST}：不妥；p{SECOND}：再议）。可以退回，或者再次请其表示意见"
    assert told(one_turn(*said), HEAD).facts["reason"] == refused


def test_once_the_holder_has_decided_everybody_waits_for_those_beside() -> None:
    decided = do(one_turn(signer(2, STRANGER), signer(3, CHIEF)), HEAD).snapshot
    assert str(told(decided, FIRST)) == f"不能同意：正由p{STRANGER}、p{CHIEF}加签，请等加签人员办理"
    assert do(decided, FIRST, "send_back", "退").snapshot.case.state == "draft"


def test_who_has_a_seat_decides_while_those_beside_are_still_asked() -> None:
    facts = seated(ALL)
    beside = replace(facts, turns=[*facts.turns, signer(9, STRANGER, parent=2)])
    assert [each.turn for each in do(beside, FIRST).decided] == [2]


def test_an_answer_beside_no_turn_moves_nothing() -> None:
    facts = one_turn(advice := signer(2, STRANGER, "consulted", parent=None))
    step = answered(facts, advice, Decided(2, "answer", actor(STRANGER), opinion="可行"), act(facts, HEAD, "approve"))
    assert (step.moves, [each.opinion for each in step.decided]) == ((), ["可行"])
    assert step.snapshot.turns[1].is_closed
