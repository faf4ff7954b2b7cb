"""Composes papers of a case that does not stand as they say: the values of a specimen, and which papers lie ahead."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from workflow.definition.field import Field, FieldType
from workflow.definition.model import Tone, Transition
from workflow.documents.render import definitions_of
from workflow.engine.capacity import capacity
from workflow.engine.deadlines import limit
from workflow.engine.moving import REASON, SYSTEM_ACTOR, Move, Step, leaves, move
from workflow.engine.returning import PROCEDURE
from workflow.engine.snapshot import Act, Snapshot
from workflow.operations.documents.content import all_fields, chinese_date
from workflow.operations.documents.papers import drafted, template_folder
from workflow.operations.installation import Installation
from workflow.operations.loading import Loaded
from workflow.operations.reading.entered import BLANK, LISTS, Entered, with_blanks
from workflow.store.cases import Case
from workflow.store.documents import Document

SHARED = "shared"  #: templates of slips and letters, which print whatever the form asks
#: What effects, guards and papers, which are written for complete forms, may raise over one that is not.
INCOMPLETE = (AttributeError, IndexError, KeyError, TypeError, ValueError)
Values = dict[str, Any]


@dataclass(frozen=True)
class Specimen:
    """A paper as it would be made now."""

    title: str
    made_by: str  #: the later act that will make it; empty when it is the very act that is being prepared
    template: Path
    content: Values
    bare: Values  #: without blanks, for a template that reckons with what is missing


def done_anyway(snapshot: Snapshot, act: Act) -> Step:
    """The act, whatever guards say of it, and without effects that need what has not been entered."""
    target = act.transition.target(snapshot.case.state)
    try:
        return move(snapshot, act, target)
    except INCOMPLETE:
        bare = act.transition.model_copy(update={"effects": ()})
        return move(snapshot, replace(act, transition=bare), target)


def moved(loaded: Loaded, step: Step) -> Loaded:
    """The case after a step, with a row of its own that no session knows."""
    before, case = loaded.row, step.snapshot.case
    row = Case(**{each.key: getattr(before, each.key) for each in Case.__table__.columns})
    row.state, row.round, row.data = case.state, case.round, dict(case.data)
    if (before.state, before.round) != (case.state, case.round):
        due = limit(step.snapshot, loaded.today)
        row.due_at = due.at if due else None
    return replace(loaded, row=row, snapshot=step.snapshot)


def past(loaded: Loaded, step: Step) -> list[Values]:
    """The moves of a step as `acts` of the values contract tells them once they are in the journal."""
    return [_past(loaded, each) for each in step.moves]


def _past(loaded: Loaded, done: Move) -> Values:
    transition = done.transition
    post, body = capacity(loaded.snapshot, done.actor, transition)
    told = {each.name for each in loaded.stage.asked(transition) if not each.confidential}
    opinion = done.values.get(REASON) or (done.values.get("opinion") if "opinion" in told else "")
    return {
        "id": transition.id, "title": transition.title, "actor": done.actor.name, "post": post, "body": body,
        "on": loaded.at.astimezone(ZoneInfo(loaded.snapshot.zone)).date().isoformat(), "opinion": str(opinion or ""),
    }  # fmt: skip


@dataclass(frozen=True)
class Way:
    """How a case comes to a paper: the transitions, the last of which makes it."""

    source: str
    path: tuple[Transition, ...]
    paper: str


def ahead_of(
    installation: Installation, snapshot: Snapshot, state: str, names: Sequence[str],
    applies: Callable[[Way], bool] = lambda _way: True,
) -> list[Way]:  # fmt: skip
    """The papers made first on the way forward that print one of these fields."""
    stage, seen = snapshot.definition, {state}
    edge: list[tuple[str, tuple[Transition, ...]]] = [(state, ())]
    while edge:
        ways = [
            (source, (*path, each))
            for source, path in edge for each in stage.leaving(source) if each.tone is Tone.FORWARD
        ]  # fmt: skip
        papers = [Way(source, path, name) for source, path in ways for name in path[-1].documents]
        found = [each for each in papers if _is_meant(installation, snapshot, each, tuple(names)) and applies(each)]
        if found:
            return found
        reached = {path[-1].target(source): path for source, path in reversed(ways)}
        edge = [(target, path) for target, path in reached.items() if target not in seen]
        seen.update(reached)
    return []


def _is_meant(installation: Installation, snapshot: Snapshot, way: Way, names: tuple[str, ...]) -> bool:
    stage, paper = snapshot.definition, snapshot.definition.documents[way.paper]
    template = Document(template=paper.template or f"{stage.stage}/{way.paper}")
    folder = template_folder(installation, template)
    return paper.issuer in snapshot.case.bodies and bool(names) and _prints(folder, names)


@lru_cache(maxsize=512)
def _prints(template: Path, names: tuple[str, ...]) -> bool:
    """Whether a template of its own text, or a piece that it takes in, has a place for one of these fields."""
    if template.parent.name == SHARED:
        return False
    text = (template / "template.html").read_text(encoding="utf-8")
    pieces = [definitions_of(template) / each for each in re.findall(r'{%-?\s*include\s+"(stages/[^"]+)"', text)]
    whole = "".join([text, *(each.read_text(encoding="utf-8") for each in pieces)])
    return re.search(rf"data(?:\.|\[')(?:{'|'.join(names)})\b", whole) is not None


class Composer:
    """Composes the papers of one case as it would stand afterwards."""

    def __init__(
        self, session: Session, installation: Installation, after: Loaded, entered: Entered, acts: list[Values]
    ) -> None:
        self.session = session
        self.installation = installation
        self.after = after
        self.entered = entered
        self.acts = acts

    def left(self, step: Step) -> list[Specimen]:
        """The papers that the step itself would leave."""
        found = [self._specimen(self.after, each, name) for each in step.moves for name in each.transition.documents]
        return [each for each in found if each is not None]

    def ahead(self, left: Sequence[Specimen]) -> list[Specimen]:
        """The papers that the text goes into later, unless the step leaves one of its own."""
        if any(each.template.parent.name != SHARED for each in left):
            return []
        snapshot, names = self.after.snapshot, [each.name for each in self.entered.fields]
        found = []
        for way in ahead_of(self.installation, snapshot, snapshot.case.state, names, self._applies_later):
            step = self._later(way)
            found.append(self._specimen(moved(self.after, step), step.moves[0], way.paper, way.path))
        return [each for each in found if each is not None]

    def _later(self, way: Way) -> Step:
        there = replace(self.after.snapshot, case=replace(self.after.snapshot.case, state=way.source))
        return done_anyway(there, Act(way.path[-1], SYSTEM_ACTOR, {}, self.after.at, self.after.today))

    def _applies_later(self, way: Way) -> bool:
        step = self._later(way)
        return _applies(moved(self.after, step), step.moves[0], way.paper)

    def _specimen(self, after: Loaded, done: Move, name: str, path: Sequence[Transition] = ()) -> Specimen | None:
        if not _applies(after, done, name):
            return None
        paper = after.stage.documents[name]
        try:
            document = drafted(self.session, self.installation, after, done, name, paper)
        except INCOMPLETE:
            return None
        day = chinese_date(after.today) if paper.series is None and not path else ""
        bare = {**document.content, "document": _unsigned(document.content["document"], day)}
        bare["acts"] = [*bare["acts"], *self.acts]
        bare["campaign"] = {**bare["campaign"], "seal": ""}
        if "certificate" in bare["extra"]:
            bare["extra"] = {**bare["extra"], "certificate": {**bare["extra"]["certificate"], "verify_code": ""}}
        later = [each for transition in path for each in after.stage.asked(transition) if not each.confidential]
        if path:
            data = {**_nothing_yet(all_fields(after)), **bare["case"]["data"]}
            bare["case"] = {**bare["case"], "data": data}
        folder = template_folder(self.installation, document)
        made_by = path[-1].title if path else ""
        return Specimen(document.title, made_by, folder, self._blanked(bare, later), bare)

    def _blanked(self, bare: Values, later: Sequence[Field]) -> Values:
        """Blanks where something has yet to be entered, or entered anew, now or on the way to the paper."""
        lacking = [*self.entered.lacking, *later]
        kept = [each for each in lacking if each.name not in PROCEDURE]
        case = {**bare["case"], "data": with_blanks(kept, bare["case"]["data"])}
        extra = dict(bare["extra"])
        if "fields" in extra:
            blanks = [{"title": each.title, "value": BLANK} for each in lacking if each.type is not FieldType.TABLE]
            extra["fields"] = [*extra["fields"], *blanks]
        return {**bare, "case": case, "extra": extra}


def _applies(after: Loaded, done: Move, name: str) -> bool:
    act = Act(done.transition, done.actor, done.values, after.at, after.today)
    try:
        return leaves(after.snapshot, act, name)
    except INCOMPLETE:
        return False


def _unsigned(values: Mapping[str, Any], day: str) -> Values:
    """Without anything by which a paper is known as issued: number, code and seal."""
    unsealed = {**values["seal"], "image": ""}
    return {**values, "code": "", "verify": "", "number": "", "date": day, "printed_on": day, "seal": unsealed}


def _nothing_yet(fields: Sequence[Field]) -> Values:
    """What a field holds that is asked later."""
    lists = LISTS | {FieldType.TABLE}
    return {each.name: [] if each.type in lists else None for each in fields}
