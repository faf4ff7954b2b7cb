"""Registers from the command line."""

from __future__ import annotations

from pathlib import Path

from python_calamine import CalamineWorkbook

from tests.databases import Databases
from tests.enterprise import MORNING, build, installed, place
from tests.test_cli import call, refusal
from workflow.store.receipts import Receipt
from workflow.store.session import writing


def test_what_has_arrived_is_signed_for_and_the_register_written(databases: Databases, tmp_path: Path) -> None:
    url = databases.fresh(build)
    with installed(url) as installation, writing(installation.engine) as session:
        body = place(session, "HY").id
        session.add(Receipt(organization_id=body, role="outside", title="来函", arrived_at=MORNING, person=""))
    clerk = call("token", "create", "hy041", url=url).output.strip()
    other = call("token", "create", "hy024", url=url).output.strip()
    file, paper = tmp_path / "收文.xlsx", tmp_path / "收文.pdf"
    assert "无权查看" in refusal(call("register", "HY", "received", "--to", str(file), "--token", other, url=url))
    done = call("register", "HY", "received", "--to", str(file), "--sign", "--token", clerk, url=url)
    assert "已签收1件" in done.output, done.output + done.stderr
    rows = CalamineWorkbook.from_path(file).get_sheet_by_index(0).to_python()
    assert [row[4] for row in rows] == ["标题", "来函"]
    assert call("register", "HY", "received", "--to", str(paper), "--token", clerk, url=url).exit_code == 0
    assert paper.read_bytes().startswith(b"%PDF")
    assert call("register", "HY", "received", "--to", "收文.doc", "--token", clerk, url=url).exit_code == 2
