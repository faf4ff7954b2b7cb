"""Returns: where they may lead, when the case comes straight back, and never past a vote (approvals.md, actions)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import hypothesis.strategies as st
import pytest
from hypothesis import assume, given

from tests.engine.cast import BRANCH, CLERK, TODAY, definition, snapshot
from tests.engine.test_step import AT
from tests.operations.approving.consent import consent
from workflow.definition.approval import ReturnTo
from workflow.definition.model import Stage, Tone
from workflow.engine.actor import Actor
from workflow.engine.forecast import forecast
from workflow.engine.moving import SYSTEM_ACTOR
from workflow.engine.returning import (
    RERUN,
    RESUME,
    RETURN_TO,
    STRAIGHT,
    destination,
    destinations,
    may_go_straight,
    passed_since,
    returned_by,
)
from workflow.engine.snapshot import Act, PastAct, Snapshot

SOMEBODY = Actor(7, "某人")
LONG = consent({"rule": "all"})


def voted(rule: str) -> Stage:
    """The same stage with reviewing decided in another way."""
    content = LONG.model_dump(mode="json", by_alias=True)
    content["states"]["reviewing"]["decide"] = {"rule": rule, "passes": "pass_on", "fails": "pass_on"}
    return Stage.model_validate(content)


def case(state: str, *behind: str, stage: Stage = LONG, resume: str | None = None) -> Snapshot:
    """A case that came by these states and stands in `state`."""
    facts = snapshot("plan", own=BRANCH)
    history = tuple(PastAct("-", "-", 7, TODAY, each, number) for number, each in enumerate((*behind, state)))
    about = replace(facts.case, stage="consent", state=state, resume=resume)
    return replace(facts, definition=stage, case=about, history=history)


def act(facts: Snapshot, trigger: str, actor: Actor = SOMEBODY, **values: Any) -> Act:
    transition = facts.definition.find(trigger, facts.case.state)
    assert transition is not None
    return Act(transition, actor, values, AT, TODAY)


def led(facts: Snapshot, trigger: str, actor: Actor = SOMEBODY, **values: Any) -> tuple[str, str | None]:
    made = act(facts, trigger, actor, **values)
    return destination(facts, made, made.transition.target(facts.case.state))


def test_a_return_leads_to_any_state_that_was_passed() -> None:
    facts = case("deciding", "reviewing")
    assert destinations(facts, act(facts, "send_back").transition) == ("draft", "reviewing")
    assert led(facts, "send_back", **{RETURN_TO: "reviewing", RESUME: RERUN}) == ("reviewing", None)


def test_a_state_that_was_never_passed_is_no_destination() -> None:
    facts = case("deciding")
    assert destinations(facts, act(facts, "send_back").transition) == ("draft",)
    assert led(facts, "send_back", **{RETURN_TO: "reviewing"}) == ("draft", None), "its own target instead"


def test_nobody_is_sent_to_where_nobody_is_asked() -> None:
    """Who was named for a step is named no longer: 会签 was given up, and the case would have waited for nobody."""
    facts = snapshot("document_issue", "awaiting_signature", data={"partners": [], "cosigners": []})
    history = [PastAct("-", "-", 7, TODAY, each, number) for number, each in enumerate(("countersigning", "drafting"))]
    gone = replace(facts, history=history)
    refuse = gone.definition.find("refuse_sign", "awaiting_signature")
    assert refuse is not None
    assert destinations(gone, refuse) == ("drafting",)
    named = replace(gone, case=replace(gone.case, data={"cosigners": [8], "drafter": 9}))
    assert destinations(named, refuse) == ("drafting", "countersigning")


@pytest.mark.parametrize("wrong", ["approved", "expired", "deciding", "nowhere", "", None, 7])
def test_nobody_is_sent_to_an_end_or_nowhere(wrong: object) -> None:
    assert led(case("deciding", "reviewing"), "send_back", **{RETURN_TO: wrong}) == ("draft", None)


def test_straight_back_to_whoever_returned_it() -> None:
    facts = case("deciding", "reviewing")
    assert led(facts, "send_back", **{RETURN_TO: "draft", RESUME: STRAIGHT}) == ("draft", "deciding")
    assert passed_since(facts, "draft") == ("reviewing",), "who is skipped is told before"
    back = case("draft", "reviewing", "deciding", resume="deciding")
    assert led(back, "submit") == ("deciding", None)


def test_who_returned_it_last_is_asked_when_it_comes_straight_back() -> None:
    facts = case("draft", "reviewing", "deciding", stage=consent(None, by="sup.staff"), resume="deciding")
    assert returned_by(facts) is None
    returns = tuple(PastAct("Y05", "send_back", each, TODAY, "draft", 3) for each in (8, CLERK))
    facts = replace(facts, history=(*facts.history, *returns, PastAct("Y01", "submit", 9, TODAY, "reviewing", 4)))
    assert returned_by(facts) == CLERK
    asked = {each.state: each.addresses for each in forecast(facts, AT, TODAY)}
    assert asked["deciding"] == (f"p{CLERK}",)
    left = replace(facts, holders=lambda _addresses: ())
    assert f"p{CLERK}" not in {each.state: each.addresses for each in forecast(left, AT, TODAY)}["deciding"]


def test_from_the_state_just_before_there_is_nothing_to_skip() -> None:
    facts = case("deciding", "draft", "reviewing")
    assert not may_go_straight(facts, "reviewing")
    assert led(facts, "send_back", **{RETURN_TO: "reviewing", RESUME: STRAIGHT}) == ("reviewing", None)


def test_never_straight_past_a_vote() -> None:
    facts = case("deciding", "reviewing", stage=voted("ballot"))
    assert not may_go_straight(facts, "draft")
    assert led(facts, "send_back", **{RETURN_TO: "draft", RESUME: STRAIGHT}) == ("draft", None)
    assert destinations(facts, act(facts, "send_back").transition) == ("draft",), "nor back into the vote"


def test_a_return_that_stays_leads_nowhere_else() -> None:
    facts = case("deciding", "reviewing")
    stays = act(facts, "send_back").transition.model_copy(update={"to": "same", "return_to": ReturnTo.FIXED})
    assert destinations(facts, stays) == ("deciding",)


def test_only_what_came_after_the_last_stay_is_skipped() -> None:
    assert passed_since(case("deciding", "reviewing", "draft", "approved"), "draft") == ("approved",)
    assert passed_since(case("deciding", "draft", "reviewing", "draft", "approved"), "draft") == ("approved",)
    assert passed_since(case("deciding", "draft", "reviewing", "approved", "reviewing"), "draft") == (
        "reviewing", "approved")  # fmt: skip


def test_without_a_way_forward_nothing_is_skipped() -> None:
    facts = case("draft")
    assert passed_since(replace(facts, history=()), "approved") == ()
    assert not may_go_straight(replace(facts, history=()), "approved")


def test_a_state_that_waits_for_others_is_no_destination() -> None:
    facts = case("deciding", "reviewing")
    reviewing = LONG.states["reviewing"].model_copy(update={"waits_for": {"member": ("self",)}})
    other = LONG.model_copy(update={"states": {**LONG.states, "reviewing": reviewing}})
    assert destinations(replace(facts, definition=other), act(facts, "send_back").transition) == ("draft",)


@pytest.mark.parametrize(
    ("ask", "by", "found"),
    [
        (("text",), "own.staff", ("reviewing", "deciding")),
        ((), "own.staff", ("deciding", None)),
        (("text",), "system", ("deciding", None)),
    ],
)
def test_what_is_mended_on_the_way_goes_back_from_there(
    ask: tuple[str, ...], by: str, found: tuple[str, str | None]
) -> None:
    amend = LONG.transitions[0].model_copy(
        update={"id": "Y09", "trigger": "amend", "sources": ("reviewing",), "to": "same", "ask": ask,
                "by": {"organization": (by,)}}
    )  # fmt: skip
    with_amendments = LONG.model_copy(update={"transitions": (*LONG.transitions, amend)})
    assert led(case("draft", "deciding", stage=with_amendments, resume="deciding"), "submit") == found


def test_a_second_return_before_coming_back_forgets_the_first() -> None:
    facts = case("reviewing", "deciding", "draft", resume="deciding")
    made = replace(act(facts, "pass_on"), transition=replace_tone(facts, Tone.RETURN))
    assert destination(facts, made, "draft") == ("draft", None)


def replace_tone(facts: Snapshot, tone: Tone) -> Any:
    found = facts.definition.find("pass_on", "reviewing")
    assert found is not None
    return found.model_copy(update={"tone": tone})


def test_what_stays_in_the_state_keeps_the_way_back() -> None:
    facts = case("draft", "reviewing", "deciding", resume="deciding")
    assert destination(facts, act(facts, "submit"), "draft") == ("draft", "deciding")


def test_the_system_never_chooses() -> None:
    facts = case("deciding", "reviewing")
    values = {RETURN_TO: "reviewing", RESUME: STRAIGHT}
    assert led(facts, "send_back", SYSTEM_ACTOR, **values) == ("draft", None)


STATES = ("draft", "reviewing", "deciding")


@given(st.lists(st.sampled_from(STATES), max_size=8), st.sampled_from(["all", "ballot", "sequence"]),
       st.sampled_from(STATES), st.sampled_from([RERUN, STRAIGHT]))  # fmt: skip
def test_wherever_it_has_been(behind: Sequence[str], rule: str, to: str, mode: str) -> None:
    """Always to a waiting state behind; straight only from the state it stands in, and past no vote."""
    facts = case("deciding", *behind, stage=voted(rule))
    state, resume = led(facts, "send_back", **{RETURN_TO: to, RESUME: mode})
    assert state in destinations(facts, act(facts, "send_back").transition)
    assert state != "deciding"
    assert state == "draft" or state in behind
    assert resume in (None, "deciding")
    if resume:
        assert mode == STRAIGHT
        assert not (rule == "ballot" and "reviewing" in passed_since(facts, state))


@given(st.sampled_from(["plan", "pledge", "assessment", "commendation", "rectification"]), st.data())
def test_no_stage_of_the_campaign_is_returned_into_or_past_a_vote(name: str, data: st.DataObject) -> None:
    stage = definition(name)
    returns = [each for each in stage.transitions if each.tone is Tone.RETURN and not each.is_system]
    assume(returns)
    chosen = data.draw(st.sampled_from(returns))
    state = data.draw(st.sampled_from(sorted(chosen.sources)))
    behind = data.draw(st.lists(st.sampled_from(sorted(stage.states)), max_size=6))
    history = tuple(PastAct("-", "-", 7, TODAY, each, number) for number, each in enumerate((*behind, state)))
    facts = replace(snapshot(name, state), history=history)
    values: Mapping[str, Any] = {RETURN_TO: data.draw(st.sampled_from(sorted(stage.states))), RESUME: STRAIGHT}
    target, resume = destination(facts, Act(chosen, SOMEBODY, values, AT, TODAY), chosen.target(state))
    if target != chosen.target(state):
        assert not stage.states[target].final
        assert stage.states[target].waits_for_child is None
    if resume:
        skipped = passed_since(facts, target)
        assert not [each for each in skipped if stage.states[each].waits_for_child]
