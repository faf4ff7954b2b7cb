"""The pages of reminders: what is listed and counted, what the bell is sent, how preferences are kept."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from tests.enterprise import who
from tests.web.conftest import Visit
from tests.web.test_budgets import statements
from tests.web.visiting import plain
from tests.web.world import NOW
from workflow import clock
from workflow.clock import FixedClock
from workflow.operations.identity import IDLE_LIMIT
from workflow.operations.informing.telling import tell
from workflow.operations.installation import Installation
from workflow.store.cases import Case
from workflow.store.notices import Notice, Preference
from workflow.store.people import Person
from workflow.store.session import reading, writing

HOSTILE = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "{{ 7*7 }}",
    "javascript:alert(1)",
    "\u202e反转",
]
CHOSEN = {
    "mail": "leizh@hengyuan.example", "way_turn": "digest", "way_copy": "off", "way_urge": "at_once",
    "way_deadline": "at_once", "way_escalation": "at_once", "way_papers": "digest",
    "quiet_from": "22:00", "quiet_to": "6：30", "digest_at": "7:45",
}  # fmt: skip


def say(
    installation: Installation, title: str, number: str = "HY020", *, about: bool = False, kind: str = "deadline"
) -> None:
    with writing(installation.engine) as session:
        case = session.scalar(select(Case.id).where(Case.stage == "plan").limit(1)) if about else None
        person = who(session, "HY020").person_id
        tell(session, installation, [f"p{person}"], kind=kind, key=title, title=title,
             text="事项编号：1\n办理期限：明天", case_id=case)  # fmt: skip


def test_unread_ones_come_first_and_are_marked_read(visit: Visit, installation: Installation) -> None:
    for title in ("第一条", "第二条"):
        say(installation, title)
    visitor = visit("hy020")
    text = plain(visitor.read("/reminders"))
    assert text.index("第二条") < text.index("第一条")
    assert "未读 2" in text
    with reading(installation.engine) as session:
        newest = max(session.scalars(select(Notice.id)))
    assert visitor.send(f"/reminders/{newest}/read", {}).status_code == 303
    text = plain(visitor.read("/reminders"))
    assert "未读 1" in text
    assert text.index("第一条") < text.index("已读") < text.index("第二条")
    assert visitor.send("/reminders/read", {"newest": str(newest)}).status_code == 303
    assert "没有未读的提醒" in plain(visitor.read("/reminders"))


def test_opening_the_case_marks_its_reminder_read(visit: Visit, installation: Installation) -> None:
    say(installation, "快到期", about=True)
    visitor = visit("hy020")
    with reading(installation.engine) as session:
        notice = session.scalars(select(Notice.id)).one()
    answer = visitor.send(f"/reminders/{notice}/read", {"open": "yes"})
    assert answer.headers["Location"].startswith("/cases/2012-M1-")
    assert visitor.get("/reminders/count").json["unread"] == 0  # type: ignore[index]


def test_what_others_were_told_does_not_exist(visit: Visit, installation: Installation) -> None:
    say(installation, "别人的提醒")
    with reading(installation.engine) as session:
        notice = session.scalars(select(Notice.id)).one()
    other = visit("hy021")
    assert other.send(f"/reminders/{notice}/read", {}).status_code == 404
    other.send("/reminders/read", {"newest": "999999"})
    assert "别人的提醒" not in other.read("/reminders")
    assert visit("hy020").get("/reminders/count").json["unread"] == 1  # type: ignore[index]


@pytest.mark.parametrize("title", HOSTILE)
def test_a_hostile_title_is_inert(visit: Visit, installation: Installation, title: str) -> None:
    say(installation, title)
    page = visit("hy020").read("/reminders")
    assert "<script>alert" not in page
    assert "<img src=x" not in page
    assert "49" not in plain(page)


def test_the_bell_is_sent_only_what_is_new(visit: Visit, installation: Installation) -> None:
    visitor = visit("hy020")
    first = visitor.get("/reminders/count")
    assert first.json["tasks"] > 0  # type: ignore[index]
    assert "no-store" not in first.headers["Cache-Control"]
    tag = {"If-None-Match": first.headers["ETag"]}
    same = visitor.get("/reminders/count", headers=tag)
    assert (same.status_code, same.data) == (304, b"")
    say(installation, "新的")
    assert visitor.get("/reminders/count", headers=tag).status_code == 200
    with statements(installation) as found:
        visitor.get("/reminders/count")
    assert len(found) <= 4, "\n".join(found)


def test_what_the_inbox_says_is_no_reminder(visit: Visit, installation: Installation) -> None:
    say(installation, "待办到达", kind="turn")
    visitor = visit("hy020")
    assert "待办到达" not in plain(visitor.read("/reminders"))
    assert visitor.get("/reminders/count").json["unread"] == 0  # type: ignore[index]


def test_preferences_are_kept_and_come_back(visit: Visit, installation: Installation) -> None:
    visitor = visit("hy020")
    page = visitor.read("/reminders/preferences")
    assert 'value="21:00"' in page
    assert visitor.send("/reminders/preferences", CHOSEN).status_code == 303
    page = visitor.read("/reminders/preferences")
    assert 'value="leizh@hengyuan.example"' in page
    assert 'value="06:30"' in page
    with reading(installation.engine) as session:
        kept = session.scalars(select(Preference)).one()
        assert kept.mail["turn"] == "digest"
        assert session.scalar(select(Person.mail).where(Person.number == "HY020")) == "leizh@hengyuan.example"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("mail", "lei"), ("mail", "a@b\r\nBcc: c@d.example"), ("mail", "雷@hengyuan.example"), ("mail", "a@b"),
        ("quiet_from", "25:00"), ("digest_at", "八点"), ("way_turn", "fax"), ("way_copy", ""), ("quiet_to", ""),
        ("digest_at", "٠٨:٠٠"),
    ],
)  # fmt: skip
def test_a_fault_is_told_and_nothing_is_lost(visit: Visit, name: str, value: str) -> None:
    answer = visit("hy020").send("/reminders/preferences", {**CHOSEN, name: value})
    assert answer.status_code == 422
    assert "<title>有误：" in answer.text
    assert f'href="#f-{name}"' in answer.text
    assert "22:00" in answer.text or name == "quiet_from"


def test_a_mail_address_is_seen_by_nobody_else(visit: Visit, installation: Installation) -> None:
    visit("hy020").send("/reminders/preferences", CHOSEN)
    with reading(installation.engine) as session:
        person = who(session, "HY020").person_id
    for viewer in ("hy019", "hy006", "hy021"):
        assert "leizh@" not in visit(viewer).read(f"/organizations/people/{person}")


def test_the_bell_keeps_nobody_signed_in(visit: Visit, installation: Installation) -> None:
    """Asked all day long, it is no sign that somebody is there (trust.md, check 12)."""
    visitor = visit("hy020")
    with clock.use(FixedClock(NOW + IDLE_LIMIT / 2)):
        assert visitor.get("/reminders/count").status_code == 200
    with clock.use(FixedClock(NOW + IDLE_LIMIT + timedelta(minutes=1))):
        assert visitor.get("/reminders/count").status_code == 302
