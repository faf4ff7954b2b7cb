"""Titles broken by sense (GB/T 9704-2012 7.3.1)."""

from __future__ import annotations

import pytest

from tests.documents.papers import DEFINITIONS
from workflow.documents.titles import break_title

GROUP = "中共华远能源集团有限公司委员会"
WORDS = frozenset((DEFINITIONS / "letterhead" / "words.txt").read_text(encoding="utf-8").split()) | {GROUP}


@pytest.mark.parametrize(
    ("title", "lines"),
    [
        ("推荐审批表", ("推荐审批表",)),
        (GROUP + "关于深入开展创先争优活动的实施意见", (GROUP, "关于深入开展创先争优活动的实施意见")),
        (GROUP + "关于对滨河发电公司党委限期整改的通知", (GROUP, "关于对滨河发电公司党委限期整改的通知")),
        (GROUP + "关于2012年创先争优活动考核情况的通报", (GROUP, "关于2012年创先争优活动考核情况的通报")),
        ("第一行\n第二行", ("第一行", "第二行")),
    ],
)
def test_a_title_breaks_between_issuer_and_matter(title: str, lines: tuple[str, ...]) -> None:
    assert break_title(title, 20, WORDS) == lines


@pytest.mark.parametrize(
    "matter", ["报送整改方案", "表彰创先争优先进基层党组织和优秀共产党员", "撤销对滨河发电公司限期整改通知"]
)
def test_no_line_is_too_long_begins_badly_or_tears_a_word(matter: str) -> None:
    title = f"{GROUP}关于{matter}的决定"
    lines = break_title(title, 20, WORDS)
    assert "".join(lines) == title
    assert all(len(line) <= 20 and line[0] not in "的和、" for line in lines)
    assert not any(line.endswith("关于") for line in lines)
    torn = [word for word in ("创先争优", "共产党员", "党组织", "限期整改") if word in title]
    assert all(any(word in line for line in lines) for word in torn)


def test_lines_do_not_form_an_hourglass() -> None:
    title = GROUP + "关于报送《" + GROUP + "关于深入开展创先争优活动的实施意见》的报告"
    lengths = [len(line) for line in break_title(title, 20, WORDS)]
    assert not any(lengths[i] < min(lengths[i - 1], lengths[i + 1]) for i in range(1, len(lengths) - 1))
