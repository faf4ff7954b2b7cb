"""Files for programs: of a case, of a campaign; ordered, watched, fetched and stopped."""

from __future__ import annotations

import io
from collections.abc import Callable
from functools import partial
from zipfile import ZipFile

import pytest

from tests.api.conftest import Program
from tests.enterprise import place
from tests.operations.cast import Play
from tests.quick import print_quickly
from workflow.operations.bindings.ordering import JOB
from workflow.operations.bindings.working import work_binding
from workflow.store.session import reading

Programs = Callable[..., Program]


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    print_quickly(monkeypatch)


def body(play: Play, code: str) -> int:
    with reading(play.installation.engine) as session:
        return place(session, code).id


def work(play: Play) -> None:
    jobs = play.installation.jobs
    jobs.waiting[:] = [each for each in jobs.waiting if each.kind == JOB]  # type: ignore[attr-defined]
    jobs.drain({JOB: partial(work_binding, play.installation.engine, play.installation)})  # type: ignore[attr-defined]


def test_a_program_orders_watches_and_fetches(play: Play, program: Programs) -> None:
    for where, opener in {"HY-1": "HY021", "HY-11": "HY020"}.items():
        number = play.row(play.open(opener, "plan", where)).number
    office, wanted = program("hy008"), {"organization": body(play, "HY")}
    begun = office.post("/campaigns/1/files", wanted, key="files-1")
    assert (begun.status_code, begun.json["total"]) == (201, 2)
    assert office.post("/campaigns/1/files", wanted, key="files-1").json["id"] == begun.json["id"]
    address = f"/files/{begun.json['id']}"
    assert office.get(f"{address}/download").status_code == 404
    work(play)
    state = office.get(address).json
    assert [each["sequence"] for each in state["files"]] == [0, 1, 2]
    fetched = office.get(f"{address}/download")
    assert len(ZipFile(io.BytesIO(fetched.data)).namelist()) == 3
    assert office.get(f"{address}/parts/1").data.startswith(b"%PDF")
    assert office.get(f"{address}/parts/7").status_code == 404
    assert program("hy020").get(f"{address}/download").status_code == 404
    assert program("hy020").post("/campaigns/1/files", wanted).status_code == 404
    assert program("hy004").post("/campaigns/1/files", wanted).status_code == 403
    file = office.get(f"/cases/{number}/file")
    assert file.data.startswith(b"%PDF")
    assert file.headers["ETag"] == office.get(f"/cases/{number}/file").headers["ETag"]
    for stranger in ("hy030", "gj03"):
        assert program(stranger).get(f"/cases/{number}/file").status_code == 404


def test_it_is_stopped_and_what_makes_no_sense_refused(play: Play, program: Programs) -> None:
    office, wanted = program("hy008"), {"organization": body(play, "HY-1")}
    empty = office.post("/campaigns/1/files", wanted)
    assert empty.status_code == 422
    assert "还没有可以装订的事项" in str(empty.json)
    play.open("HY021", "plan", "HY-1")
    begun = office.post("/campaigns/1/files", wanted).json["id"]
    assert office.post(f"/files/{begun}/stop").json["stopped"]
    work(play)
    assert office.get(f"/files/{begun}/download").status_code == 404
