"""Special layouts: several issuers, a leader's stamp, tables on their side, long recipients, two-sided print."""

from __future__ import annotations

import shutil
from itertools import combinations, pairwise
from pathlib import Path
from typing import Any

import pytest

from tests.documents.measuring import BOTTOM, LEFT, RIGHT, lines, sheets, words_of
from tests.documents.papers import (
    DEFINITIONS,
    MILLIMETRE,
    TEMPLATES,
    Ink,
    folder,
    name_of,
    pages,
    rendered,
    sample,
    text,
)
from workflow.documents.render import render_pdf

PITCH = 156 / 28
NAMES = [name_of(path) for path in TEMPLATES]
JOINT, STAMPED, WIDE = "shared/joint_notice", "shared/signed_opinion", "shared/quota_notice"


def seals(page: Any) -> list[tuple[float, float]]:
    """Centres of the places for seals, in millimetres."""
    circles = [each for each in page.curves if each["width"] / MILLIMETRE == pytest.approx(42, abs=0.5)]
    return [((each["x0"] + each["x1"]) / 2 / MILLIMETRE, (each["top"] + each["bottom"]) / 2 / MILLIMETRE)
            for each in circles]  # fmt: skip


def word(page: Any, wanted: str) -> dict[str, Any]:
    """A word by how it ends."""
    found: dict[str, Any] = next(each for each in page.extract_words() if each["text"].endswith(wanted))
    return found


def test_marks_of_several_issuers_stand_in_rows_with_the_word_beside_them() -> None:
    ink = Ink(rendered(JOINT), 0, scale=8)
    left, top, right, bottom = ink.red(0, 60, 210, 140) or pytest.fail("no mark")
    assert top == pytest.approx(72, abs=0.5)
    assert (left + right) / 2 == pytest.approx((LEFT + RIGHT) / 2, abs=1)
    large = [each for each in sheets(JOINT)[0].chars if each["size"] > 25]
    heights = sorted({round(each["top"] / MILLIMETRE, 1) for each in large})
    assert len(heights) == 3
    (label,) = {round(each["top"] / MILLIMETRE, 1) for each in large if each["text"] in "文件"}
    assert label == heights[1]
    _, line, _, _ = ink.red(0, bottom + 5, 210, 160) or pytest.fail("no line")
    _, _, _, number = ink.box(0, bottom + 1, 210, line - 0.5) or pytest.fail("no number")
    assert line - number == pytest.approx(4, abs=0.5)


def test_each_issuer_has_a_seal_and_none_touches_another() -> None:
    page = sheets(JOINT)[-1]
    centres = seals(page)
    assert len(centres) == 3
    assert all(((a - c) ** 2 + (b - d) ** 2) ** 0.5 > 42 for (a, b), (c, d) in combinations(centres, 2))
    assert all(x - 21 >= LEFT and x + 21 <= RIGHT and y + 21 <= BOTTOM for x, y in centres)
    issuers = [word(page, each) for each in sample(JOINT)["document"]["joint"]]
    for (x, y), issuer in zip(centres, issuers, strict=True):
        assert (issuer["x0"] + issuer["x1"]) / 2 / MILLIMETRE == pytest.approx(x, abs=1)
        assert 0 <= (issuer["top"] + issuer["bottom"]) / 2 / MILLIMETRE - y < 10
        assert issuer["x1"] / MILLIMETRE <= RIGHT + 0.5
    date = word(page, "2012年5月8日")
    assert 0 < date["top"] / MILLIMETRE - centres[-1][1] < 21


