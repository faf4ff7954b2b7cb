"""What rectification, pledges and inspections note, to the letter: deadlines, ledgers, progress, frames."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from tests.engine.asking import case_of
from tests.engine.cast import (
    BRANCH,
    CE_LG,
    COMMITTEE,
    ENTERPRISE,
    LEADER,
    ORGANISER,
    SECRETARY,
    change,
    done,
    parameters,
    related,
    snapshot,
)
from tests.engine.test_guards_inspection import RANDOM, UNITS
from tests.engine.test_guards_inspection import STAGE as INSPECTION
from tests.engine.test_guards_pledge import ITEM, OTHER, pledge
from tests.engine.test_guards_rectification import DUE, FAILED, ITEMS, NOTICE, PASSED, rectification
from tests.engine.test_recusal import holders_in
from workflow.engine.guards.inspection import METHOD

# -- rectification


def noted(effect: str, data: dict[str, Any], today: date = date(2012, 3, 5)) -> Any:
    return change(effect, rectification(data), "Z05", today=today).data


def test_a_deadline_is_noted_with_the_calendar_that_counted_it() -> None:
    version = snapshot("rectification").calendar.version
    counted = {"deadline_on": "2012-03-19", "deadline_days": 10, "deadline_provisional": False,
               "calendar_version": version}  # fmt: skip
    assert noted("set_deadline", NOTICE) == counted
    assert noted("set_rework_deadline", {"rework_days": 10}) == counted
    assert noted("set_deadline", NOTICE, date(2013, 12, 30))["deadline_provisional"], "no calendar of 2014 is known"
    for effect in ("set_deadline", "set_rework_deadline"):
        assert (noted(effect, {})["deadline_on"], noted(effect, {})["deadline_days"]) == ("2012-03-05", 0)


def test_a_notice_starts_from_the_usual_limit() -> None:
    assert noted("propose_limit", {}) == {"limit_days": parameters()["rect.period_default"]}


def test_an_extension_is_proposed_granted_or_refused() -> None:
    asked = {**DUE, "extension_days": 5}
    assert noted("propose_new_deadline", asked) == {"new_due_on": "2012-03-26", "extension_decision": None}
    granted = noted("extend_deadline", asked)
    assert (granted["deadline_on"], granted["deadline_days"], granted["extension_decision"]) == (
        "2012-03-26", 15, "granted")  # fmt: skip
    assert granted["deadline_provisional"] is False
    assert noted("refuse_extension", asked) == {"new_due_on": "2012-03-19", "extension_decision": "refused"}
    unstated = noted("propose_new_deadline", {"extension_days": 5})
    assert unstated["new_due_on"] == "2012-03-12", "counted from today where no deadline stood"
    assert (
        noted("propose_new_deadline", DUE)["new_due_on"] == noted("extend_deadline", DUE)["deadline_on"] == "2012-03-19"
    )
    assert noted("extend_deadline", {"extension_days": 5})["deadline_days"] == 5


def test_a_new_line_of_the_ledger_has_nothing_but_its_problem() -> None:
    fresh = {"problem": "台账不全", "measure": None, "owner": None, "due_on": None, "state": "open", "evidence": None}
    assert noted("list_problems", {**NOTICE, "items": ITEMS[:1]}) == {"items": [ITEMS[0], fresh]}


def test_a_verdict_opens_what_failed_and_leaves_the_rest() -> None:
    lines = [{"problem": each, "result": "passed", "note": None} for each in ("组织生活缺失", "台账不全")]
    assert noted("list_verification", {"items": ITEMS}) == {"verification": lines}
    failed = noted("record_acceptance", {"items": ITEMS, "verification": FAILED})
    assert failed == {"items": [ITEMS[0], {**ITEMS[1], "state": "open"}], "conclusion": "不合格"}
    assert noted("record_acceptance", {"items": ITEMS, "verification": PASSED}) == {
        "items": ITEMS,
        "conclusion": "合格",
    }
    unknown = noted("record_acceptance", {"items": ITEMS, "verification": PASSED[:1]})
    assert unknown["items"] == ITEMS, "what nobody looked at stays as it was"


def test_a_cause_is_taken_over_once() -> None:
    assert noted("take_over_cause", {}) == {}
    assert noted("take_over_cause", {"cause": "ineffective_work", "causes": ["no_pledge"]}) == {}
    assert noted("take_over_cause", {"cause": "ineffective_work", "causes": []}) == {"causes": ["ineffective_work"]}


# -- pledge


def test_a_pledge_reports_on_every_item() -> None:
    known = {"text": ITEM["text"], "outcome": "done", "evidence": "记录"}
    fresh = {"text": OTHER["text"], "outcome": "open", "evidence": ""}
    assert change("list_results", pledge(data={"results": [known]}), "L07").data == {"results": [known, fresh]}
    assert change("list_results", pledge(data={"items": [{"text": ""}, ITEM]}), "L07").data == {
        "results": [{**fresh, "text": ITEM["text"]}]}  # fmt: skip


RESULTS = [{"text": each, "outcome": "open", "evidence": ""} for each in ("走访", "攻关")]


@pytest.mark.parametrize(
    ("entered", "done"),
    [
        ({"item": 1, "item_done": True, "evidence": "记录"}, {0: "记录"}),
        ({"item": 2, "item_done": True}, {1: "已走访"}),
        ({"item": 2, "item_done": True, "evidence": "照片"}, {1: "照片"}),
        ({"item": 1}, {}),
        ({"item": 0, "item_done": True}, {}),
        ({"item": 3, "item_done": True}, {}),
        ({"item_done": True}, {}),
    ],
)
def test_progress_is_noted_and_an_item_ticked_when_it_is_done(entered: dict[str, Any], done: dict[int, str]) -> None:
    before = {"item": 1, "text": "开始", "on": "2012-02-01"}
    given = {"results": RESULTS, "progress": [before], "progress_note": "已走访", **entered}
    line = {"item": entered.get("item", 0), "text": "已走访", "on": "2012-03-05"}
    ticked = [{**row, "outcome": "done", "evidence": done[at]} if at in done else row for at, row in enumerate(RESULTS)]
    assert change("log_progress", pledge("performing", given), "L08").data == {
        "progress": [before, line], "results": ticked}  # fmt: skip


def test_every_continuation_and_every_change_is_kept() -> None:
    assert change("count_continuation", pledge(data={"continuations": 1}), "L18").data == {"continuations": 2}
    before = {"items": [OTHER], "until": "2012-02-01"}
    changed = change("apply_change", pledge(data={"former_items": [before], "new_items": [OTHER]}), "L10").data
    assert changed == {"items": [OTHER], "old_items": [ITEM, OTHER],
                       "former_items": [before, {"items": [ITEM, OTHER], "until": "2012-03-05"}]}  # fmt: skip


def test_a_pledge_that_moves_is_decided_on_where_it_has_come_to() -> None:
    head = {(COMMITTEE, "party_secretary"): (LEADER,), (ENTERPRISE, "party_secretary"): (SECRETARY,)}
    branch = pledge("performing", {"to_body": COMMITTEE}, holders=holders_in(head))
    moved = change(
        "move_to_new_body", replace(branch, case=replace(branch.case, bodies={"own": BRANCH, "sup": 7})), "L24"
    )
    assert moved.bodies == {"own": COMMITTEE, "above": ENTERPRISE, "sup": ENTERPRISE}
    of_the_body = replace(branch, case=replace(branch.case, bodies={"own": BRANCH, "sup": BRANCH}))
    assert change("move_to_new_body", of_the_body, "L24").bodies == {
        "own": COMMITTEE, "sup": COMMITTEE, "above": ENTERPRISE}  # fmt: skip
    top = change("move_to_new_body", pledge("performing", {"to_body": CE_LG}), "L24")
    assert top.bodies["own"] == CE_LG, "nobody leads it"
    assert "above" not in top.bodies
    secretary = pledge("performing", {"to_body": BRANCH})
    pledging = replace(secretary.case, person=replace(secretary.case.person, id=SECRETARY), bodies={"own": COMMITTEE})
    assert change("move_to_new_body", replace(secretary, case=pledging), "L24").data == {"decider": [ORGANISER]}
    nobody = change("name_pledge_decider", replace(secretary, case=replace(secretary.case, person=None)), "L03")
    assert nobody.data == {"decider": []}


# -- inspection


def frame(today: date = date(2012, 3, 5), **given: Any) -> Any:
    return change("freeze_frame", case_of(INSPECTION, RANDOM | given), "I13", today=today).data


def test_a_unit_is_framed_with_its_category_and_region() -> None:
    units = [
        {"unit": 31, "category": "production", "region": "东"},
        {"unit": 12, "category": "service", "region": "西"},
    ]
    assert frame(data={"units": units})["frame"] == [
        {"id": "12", "category": "service", "level": "", "region": "西"},
        {"id": "31", "category": "production", "level": "", "region": "东"},
    ]


@pytest.mark.parametrize(
    ("today", "first_day"),
    [
        (date(2012, 3, 5), date(2011, 9, 5)), (date(2012, 8, 31), date(2012, 2, 29)),
        (date(2011, 8, 31), date(2011, 2, 28)), (date(2012, 12, 31), date(2012, 6, 30)),
        (date(2012, 6, 30), date(2011, 12, 30)), (date(2012, 7, 31), date(2012, 1, 31)),
    ],
)  # fmt: skip
def test_units_are_spared_for_so_many_months(today: date, first_day: date) -> None:
    assert parameters()["inspection.recent_months"] == 6
    days = {first_day: 31, date.fromordinal(first_day.toordinal() + 1): 25}
    before = [related(INSPECTION, "closed", {"sampled_on": each.isoformat(), "sample": [unit]})
              for each, unit in days.items()]  # fmt: skip
    other = related("rectification", "closed", {"sampled_on": today.isoformat(), "sample": [12]})
    assert frame(today, related=[*before, other])["spared"] == [25]


def test_a_draw_keeps_the_last_reason_and_the_regions() -> None:
    regions = [{"unit": unit, "category": "production", "region": where} for unit, where in ((8, "东"), (9, "西"))]
    listed = frame(data={"units": regions})
    value = {**listed, "public_value": "0305"}
    once = case_of(INSPECTION, {"own": COMMITTEE, "data": value})
    [record] = change("draw_units", once, "I01").data["draws"]  # type: ignore[misc]
    assert (record["plan"]["reason"], record["software_version"]) == ("", METHOD)
    assert [(each["id"], each["region"]) for each in record["frame"]] == [("8", "东"), ("9", "西")]
    again = replace(once, history=[done("I15", reason="漏列"), done("I15", reason="名单有误")])
    [redrawn] = change("draw_units", again, "I01").data["draws"]  # type: ignore[misc]
    assert redrawn["plan"]["reason"] == "名单有误"


def test_a_fixed_list_is_noted_with_its_day() -> None:
    units = [each["unit"] for each in UNITS]
    assert change("fix_units", case_of(INSPECTION, RANDOM), "I02").data == {"sample": units, "sampled_on": "2012-03-05"}


def test_the_leaders_of_each_unit_confirm() -> None:
    facts = case_of(INSPECTION, {"own": COMMITTEE, "data": {"sample": [BRANCH]}})
    waiting = {"unit": BRANCH, "people": [SECRETARY], "confirmed": False}
    assert change("name_confirmers", facts, "I06").data == {"confirmations": [waiting], "unconfirmed": [SECRETARY]}
    named = case_of(
        INSPECTION, {"data": {"confirmations": [waiting, {**waiting, "confirmed": True, "people": [LEADER]}]}}
    )
    assert change("tick_unit", named, "I14", actor=SECRETARY).data == {
        "confirmations": [{**waiting, "confirmed": True}, {**waiting, "confirmed": True, "people": [LEADER]}],
        "unconfirmed": [],
    }
