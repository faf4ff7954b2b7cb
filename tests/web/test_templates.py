"""Templates use only classes that the built styles have, and never switch escaping off."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from web.static_files import FOLDER

TEMPLATES = sorted((FOLDER.parent / "templates").rglob("*.html"))
CLASSES = re.compile(r'class="([^"]*)"')
CODE = re.compile(r"{[{%].*?[%}]}", re.DOTALL)
STYLED = re.compile(r"\.(-?[A-Za-z_][A-Za-z0-9_-]*)")
#: Classes without a rule of their own: names for scripts and for readers.
PLAIN = {"case-main", "case-rest", "figure", "label", "name", "past"}


@pytest.fixture(scope="module")
def styled() -> set[str]:
    """Every class for which there is a rule."""
    sheets = [*FOLDER.glob("vendor/tabler.*.css"), FOLDER / "chuangyou.css"]
    assert len(sheets) == 2, "请先运行 make setup，生成网页样式"
    return {name for sheet in sheets for name in STYLED.findall(sheet.read_text(encoding="utf-8"))}


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.name)
def test_every_class_has_a_rule(template: Path, styled: set[str]) -> None:
    used: set[str] = set()
    text = CODE.sub(lambda code: code[0].replace('"', "'"), template.read_text(encoding="utf-8"))
    for value in CLASSES.findall(text):
        used |= {each for each in CODE.sub(" ", value).split() if each}
    assert used - styled - PLAIN == set()


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.name)
def test_nothing_is_marked_safe_and_nothing_is_inline(template: Path) -> None:
    text = template.read_text(encoding="utf-8")
    assert "|safe" not in text
    assert "autoescape" not in text
    assert not re.search(r"\sstyle=", text)
    assert not re.search(r"\son[a-z]+=", text)
