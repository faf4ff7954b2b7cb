"""Carry notices out: a server that refuses, hangs or takes a letter twice; a crash at a bad moment (trust.md, L7)."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from time import monotonic

import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session

from tests.enterprise import MORNING
from tests.operations.telling.post_office import PostOffice, free_port, post_office
from tests.operations.telling.saying import SECRETARY, deliveries, person, post, reaching, say, wish
from workflow.clock import FixedClock
from workflow.notices.channel import Channel, Message, Rejected, Silent
from workflow.notices.mail import Mail
from workflow.operations.informing import delivering
from workflow.operations.informing.delivering import TAKEN_FOR, deliver, deliver_due
from workflow.operations.installation import Installation
from workflow.store.people import Account
from workflow.store.session import writing

PAUSE = timedelta(minutes=1)


@pytest.fixture
def office() -> Iterator[PostOffice]:
    with post_office() as opened:
        yield opened


@pytest.fixture
def ours(outside: Installation, office: PostOffice) -> Installation:
    """One notice waits for the secretary of the branch."""
    made = reaching(outside, office.address)
    say(made, post(made))
    return made


def work(installation: Installation) -> int:
    return deliver(installation.engine, installation, "mail")


def states(installation: Installation) -> list[str]:
    return [each.state for each in deliveries(installation)]


def test_a_mail_says_what_where_and_how_to_change_it(ours: Installation, office: PostOffice) -> None:
    assert work(ours) == 1
    (letter,) = office.letters
    text = letter.get_content()
    assert letter["To"] == "hy020@hengyuan.example"
    assert letter["Subject"] == "还有3个工作日到期"
    assert letter["Auto-Submitted"] == "auto-generated"
    assert "同志：" in text
    assert "https://chuangyou.example/reminders/preferences" in text
    assert states(ours) == ["sent"]
    assert deliveries(ours)[0].sent_at == MORNING
    assert work(ours) == 0
    assert len(office.letters) == 1


def test_a_crash_between_sending_and_marking_sends_the_same_letter_once_more(
    ours: Installation, office: PostOffice, fixed: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    def crash(*_: object) -> None:
        raise SystemExit

    with monkeypatch.context() as patched:
        patched.setattr(delivering, "_mark", crash)
        with pytest.raises(SystemExit):
            work(ours)
    assert work(ours) == 0  # another worker leaves it alone as long as it may still be under way
    fixed.advance(TAKEN_FOR)
    assert deliver_due(ours.engine, ours) == 1
    assert work(ours) == 1
    assert len(office.ids) == 2
    assert len(set(office.ids)) == 1
    assert states(ours) == ["sent"]


def test_a_server_that_takes_a_letter_and_hangs_up_gets_the_same_one_again(
    ours: Installation, office: PostOffice, fixed: FixedClock
) -> None:
    office.drops_after = 1
    assert work(ours) == 0
    assert states(ours) == ["waiting"]
    fixed.advance(PAUSE)
    assert work(ours) == 1
    assert len(office.ids) == 2
    assert len(set(office.ids)) == 1


def test_not_now_means_later(ours: Installation, office: PostOffice, fixed: FixedClock) -> None:
    office.answers = ["451 4.7.1 greylisted"]
    assert work(ours) == 0
    (waiting,) = deliveries(ours)
    assert (waiting.state, waiting.attempts, waiting.due_at) == ("waiting", 1, MORNING + PAUSE)
    assert "451" in (waiting.failure or "")
    fixed.advance(PAUSE)
    assert work(ours) == 1


def test_never_means_never_and_the_reason_hides_the_address(ours: Installation, office: PostOffice) -> None:
    office.answers = ["550 5.1.1 <hy020@hengyuan.example> unknown"]
    assert work(ours) == 0
    (failed,) = deliveries(ours)
    assert failed.state == "failed"
    assert "550" in (failed.failure or "")
    assert "hy020@" not in (failed.failure or "")


def test_after_the_last_pause_it_has_failed(outside: Installation, fixed: FixedClock) -> None:
    ours = reaching(outside, f"smtp://127.0.0.1:{free_port()}")
    say(ours, post(ours))
    for attempt in range(6):
        assert states(ours) == ["waiting"], attempt
        assert work(ours) == 0
        fixed.advance(timedelta(hours=4))
    assert states(ours) == ["failed"]


def test_a_dead_server_is_asked_once_a_pause_however_much_waits(outside: Installation) -> None:
    ours = reaching(outside, f"smtp://127.0.0.1:{free_port()}")
    for key in "abc":
        say(ours, post(ours), key=key)
    work(ours)
    assert work(ours) == 0
    assert [each.attempts for each in deliveries(ours)] == [1, 0, 0]
    assert {each.due_at for each in deliveries(ours)} == {MORNING + PAUSE}


def test_a_server_that_hangs_is_left_in_good_time(outside: Installation) -> None:
    say(outside, post(outside))
    with socket.create_server(("127.0.0.1", 0)) as silent:
        address = f"smtp://127.0.0.1:{silent.getsockname()[1]}"
        mail = Mail(address, "chuangyou@hengyuan.example", 0.3, 0.3, 0.6)
        began = monotonic()
        assert deliver(outside.engine, outside, "mail", lambda *_: mail) == 0
        assert monotonic() - began < 3
    assert states(outside) == ["waiting"]


def test_what_has_been_done_meanwhile_is_not_sent(outside: Installation) -> None:
    say(outside, post(outside))
    with writing(outside.engine) as session:
        secretary = person(outside, SECRETARY)
        session.execute(update(Account).where(Account.person_id == secretary).values(disabled_at=MORNING))
    assert deliver(outside.engine, outside, "mail", lambda *_: Silent()) == 0
    assert states(outside) == ["dropped"]


def test_who_takes_the_address_back_gets_no_mail(outside: Installation) -> None:
    say(outside, post(outside))
    wish(outside, SECRETARY, address="")
    assert deliver(outside.engine, outside, "mail", lambda *_: Silent()) == 0
    assert states(outside) == ["dropped"]


class Counting:
    """Notes what it is given."""

    def __init__(self) -> None:
        self.taken: list[str] = []

    def send(self, message: Message) -> None:
        self.taken.append(message.id)


def test_two_workers_send_each_letter_once(outside: Installation) -> None:
    for number in range(20):
        say(outside, post(outside), key=str(number))
    counting = Counting()

    def pump(_: int) -> int:
        return deliver(outside.engine, outside, "mail", lambda *_: counting)

    with ThreadPoolExecutor(2) as pool:
        assert sum(pool.map(pump, range(2))) == 20
    assert len(counting.taken) == len(set(counting.taken)) == 20
    assert set(states(outside)) == {"sent"}


def test_one_letter_that_is_refused_stops_no_other(outside: Installation) -> None:
    for key in "abc":
        say(outside, post(outside), key=key)
    refused = deliveries(outside)[1].id

    class Choosy(Counting):
        def send(self, message: Message) -> None:
            if message.id.startswith(f"{refused}."):
                raise Rejected(reason="550")
            super().send(message)

    choosy = Choosy()

    def opener(_session: Session, _installation: Installation, _name: str) -> Channel:
        return choosy

    assert deliver(outside.engine, outside, "mail", opener) == 2
    assert states(outside) == ["sent", "failed", "sent"]


def test_a_letter_that_brings_the_worker_down_is_given_up(outside: Installation, fixed: FixedClock) -> None:
    say(outside, post(outside))

    class Deadly:
        def send(self, _message: Message) -> None:
            raise MemoryError

    for _ in range(6):
        with pytest.raises(MemoryError):
            deliver(outside.engine, outside, "mail", lambda *_: Deadly())
        fixed.advance(TAKEN_FOR)
    assert deliver(outside.engine, outside, "mail", lambda *_: Deadly()) == 0
    assert states(outside) == ["failed"]
