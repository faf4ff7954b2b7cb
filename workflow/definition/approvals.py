"""Rules about joint decisions: their triggers exist, ask nothing beside an opinion, and somebody is asked."""

from __future__ import annotations

from collections.abc import Iterator

from workflow.definition.approval import COUNTED, Repeat, ReturnTo, Rule
from workflow.definition.fault import Fault, listed
from workflow.definition.model import State, Tone
from workflow.definition.view import View

VOTE = "vote_session"  #: the stage in which a Party body votes


def decisions_lead_on(view: View) -> Iterator[Fault]:
    """Both outcomes of a joint decision are transitions that leave the state, and need nothing to be filled in."""
    for name, state in view.stage.states.items():
        if state.decide is None or not state.decide.is_joint:
            continue
        for key, trigger in (("passes", state.decide.passes), ("fails", state.decide.fails)):
            found = view.stage.find(trigger, name)
            place = ("states", name, "decide", key)
            if found is None:
                fix = f"请从这个状态的动作中选择：{listed(each.trigger for each in view.stage.leaving(name))}"
                yield view.source.fault(place, f"状态“{name}”没有动作“{trigger}”", fix)
            elif found.sign or found.auto or any(each.required for each in view.stage.asked(found)):
                fix = "请去掉该流转的 sign、auto 和必填项，意见写在理由里"
                yield view.source.fault(place, f"{found.id} 由几个人共同决定，不能另外要求签字或者填写", fix)


def somebody_decides(view: View) -> Iterator[Fault]:
    """A joint decision asks the roles that the state waits for, or goes up the tree by a role that exists."""
    for name, state in view.stage.states.items():
        if state.decide is None:
            continue
        place = ("states", name, "decide")
        if state.decide.rule is Rule.BALLOT:
            child = view.stage.children.get(state.waits_for_child or "")
            if child is None or child.stage != VOTE:
                yield view.source.fault(
                    place, f"状态“{name}”由会议票决，却不等表决会议", f"请写 waits_for_child，指向 {VOTE}"
                )
        elif state.decide.up is not None:
            yield from _up(view, name, state)
        elif not any(state.waits_for.values()):
            yield view.source.fault(place, f"状态“{name}”没有写由谁决定", "请写 waits_for，或者写 up 逐级上报")


def _up(view: View, name: str, state: State) -> Iterator[Fault]:
    assert state.decide is not None  # noqa: S101 - the caller looked
    assert state.decide.up is not None  # noqa: S101
    place = ("states", name, "decide", "up")
    words = view.definitions.organization
    if state.decide.up.role not in words.roles:
        yield view.source.fault(
            (*place, "role"), f"没有角色“{state.decide.up.role}”", f"请从中选择：{listed(words.roles)}"
        )
    for kind in state.decide.up.until:
        if kind not in words.kinds:
            yield view.source.fault((*place, "until"), f"没有组织类型“{kind}”", f"请从中选择：{listed(words.kinds)}")


def thresholds_can_be_met(view: View) -> Iterator[Fault]:
    """A share lies between nothing and the whole; weights name roles that are asked."""
    for name, state in view.stage.states.items():
        rule = state.decide
        if rule is None or rule.rule not in COUNTED:
            continue
        for key, threshold in (("pass_at", rule.pass_at), ("fail_at", rule.fail_at)):
            share = (
                threshold if isinstance(threshold, tuple) else (1, 1) if threshold is None or threshold > 0 else (0, 1)
            )
            if not 0 < share[0] <= share[1]:
                yield view.source.fault(("states", name, "decide", key), "标准应大于零、不超过全部", "请改成如 [2, 3]")
        asked = {role for roles in state.waits_for.values() for role in roles}
        for role in rule.weights:
            if role not in asked:
                place = ("states", name, "decide", "weights")
                yield view.source.fault(place, f"“{role}”不在决定人员之中", f"请从中选择：{listed(sorted(asked))}")


def nobody_passes_a_vote_unasked(view: View) -> Iterator[Fault]:
    """An automatic pass for the same approver is never a vote; only a return may lead to any visited state."""
    for name, state in view.stage.states.items():
        if (
            state.same_approver is not Repeat.OFF
            and state.decide is not None
            and state.decide.rule in (*COUNTED, Rule.BALLOT)
        ):
            place = ("states", name, "same_approver")
            yield view.source.fault(place, f"状态“{name}”是表决，不能自动算作同意", "请去掉 same_approver")
    for place_, each in view.transitions():
        if each.return_to is ReturnTo.VISITED and each.tone is not Tone.RETURN:
            yield view.source.fault(
                (*place_, "return_to"), f"{each.id} 不是退回", "请写 tone: return，或者去掉 return_to"
            )


RULES = (decisions_lead_on, somebody_decides, thresholds_can_be_met, nobody_passes_a_vote_unasked)