@pytest.mark.parametrize("pressed", [(0,), (1,), (0, 2), (0, 1, 2)])
def test_each_seal_is_pressed_for_its_own_body_alone_and_the_others_keep_their_places(pressed: tuple[int, ...]) -> None:
    values = sample(JOINT)
    pixel = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg=="
    images = [f"data:image/png;base64,{pixel}" if each in pressed else "" for each in range(3)]
    values["document"] |= {"seal": {"required": True, "image": images[0]}, "joint_seals": images}
    page = pages(render_pdf(folder(JOINT), values))[-1]
    assert (len(page.images), len(seals(page))) == (len(pressed), 3 - len(pressed))
    issuers = [word(page, values["document"]["joint"][each]) for each in pressed]
    for image, issuer in zip(page.images, issuers, strict=True):
        assert (image["x1"] - image["x0"]) / MILLIMETRE == pytest.approx(42, abs=0.5)
        assert (image["x0"] + image["x1"]) / 2 == pytest.approx((issuer["x0"] + issuer["x1"]) / 2, abs=3)
        assert image["top"] < issuer["top"] < image["bottom"]


@pytest.mark.parametrize(
    ("joint", "rows"),
    [
        (["滨河发电公司党委", "滨河发电公司工会"], (2,)),
        (["第一公司党委", "研究院党委", "营销公司党总支", "物流公司党委"], (3, 1)),
        ([f"恒岳集团第{each}制造公司党委" for each in "一二三四五"], (2, 2, 1)),
    ],
)
def test_several_issuers_stand_beside_one_another(joint: list[str], rows: tuple[int, ...]) -> None:
    values = sample(JOINT)
    values["document"]["joint"] = joint
    centres = seals(pages(render_pdf(folder(JOINT), values))[-1])
    heights = sorted({round(y) for _, y in centres})
    assert tuple(sum(round(y) == height for _, y in centres) for height in heights) == rows
    assert all(((a - c) ** 2 + (b - d) ** 2) ** 0.5 > 42 for (a, b), (c, d) in combinations(centres, 2))
    assert all(x - 21 >= LEFT and x + 21 <= RIGHT for x, _ in centres)


def test_a_leaders_stamp_stands_four_characters_in_with_the_post_two_before_it() -> None:
    page = sheets(STAMPED)[-1]
    box = next(each for each in page.lines if 35 < each["width"] / MILLIMETRE < 45)
    assert RIGHT - box["x1"] / MILLIMETRE == pytest.approx(4 * PITCH, abs=1)
    assert box["x0"] / MILLIMETRE - word(page, "党委书记")["x1"] / MILLIMETRE == pytest.approx(2 * PITCH, abs=1)
    assert RIGHT - word(page, "2012年5月30日")["x1"] / MILLIMETRE == pytest.approx(4 * PITCH, abs=1)


def test_headings_have_the_typeface_of_their_level() -> None:
    faces = {}
    for page in sheets(STAMPED):
        for row in lines(page):
            line = "".join(each["text"] for each in row)
            for mark in ("二、", "（二）", "1.", "（2）"):
                if line.startswith(mark):
                    faces[mark] = row[0]["fontname"].partition("+")[2]
    assert len({faces["二、"], faces["（二）"], faces["1."]}) == 3
    assert faces["1."] == faces["（2）"]


def test_a_wide_table_lies_on_its_side_with_its_head_at_the_left() -> None:
    page = next(each for each in sheets(WIDE) if any(not char["upright"] for char in each.chars))
    turned = {char["text"]: char for char in reversed(page.chars) if not char["upright"]}
    assert turned["附"]["x0"] < turned["序"]["x0"] < turned["滨"]["x0"]
    assert turned["附"]["x0"] / MILLIMETRE == pytest.approx(LEFT, abs=1)
    assert words_of(page, 264, 275) == f"— {page.page_number} —"


def test_attachments_begin_pages_in_the_order_and_words_of_their_list() -> None:
    for number, title in enumerate(sample(WIDE)["document"]["attachments"], start=1):
        (page,) = [each for each in sheets(WIDE)[2:] if title in "".join(char["text"] for char in each.chars)]
        assert f"附件{number}" in "".join(char["text"] for char in page.chars)


