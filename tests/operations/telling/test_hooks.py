"""Hooks and failed deliveries: who may set up, see and send again what, and what is checked first."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import SecretStr
from sqlalchemy import update

from tests.enterprise import MORNING, place, who
from tests.operations.cast import Play
from tests.operations.scenarios.plan import plan
from tests.operations.telling.saying import SECRETARY, deliveries, hook, post, say, waiting
from workflow.clock import FixedClock
from workflow.engine.moving import SYSTEM_ACTOR
from workflow.errors import InvalidInput, NotAllowed, NotFound
from workflow.notices.channel import Message, Rejected
from workflow.notices.robots import Robot
from workflow.operations.informing.channels import channel_of
from workflow.operations.informing.hooks import NewHook, add_hook, hooks_below, remove_hook, switch_hook
from workflow.operations.informing.marking import mark_all_read, mark_read
from workflow.operations.informing.retrying import failures, retry
from workflow.operations.installation import Installation
from workflow.operations.reading.reminders import bell, reminders
from workflow.store.notices import Delivery, Hook
from workflow.store.session import reading, writing

HEAD, MEMBER = "HY006", "HY024"  #: of the Party department of the enterprise; somebody without any office


def add(installation: Installation, by: str = HEAD, body: str = "HY", **changed: Any) -> int:
    entered = {"name": "党建工作群", "format": "wecom", "url": "https://robots.example/send?key=k", "secret": "",
               **changed}  # fmt: skip
    with writing(installation.engine) as session:
        new = NewHook(organization=place(session, body), **entered)
        return add_hook(session, installation, who(session, by), new).id


def test_an_organizer_sets_up_a_hook_and_sees_its_host_alone(outside: Installation) -> None:
    made = add(outside)
    with reading(outside.engine) as session:
        (shown,) = hooks_below(session, outside, who(session, HEAD))
        assert (shown.id, shown.host, shown.format) == (made, "robots.example", "企业微信群机器人")
        assert "key" not in repr(shown)
        assert hooks_below(session, outside, who(session, MEMBER)) == []
        assert len(hooks_below(session, outside, SYSTEM_ACTOR)) == 1


def test_a_copy_of_the_database_gives_no_secret_away(outside: Installation) -> None:
    made = add(outside, format="dingtalk", url="https://robots.example/send?key=topsecret", secret="SECtopsecret")
    with reading(outside.engine) as session:
        row = session.get_one(Hook, made)
        assert "topsecret" not in row.url + row.secret
        robot = channel_of(session, outside, f"hook:{made}")
        assert isinstance(robot, Robot)
        assert (robot.url, robot.secret) == ("https://robots.example/send?key=topsecret", "SECtopsecret")
        settings = outside.settings.model_copy(update={"given_secret": SecretStr("another key of the installation, x")})
        settings.__dict__.pop("secret_key", None)
        other = Installation(settings, outside.definitions, outside.engine, outside.jobs)
        closed = channel_of(session, other, f"hook:{made}")
        with pytest.raises(Rejected, match="SECRET_KEY"):
            closed.send(Message("1", "", "turn", "t", "", "", MORNING))


@pytest.mark.parametrize(("by", "body"), [(MEMBER, "HY"), ("HY019", "HY"), (HEAD, "LC")])
def test_others_set_up_none(outside: Installation, by: str, body: str) -> None:
    with pytest.raises(NotAllowed):
        add(outside, by, body)


@pytest.mark.parametrize(
    ("changed", "path"),
    [
        ({"name": " "}, "name"), ({"format": "mail"}, "format"), ({"kinds": ("gossip",)}, "kinds"),
        ({"url": "http://robots.example/"}, "url"), ({"url": "https://evil.example/"}, "url"),
        ({"url": "https://127.0.0.1/"}, "url"), ({"format": "webhook"}, "secret"),
        ({"format": "webhook", "secret": "whsec_%%%"}, "secret"), ({"secret": "x" * 300}, "secret"),
    ],
)  # fmt: skip
def test_what_cannot_work_is_told_at_once(outside: Installation, changed: dict[str, Any], path: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        add(outside, **changed)
    assert [each.path for each in refused.value.facts["errors"]] == [path]  # type: ignore[attr-defined]


def test_a_removed_hook_is_told_nothing_and_its_secrets_are_gone(outside: Installation) -> None:
    made = add(outside, secret="s3cret")
    for by, error in ((MEMBER, NotAllowed), (HEAD, None)):
        with writing(outside.engine) as session:
            if error is None:
                remove_hook(session, outside, who(session, by), made)
                continue
            with pytest.raises(error):
                remove_hook(session, outside, who(session, by), made)
    with reading(outside.engine) as session:
        row = session.get_one(Hook, made)
        assert (row.url, row.secret, row.is_enabled) == ("", "", False)
    with writing(outside.engine) as session, pytest.raises(NotFound):
        switch_hook(session, outside, who(session, HEAD), made, on=True)


def test_a_hook_rests_and_is_told_again(outside: Installation) -> None:
    made = add(outside)
    for on in (False, True):
        with writing(outside.engine) as session:
            assert switch_hook(session, outside, who(session, HEAD), made, on=on).is_enabled is on


def seen(installation: Installation, by: str) -> list[str]:
    with reading(installation.engine) as session:
        return [each.reason for each in failures(session, installation, who(session, by))]


def test_what_failed_is_shown_with_the_reason_and_sent_again(outside: Installation) -> None:
    say(outside, post(outside))
    with writing(outside.engine) as session:
        session.execute(update(Delivery).values(state="failed", failure="550 没有这个邮箱", attempts=6))
    (failed,) = deliveries(outside)
    assert seen(outside, HEAD) == ["550 没有这个邮箱"]
    assert seen(outside, MEMBER) == seen(outside, "LC07") == []
    with writing(outside.engine) as session, pytest.raises(NotFound):
        retry(session, outside, who(session, MEMBER), failed.id)
    before = len(waiting(outside))
    with writing(outside.engine) as session:
        retry(session, outside, who(session, HEAD), failed.id)
    assert [(each.state, each.attempts) for each in deliveries(outside)] == [("waiting", 0)]
    assert len(waiting(outside)) == before + 1
    with writing(outside.engine) as session, pytest.raises(NotFound):
        retry(session, outside, who(session, HEAD), failed.id)


def test_a_hook_that_failed_is_shown_to_those_above_it(outside: Installation) -> None:
    hook(outside, "HY-11")
    case = plan(Play(outside, FixedClock(MORNING)), body="HY-11", opener="HY021")
    say(outside, post(outside), case_id=case)
    with writing(outside.engine) as session:
        session.execute(update(Delivery).where(Delivery.channel != "mail").values(state="failed", failure="404"))
    assert seen(outside, HEAD) == ["404"]
    assert seen(outside, "LC07") == []


def test_reminders_are_the_person_s_own_and_are_marked_read(outside: Installation) -> None:
    for key in "abc":
        say(outside, post(outside), key=key)
    say(outside, post(outside), key="t", kind="turn")  # the inbox says that one
    with reading(outside.engine) as session:
        page = reminders(session, who(session, SECRETARY))
        assert (len(page.unread), len(page.read), bell(session, who(session, SECRETARY)).unread) == (3, 0, 3)
        assert page.unread[0].id > page.unread[1].id
        assert reminders(session, who(session, MEMBER)).unread == []
        ids = [each.id for each in page.unread]
    with writing(outside.engine) as session:
        with pytest.raises(NotFound):
            mark_read(session, who(session, MEMBER), ids[0])
        mark_read(session, who(session, SECRETARY), ids[0])
        assert mark_all_read(session, who(session, MEMBER), ids[0]) == 0
    with writing(outside.engine) as session:
        assert mark_all_read(session, who(session, SECRETARY), ids[1]) == 2  # `ids` begins with the newest
    with reading(outside.engine) as session:
        page = reminders(session, who(session, SECRETARY))
        assert (len(page.unread), len(page.read)) == (0, 3)
