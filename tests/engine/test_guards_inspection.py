"""The conditions and effects of inspection and of experience bulletins (R58, R78, R79, domain.md §4.13, §7)."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from tests.engine.asking import Asked, case_of, check
from tests.engine.cast import BRANCH, CLERK, COMMITTEE, LEADER, MEMBER, ORGANISER, SECRETARY, change, done, related
from workflow.engine.draw import record_from_plain, replay
from workflow.engine.guards.inspection import frame_in

STAGE = "inspection"
UNITS = [{"unit": unit, "category": "production", "region": ""} for unit in (31, 12, 25, 8)]
OWN = [{"unit": COMMITTEE}]
RANDOM: dict[str, Any] = {"own": COMMITTEE, "data": {"mode": "random", "units": UNITS}}
FRAME: dict[str, Any] = dict(change("freeze_frame", case_of(STAGE, RANDOM), "I13").data)
WAITING = [
    {"unit": 8, "people": [SECRETARY], "confirmed": False},
    {"unit": 12, "people": [LEADER], "confirmed": False},
]

ASKED = [
    Asked("mode_is_random", "I01", {"data": {"mode": "regular"}}, "确定名单", {"data": {"mode": "random"}}),
    Asked("mode_is_not_random", "I02", {"data": {"mode": "random"}}, "须抽签", {"data": {"mode": "symposium"}}),
    Asked("frame_has_units", "I13", {"data": {"units": []}}, "请填写", {}, {"data": {"units": UNITS}}),
    Asked("frame_has_units", "I13", {"data": {"units": UNITS[:1] * 2}}, "重复", {}, {"data": {"units": UNITS}}),
    Asked("frame_has_units", "I02", {"data": {"units": OWN}}, "本单位自身", RANDOM, {"data": {"units": UNITS}}),
    Asked("frame_is_published", "I01", {"data": {"frame_hash": ""}}, "请先公布", {}, {"data": FRAME}),
    Asked("frame_is_published", "I01", {"data": {"frame": FRAME["frame"][:3]}}, "有改动", {}, {"data": FRAME}),
    Asked("draw_is_possible", "I01", {}, "还没有公开数值", {"data": {"public_value": "0305"}}, {"data": FRAME}),
    Asked("inspection_is_announced", "I03", {"data": {"unannounced": True}}, "直接检查", {}),
    Asked("inspection_is_unannounced", "I04", {"data": {"mode": "regular"}}, "请先通知", {"data": {"mode": "random"}},
          {"data": {"unannounced": True}}),
    Asked("team_is_large_enough", "I05", {"data": {"team": [1, 2]}}, "不少于3人", {"data": {"team": [1, 2, 3]}}),
    Asked("team_is_impartial", "I05", {"data": {"team": [SECRETARY, CLERK]}}, "须回避",
          {"data": {"team": [ORGANISER, CLERK]}},
          {"data": {"sample": [BRANCH]}}),
    Asked("body_leads_others", "I02", {}, "没有所领导的下级党组织", {"led": [BRANCH]}),
    Asked("findings_are_of_units_inspected", "I06", {"data": {"problems": [{"unit": 1}, {"unit": 2}]}}, "第2行",
          {"data": {"problems": [{"unit": 1}], "experiences": [{"unit": 1}]}}, {"data": {"sample": [1]}}),
    Asked("findings_are_of_units_inspected", "I11", {"data": {"experiences": [{"unit": 3}]}}, "“经验做法”第1行", {},
          {"data": {"sample": [1]}}),
    Asked("problems_are_decided", "I11", {"data": {"problems": [{"text": "台账不全", "decision": "none"}]}}, "写明理由",
          {"data": {"problems": [{"text": "台账不全", "decision": "rectify"}]}}),
    Asked("other_units_are_outstanding", "I14", {"data": {"confirmations": WAITING[:1]}}, "核对事实", {},
          {"data": {"confirmations": WAITING}}),
    Asked("other_units_have_confirmed", "I07", {}, "其他单位没有核对", {"data": {"confirmations": WAITING[:1]}},
          {"data": {"confirmations": WAITING}}),
    Asked("facts_are_exchanged_or_explained", "I08", {"state": "findings_draft"}, "先核对", {"state": "exchanged"}),
    Asked("facts_are_exchanged_or_explained", "I08", {}, "先核对", {"data": {"unexchanged_reason": "单位已撤销"}},
          {"state": "findings_draft"}),
]  # fmt: skip

BULLETIN = [
    Asked("draft_is_not_signed_off", "B08", {"data": {"signed_off_on": "2012-03-01"}}, "已经签发", {}),
    Asked("draft_is_signed_off", "B01", {}, "没有经投稿单位书记", {"data": {"signed_off_on": "2012-03-01"}}),
    Asked("editor_does_not_sign", "B05", {"actor": CLERK}, "编辑人", {"actor": LEADER},
          {"history": [done("B03", CLERK)]}),
    Asked("editor_does_not_sign", "B05", {"history": [done("B03", LEADER), done("B03", CLERK)]}, "改由他人送签",
          {"history": [done("B03", CLERK), done("B03", LEADER)]}, {"actor": CLERK}),
]  # fmt: skip


@pytest.mark.parametrize("asked", ASKED, ids=lambda each: f"{each.guard}: {each.words}")
def test_inspection(asked: Asked) -> None:
    check(STAGE, asked)


@pytest.mark.parametrize("asked", BULLETIN, ids=lambda each: f"{each.guard}: {each.words}")
def test_bulletin(asked: Asked) -> None:
    check("experience_bulletin", asked)


def drawn(**given: Any) -> dict[str, Any]:
    """What a draw writes."""
    data = {**RANDOM["data"], **FRAME, "public_value": "0305"}
    return dict(change("draw_units", case_of(STAGE, {"own": COMMITTEE, "data": data, **given}), "I01").data)


def test_anybody_can_draw_the_sample_again() -> None:
    data = drawn()
    assert len(data["sample"]) == 2  # a third of four, rounded up
    assert set(data["sample"]) <= {8, 12, 25, 31}
    record = record_from_plain(data["draws"][0])
    assert replay(record) == ()
    assert [int(each) for each in record.sample] == data["sample"]


def test_units_are_drawn_apart_by_category_level_and_region() -> None:
    row = {"id": "8", "category": "production", "level": "second", "region": "north"}
    rows = [row, *({**row, "id": str(number), name: "-"} for number, name in enumerate(list(row)[1:], 10))]
    assert len({unit.stratum for unit in frame_in({"frame": rows})}) == 4


def test_the_frame_does_not_depend_on_the_order_of_the_list() -> None:
    turned = {"own": COMMITTEE, "data": {"mode": "random", "units": UNITS[::-1]}}
    assert change("freeze_frame", case_of(STAGE, turned), "I13").data["frame_hash"] == FRAME["frame_hash"]


def test_a_redraw_keeps_the_earlier_record_and_its_reason() -> None:
    first = drawn()
    again = drawn(
        history=[done("I01"), done("I15", reason="名单有误")],
        data={**FRAME, "public_value": "77", "draws": first["draws"]},
    )
    assert [each["plan"]["number"] for each in again["draws"]] == [1, 2]
    assert again["draws"][1]["plan"]["reason"] == "名单有误"


def test_units_inspected_lately_are_spared() -> None:
    lately = related(STAGE, "closed", {"sampled_on": "2012-01-10", "sample": [31]})
    long_ago = related(STAGE, "closed", {"sampled_on": "2011-08-31", "sample": [25]})
    data = change("freeze_frame", case_of(STAGE, RANDOM | {"related": [lately, long_ago]}), "I13").data
    assert data["spared"] == [31]
    assert [each["id"] for each in data["frame"]] == ["12", "25", "8"]  # type: ignore[attr-defined]


@pytest.mark.parametrize("today", [date(2012, 8, 31), date(2012, 2, 29), date(2012, 12, 31)])
def test_months_before_the_end_of_a_month_are_dates(today: date) -> None:
    assert change("freeze_frame", case_of(STAGE, RANDOM), "I13", today=today).data["spared"] == []


def test_a_fixed_list_is_the_sample() -> None:
    assert change("fix_units", case_of(STAGE, RANDOM), "I02").data["sample"] == [31, 12, 25, 8]


def test_each_unit_confirms_for_itself() -> None:
    case = case_of(STAGE, {"own": COMMITTEE, "data": {"sample": [BRANCH, COMMITTEE]}})
    named = change("name_confirmers", case, "I06").data
    assert named["unconfirmed"] == [SECRETARY, LEADER]
    ticked = change("tick_unit", case_of(STAGE, {"data": dict(named)}), "I14", actor=SECRETARY).data
    assert ticked["unconfirmed"] == [LEADER]
    untouched = change("tick_unit", case_of(STAGE, {"data": dict(ticked)}), "I14", actor=MEMBER).data
    assert untouched["unconfirmed"] == [LEADER]


def test_a_draft_is_signed_off_and_copied_for_editing() -> None:
    draft = case_of("experience_bulletin", {"data": {"text": "做法"}})
    assert change("sign_off_draft", draft, "B08").data == {"signed_off_on": "2012-03-05"}
    assert change("copy_draft", draft, "B01").data == {"edited_text": "做法"}
