"""Carrying cases over on the pages: states without a counterpart are mapped, the confirmation names what follows."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial
from html import unescape

import pytest
from werkzeug.datastructures import MultiDict

from tests.operations.cast import Play
from tests.operations.test_migrating import newer
from tests.web.test_administration import HEAD, row
from tests.web.visiting import FORM, HIDDEN, Visitor, plain
from tests.web.world import NOW, numbers
from web import create_app
from workflow import clock
from workflow.clock import FixedClock
from workflow.operations.installation import Installation
from workflow.operations.many.batching import work_batch

PAGE = "/administration/versions/pledge"
MAPPED = f"{PAGE}?state.under_review=reviewing"


@pytest.fixture
def made(installation: Installation) -> Iterator[Installation]:
    with clock.use(FixedClock(NOW)):
        yield newer(Play(installation, FixedClock(NOW)), "pledge", {}, renamed={"under_review": "reviewing"})


@pytest.fixture
def head(made: Installation) -> Visitor:
    return Visitor(create_app(installation=made), HEAD)


def carried(html: str, address: str) -> MultiDict[str, str]:
    """The hidden fields of the form that is sent to an address."""
    inside = next(body for where, body in FORM.findall(html) if where == address)
    return MultiDict((unescape(name), unescape(value)) for name, value in HIDDEN.findall(inside))


def test_cases_go_over_from_the_pages(made: Installation, head: Visitor) -> None:
    number = numbers(made)["pledge.under_review"][0]
    first = head.read(PAGE)
    assert "请指明对应的状态" in plain(first)
    assert 'name="state.under_review"' in first
    page = head.read(MAPPED)
    form = carried(page, f"{PAGE}/check")
    assert number in " ".join(form.getlist("chosen"))
    missing = head.client.post(f"{PAGE}/check", data=form)
    assert missing.status_code == 422
    assert "请写明更换版本的理由" in plain(missing.text)
    form["reason"] = "按新印发的办法办理"
    check = head.client.post(f"{PAGE}/check", data=form)
    words = plain(check.text)
    assert check.status_code == 200
    assert "期限只延长，不缩短" in words
    assert re.search(r"\d+ 件处于“审诺”的，按现行版本", words)
    confirmed = carried(check.text, PAGE)
    started = head.client.post(PAGE, data=confirmed)
    assert started.status_code == 303
    again = head.client.post(PAGE, data=confirmed)
    assert again.headers["Location"] == started.headers["Location"], "sent twice, done once"
    assert "正在办理" in plain(head.read(started.headers["Location"]))
    handlers = {"batch": partial(work_batch, made.engine, made), "render_document": lambda **_: None}
    made.jobs.drain(handlers)  # type: ignore[attr-defined]
    result = head.read(started.headers["Location"])
    assert "已更换版本，现处“审诺”" in plain(result)
    assert row(made, number).state == "reviewing"
    assert f'href="{PAGE}"' in result
    assert "更换流程版本" in plain(head.read(f"/cases/{number}"))


def test_a_page_that_is_too_old_is_shown_anew(head: Visitor) -> None:
    form = {"chosen": "2012-M2-999999:3", "reason": "按新印发的办法办理"}
    answer = head.send(PAGE, form, page=PAGE)
    assert answer.status_code == 422
    assert "请重新试算" in plain(answer.text)
    answer = head.send(f"{PAGE}/check", form, page=PAGE)
    assert answer.status_code == 422
    assert "没有可以更换版本的事项" in plain(answer.text)


def test_nobody_else_carries_anything_over(made: Installation) -> None:
    other = Visitor(create_app(installation=made), "hy024")
    for address in (PAGE, f"{PAGE}/check"):
        assert other.send(address, {"chosen": "x:1", "reason": "理由"}).status_code == 403
