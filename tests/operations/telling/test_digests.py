"""The daily digest: own items, one mail, at the hour of choice on the clock of one's own zone."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta

import pytest
from sqlalchemy import update

from tests.enterprise import MORNING
from tests.operations.cast import Play
from tests.operations.scenarios.plan import plan
from tests.operations.telling.saying import SECRETARY, deliveries, notices, person, post, say, wish
from workflow.clock import FixedClock
from workflow.operations.informing import digesting
from workflow.operations.informing.digesting import send_digests
from workflow.operations.installation import Installation
from workflow.settings import Settings
from workflow.store.jobs import MemoryJobs
from workflow.store.organization import Organization
from workflow.store.people import Account, Person
from workflow.store.session import writing

TICK = timedelta(minutes=5)
EIGHT = datetime(2012, 3, 6, 0, 0, tzinfo=UTC)  #: of Tuesday morning in Beijing


@pytest.fixture
def ours(outside: Installation, fixed: FixedClock) -> Iterator[Installation]:
    """One plan waits; only the secretary has a mail address."""
    plan(Play(outside, fixed), body="HY-11", opener="HY021")
    with writing(outside.engine) as session:
        session.execute(update(Person).where(Person.number != SECRETARY).values(mail=""))
    send_digests(outside.engine, outside)  # the first look
    return outside


def pass_time(installation: Installation, fixed: FixedClock, until: datetime, step: timedelta = TICK) -> list[datetime]:
    """Let the ticks go by; answers at which of them digests were written."""
    found = []
    while fixed.now() < until:
        fixed.advance(step)
        if send_digests(installation.engine, installation):
            found.append(fixed.now())
    return found


def test_one_mail_a_day_at_the_hour(ours: Installation, fixed: FixedClock) -> None:
    wrote = pass_time(ours, fixed, EIGHT + timedelta(days=2, hours=5), timedelta(minutes=30))
    assert wrote == [EIGHT, EIGHT + timedelta(days=1), EIGHT + timedelta(days=2)]
    assert [each.person_id for each in notices(ours, "digest")] == [person(ours, SECRETARY)] * 3
    assert len(deliveries(ours)) == 3


def test_it_says_what_waits_and_what_was_not_read(ours: Installation, fixed: FixedClock) -> None:
    wish(ours, SECRETARY, ways={"deadline": "digest"})
    say(ours, post(ours))
    pass_time(ours, fixed, EIGHT)
    (told,) = notices(ours, "digest")
    assert told.title == "2012-03-06 待办汇总：2件等您办理"
    assert "实施方案》2012-M1-" in told.text
    assert "【未读提醒】1条\n· 还有3个工作日到期" in told.text


def test_nothing_that_waits_is_no_mail(outside: Installation, fixed: FixedClock) -> None:
    send_digests(outside.engine, outside)
    assert pass_time(outside, fixed, EIGHT + timedelta(hours=1), timedelta(minutes=30)) == []
    assert deliveries(outside) == []


def test_the_hour_is_one_s_own(ours: Installation, fixed: FixedClock) -> None:
    wish(ours, SECRETARY, digest_at=time(17, 45))
    assert pass_time(ours, fixed, EIGHT) == [MORNING + timedelta(hours=8, minutes=45)]


def test_who_wants_nothing_gathered_gets_no_digest(ours: Installation, fixed: FixedClock) -> None:
    wish(ours, SECRETARY, ways={"copy": "off", "papers": "off"})
    assert pass_time(ours, fixed, EIGHT) == []


def test_eight_o_clock_in_berlin_comes_an_hour_earlier_in_summer(ours: Installation, fixed: FixedClock) -> None:
    with writing(ours.engine) as session:
        session.execute(update(Organization).values(timezone="Europe/Berlin"))
    fixed.set(datetime(2012, 3, 23, 12, tzinfo=UTC))
    send_digests(ours.engine, ours)
    wrote = pass_time(ours, fixed, datetime(2012, 3, 26, 12, tzinfo=UTC), timedelta(minutes=30))
    assert [f"{each:%d %H:%M}" for each in wrote] == ["24 07:00", "25 06:00", "26 06:00"]


def test_after_an_outage_the_day_s_digest_is_written_late_and_an_old_one_is_not(
    ours: Installation, fixed: FixedClock
) -> None:
    fixed.set(EIGHT + timedelta(hours=3))
    assert send_digests(ours.engine, ours) == 1
    fixed.set(EIGHT + timedelta(days=3, hours=13))  # nine in the evening: nobody waits for the morning's any more
    assert send_digests(ours.engine, ours) == 0


def test_cut_short_it_is_written_once(ours: Installation, fixed: FixedClock, monkeypatch: pytest.MonkeyPatch) -> None:
    def crash(*_: object) -> None:
        raise SystemExit

    fixed.set(EIGHT)
    with monkeypatch.context() as patched:
        patched.setattr(digesting, "_remember", crash)
        with pytest.raises(SystemExit):
            send_digests(ours.engine, ours)
    assert send_digests(ours.engine, ours) == 0
    assert len(notices(ours, "digest")) == len(deliveries(ours)) == 1


def test_who_is_locked_out_gets_none(ours: Installation, fixed: FixedClock) -> None:
    with writing(ours.engine) as session:
        session.execute(update(Account).values(disabled_at=MORNING))
    assert pass_time(ours, fixed, EIGHT, timedelta(minutes=30)) == []


def test_without_a_mail_server_nothing_is_looked_at(ours: Installation, fixed: FixedClock) -> None:
    plain = Installation(Settings(database_url=ours.settings.database_url), ours.definitions, ours.engine, MemoryJobs())
    fixed.set(EIGHT)
    assert send_digests(plain.engine, plain) == 0
