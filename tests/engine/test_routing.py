"""Which body a rule of routing means, and what is said when the tree does not tell (R50–R59, R82; domain.md §2.3)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pytest

from tests.engine.cast import BRANCH, CE_LG, COMMITTEE, ENTERPRISE, LEADING_GROUP, LOCAL_ENTERPRISE, TREE, vocabulary
from workflow.engine.routing import (
    Body,
    Origin,
    RoutingError,
    Tree,
    filing_body,
    general_branch,
    resolve,
    superior_committee,
)

GENERAL, LOWER, STRANGER = 11, 12, 99
#: A general branch between the branch and its committee, and an enterprise below the enterprise.
DEEPER = replace(
    TREE,
    bodies={
        **TREE.bodies,
        GENERAL: Body(GENERAL, "G1", "重机公司机关党总支", "机关总支", "general_branch"),
        LOWER: Body(LOWER, "E3", "中共华岳电气委员会", "电气党委", "ent_committee"),
    },
    leads={**TREE.leads, BRANCH: (GENERAL,), GENERAL: (COMMITTEE,), LOWER: (ENTERPRISE,)},
)


def resolved(rule: str, own: int, parent: Mapping[str, int] | None = None, **data: object) -> int | None:
    return resolve(rule, DEEPER, vocabulary(), Origin(own, data, parent or {}))


@pytest.mark.parametrize(
    ("rule", "own", "body"),
    [
        ("subject", BRANCH, BRANCH), ("own", BRANCH, BRANCH), ("issuer", COMMITTEE, COMMITTEE),
        ("leading_superior", BRANCH, GENERAL), ("general_branch", BRANCH, GENERAL), ("general_branch", GENERAL, None),
        ("superior_committee", BRANCH, COMMITTEE), ("superior_committee", COMMITTEE, ENTERPRISE),
        ("filing_body", LOCAL_ENTERPRISE, 7), ("award_level", BRANCH, COMMITTEE),
    ],
)  # fmt: skip
def test_each_rule_means_a_body(rule: str, own: int, body: int | None) -> None:
    assert resolved(rule, own) == body


def test_a_body_of_the_parent_case_is_meant_by_its_name_there() -> None:
    assert resolved("parent.sup", BRANCH, {"sup": ENTERPRISE, "own": COMMITTEE}) == ENTERPRISE
    assert resolved("parent.own", BRANCH, {"sup": ENTERPRISE, "own": COMMITTEE}) == COMMITTEE
    assert resolved("parent.sup", BRANCH) is None


def test_the_level_of_an_award_is_the_one_chosen() -> None:
    assert resolved("award_level", BRANCH, award_level=ENTERPRISE) == ENTERPRISE
    assert resolved("award_level", BRANCH, award_level="") == COMMITTEE


def test_an_opinion_is_filed_with_the_leading_group_however_far_above() -> None:
    assert filing_body(DEEPER, LOWER, opinion=True) == CE_LG
    assert filing_body(DEEPER, LOWER, opinion=False) == ENTERPRISE
    assert filing_body(DEEPER, COMMITTEE, opinion=True) == ENTERPRISE, "only enterprises file with it"
    assert resolved("filing_body", LOWER, plan_kind="opinion") == CE_LG
    assert resolved("filing_body", LOWER, plan_kind="plan") == ENTERPRISE


def test_a_body_that_cannot_be_routed_is_named() -> None:
    with pytest.raises(RoutingError, match="央企") as nobody:
        Tree(TREE.bodies).leading_superior(CE_LG)
    assert TREE.bodies[CE_LG].name in nobody.value.message
    with pytest.raises(RoutingError, match=f"：{STRANGER}没有登记上级"):
        TREE.leading_superior(STRANGER)
    with pytest.raises(RoutingError, match="：中共华岳集团委员会的上级没有党委或者领导小组"):
        superior_committee(Tree(TREE.bodies), vocabulary(), ENTERPRISE)


def test_a_circle_of_superiors_is_walked_once() -> None:
    circle = Tree({}, {1: (2,), 2: (3,), 3: (2,)})
    assert list(circle.ancestors(1)) == [2, 3]
    assert general_branch(TREE, BRANCH) is None


def test_an_organ_of_two_bodies_is_named_once() -> None:
    shared = Tree({}, organs={1: (2, 3), 2: (3,), 3: (1,)})
    assert shared.with_organs(1) == (1, 2, 3)
    assert TREE.with_organs(LEADING_GROUP) == (LEADING_GROUP, 4)
