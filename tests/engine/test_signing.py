"""Acts that several sign: one slot a person, the same content from all, the scarcest slot first."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from tests.engine.cast import BRANCH, LEADER, MEMBER, ORGANISER, SECRETARY, TODAY, snapshot
from tests.engine.test_step import AT, do
from workflow.engine.actor import Actor
from workflow.engine.moving import move
from workflow.engine.signing import check_slot, given, sign, standing, void
from workflow.engine.snapshot import Act, Signature, Snapshot
from workflow.engine.values import digest
from workflow.errors import NotAllowed, Refused

COUNT: dict[str, Any] = {"issued": None, "ayes": 3, "against": 0, "abstain": 0, "void": 0}
COUNTED = digest(COUNT, sorted(COUNT))
OTHER = Signature("V05", ORGANISER, "0:named.presider", COUNTED)  #: on another transition
NOT_YOURS = "您不能计票：这一步应由监票人、计票人办理"


def voting(*signatures: Signature) -> Snapshot:
    data = {"matter": "branch_committee", "expected": 3, "present": 3, "scrutineer": ORGANISER, "teller": MEMBER,
            "method": "hands", "attendees": [SECRETARY, ORGANISER, MEMBER]}  # fmt: skip
    return snapshot("vote_session", "voting", data=data, signatures=signatures)


def counting(facts: Snapshot, person: int, **values: int) -> Act:
    move = facts.definition.find("count", "voting")
    assert move is not None
    return Act(move, Actor(person, "某人"), {**COUNT, **values}, AT, TODAY)


def signed(person: int, slot: str, content: str = COUNTED) -> Signature:
    return Signature("V06", person, slot, content)


def test_each_signs_in_the_slot_that_is_theirs() -> None:
    facts = voting(OTHER)
    assert sign(facts, counting(facts, ORGANISER)) == signed(ORGANISER, "0:named.scrutineer")
    assert sign(facts, counting(facts, MEMBER)) == signed(MEMBER, "1:named.teller")
    assert given(
        voting(OTHER, mine := signed(ORGANISER, "0:named.scrutineer")), counting(facts, MEMBER).transition
    ) == [mine]


def test_nobody_signs_the_same_twice() -> None:
    facts = voting(signed(ORGANISER, "0:named.scrutineer"))
    with pytest.raises(Refused, match=r"^不能计票：您已签字，还须另一人签字$") as error:
        sign(facts, counting(facts, ORGANISER))
    assert (error.value.facts["guard"], error.value.facts["transition"]) == ("signed_once", "V06")


def test_the_second_signs_what_the_first_has_signed() -> None:
    facts = voting(signed(ORGANISER, "0:named.scrutineer"))
    told = r"^不能计票：您填写的内容与前一位签字人的不一致；请两人核对，由填错的一方按正确的内容重新签字$"
    with pytest.raises(Refused, match=told) as error:
        sign(facts, counting(facts, MEMBER, ayes=2))
    assert error.value.facts["guard"] == "signatures_agree"
    assert sign(facts, counting(facts, MEMBER)).slot == "1:named.teller"


def test_who_may_no_longer_sign_does_not_stand_in_the_way() -> None:
    facts = voting(signed(LEADER, "0:named.scrutineer"))  # who has been replaced since
    assert sign(facts, counting(facts, MEMBER, ayes=2)).slot == "1:named.teller"
    assert sign(facts, counting(facts, ORGANISER, ayes=2)).slot == "0:named.scrutineer"


def test_a_correction_keeps_the_slot() -> None:
    facts = voting(signed(ORGANISER, "0:named.presider"), signed(MEMBER, "1:named.teller"))
    again = sign(facts, counting(facts, ORGANISER, ayes=2))
    assert (again.slot, again.content == COUNTED) == ("0:named.presider", False)


def test_who_has_no_slot_is_told_whose_it_is() -> None:
    facts = voting()
    with pytest.raises(NotAllowed) as error:
        sign(facts, counting(facts, LEADER))
    assert str(error.value) == NOT_YOURS


def test_a_slot_is_left_until_somebody_fills_it() -> None:
    facts = voting(OTHER, signed(ORGANISER, "0:named.scrutineer"))
    check_slot(facts, counting(facts, MEMBER))
    check_slot(facts, counting(facts, ORGANISER))
    taken = voting(signed(SECRETARY, "0:named.scrutineer"), signed(LEADER, "1:named.teller"))
    with pytest.raises(NotAllowed) as error:
        check_slot(taken, counting(taken, MEMBER))
    assert str(error.value) == NOT_YOURS


def test_two_who_were_named_in_each_other_s_place_both_sign() -> None:
    facts = voting(signed(MEMBER, "0:named.scrutineer"))  # who signed as scrutineer is the teller by now
    assert sign(facts, counting(facts, ORGANISER)).slot == "0:named.scrutineer"
    with pytest.raises(NotAllowed):
        check_slot(facts, counting(facts, SECRETARY))
    two = voting(signed(MEMBER, "0:named.scrutineer"), signed(ORGANISER, "9:named.counter"))
    three = counting(two, SECRETARY)
    more = three.transition.model_copy(update={"sign": (*three.transition.sign, "own.secretary")})
    secretary = Actor(SECRETARY, "王书记", frozenset({(BRANCH, "branch_secretary")}))
    assert sign(two, replace(three, transition=more, actor=secretary)).slot == "2:own.secretary", (
        "those before have room in the other two"
    )


def test_what_stands_together_is_the_same_content_of_others() -> None:
    mine, same = signed(MEMBER, "1:named.teller"), signed(ORGANISER, "0:named.scrutineer")
    differing = signed(LEADER, "0:named.scrutineer", "another")
    earlier = signed(MEMBER, "1:named.teller")
    assert standing(voting(OTHER, same, differing, earlier), mine) == [same, mine]


def test_who_alone_may_sign_as_secretary_is_not_taken_for_one_of_many() -> None:
    facts = snapshot("plan", "internal_review")
    both = facts.definition.transitions[0].model_copy(update={"sign": ("own.committee", "own.secretary")})
    secretary = Actor(SECRETARY, "王书记", frozenset({(BRANCH, "branch_secretary")}))
    act = Act(both, secretary, {}, AT, TODAY)
    assert sign(facts, act).slot == "1:own.secretary"
    taken = replace(facts, signatures=[Signature(both.id, LEADER, "1:own.secretary", digest({}, ()))])
    assert sign(taken, act).slot == "0:own.committee"


def test_the_last_signature_moves_the_case_and_names_its_signer() -> None:
    first = do(voting(OTHER), "count", ORGANISER, COUNT)
    assert (first.moves, first.signer and first.signer.person_id) == ((), ORGANISER)
    assert first.snapshot.signatures == (OTHER, signed(ORGANISER, "0:named.scrutineer"))
    last = do(first.snapshot, "count", MEMBER, COUNT)
    assert (last.signature, last.signer and last.signer.person_id) == (signed(MEMBER, "1:named.teller"), MEMBER)
    assert (last.moves[0].transition.id, last.moves[0].actor.person_id) == ("V06", MEMBER)
    assert last.snapshot.signatures == (), "a new state is signed anew"


def test_of_who_was_replaced_the_signature_is_void_and_of_who_stays_it_is_not() -> None:
    gone, stays = signed(ORGANISER, "0:named.scrutineer"), signed(MEMBER, "1:named.teller")
    facts = voting(OTHER, gone, stays)
    values = {"scrutineer": LEADER, "teller": MEMBER}
    reassign = facts.definition.find("reassign", "voting")
    assert reassign is not None
    step = move(facts, Act(reassign, Actor(SECRETARY, "王书记"), values, AT, TODAY), "voting")
    assert (step.void, step.snapshot.signatures) == ((gone,), [OTHER, stays])
    assert void(facts, {**facts.case.data, "teller": ORGANISER, "scrutineer": MEMBER}) == (), "both sign all the same"
    assert void(facts, {**facts.case.data, "method": "secret"}) == ()
    assert void(facts, {**facts.case.data, "scrutineer": None}) == (gone,)
    left = move(facts, Act(reassign, Actor(SECRETARY, "王书记"), values, AT, TODAY), "counted")
    assert (left.void, left.snapshot.signatures) == ((), ()), "the next state is signed anew"


def test_of_all_acts_the_signatures_of_who_was_replaced_are_void() -> None:
    facts = voting(signed(ORGANISER, "0:named.scrutineer"))
    count = counting(facts, ORGANISER).transition
    twice = (*facts.definition.transitions, count.model_copy(update={"id": "V99", "trigger": "count_too"}))
    both = replace(facts, definition=facts.definition.model_copy(update={"transitions": twice}),
                   signatures=(*facts.signatures, Signature("V99", ORGANISER, "0:named.scrutineer")))  # fmt: skip
    assert void(both, {**facts.case.data, "scrutineer": LEADER}) == both.signatures


def test_what_was_signed_for_a_post_stays_when_others_are_named() -> None:
    handed = Signature("Z30", LEADER, "0:sup.leading_group", COUNTED)
    facts = snapshot("rectification", "overdue", data={"team": [LEADER]}, signatures=(handed,))
    assert void(facts, {"team": [MEMBER]}) == ()
