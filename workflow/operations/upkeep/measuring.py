"""The numbers of the service that stand in the database, read when a monitoring system asks, and who may ask.

Seven statements.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from hmac import compare_digest
from ipaddress import ip_address

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from workflow import clock
from workflow.measures import Gauge
from workflow.operations.installation import Installation
from workflow.operations.upkeep import health, presence
from workflow.settings import Settings
from workflow.store.cases import Deadline
from workflow.store.notices import Delivery
from workflow.store.queued import FAILED, Depth

BEARER = "Bearer "
REFUSAL = "只供本机读取；从其他机器读取，请设置 CHUANGYOU_METRICS_TOKEN 并以 Bearer 令牌访问。\n"


def may_measure(settings: Settings, address: str, stated: str) -> bool:
    """Whether the numbers are for a caller at this address, who has stated this authorization.

    With a token set only the token counts: behind a proxy everybody seems to come from this machine.
    """
    token = settings.metrics_token
    if token is None:
        return ip_address(address or "0.0.0.0").is_loopback  # noqa: S104 - no address, no access
    return stated.startswith(BEARER) and compare_digest(
        stated.removeprefix(BEARER).strip().encode(), token.get_secret_value().encode()
    )


def gauges(session: Session, installation: Installation) -> list[Gauge]:
    """Depth and age of the queue, what is due, what has failed, notices on their way, workers."""
    now = clock.now()
    return [
        *_of_queue(installation.jobs.depths(session), now),
        *_of_backlog(session, now),
        *_of_notices(session),
        *_of_workers(session, now),
    ]


def _of_queue(depths: Sequence[Depth], now: datetime) -> Iterator[Gauge]:
    waiting = [each for each in depths if each.status not in FAILED]
    failed: dict[tuple[str, ...], float] = {}
    for each in depths:
        if each.status in FAILED:
            failed[each.kind,] = failed.get((each.kind,), 0) + each.count
    by = ("kind", "queue", "status")
    yield Gauge("chuangyou_jobs", "Jobs that wait, are put off or run", by,
                {(each.kind, each.queue, each.status.lower()): each.count for each in waiting})  # fmt: skip
    yield Gauge("chuangyou_jobs_oldest_seconds", "Age of the oldest of them", by,
                {(each.kind, each.queue, each.status.lower()): _age(each.oldest, now) for each in waiting})  # fmt: skip
    yield Gauge("chuangyou_jobs_failed", "Jobs that are tried no more", ("kind",), failed)


def _of_backlog(session: Session, now: datetime) -> Iterator[Gauge]:
    found = health.backlog(session, now)
    in_vain = select(func.count()).where(Deadline.fired_at.is_(None), Deadline.failed_at.is_not(None))
    yield Gauge("chuangyou_deadlines_due", "Due moments still to be fired", values={(): found.due})
    yield Gauge("chuangyou_deadlines_oldest_seconds", "How long the oldest of them has been due",
                values={(): _age(found.oldest_due, now)})  # fmt: skip
    yield Gauge("chuangyou_deadlines_failed", "Due moments that could not be fired",
                values={(): session.scalar(in_vain) or 0})  # fmt: skip
    yield Gauge("chuangyou_papers", "Papers to be printed, and those that could not be", ("state",),
                {("queued",): found.papers, ("failed",): found.failed})  # fmt: skip
    yield Gauge("chuangyou_papers_oldest_seconds", "How long the oldest paper has waited",
                values={(): _age(found.oldest_paper, now)})  # fmt: skip


def _of_notices(session: Session) -> Iterator[Gauge]:
    """Those that are on their way or have failed; what was sent grows for ever and is not counted each time."""
    values: dict[tuple[str, ...], float] = {}
    for state in ("waiting", "failed"):
        here = Delivery.state == state
        for channel, count in session.execute(select(Delivery.channel, func.count()).where(here).group_by("channel")):
            key = (channel.partition(":")[0], state)
            values[key] = values.get(key, 0) + count
    yield Gauge("chuangyou_notices", "Notices on their way out, and those that failed", ("channel", "state"), values)


def _of_workers(session: Session, now: datetime) -> Iterator[Gauge]:
    known = presence.workers(session)
    alive = [each for each in known if presence.is_alive(each, now)]
    yield Gauge("chuangyou_workers", "Workers that were heard of within a minute", values={(): len(alive)})
    if known:
        yield Gauge("chuangyou_worker_seen_seconds", "How long ago any worker was heard of last",
                    values={(): _age(known[0].seen_at, now)})  # fmt: skip


def _age(since: datetime | None, now: datetime) -> float:
    return max((now - since).total_seconds(), 0.0) if since else 0.0
