"""What was struck out and what was put in between two versions of a text."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from workflow.engine.comparing import GONE, NEW, SAME, Line, compared

TEXTS = st.lists(st.text("措施责任人完成2012年月日。，；", max_size=12), max_size=6).map("\n".join)


def marked(lines: tuple[Line, ...]) -> list[str]:
    """-struck out-, +put in+, … for what is left out."""
    marks = {SAME: "", GONE: "-", NEW: "+"}
    return [
        "…" if line.is_gap else "".join(f"{marks[each.kind]}{each.text}{marks[each.kind]}" for each in line.pieces)
        for line in lines
    ]


def test_words_are_struck_out_and_put_in() -> None:
    before, after = "第二项由有关部门负责，上半年完成。", "第二项由党建工作部负责，2012年6月30日前完成。"
    assert marked(compared(before, after)) == ["第二项由-有关部门-+党建工作部+负责，-上半年-+2012年6月30日前+完成。"]


def test_of_a_long_text_the_changed_paragraphs_are_shown_with_context() -> None:
    before = "\n".join(f"第{number}段不变的内容" for number in range(20))
    after = before.replace("第9段不变的内容", "第9段改过的内容")
    assert marked(compared(before, after)) == [
        "…",
        "第8段不变的内容",
        "第9段-不变-+改过+的内容",
        "第10段不变的内容",
        "…",
    ]


def test_a_number_is_changed_whole() -> None:
    assert marked(compared("限额1500元", "限额1800元")) == ["限额-1500-+1800+元"]
    assert marked(compared("完成时限2012年6月7日", "完成时限2012年6月30日")) == [
        "完成时限-2012年6月7日-+2012年6月30日+"
    ]


def test_paragraphs_that_have_nothing_in_common_are_replaced_whole() -> None:
    assert marked(compared("加强组织领导", "经费列入预算")) == ["-加强组织领导-+经费列入预算+"]


def test_the_same_text_has_no_changes() -> None:
    assert compared("一\n二", "一\n二") == ()


def test_a_paragraph_more_or_less_is_put_in_or_struck_out_whole() -> None:
    assert marked(compared("一\n二", "一\n二\n三")) == ["…", "二", "+三+"]
    assert marked(compared("一\n二\n三", "一\n二")) == ["…", "二", "-三-"]
    assert marked(compared("", "一")) == ["+一+"]
    assert marked(compared("一\n\n二", "一\n二")) == ["一", "--", "二"]


def test_nothing_stands_for_paragraphs_that_are_shown() -> None:
    assert marked(compared("一\n二\n三", "改\n二\n三")) == ["-一-+改+", "二", "…"]
    assert marked(compared("一\n二", "改\n二")) == ["-一-+改+", "二"]
    assert marked(compared("一\n二", "一\n改")) == ["一", "-二-+改+"]
    assert marked(compared("一\n二\n三\n四\n五", "改\n二\n三\n四\n换")) == ["-一-+改+", "二", "…", "四", "-五-+换+"]
    assert marked(compared("一\n二\n三\n四", "改\n二\n三\n换")) == ["-一-+改+", "二", "三", "-四-+换+"]


def test_one_character_between_two_changes_is_written_anew_with_them() -> None:
    assert marked(compared("甲乙丙丁戊己庚辛", "甲子丙丑戊己庚辛")) == ["甲-乙丙丁-+子丙丑+戊己庚辛"]
    assert marked(compared("甲乙丙丁戊己庚辛", "甲子丙丁丑己庚辛")) == ["甲-乙-+子+丙丁-戊-+丑+己庚辛"]
    assert marked(compared("甲乙丙丁戊己庚辛", "甲丙子戊己庚辛")) == ["甲-乙丙丁-+丙子+戊己庚辛"]
    assert marked(compared("甲乙丙丁戊己庚辛", "甲乙丙丁戊己子辛")) == ["甲乙丙丁戊己-庚-+子+辛"]
    assert marked(compared("甲乙丙丁戊己庚辛", "子乙丑丁寅己庚辛")) == ["-甲乙丙丁戊-+子乙丑丁寅+己庚辛"]


def test_two_fifths_in_common_are_versions_of_one_another() -> None:
    assert marked(compared("甲乙丙丁戊", "甲乙子丑寅")) == ["甲乙-丙丁戊-+子丑寅+"]
    assert marked(compared("甲乙丙丁戊", "甲子丑寅卯")) == ["-甲乙丙丁戊-+甲子丑寅卯+"]


def test_characters_used_often_are_compared_like_others() -> None:
    """difflib takes what is frequent in a long text for noise, unless it is told not to."""
    text = "的一是了" * 60
    assert marked(compared(f"子{text}甲", f"丑{text}乙")) == [f"-子-+丑+{text}-甲-+乙+"]
    lines = "\n".join(["同上"] * 250)
    found = marked(compared(f"子\n{lines}\n甲", f"丑\n{lines}\n乙"))
    assert found == ["-子-+丑+", "同上", "…", "同上", "-甲-+乙+"]


@given(TEXTS, TEXTS)
def test_both_versions_can_be_read_off_the_changed_paragraphs(before: str, after: str) -> None:
    lines = compared(before, after)
    for text, gone in ((before, NEW), (after, GONE)):
        shown = ["".join(each.text for each in line.pieces if each.kind != gone) for line in lines if not line.is_gap]
        rest = iter(text.splitlines())
        assert all(any(line == other for other in rest) for line in shown if line), (before, after)