def test_recipients_without_end_move_to_the_imprint() -> None:
    values = sample("shared/red_head")
    names = [f"第{number}发电公司党委" for number in range(1, 25)]
    values["document"] |= {"main": names}
    pdf = render_pdf(folder("shared/red_head"), values)
    first, last = pages(pdf)[0].extract_text(), pages(pdf)[-1].extract_text()
    assert "第1发电公司党委" not in first
    assert last.index("主送：第1发电公司党委") < last.index("抄送：")
    assert "创先争优活动第二阶段" in first


def test_urgency_stands_at_the_top_of_the_type_area() -> None:
    values = sample("shared/red_head")
    values["document"] |= {"copy_number": "000012", "secrecy": "内部", "urgency": "特急"}
    page = pages(render_pdf(folder("shared/red_head"), values))[0]
    marks = [word(page, each) for each in ("000012", "内部", "特急")]
    assert all(upper["bottom"] < lower["bottom"] for upper, lower in pairwise(marks))
    assert all(each["x0"] / MILLIMETRE == pytest.approx(LEFT, abs=1) for each in marks)
    assert marks[-1]["bottom"] / MILLIMETRE < 72


def test_two_sided_print_has_the_binding_at_the_right_of_even_pages(tmp_path: Path) -> None:
    shutil.copytree(DEFINITIONS / "letterhead", tmp_path / "letterhead")
    numbers = tmp_path / "letterhead" / "letterhead.yaml"
    numbers.write_text(numbers.read_text(encoding="utf-8").replace("mirror: false", "mirror: true"), encoding="utf-8")
    template = tmp_path / "letterhead" / "shared" / "leading_group_notice"
    first, second, *_ = pages(render_pdf(template, sample("shared/leading_group_notice")))
    for page, left in ((first, 28), (second, 26)):
        flush = min(each["x0"] for row in lines(page) for each in row) / MILLIMETRE
        assert flush == pytest.approx(left, abs=0.5)


def test_nothing_ever_says_that_a_page_has_no_text() -> None:
    assert all("此页无正文" not in text(rendered(name)) for name in (JOINT, STAMPED, WIDE))


CLOSINGS = {
    "请示": ("妥否，请批示。", "以上请示当否，请批示。"),
    "报告": ("特此报告。", "以上报告，请审阅。"),
    "批复": ("此复。", "特此批复。"),
    "函": ("特此函告。", "请予函复。", "特此函复。"),
}


@pytest.mark.parametrize("name", [name for name in NAMES if sample(name)["document"]["kind"] in CLOSINGS])
def test_a_document_closes_and_a_reply_opens_in_the_words_of_its_kind(name: str) -> None:
    kind, read = sample(name)["document"]["kind"], text(rendered(name))
    assert any(closing in read for closing in CLOSINGS[kind])
    if kind == "批复":
        assert "收悉。经研究，现批复如下：" in read


def test_any_reply_written_in_the_form_opens_with_the_request_it_answers() -> None:
    values = sample("shared/red_head")
    values["document"] |= {"kind": "批复"}
    values["extra"] |= {"request": {"title": "滨河发电公司党委关于延期的请示", "number": "滨电党请〔2012〕3号"}}
    read = text(render_pdf(folder("shared/red_head"), values))
    assert "《滨河发电公司党委关于延期的请示》（滨电党请〔2012〕3号）收悉。经研究，现批复如下：" in read
    assert read.index("现批复如下") < read.index("此复。")


def test_an_opinion_that_a_vote_has_given_is_left_to_be_signed_by_hand() -> None:
    values = sample("commendation/nomination_form")
    voted = {
        "id": "W02",
        "title": "支部大会通过",
        "actor": "系统",
        "post": "",
        "body": "",
        "on": "2012-05-14",
        "opinion": "",
    }
    values["acts"] = [voted]
    read = text(render_pdf(folder("commendation/nomination_form"), values))
    assert "支部大会通过。" in read
    assert "系统" not in read
    assert "签名（盖章）：" in read
