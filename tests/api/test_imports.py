"""A program hands in a file and asks for the outcome."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable
from functools import partial
from pathlib import Path

from tests.api.conftest import Program
from tests.operations.cast import Play
from tests.operations.test_importing import GOOD
from tests.workbook import write_workbook
from workflow.operations.importing.handing_in import JOB, work_import


def test_a_program_imports(play: Play, program: Callable[..., Program], tmp_path: Path) -> None:
    content = b64encode(write_workbook(tmp_path / "book.xlsx", GOOD).read_bytes()).decode()
    office, file = program("hy008"), {"name": "组织.xlsx", "content": content}
    begun = office.post("/imports", file, key="import-1")
    assert begun.status_code == 201
    assert office.post("/imports", file, key="import-1").json["id"] == begun.json["id"]
    jobs = play.installation.jobs
    jobs.drain({JOB: partial(work_import, play.installation.engine, play.installation)})  # type: ignore[attr-defined]
    state = office.get(f"/imports/{begun.json['id']}").json
    assert (state["outcome"], state["counts"]["人员"], state["faults"]) == ("done", 3, [])
    assert program("hy020").get(f"/imports/{begun.json['id']}").status_code == 404
    assert program("hy020").post("/imports", file).status_code == 403
