"""What one person may do now, and what is said of the rest."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.engine.cast import BRANCH, MEMBER, SECRETARY, TODAY, child, done, member, snapshot
from tests.engine.test_performing import AT, STAFF, drafted, stage
from workflow.definition.field import Field
from workflow.definition.model import After, Tone
from workflow.engine.actor import Actor
from workflow.engine.options import Option, options, recused
from workflow.engine.snapshot import Situation, Snapshot

WRONG_PERSON = "这一步应由总装支部党务工作人员办理"


def offered(facts: Snapshot, actor: Actor = STAFF) -> dict[str, Option]:
    return {each.transition.trigger: each for each in options(facts, actor, AT, TODAY)}


def test_what_is_mine_is_offered_without_a_refusal() -> None:
    facts = drafted()
    (found,) = options(facts, STAFF, AT, TODAY)
    assert found == Option(facts.definition.transitions[0], True, True, "", "", "")


def test_what_is_not_mine_is_shown_with_whose_it_is() -> None:
    facts = drafted()
    (found,) = options(facts, Actor(9, "某人"), AT, TODAY)
    assert found == Option(facts.definition.transitions[0], False, False, WRONG_PERSON, "", "")


def test_an_act_that_the_case_has_not_is_left_out_and_the_others_stay(seen: list[Situation]) -> None:
    aside = {"sources": ("draft",), "by": {"organization": ("own.staff",)}}
    none = stage(submit={"when": "nothing_passes"}, go_on={**aside, "when": "everything_passes"}, go_too=aside)
    assert list(offered(drafted(none))) == ["go_on", "go_too"]
    assert {(each.act.actor, each.act.at, each.act.today, each.act.transition.trigger) for each in seen} == {
        (STAFF, AT, TODAY, "go_on")}  # fmt: skip
    assert {len(each.act.values) for each in seen} == {0}


def test_what_the_system_does_is_nobody_s_button() -> None:
    facts = drafted(stage(go_on={"sources": ("draft",)}))
    assert list(offered(facts)) == ["submit"]


@pytest.mark.usefixtures("seen")
def test_a_refusal_that_no_form_could_lift_is_told_at_once() -> None:
    refusing = {"guards": ("everything_passes", "nothing_passes")}
    bare = offered(drafted(stage(submit={**refusing, "ask": ()})))["submit"]
    assert (bare.allowed, bare.mine, bare.refusal, bare.guard) == (False, True, "不行", "nothing_passes")
    asking = offered(drafted(stage(submit={**refusing, "ask": (Field(name="note", title="补充"),)})))["submit"]
    assert (asking.allowed, asking.refusal, asking.guard) == (True, "", "")


def test_an_act_whose_slots_are_filled_is_nobody_s_any_more() -> None:
    facts = drafted(stage(submit={"sign": ("own.secretary",), "by": {"organization": ("own.staff",)}}))
    other = Actor(9, "某人", frozenset({(BRANCH, "branch_org_member")}))
    assert offered(facts, STAFF)["submit"].allowed
    assert offered(facts, other)["submit"].refusal == WRONG_PERSON


# -- whom the case is about


def about(facts: Snapshot, transition: str, **change: object) -> Snapshot:
    moves = tuple(
        each.model_copy(update=change) if each.id == transition else each for each in facts.definition.transitions
    )
    return replace(facts, definition=facts.definition.model_copy(update={"transitions": moves}))


def test_who_may_not_take_the_case_forward_is_named() -> None:
    facts = snapshot("pledge", "under_review", subject="member")
    assert recused(facts, AT, TODAY) == MEMBER
    assert recused(replace(facts, case=replace(facts.case, person=None)), AT, TODAY) is None
    assert recused(snapshot("pledge", "draft", subject="member", person=member(SECRETARY)), AT, TODAY) is None
    assert recused(snapshot("pledge", "archived", subject="member"), AT, TODAY) is None, "nothing leads on"


def test_one_way_forward_that_is_not_barred_is_enough() -> None:
    facts = snapshot("pledge", "under_review", subject="member")
    barred = [each for each in facts.definition.leaving("under_review") if each.tone is Tone.FORWARD]
    free = barred[0].model_copy(update={"id": "X01", "trigger": "go_round", "guards": ()})
    moves = (*facts.definition.transitions, free)
    open_way = replace(facts, definition=facts.definition.model_copy(update={"transitions": moves}))
    assert recused(open_way, AT, TODAY) is None
    by_child = free.model_copy(update={"after": After(child="vote", states=("passed",))})
    waiting = replace(
        facts, definition=facts.definition.model_copy(update={"transitions": (*facts.definition.transitions, by_child)})
    )
    assert recused(waiting, AT, TODAY) == MEMBER, "a vote's way is no person's"
    assert recused(replace(waiting, children=[child("vote", "passed")]), AT, TODAY) is None


# -- what a snapshot answers


def test_a_whole_number_of_the_campaign_is_asked_for_by_name() -> None:
    facts = snapshot("plan", parameters={"days": 3, "share": "0.5"})
    assert (facts.integer("days"), facts.parameter("share")) == (3, "0.5")
    with pytest.raises(TypeError, match=r"^share$"):
        facts.integer("share")


def test_who_did_an_act_is_read_from_the_history() -> None:
    facts = snapshot("plan", history=[done("P01", 7), done("P02", 8), done("P01", None), done("P03", 9)])
    assert facts.actors_of("P01", "P03") == {7, 9}
    assert facts.actors_of() == frozenset()
