"""What follows from one act: what is noted, what happens by itself, and who is asked twice (approvals.md)."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, time
from typing import Any

import pytest

from tests.engine.cast import COMMITTEE, MEMBER, TODAY, child, done, snapshot
from tests.engine.test_seats import FIRST, HEAD, OPENER, case
from tests.engine.test_turns import act, actor, do
from tests.engine.test_turns_taken import waiting_for_nobody
from workflow.engine.actor import Actor
from workflow.engine.moving import AGREED_BEFORE, _merge
from workflow.engine.options import options, recused
from workflow.engine.rights import role_title, why_not
from workflow.engine.snapshot import Change, Snapshot
from workflow.engine.step import perform, settle
from workflow.errors import NotAllowed

AT = datetime.combine(TODAY, time(2), UTC)
ALONE = {(COMMITTEE, "party_secretary"): (HEAD,)}


def moves(facts: Snapshot) -> list[str]:
    return [each.target for each in settle(facts, AT, TODAY).moves]


def before_one(policy: str, *people: int | None, **more: Any) -> Snapshot:
    """The case before the one person who decides, after these people have acted."""
    facts = case(None, same_approver=policy, **{"held": ALONE, **more})
    return replace(facts, history=[done("Y02", each) for each in people])


@pytest.mark.parametrize(
    ("policy", "people", "found"),
    [
        ("off", [HEAD], []), ("once", [HEAD], ["approved"]), ("once", [HEAD, FIRST], ["approved"]),
        ("once", [FIRST], []),
        ("consecutive", [HEAD, FIRST], []), ("consecutive", [FIRST, HEAD], ["approved"]),
        ("consecutive", [HEAD, None], ["approved"]), ("once", [], []), ("once", [None], []),
    ],
)  # fmt: skip
def test_whoever_agreed_before_is_not_asked_again(policy: str, people: list[int | None], found: list[str]) -> None:
    assert moves(before_one(policy, *people)) == found


def test_the_step_that_was_agreed_before_says_so() -> None:
    (move,) = settle(before_one("once", HEAD), AT, TODAY).moves
    assert (move.transition.id, move.actor.is_system, move.values) == ("Y03", True, {"reason": AGREED_BEFORE})


def test_of_several_who_may_act_each_is_still_asked() -> None:
    two = {(COMMITTEE, "party_secretary"): (HEAD,), (COMMITTEE, "committee_member"): (FIRST,)}
    assert moves(before_one("once", HEAD, held=two)) == []
    assert moves(before_one("once", HEAD, held={})) == []
    assert moves(waiting_for_nobody(before_one("once", HEAD))) == []


def test_a_step_with_a_form_or_a_signature_is_taken_by_a_person() -> None:
    facts = before_one("once", HEAD)
    for change in ({"ask": ("note",)}, {"sign": ("sup.secretary",)}):
        moved = [each.model_copy(update=change) if each.id == "Y03" else each for each in facts.definition.transitions]
        other = facts.definition.model_copy(update={"transitions": tuple(moved)})
        assert moves(replace(facts, definition=other)) == []
    twice = [*facts.definition.transitions]
    twice.append(twice[2].model_copy(update={"id": "Y09", "trigger": "approve_too"}))
    two_ways = facts.definition.model_copy(update={"transitions": tuple(twice)})
    assert moves(replace(facts, definition=two_ways)) == []


def test_an_act_is_noted_with_its_reason() -> None:
    step = do(case(None), HEAD, "send_back", "材料不全")
    past = step.snapshot.history[-1]
    assert (past.transition, past.trigger, past.person_id, past.on) == ("Y05", "send_back", HEAD, TODAY)
    assert (past.state_after, past.round, past.reason) == ("draft", 1, "材料不全")
    assert do(case(None), HEAD).snapshot.history[-1].reason == ""
    assert step.snapshot.case.round == 2


def test_what_several_moves_add_is_kept_together() -> None:
    first = Change({"a": 1, "b": 1}, {"own": 1}, [(1, "party")], rewrite_ballots=True)
    second = Change({"b": 2}, {"sup": 2})
    assert _merge(first, second) == Change({"a": 1, "b": 2}, {"own": 1, "sup": 2}, [(1, "party")], True)
    assert _merge(second, first).roster == [(1, "party")]
    assert _merge(first, Change(roster=[])).roster == []
    assert not _merge(second, second).rewrite_ballots


def test_what_bars_the_principal_bars_the_substitute() -> None:
    facts = snapshot("pledge", "under_review", subject="member")
    substitute = replace(actor(HEAD), principal_id=MEMBER, posts=frozenset({(6, "branch_secretary")}))
    found = {each.transition.id: each for each in options(facts, substitute, AT, TODAY)}
    barred = [each for each in found.values() if each.guard == "approver_is_not_pledger"]
    assert barred
    assert all(each.mine and not each.allowed and "自己的承诺" in each.refusal for each in barred)
    free = options(facts, replace(substitute, principal_id=None), AT, TODAY)
    assert [each.guard for each in free if each.transition.id in {one.transition.id for one in barred}] == [""] * len(
        barred
    )
    assert recused(facts, AT, TODAY) == MEMBER


def test_the_last_child_is_the_one_opened_last() -> None:
    first, second = child("vote", "deferred"), replace(child("vote", "passed"), id=9)
    facts = replace(snapshot("plan"), children=[second, first, replace(child("filing", "filed"), id=12)])
    assert facts.last_child("vote") is second
    assert facts.last_child("issue") is None


def test_a_role_is_said_in_words() -> None:
    facts = case(None)
    assert role_title(facts, "system") == "系统"
    assert role_title(facts, "sup.secretary").startswith("重机党委")
    assert role_title(snapshot("plan", "internal_review"), "named.stand_in") == next(
        each.title for each in snapshot("plan").definition.form if each.name == "stand_in"
    )
    assert role_title(facts, "named.nobody") == "指定人员"
    assert why_not(facts, Actor(OPENER, "某人"), act(facts, HEAD, "approve").transition).startswith(
        "这一步应由重机党委"
    )
    with pytest.raises(NotAllowed, match="由系统"):
        perform(facts, replace(act(facts, HEAD, "expire"), actor=Actor(OPENER, "某人")))
