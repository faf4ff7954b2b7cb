"""`extra` of the values contract: what children, boxes, calendars and criteria add to a case's own data."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from workflow.definition.model import Document as Paper
from workflow.engine.moving import REASON, Move
from workflow.engine.snapshot import ChildFacts
from workflow.operations.documents import particulars
from workflow.operations.documents.content import Wording
from workflow.operations.filling import REASON_FIELD
from workflow.operations.installation import Installation
from workflow.operations.loading import Loaded, load
from workflow.store.ballots import Voter
from workflow.store.documents import Document
from workflow.store.fetching import found_rows
from workflow.store.people import Person
from workflow.store.prepared import Prepared

VOTE_STAGE, NOTICE_STAGE, AWARD_STAGE = "vote_session", "public_notice", "commendation"
REPLY, REQUEST, ORDER, DECISION = "批复", "请示", "通知", "决定"
ROSTER = "名册"  #: a paper so titled lists the voters; no other paper needs their names
LAST = Prepared(
    select(Document.title, Document.number)
    .where(Document.case_id == bindparam("case"), Document.kind == bindparam("kind"))
    .order_by(Document.id.desc())
    .limit(1)
)


class Extras:
    """Collects the extra values of one paper; a key is absent when the case has no such thing."""

    def __init__(self, session: Session, installation: Installation, loaded: Loaded, wording: Wording) -> None:
        self.session = session
        self.installation = installation
        self.loaded = loaded
        self.wording = wording
        self.data: Mapping[str, Any] = loaded.snapshot.case.data

    def read(self, move: Move, paper: Paper, code: str) -> dict[str, Any]:
        """Everything a template may show beyond document, case, campaign and acts."""
        found = {
            "fields": self._fields(move),
            "vote": self._vote(),
            "notice": self._notice(),
            "nominees": self._nominees(),
            "request": self._request(paper),
            "deadline": self._deadline(),
            "tally": self.data.get("tally"),
            "scores": self.data.get("scores"),
            "results": self._results(),
            "indicators": self.data.get("item_scores") or self.data.get("indicators"),
            "roster": self._roster()
            if (paper.template or "").endswith("roster") or paper.title.endswith("名册")
            else None,
            "certificate": self._certificate(code),
            "scale": particulars.scale(self.loaded),
            "units": particulars.inspected(self.session, self.loaded),
            "draw": particulars.latest_draw(self.session, self.loaded),
            "issued": particulars.issued(self.session, self.loaded),
        }
        return {name: value for name, value in found.items() if value not in (None, [], {})}

    def _fields(self, move: Move) -> list[dict[str, str]]:
        asked = [each for each in self.loaded.stage.asked(move.transition) if not each.confidential] + [REASON_FIELD]
        words = self.wording.read(asked, move.values)
        return [
            {"title": each.title, "value": as_text(words[each.name])}
            for each in asked
            if words.get(each.name) not in (None, "", []) and (each.name != REASON or move.transition.reason)
        ]

    def _child(self, stage: str) -> ChildFacts | None:
        names = [name for name, child in self.loaded.stage.children.items() if child.stage == stage]
        found = [each for name in names if (each := self.loaded.snapshot.last_child(name)) is not None]
        return max(found, key=lambda child: child.id, default=None)

    def _vote(self) -> dict[str, Any] | None:
        if self.loaded.stage.stage == VOTE_STAGE:
            data: Mapping[str, Any] = self.data
        elif (child := self._child(VOTE_STAGE)) is not None:
            data = child.data
        else:
            return None
        words = self.wording.read(self.installation.definitions.stages[VOTE_STAGE].form, data)
        absent = [{"name": each["person"], "reason": each["reason"]} for each in words.get("absences") or []]
        return {**words, "chair": words.get("presider", ""), "absent": absent, "passed": bool(data.get("adopted"))}

    def _notice(self) -> dict[str, Any] | None:
        if self.loaded.stage.stage == NOTICE_STAGE:
            data: Mapping[str, Any] = self.data
        elif (child := self._child(NOTICE_STAGE)) is not None:
            data = child.data
        else:
            return None
        return {**data, "from": data.get("notice_from", ""), "to": data.get("notice_to", "")}

    def _nominees(self) -> list[dict[str, Any]]:
        if self.loaded.stage.stage == AWARD_STAGE:
            return [nominee(self.loaded)]
        parent = self.loaded.row.parent_id
        if parent is None or self.loaded.snapshot.case.parent_stage != AWARD_STAGE:
            return []
        return [nominee(load(self.session, self.installation, parent))]

    def _request(self, paper: Paper) -> dict[str, str] | None:
        """The registered paper that this one answers or refers to."""
        kind = REQUEST if paper.kind == REPLY else ORDER
        last = found_rows(self.session, LAST, {"case": self.loaded.row.id, "kind": kind})
        return {"title": last[0][0], "number": last[0][1] or ""} if last else None

    def _deadline(self) -> dict[str, Any] | None:
        stated = self.data.get("deadline_on")
        due_at = self.loaded.row.due_at
        if isinstance(stated, str):
            day = date.fromisoformat(stated)
        elif due_at is not None:
            day = due_at.astimezone(ZoneInfo(self.loaded.snapshot.zone)).date()
        else:
            return None
        calendar, today = self.loaded.snapshot.calendar, self.loaded.today
        return {
            "on": day.isoformat(),
            "days": self.data.get("limit_days") or max(calendar.working_days_between(today, day), 0),
            "late_days": max(calendar.working_days_between(day, today), 0),
            "provisional": calendar.is_provisional(day),
        }

    def _results(self) -> list[dict[str, Any]] | None:
        scores = self.data.get("scores")
        if not isinstance(scores, Mapping):
            return None
        subject = nominee(self.loaded)
        return [{"subject": subject["name"], "category": scores.get("category", ""), "total": scores.get("total", ""),
                 "grade": scores.get("grade") or self.data.get("grade", "")}]  # fmt: skip

    def _roster(self) -> list[dict[str, str]]:
        groups = self.loaded.snapshot.criteria.lists["voter_groups"]
        voters = self.session.execute(
            select(Person.name, Person.number, Voter.voter_group)
            .join(Person, Person.id == Voter.person_id)
            .where(Voter.case_id == self.loaded.row.id)
            .order_by(Voter.voter_group, Person.number)
        )
        return [{"name": each.name, "number": each.number, "group": groups.get(each.voter_group, each.voter_group),
                 "unit": ""} for each in voters]  # fmt: skip

    def _certificate(self, code: str) -> dict[str, str] | None:
        if self.loaded.stage.stage != AWARD_STAGE:
            return None
        decided = found_rows(self.session, LAST, {"case": self.loaded.row.id, "kind": DECISION})
        basis = next((number for _, number in decided), None)
        return {"number": str(self.data.get("certificate_number") or ""), "basis": basis or "", "verify_code": code}


def nominee(loaded: Loaded) -> dict[str, Any]:
    """The subject of a commendation or an assessment as lists show it."""
    case = loaded.snapshot.case
    own = loaded.snapshot.tree.bodies[case.bodies["own"]]
    field = loaded.stage.field("award")
    code = str(case.data.get("award") or "")
    labels = loaded.snapshot.criteria.lists.get(field.options_from or "", {}) if field else {}
    return {
        "name": case.person.name if case.person else own.name, "unit": own.name, "title": labels.get(code, code),
        "order": case.data.get("rank") or 1, "summary": case.data.get("deeds_summary") or "",
        "kind": case.subject,
    }  # fmt: skip


def as_text(value: Any) -> str:
    """A value on a working paper: lists one a line, rows of a table with their cells joined."""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, Mapping):
        return "，".join(as_text(each) for each in value.values() if each not in (None, "", []))
    if isinstance(value, list | tuple):
        return "\n".join(as_text(each) for each in value)
    return str(value)
