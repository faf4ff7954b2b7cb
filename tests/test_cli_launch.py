"""A stage opened over a tree from the command line."""

from __future__ import annotations

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


def test_a_stage_is_launched_and_the_rest_made_up(url: str) -> None:
    token = call("token", "create", "hy008", url=url).output.strip()
    under = ("--under", "HY", "--token", token)
    first = call("launch", "plan", *under, "--kind", "branch", "--set", "central_work=提质增效", url=url)
    assert first.exit_code == 0, first.output + first.stderr
    assert "新发起4件，已有0件，未发起0件" in first.output
    second = call("launch", "plan", *under, "--kind", "branch", "--kind", "sub_committee", url=url)
    assert "新发起2件，已有4件，未发起0件" in second.output
    pledges = call("launch", "pledge", *under, "--kind", "branch", url=url)
    assert pledges.exit_code == 1
    assert "未发起4件：不能发起公开承诺：本组织的实施方案还没有公布" in pledges.output
    assert "没有找到代码为“XX”的组织" in refusal(
        call("launch", "plan", "--under", "XX", "--token", token, "--kind", "branch", url=url)
    )
