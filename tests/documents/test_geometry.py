"""The page of GB/T 9704-2012, measured in the PDF (domain.md §10, test vector 6)."""

from __future__ import annotations

from typing import Any

import pytest

from tests.documents.papers import MILLIMETRE, OPINION, Ink, folder, pages, rendered, sample
from workflow.documents.render import RenderedPdf, render_pdf

RED_HEADS = [
    OPINION,
    "filing/filing_report",
    "plan/scheme_notice",
    "plan/approval_request",
    "commendation/request",
    "commendation/reply",
    "commendation/decision",
    "rectification/notice",
    "rectification/report",
    "assessment/circular",
]
LEFT, RIGHT, TOP, BOTTOM = 28.0, 184.0, 37.0, 262.0


def filled(paragraphs: int) -> RenderedPdf:
    """An opinion whose body is nothing but full-width characters."""
    values = sample("shared/red_head")
    values["extra"]["text"] = "\n".join(["学" * 280] * paragraphs)
    return render_pdf(folder("shared/red_head"), values)


def lines_of(page: Any) -> list[list[dict[str, Any]]]:
    """Body characters by baseline, from the top."""
    rows: dict[float, list[dict[str, Any]]] = {}
    for character in page.chars:
        if 15 < character["size"] < 16.5 and character["text"].strip():
            rows.setdefault(round(character["matrix"][5], 0), []).append(character)
    return [rows[key] for key in sorted(rows, reverse=True)]


def test_paper_is_a4() -> None:
    page = pages(rendered(OPINION))[0]
    assert (page.width / MILLIMETRE, page.height / MILLIMETRE) == pytest.approx((210, 297), abs=0.1)


def test_a_full_page_has_22_lines_of_28_characters_inside_156_millimetres() -> None:
    lines = lines_of(pages(filled(5))[1])
    assert len(lines) == 22
    full = [line for line in lines if len(line) == 28]
    assert len(full) > 15
    for line in full:
        assert min(each["x0"] for each in line) >= LEFT * MILLIMETRE - 0.1
        assert max(each["x1"] for each in line) <= RIGHT * MILLIMETRE
        assert line[-1]["x0"] - line[0]["x0"] == pytest.approx(27 * 156 / 28 * MILLIMETRE, abs=0.5)


def test_the_text_fills_the_type_area_and_no_more() -> None:
    left, top, right, bottom = Ink(filled(5), 1).box(0, 0, 210, 264) or pytest.fail("empty page")
    assert top == pytest.approx(TOP, abs=1)
    assert left == pytest.approx(LEFT, abs=1)
    assert bottom == pytest.approx(BOTTOM, abs=0.5)
    assert right == pytest.approx(RIGHT, abs=1)
    assert right <= RIGHT


@pytest.mark.parametrize("name", RED_HEADS)
def test_the_imprint_stands_on_the_bottom_of_the_last_page(name: str) -> None:
    pdf = rendered(name)
    rules = Ink(pdf, pdf.pages - 1).rules(215, 263)
    assert len(rules) >= 2
    assert rules[-1][1] == pytest.approx(BOTTOM, abs=0.2)
    for upper, lower in rules:
        expected = 0.35 if (upper, lower) in (rules[0], rules[-1]) else 0.25
        assert lower - upper == pytest.approx(expected, abs=0.1)


def test_an_upward_document_names_its_signatory_on_the_line_of_the_number() -> None:
    page = pages(rendered("commendation/request"))[0]
    line = page.crop((0, 105 * MILLIMETRE, page.width, 118 * MILLIMETRE)).extract_text()
    assert line == "华远党请〔2012〕4号 签发人：秦守正"


@pytest.mark.parametrize("name", RED_HEADS)
def test_the_first_page_shows_body_text(name: str) -> None:
    below_title = [line for line in lines_of(pages(rendered(name))[0]) if line[0]["top"] / MILLIMETRE > 165]
    assert len(below_title) >= 2


@pytest.mark.parametrize("name", RED_HEADS)
def test_signature_and_imprint_never_stand_without_text(name: str) -> None:
    for page in pages(rendered(name)):
        own = [line for line in lines_of(page) if line[0]["top"] / MILLIMETRE < 262]
        assert own or page.find_tables()


@pytest.mark.parametrize("length", range(1, 30, 2))
def test_wherever_the_text_ends_the_signature_takes_text_with_it(length: int) -> None:
    values = sample("shared/red_head")
    values["extra"]["text"] = "\n".join(["各级党组织要认真组织学习。"] * length)
    last = pages(render_pdf(folder("shared/red_head"), values))[-1].extract_text()
    assert "各级党组织" in last or "特此通知" in last
    assert "印发" in last


def test_the_seal_is_a_dotted_circle_of_42_millimetres_over_issuer_and_date() -> None:
    page = pages(rendered(OPINION))[-1]
    assert any(each["width"] / MILLIMETRE == pytest.approx(42, abs=0.3) for each in page.curves)
    date = next(word for word in page.extract_words() if word["text"].endswith("2012年3月20日"))
    label = next(word for word in page.extract_words() if word["text"] == "印章位置")
    assert label["x0"] < (date["x0"] + date["x1"]) / 2 < label["x1"]
    assert 0 < (date["top"] - label["top"]) / MILLIMETRE < 42


@pytest.mark.parametrize("issuer", ["滨河党委", "中共华远能源集团有限公司委员会"])
def test_without_a_seal_the_date_begins_two_characters_right_of_the_issuer(issuer: str) -> None:
    values = sample("shared/red_head")
    values["document"] |= {"issuer": issuer, "seal": {"required": False, "image": ""}}
    last = pages(render_pdf(folder("shared/red_head"), values))[-1]
    words = last.extract_words()
    name = next(word for word in words if word["text"] == issuer)
    date = next(word for word in words if word["text"] == "2012年10月9日")
    pitch = 156 / 28 * MILLIMETRE
    assert date["x0"] - name["x0"] == pytest.approx(2 * pitch, abs=1)
    assert RIGHT * MILLIMETRE - max(name["x1"], date["x1"]) == pytest.approx(2 * pitch, abs=1.5)


def test_minutes_are_never_sealed() -> None:
    assert "印章位置" not in pages(rendered("vote_session/committee_minutes"))[-1].extract_text()
