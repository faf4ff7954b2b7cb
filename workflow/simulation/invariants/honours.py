"""Invariant 12: commendation comes after assessment, and a public notice has stood for all of its days."""

from __future__ import annotations

from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from workflow.operations.due.rescheduling import by_version
from workflow.simulation.invariants.violation import Violation
from workflow.simulation.world import World
from workflow.store.cases import Campaign, Case
from workflow.store.journal import JournalEntry

ASSESSED = ("finalized", "notified", "archived")
STARTS, PAUSES, GOES_ON, ENDS = "N01", "N02", "N03", "N05"  #: transitions of a public notice


def check_honours(session: Session, world: World, row: Case, entry: JournalEntry) -> None:
    """One new entry of a case."""
    if row.stage == "commendation" and entry.fact == "opened":
        _check_assessed(session, row)
    if entry.transition == ENDS and row.stage == "public_notice":
        _check_days(session, world, row)


def _check_assessed(session: Session, row: Case) -> None:
    about = Case.person_id.is_(None) if row.person_id is None else Case.person_id == row.person_id
    done = select(func.count()).where(
        Case.stage == "assessment", Case.organization_id == row.organization_id, about, Case.state.in_(ASSESSED)
    )
    if not session.scalar(done):
        raise Violation("commendation comes after assessment", row.number)


def _check_days(session: Session, world: World, row: Case) -> None:
    """Working days from the first to the last, less those that came while an objection was checked or the case rested.

    By the calendar by which the last day was counted: a later one is counted in by a job that may be late.
    """
    parameters = session.get_one(Campaign, row.campaign_id).parameters
    calendar = by_version(session, world.installation)(row.data.get("calendar_version"))
    if calendar is None:
        return
    zone = world.installation.settings.zone
    first, lost, since = None, 0, None
    told = select(JournalEntry).where(JournalEntry.case_id == row.id).order_by(JournalEntry.sequence)
    for each in session.scalars(told):
        day = each.at.astimezone(zone).date()
        if each.transition == STARTS:
            first, lost = day, 0
        since, more = _rested(each, since, day)
        lost += calendar.working_days_between(*more) if more else 0
        if each.transition == ENDS and first is not None:
            stood = calendar.working_days_between(first, day, count_first_day=parameters["notice.count_first_day"])
            if stood - lost < parameters["notice.days"]:
                raise Violation("a notice stands for all of its days", f"{row.number}: {stood} less {lost}")


def _rested(entry: JournalEntry, since: date | None, day: date) -> tuple[date | None, tuple[date, date] | None]:
    """Since when the notice rests after this entry, and the pause that it ends."""
    if entry.transition == PAUSES or entry.fact == "suspended":
        return since or day, None
    if since is not None and (entry.transition == GOES_ON or entry.fact == "resumed"):
        return None, (since, day)
    return since, None
