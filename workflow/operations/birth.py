"""Bring a case into being: whom it is about, which bodies it concerns, its first state, task and journal entry."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from workflow import clock, randomness
from workflow.definition.model import SAME, Stage, Transition
from workflow.definition.wording import filled
from workflow.engine.actor import Actor
from workflow.engine.moving import SYSTEM_ACTOR, Step
from workflow.engine.offspring import body_of, handed_over
from workflow.engine.registry import EFFECTS
from workflow.engine.routing import Origin, resolve
from workflow.engine.snapshot import Act, CaseFacts, Situation, Snapshot
from workflow.engine.step import settle
from workflow.engine.values import Row, text
from workflow.errors import NotFound
from workflow.operations import journal
from workflow.operations.installation import Installation
from workflow.operations.loading import Loaded, bodies_of, snapshot_of
from workflow.operations.organization.posts import member
from workflow.operations.organization.trees import Lines, line_of, present_tree
from workflow.operations.publishing import publish_stage
from workflow.operations.writing import arrive, write
from workflow.store import cases as rows
from workflow.store.changes import changes
from workflow.store.fetching import get, insert, insert_rows
from workflow.store.organization import Organization

MATTER = "document_title"  #: field that says what a document is about


@dataclass(frozen=True)
class Subject:
    """Whom a case is about."""

    organization_id: int
    person_id: int | None = None

    @property
    def kind(self) -> str:
        """organization or member"""
        return "member" if self.person_id is not None else "organization"


@dataclass(frozen=True)
class Birth:
    """Where a case comes from, besides its subject and data."""

    actor: Actor
    parent: Loaded | None = None
    child_name: str | None = None
    title: str | None = None
    launch: int | None = None  #: by which it was opened for others: whoever launched is not its initiator


def prospect(
    session: Session, installation: Installation, campaign: rows.Campaign, stage: Stage, subject: Subject,
    data: Mapping[str, Any], parent: Loaded | None = None, *, lines: Lines | None = None,
) -> Snapshot:  # fmt: skip
    """The case as it would stand if it were opened now: for forms, the predicted chain and the checks below.

    `lines` saves reading the tree for each of many bodies.
    """
    at = clock.now()
    own = get(session, Organization, subject.organization_id)
    if own is None:
        raise NotFound(what="这个组织")
    today = installation.today(at, own.timezone)
    parents = parent.snapshot.case.bodies if parent else {}
    chosen = data.get("award_level")
    named = {own.id, *parents.values(), *([chosen] if isinstance(chosen, int) else [])}
    line = line_of(own.path)
    reached = lines is not None and lines.reach(line, named, today)
    tree = lines.tree if lines and reached else present_tree(session, installation, named, today)
    words, origin = installation.definitions.organization, Origin(own.id, data, parents)
    rules = {base: rule if isinstance(rule, str) else rule[subject.kind] for base, rule in stage.bodies.items()}  # type: ignore[index]
    found = {base: resolve(rule, tree, words, origin) for base, rule in rules.items()}
    facts = CaseFacts(
        id=0, number="", stage=stage.stage, state=stage.initial, round=1, subject=subject.kind,
        bodies={base: body for base, body in found.items() if body is not None}, data=data, opened_at=at,
        person=member(session, subject.person_id, today) if subject.person_id is not None else None,
        parent_stage=parent.row.stage if parent else None,
    )  # fmt: skip
    if lines is None or not lines.reach(line, bodies_of(facts), today):
        tree = present_tree(session, installation, bodies_of(facts), today)
    return snapshot_of(session, installation, campaign, stage, facts, own, today, tree=tree)


def bear_child(
    session: Session, installation: Installation, parent: Loaded, name: str, data: Mapping[str, Any],
    litter: Sequence[Row] = (),
) -> tuple[Loaded, Step]:  # fmt: skip
    """Open the case that `parent` needs under that name, for one of its bodies and about the same person.

    With a litter of rows, about the body that they name.
    """
    child = parent.stage.children[name]
    definition = installation.definitions.stages[child.stage]
    if litter:
        body, given = body_of(child, litter), handed_over(child, definition, litter)
    else:
        body = parent.snapshot.case.bodies[child.body]
        given = {mine: parent.row.data.get(theirs) for mine, theirs in child.carry.items()}
    subject = Subject(body, parent.row.person_id if "member" in definition.subject else None)
    given = {**child.data, **given, **data}
    snapshot = prospect(session, installation, parent.campaign, definition, subject, given, parent)
    subject_name = snapshot.tree.bodies[body].short_name
    others = {mine: parent.snapshot.case.bodies[theirs] for mine, theirs in child.bodies.items()}
    snapshot = replace(snapshot, case=replace(snapshot.case, bodies={**snapshot.case.bodies, **others}))
    born = Birth(SYSTEM_ACTOR, parent, name, filled(child.title, {"title": parent.row.title, "subject": subject_name}))
    return bear(session, installation, parent.campaign, snapshot, born)


def opening_situation(snapshot: Snapshot, actor: Actor) -> Situation:
    """The opening seen as an act, for guards and effects."""
    transition = Transition(id="-", trigger="open", title="发起", sources=(), to=SAME, by=snapshot.definition.opened_by)
    at = snapshot.case.opened_at
    today = at.astimezone(ZoneInfo(snapshot.zone)).date()
    return Situation(snapshot, Act(transition, actor, {}, at, today), snapshot.case.data)


def bear(
    session: Session, installation: Installation, campaign: rows.Campaign, snapshot: Snapshot, birth: Birth
) -> tuple[Loaded, Step]:
    """Insert the case and do what it can do by itself. The caller lets what follows from the step happen."""
    situation = opening_situation(snapshot, birth.actor)
    data = dict(snapshot.case.data)
    for name in snapshot.definition.opening_effects:
        data.update(EFFECTS[name](replace(situation, data=data)).data)
    row = _insert(session, campaign, snapshot, birth, data)
    facts = replace(snapshot.case, id=row.id, number=row.number, data=data, opened_by=row.opened_by)
    snapshot = replace(snapshot, case=facts)
    at = snapshot.case.opened_at
    loaded = Loaded(row, campaign, snapshot.definition, snapshot, at, installation.today(at, snapshot.zone))
    own = snapshot.tree.bodies[row.organization_id].name
    launched = {"launch": birth.launch} if birth.launch is not None else {}
    journal.append(session, row, "opened", actor=birth.actor, at=at, organization=own, target=row.state,
                   details={"values": data, "bodies": dict(facts.bodies), **launched})  # fmt: skip
    arrive(session, loaded, snapshot)
    step = settle(snapshot, at, loaded.today)
    if step.moves:
        write(session, loaded, step)
    return loaded, step


def _insert(
    session: Session, campaign: rows.Campaign, snapshot: Snapshot, birth: Birth, data: dict[str, Any]
) -> rows.Case:
    case = snapshot.case
    row = rows.Case(
        number=str(randomness.identifier()), campaign_id=campaign.id,
        definition_id=publish_stage(session, snapshot.definition), stage=case.stage,
        title=birth.title or title_of(snapshot), subject=case.subject, organization_id=case.bodies["own"],
        person_id=case.person.id if case.person else None, state=case.state, data=data,
        parent_id=birth.parent.row.id if birth.parent else None, child_name=birth.child_name,
        opened_by=birth.actor.person_id if birth.launch is None else None, opened_at=case.opened_at,
        moved_at=case.opened_at,
    )  # fmt: skip
    insert(session, row)  # its id makes the number that people read
    bodies = [{"case_id": row.id, "base": base, "organization_id": each} for base, each in sorted(case.bodies.items())]
    insert_rows(session, rows.CaseBody, bodies)
    changes(session, row).set(number=f"{campaign.code}-{snapshot.definition.code}-{row.id:06d}")
    return row


def title_of(snapshot: Snapshot) -> str:
    """What a case is called in lists: whom it is about, the stage, and the matter where one was stated."""
    own = snapshot.tree.bodies[snapshot.case.bodies["own"]].short_name
    who = f"{own}{snapshot.case.person.name}" if snapshot.case.person else own
    matter = text(snapshot.case.data, MATTER)
    return f"{who}{snapshot.definition.title}：{matter}" if matter else f"{who}{snapshot.definition.title}"
