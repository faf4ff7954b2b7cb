"""One test for each thread in which users of other engines report what approvals must not do (peers.md).

Each is named after its thread: project, then number. The symptom is told in the words of the thread.
"""

from __future__ import annotations

from functools import partial

import pytest

from tests.enterprise import who
from tests.operations.approving.conftest import Sit
from tests.operations.approving.consent import COMMITTEE, STAFF, Desk, consent, with_stage
from tests.operations.approving.holding import Holding
from tests.operations.racing import race
from workflow.definition.model import Stage
from workflow.errors import NotAllowed
from workflow.operations.reading.case import case_page
from workflow.operations.stuck import stuck_cases
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
