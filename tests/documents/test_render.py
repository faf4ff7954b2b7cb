"""From values to bytes: every template, reproducibility, fonts, rare characters, hostile input."""

from __future__ import annotations

import io
import subprocess
import sys
from pathlib import Path
from typing import Any

import pdfplumber
import pytest
from pdfminer.pdftypes import resolve1
from weasyprint import HTML

from tests.documents.papers import DEFINITIONS, OPINION, TEMPLATES, folder, name_of, pages, rendered, sample, text
from workflow.documents.fonts import resolve_fonts
from workflow.documents.glyphs import MissingGlyph, TemplateFault
from workflow.documents.press import _press
from workflow.documents.render import render_html, render_pdf
from workflow.documents.sheets import Sheets
from workflow.documents.shortcuts import WAYS, places

LEFT_OVERS = ("{{", "}}", "{%", "None", "Undefined", "False", "[]")
HOSTILE = "<script>alert(1)</script><img src='https://example.com/x.png'>{{ 7*7 }}{% include 'x' %}&lt;\"'"


def font_descriptors(data: bytes) -> list[dict[str, Any]]:
    document = pdfplumber.open(io.BytesIO(data)).doc
    numbers = {number for xref in document.xrefs for number in xref.get_objids()}
    objects = [resolve1(document.getobj(number)) for number in sorted(numbers)]
    return [each for each in objects if isinstance(each, dict) and str(each.get("Type")) == "/'FontDescriptor'"]


@pytest.mark.parametrize("path", TEMPLATES, ids=name_of)
def test_every_template_renders_from_its_sample(path: Path) -> None:
    pdf = rendered(name_of(path))
    assert pdf.data.startswith(b"%PDF-")
    assert pdf.pages == len(pages(pdf))
    assert [left for left in LEFT_OVERS if left in text(pdf)] == []


@pytest.mark.parametrize("path", TEMPLATES, ids=name_of)
def test_every_font_is_embedded(path: Path) -> None:
    descriptors = font_descriptors(rendered(name_of(path)).data)
    assert descriptors
    assert all("FontFile2" in each or "FontFile3" in each for each in descriptors)


@pytest.mark.parametrize("name", [OPINION, "commendation/certificate", "mass_appraisal/tally_sheet"])
def test_two_renders_are_byte_identical(name: str) -> None:
    assert render_pdf(folder(name), sample(name)).data == rendered(name).data


