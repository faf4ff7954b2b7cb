"""Who is told before a due moment comes and once it has passed (domain.md §4, reminder ladder)."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.engine.cast import BRANCH, COMMITTEE, ENTERPRISE, LEADING_GROUP, OFFICE, TREE, parameters, snapshot
from workflow.engine.ladder import Rung, audience_of, bodies_with_turn, fresh, furthest, ladder, open_turns
from workflow.engine.routing import Tree
from workflow.engine.snapshot import Snapshot, Turn

DUE = datetime(2012, 1, 30, 9, 30, tzinfo=UTC)  #: a Monday after the Spring Festival; the Sunday before it is worked


def waiting(*turns: Turn, **more: Any) -> Snapshot:
    return replace(snapshot("plan", "internal_review"), turns=turns, **more)


def turn(*addresses: str, **more: Any) -> Turn:
    return Turn(1, more.pop("kind", "turn"), addresses, **more)


AT_BRANCH = turn(f"o{BRANCH}:branch_secretary", f"o{BRANCH}:branch_org_member")


def test_the_rungs_are_working_days_and_begin_with_the_day() -> None:
    found = ladder(waiting(AT_BRANCH), DUE)
    told = [(each.name, (each.at + timedelta(hours=8)).isoformat()[:16], each.audience) for each in found]
    assert told == [
        ("T-3", "2012-01-20T00:00", "holder"), ("T-1", "2012-01-29T00:00", "holder"),
        ("T0", "2012-01-30T00:00", "holder"), ("T+1", "2012-01-31T00:00", "head"),
        ("T+3", "2012-02-02T00:00", "superior"),
    ]  # fmt: skip
    assert [each.is_before for each in found] == [True, True, True, False, False]


def test_the_day_is_that_of_the_case_s_zone() -> None:
    late = datetime(2012, 1, 29, 16, 30, tzinfo=UTC)  # half past midnight of the 30th in Beijing
    assert ladder(waiting(AT_BRANCH), late) == ladder(waiting(AT_BRANCH), DUE)


def test_a_state_says_by_itself_when_it_reminds() -> None:
    facts = waiting(AT_BRANCH)
    state = facts.definition.states["internal_review"].model_copy(update={"remind": (5,)})
    other = facts.definition.model_copy(update={"states": {"internal_review": state}})
    assert [each.name for each in ladder(replace(facts, definition=other), DUE)] == ["T-5", "T+1", "T+3"]
    quiet = state.model_copy(update={"remind": ()})
    silent = facts.definition.model_copy(update={"states": {"internal_review": quiet}})
    usual = [each.name for each in ladder(replace(facts, definition=silent), DUE)]
    assert usual == ["T-3", "T-1", "T0", "T+1", "T+3"], parameters()["reminder.before_due"]


@pytest.mark.parametrize(
    "rests", [{"is_closed": True}, {"is_waiting": True}, {"kind": "copied"}, {"kind": "consulted"}, {"kind": "vacancy"}]
)
def test_nobody_is_told_where_nobody_has_the_turn(rests: dict[str, Any]) -> None:
    facts = waiting(turn(f"o{BRANCH}:branch_secretary", **rests))
    assert open_turns(facts) == []
    assert ladder(facts, DUE) == ()


def test_the_furthest_reminder_of_all_settings() -> None:
    assert furthest([[3, 1, 0], "5", (7, "x")]) == 7
    assert furthest([]) == furthest([[], 9]) == 0


def rung(day: int, audience: str) -> Rung:
    return Rung(day, DUE + timedelta(days=day), audience)


RUNGS = [rung(-3, "holder"), rung(-1, "holder"), rung(0, "holder"), rung(1, "head"), rung(3, "superior")]


@pytest.mark.parametrize(
    ("behind", "acted", "now", "told"),
    [
        (0, -9, -3, [-3]), (0, -9, 0, [0]), (1, -9, -2, []), (0, -3, -3, []), (0, -1, 0, [0]), (0, 0, 0, []),
        (0, -9, 4, [0, 1, 3]), (3, -9, 4, [1, 3]), (4, -9, 4, [3]), (5, -9, 9, []), (0, 2, 4, [1, 3]),
    ],
)  # fmt: skip
def test_after_an_outage_the_newest_reminder_and_every_report(
    behind: int, acted: int, now: int, told: list[int]
) -> None:
    found = fresh(RUNGS, behind, DUE + timedelta(days=acted), DUE + timedelta(days=now))
    assert [each.days for each in found] == told


def test_a_reminder_goes_to_whoever_has_the_turn_once() -> None:
    facts = waiting(AT_BRANCH, turn(f"o{BRANCH}:branch_org_member", "p7"))
    assert audience_of(facts, rung(-1, "holder")) == (
        f"o{BRANCH}:branch_secretary", f"o{BRANCH}:branch_org_member", "p7",
    )  # fmt: skip


def test_a_report_goes_to_the_head_of_the_body_then_to_the_office_above() -> None:
    facts = waiting(AT_BRANCH, turn("p7"))
    assert bodies_with_turn(facts) == (BRANCH,)
    assert audience_of(facts, rung(1, "head")) == (f"o{BRANCH}:branch_secretary",)
    above = audience_of(facts, rung(3, "superior"))
    assert above == (f"o{COMMITTEE}:party_dept_head", f"o{COMMITTEE}:party_dept_staff")


def test_a_working_body_stands_for_the_one_it_works_for() -> None:
    facts = waiting(turn(f"o{OFFICE}:lg_office_staff"), turn(f"o{LEADING_GROUP}:lg_head"))
    assert bodies_with_turn(facts) == (ENTERPRISE,)
    assert f"o{ENTERPRISE}:party_secretary" in audience_of(facts, rung(1, "head"))


def test_a_body_that_nobody_leads_or_that_is_not_known_has_nobody_to_be_told() -> None:
    facts = waiting(AT_BRANCH, tree=Tree(TREE.bodies))
    assert audience_of(facts, rung(3, "superior")) == ()
    assert audience_of(waiting(turn("o99:party_secretary")), rung(1, "head")) == ()
    stranger = Tree({BRANCH: TREE.bodies[BRANCH]}, {BRANCH: (COMMITTEE,)})
    assert audience_of(waiting(AT_BRANCH, tree=stranger), rung(3, "superior")) == ()
