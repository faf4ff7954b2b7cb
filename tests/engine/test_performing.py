"""What an act changes, what follows it by itself, and what the system may do without anybody."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from tests.engine.cast import BRANCH, MEMBER, TODAY, child, done, snapshot
from tests.engine.test_seats import HEAD, case
from tests.engine.test_turns import act, actor, do
from workflow.definition.model import After, Child, Stage, Tone
from workflow.engine.actor import Actor
from workflow.engine.machine import Refusal
from workflow.engine.moving import SYSTEM_ACTOR, leaves
from workflow.engine.registry import EFFECTS
from workflow.engine.snapshot import Act, Change, Signature, Situation, Snapshot, Turn
from workflow.engine.step import check_right, is_open_to_persons, perform, settle, try_out
from workflow.errors import NotAllowed

AT = act(case(None), HEAD, "approve").at
STAFF = Actor(501, "某人", frozenset({(BRANCH, "branch_secretary")}))


def stage(children: Mapping[str, Child] | None = None, **changes: Mapping[str, Any]) -> Stage:
    """The stage of approvals in which these transitions, by trigger, are others; a trigger of its own is one more."""
    made = case(None).definition
    moves = {each.trigger: each for each in made.transitions}
    for trigger, change in changes.items():
        base = moves.get(trigger, moves["expire"].model_copy(update={"id": f"Y-{trigger}", "trigger": trigger}))
        moves[trigger] = base.model_copy(update=dict(change))
    return made.model_copy(update={"transitions": tuple(moves.values()), "children": dict(children or {})})


def drafted(definition: Stage | None = None, state: str = "draft", **facts: Any) -> Snapshot:
    about = case(None)
    return replace(about, definition=definition or about.definition, case=replace(about.case, state=state), **facts)


def submit(facts: Snapshot, **values: object) -> Act:
    move = facts.definition.find("submit", facts.case.state)
    assert move is not None
    return Act(move, STAFF, values, AT, TODAY)


# -- what an act changes


@pytest.mark.usefixtures("seen")
def test_each_effect_sees_what_was_entered_and_what_the_one_before_wrote() -> None:
    facts = drafted(stage(submit={"effects": ("note_first", "note_second")}))
    step = perform(facts, submit(facts, text="请批准"))
    assert step.change.data == {"text": "请批准", "first": 1, "second": 1}
    assert step.snapshot.case.data == step.change.data
    assert step.moves[0].values == {"text": "请批准"}


def test_a_new_state_opens_a_round_without_signatures_and_turns() -> None:
    given = {"signatures": [Signature("Y01", 1, "0:own.staff")], "turns": [Turn(1, "consulted", ("p1",))]}
    moved = perform(facts := drafted(**given), submit(facts))
    assert (moved.snapshot.case.state, moved.snapshot.case.round, moved.moves[0].round) == ("reviewing", 2, 1)
    assert (moved.moves[0].source, moved.moves[0].target) == ("draft", "reviewing")
    assert (moved.snapshot.signatures, moved.snapshot.turns) == ((), ())
    assert moved.snapshot.case.due_at is not None
    stays = drafted(stage(submit={"to": "same"}), **given)
    kept = perform(stays, submit(stays)).snapshot
    assert (kept.case.state, kept.case.round) == ("draft", 1)
    assert (kept.signatures, kept.turns) == (given["signatures"], given["turns"])


def test_what_stays_in_its_state_keeps_its_limit_and_its_way_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(EFFECTS, "name_partner", lambda _: Change(bodies={"partner": BRANCH}))
    stays = drafted(stage(submit={"to": "same", "effects": ("name_partner",)}))
    returned = replace(stays.case, resume="deciding", due_at=AT)
    found = perform(replace(stays, case=returned, history=[done("Y05", HEAD)]), submit(stays)).snapshot.case
    assert (found.state, found.resume, found.due_at, found.asked) == ("draft", "deciding", AT, None)
    assert found.bodies == {**stays.case.bodies, "partner": BRANCH}


def test_what_was_returned_goes_straight_back_to_whoever_returned_it() -> None:
    facts = drafted(history=[done("Y05", HEAD)])
    plain = perform(facts, submit(facts)).snapshot.case
    assert (plain.state, plain.resume, plain.asked) == ("reviewing", None, None)
    returned = replace(facts, case=replace(facts.case, resume="deciding"))
    back = perform(returned, submit(returned)).snapshot.case
    assert (back.state, back.resume, back.asked) == ("deciding", None, HEAD)
    again = replace(returned, definition=stage(submit={"tone": Tone.RETURN}))
    elsewhere = perform(again, submit(again)).snapshot.case
    assert (elsewhere.state, elsewhere.resume, elsewhere.asked) == ("reviewing", None, None), "returned once more"
    straight = do(replace(case(None), history=[done("Y02", 7, state_after="reviewing")]), HEAD, "send_back", "退")
    assert straight.snapshot.case.resume is None


def test_a_child_is_opened_where_none_of_its_name_is_running() -> None:
    vote = Child(stage="vote_session", opens_in=("reviewing",), title="表决")
    paper = Child(stage="document_issue", opens_after=("Y01",), title="发文")
    facts = drafted(stage({"vote": vote, "issue": paper}))
    running = {name: child(name, "voting", final=False) for name in ("vote", "issue", "other")}

    def opened(*children: str, **more: Any) -> tuple[str, ...]:
        held = replace(facts, children=[running[each] for each in children], **more)
        return perform(held, submit(held)).children

    assert opened() == opened("other") == ("vote", "issue")
    assert opened("vote", "other") == ("issue",)
    assert opened("issue") == ("vote", "issue"), "what an act opens is opened again by the next"
    ended = replace(facts, children=[child("vote", "failed")])
    assert perform(ended, submit(ended)).children == ("vote", "issue")
    stays = drafted(stage({"vote": vote.model_copy(update={"opens_in": ("draft",)})}, submit={"to": "same"}))
    assert perform(stays, submit(stays)).children == (), "the state was not entered"


@pytest.mark.usefixtures("seen")
def test_a_child_is_opened_when_its_guard_lets_it() -> None:
    for name, found in (("everything_passes", ("vote",)), ("nothing_passes", ())):
        facts = drafted(stage({"vote": Child(stage="vote_session", opens_in=("reviewing",), when=name, title="表决")}))
        assert perform(facts, submit(facts)).children == found


def test_an_act_makes_a_paper_where_its_issuer_takes_part_and_its_guard_lets_it(seen: list[Situation]) -> None:
    facts = snapshot("plan", "signed")
    name, paper = next(iter(facts.definition.documents.items()))
    made = act(case(None), HEAD, "approve")

    def makes(**change: Any) -> bool:
        documents = {name: paper.model_copy(update={"issuer": "own", "chosen_by": None, "when": None, **change})}
        return leaves(
            replace(facts, definition=facts.definition.model_copy(update={"documents": documents})), made, name
        )

    assert (makes(), makes(issuer="nobody"), makes(when="nothing_passes")) == (True, False, False)
    assert (makes(when="everything_passes"), makes(when="everything_passes", issuer="nobody")) == (True, False)
    assert [(each.act, each.snapshot.case) for each in seen] == [(made, facts.case)]


# -- what follows by itself

PASS_ON = {"sources": ("reviewing",), "to": "deciding", "auto": True}


def test_what_follows_is_told_with_what_each_move_adds(seen: list[Situation]) -> None:
    children = {name: Child(stage="vote_session", opens_in=(name,), title="表决") for name in ("reviewing", "deciding")}
    both = stage(
        children, submit={"effects": ("note_first",)},
        go_on={**PASS_ON, "guards": ("everything_passes",), "effects": ("note_second",)},
    )  # fmt: skip
    facts = drafted(both)
    step = perform(facts, submit(facts, text="请批准"))
    assert [(each.transition.trigger, each.target) for each in step.moves] == [
        ("submit", "reviewing"), ("go_on", "deciding")]  # fmt: skip
    assert step.change.data == {"text": "请批准", "first": 1, "second": 1}
    assert step.children == ("reviewing", "deciding")
    [shown] = seen
    assert (shown.act.actor, shown.act.values, shown.act.by_child) == (SYSTEM_ACTOR, {}, False)
    assert (shown.act.at, shown.act.today, shown.act.transition.trigger) == (AT, TODAY, "go_on")


def test_nothing_follows_against_a_guard(seen: list[Situation]) -> None:
    later = date(2012, 3, 9)
    stopped = drafted(stage(go_on={**PASS_ON, "guards": ("everything_passes", "nothing_passes")}), "reviewing")
    step = settle(stopped, AT, later)
    assert (step.moves, step.snapshot) == ((), stopped)
    assert [(each.act.actor, each.act.at, each.act.today) for each in seen] == [(SYSTEM_ACTOR, AT, later)]


def test_what_never_comes_to_rest_is_a_fault_of_the_definition() -> None:
    facts = drafted(stage(go_on={**PASS_ON, "to": "same"}), "reviewing")
    with pytest.raises(RuntimeError, match=r"^consent: automatic transitions do not come to rest$"):
        settle(facts, AT, TODAY)


# -- what the system may do, and what persons may


@pytest.mark.parametrize(
    ("change", "by_child", "is_allowed"),
    [
        ({}, False, False),
        ({}, True, True),
        ({"auto": True}, False, True),
        ({"after": After(child="vote", states=("passed",))}, False, True),
        ({"by": {"organization": ("own.staff", "system")}}, False, True),
    ],
)
def test_the_system_does_what_is_its_own(change: dict[str, Any], by_child: bool, is_allowed: bool) -> None:
    facts = drafted(stage(submit=change))
    made = replace(submit(facts), actor=SYSTEM_ACTOR, by_child=by_child)
    if is_allowed:
        check_right(facts, made)
        return
    with pytest.raises(NotAllowed) as error:
        check_right(facts, made)
    assert str(error.value) == "您不能提交：这一步须由人办理"


def test_who_has_not_the_role_is_told_whose_it_is() -> None:
    facts = drafted()
    with pytest.raises(NotAllowed) as error:
        perform(facts, replace(submit(facts), actor=Actor(HEAD, "某人")))
    assert str(error.value) == "您不能提交：这一步应由总装支部党务工作人员办理"


def test_what_a_child_s_end_fires_is_done_by_persons_only_after_that_end() -> None:
    facts = drafted(stage(submit={"after": After(child="vote", states=("passed",))}))
    move = submit(facts).transition
    other = child("other", "passed")
    assert not is_open_to_persons(facts, move)
    assert not is_open_to_persons(replace(facts, children=[other]), move)
    assert not is_open_to_persons(replace(facts, children=[child("vote", "failed"), other]), move)
    assert is_open_to_persons(replace(facts, children=[child("vote", "passed"), other]), move)


def test_an_act_in_somebody_s_stead_is_tried_for_both() -> None:
    facts = snapshot("pledge", "under_review", subject="member")
    move = next(each for each in facts.definition.transitions if "approver_is_not_pledger" in each.guards)
    made = Act(move, replace(actor(HEAD), principal_id=MEMBER), {}, AT, TODAY)
    barred = try_out(facts, made)
    assert isinstance(barred, Refusal)
    assert barred.guard == "approver_is_not_pledger"
    assert try_out(facts, replace(made, actor=actor(HEAD))) == try_out(
        facts, replace(made, actor=replace(actor(HEAD), principal_id=HEAD))
    )
    himself = try_out(facts, replace(made, actor=replace(actor(MEMBER), principal_id=HEAD)))
    assert himself == barred
