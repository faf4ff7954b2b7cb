"""When somebody may be told: quiet hours and the hour of the digest, on the wall clock of their own zone."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo


def after_quiet(moment: datetime, start: time, end: time, zone: ZoneInfo) -> datetime:
    """The moment itself, or the end of the quiet hours that it falls into; equal times mean that there are none."""
    local = moment.astimezone(zone)
    at = local.time()
    is_quiet = start <= at < end if start <= end else at >= start or at < end
    if start == end or not is_quiet:
        return moment
    ends = (on_wall(local.date() + timedelta(days=days), end, zone, fold) for days in (0, 1) for fold in (0, 1))
    return min(each for each in ends if each > moment)


def on_wall(day: date, at: time, zone: ZoneInfo, fold: int = 0) -> datetime:
    """The moment at which the clocks of a zone show this time: the first of two; past a gap when they skip it."""
    return datetime.combine(day, at, zone).replace(fold=fold).astimezone(UTC)


def digest_day(moment: datetime, at: time, zone: ZoneInfo) -> date | None:
    """The local day whose digest is due at this moment; None before its hour."""
    today = moment.astimezone(zone).date()
    return today if moment >= on_wall(today, at, zone) else None
