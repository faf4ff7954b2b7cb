"""One test for each thread in which users of other engines report what approvals must not do (peers.md).

Each is named after its thread: project, then number. The symptom is told in the words of the thread.
"""

from __future__ import annotations

import sys
from functools import partial

import pytest
from pydantic import ValidationError

from tests.enterprise import who
from tests.operations.approving.conftest import Sit
from tests.operations.approving.consent import COMMITTEE, STAFF, Desk, consent, with_stage
from tests.operations.approving.holding import Holding
from tests.operations.racing import race
from workflow.definition.fault import Source
from workflow.definition.model import Stage
from workflow.definition.references import guards_and_effects_exist
from workflow.definition.view import Known, View
from workflow.definition.wording import filled
from workflow.engine.registry import EFFECTS, GUARDS
from workflow.engine.routing import RULES
from workflow.errors import NotAllowed
from workflow.operations.reading.case import case_page
from workflow.operations.upkeep.stuck import stuck_cases
from workflow.store.session import reading

HEAD, DEPUTY, DISCIPLINE, FOURTH, FIFTH = COMMITTEE
OFFICE = "HY006"
BELOW = ("HY016", "HY017", "HY018", "HY019", "HY020")  #: the committee of the case's own body
ALL = {"rule": "all"}


def sound(desk: Desk, case: int) -> None:
    with reading(desk.installation.engine) as session:
        Holding(session, desk.installation, case, desk.today).check()


def open_seats(desk: Desk, case: int) -> int:
    return sum(kind == "seat" for kind, _ in desk.asked(case))


# -- concurrent completes answered with errors or double moves


def test_flowable_1487_parallel_completes_all_succeed(sit: Sit) -> None:
    """Completing the tasks of a 会签 in parallel threw an optimistic-locking error, and none was retried."""
    desk = sit(ALL)
    case = desk.begin()
    finishes = race(*(partial(desk.act, case, number, "approve", {}) for number in COMMITTEE))
    assert [each.won for each in finishes] == [True] * len(COMMITTEE)
    assert desk.state(case) == "approved"
    sound(desk, case)


def test_flowable_2124_the_flow_goes_on_after_a_collision(sit: Sit) -> None:
    """After concurrent ends of a multi-instance activity the flow did not continue."""
    desk = sit({"rule": "count", "pass_at": 5})
    case = desk.begin()
    for pair in (COMMITTEE[:2], COMMITTEE[2:4], COMMITTEE[4:]):
        race(*(partial(desk.act, case, number, "approve", {}) for number in pair))
    assert (desk.state(case), desk.decisions(case)) == ("approved", ["agree"] * 5)
    with reading(desk.installation.engine) as session:
        assert stuck_cases(session, desk.installation) == []


def test_spiff_arena_702_nobody_is_told_that_the_case_is_locked(desk: Desk) -> None:
    """An end user who submitted a task was shown ProcessInstanceIsAlreadyLockedError."""
    case = desk.begin(up_to="draft")
    finishes = race(*(partial(desk.act, case, number, "submit", {}) for number in (STAFF, "HY021", STAFF)))
    assert sum(each.won for each in finishes) == 1
    for each in finishes:
        assert each.won or str(each.error) == (
            "不能提交：事项现处于“审核”，这一步不在此时办理，请刷新后查看可办理的操作"
        )


def test_loonflow_255_nobody_approves_twice(sit: Sit) -> None:
    """With several approvers, one who had approved still had the right to approve, again and again."""
    desk = sit(ALL)
    case = desk.begin()
    desk.agree(case, FOURTH)
    with pytest.raises(NotAllowed, match="您已经表示过意见"):
        desk.agree(case, FOURTH)
    with reading(desk.installation.engine) as session:
        page = case_page(session, desk.installation, who(session, FOURTH), desk.row(case).number)
    assert "approve" not in {each.transition.trigger for each in page.allowed}
    assert desk.decisions(case) == ["agree"]


# -- return inside 会签 or parallel work loses the task


@pytest.mark.parametrize("mode", ["rerun", "straight"])
def test_ruoyi_vue_pro_867_work_in_parallel_can_be_returned(sit: Sit, mode: str) -> None:
    """“并行任务不可以回退”: a return was refused while several had a task at once."""
    desk = sit(ALL)
    case = desk.begin()
    desk.agree(case, HEAD)
    desk.act(case, DEPUTY, "send_back", {"reason": "材料不全", "return_to": "reviewing", "after_return": mode})
    assert desk.state(case) == "reviewing"
    closed = [each for each in desk.tasks(case, open_only=False) if each.kind == "seat" and each.closed_at]
    assert len(closed) == len(COMMITTEE)
    assert sum((each.closed_reason or "").startswith("作废（退回）") for each in closed) == len(COMMITTEE) - 1
    sound(desk, case)


def test_ruoyi_vue_pro_668_returning_from_a_countersigning_opens_the_task_before(sit: Sit) -> None:
    """After a return out of a 会签 there was no new task, and nobody found the case again."""
    desk = sit(ALL)
    case = desk.begin()
    desk.act(case, FIFTH, "send_back", {"reason": "材料不全"})
    assert {kind for kind, _ in desk.asked(case)} == {"turn"}
    assert desk.tasks(case)[0].state == "draft"
    desk.do(case, "submit")
    desk.do(case, "pass_on")
    assert open_seats(desk, case) == len(COMMITTEE)
    sound(desk, case)


