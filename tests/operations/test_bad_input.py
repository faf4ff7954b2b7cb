"""Bad input gets a sentence that says what is wrong and what to do, and nothing is changed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from tests.operations.cast import Play
from tests.operations.scenarios.plan import plan, signed
from workflow.errors import Conflict, InvalidInput, NotAllowed, NotFound, Refused, WorkflowError


@contextmanager
def refused(play: Play, case: int, error: type[WorkflowError], *words: str) -> Iterator[None]:
    """The act inside is refused with these words, and the case stays as it was."""
    before = (play.state(case), play.row(case).version)
    with pytest.raises(error) as caught:
        yield
    for each in words:
        assert each in str(caught.value), str(caught.value)
    assert (play.state(case), play.row(case).version) == before


def under_review(play: Play) -> int:
    """A plan of the enterprise that the city leads and the central leading group guides, at the city committee."""
    case = signed(play, body="LC", opener="LC06", mode="approve")
    for trigger in ("submit_up", "register", "assign"):
        play.do(case, trigger)
    return case


def test_a_stale_form(play: Play) -> None:
    case = plan(play)
    version = play.row(case).version
    play.do(case, "amend", by="HY019")
    with refused(play, case, Conflict, "邵美琪已于03-05 09:00办理“修改草案”", "您的操作未生效"):
        play.act(case, "HY021", "submit_internal", {}, version=version)


def test_somebody_else_s_task(play: Play) -> None:
    case = plan(play)
    with refused(play, case, NotAllowed, "您不能送审", "应由第一制造公司党委党务工作人员办理"):
        play.act(case, "HY031", "submit_internal", {})


def test_a_wrong_state(play: Play) -> None:
    case = plan(play)
    with refused(play, case, Refused, "不能签发", "现处于“起草”", "请刷新"):
        play.act(case, "HY016", "sign", {})


def test_a_trigger_that_nobody_knows(play: Play) -> None:
    case = plan(play)
    with refused(play, case, Refused, "请刷新"):
        play.act(case, "HY021", "to_closed", {})


@pytest.mark.parametrize("guide", ["CE05", "CE01", "CE06"])
@pytest.mark.parametrize("trigger", ["return_for_revision", "approve"])
def test_a_guide_who_tries_to_return_or_approve(play: Play, guide: str, trigger: str) -> None:
    case = under_review(play)
    with refused(play, case, NotAllowed, "是指导关系，可以阅知和提出建议", "不能批准、退回或规定期限", "应由江海市委"):
        play.act(case, guide, trigger, {"remarks": ["不妥"], "opinion": "同意"})


def test_an_owner_who_does_not_lead(play: Play) -> None:
    """港机公司 belongs to 恒岳集团 and is led by the city: the owner only guides (R55, R57)."""
    case = signed(play, body="HY-5", opener="GJ05", mode="approve")
    play.do(case, "submit_up")
    with refused(play, case, NotAllowed, "恒岳集团党委对港机公司党委是指导关系", "应由江海市委文秘办理"):
        play.act(case, "HY041", "register", {})
    with refused(play, case, NotAllowed, "恒岳集团党委对港机公司党委是指导关系"):
        play.act(case, "HY041", "refuse_receipt", {"reason": "格式不对"})


def test_a_person_is_refused_before_the_form_is_looked_at(play: Play) -> None:
    case = under_review(play)
    with refused(play, case, NotAllowed):
        play.act(case, "LC06", "return_for_revision", {})


def test_a_form_with_faults_names_each(play: Play) -> None:
    case = under_review(play)
    with refused(play, case, InvalidInput, "填写有误"):
        play.act(case, "JH05", "return_for_revision", {"remarks": "", "state": "closed"})


def test_a_reason_that_is_missing(play: Play) -> None:
    case = plan(play)
    with pytest.raises(InvalidInput) as caught:
        play.act(case, "HY016", "withdraw", {})
    assert [(each.path, each.message) for each in caught.value.facts["errors"]] == [("reason", "请填写理由")]


def test_a_case_that_does_not_exist(play: Play) -> None:
    with pytest.raises(NotFound, match="没有找到这件事项"):
        play.act(999, "HY021", "submit_internal", {})


def test_a_stage_out_of_order(play: Play) -> None:
    with pytest.raises(Refused, match="实施方案还没有公布"):
        play.open("HY021", "pledge", "HY-11", staff_opinions="已听取")


def test_a_probationary_member_is_not_nominated(play: Play) -> None:
    with pytest.raises(WorkflowError, match="考核结果还没有审定"):
        play.open("HY020", "commendation", "HY-11", person="HY025", award="excellent_member")
