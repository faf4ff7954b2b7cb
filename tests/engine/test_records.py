"""What the records of the organisation may say (R55, R56, R70; domain.md §2.4, §9)."""

from __future__ import annotations

import pytest

from tests.engine.cast import vocabulary
from workflow.engine.organization import (
    affiliation_refusal,
    circles,
    followed_post,
    post_refusal,
    prefix_refusal,
    relation_refusal,
    seat_title,
)

WORDS = vocabulary()
BY_LOCAL = "其党组织关系在地方党委，应由地方党委领导；中央企业创先争优活动领导小组和集团只能登记为指导"
BY_GROUP = "其党组织关系在国资委党委，应由中央企业创先争优活动领导小组领导，请核对上级或党组织隶属"


@pytest.mark.parametrize(
    ("prefix", "is_fit"), [("恒岳", True), ("", True), ("恒岳1", False), ("HY", False), ("恒 岳", False)]
)
def test_a_document_s_number_begins_with_characters(prefix: str, is_fit: bool) -> None:
    assert (prefix_refusal(prefix) is None) is is_fit


def test_a_post_and_its_body_say_what_both_say_once() -> None:
    assert seat_title("恒岳集团党委", "党委书记") == "恒岳集团党委书记"
    assert seat_title("总装支部", "书记") == "总装支部书记"
    assert seat_title("党委", "党委") == "党委"
    assert seat_title("总装支部", "职工群众") == "总装支部职工群众"
    assert seat_title("总装支部", "部长") == "总装支部长", "one character as well"
    assert seat_title("重机公司工会", "工会主席") == "重机公司工会主席"


@pytest.mark.parametrize(
    ("kind", "superior", "subordinate", "words"),
    [
        ("lead", "ent_committee", "ent_lg", "没有自己的隶属关系"), ("lead", "ent_lg", "branch", "不能作为上级领导"),
        ("lead", "ent_committee", "branch", None), ("same_level", "ent_committee", "branch", "不是工作机构"),
        ("same_level", "ent_committee", "ent_lg", None), ("guide", "ent_lg", "branch", None),
        ("guide", "ent_committee", "ent_lg", None),
    ],
)  # fmt: skip
def test_an_organ_stands_beside_its_body(kind: str, superior: str, subordinate: str, words: str | None) -> None:
    found = relation_refusal(WORDS, kind, superior, subordinate)
    assert found is None if words is None else words in (found or "")
    if words is not None:
        named = superior if "不能作为" in words else subordinate
        assert (found or "").startswith(WORDS.kinds[named].title)


@pytest.mark.parametrize(
    ("kind", "superior", "subordinate", "relation", "words"),
    [
        ("lead", "ce_lg", "ent_committee", "local", BY_LOCAL),
        ("lead", "local_committee", "ent_committee", "local", None),
        ("guide", "ce_lg", "ent_committee", "local", None),
        ("lead", "local_committee", "ent_committee", "sasac", BY_GROUP),
        ("lead", "ce_lg", "ent_committee", "sasac", None),
        ("lead", "ent_committee", "sub_committee", "sasac", None),
        ("lead", "ent_committee", "sub_committee", None, None),
    ],
)
def test_the_affiliation_alone_decides(
    kind: str, superior: str, subordinate: str, relation: str | None, words: str | None
) -> None:
    assert affiliation_refusal(kind, superior, subordinate, relation) == words


def test_a_post_is_for_a_kind_of_body_and_mostly_for_full_members() -> None:
    assert post_refusal(WORDS, "branch", "branch_secretary", "full") is None
    assert "正式党员" in (post_refusal(WORDS, "branch", "branch_secretary", "probationary") or "")
    assert post_refusal(WORDS, "branch", "employee", "none") is None
    strange = post_refusal(WORDS, "branch", "lg_head", "full") or ""
    assert f"不设“{WORDS.posts['lg_head'].title}”" in strange
    assert f"{WORDS.posts['branch_secretary'].title}、" in strange


def test_the_head_of_a_leading_group_heads_its_committee() -> None:
    followed = {kind: followed_post(WORDS, kind, "lg_head") for kind in ("ent_lg", "branch")}
    assert followed == {"ent_lg": "party_secretary", "branch": None}


def test_bodies_that_lead_back_to_themselves() -> None:
    assert circles({1: 2, 2: 3, 4: 3}) == []
    assert sorted(circles({1: 2, 2: 3, 3: 2, 4: 1})) == [2, 3]
    assert sorted(circles({1: 1, 5: 6, 6: 5})) == [1, 5, 6]
