"""Effects of inspection (X6): the frozen frame, the draw, who confirms the facts (domain.md §7)."""

from __future__ import annotations

from calendar import monthrange
from datetime import date

from workflow.engine.draw import frame_hash
from workflow.engine.guards.inspection import frame_in, leaders_of, record_of
from workflow.engine.registry import effect
from workflow.engine.snapshot import Change, Situation
from workflow.engine.values import day, flag, people, rows, text

INSPECTION = "inspection"


def _inspected_lately(situation: Situation) -> frozenset[int]:
    """Units that another inspection of this body visited within the last months: spared from the frame (R63)."""
    months = situation.snapshot.integer("inspection.recent_months")
    since = _months_before(situation.act.today, months)
    return frozenset(
        unit
        for each in situation.snapshot.related
        if each.stage == INSPECTION and (sampled := day(each.data, "sampled_on")) and sampled > since
        for unit in people(each.data, "sample")
    )


def _months_before(today: date, months: int) -> date:
    year, month = divmod(today.year * 12 + today.month - 1 - months, 12)
    _, last = monthrange(year, month + 1)
    return date(year, month + 1, min(today.day, last))


@effect
def freeze_frame(situation: Situation) -> Change:
    """Units inspected lately are left out, then the frame is sorted and hashed (I13)."""
    spared = _inspected_lately(situation)
    frame = sorted(
        (
            {"id": str(unit), "category": text(row, "category"), "level": "", "region": text(row, "region")}
            for row in rows(situation.data, "units")
            for unit in people(row, "unit")
            if unit not in spared
        ),
        key=lambda unit: unit["id"],
    )
    published = frame_hash(frame_in({"frame": frame}))
    return Change(data={"frame": frame, "frame_hash": published, "spared": sorted(spared)})


@effect
def draw_units(situation: Situation) -> Change:
    """Draw the sample, and keep the record by which anybody draws it again (I01)."""
    record = record_of(situation)
    sample = [int(each) for each in record.sample]
    draws = [*rows(situation.data, "draws"), record.plain()]
    return Change(data={"sample": sample, "draws": draws, "sampled_on": situation.act.today.isoformat()})


@effect
def fix_units(situation: Situation) -> Change:
    """The units named are the units inspected (I02)."""
    units = [unit for row in rows(situation.data, "units") for unit in people(row, "unit")]
    return Change(data={"sample": units, "sampled_on": situation.act.today.isoformat()})


@effect
def name_confirmers(situation: Situation) -> Change:
    """The leaders of each inspected unit confirm the facts about it (I06)."""
    confirmations = [
        {"unit": unit, "people": sorted(leaders_of(situation.snapshot, unit)), "confirmed": False}
        for unit in people(situation.data, "sample")
    ]
    return Change(data=_with_unconfirmed(confirmations))


@effect
def tick_unit(situation: Situation) -> Change:
    """The actor's unit has confirmed (I07, I14)."""
    actor = situation.act.actor.person_id
    confirmations = [
        {**row, "confirmed": flag(row, "confirmed") or actor in people(row, "people")}
        for row in rows(situation.data, "confirmations")
    ]
    return Change(data=_with_unconfirmed(confirmations))


def _with_unconfirmed(confirmations: list[dict[str, object]]) -> dict[str, object]:
    waiting = {each for row in confirmations if not flag(row, "confirmed") for each in people(row, "people")}
    return {"confirmations": confirmations, "unconfirmed": sorted(waiting)}
