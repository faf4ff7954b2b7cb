"""Files from the command line."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import select

from tests.databases import Databases
from tests.enterprise import build
from tests.quick import print_quickly
from tests.test_cli import call, refusal
from workflow.store.cases import Case
from workflow.store.jobs import install_queue
from workflow.store.session import create_engine, reading


@pytest.fixture
def url(databases: Databases) -> str:
    found = databases.fresh(build)
    install_queue(found)
    return found


def test_a_case_and_a_campaign_are_bound(url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    print_quickly(monkeypatch)
    token = call("token", "create", "hy008", url=url).output.strip()
    under = ("--under", "HY", "--token", token)
    call("launch", "plan", *under, "--kind", "branch", url=url)
    one, everything = tmp_path / "one.pdf", tmp_path / "all.zip"
    bound = call("campaign", "file", *under, "--out", str(everything), url=url)
    assert "装订4件，成册5个文件" in bound.output, bound.output + bound.stderr
    assert everything.read_bytes().startswith(b"PK")
    engine = create_engine(url)
    with reading(engine) as session:
        number = session.scalars(select(Case.number)).first()
    engine.dispose()
    call("case", "file", str(number), "--out", str(one), url=url)
    assert one.read_bytes().startswith(b"%PDF")
    stranger = call("token", "create", "gj03", url=url).output.strip()
    assert "没有找到" in refusal(call("case", "file", str(number), "--out", str(one), "--token", stranger, url=url))
    assert "应由表彰机关的办事机构办理" in refusal(
        call("campaign", "certificates", "--under", "HY-1", "--token", token, "--out", str(one), url=url)
    )
