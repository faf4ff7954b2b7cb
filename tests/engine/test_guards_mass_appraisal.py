"""The conditions and effects of the mass-appraisal stage (domain.md §4.4, §6)."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.engine.cast import (
    ASSESSOR,
    CLERK,
    MEMBER,
    ORGANISER,
    PROBATIONER,
    SECRETARY,
    STAFF,
    TODAY,
    WORKER,
    change,
    child,
    days_from_today,
    done,
    parameters,
    refusal,
    snapshot,
)
from workflow.engine.snapshot import Ballots

PAST = datetime(2012, 3, 1, 9, 30, tzinfo=UTC)
FUTURE = datetime(2012, 3, 9, 9, 30, tzinfo=UTC)
ROSTER = {"party": 5, "staff": 11}


def appraisal(state: str = "draft", data: dict[str, object] | None = None, **surroundings: Any) -> Any:
    planned = {"held_on": days_from_today(3), "closes_on": days_from_today(5), "scrutineer": CLERK, "teller": ASSESSOR}
    return snapshot("mass_appraisal", state, data=planned | (data or {}), **surroundings)


def box(collected: int, issued: int | None = None, **more: Any) -> Ballots:
    return Ballots(ROSTER, collected if issued is None else issued, collected, **more)


def test_an_organisation_has_five_items_and_a_member_four() -> None:
    five: Any = change("set_items", appraisal(), "A01").data["items"]
    four: Any = change("set_items", appraisal(subject="member"), "A01").data["items"]
    assert (len(five), len(four)) == (5, 4)
    assert refusal("items_are_set", appraisal(data={"items": five}), "A01") is None
    assert refusal("items_are_set", appraisal(), "A01")


def test_the_dates_are_in_order() -> None:
    assert refusal("dates_are_in_order", appraisal(), "A01") is None
    assert refusal("dates_are_in_order", appraisal(data={"closes_on": days_from_today(2)}), "A01")
    assert refusal("dates_are_in_order", appraisal(data={"held_on": days_from_today(-1)}), "A01")


def test_both_groups_are_on_the_roster() -> None:
    assert refusal("roster_has_both_groups", appraisal("approved"), "A03") is None
    only_party = appraisal("approved", holders=lambda addresses: [] if ("employee" in str(addresses)) else [MEMBER])
    assert "职工群众" in (refusal("roster_has_both_groups", only_party, "A03") or "")


def test_the_roster_is_large_enough() -> None:
    few = {"party_voters": [MEMBER], "staff_voters": [WORKER]}
    assert "至少5人" in (refusal("roster_is_large_enough", appraisal("approved"), "A03", values=few) or "")
    assert refusal("roster_is_large_enough", appraisal("approved"), "A03") is None


def test_what_just_reaches_a_limit_passes() -> None:
    today = {"held_on": days_from_today(0), "closes_on": days_from_today(0)}
    assert refusal("dates_are_in_order", appraisal(data=today), "A01") is None
    five = {"party_voters": [MEMBER], "staff_voters": list(STAFF[:4])}
    assert refusal("roster_is_large_enough", appraisal("approved"), "A03", values=five) is None
    for roster, has_ended in (({}, False), ({"merged": 1}, True), ({"merged": 2}, False)):
        ballots = Ballots(roster, len(roster), len(roster))
        voting = appraisal("open", due_at=FUTURE, ballots=ballots)
        assert (refusal("voting_has_ended", voting, "A07", actor=None) is None) is has_ended


def test_a_third_of_the_voters_are_outside_the_party() -> None:
    one_worker = {"staff_voters": [WORKER]}
    assert "至少2人" in (refusal("staff_share_is_met", appraisal("approved"), "A03", values=one_worker) or "")
    assert refusal("staff_share_is_met", appraisal("approved"), "A03") is None


def test_the_share_is_not_asked_where_there_are_no_more_staff() -> None:
    def holders(addresses: Any) -> list[int]:
        return [WORKER] if "employee" in str(addresses) else [MEMBER, ORGANISER, PROBATIONER]

    assert refusal("staff_share_is_met", appraisal("approved", holders=holders), "A03") is None


@pytest.mark.parametrize(
    ("scrutineer", "teller", "fits"),
    [(CLERK, ASSESSOR, True), (CLERK, CLERK, False), (CLERK, None, False), (CLERK, SECRETARY, False)],
)
def test_the_counters_are_two_persons_who_are_not_appraised(scrutineer: int, teller: int | None, fits: bool) -> None:
    chosen = {"scrutineer": scrutineer, "teller": teller}
    assert (refusal("counters_are_independent", appraisal("approved"), "A03", values=chosen) is None) is fits


def test_the_appraised_do_not_vote_on_themselves() -> None:
    of_branch = change("draw_up_roster", appraisal("approved"), "A03")
    assert (SECRETARY, "party") not in (of_branch.roster or ())
    assert (WORKER, "staff") in (of_branch.roster or ())
    assert (of_branch.data["roster_party"], of_branch.data["roster_staff"]) == (5, 11)
    of_member = change("draw_up_roster", appraisal("approved", subject="member"), "A03")
    assert (MEMBER, "party") not in (of_member.roster or ())
    assert of_branch.data["roster_hash"] != of_member.data["roster_hash"]


def test_voting_is_not_opened_after_its_last_day() -> None:
    assert "改期" in (refusal("closing_day_is_ahead", appraisal("announced"), "A05", today=TODAY + timedelta(6)) or "")
    assert refusal("closing_day_is_ahead", appraisal("announced"), "A05", today=TODAY + timedelta(5)) is None


def test_voters_are_told_three_working_days_before() -> None:
    assert refusal("notice_is_early_enough", appraisal("roster_fixed"), "A04") is None
    assert "2012-03-08" in (
        refusal("notice_is_early_enough", appraisal(data={"held_on": days_from_today(2)}), "A04") or ""
    )


def test_voting_opens_on_the_day_announced() -> None:
    assert refusal("opening_day_has_come", appraisal("announced"), "A05")
    assert refusal("opening_day_has_come", appraisal("announced"), "A05", today=TODAY + timedelta(3)) is None


def test_voting_is_extended_once_and_only_for_want_of_votes() -> None:
    later = {"closes_on": days_from_today(9)}
    few, enough = appraisal("open", ballots=box(3)), appraisal("open", ballots=box(12))
    assert refusal("may_extend", few, "A06", values=later) is None
    assert refusal("may_extend", enough, "A06", values=later)
    assert refusal("may_extend", few, "A06", values={"closes_on": days_from_today(5)})
    extended = appraisal("open", dict(change("count_extension", few, "A06").data), ballots=box(3))
    assert "最多延长1次" in (refusal("may_extend", extended, "A06", values=later) or "")


def test_voting_ends_in_time_or_when_all_have_voted() -> None:
    assert refusal("voting_has_ended", appraisal("open", due_at=PAST, ballots=box(3)), "A07", actor=None) is None
    assert refusal("voting_has_ended", appraisal("open", due_at=FUTURE, ballots=box(15)), "A07")
    assert refusal("voting_has_ended", appraisal("open", due_at=FUTURE, ballots=box(16)), "A07") is None
    assert change("close_ballot_box", appraisal("open"), "A07", actor=None).rewrite_ballots


@pytest.mark.parametrize(("collected", "reached"), [(10, False), (11, True)])  # two thirds of 16 are 10.67
def test_two_thirds_of_the_roster_have_to_vote(collected: int, reached: bool) -> None:
    closed = appraisal("ballot_closed", ballots=box(collected))
    assert (refusal("turnout_is_reached", closed, "A09", actor=CLERK) is None) is reached
    assert (refusal("turnout_is_too_low", closed, "A08", actor=None) is None) is not reached


def test_more_ballots_than_issued_void_the_appraisal() -> None:
    sound, broken = appraisal("counting", ballots=box(12)), appraisal("counting", ballots=box(12, issued=11))
    assert refusal("box_is_sound", sound, "A11") is None
    assert refusal("box_is_sound", broken, "A11")
    assert refusal("more_collected_than_issued", broken, "A10", actor=None) is None
    assert refusal("more_collected_than_issued", sound, "A10", actor=None)


def test_the_ballots_are_counted_again_once() -> None:
    tallied = appraisal("tallied")
    assert refusal("may_recount", tallied, "A12") is None
    assert refusal("may_recount", appraisal("counting", dict(change("count_recount", tallied, "A12").data)), "A12")


def test_opinions_are_merged_before_they_are_told() -> None:
    assert refusal("opinions_are_merged", appraisal("tallied"), "A13")
    assert refusal("opinions_are_merged", appraisal("tallied", {"opinions": ["多听意见"]}), "A13") is None


def test_objections_are_made_within_three_working_days() -> None:
    told = appraisal("fed_back", history=[done("A14", CLERK)])
    last, after = TODAY + timedelta(3), TODAY + timedelta(4)
    assert refusal("objection_window_is_open", told, "A15", today=last) is None
    assert refusal("objection_window_is_open", told, "A15", today=after)
    assert refusal("objection_window_is_over", told, "A18", today=last)
    assert refusal("objection_window_is_over", told, "A18", today=after) is None


@pytest.mark.parametrize(("percent", "sufficient"), [("59.99", False), ("60.00", True), ("", True)])
def test_less_than_sixty_percent_calls_for_a_remedy(percent: str, sufficient: bool) -> None:
    published = appraisal("published", {"satisfied_percent": percent})
    assert (refusal("satisfaction_is_sufficient", published, "A23") is None) is sufficient
    assert (refusal("satisfaction_is_too_low", published, "A19") is None) is not sufficient


def test_the_remedy_is_finished_before_the_case_goes_on() -> None:
    running = appraisal("remedial", children=[child("rectification", "rectifying", final=False)])
    assert refusal("remedy_is_finished", running, "A20")
    assert refusal("remedy_is_finished", replace(running, children=[child("rectification", "closed")]), "A20") is None
    assert refusal("remedy_is_finished", appraisal("remedial"), "A24") is None


def counted(party: int, staff: int, option: str = "satisfied", **ballots: Any) -> dict[str, Any]:
    items: Any = change("set_items", appraisal(), "A01").data["items"]
    answers = [(group, {row["code"]: option for row in items}) for group in ["party"] * party + ["staff"] * staff]
    counting = appraisal("counting", {"items": items}, ballots=box(party + staff, answers=answers, **ballots))
    return dict(change("compute_tally", counting, "A11", actor=CLERK).data)


def test_the_tally_is_kept_as_it_is_printed() -> None:
    found = counted(5, 9)
    tally = found["tally"]
    assert (tally["roster"], tally["issued"], tally["collected"], tally["valid"], tally["void"]) == (16, 14, 14, 14, 0)
    assert tally["options"] == ["满意", "比较满意", "基本满意", "不满意"]
    assert [group["title"] for group in tally["groups"]] == ["党员", "非党职工群众", "全部参评人员"]
    first = tally["groups"][0]["items"][0]
    assert first == {
        "title": "组织开展创先争优活动",
        "counts": [5, 0, 0, 0],
        "percents": ["100.00", "0.00", "0.00", "0.00"],
        "satisfied": "100.00",
        "score": "10.00",
    }
    assert tally["groups"][2]["items"][-1]["title"] == "综合"
    assert (found["satisfied_percent"], found["appraisal_score"]) == ("100.00", "100.00")
    assert found["opinions"] == ["无"]


def test_small_groups_are_hidden_in_the_tally() -> None:
    tally = counted(4, 9)["tally"]
    assert [group["collected"] for group in tally["groups"]] == ["—", "—", 13]
    assert tally["groups"][0]["items"][0]["counts"] == ["—"] * 4
    everything = counted(2, 2)
    assert "satisfied_percent" not in everything
    assert {group["collected"] for group in everything["tally"]["groups"]} == {"—"}


def test_dissatisfaction_and_remarks_are_counted() -> None:
    found = counted(5, 9, "dissatisfied", remarks=["多听意见"])
    assert (found["satisfied_percent"], found["appraisal_score"]) == ("0.00", "20.00")
    assert "opinions" not in found


def test_a_new_round_starts_empty() -> None:
    said = {"objection": "异议", "reply": "答复", "fault": "漏发", "appraisal_score": "80.00"}
    old = appraisal("invalid", {"tally": {}, "extensions": 1, "satisfied_percent": "50.00", "opinions": ["旧"], **said})
    fresh = change("new_round", old, "A21").data
    assert [fresh[each] for each in ("tally", *said)] == [None] * 5
    assert (fresh["satisfied_percent"], fresh["extensions"], fresh["opinions"]) == (None, 0, [])
    assert fresh["appraisal_round"] == 1


def test_the_scale_has_points_for_every_grade() -> None:
    scale, points = parameters()["appraisal.scale"], parameters()["appraisal.points"]
    assert len(scale) == len(points) == 4  # type: ignore[arg-type]


@pytest.mark.parametrize("transition", ["A15", "A27", "A31", "A32"])
def test_who_decides_is_found_anew_when_the_secretary_has_come_to_head_what_is_appraised(transition: str) -> None:
    stage = appraisal().definition
    assert next(each for each in stage.transitions if each.id == transition).effects == ("name_decider",)
