"""The papers that an act would leave with what is typed so far: composed, shown and forgotten. Nothing is written.

An act that leaves no paper, or none but a working slip, shows as well the paper that its text goes into: the first one
on the way forward that prints one of its fields.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy.orm import Session

from workflow.definition.field import Field
from workflow.definition.model import Transition
from workflow.documents.bounds import TooMuch
from workflow.documents.glyphs import MissingGlyph, TemplateFault
from workflow.documents.render import render_specimen
from workflow.documents.rooms import Broken
from workflow.engine.actor import Actor
from workflow.engine.moving import Step
from workflow.engine.registry import EFFECTS
from workflow.engine.returning import CAPACITY
from workflow.engine.routing import RoutingError
from workflow.engine.snapshot import Act, Snapshot
from workflow.engine.step import perform
from workflow.errors import Refused
from workflow.operations.acting import acting
from workflow.operations.birth import Subject, opening_situation, prospect, title_of
from workflow.operations.filling import choices, opening_fields
from workflow.operations.installation import Installation
from workflow.operations.loading import Loaded
from workflow.operations.reading.composing import (
    INCOMPLETE,
    Composer,
    Specimen,
    ahead_of,
    done_anyway,
    moved,
    past,
)  # fmt: skip
from workflow.operations.reading.entered import Entered, read_so_far
from workflow.operations.reading.openable import Prospect
from workflow.operations.reading.preview import check_option
from workflow.store.cases import Campaign, Case

LATER = "这份公文还要用到后面填写或办理时产生的内容，到时可见。"


@dataclass(frozen=True)
class Specimens:
    """What would come of a form as it stands."""

    papers: tuple[Specimen, ...]
    entered: Entered
    refusal: str = ""  #: why the act could not be done with these values


@dataclass(frozen=True)
class Printed:
    """A specimen as PDF, or why there is none."""

    specimen: Specimen
    data: bytes = b""
    fault: str = ""


def shows(installation: Installation, loaded: Loaded, transition: Transition, fields: Sequence[Field]) -> bool:
    """Whether there is a paper to show beside the form of an act."""
    bodies, known = loaded.snapshot.case.bodies, loaded.stage.documents
    left = any(known[name].issuer in bodies for name in transition.documents)
    ahead = ahead_of(installation, loaded.snapshot, transition.target(loaded.row.state), [each.name for each in fields])
    return bool(fields) and (left or bool(ahead))


def shows_opening(installation: Installation, snapshot: Snapshot) -> bool:
    """Whether there is a paper to show beside the form that opens a case."""
    return bool(ahead_of(installation, snapshot, snapshot.case.state, snapshot.definition.opening))


def of_act(
    session: Session, installation: Installation, actor: Actor, loaded: Loaded, transition: Transition,
    fields: Sequence[Field], raw: Mapping[str, Any],
) -> Specimens:  # fmt: skip
    """For whoever may do the act: raises NotAllowed or Refused like the page of its form."""
    check_option(loaded, actor, transition)
    entered = read_so_far(fields, choices(session, loaded.snapshot), raw)
    values = {name: value for name, value in entered.values.items() if name != CAPACITY}
    act = Act(transition, acting(loaded, actor, transition, raw.get(CAPACITY)), values, loaded.at, loaded.today)
    after, step, refusal = _done(loaded, act, entered)
    composer = Composer(session, installation, after, entered, past(loaded, step))
    left = composer.left(step)
    return Specimens((*composer.ahead(left), *left), entered, refusal)


def _done(loaded: Loaded, act: Act, entered: Entered) -> tuple[Loaded, Step, str]:
    """The case after the act; a form that is not complete, or that a guard refuses, moves it all the same."""
    refusal = ""
    if entered.is_complete:
        try:
            step = perform(loaded.snapshot, act)
        except Refused as refused:
            refusal = str(refused.facts["reason"])
        else:
            if step.moves:
                return moved(loaded, step), step, ""
    step = done_anyway(loaded.snapshot, act)
    return moved(loaded, step), step, refusal


def of_opening(
    session: Session, installation: Installation, actor: Actor, about: Prospect, raw: Mapping[str, Any]
) -> Specimens:
    """What the form that opens a case will lead to. Whoever may not open it has no prospect of it."""
    fields = opening_fields(about.snapshot)
    entered = read_so_far(fields, choices(session, about.snapshot), raw)
    campaign = session.get_one(Campaign, about.campaign_id)
    unborn = _unborn(session, installation, actor, campaign, about.snapshot, about.subject, entered)
    return Specimens(tuple(Composer(session, installation, unborn, entered, []).ahead([])), entered)


def _unborn(
    session: Session, installation: Installation, actor: Actor, campaign: Campaign, snapshot: Snapshot,
    subject: Subject, entered: Entered,
) -> Loaded:  # fmt: skip
    """The case as it would be just after its opening; its row is known to no database."""
    try:
        snapshot = prospect(session, installation, campaign, snapshot.definition, subject, entered.values)
    except (RoutingError, *INCOMPLETE):
        snapshot = replace(snapshot, case=replace(snapshot.case, data=entered.values))
    situation, data = opening_situation(snapshot, actor), dict(entered.values)
    for name in snapshot.definition.opening_effects:
        try:
            data.update(EFFECTS[name](replace(situation, data=data)).data)
        except INCOMPLETE:
            continue
    snapshot = replace(snapshot, case=replace(snapshot.case, data=data))
    at, case = snapshot.case.opened_at, snapshot.case
    row = Case(
        id=0, number="", campaign_id=campaign.id, definition_id=0, stage=case.stage, title=title_of(snapshot),
        subject=case.subject, organization_id=case.bodies["own"], person_id=subject.person_id, state=case.state,
        round=1, data=data, opened_at=at, moved_at=at,
    )  # fmt: skip
    return Loaded(row, campaign, snapshot.definition, snapshot, at, installation.today(at, snapshot.zone))


def printed(specimen: Specimen) -> Printed:
    """The specimen as PDF. It takes a while and needs no database: no transaction should wait for it."""
    for content in (specimen.content, specimen.bare):
        try:
            return Printed(specimen, render_specimen(specimen.template, content).data)
        except (MissingGlyph, TooMuch, Broken) as error:
            return Printed(specimen, fault=error.message)
        except TemplateFault:
            continue
    return Printed(specimen, fault=LATER)
