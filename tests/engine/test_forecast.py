"""The predicted chain: whose turn it will be, by when, and which way the case will take."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from tests.engine.cast import BRANCH, COMMITTEE, ENTERPRISE, MEMBER, TODAY, done, snapshot
from tests.engine.test_performing import AT, drafted, stage
from tests.engine.test_seats import ALL, CHIEF, FIRST, FULL, SECOND, THIRD, case
from tests.engine.test_turns import SEQUENCE, one_turn, seated, signer
from tests.engine.test_turns_taken import waiting_for_nobody
from workflow.definition.model import Child, Tone
from workflow.engine.forecast import Expected, forecast
from workflow.engine.moving import SYSTEM_ACTOR
from workflow.engine.snapshot import Situation, Snapshot, Turn

STAFFED = {**FULL, (BRANCH, "branch_secretary"): (7,)}


def foretold(facts: Snapshot) -> list[Expected]:
    return forecast(facts, AT, TODAY)


def ways(facts: Snapshot) -> list[str]:
    return [each.state for each in foretold(facts)]


def first(facts: Snapshot) -> Expected:
    return foretold(facts)[0]


# -- who has the turn


def test_a_state_is_foretold_with_its_roles_and_whom_it_waits_for() -> None:
    draft, reviewing, deciding, approved = foretold(drafted(holders=case(held=STAFFED).holders))
    assert (draft.title, draft.roles) == ("起草", ("总装支部党务工作人员",))
    assert draft.addresses[0] == f"o{BRANCH}:branch_secretary"
    assert (reviewing.title, reviewing.roles, reviewing.is_vacant) == ("审核", ("总装支部主要负责人",), False)
    assert (deciding.title, deciding.roles) == ("审批", ("重机党委委员会",))
    assert (approved.title, approved.roles, approved.addresses, approved.is_vacant) == ("同意", (), (), False)
    assert {each.child for each in (draft, reviewing, deciding, approved)} == {None}


def test_a_state_whose_posts_mean_nobody_is_vacant() -> None:
    facts = drafted(stage(), "reviewing")
    nobody = replace(facts, case=replace(facts.case, bodies={"own": BRANCH}))
    states = {each.state: (each.is_vacant, each.addresses) for each in foretold(nobody)}
    assert states["deciding"] == (True, ())
    assert states["reviewing"] == (False, (f"o{BRANCH}:branch_secretary",))


def test_what_waits_for_the_system_or_for_others_waits_for_nobody() -> None:
    facts = case(None)
    states = facts.definition.states
    by_system = states["deciding"].model_copy(update={"waits_for": {"organization": ("system", "sup.secretary")}})
    both = replace(facts, definition=facts.definition.model_copy(update={"states": {**states, "deciding": by_system}}))
    assert first(both).roles == ("重机党委主要负责人",)
    others = first(waiting_for_nobody(facts))
    assert (others.roles, others.addresses, others.is_vacant) == ((), (), False)


def test_a_state_that_waits_for_a_child_names_its_stage() -> None:
    facts = case(None)
    states = facts.definition.states
    voted = states["deciding"].model_copy(update={"waits_for_child": "vote", "waits_for": {}})
    children = {"vote": Child(stage="vote_session", title="表决"), "XXXX": Child(stage="filing", title="备案")}
    given = facts.definition.model_copy(update={"states": {**states, "deciding": voted}, "children": children})
    assert first(replace(facts, definition=given)).child == "vote_session"
    assert first(replace(facts, definition=stage(children))).child is None


def test_turns_as_they_were_given_come_before_those_that_would_be() -> None:
    given = replace(case(None), turns=[Turn(1, "turn", (f"p{CHIEF}", f"p{FIRST}")), Turn(2, "consulted", ("p9",))])
    assert first(given).addresses == (f"p{CHIEF}", f"p{FIRST}")
    two = replace(given, turns=[*given.turns, Turn(3, "turn", (f"p{FIRST}", f"p{SECOND}"))])
    assert first(two).addresses == (f"p{CHIEF}", f"p{FIRST}", f"p{SECOND}")
    assert first(seated(SEQUENCE)).addresses == (f"o{COMMITTEE}:party_secretary",)
    members = tuple(f"p{each}" for each in (FIRST, SECOND, THIRD))
    assert first(case(ALL)).addresses == (f"o{COMMITTEE}:party_secretary", *members)
    climbing = case(None, by="sup.secretary", held={(ENTERPRISE, "party_secretary"): (CHIEF,)}, climbs=["vacant"])
    assert first(climbing).addresses == (f"o{ENTERPRISE}:party_secretary",)


def test_those_who_are_heard_first_stand_in_front_of_the_turn() -> None:
    facts = one_turn(signer(2, FIRST, "before"), signer(3, SECOND, "delegated"), signer(4, THIRD))
    found = first(facts)
    assert [each.id for each in found.heard_first] == [2, 3]
    assert found.addresses == (f"p{FIRST}", f"p{SECOND}")
    assert first(one_turn()).heard_first == ()
    twice = replace(facts, turns=[facts.turns[0], replace(facts.turns[0], id=9), *facts.turns[1:]])
    assert [each.id for each in first(twice).heard_first] == [2, 3], "each is named once"
    seats = seated(ALL)
    beside = replace(seats, turns=[*seats.turns, signer(9, CHIEF, "before", parent=2)])
    assert first(beside).addresses == (f"o{COMMITTEE}:party_secretary", f"p{CHIEF}", f"p{SECOND}", f"p{THIRD}")


def test_turns_of_the_present_state_say_nothing_of_the_next() -> None:
    facts = drafted(turns=[Turn(1, "turn", ("p9",))])
    assert [each.addresses[:1] for each in foretold(facts)[:2]] == [("p9",), (f"o{BRANCH}:branch_secretary",)]


def test_whom_the_case_is_about_is_told_where_they_may_not_take_it_forward() -> None:
    chain = {each.state: each.recused for each in foretold(snapshot("pledge", "under_review", subject="member"))}
    assert chain["under_review"] == MEMBER
    assert {each.recused for each in foretold(drafted())} == {None}


# -- which way


def test_a_case_that_comes_straight_back_is_foretold_so() -> None:
    facts = drafted(history=[done("Y05", FIRST)])
    assert ways(facts) == ["draft", "reviewing", "deciding", "approved"]
    returned = replace(facts, case=replace(facts.case, resume="deciding"))
    assert ways(returned) == ["draft", "deciding", "approved"]
    assert foretold(returned)[1].addresses == (f"p{FIRST}",)
    assert f"p{FIRST}" not in foretold(facts)[2].addresses, "it comes by the whole way again"


GUARDED = {"submit": {"guards": ("nothing_passes",)}}
ASIDE = {"sources": ("draft",), "to": "deciding", "by": {"organization": ("own.staff",)}, "tone": Tone.FORWARD}


@pytest.mark.usefixtures("seen")
@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ({"submit": {}, "go_on": ASIDE}, "reviewing"),
        ({**GUARDED, "go_on": ASIDE}, "deciding"),
        ({**GUARDED, "go_on": {**ASIDE, "guards": ("nothing_passes",)}}, "reviewing"),
        ({"submit": {"guards": ("nothing_passes",), "auto": True},
          "go_on": {**ASIDE, "guards": ("nothing_passes",)}}, "deciding"),
        ({"submit": {"guards": ("nothing_passes",), "auto": True}}, "reviewing"),
        ({"submit": {"to": "same"}, "go_on": ASIDE}, "deciding"),
        ({**GUARDED, "go_on": {**ASIDE, "by": {"organization": ("system",)}}}, "reviewing"),
        ({**GUARDED, "go_on": {**ASIDE, "by": {"organization": ("system",)}, "auto": True}}, "deciding"),
    ],
)  # fmt: skip
def test_the_way_is_that_whose_guards_pass_else_one_that_somebody_takes(changes: Mapping[str, Any], found: str) -> None:
    assert ways(drafted(stage(**changes)))[1] == found


def test_the_chain_ends_where_no_way_leads_on() -> None:
    assert ways(drafted(stage(submit={"to": "same"}))) == ["draft"]
    assert ways(drafted(stage(pass_on={"to": "draft"}))) == ["draft", "reviewing"]


def test_guards_are_asked_about_the_system_s_act_of_today(seen: list[Situation]) -> None:
    facts = drafted(stage(submit={"guards": ("everything_passes",)}))
    foretold(replace(facts, case=replace(facts.case, data={"text": "请批准"})))
    assert {(each.act.transition.trigger, each.act.actor, each.act.at, each.act.today) for each in seen} == {
        ("submit", SYSTEM_ACTOR, AT, TODAY)
    }
    assert [(dict(each.act.values), each.data) for each in seen] == [({}, {"text": "请批准"})]


# -- by when


def test_each_limit_is_counted_from_the_end_of_the_one_before() -> None:
    due = {each.state: each.due_on for each in foretold(drafted())}
    assert due == {"draft": None, "reviewing": date(2012, 3, 8), "deciding": date(2012, 3, 15), "approved": None}
