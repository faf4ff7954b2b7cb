"""Opening a stage for everything below, as a browser without scripts sends it; and the same for programs."""

from __future__ import annotations

from functools import partial

from werkzeug.datastructures import MultiDict

from tests.web.conftest import Visit
from tests.web.visiting import plain
from workflow.operations.installation import Installation
from workflow.operations.many.launching import JOB
from workflow.operations.many.opening_below import work_launch

OFFICE = "hy008"
FORM = "/campaigns/1/launch/plan"


def send(visitor, path: str, **values: object):  # type: ignore[no-untyped-def]
    return visitor.client.post(path, data=MultiDict({"csrf_token": visitor.token(), **values}))


def work(installation: Installation) -> None:
    installation.jobs.drain(  # type: ignore[attr-defined]
        {JOB: partial(work_launch, installation.engine, installation), "render_document": lambda **_: None}
    )


def test_the_office_launches_and_watches(visit: Visit, installation: Installation) -> None:
    office = visit(OFFICE)
    home = office.read("/campaigns/1")
    assert "为所属组织统一发起实施方案" in home
    form = plain(office.read(f"{FORM}?body=4"))
    assert "党支部（4 个）" in form
    assert "按党组织隶属关系" in form
    empty = send(office, f"{FORM}/check", body="4", subject="organization")
    assert empty.status_code == 422
    assert "至少选择一类组织" in empty.text
    wanted = {"body": "4", "subject": "organization", "kinds_organization": ["sub_committee", "branch"],
              "central_work": "提质增效"}  # fmt: skip
    check = send(office, f"{FORM}/check", **wanted)
    assert "共 6 个组织" in plain(check.text)
    assert 'name="central_work" value="提质增效"' in check.text
    begun = send(office, FORM, **wanted)
    assert begun.status_code == 303
    before = plain(office.read(begun.headers["Location"]))
    assert "等待 6 件" in before
    assert "可以离开这一页" in before
    work(installation)
    after = plain(office.read(begun.headers["Location"]))
    assert "已完成" in after
    assert "新发起" in after
    assert "可以离开这一页" not in after
    assert visit("hy021").get(begun.headers["Location"]).status_code == 404


def test_nobody_else_is_offered_it(visit: Visit) -> None:
    assert "统一发起" not in visit("hy020").read("/campaigns/1")
    assert visit("hy004").get(f"{FORM}?body=4").status_code == 403
    assert visit(OFFICE).get("/campaigns/1/launch/commendation?body=4").status_code == 404


def test_it_can_be_stopped_on_its_page(visit: Visit, installation: Installation) -> None:
    office = visit(OFFICE)
    begun = send(office, FORM, body="4", subject="organization", kinds_organization=["branch"])
    stopped = send(office, f"{begun.headers['Location']}/stop")
    assert stopped.status_code == 303
    work(installation)
    assert "已停止 ：新发起 0 件" in plain(office.read(begun.headers["Location"]))


def test_a_form_sent_twice_launches_once(visit: Visit) -> None:
    office = visit(OFFICE)
    wanted = {"body": "4", "subject": "organization", "kinds_organization": ["branch"], "once": "a" * 16}
    first, second = (send(office, FORM, **wanted) for _ in range(2))
    assert first.headers["Location"] == second.headers["Location"]
