"""Values and a template in, PDF bytes out: the one function behind which another format could stand (OFD).

In a service papers are made in a process of their own (`rooms`). Elsewhere the press is loaded with the first paper.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

from jinja2 import TemplateError

from workflow.documents.bounds import PAPER, SPECIMEN, Bounds, TooMuch, bounded, weigh
from workflow.documents.environment import environment, inert, plain
from workflow.documents.fonts import resolve_fonts
from workflow.documents.glyphs import FontUse, TemplateFault
from workflow.documents.rooms import PRESS, Overdue

WHAT_PRINTS = "workflow.documents.press"
PATIENCE_SECONDS = 5.0  #: beyond its bounds, after which a paper that hangs between two pages is cut off

Values = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class RenderedPdf:
    """A finished paper: its bytes, their SHA-256, and the fonts that were used."""

    data: bytes
    sha256: str
    pages: int
    fonts: tuple[FontUse, ...]


def definitions_of(template_dir: Path) -> Path:
    """The definitions folder a template lies in: the nearest one that holds a letterhead."""
    for folder in template_dir.resolve().parents:
        if (folder / "letterhead" / "letterhead.yaml").is_file():
            return folder
    raise TemplateFault(template=template_dir.name, reason="模板不在流程定义文件夹内")


def render_html(template_dir: Path, values: Values) -> str:
    """The paper as HTML. TemplateFault names the template and the missing value."""
    definitions = definitions_of(template_dir)
    name = (template_dir.resolve() / "template.html").relative_to(definitions).as_posix()
    try:
        template = environment(definitions, resolve_fonts()).get_template(name)
        return template.render(inert(plain(values)))
    except TemplateError as error:
        where = getattr(error, "name", None) or name
        raise TemplateFault(template=where, reason=error.message or type(error).__name__) from error
    except (TypeError, ValueError, KeyError, OverflowError) as error:
        raise TemplateFault(template=name, reason=str(error)) from error


def render_pdf(template_dir: Path, values: Values) -> RenderedPdf:
    """The paper as PDF; the same values give the same bytes. MissingGlyph names a character that no font draws."""
    return _made(_paper, PAPER, template_dir, values)


def render_specimen(template_dir: Path, values: Values) -> RenderedPdf:
    """The paper as it would look, marked as a preview on every page: nothing in it can be verified or filed."""
    return _made(_specimen, SPECIMEN, template_dir, values)


def _made(
    make: Callable[[Path, Values], RenderedPdf], bounds: Bounds, template_dir: Path, values: Values
) -> RenderedPdf:
    try:
        return PRESS.do(bounds.seconds + PATIENCE_SECONDS, make, template_dir.resolve(), plain(values))
    except Overdue as error:
        raise TooMuch(template=template_dir.name, reason=f"排版超过{bounds.seconds:g}秒") from error


def _paper(template_dir: Path, values: Values) -> RenderedPdf:
    with bounded(PAPER, template_dir.name):
        return _printed("official", template_dir, render_html(template_dir, values), values)


def _specimen(template_dir: Path, values: Values) -> RenderedPdf:
    with bounded(SPECIMEN, template_dir.name):
        html = render_html(template_dir, values).replace('<body class="', '<body class="specimen ', 1)
        return _printed("specimen", template_dir, html)


def _printed(kind: str, template_dir: Path, html: str, *facts: Mapping[str, Any]) -> RenderedPdf:
    weigh(html)
    printing = getattr(import_module(WHAT_PRINTS), kind)
    data, pages, fonts = printing(template_dir.name, definitions_of(template_dir), html, *facts)
    return RenderedPdf(data, hashlib.sha256(data).hexdigest(), pages, fonts)
