"""The conditions and effects of a vote session (domain.md §4.12, §5)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from tests.engine.asking import Asked, check
from tests.engine.cast import (
    ASSESSOR,
    BRANCH,
    CLERK,
    COMMITTEE,
    LEADER,
    MEMBER,
    ORGANISER,
    OTHER_ASSESSOR,
    SECRETARY,
    change,
    refusal,
    snapshot,
)

STAGE = "vote_session"
ROSTER = [SECRETARY, ORGANISER, MEMBER, ASSESSOR, OTHER_ASSESSOR]
MEETING: dict[str, Any] = {"matter": "assembly", "roster": ROSTER, "attendees": ROSTER, "presider": SECRETARY}
COUNTED: dict[str, Any] = {
    **MEETING,
    "expected": 5,
    "present": 5,
    "method": "secret",
    "issued": 5,
    "ayes": 4,
    "against": 1,
}


def absent(person: int, reason: str) -> dict[str, object]:
    """A row of the absences."""
    return {"person": person, "reason": reason}


ASKED = [
    Asked("recorder_takes_part", "V01", {"actor": ORGANISER}, "须回避", {"actor": MEMBER},
          {"data": MEETING | {"must_recuse": [ORGANISER]}}),
    Asked("attendance_is_complete", "V01", {"data": {"attendees": ROSTER[:4]}}, "还有1人",
          {"data": {"attendees": ROSTER[:4], "absences": [absent(OTHER_ASSESSOR, "leave")]}}, {"data": MEETING}),
    Asked("attendance_is_complete", "V01", {"data": {"absences": [absent(MEMBER, "leave")]}}, "同时列为", {},
          {"data": MEETING}),
    Asked("attendance_is_complete", "V01", {"data": {"attendees": [*ROSTER, CLERK]}}, "不在应到名册", {},
          {"data": MEETING}),
    Asked("presider_takes_part", "V01", {"data": {"presider": CLERK}}, "主持人须到会", {}, {"data": MEETING}),
    Asked("presider_takes_part", "V01", {"data": {"presider": ORGANISER}}, "书记到会",
          {"data": {"presider": ORGANISER, "recused": [SECRETARY]}}, {"data": MEETING}),
    Asked("quorum_is_met", "V03", {"data": {"present": 2}}, "未达到应到会", {"data": {"present": 3}},
          {"data": MEETING | {"expected": 5}}),
    Asked("quorum_is_not_met", "V02", {"data": {"present": 3}}, "可以开会", {"data": {"present": 2}},
          {"data": MEETING | {"expected": 5}}),
    Asked("everyone_was_heard", "V05", {}, "充分发表意见", {"data": {"heard": True}}),
    Asked("method_is_as_required", "V05", {"data": {"method": "oral"}}, "无记名投票", {"data": {"method": "secret"}},
          {"data": {"matter": "committee_weighty"}}),
    Asked("method_is_as_required", "V05", {"data": {"secret": True}}, "无记名投票", {},
          {"data": {"matter": "committee", "method": "oral"}}),
    Asked("tellers_are_two", "V05", {"data": {"teller": MEMBER}}, "两个人", {"data": {"teller": ORGANISER}},
          {"data": {"scrutineer": MEMBER}}),
    Asked("tellers_are_two", "V05", {"data": {"must_recuse": [MEMBER]}}, "不能监票", {},
          {"data": {"scrutineer": MEMBER, "teller": ORGANISER}}),
    Asked("counts_are_sound", "V06", {"data": {"ayes": 5}}, "多于实到会", {}, {"data": COUNTED}),
    Asked("counts_are_sound", "V06", {"data": {"issued": None}}, "发出票数",
          {"data": {"issued": None, "method": "oral"}}, {"data": COUNTED}),
    Asked("motion_is_adopted", "V07", {"data": {"ayes": 2, "against": 3}}, "须3票", {}, {"data": COUNTED}),
    Asked("motion_is_not_adopted", "V08", {}, "已达到", {"data": {"ayes": 2, "against": 3}}, {"data": COUNTED}),
    Asked("matter_is_for_assembly", "V07", {"data": {"matter": "committee"}}, "不是", {"data": {"matter": "assembly"}}),
    Asked("matter_is_for_committee", "V07", {"data": {"matter": "assembly"}}, "不是",
          {"data": {"matter": "committee"}}),
    Asked("method_is_by_ballot", "V05", {"data": {"method": "oral"}}, "不用表决票", {"data": {"method": "signed"}}),
]  # fmt: skip


@pytest.mark.parametrize("asked", ASKED, ids=lambda each: f"{each.guard}: {each.words}")
def test_guard(asked: Asked) -> None:
    check(STAGE, asked)


@pytest.mark.parametrize(
    ("own", "stated", "matter", "roster"),
    [
        (BRANCH, "assembly", "assembly", ROSTER),
        (BRANCH, "committee", "assembly", ROSTER),  # only secretary and organiser: no committee of three
        (COMMITTEE, "committee", "committee", [LEADER]),
        (COMMITTEE, "assembly", "committee_weighty", [LEADER]),
        (COMMITTEE, "branch_committee", "committee", [LEADER]),
    ],
)
def test_the_body_is_convened_by_its_own_rule(own: int, stated: str, matter: str, roster: list[int]) -> None:
    data = change("convene_body", snapshot(STAGE, own=own, data={"matter": stated}), "V01").data
    assert (data["matter"], data["roster"]) == (matter, sorted(roster))


@pytest.mark.parametrize(
    ("own", "stated", "members", "matter"),
    [
        (BRANCH, "committee", 2, "assembly"),
        (BRANCH, "committee", 3, "branch_committee"),
        (BRANCH, "branch_committee", 4, "branch_committee"),
        (BRANCH, "assembly", 4, "assembly"),
        (COMMITTEE, "committee_weighty", 4, "committee_weighty"),
        (COMMITTEE, "assembly", 4, "committee_weighty"),
    ],
)
def test_a_committee_of_three_decides_for_its_branch(own: int, stated: str, members: int, matter: str) -> None:
    facts = snapshot(STAGE, own=own, data={"matter": stated}, holders=lambda _: ROSTER[:members])
    assert change("convene_body", facts, "V01").data["matter"] == matter


def test_who_withdraws_is_expected_or_not_as_the_campaign_says() -> None:
    data = MEETING | {"must_recuse": [MEMBER], "recused": [ASSESSOR]}
    facts = snapshot(STAGE, data=data)
    stays = change("count_attendance", facts, "V01").data
    assert (stays["expected"], stays["present"], stays["recused"]) == (5, 3, sorted((MEMBER, ASSESSOR)))
    without = replace(facts, parameters={**facts.parameters, "vote.recusal_stays_expected": False})
    leaves = change("count_attendance", without, "V01").data
    assert (leaves["expected"], leaves["present"]) == (3, 3)


@pytest.mark.parametrize("kind", ["against", "abstain", "void"])
def test_every_vote_counts_against_those_present(kind: str) -> None:
    by_hand = MEETING | {"expected": 5, "present": 5, "method": "hands", "ayes": 3}
    assert refusal("counts_are_sound", snapshot(STAGE, data=by_hand | {kind: 2}), "V06") is None
    assert refusal("counts_are_sound", snapshot(STAGE, data=by_hand | {kind: 3}), "V06")


def test_the_subject_of_the_matter_withdraws() -> None:
    facts = snapshot(STAGE, data={"matter": "assembly", "recused": [MEMBER, CLERK]})
    data = change("convene_body", facts, "V01").data
    assert data["must_recuse"] == [MEMBER]  # the clerk is not on the roster


def test_attendance_counts_expected_and_present() -> None:
    data = MEETING | {
        "attendees": [SECRETARY, ORGANISER, MEMBER],
        "absences": [absent(ASSESSOR, "leave"), absent(OTHER_ASSESSOR, "bedridden")],
        "must_recuse": [MEMBER],
    }
    counted = change("count_attendance", snapshot(STAGE, data=data), "V01").data
    assert (counted["expected"], counted["present"]) == (4, 2)  # the bedridden are left out, the withdrawn stay in 应到
    assert counted["recused"] == [MEMBER]
    assert "半数" in str(counted["rule"])
    assert counted["warnings"]  # exactly half can open the meeting but pass nothing


def test_the_result_is_kept() -> None:
    data = change("record_result", snapshot(STAGE, data=COUNTED), "V06").data
    assert data == {"ayes_needed": 3, "adopted": True, "collected": 5}
    by_hand = {**COUNTED, "method": "hands", "issued": None}
    assert change("record_result", snapshot(STAGE, data=by_hand), "V06").data == {"ayes_needed": 3, "adopted": True}
    mixed = {**COUNTED, "ayes": 2, "against": 1, "abstain": 1, "void": 1}
    data = change("record_result", snapshot(STAGE, data=mixed), "V06").data
    assert data == {"ayes_needed": 3, "adopted": False, "collected": 5}
