"""Handing in a file on the page: the form, the progress, the faults, the outcome."""

from __future__ import annotations

from functools import partial
from io import BytesIO
from pathlib import Path

from tests.operations.test_importing import GOOD, ORGANIZATIONS, SINCE, Rows
from tests.web.conftest import Visit
from tests.web.visiting import plain
from tests.workbook import write_workbook
from workflow.operations.importing.handing_in import JOB, work_import
from workflow.operations.installation import Installation


def send(visitor, folder: Path, sheets: dict[str, Rows], name: str = "组织.xlsx"):  # type: ignore[no-untyped-def]
    data = write_workbook(folder / "book.xlsx", sheets).read_bytes()
    form = {"csrf_token": visitor.token(), "file": (BytesIO(data), name)}
    return visitor.client.post("/organizations/imports", data=form, content_type="multipart/form-data")


def work(installation: Installation) -> None:
    installation.jobs.drain(  # type: ignore[attr-defined]
        {JOB: partial(work_import, installation.engine, installation), "render_document": lambda **_: None}
    )


def test_a_file_is_imported_from_the_page(visit: Visit, installation: Installation, tmp_path: Path) -> None:
    office = visit("hy008")
    assert "/organizations/imports" in office.read("/organizations")
    assert "组织代码 *" in plain(office.read("/organizations/imports"))
    begun = send(office, tmp_path, GOOD)
    assert begun.status_code == 303
    before = plain(office.read(begun.headers["Location"]))
    assert "正在核对" in before
    assert "可以离开这一页" in before
    work(installation)
    done = plain(office.read(begun.headers["Location"]))
    assert "已导入" in done
    assert "组织 2 行" in done
    assert "可以离开这一页" not in done
    assert visit("hy001").get(begun.headers["Location"]).status_code == 404


def test_faults_are_listed_on_the_page(visit: Visit, installation: Installation, tmp_path: Path) -> None:
    office = visit("hy008")
    wrong = {**GOOD, "组织": [*ORGANIZATIONS, ["N-9", "<b>又一个</b>", "又一个", "没有这类", None, SINCE]]}
    begun = send(office, tmp_path, wrong)
    work(installation)
    page = office.read(begun.headers["Location"])
    assert "没有导入任何内容" in page
    assert "组织第4行" in page
    refused = send(office, tmp_path, GOOD, name="组织.exe")
    assert refused.status_code == 422
    assert "请选择电子表格" in refused.text


def test_the_page_is_for_those_who_keep_records(visit: Visit, tmp_path: Path) -> None:
    member = visit("hy020")
    assert "organizations/imports" not in member.read("/organizations")
    assert member.get("/organizations/imports").status_code == 404
    assert send(member, tmp_path, GOOD).status_code == 403
