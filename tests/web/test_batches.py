"""Choosing many cases and one act for them, as a browser without scripts sends it; and whatever else may be sent."""

from __future__ import annotations

import re
from functools import partial

import pytest
from werkzeug.datastructures import MultiDict

from tests.operations.cast import Play
from tests.operations.scenarios.plan import plan
from tests.web.conftest import Visit
from tests.web.visiting import plain
from tests.web.world import NOW
from workflow.clock import FixedClock
from workflow.operations.installation import Installation
from workflow.operations.many.batching import work_batch

SECRETARY = "hy020"


@pytest.fixture
def drafts(installation: Installation) -> list[str]:
    """Two drafts of plans, which their branch's secretary may withdraw, as boxes carry them."""
    play = Play(installation, FixedClock(NOW))
    rows = [play.row(plan(play, body="HY-11", opener="HY021")) for _ in range(2)]
    return [f"{row.number}:{row.version}" for row in rows]


def form(chosen: list[str], **more: str) -> MultiDict[str, str]:
    return MultiDict([*(("chosen", each) for each in chosen), *more.items()])


def send(visitor, path: str, values: MultiDict[str, str]):  # type: ignore[no-untyped-def]
    return visitor.client.post(path, data=MultiDict([*values.items(multi=True), ("csrf_token", visitor.token())]))


def test_one_reason_for_all(visit: Visit, drafts: list[str], installation: Installation) -> None:
    secretary = visit(SECRETARY)
    acts = send(secretary, "/batches/acts", form(drafts))
    assert acts.status_code == 200
    assert "撤回 （须写理由）" in plain(acts.text) or "撤回（须写理由）" in plain(acts.text)
    missing = send(secretary, "/batches/check", form(drafts, trigger="withdraw", reason=" "))
    assert missing.status_code == 422
    assert "请写明理由" in plain(missing.text)
    check = send(secretary, "/batches/check", form(drafts, trigger="withdraw", reason="重复登记"))
    assert "2 件由" in plain(check.text)
    assert check.text.count('name="chosen"') == 2
    started = send(secretary, "/batches", form(drafts, trigger="withdraw", reason="重复登记"))
    assert started.status_code == 303
    assert "可以离开这一页" in secretary.read(started.headers["Location"])
    installation.jobs.drain(  # type: ignore[attr-defined]
        {"batch": partial(work_batch, installation.engine, installation), "render_document": lambda **_: None}
    )
    words = plain(secretary.read(started.headers["Location"]))
    assert "已完成 ：已办 2 件" in words or "已完成：已办 2 件" in words
    assert "重复登记" in words
    assert "可以离开这一页" not in words
    assert visit("hy021").get(started.headers["Location"]).status_code == 404


def test_the_same_confirmation_twice_starts_one_batch(visit: Visit, drafts: list[str]) -> None:
    secretary = visit(SECRETARY)
    sent = form(drafts, trigger="withdraw", reason="重复登记", once="the same")
    first, second = (send(secretary, "/batches", sent) for _ in range(2))
    assert first.headers["Location"] == second.headers["Location"]


def test_cases_with_nothing_in_common_are_told_so(visit: Visit, drafts: list[str], installation: Installation) -> None:
    secretary = visit(SECRETARY)
    boxes = re.findall(r'name="chosen" value="([^"]+)"', secretary.read("/batches/new"))
    other = next(each for each in boxes if each not in drafts and "-M2-" in each)
    answer = send(secretary, "/batches/acts", form([*drafts, other]))
    assert answer.status_code == 200
    assert "没有可以一起办理的操作" in plain(answer.text)
    assert "重新选择" in re.findall(r'<a class="btn btn-primary" href="/batches/new">(.*?)</a>', answer.text)


def test_what_asks_for_more_in_each_case_is_not_offered(visit: Visit) -> None:
    groups = re.findall(r"<fieldset.*?</fieldset>", visit(SECRETARY).read("/batches/new"), re.DOTALL)
    (plans,) = (each for each in groups if "实施方案：实施中" in each)
    assert "checkbox" not in plans
    assert "全选" not in plans
    assert "请逐件打开办理" in plans
    (filings,) = (each for each in groups if "报备：待报备" in each)
    assert "checkbox" in filings
    assert "全选" in filings
    assert "请逐件打开办理" not in filings
    alone = visit("hy016").read("/batches/new")
    assert "请逐件打开办理" in alone
    assert "下一步：选择办理方式" not in alone, "nothing to choose, nothing to go on with"
    assert "data-choosing" not in alone, "the script counts boxes"


@pytest.mark.parametrize("path", ["/batches/acts", "/batches/check", "/batches"])
@pytest.mark.parametrize(
    "chosen", [[], ["x"], ["x:"], [":1"], ["2012-M1-000001:-1"], ["2012-M1-000001:99999999999"], ["a:b:c"]]
)
def test_nothing_sensible_chosen_is_a_fault_of_the_form(visit: Visit, path: str, chosen: list[str]) -> None:
    answer = send(visit(SECRETARY), path, form(chosen, trigger="withdraw", reason="x"))
    assert answer.status_code == 422
    assert "请至少选择一件事项" in plain(answer.text)


@pytest.mark.parametrize("path", ["/batches/acts", "/batches/check", "/batches"])
def test_what_one_may_not_see_is_not_there(visit: Visit, path: str, drafts: list[str]) -> None:
    answer = send(visit("hy030"), path, form(drafts, trigger="withdraw", reason="x"))
    assert answer.status_code == 404


def test_an_unknown_act_is_refused(visit: Visit, drafts: list[str]) -> None:
    secretary = visit(SECRETARY)
    assert send(secretary, "/batches/check", form(drafts, trigger="nothing")).status_code == 422
    assert send(secretary, "/batches", form(drafts, trigger="nothing")).status_code == 409


def test_all_of_a_group_are_ticked_without_scripts(visit: Visit, drafts: list[str]) -> None:
    secretary = visit("hy021")
    page = secretary.read("/batches/new")
    link = next(each for each in re.findall(r'href="(/batches/new\?all=[^"]+)"', page))
    ticked = re.findall(r'value="([^"]+)" checked', secretary.read(link))
    assert ticked
    assert not re.findall(r'value="([^"]+)" checked', page)