def test_ruoyi_vue_pro_727_returning_into_a_countersigning_asks_everybody_anew(sit: Sit) -> None:
    """A return into a node with several instances showed 已退回 and created none of them."""
    content = consent(None).model_dump(mode="json", by_alias=True)
    content["states"]["reviewing"].update(
        waits_for="own.committee", decide={"rule": "all", "passes": "pass_on", "fails": "pass_on"}
    )
    content["transitions"][1]["by"] = "own.committee"
    desk = sit()
    desk.installation = with_stage(desk.installation, Stage.model_validate(content))
    case = desk.begin(up_to="reviewing", staff="HY021")
    for _ in range(2):
        assert open_seats(desk, case) == len(BELOW)
        for number in BELOW:
            desk.act(case, number, "pass_on", {})
        assert desk.state(case) == "deciding"
        desk.act(case, HEAD, "send_back", {"reason": "请再议", "return_to": "reviewing"})
        assert desk.state(case) == "reviewing"
    assert open_seats(desk, case) == len(BELOW)
    sound(desk, case)


def test_flowable_1641_what_was_returned_from_one_branch_does_not_stop_at_the_others(sit: Sit) -> None:
    """Back from one branch, the rest was completed, and the flow stopped at the gateway with its tasks missing."""
    desk = sit({"rule": "all", "hear_all": True})
    case = desk.begin()
    for number in COMMITTEE[:4]:
        desk.agree(case, number)
    desk.act(case, FIFTH, "send_back", {"reason": "材料不全", "after_return": "straight"})
    desk.do(case, "submit")
    assert open_seats(desk, case) == len(COMMITTEE), "decisions of the earlier round do not count"
    for number in COMMITTEE:
        desk.agree(case, number)
    assert desk.state(case) == "approved"
    sound(desk, case)


def test_loonflow_212_a_refusal_among_all_has_a_way_on(sit: Sit) -> None:
    """All had to agree, one refused: the ticket stayed where it was, and transferring it raised an error."""
    desk = sit({"rule": "all", "hear_all": True})
    case = desk.begin()
    desk.refuse(case, DEPUTY)
    with pytest.raises(NotAllowed):
        desk.take(case, DEPUTY, "transfer", person=desk.person(OFFICE), note="请另议")
    desk.take(case, FOURTH, "transfer", person=desk.person(OFFICE), note="出差")
    for number in (HEAD, DISCIPLINE, OFFICE):
        desk.agree(case, number)
    assert desk.agree(case, FIFTH) == "refused"
    sound(desk, case)


# -- stored expressions that are evaluated

TRAP = "tests.operations.approving.trap"  #: a module that nobody may import
EXPRESSIONS = (
    f"{TRAP}.spring", f"__import__('{TRAP}')", "${T(java.lang.Runtime).getRuntime().exec('true')}", "{{ 7 * 7 }}",
    "{title.__class__.__mro__}", "lambda _: None", "own.secretary.__globals__",
)  # fmt: skip


@pytest.mark.parametrize("expression", EXPRESSIONS)
def test_ruoyi_vue_plus_54_a_condition_is_a_name_and_nothing_else(sit: Sit, expression: str) -> None:
    """Jump conditions were evaluated as SpEL without a sandbox: whoever stored one ran code at whoever acted."""
    desk = sit()
    content = consent(None).model_dump(mode="json", by_alias=True)
    content["transitions"][2]["guards"] = [expression]
    stage = Stage.model_validate(content)
    view = View(stage, Source("stage.yaml"), desk.installation.definitions, Known(GUARDS, EFFECTS, RULES))
    assert [each.message for each in guards_and_effects_exist(view)] == [f"没有条件“{expression}”"]
    desk.installation = with_stage(desk.installation, stage)
    case = desk.begin()
    with pytest.raises(KeyError):
        desk.agree(case, HEAD)
    assert desk.state(case) == "deciding"
    assert TRAP not in sys.modules


@pytest.mark.parametrize("expression", EXPRESSIONS)
def test_ruoyi_vue_plus_54_a_ratio_is_a_number_and_nothing_else(expression: str) -> None:
    """Ratios of a 会签 were evaluated as well."""
    for rule, ratio in (("count", expression), ("percent", [expression, 3]), ("weight", expression)):
        with pytest.raises(ValidationError):
            consent({"rule": rule, "pass_at": ratio})
    assert TRAP not in sys.modules


@pytest.mark.parametrize("expression", EXPRESSIONS)
def test_ruoyi_vue_plus_54_a_role_is_a_name_and_nothing_else(sit: Sit, expression: str) -> None:
    """So were extensions of nodes, which say who is asked."""
    desk = sit(by="sup.secretary")
    content = consent(None, by="sup.secretary").model_dump(mode="json", by_alias=True)
    content["states"]["deciding"]["waits_for"]["organization"] = [expression]
    desk.installation = with_stage(desk.installation, Stage.model_validate(content))
    case = desk.begin()
    assert desk.asked(case) == []
    assert TRAP not in sys.modules


@pytest.mark.parametrize("expression", EXPRESSIONS)
def test_ruoyi_vue_plus_54_what_is_written_is_shown_as_it_is_written(sit: Sit, expression: str) -> None:
    """Titles in a definition, and whatever people enter."""
    desk = sit(by="sup.secretary", title=expression)
    case = desk.open(STAFF, "consent", "HY-1", text=expression)
    desk.do(case, "submit")
    desk.do(case, "pass_on")
    with reading(desk.installation.engine) as session:
        page = case_page(session, desk.installation, who(session, HEAD), desk.row(case).number)
    assert page.now is not None
    assert page.now.title == expression
    assert expression in [each.text for each in page.content]
    assert filled(f"关于{expression}的{{title}}", {"title": expression}) == f"关于{expression}的{expression}"
    assert TRAP not in sys.modules
