"""The conditions and effects of issuing, receiving and filing documents (domain.md §4.8–§4.10, §11)."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.engine.asking import Asked, check
from tests.engine.cast import (
    CE_LG,
    CLERK,
    COMMITTEE,
    ENTERPRISE,
    LEADER,
    MEMBER,
    ORGANISER,
    SECRETARY,
    TODAY,
    change,
    days_from_today,
    done,
    refusal,
    snapshot,
)
from workflow.engine.moving import SYSTEM_ACTOR, leaves
from workflow.engine.snapshot import Act, Change, Paper

SYSTEM = None
SIGNED = {"signed_on": "2012-03-05", "title": "关于印发实施方案的通知", "document": "ABCD"}

ISSUE = [
    Asked("approved_in_parent", "D01", {"data": {"signed_on": None}}, "没有在上一事项中", {},
          {"actor": SYSTEM, "data": SIGNED, "parent_stage": "plan"}),
    Asked("approved_in_parent", "D04", {"history": [done("D07")]}, "须由人办理",
          {"history": [done("D07")], "actor": LEADER},
          {"actor": SYSTEM, "data": SIGNED, "parent_stage": "plan"}),
    Asked("handled_by_person", "D01", {"actor": SYSTEM}, "由系统", {"actor": CLERK}),
    Asked("paper_is_ready", "D01", {"data": {"title": ""}}, "文件标题", {}, {"data": SIGNED}),
    Asked("paper_reviewer_is_not_drafter", "D03", {"actor": ORGANISER}, "拟稿人",
          {"actor": SECRETARY}, {"data": {"drafter": ORGANISER}}),
    Asked("request_has_one_recipient", "D03", {"data": {"main": ["甲", "乙"]}}, "现有2个", {"data": {"main": ["甲"]}},
          {"data": {"kind": "请示"}}),
    Asked("signatory_is_main_leader", "D04", {"data": {"signatory": ORGANISER}}, "主要负责人",
          {"data": {"signatory": SECRETARY}},
          {"data": {"upward": True}}),
    Asked("signatory_is_not_drafter", "D04", {"actor": ORGANISER}, "拟稿人",
          {"actor": SECRETARY}, {"data": {"drafter": ORGANISER}}),
    Asked("partners_can_sign", "D21", {"data": {"partners": [{"body": COMMITTEE}, {"body": COMMITTEE}]}}, "不能重复",
          {"data": {"partners": [{"body": COMMITTEE}]}}),
    Asked("partners_can_sign", "D21", {"data": {"partners": [{"body": COMMITTEE}, {"body": ENTERPRISE}]}}, "第2行",
          {"data": {"partners": [{"body": COMMITTEE}]}}),
    Asked("paper_is_not_joint_yet", "D21", {"data": {"partners": [{"body": COMMITTEE}]}}, "已经会签", {}),
    Asked("approvals_are_complete", "D06", {}, "没有签发", {"data": SIGNED}),
    Asked("paper_is_printed", "D09", {"papers": [Paper("notice", "岳党发〔2012〕1号", "queued", "P06")]}, "正在印制",
          {"papers": [Paper("notice", "岳党发〔2012〕1号", "rendered", "P06")]}),
    Asked("partners_have_to_seal", "D25", {}, "没有等待用印", {"data": {"seal": True}},
          {"data": {"partners": [{"body": COMMITTEE}]}}),
    Asked("partners_have_sealed", "D09", {}, "还没有用印的联署机关：", {"data": {"sealed_by": [COMMITTEE]}},
          {"data": {"partners": [{"body": COMMITTEE}], "seal": True}}),
    Asked("paper_needs_seal", "D10", {}, "直接核发", {"data": {"seal": True}}),
    Asked("paper_needs_no_seal", "D11", {"data": {"seal": True}}, "加盖印章", {}),
    Asked("seal_keeper_is_not_drafter", "D10", {"actor": ORGANISER}, "拟稿人",
          {"actor": MEMBER}, {"data": {"drafter": ORGANISER}}),
    Asked("receipts_are_in", "D13", {}, "回执", {"data": {"receipts": True}}),
]  # fmt: skip

RECEIPT = [
    Asked("handling_date_is_ahead", "E05", {"data": {"handle_by": days_from_today(-1)}}, "已经过去",
          {"data": {"handle_by": days_from_today(0)}}),
    Asked("request_is_answered_by_reply", "E08", {"data": {"answer_kind": "letter"}}, "用批复",
          {"data": {"answer_kind": "reply"}},
          {"data": {"doc_kind": "request"}}),
    Asked("request_is_answered_by_reply", "E08", {"data": {"answer_kind": "reply"}}, "只用于答复请示",
          {"data": {"answer_kind": "letter"}}, {"data": {"doc_kind": "letter"}}),
    Asked("all_have_read", "E09", {"data": {"unread": [MEMBER]}}, "还有1人", {"data": {"unread": []}}),
    Asked("answer_is_written", "E08", {"data": {"answer_kind": "oral"}}, "不印发", {"data": {"answer_kind": "letter"}}),
]  # fmt: skip

FILING = [
    Asked("filing_set_is_complete", "F03", {}, "退回补正", {"data": {"complete": True}}),
    Asked("corrections_are_answered", "F08", {"data": {"answers": ["已补"]}}, "已答复1条",
          {"data": {"answers": ["已补", "已改"]}},
          {"data": {"corrections": ["补说明", "改文种"]}}),
]  # fmt: skip


@pytest.mark.parametrize("asked", ISSUE, ids=lambda each: f"{each.guard}: {each.words}")
def test_issue(asked: Asked) -> None:
    check("document_issue", asked)


@pytest.mark.parametrize("asked", RECEIPT, ids=lambda each: f"{each.guard}: {each.words}")
def test_receipt(asked: Asked) -> None:
    check("document_receipt", asked)


@pytest.mark.parametrize("asked", FILING, ids=lambda each: f"{each.guard}: {each.words}")
def test_filing(asked: Asked) -> None:
    check("filing", asked)


def test_what_the_parent_does_not_say_is_filled_from_the_posts() -> None:
    data = change("name_hands", snapshot("document_issue", data={"drafter": ORGANISER}), "D01").data
    assert data["drafter"] == [ORGANISER]
    assert ORGANISER not in data["reviewer"]  # type: ignore[operator]
    assert data["signatory"] == [SECRETARY]


def test_an_upward_paper_goes_to_the_main_leader_whoever_signed_before() -> None:
    given = SIGNED | {"signatory": ORGANISER, "upward": True}
    data = change("name_hands", snapshot("document_issue", data=given), "D01").data
    assert (data["signatory"], data["signed_on"]) == ([SECRETARY], None)
    stands = change("name_hands", snapshot("document_issue", data=given | {"signatory": SECRETARY}), "D01").data
    assert "signatory" not in stands


@pytest.mark.parametrize(
    ("transition", "paper"),
    [
        ("D17", "notice"),
        ("D17", "circular"),
        ("D17", "request"),
        ("D17", "letter"),
        ("D17", "advice_letter"),
        ("D18", "quota_notice"),
        ("D19", "group_notice"),
        ("D20", "report"),
    ],
)
def test_only_the_paper_that_was_chosen_is_written(transition: str, paper: str) -> None:
    assert refusal("paper_is_chosen", snapshot("document_issue"), transition) == "本件是另一种公文"
    chosen = snapshot("document_issue", data={"paper": paper})
    assert refusal("paper_is_chosen", chosen, transition) is None
    move = next(each for each in chosen.definition.transitions if each.id == transition)
    act = Act(move, SYSTEM_ACTOR, {}, chosen.case.opened_at, TODAY)
    assert [name for name in move.documents if leaves(chosen, act, name)] == [paper]
    written = {"paper": paper, "document_title": "阶段总结工作"}
    data = change("name_paper", snapshot("document_issue", data=written), transition).data
    assert str(data["title"]).startswith("重机公司总装车间党支部关于阶段总结工作的")
    assert data["upward"] == (data["kind"] in ("请示", "报告"))


def test_the_main_leader_of_every_other_issuer_countersigns() -> None:
    invited = snapshot("document_issue", data={"partners": [{"body": COMMITTEE}]})
    assert change("name_cosigners", invited, "D21") == Change({"cosigners": [LEADER]}, {"partner1": COMMITTEE})
    assert change("part_company", invited, "D23").data == {"partners": [], "cosigners": []}


def test_who_opened_a_document_does_not_countersign_it() -> None:
    invited = snapshot("document_issue", data={"partners": [{"body": COMMITTEE}]})
    own = replace(invited, case=replace(invited.case, opened_by=LEADER))
    assert "或者由他人拟稿" in (refusal("partners_can_sign", own, "D21") or "")
    assert change("name_cosigners", own, "D21").data == {"cosigners": []}


def test_the_other_issuers_press_their_seals_in_order_and_a_body_that_keeps_none_is_passed_over() -> None:
    joint = {"partners": [{"body": COMMITTEE}, {"body": ENTERPRISE}, {"body": CE_LG}], "seal": True}
    first = snapshot("document_issue", data=joint)
    assert change("name_presser", first, "D25").bodies == {"presser": COMMITTEE}
    passed = replace(first, case=replace(first.case, bodies={**first.case.bodies, "presser": COMMITTEE}))
    pressed = change("use_joint_seal", passed, "D26")
    assert pressed == Change({"sealed_by": [COMMITTEE]}, {"pressed": COMMITTEE})
    second = snapshot("document_issue", data={**joint, **pressed.data})
    assert change("name_presser", second, "D25").bodies == {"presser": ENTERPRISE}
    turn = replace(second, case=replace(second.case, bodies={**second.case.bodies, "presser": ENTERPRISE}))
    assert change("use_joint_seal", turn, "D26").data == {"sealed_by": [COMMITTEE, ENTERPRISE]}
    last = snapshot("document_issue", data={**joint, "sealed_by": [COMMITTEE, ENTERPRISE]})
    assert change("name_presser", last, "D25").bodies == {}


def test_a_document_is_dated_by_its_signature() -> None:
    before = snapshot("document_issue", data={"signed_on": "2012-03-01"})
    assert change("date_document", before, "D04", actor=SYSTEM).data["signed_on"] == "2012-03-01"
    assert change("date_document", before, "D04", actor=LEADER).data["signed_on"] == "2012-03-05"


def test_registration_and_distribution_are_dated() -> None:
    assert change("register_number", snapshot("document_issue"), "D08").data == {"registered_on": "2012-03-05"}
    assert change("date_distribution", snapshot("document_issue"), "D12").data == {"distributed_on": "2012-03-05"}


def test_readers_are_ticked_one_by_one() -> None:
    listed = change("list_readers", snapshot("document_receipt", data={"readers": [MEMBER, SECRETARY]}), "E06").data
    assert listed["unread"] == [MEMBER, SECRETARY]
    assert change("register_receipt", snapshot("document_receipt"), "E01").data == {"registered_on": "2012-03-05"}
    left = change("tick_reader", snapshot("document_receipt", data=listed), "E11", actor=MEMBER).data
    assert left["unread"] == [SECRETARY]
