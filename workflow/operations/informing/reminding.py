"""Climb the ladder of reminders: a tick finds what is near or past its due moment and tells each rung once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Engine, Select, and_, or_, select
from sqlalchemy.orm import Session

from workflow import clock
from workflow.engine.ladder import HOLDER, USUAL, Rung, audience_of, fresh, furthest, ladder
from workflow.notices.kinds import DEADLINE, ESCALATION
from workflow.operations.alone import alone
from workflow.operations.due.calendars import present_calendar
from workflow.operations.due.deadlines import is_anything_due
from workflow.operations.informing.papers import tell_of_papers
from workflow.operations.informing.telling import tell
from workflow.operations.installation import Installation
from workflow.operations.loading import Loaded, load
from workflow.store.cases import Campaign, Case
from workflow.store.fetching import get
from workflow.store.journal import JournalEntry
from workflow.store.ladders import Ladder
from workflow.store.session import reading

BATCH = 500
ONE_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Wording:
    """What a rung says."""

    title: str
    text: str


def remind_all(engine: Engine, installation: Installation) -> int:
    """Tell every rung that has been reached, and whose registers wait; answers how many cases were looked at.

    Each case is a transaction of its own. What fails is its own and is tried again at the next turn. While due moments
    wait to be fired nobody is reminded: what happens by itself first may leave nothing to be reminded of.
    """
    tell_of_papers(engine, installation)
    now, last, done = clock.now(), 0, 0
    with reading(engine) as session:
        if is_anything_due(session, now):
            return 0
        horizon = _horizon(session, installation, now)
    while True:
        with reading(engine) as session:
            ids = list(session.scalars(_pending(now, horizon).where(Case.id > last).limit(BATCH)))
        for each in ids:
            one = partial(remind, installation=installation, case_id=each, now=now)
            done += alone(engine, one, f"nobody could be reminded of case {each}")
        if not ids:
            return done
        last = ids[-1]


def remind(session: Session, installation: Installation, case_id: int, now: datetime) -> bool:
    """Tell the rungs that one case has reached; False when somebody acts on it this moment, or did just now."""
    free = _is_pending(now).where(Case.id == case_id).with_for_update(key_share=True, skip_locked=True, of=Case)
    if session.scalar(free) is None:
        return False
    loaded = load(session, installation, case_id)
    row = loaded.row
    assert row.due_at is not None  # noqa: S101 - the query looked
    kept = get(session, Ladder, case_id)
    if kept is None:
        kept = Ladder(case_id=case_id, round=row.round, due_at=row.due_at, rungs=0, told=0)
        session.add(kept)
    elif (kept.round, kept.due_at) != (row.round, row.due_at):
        kept.round, kept.due_at, kept.rungs, kept.told = row.round, row.due_at, 0, 0
    rungs = ladder(loaded.snapshot, row.due_at)
    for rung in fresh(rungs, kept.rungs, _acted_at(session, row), now):
        kept.told += _tell(session, installation, loaded, rung)
    ahead = [each.at for each in rungs if each.at > now]
    kept.rungs, kept.next_at = len(rungs) - len(ahead), next(iter(ahead), None)
    return True


def _acted_at(session: Session, row: Case) -> datetime:
    """When somebody acted on the case last, or it came into its state: what was to be said before needs no saying."""
    entry = JournalEntry
    which = (entry.case_id == row.id, entry.transition.is_not(None))
    acted = or_(entry.person_id.is_not(None), entry.source != entry.target)
    newest = select(entry.at).where(*which, acted).order_by(entry.sequence.desc()).limit(1)
    return session.scalar(newest) or row.opened_at


def _tell(session: Session, installation: Installation, loaded: Loaded, rung: Rung) -> bool:
    row, said = loaded.row, _words(loaded, rung)
    day = installation.today(row.due_at or loaded.at, loaded.snapshot.zone)
    told = tell(
        session, installation, audience_of(loaded.snapshot, rung), kind=DEADLINE if rung.is_before else ESCALATION,
        key=f"ladder:{row.id}:{row.state}:{day.isoformat()}:{rung.name}", title=said.title, text=said.text,
        case_id=row.id,
    )  # fmt: skip
    return bool(told)


def _words(loaded: Loaded, rung: Rung) -> Wording:
    row, zone = loaded.row, ZoneInfo(loaded.snapshot.zone)
    assert row.due_at is not None  # noqa: S101 - the query looked
    due, state = row.due_at.astimezone(zone), loaded.stage.states[row.state]
    left = loaded.snapshot.calendar.working_days_between(loaded.today, due.date())
    do, when = state.do or state.title, f"{due.year}年{due.month}月{due.day}日"
    late = max(-left, 0)
    if row.due_at <= loaded.at:
        standing = f"已逾期{late}个工作日" if late else "已到期"
    else:
        standing = f"还有{left}个工作日到期" if left > 0 else "今天到期"
    ask = "请及时办理" if rung.audience == HOLDER else "请督促办理"
    matter = f"事项 {row.number} 现处于“{state.title}”，应在{when}{due:%H:%M}前办理“{do}”"
    return Wording(f"{standing}：{row.title}", f"{matter}，{standing}，{ask}。")


def _horizon(session: Session, installation: Installation, now: datetime) -> datetime:
    """No due moment after this one has a rung today, in any zone."""
    definitions = installation.definitions
    states = [each for stage in definitions.stages.values() for each in stage.states.values()]
    names = {USUAL, *(each.remind for each in states if isinstance(each.remind, str))}
    known = [definitions.campaign.parameters, *session.scalars(select(Campaign.parameters).where(_runs()))]
    stated = [parameters.get(name) for parameters in known for name in names]
    days = furthest([*stated, *(each.remind for each in states)])
    last = present_calendar(session, installation).add_working_days(installation.today(now) + ONE_DAY, days)
    return now + (last.date - installation.today(now) + ONE_DAY)


def _runs() -> ColumnElement[bool]:
    return Campaign.closed_at.is_(None)


def _is_pending(now: datetime) -> Select[int]:
    """Cases whose due moment has a rung that nobody has looked at yet."""
    same = and_(Ladder.round == Case.round, Ladder.due_at == Case.due_at)
    return (
        select(Case.id)
        .outerjoin(Ladder, Ladder.case_id == Case.id)
        .where(
            Case.closed_at.is_(None), Case.due_at.is_not(None), Case.suspended_at.is_(None),
            or_(Ladder.case_id.is_(None), ~same, Ladder.next_at <= now),
        )
    )  # fmt: skip


def _pending(now: datetime, horizon: datetime) -> Select[int]:
    return _is_pending(now).where(Case.due_at <= horizon).order_by(Case.id)
