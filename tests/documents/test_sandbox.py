"""A hostile template is refused before anything is fetched; hostile values come out as the text that they are."""

from __future__ import annotations

import socket
from pathlib import Path
from time import monotonic
from typing import Any

import pytest

from tests.documents.papers import DEFINITIONS, folder, pages, sample, text
from tests.documents.test_render import template
from workflow.documents import bounds
from workflow.documents.glyphs import TemplateFault
from workflow.documents.render import render_html, render_pdf, render_specimen

PAGE = '<!doctype html><html><head><title>x</title>{head}</head><body class="x">{body}</body></html>'


@pytest.fixture(autouse=True)
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever opens a connection fails the test."""

    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("a connection was opened")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)


@pytest.mark.parametrize(
    "trick",
    [
        "{{ document.title.__class__.__mro__[1].__subclasses__() }}",
        "{{ (1).__class__ }}",
        "{{ document['__class__'].mro() }}",
        "{{ ''['__class__']['__init__'] }}",
        "{{ range.__globals__ }}",
        "{{ document.title|attr('__class__') }}",
        "{{ [document]|map(attribute='__class__.__init__')|list }}",
        "{{ self._TemplateReference__context }}",
        "{{ loop.__init__ }}",
        "{{ namespace(x=1) }}",
        "{{ get_flashed_messages() }}",
        "{{ document.update({'title': 'x'}) }}",
        "{{ document.title|safe }}",
        "{{ '%999999999d'|format(1) }}",
        "{% import 'os' as os %}",
        "{% import '/etc/passwd' as x %}",
        "{% from '../../../etc/passwd' import x %}",
        "{% extends 'file:///etc/passwd' %}",
        "{% include 'http://127.0.0.1:1/x.html' %}",
        "{% include 'letterhead/../../pyproject.toml' %}",
    ],
)
def test_nothing_of_python_and_nothing_outside_is_reached(tmp_path: Path, trick: str) -> None:
    with pytest.raises(TemplateFault):
        render_html(template(tmp_path, trick), sample("shared/slip"))


@pytest.mark.parametrize(
    "trick",
    [
        "{{ 'x' * 1000000000 }}",
        "{{ [1] * 1000000000 }}",
        "{{ 10 ** 10 ** 10 }}",
        "{{ '%1000000000d' % 1 }}",
        "{% for a in range(19999) %}{% for b in range(19999) %}{% endfor %}{% endfor %}",
        "{% for a in range(999999999) %}x{% endfor %}",
        "{{ 'x'|center(1000000000) }}",
    ],
)
def test_no_text_and_no_loop_without_end(tmp_path: Path, trick: str) -> None:
    begun = monotonic()
    with pytest.raises(TemplateFault):
        render_pdf(template(tmp_path, trick), sample("shared/slip"))
    assert monotonic() - begun < 2


@pytest.mark.parametrize(
    ("head", "body"),
    [
        ("", '<img src="http://127.0.0.1:1/x">'),
        ("", '<p style="background: url(https://example.com/x)">字</p>'),
        ('<link rel="stylesheet" href="file:///etc/hostname">', "字"),
        ('<link rel="attachment" href="file:///etc/passwd">', "字"),
        ("<style>@import url(http://127.0.0.1:1/x);</style>", "字"),
        ("<style>@font-face { font-family: f; src: url(ftp://h/x) } p { font-family: f }</style>", "<p>字</p>"),
        ("", '<object data="file:///etc/hostname"></object>'),
    ],
    ids=["img", "css", "link", "attachment", "import", "font", "object"],
)
def test_a_template_loads_nothing_from_outside(tmp_path: Path, head: str, body: str) -> None:
    with pytest.raises(TemplateFault, match="外部资源"):
        render_pdf(template(tmp_path, PAGE.format(head=head, body=body)), sample("shared/slip"))


def test_a_picture_inside_a_drawing_is_not_fetched(tmp_path: Path) -> None:
    drawing = '<svg width="9" height="9"><image href="http://127.0.0.1:1/x" width="9" height="9"/></svg>'
    pdf = render_pdf(template(tmp_path, PAGE.format(head="", body=drawing)), sample("shared/slip"))
    assert not pages(pdf)[0].images


def test_a_paper_has_so_many_pages_and_no_more(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    leaf = '<p style="break-after: page">页</p>'
    source = PAGE.format(head="", body="{% for a in range(9) %}" + leaf + "{% endfor %}")
    made = template(tmp_path, source)
    monkeypatch.setattr("workflow.documents.render.SPECIMEN", bounds.Bounds(pages=8, seconds=60))
    with pytest.raises(bounds.TooMuch, match="超过8页"):
        render_specimen(made, sample("shared/slip"))
    monkeypatch.setattr("workflow.documents.render.SPECIMEN", bounds.Bounds(pages=99, seconds=60, tags=9))
    with pytest.raises(bounds.TooMuch, match="超过99页"):
        render_specimen(made, sample("shared/slip"))
    assert render_pdf(made, sample("shared/slip")).pages == 9
    monkeypatch.setattr("workflow.documents.render.PAPER", bounds.Bounds(pages=99, seconds=0))
    with pytest.raises(bounds.TooMuch, match="排版超过0秒"):
        render_pdf(made, sample("shared/slip"))


HOSTILE = [
    "<script>alert(1)</script>",
    "<img src=http://127.0.0.1:1/x onerror=alert(1)>",
    "</td></table><h1>大</h1>",
    "<style>*{display:none}</style>",
    "<link rel=attachment href=file:///etc/passwd>",
    "x\" style=\"background:url(http://127.0.0.1:1/x)\" y=\"",
    "'><svg/onload=alert(1)>",
    "url(file:///etc/passwd)",
    "expression(alert(1)); @import 'http://127.0.0.1:1/x';",
    "{{ 7*7 }}{% raw %}{# x #}",
    "{{ ''.__class__ }}",
    "&lt;b&gt;&#60;i&#62;",
    "]]><!--",
    "\u202e倒过来\u202c\u2066藏\u2069",
]  # fmt: skip


@pytest.mark.parametrize("name", ["shared/red_head", "shared/slip", "rectification/notice"])
def test_hostile_values_are_printed_as_they_are(name: str) -> None:
    """All of them in one rendering of each layout: in the title, in a running text, in a cell."""
    values = sample(name)
    joint = "，".join(HOSTILE)
    values["extra"] = {**values["extra"], "text": joint, "fields": [{"title": joint, "value": joint}]}
    values["case"]["data"].update(facts="\n".join(HOSTILE), criticism=joint, requirements=HOSTILE)
    html = render_html(folder(name), values)
    for tag in ("<script", "<img src", "<svg/", "<style>*", "<link rel=attachment", 'style="background:url('):
        assert tag not in html, tag
    said = text(render_pdf(folder(name), values))
    for each in HOSTILE:
        shown = "".join(character for character in each if character.isprintable() and character != " ")
        assert shown in said, each


def test_what_steers_other_characters_is_left_out() -> None:
    values: dict[str, Any] = sample("shared/slip")
    values["extra"]["fields"] = [{"title": "甲", "value": "前\0\x1b\u202e中\u2069后"}]
    assert "前中后" in text(render_pdf(folder("shared/slip"), values))


def test_the_definitions_of_this_repository_keep_to_the_sandbox() -> None:
    """No template marks text as safe or turns escaping off."""
    for path in DEFINITIONS.rglob("*.html"):
        source = path.read_text(encoding="utf-8")
        assert "|safe" not in source.replace(" ", ""), path
        assert "autoescape" not in source, path
