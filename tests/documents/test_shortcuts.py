"""What the press does in the library's place: that the library is the one it was written for, and the same results."""

from __future__ import annotations

import inspect
import random
from collections.abc import Callable
from hashlib import sha256
from typing import Any
from xml.etree.ElementTree import Element

import pypdfium2
import pytest
import weasyprint
from PIL import ImageChops
from weasyprint import HTML
from weasyprint.text.line_break import create_layout, first_line_metrics

from tests.documents.papers import DEFINITIONS, folder, rendered, sample
from workflow.documents.elements import Paper
from workflow.documents.fonts import resolve_fonts
from workflow.documents.lines import long_first_line, short_first_line
from workflow.documents.markup import read
from workflow.documents.press import _press
from workflow.documents.render import render_pdf
from workflow.documents.shortcuts import LOOKS, RELEASE, WAYS, places

#: The text of what is replaced. Whoever changes a line of this has compared the new text with the short way.
TEXTS = {
    "create_layout": "6587192cc0ab3ffa",
    "first_line_metrics": "55ec5d0b58b29a8b",
    "ComputedStyle.__missing__": "b318d8efc8ac79d7",
    "Font._harfbuzz_subset": "f80805663ede8080",
    "Layout.setup": "fb227a55094f41d4",
    "split_first_line": "39ad1016863ca34d",
    "strut": "b57885b70dd08efe",
    "draw_collapsed_borders": "120b162d2a4f9066",
}


def text_of(function: Callable[..., Any]) -> str:
    return sha256(inspect.getsource(function).encode()).hexdigest()[:16]


def test_the_library_is_the_one_that_the_short_ways_were_written_for() -> None:
    assert weasyprint.VERSION == RELEASE
    used = (create_layout, first_line_metrics, *(long for long, _ in (*WAYS, *LOOKS)))
    assert {each.__qualname__: text_of(each) for each in used} == TEXTS


def test_a_line_of_text_breaks_where_it_would(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[Any] = []

    def first_line(text: str, style: Any, context: Any, *rest: Any, **more: Any) -> Any:
        seen[:] = style, context
        return short_first_line(text, style, context, *rest, **more)

    monkeypatch.setattr("weasyprint.layout.inline.split_first_line", first_line)
    press = _press(DEFINITIONS, resolve_fonts())
    html = BODY.format('<table class="grid"><tr><td>一</td></tr></table>').replace("<html", '<html lang="zh-CN"')
    kept = Paper(html, press.base, press.fetcher).render(
        font_config=press.configuration, stylesheets=press.styles(html, "")
    )
    style, context = seen
    chance = random.Random(2012)
    for _ in range(1500):
        share = chance.choice((0, 0.1, 0.5))
        letters = [chance.choice(LATIN if chance.random() < share else CHINESE) for _ in range(chance.randint(1, 90))]
        text, width = "".join(letters), chance.uniform(style["font_size"], 300)
        short, long = (way(text, style, context, width, 0) for way in (short_first_line, long_first_line))
        assert (short[0].text, *short[1:]) == (long[0].text, *long[1:]), (text, width)
    assert len(kept.pages) == 1


def test_lines_drawn_through_look_like_the_edges_of_cells(monkeypatch: pytest.MonkeyPatch) -> None:
    name = "rectification/ledger"
    through = rendered(name).data
    for long, short in LOOKS:
        for owner, each in list(places(short)):
            monkeypatch.setattr(owner, each, long)
    cells = render_pdf(folder(name), sample(name)).data
    assert len(through) < len(cells)
    images = [pypdfium2.PdfDocument(data)[0].render(scale=2).to_pil().convert("L") for data in (through, cells)]
    shades = ImageChops.difference(*images).histogram()
    assert sum(shades[100:]) == 0  # black on white is 255
    assert sum(shades[1:]) < 0.001 * sum(shades)


CHINESE = "一二三党委工作群众的人先锋模范作用镕喆，。、；：！？“”‘’（）《》〈〉【】—…·〔〕％　"
LATIN = "0123456789abcXYZ.,-/%()+:; "
BODY = "<!doctype html>\n<html><head><title>题</title></head>\n<body>{}</body></html>\n"
#: Read as XML.
ORDERLY = (
    '<p class="set">一<br>二 &amp; <span title="a &gt; b">三</span></p>',
    "<table>\n<colgroup><col><col></colgroup><thead><tr><th>一</th></tr></thead>\n<tr><td>二</td></tr>\n<tr><td>三</td></tr></table>",
    "<table><tr><td>一</td></tr><tbody><tr><td>二</td></tr></tbody><tr><td>三</td></tr></table>",
    '<div><svg class="seal" viewBox="0 0 42 42"><circle cx="21" r="20.875"/></svg></div>',
    '<div><img alt="a > b" src="x"></div>',
    "<section><h1>题<br/>目</h1><div>&nbsp;</div></section>",
)
#: Left to the parser of HTML, which corrects them.
DISORDERLY = (
    "<p>一<p>二",
    "<p>一<div>二</div></p>",
    "<table><tr><td>一</td></tr>二</table>",
    "<table><td>一</td></table>",
    "<div>&copy;</div>",
    "<div hidden>一</div>",
    "<style>p { color: red }</style>",
    "<a href='#x'>一</a>",
    "<div>一<!-- 二 -->三</div>",
    "<BR>",
)


def shape(element: Element) -> list[Any]:
    """A tree without the space between elements, which outside the body HTML puts in other places."""
    parts = [part for each in element for part in (shape(each), each.tail)]
    return [element.tag, dict(element.attrib), *(part for part in [element.text, *parts] if part and part != "\n")]


@pytest.mark.parametrize("body", ORDERLY)
def test_orderly_html_is_read_as_xml_to_the_same_tree(body: str) -> None:
    html = BODY.format(body)
    root = read(html)
    assert root is not None
    assert shape(root) == shape(HTML(string=html).etree_element)


@pytest.mark.parametrize("body", DISORDERLY)
def test_other_html_is_left_to_its_own_parser(body: str) -> None:
    assert read(BODY.format(body)) is None


def test_no_names_can_be_defined_that_stand_for_any_amount_of_text() -> None:
    html = BODY.format("<p>&b;</p>")
    bomb = '<!DOCTYPE html [<!ENTITY a "多"><!ENTITY b "&a;&a;&a;&a;">]>'
    assert read(html.replace("<!doctype html>", bomb)) is None
    assert read(html.replace("<!doctype html>", f"<!doctype html>{bomb}")) is None
