"""A small named cast for tests of guards and effects: one enterprise, its branch, their people, one case.

CE_LG leads ENTERPRISE (with LEADING_GROUP and OFFICE), which leads COMMITTEE, which leads BRANCH;
LOCAL leads LOCAL_ENTERPRISE, which CE_LG only guides.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from tests.engine.written import misfits
from workflow.definition.campaign import CampaignDefinition, Criteria, OrganizationVocabulary
from workflow.definition.model import Stage
from workflow.engine import effects, guards
from workflow.engine.actor import Actor
from workflow.engine.calendar import Calendar, calendar_from_tables
from workflow.engine.registry import EFFECTS, GUARDS
from workflow.engine.routing import Address, Body, Tree
from workflow.engine.snapshot import Act, CaseFacts, Change, ChildFacts, Member, PastAct, Related, Situation, Snapshot

DEFINITIONS = Path(__file__).parents[2] / "definitions"
REGISTERED = (effects, guards)

CE_LG, ENTERPRISE, LEADING_GROUP, OFFICE, COMMITTEE, BRANCH, LOCAL, LOCAL_ENTERPRISE = range(1, 9)
TODAY = date(2012, 3, 5)  #: a Monday
READABLE = re.compile(r"[^A-Za-z{}\[\]]*[^A-Za-z{}\[\]。]")

TREE = Tree(
    bodies={
        CE_LG: Body(CE_LG, "C0", "中央企业创先争优活动领导小组", "央企创先争优领导小组", "ce_lg"),
        ENTERPRISE: Body(ENTERPRISE, "E1", "中共华岳集团委员会", "华岳党委", "ent_committee", "sasac", "headquarters"),
        LEADING_GROUP: Body(LEADING_GROUP, "E1L", "华岳集团创先争优活动领导小组", "华岳领导小组", "ent_lg"),
        OFFICE: Body(OFFICE, "E1O", "华岳集团创先争优活动领导小组办公室", "华岳创先办", "ent_lg_office"),
        COMMITTEE: Body(COMMITTEE, "S1", "中共华岳重机公司委员会", "重机党委", "sub_committee", None, "production"),
        BRANCH: Body(BRANCH, "B1", "重机公司总装车间党支部", "总装支部", "branch", None, "production"),
        LOCAL: Body(LOCAL, "L1", "中共云川市委员会", "云川市委", "local_committee"),
        LOCAL_ENTERPRISE: Body(LOCAL_ENTERPRISE, "E2", "中共云川电力委员会", "云电党委", "ent_committee", "local", ""),
    },
    leads={ENTERPRISE: (CE_LG,), COMMITTEE: (ENTERPRISE,), BRANCH: (COMMITTEE,), LOCAL_ENTERPRISE: (LOCAL,)},
    guides={LOCAL_ENTERPRISE: (CE_LG,)},
    organs={ENTERPRISE: (LEADING_GROUP,), LEADING_GROUP: (OFFICE,)},
)  # fmt: skip

SECRETARY, ORGANISER, MEMBER, PROBATIONER, WORKER, LEADER, CLERK, ASSESSOR, OTHER_ASSESSOR = range(101, 110)
STAFF = tuple(range(201, 211))  #: ten more employees outside the Party
HOLDERS: Mapping[Address, tuple[int, ...]] = {
    (BRANCH, "branch_secretary"): (SECRETARY,),
    (BRANCH, "branch_org_member"): (ORGANISER,),
    (BRANCH, "full_member"): (SECRETARY, ORGANISER, MEMBER, ASSESSOR, OTHER_ASSESSOR),
    (BRANCH, "probationary_member"): (PROBATIONER,),
    (BRANCH, "employee"): (WORKER, *STAFF),
    (COMMITTEE, "party_secretary"): (LEADER,),
    (COMMITTEE, "party_dept_staff"): (CLERK, ASSESSOR, OTHER_ASSESSOR),
}


@cache
def definition(stage: str) -> Stage:
    """The stage file, validated."""
    path = DEFINITIONS / "stages" / stage / "stage.yaml"
    return Stage.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))


def _read(name: str) -> Any:
    return yaml.safe_load((DEFINITIONS / name).read_text(encoding="utf-8"))


@cache
def vocabulary() -> OrganizationVocabulary:
    """organization.yaml"""
    return OrganizationVocabulary.model_validate(_read("organization.yaml"))


@cache
def criteria() -> Criteria:
    """criteria.yaml"""
    return Criteria.model_validate(_read("criteria.yaml"))


@cache
def parameters() -> Mapping[str, object]:
    """The parameters of campaign.yaml."""
    return CampaignDefinition.model_validate(_read("campaign.yaml")).parameters


@cache
def calendar() -> Calendar:
    """The working calendar of 2011 to 2013."""
    return calendar_from_tables({year: _read(f"calendar/{year}.yaml") for year in (2011, 2012, 2013)})


def held_by(person: int) -> frozenset[Address]:
    """The posts of a person of the cast."""
    return frozenset(address for address, people in HOLDERS.items() if person in people)


def _holders(addresses: Sequence[Address]) -> tuple[int, ...]:
    return tuple(sorted({person for address in addresses for person in HOLDERS.get(address, ())}))


def member(person: int = MEMBER, party_status: str = "full") -> Member:
    """A Party member as the subject of a case."""
    return Member(person, "林致远", party_status, held_by(person))


def snapshot(
    stage: str,
    state: str = "",
    *,
    own: int = BRANCH,
    subject: str = "organization",
    data: Mapping[str, object] | None = None,
    person: Member | None = None,
    **surroundings: Any,
) -> Snapshot:
    """A case of `stage` in `state`; `due_at` and anything else of a snapshot may be given by name."""
    due_at = surroundings.pop("due_at", None)
    superior = own if subject == "member" else TREE.leading_superior(own)
    case = CaseFacts(
        id=1,
        number="创优-2012-0001",
        stage=stage,
        state=state or definition(stage).initial,
        round=1,
        subject=subject,
        bodies={"own": own, "sup": superior, "organiser": superior},
        data=data or {},
        opened_at=datetime(2012, 3, 1, 1, tzinfo=UTC),
        due_at=due_at,
        person=person or (member() if subject == "member" else None),
    )
    facts = Snapshot(
        definition=definition(stage),
        case=case,
        tree=TREE,
        vocabulary=vocabulary(),
        criteria=criteria(),
        parameters=parameters(),
        calendar=calendar(),
        holders=_holders,
        zone="Asia/Shanghai",
        business_day_end=time(17, 30),
    )
    return replace(facts, **surroundings)


def situation(
    facts: Snapshot,
    transition: str,
    *,
    actor: int | None = SECRETARY,
    values: Mapping[str, object] | None = None,
    today: date = TODAY,
) -> Situation:
    """An act on the case: `actor` None is the system."""
    move = next(each for each in facts.definition.transitions if each.id == transition)
    entered = values or {}
    at = datetime.combine(today, time(2), UTC)
    who = Actor(actor, "系统" if actor is None else "王书记", held_by(actor) if actor else frozenset())
    return Situation(facts, Act(move, who, entered, at, today), {**facts.case.data, **entered})


def refusal(name: str, facts: Snapshot, transition: str, **act: Any) -> str | None:
    """What the guard answers: None, or a sentence that a person reads, without a code and without its full stop."""
    answer = GUARDS[name](situation(facts, transition, **act))
    assert answer is None or READABLE.fullmatch(answer), answer
    return answer


def change(name: str, facts: Snapshot, transition: str, **act: Any) -> Change:
    """What the effect writes, which fits the form of its stage."""
    written = EFFECTS[name](situation(facts, transition, **act))
    wrong = misfits(facts.definition, written)
    assert not wrong, wrong
    return written


def done(transition: str, person: int | None = SECRETARY, on: date = TODAY, **act: Any) -> PastAct:
    """A past act of the case."""
    return PastAct(transition, act.pop("trigger", "-"), person, on, act.pop("state_after", ""), 1, **act)


def child(name: str, state: str, *, final: bool = True, data: Mapping[str, object] | None = None) -> ChildFacts:
    """A case opened by this one."""
    return ChildFacts(2, name, state, final, data or {}, datetime(2012, 3, 2, tzinfo=UTC))


def related(
    stage: str, state: str, data: Mapping[str, object] | None = None, *, final: bool = True, same_person: bool = False
) -> Related:
    """Another case about the same body or person."""
    return Related(3, "创优-2012-0003", stage, state, final, same_person, data or {})


def days_from_today(days: int) -> str:
    """An ISO date that many days after TODAY."""
    return (TODAY + timedelta(days=days)).isoformat()
