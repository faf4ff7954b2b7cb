"""The checklist of domain.md §11, each rule broken once."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from tests.documents.papers import DEFINITIONS, TEMPLATES, folder, name_of, sample
from workflow.documents.handling_rules import RULES, check_outgoing, titles
from workflow.documents.outgoing import Facts
from workflow.documents.render import render_html

LETTERHEAD = DEFINITIONS / "letterhead"
UP = Facts("up", subordinates={"滨河发电公司党委"}, main_leader="秦守正", signed_on="2012年6月20日", longest=5000)


def rules(facts: Facts, text: str = "", /, **changes: Any) -> set[str]:
    values = sample("commendation/request")
    values["document"] |= changes
    html = render_html(folder("commendation/request"), values) + text
    return {fault.rule for fault in check_outgoing(LETTERHEAD, values["document"], html, facts)}


def test_a_sound_request_has_no_fault() -> None:
    assert rules(UP) == set()


@pytest.mark.parametrize(
    ("rule", "changes"),
    [
        ("kind_fits_direction", {"kind": "通知"}),
        ("recipient_is_right", {"main": ["甲党委", "乙党委"]}),
        ("recipient_is_right", {"main": ["秦守正同志"]}),
        ("copies_are_right", {"copies": ["滨河发电公司党委"]}),
        ("copies_are_right", {"copies": ["中央企业创先争优活动领导小组"]}),
        ("signatory_is_right", {"signatory": ""}),
        ("signatory_is_right", {"signatory": "何立群"}),
        ("title_is_complete", {"title": "关于推荐先进的请示"}),
        ("title_is_complete", {"title": "中共华远能源集团有限公司委员会推荐先进请示"}),
        ("date_is_signing_date", {"date": ""}),
        ("date_is_signing_date", {"date": "2012年6月21日"}),
        ("number_is_well_formed", {"number": "华远党请[2012]4号"}),
        ("number_is_well_formed", {"number": "华远党请〔2012〕04号"}),
        ("number_is_well_formed", {"number": "华远党请〔2011〕4号"}),
        ("attachments_agree", {"attachments": ["推荐审批表。"]}),
        ("is_not_classified", {"secrecy": "机密"}),
        ("copies_are_right", {"copies": ["各所属党组织"]}),
        ("issuer_is_a_body", {"issuer": "秦守正书记"}),
        ("contact_is_given", {"contact": {"name": "方晓", "phone": ""}}),
    ],
)
def test_each_rule_is_broken_once(rule: str, changes: dict[str, Any]) -> None:
    assert rule in rules(UP, **changes)


def test_a_request_is_about_one_matter() -> None:
    assert "request_is_about_one_matter" in rules(UP, "妥否，请批示。")


def test_a_superior_that_is_skipped_gets_a_copy() -> None:
    skipped = replace(UP, skipped=["中共华远能源集团有限公司委员会"])
    assert "skipped_superior_is_copied" in rules(skipped)
    assert rules(skipped, copies=["中共华远能源集团有限公司委员会"]) == set()


def test_what_is_important_below_is_copied_to_the_superior() -> None:
    values = sample("commendation/decision")
    html = render_html(folder("commendation/decision"), values)
    facts = Facts("down", superior="中央企业创先争优活动领导小组", main_leader=values["document"]["signatory"])
    values["document"]["copies"] = []
    told = {fault.rule: fault.message for fault in check_outgoing(LETTERHEAD, values["document"], html, facts)}
    assert "中央企业创先争优活动领导小组" in told["superior_is_copied"]
    values["document"]["copies"] = ["中央企业创先争优活动领导小组"]
    assert check_outgoing(LETTERHEAD, values["document"], html, facts) == []


def test_every_rule_is_called_by_a_title() -> None:
    assert list(titles(LETTERHEAD)) == list(RULES)


def told(facts: Facts, text: str = "", /, **changes: Any) -> dict[str, tuple[str, bool]]:
    """What each broken rule says, and whether it is advice."""
    values = sample("commendation/request")
    values["document"] |= changes
    html = render_html(folder("commendation/request"), values) + text
    found = check_outgoing(LETTERHEAD, values["document"], html, facts)
    return {fault.rule: (fault.message, fault.is_advice) for fault in found}


def test_what_is_listed_is_enclosed_and_what_is_enclosed_is_listed() -> None:
    listed = sample("commendation/request")["document"]["attachments"]
    assert rules(replace(UP, enclosed=[*listed, "会议纪要"])) == set()
    assert rules(replace(UP, enclosed=[f"优秀共产党员{listed[0]}", *listed[1:]])) == set(), (
        "a longer title ends with it"
    )
    message, is_advice = told(replace(UP, enclosed=listed[1:]))["attachments_agree"]
    assert message == f"附件说明列有“{listed[0]}”，没有随文所附。请在事项中添加同名附件，或者从附件说明中删去。"
    assert not is_advice
    printed = '<section class="attachment"><p class="label">附件</p><h1>名额<br>分配表</h1></section>'
    assert "正文后附有“名额分配表”" in told(UP, printed)["attachments_agree"][0]
    assert rules(replace(UP, enclosed=[]), printed, attachments=["名额分配表"]) == set()
    second = printed.replace("名额", "时间")
    swapped = told(UP, printed + second, attachments=["时间分配表", "名额分配表"])["attachments_agree"][0]
    assert "顺序与附件说明不一致，实际顺序为：名额分配表、时间分配表" in swapped
    going = replace(UP, accompanying=["测算表"])
    assert told(going)["attachments_agree"][0].startswith("“测算表”随文发送，附件说明没有列出")
    assert rules(replace(going, enclosed=["测算表"]), attachments=["测算表"]) == set()
    quoted = told(replace(UP, enclosed=["《测算表》"]), attachments=["《测算表》"])["attachments_agree"][0]
    assert quoted == "附件名称“《测算表》”不加书名号。"


def test_joint_issuers_have_signed() -> None:
    issuer, other = sample("commendation/request")["document"]["issuer"], "中共恒岳集团有限公司委员会"
    joint = {"joint": [issuer, other]}
    assert "joint_issuers_have_signed" not in told(replace(UP, heard={other, issuer}), **joint)
    message, is_advice = told(replace(UP, heard={issuer}), **joint)["joint_issuers_have_signed"]
    assert (message, is_advice) == (f"联合行文由所有联署机关的负责人会签，还缺：{other}。请送其会签。", False)


def test_departments_whose_duties_are_touched_have_been_heard() -> None:
    text = "依规依纪给予党纪处分。"
    assert "concerned_have_been_heard" not in told(replace(UP, heard={"纪委书记"}), text)
    message, is_advice = told(replace(UP, heard={"党委书记"}), text)["concerned_have_been_heard"]
    assert message.startswith("正文涉及纪检机构的职责（“党纪处分”）")
    assert is_advice


def test_more_than_were_planned_is_told_and_hinders_nothing() -> None:
    assert "issues_are_within_plan" not in told(replace(UP, issued=11, planned=12))
    assert "issues_are_within_plan" not in told(replace(UP, issued=11, planned=None))
    message, is_advice = told(replace(UP, issued=12, planned=12))["issues_are_within_plan"]
    assert message.startswith("今年已编号印发12件，本件为第13件，超过年度发文计划12件。")
    assert is_advice


def test_a_report_carries_no_request() -> None:
    values = sample("filing/filing_report")
    html = render_html(folder("filing/filing_report"), values)
    assert not check_outgoing(LETTERHEAD, values["document"], html, Facts("up"))
    found = check_outgoing(LETTERHEAD, values["document"], html + "妥否，请批示。", Facts("up"))
    assert {fault.rule for fault in found} == {"text_suits_kind"}


def test_length_and_punctuation() -> None:
    assert "length_is_within_limit" in rules(Facts("up", longest=100))
    assert "punctuation_is_chinese" in rules(Facts("up"), "认真学习,抓好落实")


def test_braces_in_a_name_do_not_break_the_message() -> None:
    assert "recipient_is_right" in rules(Facts("up"), main=["{document}{0}同志"])


@pytest.mark.parametrize("path", [path for path in TEMPLATES if path.parent.name == "documents"], ids=name_of)
def test_every_sample_of_a_statutory_kind_is_sound(path: Any) -> None:
    values = sample(name_of(path))
    document = values["document"]
    if document["kind"]:
        direction = "up" if document["upward"] else "level" if document["kind"] in {"函", "纪要"} else "down"
        assert check_outgoing(LETTERHEAD, document, render_html(path, values), Facts(direction)) == []
