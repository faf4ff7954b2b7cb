"""What the press does in the library's place: that the library is the one it was written for, and the same results."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from hashlib import sha256
from typing import Any
from xml.etree.ElementTree import Element

import pytest
import weasyprint
from weasyprint import HTML
from weasyprint.layout.percent import percentage

from workflow.documents.markup import read
from workflow.documents.shortcuts import RELEASE, WAYS

#: The text of what is replaced. Whoever changes a line of this has compared the new text with the short way.
TEXTS = {
    "percentage": "ebe404ccd9da50bf",
    "ComputedStyle.__missing__": "b318d8efc8ac79d7",
    "resolve_percentages": "71673078096fcf87",
    "Font._harfbuzz_subset": "f80805663ede8080",
}


def text_of(function: Callable[..., Any]) -> str:
    return sha256(inspect.getsource(function).encode()).hexdigest()[:16]


def test_the_library_is_the_one_that_the_short_ways_were_written_for() -> None:
    assert weasyprint.VERSION == RELEASE
    assert {each.__qualname__: text_of(each) for each in (percentage, *(long for long, _ in WAYS))} == TEXTS


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