@pytest.mark.parametrize("name", ["commendation/decision", "rectification/ledger"])
def test_the_short_way_to_a_paper_gives_the_bytes_of_the_long_one(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    data = rendered(name).data
    monkeypatch.setattr("workflow.documents.press.Paper", HTML)
    monkeypatch.setattr(Sheets, "plain", lambda sheets, _constants: sheets.text)
    monkeypatch.setattr("workflow.documents.press._press", _press.__wrapped__)
    for long, short in WAYS:
        taken = list(places(long if "." in long.__qualname__ else short))
        assert taken, f"nothing is {short.__name__}"
        for owner, each in taken:
            monkeypatch.setattr(owner, each, long)
    assert render_pdf(folder(name), sample(name)).data == data


def test_another_process_gives_the_same_bytes() -> None:
    script = "import sys; from tests.documents.papers import rendered; print(rendered(sys.argv[1]).sha256)"
    answer = subprocess.run(
        [sys.executable, "-c", script, OPINION], capture_output=True, text=True, check=True, cwd=DEFINITIONS.parent
    )
    assert answer.stdout.strip() == rendered(OPINION).sha256


def test_rare_characters_of_names_are_drawn_and_can_be_copied() -> None:
    rare = "镕喆堃昇珺玥翀犇"
    values = sample("shared/red_head")
    values["extra"]["text"] = f"表彰{rare}等同志。"
    pdf = render_pdf(folder("shared/red_head"), values)
    assert f"表彰{rare}等同志" in text(pdf)
    supplied = "".join(use.supplied for use in pdf.fonts if use.is_fallback)
    assert set(rare) & set(supplied) == set(supplied)
    own = {face.postscript for choice in resolve_fonts().choices for face in choice.faces if face.is_own}
    assert {use.font for use in pdf.fonts} & own


def test_a_character_without_a_shape_is_refused_by_name() -> None:
    values = sample("shared/red_head")
    values["extra"]["text"] = "表彰\ue123同志。"
    with pytest.raises(MissingGlyph) as refusal:
        render_pdf(folder("shared/red_head"), values)
    assert refusal.value.character == "\ue123"
    assert "U+E123" in refusal.value.message
    assert values["document"]["title"] in refusal.value.message


@pytest.mark.parametrize("name", ["shared/red_head", "shared/slip", "pledge/member_pledge", "rectification/notice"])
def test_hostile_text_stays_text(name: str) -> None:
    values = hostile(sample(name))
    html = render_html(folder(name), values)
    assert "<script" not in html
    assert "<img" not in html
    pdf = render_pdf(folder(name), values)
    assert "<script>alert(1)</script>" in text(pdf)
    assert "{{7*7}}" in text(pdf)


def hostile(value: Any, key: str = "") -> Any:
    """Every free text with an attack appended; fields that choose or date something stay."""
    if isinstance(value, dict):
        return {name: hostile(each, name) for name, each in value.items()}
    if isinstance(value, list):
        return [hostile(each, key) for each in value]
    kept = {
        "on",
        "due_on",
        "date",
        "printed_on",
        "number",
        "kind",
        "image",
        "goal",
        "state",
        "id",
        "version",
        "mark",
        "opened_on",
    }
    return value + HOSTILE if isinstance(value, str) and value and key not in kept else value


@pytest.mark.parametrize(
    "trick",
    [
        "{{ ''.__class__.__mro__ }}",
        "{{ document.__class__ }}",
        "{{ document.items() }}",
        "{{ document.title.format(1) }}",
        "{{ document.main.append('x') }}",
        "{{ self.__init__.__globals__ }}",
        "{{ cycler.__init__.__globals__.os }}",
        "{{ document.missing }}",
        "{{ lipsum() }}",
        "{% include '../../etc/passwd' %}",
        "{% include '/etc/passwd' %}",
        "{{ range(999999999) | list }}",
        "{% for x in document.title",
    ],
)
def test_the_sandbox_denies(tmp_path: Path, trick: str) -> None:
    with pytest.raises(TemplateFault):
        render_html(template(tmp_path, trick), sample("shared/slip"))


@pytest.mark.parametrize("trick", ["{{ document.get }}", "{{ document.title.upper }}", "{{ document.main.sort }}"])
def test_values_have_no_methods(tmp_path: Path, trick: str) -> None:
    with pytest.raises(TemplateFault):
        render_html(template(tmp_path, trick), sample("shared/slip"))


def test_a_field_called_items_is_a_field(tmp_path: Path) -> None:
    assert "一、二" in render_html(
        template(tmp_path, "{{ case.data.items|listed }}"), {"case": {"data": {"items": ["一", "二"]}}}
    )


@pytest.mark.parametrize("value", [object(), b"bytes", {1, 2}, Path("x"), len])
def test_only_plain_values_enter_a_template(value: object) -> None:
    with pytest.raises(TemplateFault):
        render_html(folder("shared/slip"), {**sample("shared/slip"), "extra": {"x": value}})


@pytest.mark.parametrize(
    "address",
    [
        "https://example.com/a.png",
        "http://127.0.0.1:1/a.png",
        "file:///etc/hostname",
        "ftp://example.com/a",
        "../campaign.yaml",
    ],
)
def test_no_outside_resource_is_loaded(address: str) -> None:
    values = sample("shared/urge_slip")
    values["document"]["seal"] = {"required": True, "image": address}
    with pytest.raises(TemplateFault, match="外部资源"):
        render_pdf(folder("shared/urge_slip"), values)


def test_a_seal_image_may_come_as_data() -> None:
    values = sample("shared/urge_slip")
    pixel = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg=="
    values["document"]["seal"] = {"required": True, "image": f"data:image/png;base64,{pixel}"}
    pdf = render_pdf(folder("shared/urge_slip"), values)
    assert pages(pdf)[0].images
    assert "印章位置" not in text(pdf)


def test_an_unnumbered_paper_says_draft_and_shows_no_number() -> None:
    values = sample(OPINION)
    values["document"]["number"] = ""
    drawn = text(render_pdf(folder(OPINION), values))
    assert "〔草稿未编号〕" in drawn
    assert "〕8号" not in drawn


def test_a_template_outside_the_definitions_is_refused(tmp_path: Path) -> None:
    with pytest.raises(TemplateFault):
        render_html(tmp_path / "anything", {})


def template(definitions: Path, source: str) -> Path:
    """A definitions folder of its own with one template."""
    (definitions / "letterhead").symlink_to(DEFINITIONS / "letterhead")
    made = definitions / "stages" / "x" / "documents" / "y"
    made.mkdir(parents=True)
    (made / "template.html").write_text(source, encoding="utf-8")
    return made
