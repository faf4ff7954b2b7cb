"""The demonstration enterprise as actors: short verbs that carry a case on through the real operations.

`play.do(case, "approve")` lets somebody who may do it do it, with a form filled in plausibly; values and persons that
matter are given by name. Each act is a transaction of its own, as it is in life.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.enterprise import campaign_id, place, who
from tests.operations.filling_in import filled
from tests.operations.watching import Watching
from workflow.definition.model import Transition
from workflow.engine.actor import Actor
from workflow.engine.rights import persons_of, roles_of
from workflow.errors import NotAllowed, Refused
from workflow.operations.acting import Outcome, act
from workflow.operations.ballots import cast, issue_ticket
from workflow.operations.birth import Subject, prospect
from workflow.operations.documents.receiving import clerks_of, sign_for
from workflow.operations.documents.rendering import render_document
from workflow.operations.due.deadlines import fire_due
from workflow.operations.filling import asked_fields, choices, opening_fields
from workflow.operations.loading import Loaded, load
from workflow.operations.opening import open_case
from workflow.operations.organization.posts import actor as actor_of
from workflow.store.ballots import Voter
from workflow.store.cases import Campaign
from workflow.store.documents import Document
from workflow.store.receipts import Receipt

BEIJING = ZoneInfo("Asia/Shanghai")
MORNING, EVENING = time(9), time(18)
MOST_PEOPLE = 12  #: who are asked in turn to do an act


class Play(Watching):
    """The stage on which the cast acts."""

    # -- acting

    def open(self, opener: str, stage: str, body: str, *, person: str | None = None, **values: Any) -> int:
        """Somebody opens a case of a stage for a body, or for a member of it."""
        with self._writing as session:
            subject = Subject(place(session, body).id, who(session, person).person_id if person else None)
            campaign = session.get_one(Campaign, campaign_id(session))
            definition = self.installation.definitions.stages[stage]
            snapshot = prospect(session, self.installation, campaign, definition, subject, {})
            form = filled(opening_fields(snapshot), choices(session, snapshot), self.today)
            row = open_case(
                session, self.installation, who(session, opener), campaign_id=campaign.id, stage=stage,
                subject=subject, values=form | values,
            )  # fmt: skip
            return row.id

    def do(self, case: int, trigger: str, *, by: str | None = None, **values: Any) -> Outcome:
        """Somebody who may do it does it; where several have to sign, all of them do."""
        refused: Exception = AssertionError(f"nobody may do {trigger}")
        outcome: Outcome | None = None
        with self._writing as session:
            loaded = load(session, self.installation, case)
            transition = loaded.stage.find(trigger, loaded.row.state)
            assert transition is not None, f"{loaded.stage.stage} stands in {loaded.row.state}, not ready for {trigger}"
            raw = self._form(session, loaded, transition) | values
            people = [who(session, by)] if by else list(self._able(session, loaded, transition))
        for person in people[:MOST_PEOPLE]:
            try:
                outcome = self.act(case, person, trigger, raw)
            except (NotAllowed, Refused) as error:
                refused = error
                continue
            if not outcome.waits_for_signature:
                return outcome
        if outcome is not None and by:
            return outcome
        raise refused

    def act(self, case: int, person: Actor | str, trigger: str, values: Mapping[str, Any], **more: Any) -> Outcome:
        """One person's act, exactly as given."""
        with self._writing as session:
            actor = who(session, person) if isinstance(person, str) else person
            return act(session, self.installation, actor, case, trigger, values, **more)

    def _form(self, session: Session, loaded: Loaded, transition: Transition) -> dict[str, Any]:
        asked = asked_fields(loaded.snapshot, transition)
        return filled(asked, choices(session, loaded.snapshot), loaded.today, loaded.row.data)

    def _able(self, session: Session, loaded: Loaded, transition: Transition) -> Iterator[Actor]:
        found: dict[int, None] = {}
        for role in (*transition.sign, *roles_of(loaded.snapshot, transition)):
            found.update(dict.fromkeys(persons_of(loaded.snapshot, role)))
        return (actor_of(session, each, loaded.today) for each in found)

    # -- time

    def wait(self, days: int = 1) -> None:
        """Let days pass; what falls due happens in the evening of its day."""
        for _ in range(days):
            self._at(self.today, EVENING)
            fire_due(self.installation.engine, self.installation)
            self._at(self.today + timedelta(days=1), MORNING)
            fire_due(self.installation.engine, self.installation)

    def until(self, day: date | str) -> None:
        """Let time pass up to the morning of a day."""
        day = date.fromisoformat(day) if isinstance(day, str) else day
        self.wait((day - self.today).days)

    def moment(self, day: date, at: time = MORNING) -> datetime:
        return datetime.combine(day, at, BEIJING)

    def after(self, days: int) -> str:
        """The date so many days from today."""
        return (self.today + timedelta(days=days)).isoformat()

    def _at(self, day: date, at: time) -> None:
        self.clock.set(self.moment(day, at))

    def print(self, issue: int) -> Document:
        """Render the document of an issue case, as the worker would."""
        with self._reading as session:
            found = session.scalars(select(Document.id).where(Document.issue_case_id == issue)).one()
        render_document(self.installation.engine, self.installation, found)
        return next(each for each in self.documents(issue) if each.id == found)

    def sign_for(self, issue: int, *bodies: str) -> list[int]:
        """The clerks of those who were sent the document, or of these alone, sign for it; answers which bodies did."""
        with self._writing as session:
            document = session.scalars(select(Document.id).where(Document.issue_case_id == issue)).one()
            waiting = select(Receipt).where(Receipt.document_id == document, Receipt.signed_at.is_(None))
            chosen = {place(session, each).id for each in bodies}
            signed = []
            for receipt in session.scalars(waiting.order_by(Receipt.id)).all():
                body = receipt.organization_id
                clerks = clerks_of(session, self.installation, body)
                if clerks and (not chosen or body in chosen):
                    sign_for(session, self.installation, actor_of(session, clerks[0], self.today), body, [receipt.id])
                    signed.append(body)
            return signed

    # -- whole meetings

    def vote(self, case: int, *, passed: bool = True, name: str = "vote", **check_in: Any) -> int:
        """Hold the meeting that a case waits for, from the roll call to the count."""
        session_case = self.child(case, name)
        self.check_in(session_case, **check_in)
        self.do(session_case, "open")
        data = self.data(session_case)
        present = [each for each in data["attendees"] if each not in data["recused"]]
        secret = data.get("secret") or data["matter"] == "committee_weighty"
        self.do(session_case, "call_vote", method="secret" if secret else "show_of_hands", heard=True,
                scrutineer=present[0], teller=present[1])  # fmt: skip
        number = data["present"]
        ayes = number if passed else 0
        self.do(session_case, "count", issued=number, ayes=ayes, against=number - ayes, abstain=0, void=0)
        return session_case

    def check_in(self, session_case: int, **values: Any) -> None:
        """Everybody who should is there; the head presides, or whoever does not have to withdraw."""
        data = self.data(session_case)
        present = [each for each in data["roster"] if each not in data["must_recuse"]]
        with self._reading as session:
            snapshot = load(session, self.installation, session_case).snapshot
            heads, leaders = (list(persons_of(snapshot, role)) for role in ("own.chair", "own.leader"))
        presider = next(each for each in (*heads, *leaders) if each in present)
        entered = {"held_on": self.today.isoformat(), "attendees": present, "presider": presider, "absences": []}
        self.do(session_case, "check_in", **{**entered, **values})

    def ballots(self, case: int, option: str, *, share: float = 1.0, remark: str = "") -> int:
        """That share of the roster votes the same on everything; answers how many did."""
        with self._reading as session:
            roster = select(Voter.person_id).where(Voter.case_id == case)
            voters = list(session.scalars(roster.order_by(Voter.person_id)))
        voting = voters[: round(len(voters) * share)]
        answers = {item["code"]: option for item in self.data(case)["items"]}
        for voter in voting:
            with self._writing as session:
                ticket = issue_ticket(session, case, voter)
            with self._writing as session:
                cast(session, case, ticket, answers, remark)
        return len(voting)

    def objects(self, notice: int) -> None:
        """Somebody objects by name during a public notice."""
        self.do(notice, "objection", objection_kind="named", objector="柳青禾", objection="事迹材料与实际不符")
