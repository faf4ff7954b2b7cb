"""Rules about the machine itself: no dead state, no dead end, no choice left to chance, no approval bypassed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from workflow.definition.fault import Fault, listed
from workflow.definition.model import SAME, SYSTEM, Stage, Tone, Transition
from workflow.definition.view import View, persons

HARMLESS = (Tone.RETURN, Tone.REJECT, Tone.RECORD, Tone.WITHDRAW)


def states_exist(view: View) -> Iterator[Fault]:
    """Sources, targets and the initial state are states."""
    stage = view.stage
    fix = f"请从已有状态中选择：{listed(stage.states)}"
    if stage.initial not in stage.states:
        yield view.source.fault(("initial",), f"没有状态“{stage.initial}”", fix)
    for place, each in view.transitions():
        for unknown in (source for source in each.sources if source not in stage.states):
            yield view.source.fault((*place, "from"), f"{each.id} 没有状态“{unknown}”", fix)
        if each.to != SAME and each.to not in stage.states:
            yield view.source.fault((*place, "to"), f"{each.id} 没有状态“{each.to}”", fix)


def ids_are_single(view: View) -> Iterator[Fault]:
    """Every transition has an id of its own."""
    seen: set[str] = set()
    for place, each in view.transitions():
        if each.id in seen:
            yield view.source.fault((*place, "id"), f"编号 {each.id} 用了两次", "请改用没有用过的编号")
        seen.add(each.id)


def triggers_are_single(view: View) -> Iterator[Fault]:
    """A trigger means one thing in a state."""
    seen: dict[tuple[str, str], str] = {}
    for place, each in view.transitions():
        for source in each.sources:
            if other := seen.get((each.trigger, source)):
                message = f"状态“{source}”上的动作 {each.trigger} 已由 {other} 使用，{each.id} 又用了一次"
                yield view.source.fault((*place, "trigger"), message, "请给其中一个换一个动作名")
            seen[each.trigger, source] = each.id


def states_are_reachable(view: View) -> Iterator[Fault]:
    """Every state is reached from the initial one."""
    reached = closure(view.stage, {view.stage.initial})
    for state in view.stage.states:
        if state not in reached:
            yield view.source.fault(
                ("states", state), f"状态“{state}”永远到不了", "请补上转入它的流转，或者删去这个状态"
            )


def states_can_finish(view: View) -> Iterator[Fault]:
    """From every state a case can come to an end."""
    for state in view.stage.states:
        if not closure(view.stage, {state}) & view.stage.final_states:
            yield view.source.fault(("states", state), f"状态“{state}”不能办结", "请补上通向办结状态的流转")


def states_wait(view: View) -> Iterator[Fault]:
    """A state that is not final waits for a person, a child case, a due moment or the system."""
    for name, state in view.stage.states.items():
        if state.final:
            continue
        automatic = any(each.auto for each in view.stage.leaving(name))
        waits = any(persons(roles) for roles in state.waits_for.values())
        if not (waits or state.waits_for_child or (state.due and state.on_due) or automatic):
            message = f"状态“{name}”不等任何人、任何子事项或者期限，会停在这里"
            yield view.source.fault(("states", name), message, "请写 waits_for、waits_for_child，或者 due 和 on_due")


def waited_for_can_act(view: View) -> Iterator[Fault]:
    """Whoever has the case in the inbox can do something about it."""
    for name, state in view.stage.states.items():
        for subject in view.stage.subject:
            able = {
                role
                for each in view.stage.leaving(name)
                if not each.is_system
                for role in (*each.by.get(subject, ()), *each.sign)
            }
            for role in persons(state.waits_for.get(subject, ())):
                if role not in able:
                    message = f"状态“{name}”等 {role} 办理，但没有一个流转由 {role} 办理"
                    yield view.source.fault(
                        ("states", name, "waits_for"), message, "请改等有权办理的角色，或者给该角色一个流转"
                    )


def timers_fire(view: View) -> Iterator[Fault]:
    """What a due moment or reminder fires leaves that state, and the system may fire it."""
    for name, state in view.stage.states.items():
        fired = {"on_due": state.on_due, "on_also_due": state.on_also_due, "on_remind": state.on_remind}
        for key, trigger in fired.items():
            if trigger is None:
                continue
            found = view.stage.find(trigger, name)
            if found is None:
                message = f"状态“{name}”没有动作 {trigger}"
                yield view.source.fault(("states", name, key), message, "请改用从这个状态出发的动作")
            elif not may_be_system(found):
                message = f"动作 {trigger}（{found.id}）只能由人办理，到期时系统不能触发"
                yield view.source.fault(
                    ("states", name, key), message, "请在该流转的 by 中加上 system，或者改用催办动作"
                )
        if (state.on_due or state.remind) and state.due is None:
            yield view.source.fault(("states", name), f"状态“{name}”写了到期动作或提醒，却没有期限", "请补上 due")
        if bool(state.remind) != bool(state.on_remind):
            yield view.source.fault(("states", name), f"状态“{name}”的 remind 和 on_remind 要写就都写", "请补上另一项")


def approvals_are_not_bypassed(view: View) -> Iterator[Fault]:
    """The system never takes a case forward over the head of a person who has the turn, nor seals a paper alone.

    A forward transition that the system fires by itself, out of a state in which people have the turn, needs a guard
    that says when. A numbered paper is signed by people when it is issued; one that is sealed without a number leaves
    at once, so a person has to act.
    """
    for place, each in view.transitions():
        if not may_be_system(each) or view.told_by_child(each):
            continue
        turned = [name for name in each.sources if name in view.stage.states and has_turn(view.stage, name)]
        if turned and each.tone not in HARMLESS and each.to != SAME and not each.guards:
            message = f"{each.id} 由系统从“{turned[0]}”向前推进，而这里应由人办理，又没有条件"
            yield view.source.fault(place, message, "请写上条件（guards），或者改由人办理")
        papers = [view.stage.documents[name] for name in each.documents if name in view.stage.documents]
        if each.is_system and any(paper.seal and not paper.series for paper in papers):
            message = f"{each.id} 由系统办理，却发出用印的文书"
            yield view.source.fault((*place, "documents"), message, "用印的文书须由人签发，请改由人办理")


def children_are_decided_by_people(view: View) -> Iterator[Fault]:
    """A child case takes its parent forward only after a person has acted in it."""
    for place, each in view.transitions():
        child = view.stage.children.get(each.after.child) if each.after else None
        stage = view.definitions.stages.get(child.stage) if child else None
        if each.after is None or stage is None:
            continue
        alone = closure(stage, {stage.initial}, only_system=True)
        for state in sorted(alone.intersection(each.after.states)):
            message = f"{each.id} 由子事项到达“{state}”触发，而系统自己就能走到那里，中间没有人办理"
            yield view.source.fault((*place, "after"), message, "请在子事项的路径上安排由人办理的流转")


def may_be_system(transition: Transition) -> bool:
    """Whether the system is among those who fire it."""
    return transition.auto or any(SYSTEM in roles for roles in transition.by.values())


def has_turn(stage: Stage, state: str) -> bool:
    """Whether people have the case in their inbox in that state."""
    return any(persons(roles) for roles in stage.states[state].waits_for.values())


def closure(stage: Stage, start: set[str], *, only_system: bool = False) -> set[str]:
    """The states that can be reached from `start`, by the system alone if asked."""
    onward: dict[str, set[str]] = {}
    for each in stage.transitions:
        if only_system and not may_be_system(each):
            continue
        for source in each.sources:
            onward.setdefault(source, set()).add(each.target(source))
    return _spread(onward, start)


def _spread(onward: Mapping[str, set[str]], start: set[str]) -> set[str]:
    reached, fresh = set(start), set(start)
    while fresh:
        fresh = {target for state in fresh for target in onward.get(state, ())} - reached
        reached |= fresh
    return reached


RULES = (
    states_exist,
    ids_are_single,
    triggers_are_single,
    states_are_reachable,
    states_can_finish,
    states_wait,
    waited_for_can_act,
    timers_fire,
    approvals_are_not_bypassed,
    children_are_decided_by_people,
)
