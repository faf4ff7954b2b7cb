"""Fonts: order of choice, fallbacks, what `doctor` reports."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
import time_machine
from fontTools.ttLib import TTFont

from tests.documents.papers import DEFINITIONS, folder, sample
from workflow.documents.fonts import CANDIDATES, OWN_FONTS, VARIABLES, FontReport, read_metrics, resolve_fonts
from workflow.documents.render import render_pdf
from workflow.documents.subsets import make_subsets, portions

FANG = OWN_FONTS / "FandolFang-Regular.otf"


def test_every_official_typeface_has_a_font_here() -> None:
    report = resolve_fonts()
    assert report.faults == ()
    assert [choice.official for choice in report.choices] == list(CANDIDATES) == list(VARIABLES)


def test_a_substitute_is_called_a_substitute() -> None:
    for line, choice in zip(resolve_fonts().lines(), resolve_fonts().choices, strict=True):
        assert line.startswith(choice.official)
        assert ("代用字体" in line) is not choice.is_licensed


def test_without_any_font_the_report_says_what_to_install(tmp_path: Path) -> None:
    report = resolve_fonts(own=tmp_path, system=())
    assert len(report.faults) == len(CANDIDATES)
    assert all("make setup" in fault for fault in report.faults)


def test_an_unreadable_font_file_is_passed_over(tmp_path: Path) -> None:
    (tmp_path / "broken.otf").write_bytes(b"not a font")
    assert resolve_fonts(own=tmp_path, system=()).choices[0].faces == ()


has_fandol = pytest.mark.skipif(not FANG.is_file(), reason="FandolFang is not unpacked here")


def with_subset(folder: Path, *characters: str) -> FontReport:
    """A folder with one font and what set-up makes of it."""
    shutil.copy(FANG, folder)
    make_subsets(folder, [[*map(ord, each)] for each in characters], system=())
    return resolve_fonts(own=folder, system=())


@has_fandol
def test_a_subset_is_asked_before_the_full_font(tmp_path: Path) -> None:
    faces = with_subset(tmp_path, "创先争优，", "鄂").choices[1].faces
    assert [face.path.parent.name for face in faces] == ["subset", "subset", tmp_path.name]
    assert [face.family for face in faces] == [f"FandolFang-Regular{each}" for each in ("", "-2", "-Full")]
    assert TTFont(faces[0].path).getBestCmap().keys() >= set(map(ord, "创先争优，09a"))
    assert TTFont(faces[1].path).getBestCmap().keys() == {*map(ord, " \u00a0\u3000鄂")}
    assert faces[0].path.stat().st_size < FANG.stat().st_size / 20


def test_a_rare_character_is_followed_by_space() -> None:
    """The space behind a character is drawn with the font of that character, which may be one of the smallest."""
    values = sample("shared/slip")
    values["case"]["subject"] = "石喆 "
    values["extra"] = {"fields": [{"title": "姓名", "value": "王镕　　陈㐀 刘堃\u00a0"}]}
    assert render_pdf(folder("shared/slip"), values).pages == 1


@has_fandol
def test_a_subset_has_the_same_bytes_whenever_it_is_made(tmp_path: Path) -> None:
    first = with_subset(tmp_path, "创先争优").choices[1].faces[0].path.read_bytes()
    with time_machine.travel("2031-01-01"):
        assert with_subset(tmp_path, "创先争优").choices[1].faces[0].path.read_bytes() == first


@has_fandol
def test_a_subset_measures_as_its_font_does(tmp_path: Path) -> None:
    first, second, whole = with_subset(tmp_path, "创先争，", "优").choices[1].faces
    subset, full = read_metrics((first, second)), read_metrics((whole,))
    for character in "创先争优，09a":
        assert subset.width(character) == pytest.approx(full.width(character), abs=0.0025)
        assert subset.ink(character) == pytest.approx(full.ink(character), abs=0.0035)
    assert (subset.ascent, subset.descent) == pytest.approx((full.ascent, full.descent), abs=0.0025)


@has_fandol
def test_the_report_names_a_font_once_and_knows_it_by_either_family(tmp_path: Path) -> None:
    report = with_subset(tmp_path, "创先争优")
    assert report.lines()[1] == "仿宋：FandolFang-Regular（代用字体）"
    assert report.first_families == {"FandolFang-Regular", "FandolFang-Regular-Full"}


@has_fandol
def test_a_licensed_font_is_used_as_it_is_when_installed(tmp_path: Path) -> None:
    font = TTFont(FANG)
    for record in font["name"].names:
        if record.nameID == 6:
            record.string = "FZFangSong-Z02S"
    font.save(tmp_path / "licensed.otf")
    choice = with_subset(tmp_path, "创先争优").choices[1]
    assert choice.is_licensed
    assert [face.postscript for face in choice.faces] == ["FZFangSong-Z02S", "FandolFang-Regular"]
    assert not list((tmp_path / "subset").glob("FZ*"))


def test_names_are_among_the_characters_of_the_subsets() -> None:
    common, listed = (
        (DEFINITIONS / "letterhead" / name).read_text(encoding="utf-8") for name in ("common.txt", "characters.txt")
    )
    first, second, third = portions(common, listed)
    assert {*map(ord, "创先争优，：〔〕")} <= {*first}
    assert {*map(ord, "镕喆堃昇珺玥翀犇")} <= {*third}
    assert len({*first, *second, *third}) == len(first) + len(second) + len(third) > 8_000
    assert len(first) < 2_600
    assert portions("# 㐀\n", "") == portions("", "# 㐀\n")


def test_the_style_sheet_names_each_typeface() -> None:
    css = resolve_fonts().css()
    assert all(f"--{name}:" in css for name in VARIABLES.values())


def test_half_width_digits_are_half_as_wide_as_a_character() -> None:
    metrics = resolve_fonts().metrics("仿宋")
    assert metrics is not None
    assert metrics.width("学") == pytest.approx(1.0, abs=0.01)
    assert 0.4 < metrics.width("2") < 0.65
