"""Conditions of a vote session (X5; domain.md §4.12, §5)."""

from __future__ import annotations

from workflow.engine.guards.common import holders_of
from workflow.engine.registry import guard
from workflow.engine.snapshot import Data, Situation, Snapshot
from workflow.engine.values import count, flag, number, people, rows, text
from workflow.engine.voting import VoteCounts, VoteResult, VoteRule, count_faults, decide, quorate, vote_rule, warnings

ASSEMBLY = "assembly"
WEIGHTY = "committee_weighty"
VOTES = ("ayes", "against", "abstain", "void")
BALLOTS = ("signed", "secret")  #: methods with papers that are issued and collected
PRESIDING = {"own.chair": "书记", "own.leader": "副书记等负责人", "own.committee": "委员"}  #: in this order
NOT_EXPECTED = "not_expected"  #: group of criteria.yaml: absences that are left out of 应到


def rule_of(snapshot: Snapshot, data: Data) -> VoteRule:
    """The rule that the matter is voted by."""
    return vote_rule(snapshot.vocabulary.vote_rules[text(data, "matter")])


def excused(snapshot: Snapshot, data: Data) -> frozenset[int]:
    """Who is left out of 应到 for a reason that counts (domain.md §5)."""
    reasons = snapshot.criteria.groups[NOT_EXPECTED]
    left_out = [row for row in rows(data, "absences") if text(row, "reason") in reasons]
    return frozenset(each for row in left_out for each in people(row, "person"))


def present_voters(snapshot: Snapshot, data: Data) -> frozenset[int]:
    """Who is there and may vote: on the roster, not excused, not withdrawn from this matter."""
    roster = frozenset(people(data, "roster")) - excused(snapshot, data)
    return (roster & frozenset(people(data, "attendees"))) - withdrawn(data)


def withdrawn(data: Data) -> frozenset[int]:
    """Who stays out of this matter: named at the meeting, or its subject (回避, domain.md §2.4)."""
    return frozenset(people(data, "recused")) | frozenset(people(data, "must_recuse"))


def result_of(situation: Situation) -> VoteResult:
    """What the counts entered mean under the rule."""
    data = situation.data
    counts = VoteCounts(
        expected=count(data, "expected"),
        present=count(data, "present"),
        ayes=count(data, "ayes"),
        against=count(data, "against"),
        abstain=count(data, "abstain"),
        void=count(data, "void"),
        issued=count(data, "issued") if is_by_ballot(data) else None,
        collected=sum(count(data, each) for each in VOTES) if is_by_ballot(data) else None,
    )
    return decide(rule_of(situation.snapshot, data), counts)


def is_by_ballot(data: Data) -> bool:
    """Whether papers are issued and collected."""
    return text(data, "method") in BALLOTS


@guard
def recorder_takes_part(situation: Situation) -> str | None:
    """Who keeps the record is not the subject of the matter (domain.md §2.4)."""
    if situation.act.actor.person_id in withdrawn(situation.data):
        return "您须回避这一事项，请由其他记录人清点人数"
    return None


@guard
def attendance_is_complete(situation: Situation) -> str | None:
    """Everybody entitled is present, or absent with a reason, and nobody is both (V01)."""
    data = situation.data
    roster, attendees = frozenset(people(data, "roster")), frozenset(people(data, "attendees"))
    absent = frozenset(each for row in rows(data, "absences") for each in people(row, "person"))
    if both := attendees & absent:
        return f"有{len(both)}人同时列为到会和未到会，请核对"
    if strangers := attendees - roster:
        return f"到会有表决权人员中有{len(strangers)}人不在应到名册上，请改列为列席人员"
    if missing := roster - attendees - absent - withdrawn(data):
        return f"应到{len(roster)}人，还有{len(missing)}人既没有到会也没有写明未到会原因，请补充"
    return None


@guard
def presider_takes_part(situation: Situation) -> str | None:
    """The secretary presides, else a deputy, a committee member, and in a branch without one any full member (V03)."""
    data = situation.data
    present = present_voters(situation.snapshot, data)
    if not present.intersection(people(data, "presider")):
        return "主持人须到会并且不回避这一事项，请另选主持人"
    for role, first in PRESIDING.items():
        there = holders_of(situation.snapshot, role) & present
        if there:
            return None if there.intersection(people(data, "presider")) else f"{first}到会并且不需回避，应由其主持"
    return None


@guard
def quorum_is_met(situation: Situation) -> str | None:
    """Enough of those who should attend are present (domain.md §5)."""
    data = situation.data
    rule, expected, present = rule_of(situation.snapshot, data), count(data, "expected"), count(data, "present")
    if quorate(rule, expected, present):
        return None
    return warnings(rule, expected, present)[0].rstrip("。")


@guard
def quorum_is_not_met(situation: Situation) -> str | None:
    """Too few are present (V02)."""
    return None if quorum_is_met(situation) else "到会人数已达到规定，可以开会"


@guard
def everyone_was_heard(situation: Situation) -> str | None:
    """Everybody had a chance to speak, the chair last (V05)."""
    return None if flag(situation.data, "heard") else "请先让到会人员充分发表意见，再付表决"


@guard
def method_is_as_required(situation: Situation) -> str | None:
    """Nominations, commendations and escalations are voted by secret ballot (domain.md §5)."""
    data, snapshot = situation.data, situation.snapshot
    required = text(snapshot.parameters, "vote.weighty_method")
    weighty = flag(data, "secret") or text(data, "matter") == WEIGHTY
    if not weighty or text(data, "method") == required:
        return None
    asked = snapshot.definition.field("method")
    label = (asked.options or {}).get(required, required) if asked else required
    return f"这一事项须以{label}方式表决，请改选表决方式"


@guard
def tellers_are_two(situation: Situation) -> str | None:
    """Scrutineer and teller are different persons, at the meeting and not concerned by the matter (domain.md §2.4)."""
    data = situation.data
    scrutineer, teller = people(data, "scrutineer"), people(data, "teller")
    if scrutineer == teller:
        return "监票人和计票人须是两个人"
    if withdrawn(data).intersection((*scrutineer, *teller)):
        return "须回避的人员不能监票、计票，请另选"
    return None


@guard
def counts_are_sound(situation: Situation) -> str | None:
    """The counts do not contradict one another (V06)."""
    if is_by_ballot(situation.data) and number(situation.data, "issued") is None:
        return "投票表决的，请填写发出票数"
    faults = count_faults(result_of(situation).counts)
    return faults[0].message.rstrip("。") if faults else None


@guard
def motion_is_adopted(situation: Situation) -> str | None:
    """The ayes exceed the share of those who should attend (V07)."""
    result = result_of(situation)
    return None if result.adopted else f"赞成{result.counts.ayes}票，须{result.ayes_needed}票，未达到通过所需票数"


@guard
def motion_is_not_adopted(situation: Situation) -> str | None:
    """The ayes do not suffice (V08)."""
    return "赞成票已达到通过所需票数" if result_of(situation).adopted else None


@guard
def matter_is_for_assembly(situation: Situation) -> str | None:
    """The session is an assembly of the branch: its paper is a resolution (T21)."""
    return None if text(situation.data, "matter") == ASSEMBLY else "不是支部党员大会"


@guard
def matter_is_for_committee(situation: Situation) -> str | None:
    """The session is a committee's: its paper is the minutes (T23)."""
    return "不是委员会会议" if text(situation.data, "matter") == ASSEMBLY else None


@guard
def method_is_by_ballot(situation: Situation) -> str | None:
    """Papers are needed for a signed or secret ballot."""
    return None if is_by_ballot(situation.data) else "口头、举手表决不用表决票"
