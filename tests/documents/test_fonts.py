"""Fonts: order of choice, fallbacks, what `doctor` reports."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from workflow.documents.fonts import CANDIDATES, OWN_FONTS, VARIABLES, resolve_fonts


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


@pytest.mark.skipif(not (OWN_FONTS / "FandolFang-Regular.otf").is_file(), reason="FandolFang is not unpacked here")
def test_a_subset_is_preferred_to_the_full_font(tmp_path: Path) -> None:
    (tmp_path / "subset").mkdir()
    for target in (tmp_path, tmp_path / "subset"):
        shutil.copy(OWN_FONTS / "FandolFang-Regular.otf", target)
    faces = resolve_fonts(own=tmp_path, system=()).choices[1].faces
    assert [face.path.parent.name for face in faces] == ["subset"]


def test_the_style_sheet_names_each_typeface() -> None:
    css = resolve_fonts().css()
    assert all(f"--{name}:" in css for name in VARIABLES.values())


def test_half_width_digits_are_half_as_wide_as_a_character() -> None:
    metrics = resolve_fonts().metrics("仿宋")
    assert metrics is not None
    assert metrics.width("学") == pytest.approx(1.0, abs=0.01)
    assert 0.4 < metrics.width("2") < 0.65
