"""Hooks on the command line."""

from __future__ import annotations

import pytest

from tests.databases import Databases
from tests.enterprise import build
from tests.test_cli import call, refusal

URL = "https://robots.example/send?key=topsecret"


@pytest.fixture
def url(databases: Databases, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setenv("CHUANGYOU_OUTBOUND_HOSTS", "robots.example")
    return databases.fresh(build)


def test_a_hook_is_added_listed_and_removed(url: str) -> None:
    shown = call("hook", "add", "HY", "党建工作群", URL, "--format", "dingtalk", "--kind", "escalation", url=url)
    assert shown.exit_code == 0, shown.stderr
    listed = call("hook", "list", url=url).output
    assert "第1号 党建工作群：" in listed
    assert "钉钉群机器人，robots.example，逾期报告" in listed
    assert "topsecret" not in listed
    assert call("hook", "remove", "1", url=url).exit_code == 0
    assert "没有对外提醒" in call("hook", "list", url=url).output
    assert "没有找到" in refusal(call("hook", "remove", "1", url=url))


def test_an_address_that_is_not_allowed_is_refused_with_the_reason(url: str) -> None:
    sentence = refusal(call("hook", "add", "HY", "群", "https://evil.example/", "--format", "wecom", url=url))
    assert "CHUANGYOU_OUTBOUND_HOSTS" in sentence
