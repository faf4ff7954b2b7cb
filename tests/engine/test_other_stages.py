"""The supporting stages from beginning to end, through the engine alone."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from tests.engine.asking import case_of
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
)
from tests.engine.company import DEPUTY, DISCIPLINE, KEEPER, KEEPER_OF_FILES, OFFICE_HEAD, TYPIST
from tests.engine.test_guards_vote_session import ROSTER
from tests.engine.test_main_stages import walk
from workflow.engine.snapshot import Paper, Snapshot
from workflow.errors import Refused

pytestmark = pytest.mark.usefixtures("company")


def given(stage: str, **surroundings: Any) -> Snapshot:
    """A case in its first state."""
    return case_of(stage, surroundings)


def test_an_assembly_votes_by_secret_ballot() -> None:
    convened = given("vote_session", data={"matter": "assembly", "secret": True})
    roster = change("convene_body", convened, "V01").data
    meeting: dict[str, Any] = {
        "held_on": "2012-03-05",
        "place": "会议室",
        "presider": SECRETARY,
        "attendees": ROSTER[:4],
        "absences": [{"person": OTHER_ASSESSOR, "reason": "leave"}],
        "recused": [],
    }
    motion = {"decisions": ["同意推荐"], "heard": True, "method": "secret", "scrutineer": MEMBER, "teller": ASSESSOR}
    counts = {"issued": 4, "ayes": 3, "against": 1, "abstain": 0, "void": 0}
    convened = replace(convened, case=replace(convened.case, data={**convened.case.data, **roster}))
    voting = walk(convened, ("V01", ORGANISER, meeting), ("V03", SECRETARY), ("V05", SECRETARY, motion))
    assert walk(voting, ("V06", MEMBER, counts), ("V06", ASSESSOR, counts)).case.state == "passed"
    too_few = counts | {"ayes": 2, "against": 2}
    assert walk(voting, ("V06", MEMBER, too_few), ("V06", ASSESSOR, too_few)).case.state == "rejected"
    with pytest.raises(Refused, match="不一致"):
        walk(voting, ("V06", MEMBER, counts), ("V06", ASSESSOR, too_few))


def test_a_session_without_quorum_ends_at_once() -> None:
    leave = [{"person": each, "reason": "leave"} for each in ROSTER[2:]]
    meeting: dict[str, Any] = {"presider": SECRETARY, "attendees": ROSTER[:2], "absences": leave}
    convened = given("vote_session", data={"matter": "assembly", "roster": ROSTER})
    assert walk(convened, ("V01", ORGANISER, meeting)).case.state == "inquorate"


ISSUED = [Paper("notice", "岳党发〔2012〕1号", "rendered", "P06")]
SIGNED: dict[str, Any] = {
    "title": "通知", "document": "ABCD", "kind": "通知", "drafter": [CLERK], "reviewer": [OFFICE_HEAD],
    "signatory": [LEADER], "signed_on": "2012-03-02", "seal": True,
}  # fmt: skip


def test_a_text_signed_before_goes_straight_to_recheck() -> None:
    from_plan = given("document_issue", own=COMMITTEE, data=SIGNED, parent_stage="plan")
    signed = walk(from_plan, ("D01", None))
    assert signed.case.state == "signed"
    assert signed.case.data["signed_on"] == "2012-03-02"
    registered = walk(signed, ("D06", TYPIST), ("D08", TYPIST, {"print_run": 20}))
    assert registered.case.state == "registered"
    printed = replace(registered, case=replace(registered.case, state="printed"), papers=ISSUED)
    with pytest.raises(Refused, match="拟稿人"):
        walk(replace(printed, case=replace(printed.case, data={**SIGNED, "drafter": [KEEPER]})), ("D10", KEEPER))
    out = walk(
        printed, ("D10", KEEPER, {"seal_copies": 20}), ("D12", TYPIST), ("D13", KEEPER_OF_FILES, {"receipts": True})
    )
    assert out.case.state == "archived"


def test_a_text_that_was_returned_is_signed_again_by_hand() -> None:
    signed = walk(given("document_issue", own=COMMITTEE, data=SIGNED, parent_stage="plan"), ("D01", None))
    returned = walk(signed, ("D07", TYPIST, {"reason": "改了期限"}))
    assert returned.case.state == "awaiting_signature"
    assert walk(returned, ("D04", LEADER)).case.data["signed_on"] == "2012-03-05"


def test_a_text_nobody_signed_is_drafted_reviewed_and_signed_by_persons() -> None:
    fresh = given("document_issue", own=COMMITTEE, data=SIGNED | {"signed_on": None}, parent_stage="vote_session")
    signed = walk(fresh, ("D01", CLERK), ("D03", OFFICE_HEAD), ("D04", LEADER))
    assert signed.case.state == "signed"


def test_a_notice_stops_for_an_objection_and_ends_clean() -> None:
    posted: dict[str, Any] = {"channels": ["board"]}
    objection = {"objection_kind": "named", "objector": "周远", "objection": "签到缺页"}
    facts = walk(given("public_notice", own=COMMITTEE), ("N01", CLERK, posted), ("N02", DISCIPLINE, objection))
    assert facts.case.state == "checking"
    assert "objector" not in facts.case.data  # confidential
    resumed = walk(facts, ("N03", DISCIPLINE, {"findings": "不属实"}), day=2)
    assert resumed.case.data["notice_to"] == "2012-03-13"
    assert walk(resumed, ("N05", None), day=9).case.state == "closed_clean"


def test_a_filing_is_signed_by_two_and_corrected() -> None:
    sent = walk(given("filing"), ("F01", ORGANISER), ("F01", SECRETARY))
    assert sent.case.state == "submitted"
    asked = walk(sent, ("F03", TYPIST, {"complete": True}), ("F05", CLERK), ("F07", CLERK, {"corrections": ["补说明"]}))
    again = walk(asked, ("F08", ORGANISER, {"answers": ["已补"]}), ("F03", TYPIST), ("F05", CLERK), ("F06", CLERK))
    assert again.case.state == "filed"


def test_a_received_document_is_read_by_everybody() -> None:
    arrived = given("document_receipt", own=COMMITTEE, bodies={"sup": COMMITTEE}, data={"doc_kind": "request"})
    checked = walk(arrived, ("E01", TYPIST), ("E02", TYPIST), ("E03", TYPIST))
    readers = walk(checked, ("E06", CLERK, {"readers": [LEADER, CLERK]}), ("E11", LEADER))
    assert readers.case.state == "circulating"
    assert walk(readers, ("E11", CLERK)).case.state == "archived"
    answer = {"answer_kind": "reply", "answer": "同意"}
    handled = walk(checked, ("E05", CLERK, {"handle_by": "2012-03-20", "handler": CLERK}), ("E08", LEADER, answer))
    assert walk(handled, ("E10", KEEPER_OF_FILES)).case.state == "archived"


def test_an_inspection_by_draw_ends_with_confirmed_facts() -> None:
    units = [{"unit": BRANCH, "category": "production", "region": ""}]
    planned = given("inspection", own=COMMITTEE, data={"mode": "random", "team": [CLERK, ASSESSOR, DEPUTY]})
    sampled = walk(planned, ("I13", CLERK, {"units": units}), ("I01", CLERK, {"public_value": "0305"}))
    assert sampled.case.data["sample"] == [BRANCH]
    found = {"progress": "正常", "problems": [], "experiences": [], "suggestions": "继续"}
    drafted = walk(sampled, ("I03", CLERK), ("I05", OFFICE_HEAD), ("I06", OFFICE_HEAD, found))
    exchanged = walk(
        drafted, ("I07", SECRETARY), ("I08", OFFICE_HEAD), ("I09", DEPUTY, {"scope": "system"}), ("I11", CLERK)
    )
    assert exchanged.case.state == "closed"


def test_a_contribution_becomes_a_bulletin() -> None:
    signed = walk(given("experience_bulletin", data={"text": "做法"}), ("B08", SECRETARY), ("B01", CLERK))
    edited = walk(signed, ("B03", CLERK, {"edited_text": "做法"}), ("B05", OFFICE_HEAD, {"issue_number": 1}))
    assert walk(edited, ("B06", OFFICE_HEAD), ("B07", CLERK)).case.state == "archived"


def test_what_the_head_of_the_office_has_edited_is_signed_by_the_first_responsible_person() -> None:
    signed = walk(given("experience_bulletin", data={"text": "做法"}), ("B08", SECRETARY), ("B01", OFFICE_HEAD))
    edited = walk(signed, ("B03", OFFICE_HEAD, {"edited_text": "做法"}))
    assert edited.case.data["signer"] == [LEADER]
    with pytest.raises(Refused, match="编辑人"):
        walk(edited, ("B05", OFFICE_HEAD, {"issue_number": 1}))
    assert walk(edited, ("B05", LEADER, {"issue_number": 1})).case.state == "issued"
    by_others = walk(walk(edited, ("B04", LEADER, {"reason": "改标题"})), ("B03", CLERK, {"edited_text": "做法"}))
    assert by_others.case.data["signer"] == []
