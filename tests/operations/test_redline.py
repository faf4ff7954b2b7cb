"""The redline of a case: what was changed since it was returned, read off its journal."""

from __future__ import annotations

from tests.operations.cast import Play
from tests.operations.scenarios.plan import plan, signed
from workflow.engine.comparing import GONE, NEW
from workflow.operations.journal import append
from workflow.operations.loading import load
from workflow.operations.reading.history import journal
from workflow.operations.reading.redline import Redline, redline_of
from workflow.store.cases import Case
from workflow.store.session import reading, writing


def redline(play: Play, case: int) -> Redline | None:
    with reading(play.installation.engine) as session:
        return redline_of(session, play.installation, load(session, play.installation, case), journal(session, case))


def changes(found: Redline, field: str, kind: str) -> list[str]:
    (lines,) = [each.lines for each in found.fields if each.title == field]
    return [piece.text for line in lines for piece in line.pieces if piece.kind == kind]


def returned(play: Play, *, organisation: str) -> int:
    """A plan that came back from its first review."""
    case = plan(play, organisation=organisation)
    play.do(case, "submit_internal")
    play.do(case, "internal_return", reason="分工要明确")
    return case


def test_changed_fields_show_what_went_and_what_came(play: Play) -> None:
    case = returned(play, organisation="领导小组每半年听取一次汇报。\n经费列入预算。")
    assert redline(play, case) is None, "nothing is changed yet"
    play.do(case, "amend", answers=["已明确"], organisation="领导小组每季度听取一次汇报。\n经费列入预算。")
    found = redline(play, case)
    assert found is not None
    assert (found.act, found.reason) == ("审核退回", "分工要明确")
    assert (changes(found, "组织领导", GONE), changes(found, "组织领导", NEW)) == (["半年"], ["季度"])
    assert {each.title for each in found.fields} == {"组织领导", "对修改意见的答复"}


def test_the_version_returned_last_is_compared(play: Play) -> None:
    case = returned(play, organisation="每半年听取汇报。")
    play.do(case, "amend", answers=["已明确"], organisation="每季度听取汇报。")
    play.do(case, "submit_internal")
    play.do(case, "internal_return", reason="次数仍偏少")
    play.do(case, "amend", answers=["已增加"], organisation="每两个月听取汇报。")
    found = redline(play, case)
    assert found is not None
    assert (changes(found, "组织领导", GONE), changes(found, "组织领导", NEW)) == (["季度"], ["两个月"])


def test_of_an_issue_the_text_that_it_issues_is_compared(play: Play) -> None:
    case = signed(play, organisation="每半年听取汇报。")
    issue = play.child(case, "issue")
    play.do(issue, "substantive_change", reason="频次要改")
    assert redline(play, issue) is None
    _write(play, case, organisation="每季度听取汇报。")
    found = redline(play, issue)
    assert found is not None
    assert (found.act, changes(found, "组织领导", NEW)) == ("实质修改退签", ["季度"])


def _write(play: Play, case: int, **values: str) -> None:
    """The text is changed in the case that it comes from, a day later."""
    play.wait()
    with writing(play.installation.engine) as session:
        row = session.get_one(Case, case)
        row.data = {**row.data, **values}
        who = play.actor(session, "HY021")
        append(session, row, "moved", actor=who, at=play.clock.now(), details={"values": values})
