"""The conditions and effects of the leader-comment stage (domain.md §4.3)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.engine.cast import (
    CLERK,
    LEADER,
    MEMBER,
    SECRETARY,
    TODAY,
    change,
    days_from_today,
    done,
    refusal,
    snapshot,
)

COMMENT = {"achievements": "完成两项攻关", "problems": "组织生活偏少", "direction": "按月开展组织生活"}
ACTION = {"text": "组织生活", "measure": "每月一次", "due_on": "2012-04-30"}
PAST = datetime(2012, 3, 1, 9, 30, tzinfo=UTC)
FUTURE = datetime(2012, 3, 9, 9, 30, tzinfo=UTC)


def comment(state: str = "scheduled", data: dict[str, object] | None = None, **surroundings: Any) -> Any:
    return snapshot("leader_comment", state, data={"commenter": LEADER} | (data or {}), **surroundings)


def test_only_a_leader_of_the_leading_superior_comments() -> None:
    assert refusal("commenter_leads_the_superior", comment(), "C01") is None
    assert "上级党组织现任负责人" in (
        refusal("commenter_leads_the_superior", comment(data={"commenter": CLERK}), "C01") or ""
    )


def test_nobody_comments_on_themselves() -> None:
    own = comment(subject="member", data={"commenter": MEMBER})
    assert refusal("commenter_is_not_target", own, "C01")
    assert refusal("commenter_is_not_target", comment(subject="member", data={"commenter": SECRETARY}), "C01") is None
    assert refusal("commenter_is_not_target", comment(data={"commenter": SECRETARY}), "C01")
    assert refusal("commenter_is_not_target", comment(), "C01") is None


@pytest.mark.parametrize("part", COMMENT)
def test_a_comment_has_three_parts(part: str) -> None:
    assert "还缺" in (
        refusal("three_parts_are_written", comment(data=COMMENT | {part: " "}), "C04", actor=LEADER) or ""
    )
    assert refusal("three_parts_are_written", comment(data=COMMENT), "C04", actor=LEADER) is None


def test_a_meeting_needs_a_report_first() -> None:
    assert refusal("form_needs_no_report", comment(data={"form": "meeting"}), "C05", actor=LEADER)
    assert refusal("form_needs_no_report", comment(data={"form": "onsite"}), "C05", actor=LEADER) is None


def test_a_comment_without_report_waits_until_the_report_is_overdue() -> None:
    assert refusal("due_moment_has_passed", comment("report_due", due_at=FUTURE), "C06", actor=LEADER)
    assert refusal("due_moment_has_passed", comment("report_due", due_at=PAST), "C06", actor=LEADER) is None
    assert refusal("due_moment_has_passed", comment("report_due"), "C06", actor=LEADER)


def test_the_target_explains_within_five_working_days_of_delivery() -> None:
    delivered = comment("delivered", history=[done("C07", LEADER)])
    assert refusal("response_window_is_open", delivered, "C09", today=TODAY + timedelta(7)) is None
    late = refusal("response_window_is_open", delivered, "C09", today=TODAY + timedelta(8))
    assert "2012-03-12" in (late or "")


def test_a_comment_on_a_member_stays_in_the_branch() -> None:
    about_member = comment("acknowledged", subject="member")
    assert refusal("member_comment_stays_in_branch", about_member, "C14", values={"scope": "body"})
    assert refusal("member_comment_stays_in_branch", about_member, "C14", values={"scope": "branch"}) is None
    assert refusal("member_comment_stays_in_branch", comment("acknowledged"), "C14", values={"scope": "body"}) is None


def test_improvement_has_dated_items_and_every_item_is_answered() -> None:
    published = comment("published")
    assert refusal("actions_are_dated", published, "C15", values={"actions": []})
    assert "第1项" in (
        refusal("actions_are_dated", published, "C15", values={"actions": [ACTION | {"due_on": ""}]}) or ""
    )
    assert refusal("actions_are_dated", published, "C15", values={"actions": [ACTION]}) is None
    assert refusal("no_action_items", published, "C16") is None
    improving = comment("improving", {"actions": [ACTION]})
    assert refusal("no_action_items", improving, "C16")
    assert "组织生活" in (refusal("every_action_is_answered", improving, "C17", values={"follow_up": []}) or "")
    answer = {"follow_up": [{"text": "组织生活", "result": "已开展两次"}]}
    assert refusal("every_action_is_answered", improving, "C17", values=answer) is None


def test_a_follow_up_sent_back_gets_a_later_date() -> None:
    assert refusal("improve_by_is_later", comment("followed_up"), "C19", values={"improve_by": days_from_today(0)})
    assert (
        refusal("improve_by_is_later", comment("followed_up"), "C19", values={"improve_by": days_from_today(9)}) is None
    )


def test_only_lateness_or_refusal_of_an_organisation_escalates() -> None:
    on_time = comment("improving", due_at=FUTURE)
    assert refusal("improvement_is_late_or_refused", on_time, "C20", actor=LEADER)
    assert refusal("improvement_is_late_or_refused", on_time, "C20", actor=LEADER, values={"refused": True}) is None
    assert refusal("improvement_is_late_or_refused", comment("improving", due_at=PAST), "C20", actor=LEADER) is None
    about_member = comment("improving", subject="member", due_at=PAST)
    assert refusal("improvement_is_late_or_refused", about_member, "C20", actor=LEADER)


def test_what_was_delivered_is_kept_when_it_is_corrected() -> None:
    frozen = change("freeze_comment", comment("drafted", dict(COMMENT)), "C07", actor=LEADER).data
    assert frozen["delivered_on"] == "2012-03-05"
    kept: Any = change("keep_old_comment", comment("delivered", dict(COMMENT)), "C08", actor=LEADER).data
    assert kept["former_comments"] == [COMMENT | {"until": "2012-03-05"}]


def test_effects_note_what_happened() -> None:
    assert change("note_missing_report", comment("report_due"), "C06").data == {"report_missing": True}
    assert change("flag_deemed", comment("delivered"), "C13", actor=None).data == {"deemed_acknowledged": True}
    listed = change("list_follow_up", comment("published", {"actions": [ACTION]}), "C15").data
    assert listed == {"follow_up": [{"text": "组织生活", "result": ""}], "improve_by": "2012-04-30"}
    facts = change("state_facts", comment("improving", dict(COMMENT)), "C20", values={"reason": "逾期未落实"}).data
    assert facts == {"facts": "组织生活偏少\n逾期未落实"}
