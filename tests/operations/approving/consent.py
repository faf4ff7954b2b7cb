"""A stage made for trying approvals: a text is drafted below, reviewed, and decided above under a rule of the test."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from sqlalchemy import select

from tests.enterprise import who
from tests.operations.cast import Play
from workflow.definition.model import Stage
from workflow.operations.approving.actions import do
from workflow.operations.installation import Installation
from workflow.store.journal import JournalEntry
from workflow.store.tasks import Candidate, Decision, Task

COMMITTEE = ("HY001", "HY002", "HY003", "HY004", "HY005")  #: of the superior; two hold single posts
STAFF = "HY019"  #: drafts and submits
SECRETARY = "HY016"  #: reviews
DECIDE: Mapping[str, Any] = {"passes": "approve", "fails": "refuse"}


def consent(decide: Mapping[str, Any] | None, *, by: str = "sup.committee", **state: Any) -> Stage:
    """draft → reviewing → deciding → approved or refused; with a return to anywhere."""
    deciding = {"title": "审批", "waits_for": by, "do": "审批", "due": "5 working days", "on_due": "expire", **state}
    if decide is not None:
        deciding["decide"] = {**DECIDE, **decide}
    return Stage.model_validate({
        "stage": "consent", "code": "Y1", "title": "请示", "subject": ["organization"], "initial": "draft",
        "bodies": {"own": "subject", "sup": "leading_superior"}, "opened_by": "own.staff",
        "form": [{"name": "text", "title": "内容"}, {"name": "note", "title": "补充", "required": False}],
        "opening": ["text"],
        "states": {
            "draft": {"title": "起草", "waits_for": "own.staff"},
            "reviewing": {"title": "审核", "waits_for": "own.secretary", "due": "3 working days"},
            "deciding": deciding,
            "approved": {"title": "同意", "final": True}, "refused": {"title": "不同意", "final": True},
            "expired": {"title": "逾期", "final": True},
        },
        "transitions": [
            {"id": "Y01", "trigger": "submit", "title": "提交", "from": "draft", "to": "reviewing", "by": "own.staff",
             "ask": ["note"]},
            {"id": "Y02", "trigger": "pass_on", "title": "上报", "from": "reviewing", "to": "deciding",
             "by": "own.secretary"},
            {"id": "Y03", "trigger": "approve", "title": "同意", "from": "deciding", "to": "approved", "by": by},
            {"id": "Y04", "trigger": "refuse", "title": "不同意", "from": "deciding", "to": "refused", "by": by,
             "tone": "reject", "reason": True},
            {"id": "Y05", "trigger": "send_back", "title": "退回", "from": "deciding", "to": "draft", "by": by,
             "tone": "return", "return_to": "visited", "reason": True},
            {"id": "Y06", "trigger": "expire", "title": "逾期", "from": "deciding", "to": "expired", "by": "system",
             "tone": "reject"},
        ],
    })  # fmt: skip


def with_stage(installation: Installation, stage: Stage) -> Installation:
    """The installation with one stage more."""
    definitions = replace(installation.definitions, stages={**installation.definitions.stages, stage.stage: stage})
    return replace(installation, definitions=definitions)


class Desk(Play):
    """The enterprise with a case that waits for approval."""

    def begin(self, *, up_to: str = "deciding", body: str = "HY-1", staff: str = STAFF) -> int:
        """A case in that state."""
        case = self.open(staff, "consent", body, text="请批准采购")
        for state, trigger in (("draft", "submit"), ("reviewing", "pass_on")):
            if self.state(case) == up_to:
                break
            assert self.state(case) == state
            self.do(case, trigger)
        return case

    def take(self, case: int, number: str, action: str, **values: Any) -> None:
        """Somebody does an action."""
        with self._writing as session:
            do(session, self.installation, who(session, number), case, action, values)

    def agree(self, case: int, number: str) -> str:
        self.act(case, number, "approve", {})
        return self.state(case)

    def refuse(self, case: int, number: str, reason: str = "条件不足") -> str:
        self.act(case, number, "refuse", {"reason": reason})
        return self.state(case)

    def person(self, number: str) -> int:
        with self._reading as session:
            found = who(session, number).person_id
        assert found is not None
        return found

    def tasks(self, case: int, *, open_only: bool = True) -> list[Task]:
        with self._reading as session:
            query = select(Task).where(Task.case_id == case).order_by(Task.id)
            found = session.scalars(query.where(Task.closed_at.is_(None)) if open_only else query).all()
            session.expunge_all()
            return list(found)

    def asked(self, case: int) -> list[tuple[str, str]]:
        """Kind and address of every open task whose turn it is."""
        with self._reading as session:
            query = (
                select(Task.kind, Candidate.address)
                .join(Candidate, Candidate.task_id == Task.id)
                .where(Task.case_id == case, Task.closed_at.is_(None), Candidate.is_open)
                .order_by(Task.id, Candidate.address)
            )
            return [(row.kind, row.address) for row in session.execute(query)]

    def decisions(self, case: int) -> list[str]:
        with self._reading as session:
            found = select(Decision.verdict).where(Decision.case_id == case).order_by(Decision.id)
            return list(session.scalars(found))

    def facts(self, case: int) -> list[str]:
        with self._reading as session:
            found = select(JournalEntry.fact).where(JournalEntry.case_id == case).order_by(JournalEntry.sequence)
            return list(session.scalars(found))
