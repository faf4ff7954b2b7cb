"""Files as a browser without scripts orders and fetches them."""

from __future__ import annotations

import io
from collections.abc import Callable
from functools import partial
from zipfile import ZipFile

import pytest

from tests.quick import print_quickly
from tests.web.conftest import Visit
from tests.web.visiting import plain
from workflow.operations.bindings.ordering import JOB
from workflow.operations.bindings.working import work_binding
from workflow.operations.installation import Installation

FORM = "/campaigns/1/files"


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    print_quickly(monkeypatch)


def work(installation: Installation) -> None:
    jobs = installation.jobs
    jobs.waiting[:] = [each for each in jobs.waiting if each.kind == JOB]  # type: ignore[attr-defined]
    jobs.drain({JOB: partial(work_binding, installation.engine, installation)})  # type: ignore[attr-defined]


def test_the_office_orders_watches_and_fetches(
    visit: Visit, installation: Installation, case: Callable[[str], str]
) -> None:
    case("plan.in_progress")
    office = visit("hy008")
    assert f'href="{FORM}?body=4"' in office.read("/campaigns/1")
    form = plain(office.read(f"{FORM}?body=4"))
    assert "案卷，每个组织一册" in form
    wrong = office.send(FORM, {"body": "4", "what": "x"}, page=f"{FORM}?body=4")
    assert wrong.status_code == 422
    assert "请选择装订什么" in wrong.text
    begun = office.send(FORM, {"body": "4", "what": "stages", "below": "no"}, page=f"{FORM}?body=4")
    assert begun.status_code == 303
    address = begun.headers["Location"]
    assert "可以离开这一页" in plain(office.read(address))
    work(installation)
    done = plain(office.read(address))
    assert "已完成" in done
    assert "实施方案" in done
    fetched = office.get(f"{address}/download")
    assert fetched.data.startswith(b"%PDF") or ZipFile(io.BytesIO(fetched.data)).namelist()
    assert "下载" in plain(office.read(address))
    for stranger in ("hy021", "gj03"):
        assert visit(stranger).get(address).status_code == 404
        assert visit(stranger).get(f"{address}/download").status_code == 404


def test_nobody_else_is_offered_it(visit: Visit) -> None:
    assert f'href="{FORM}' not in visit("hy004").read("/campaigns/1")
    assert visit("hy004").get(f"{FORM}?body=4").status_code == 403
    assert visit("hy030").get(f"{FORM}?body=4").status_code == 404
    assert visit("gj03").get(f"{FORM}?body=4").status_code == 404


def test_a_case_offers_its_file(visit: Visit, case: Callable[[str], str]) -> None:
    number = case("plan.in_progress")
    office = visit("hy008")
    assert f'href="/cases/{number}/file"' in office.read(f"/cases/{number}")
    answer = office.get(f"/cases/{number}/file")
    assert answer.data.startswith(b"%PDF")
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
