"""Tell people something once: whom it reaches, what is stored, and when a mail may leave (architecture.md, Words)."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select, update

from tests.enterprise import MORNING
from tests.operations.cast import Play
from tests.operations.scenarios.plan import plan
from tests.operations.telling.saying import SECRETARY, deliveries, hook, notices, person, post, say, waiting, wish
from workflow.clock import FixedClock
from workflow.operations.informing import forgetting
from workflow.operations.informing.forgetting import forget_notices
from workflow.operations.informing.telling import tell
from workflow.operations.installation import Installation
from workflow.settings import Settings
from workflow.store.jobs import MemoryJobs
from workflow.store.notices import Delivery, Notice
from workflow.store.organization import Organization
from workflow.store.people import Account, Substitution
from workflow.store.session import writing


def test_the_same_thing_is_told_once(outside: Installation) -> None:
    address = post(outside)
    assert say(outside, address) == [person(outside, SECRETARY)]
    assert say(outside, address, f"p{person(outside, SECRETARY)}") == []
    assert say(outside, address, key="another") == [person(outside, SECRETARY)]
    assert len(deliveries(outside)) == 2
    assert len(notices(outside, "deadline")) == 2


def test_nothing_is_told_by_a_transaction_that_is_rolled_back(outside: Installation) -> None:
    address = post(outside)
    with writing(outside.engine) as session:
        tell(session, outside, [address], kind="deadline", key="k", title="到期")
        session.rollback()
    assert notices(outside, "deadline") == []
    assert deliveries(outside) == []
    assert waiting(outside) == []


def test_who_stands_in_is_told_and_who_is_locked_out_is_not(outside: Installation) -> None:
    holder, other = person(outside, SECRETARY), person(outside, "HY021")
    case = plan(Play(outside, FixedClock(MORNING)), body="HY-11", opener="HY021")
    with writing(outside.engine) as session:
        session.add(
            Substitution(
                principal_id=holder, substitute_id=other, stages=["plan"], reason="出差", made_at=MORNING,
                valid_from=date(2012, 3, 1), valid_to=date(2012, 4, 1),
            )
        )  # fmt: skip
    assert say(outside, post(outside), key="elsewhere") == [holder]
    assert say(outside, post(outside), key="in a plan", case_id=case) == sorted([holder, other])
    assert say(outside, f"p{holder}", key="by name", case_id=case) == [holder]
    with writing(outside.engine) as session:
        session.execute(update(Account).where(Account.person_id == holder).values(disabled_at=MORNING))
    assert say(outside, post(outside), f"p{holder}", key="later", case_id=case) == []


def test_a_laptop_keeps_the_notice_and_sends_nothing(outside: Installation) -> None:
    settings = Settings(database_url=outside.settings.database_url)
    plain = Installation(settings, outside.definitions, outside.engine, MemoryJobs())
    assert say(plain, post(outside)) == [person(outside, SECRETARY)]
    assert deliveries(outside) == []
    assert waiting(plain) == []


@pytest.mark.parametrize(("way", "mails"), [("at_once", 1), ("digest", 0), ("off", 0)])
def test_a_mail_goes_as_the_person_wishes(outside: Installation, way: str, mails: int) -> None:
    wish(outside, SECRETARY, ways={"deadline": way})
    assert say(outside, post(outside))
    assert len(deliveries(outside)) == mails
    assert waiting(outside) == ["deliver"] * mails


def test_who_has_no_address_gets_no_mail(outside: Installation) -> None:
    wish(outside, SECRETARY, address="")
    assert say(outside, post(outside))
    assert deliveries(outside) == []


def test_quiet_hours_put_the_mail_off_to_the_morning(outside: Installation, fixed: FixedClock) -> None:
    fixed.set(datetime(2012, 3, 5, 14, 30, tzinfo=UTC))  # half past ten in the evening in Beijing
    say(outside, post(outside))
    (delivery,) = deliveries(outside)
    assert delivery.due_at == datetime(2012, 3, 5, 23, 30, tzinfo=UTC)  # half past seven in Beijing
    assert waiting(outside) == []


def test_quiet_hours_are_those_of_the_person_s_own_zone(outside: Installation) -> None:
    with writing(outside.engine) as session:
        session.execute(update(Organization).values(timezone="Europe/Berlin"))
    say(outside, post(outside))  # two in the morning in Berlin
    (delivery,) = deliveries(outside)
    assert delivery.due_at == datetime(2012, 3, 5, 6, 30, tzinfo=UTC)


def test_robots_on_the_line_of_the_case_are_told_once(outside: Installation) -> None:
    case = plan(Play(outside, FixedClock(MORNING)), body="HY-11", opener="HY021")
    above, own = hook(outside, "HY"), hook(outside, "HY-11")
    hook(outside, "LC")
    hook(outside, "HY-11", is_enabled=False)
    hook(outside, "HY-11", kinds=["escalation"])
    for _ in range(2):
        say(outside, post(outside), case_id=case)
    found = [each.channel for each in deliveries(outside) if each.channel != "mail"]
    assert sorted(found) == sorted([f"hook:{above}", f"hook:{own}"])


def test_what_was_read_is_forgotten_after_its_time_and_what_was_not_stays(
    outside: Installation, fixed: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(forgetting, "BATCH", 2)
    for number in range(5):
        say(outside, post(outside), key=str(number), kind="turn")
    say(outside, post(outside), key="unread")
    say(outside, post(outside), key="under way", kind="turn")
    with writing(outside.engine) as session:
        sent = select(Notice.id).where(Notice.key != "under way")
        session.execute(update(Delivery).where(Delivery.notice_id.in_(sent)).values(state="sent", sent_at=MORNING))
    assert forget_notices(outside.engine, outside) == 0
    fixed.advance(timedelta(days=401))
    assert forget_notices(outside.engine, outside) == 5
    assert [each.key for each in notices(outside, "deadline") + notices(outside, "turn")] == ["unread", "under way"]
    assert len(deliveries(outside)) == 2
