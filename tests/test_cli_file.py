"""Files from the command line."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.databases import Databases
from tests.enterprise import build
from tests.test_cli import call, refusal
from workflow.store.jobs import install_queue


@pytest.fixture
def url(databases: Databases) -> str:
    found = databases.fresh(build)
    install_queue(found)
    return found


def test_a_case_and_a_campaign_are_bound(url: str, tmp_path: Path) -> None:
    token = call("token", "create", "hy008", url=url).output.strip()
    under = ("--under", "HY", "--token", token)
    call("launch", "plan", *under, "--kind", "branch", url=url)
    one, all_, alone = tmp_path / "one.pdf", tmp_path / "all.zip", tmp_path / "alone.pdf"
    number = next(f"{each}-M1-000001" for each in ("2012", "2026") if call(
        "case", "file", f"{each}-M1-000001", "--out", str(one), url=url).exit_code == 0)  # fmt: skip
    assert one.read_bytes().startswith(b"%PDF")
    stranger = call("token", "create", "gj03", url=url).output.strip()
    assert "没有找到" in refusal(call("case", "file", number, "--out", str(one), "--token", stranger, url=url))
    bound = call("campaign", "file", *under, "--out", str(all_), url=url)
    assert "装订4件，成册5个文件" in bound.output, bound.output + bound.stderr
    assert all_.read_bytes().startswith(b"PK")
    call("campaign", "file", *under, "--by-stage", "--out", str(alone), url=url)
    assert alone.read_bytes().startswith(b"%PDF")
    assert "应由表彰机关的办事机构办理" in refusal(call(
        "campaign", "certificates", "--under", "HY-1", "--token", token, "--out", str(alone), url=url))  # fmt: skip
