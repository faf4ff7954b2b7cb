"""What the issue of a document notes: who drafts, reviews and seals, which days and paper, whose receipt is out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

import pytest

from tests.engine.cast import (
    BRANCH,
    COMMITTEE,
    LEADER,
    MEMBER,
    ORGANISER,
    SECRETARY,
    TODAY,
    change,
    refusal,
    snapshot,
)
from tests.engine.test_recusal import holders_in
from workflow.engine.delivery import Delivery
from workflow.engine.routing import Address
from workflow.engine.snapshot import Snapshot

DEPUTY, PUBLICITY, CHIEF_CLERK = range(320, 323)


def issue(data: Mapping[str, object] | None = None, **posts: tuple[int, ...]) -> Snapshot:
    """An issue of the branch, in which these posts are held; else as the cast has them."""
    facts = snapshot("document_issue", data=data)
    held: dict[Address, tuple[int, ...]] = {(BRANCH, post): people for post, people in posts.items()}
    return replace(facts, holders=holders_in(held)) if posts else facts


def hands(facts: Snapshot, actor: int | None = None) -> tuple[object, object]:
    data = change("name_hands", facts, "D01", actor=actor).data
    return data["drafter"], data["reviewer"]


# -- who drafts, reviews and seals


def test_who_opens_an_issue_by_hand_drafts_it() -> None:
    assert hands(issue(), ORGANISER) == ([ORGANISER], [SECRETARY])
    assert hands(issue({"drafter": MEMBER}), ORGANISER)[0] == [MEMBER]
    assert hands(issue(), MEMBER)[0] == [MEMBER], "not whoever else could"
    assert hands(issue(), SECRETARY)[0] == [ORGANISER], "who has to sign drafts nothing"
    assert hands(issue())[0] == [ORGANISER], "the system opens what another case has ordered"


def test_what_the_ordering_case_says_of_the_reviewer_stands() -> None:
    assert hands(issue({"drafter": ORGANISER, "reviewer": MEMBER})) == ([ORGANISER], [MEMBER])
    assert hands(issue({"drafter": ORGANISER, "reviewer": [MEMBER, LEADER]}))[1] == [MEMBER, LEADER]


def test_whoever_is_free_drafts_and_reviews() -> None:
    head = {"branch_secretary": (SECRETARY,)}
    several = issue(None, **head, branch_publicity_member=(PUBLICITY,), full_member=(SECRETARY, MEMBER))
    assert hands(several) == ([PUBLICITY], [SECRETARY])
    members = issue(None, **head, full_member=(SECRETARY, MEMBER, ORGANISER))
    assert hands(members) == ([ORGANISER, MEMBER] if ORGANISER < MEMBER else [MEMBER, ORGANISER], [SECRETARY])
    assert hands(issue(None, **head)) == ([SECRETARY], [])


def test_a_deputy_reviews_what_the_only_reviewer_has_drafted() -> None:
    def at_the_committee(*people: tuple[str, int]) -> Snapshot:
        held: dict[Address, tuple[int, ...]] = {(COMMITTEE, post): (person,) for post, person in people}
        facts = snapshot("document_issue", own=COMMITTEE, data={"drafter": CHIEF_CLERK})
        return replace(facts, holders=holders_in(held))

    office = (("party_secretary", LEADER), ("party_dept_head", CHIEF_CLERK))
    assert hands(at_the_committee(*office, ("committee_member", DEPUTY)))[1] == [DEPUTY]
    assert hands(at_the_committee(*office))[1] == []
    assert hands(at_the_committee(*office, ("deputy_secretary", DEPUTY), ("committee_member", MEMBER)))[1] == [DEPUTY]


def test_the_secretary_seals_where_every_keeper_has_drafted() -> None:
    def keeper(drafter: int, **posts: tuple[int, ...]) -> object:
        return change("name_keeper", issue({"drafter": drafter}, **posts), "D10", actor=None).data["keeper"]

    kept = {"branch_secretary": (SECRETARY,), "full_member": (SECRETARY, ORGANISER, MEMBER)}
    assert keeper(ORGANISER, **kept) == [SECRETARY]
    assert keeper(SECRETARY, **kept) == [ORGANISER, MEMBER]


# -- what is noted


@pytest.mark.parametrize(
    ("effect", "before", "written"),
    [
        ("refresh_document", {}, {"version": 1}),
        ("refresh_document", {"version": 2}, {"version": 3}),
        ("register_number", {}, {"registered_on": "2012-03-05"}),
        ("use_seal", {}, {"sealed_on": "2012-03-05"}),
        ("date_distribution", {}, {"distributed_on": "2012-03-05"}),
        ("void_document", {}, {"voided_on": "2012-03-05"}),
        ("date_document", {}, {"signed_on": "2012-03-05"}),
    ],
)
def test_each_step_notes_its_day(effect: str, before: dict[str, object], written: dict[str, object]) -> None:
    assert change(effect, snapshot("document_issue", data=before), "D01").data == written


def test_a_paper_written_by_hand_is_what_the_definition_says() -> None:
    written = {"paper": "notice", "document_title": "阶段总结工作"}
    paper = snapshot("document_issue").definition.documents["notice"]
    assert change("name_paper", snapshot("document_issue", data=written), "D17").data == {
        "title": "重机公司总装车间党支部关于阶段总结工作的通知", "kind": "通知", "document": "notice",
        "series": paper.series, "seal": paper.seal, "upward": False,
    }  # fmt: skip


def test_of_each_other_issuer_one_leader_countersigns() -> None:
    facts = snapshot("document_issue", data={"partners": [{"body": COMMITTEE}]}, holders=lambda _: [LEADER, DEPUTY])
    assert change("name_cosigners", facts, "D21").data == {"cosigners": [LEADER]}


# -- what is still missing


@pytest.mark.parametrize(
    ("data", "parent", "told"),
    [
        ({}, None, "文稿还缺：文件标题、文稿，请先撰写文稿"),
        ({"title": "通知"}, "plan", "文稿还缺：文稿，请退回上一事项补充"),
        ({"document": "notice"}, "plan", "文稿还缺：文件标题，请退回上一事项补充"),
        ({"title": "通知", "document": "notice"}, None, None),
    ],
)
def test_a_paper_lacks_its_title_or_its_text(data: dict[str, object], parent: str | None, told: str | None) -> None:
    facts = snapshot("document_issue", data=data)
    ordered = replace(facts, case=replace(facts.case, parent_stage=parent))
    assert refusal("paper_is_ready", ordered, "D01") == told


YESTERDAY = date(2012, 3, 4)
OUT = "还有{}个单位没有签收：{}。请催收，{}"
TICK, SIGN = "勾选“回执已收齐或传阅期已满”后归档", "签收后再归档"
ELSEWHERE = "某厂、某院不在系统内签收，收到回执后勾选“回执已收齐”再归档"


@pytest.mark.parametrize(
    ("sent", "due_on", "ticked", "told"),
    [
        ({"is_spreading": True}, YESTERDAY, True, "正在分送各收文单位，稍后再归档"),
        ({"waiting": 2, "named": ("甲厂", "乙院")}, TODAY, False, OUT.format(2, "甲厂、乙院", SIGN)),
        ({"waiting": 2, "named": ("甲厂", "乙院")}, TODAY, True, OUT.format(2, "甲厂、乙院", SIGN)),
        ({"waiting": 3, "named": ("甲厂", "乙院")}, YESTERDAY, False, OUT.format(3, "甲厂、乙院等", TICK)),
        ({"waiting": 3, "named": ("甲厂", "乙院")}, YESTERDAY, True, None),
        ({"waiting": 0}, TODAY, False, None),
        ({"unreached": ("某厂", "某院")}, TODAY, False, ELSEWHERE),
        ({"unreached": ("某厂", "某院")}, TODAY, True, None),
        ({"waiting": 1, "named": ("甲厂",), "unreached": ("某厂",)}, YESTERDAY, True, None),
    ],
)
def test_a_document_is_archived_when_its_receipts_are_in(
    sent: dict[str, object], due_on: date, ticked: bool, told: str | None
) -> None:
    delivery = Delivery(**{"is_spreading": False, "waiting": 0, "named": (), "unreached": (), "due_on": due_on, **sent})
    facts = snapshot("document_issue", data={"receipts": ticked}, deliveries=[delivery])
    assert refusal("receipts_are_in", facts, "D13") == told


def test_a_document_that_was_not_sent_inside_the_service_waits_for_the_tick() -> None:
    assert refusal("receipts_are_in", snapshot("document_issue"), "D13") == "回执收齐或者传阅期满后再归档"
