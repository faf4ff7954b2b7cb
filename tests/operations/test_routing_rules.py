"""The eight acceptance tests of routing by Party affiliation (domain.md §2.3; R50–R59, R66, R70, R82)."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy.orm import Session

from tests.enterprise import TODAY, campaign_id, place, who
from workflow.engine.registry import GUARDS
from workflow.engine.routing import filing_body
from workflow.engine.snapshot import Act, Situation
from workflow.errors import NotAllowed, NotUnique, Refused
from workflow.operations.acting import act
from workflow.operations.documents.content import recipients
from workflow.operations.installation import Installation
from workflow.operations.loading import load
from workflow.operations.opening import Subject, open_case
from workflow.operations.organization import appointing, organizing
from workflow.operations.organization.appointing import Seat
from workflow.operations.organization.organizing import Edge
from workflow.operations.organization.trees import load_tree
from workflow.operations.remarks import advise
from workflow.store.cases import Case


def superior(session: Session, code: str) -> str:
    body = place(session, code)
    tree = load_tree(session, [body.id], TODAY)
    return tree.bodies[tree.leading_superior(body.id)].code


def plan_of(session: Session, installation: Installation, body: str, drafter: str, **data: str) -> Case:
    goals = list(installation.definitions.criteria.lists["goals"])
    carrier = next(iter(installation.definitions.criteria.lists["carriers"]))
    values: dict[str, Any] = {
        "kind": "opinion", "mode": "file", "basis": "按照上级部署", "central_work": "按期交付重点工程",
        "cost_budget": 0, "organisation": "成立领导小组", "effective_on": "2012-04-01",
        "measures": [
            {"goal": goal, "text": "措施", "owner": "办公室", "due_on": "2012-06-29", "origin": "own"} for goal in goals
        ],
        "carriers": [{"kind": carrier, "name": "党员先锋岗", "target": "按期交付"}],
        "schedule": [{"phase": "启动", "from_on": "2012-04-02", "to_on": "2012-04-27", "work": "动员部署"}],
    } | data  # fmt: skip
    return open_case(
        session, installation, who(session, drafter), campaign_id=campaign_id(session), stage="plan",
        subject=Subject(place(session, body).id), values=values,
    )  # fmt: skip


def rectification_of(session: Session, installation: Installation, body: str, drafter: str) -> Case:
    values = {
        "source": "inspection", "causes": ["ineffective_work"], "facts": "三个党支部没有按期公布承诺。",
        "evidence": "督查记录第3页",
    }  # fmt: skip
    return open_case(
        session, installation, who(session, drafter), campaign_id=campaign_id(session), stage="rectification",
        subject=Subject(place(session, body).id), values=values,
    )  # fmt: skip


def test_1_an_enterprise_of_sasac_reports_to_the_central_enterprise_leading_group(
    session: Session, installation: Installation
) -> None:
    assert superior(session, "HY") == "CE"
    case = plan_of(session, installation, "HY", "HY006")
    snapshot = load(session, installation, case.id).snapshot
    assert snapshot.tree.bodies[snapshot.case.bodies["sup"]].code == "CE"


def test_2_a_local_enterprise_reports_to_the_local_committee_and_copies_the_leading_group(
    session: Session, installation: Installation
) -> None:
    assert superior(session, "LC") == "JH"
    case = plan_of(session, installation, "LC", "LC05")
    snapshot = load(session, installation, case.id).snapshot
    own = snapshot.case.bodies["own"]
    assert recipients(snapshot, ["sup"], own) == recipients(snapshot, ["superior"], own) == ["江海市委"]
    assert recipients(snapshot, ["guide"], own) == ["中央企业创先争优活动领导小组"]
    tree = snapshot.tree
    assert tree.bodies[filing_body(tree, snapshot.case.bodies["own"], opinion=True)].code == "CE"  # R82: 各中央企业


def test_3_a_guide_cannot_return_a_plan(session: Session, installation: Installation) -> None:
    case = plan_of(session, installation, "LC", "LC05")
    case.state = "under_review"
    session.flush()
    values = {"remarks": "请补充载体"}
    with pytest.raises(NotAllowed, match=r"央企领导小组对澜川集团党委是指导关系.*不能批准、退回或规定期限"):
        act(session, installation, who(session, "CE05"), case.id, "return_for_revision", values)
    act(session, installation, who(session, "JH05"), case.id, "return_for_revision", values)
    assert case.state == "returned"


def test_4_an_owner_cannot_order_rectification_of_a_locally_led_subsidiary_but_may_advise(
    session: Session, installation: Installation
) -> None:
    case = rectification_of(session, installation, "HY-5", "JH05")
    case.state = "notice_review"
    session.flush()
    with pytest.raises(NotAllowed, match="恒岳集团党委对港机公司党委是指导关系"):
        act(session, installation, who(session, "HY001"), case.id, "issue", {})
    remark = advise(session, installation, who(session, "HY001"), case.id, "建议商江海市委，把承诺公布到班组。")
    assert remark.kind == "advice"
    assert case.state == "notice_review"
    with pytest.raises(NotAllowed, match="只有对该单位负有指导关系的组织可以提出建议"):
        advise(session, installation, who(session, "CE05"), case.id, "建议")


def test_5_a_second_leading_superior_is_refused(session: Session, installation: Installation) -> None:
    edge = Edge("lead", place(session, "LC"), place(session, "HY-1"))
    message = "已由恒岳.*领导，同一时间只能有一个上级领导党组织"
    with pytest.raises(NotUnique, match=message):
        organizing.set_relation(session, installation, edge, TODAY)


def test_6_a_change_of_ownership_does_not_change_routing(session: Session, installation: Installation) -> None:
    before = superior(session, "HY-1")
    old = Edge("ownership", place(session, "HY"), place(session, "HY-1"))
    organizing.end_relation(session, organizing.find_relation(session, old, TODAY), TODAY)
    organizing.set_relation(
        session, installation, Edge("ownership", place(session, "LC"), place(session, "HY-1")), TODAY
    )
    assert superior(session, "HY-1") == before == "HY"
    assert place(session, "HY-1").path.startswith(place(session, "HY").path)


def test_7_only_the_party_secretary_heads_the_leading_group(session: Session, installation: Installation) -> None:
    group = place(session, "HY-L")
    head = appointing.find_post(session, appointing.person(session, "HY001"), Seat(group, "lg_head"), TODAY)
    appointing.end_post(session, installation, head, TODAY)
    deputy = appointing.person(session, "HY002")
    with pytest.raises(Refused, match="组长由现任恒岳集团党委书记担任，梁文镕不是现任恒岳集团党委书记"):
        appointing.appoint(session, installation, deputy, Seat(group, "lg_head"), TODAY)


def test_8_an_enterprise_without_a_leading_group_submits_nothing(session: Session, installation: Installation) -> None:
    case = plan_of(session, installation, "LC", "LC05")
    for code in ("LC-B", "LC-L"):
        organizing.close_body(session, place(session, code), TODAY)
    loaded = load(session, installation, case.id)
    sign = next(each for each in loaded.stage.transitions if each.id == "P06")
    assert "enterprise_has_leading_group" in sign.guards
    act_ = Act(sign, who(session, "LC01"), {}, loaded.at, loaded.today)
    reason = GUARDS["enterprise_has_leading_group"](Situation(loaded.snapshot, act_, loaded.row.data))
    assert reason is not None
    assert "领导小组" in reason
