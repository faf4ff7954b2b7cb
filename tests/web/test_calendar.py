"""The page of the working calendar: the years, a trial of a new one, and its import by whoever is topmost."""

from __future__ import annotations

from tests.web.conftest import Visit
from tests.web.test_budgets import LIST, measure
from tests.web.visiting import Visitor, merged, plain
from workflow.operations.installation import Installation

PATH = "/administration/calendar"
TOP, BELOW, NOBODY = "clg03", "hy006", "hy024"
YEAR = {"year": "2012", "status": "official", "source": "关于调整2012年节假日安排的通知", "holidays": "2012-04-18",
        "make_up_days": "2012-04-21"}  # fmt: skip


def tried(visitor: Visitor, **other: str) -> str:
    answer = visitor.send(f"{PATH}/check", {**YEAR, **other}, page=PATH)
    assert answer.status_code == 200, plain(answer.text)
    return answer.text


def test_every_administrator_sees_the_years_and_others_do_not(visit: Visit, installation: Installation) -> None:
    words = plain(visit(BELOW).read(PATH))
    assert "2012年 公布 工作日" in words
    assert "9月29日（星期六）" in words
    assert "由最上级党组织的流程管理员导入" in words
    assert visit(NOBODY).get(PATH).status_code == 403
    cost, found = measure(visit(BELOW), installation, PATH)
    assert cost.statements <= LIST.statements, "\n".join(found)
    assert cost.html <= LIST.html


def test_a_year_is_tried_and_then_imported(visit: Visit, installation: Installation) -> None:
    keeper = visit(TOP)
    page = tried(keeper)
    words = plain(page)
    assert "4月18日（星期三）" in words.partition("改为上班的休息日")[0]
    assert "4月21日（星期六）" in words.partition("改为上班的休息日")[2]
    assert "2012年" in plain(keeper.read(PATH))
    assert "次导入" not in plain(keeper.read(PATH)), "a trial imports nothing"
    done = keeper.client.post(PATH, data=merged(page, "calendar", {}))
    assert done.status_code == 303, plain(done.text)
    words = plain(keeper.read(PATH))
    assert "第 1 次导入" in words
    assert ("reschedule", "2012:1") in [(each.kind, each.key) for each in installation.jobs.waiting]  # type: ignore[attr-defined]


def test_what_is_wrong_is_said_beside_the_field_and_nothing_is_lost(visit: Visit) -> None:
    keeper = visit(TOP)
    for other, said in (
        ({"make_up_days": "2012-04-19"}, "不是星期六或星期日"),
        ({"holidays": "四月十八日"}, "不是日期"),
        ({"status": "provisional"}, "不能用暂定的代替"),
        ({"year": "2011"}, "不在 2011 年"),
        ({"source": ""}, "依据"),
    ):
        answer = keeper.send(f"{PATH}/check", {**YEAR, **other}, page=PATH)
        assert answer.status_code == 422, other
        assert said in plain(answer.text), plain(answer.text)
        assert "2012-04-21" in answer.text or "make_up_days" in other


def test_nobody_below_imports_for_all(visit: Visit) -> None:
    below = visit(BELOW)
    for path in (f"{PATH}/check", PATH):
        answer = below.send(path, YEAR, page=PATH)
        assert answer.status_code == 403
        assert "应由最上级党组织的流程管理员导入" in plain(answer.text)
    assert "次导入" not in plain(below.read(PATH))
