"""Values and a template in, PDF bytes out: the one function behind which another format could stand (OFD)."""

from __future__ import annotations

import gc
import hashlib
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from threading import RLock
from typing import Any

from jinja2 import TemplateError
from weasyprint import CSS
from weasyprint.text.fonts import FontConfiguration

from workflow.documents.archival import VARIANT, Finisher, attachment, embedded
from workflow.documents.bounds import PAPER, SPECIMEN, bounded, weigh
from workflow.documents.elements import Paper
from workflow.documents.environment import environment, inert, plain
from workflow.documents.fetch import LetterheadFetcher
from workflow.documents.fonts import FontReport, resolve_fonts
from workflow.documents.glyphs import FontUse, MissingGlyph, TemplateFault
from workflow.documents.letterhead import letterhead
from workflow.documents.marking import layout_of
from workflow.documents.packing import pack
from workflow.documents.sheets import Sheets

#: WeasyPrint's font map is shared and not made for threads; one page takes a few hundredths of a second.
_RENDERING = RLock()
#: Classes of the style sheet for 23, 24 and 25 lines a page.
_CLOSER = ("tight1", "tight2", "tight3")
#: Upper edge of a signature after four lines on a new page, in CSS pixels: margin, four lines, two empty ones.
_BELOW_FOUR_LINES = 370


@dataclass(frozen=True, slots=True)
class RenderedPdf:
    """A finished paper: its bytes, their SHA-256, and the fonts that were used."""

    data: bytes
    sha256: str
    pages: int
    fonts: tuple[FontUse, ...]


@dataclass(frozen=True)
class _Press:
    """What every paper of one definitions folder shares: parsed style sheets, fonts and the fetcher."""

    fonts: FontReport
    configuration: FontConfiguration
    fetcher: LetterheadFetcher
    sheets: Sheets
    faces: CSS
    base: str
    numbers: Mapping[str, Any]
    _made: dict[tuple[tuple[str, str], ...], CSS] = field(default_factory=dict)

    def styles(self, html: str, spacing: str) -> list[CSS]:
        """The style sheets of a paper; they are parsed once for all the papers with the same values in them."""
        constants = self.sheets.constants(frozenset([*layout_of(html).split(), spacing]), html)
        if constants not in self._made:
            self._made[constants] = self.parsed(self.sheets.plain(dict(constants)))
        return [self.faces, self._made[constants]]

    def parsed(self, text: str) -> CSS:
        """A style sheet."""
        return CSS(string=text, font_config=self.configuration, url_fetcher=self.fetcher, base_url=self.base)


def definitions_of(template_dir: Path) -> Path:
    """The definitions folder a template lies in: the nearest one that holds a letterhead."""
    for folder in template_dir.resolve().parents:
        if (folder / "letterhead" / "letterhead.yaml").is_file():
            return folder
    raise TemplateFault(template=template_dir.name, reason="模板不在流程定义文件夹内")


def render_html(template_dir: Path, values: Mapping[str, object]) -> str:
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


def render_pdf(template_dir: Path, values: Mapping[str, object]) -> RenderedPdf:
    """The paper as PDF; the same values give the same bytes. MissingGlyph names a character that no font draws."""
    with bounded(PAPER, template_dir.name):
        html = render_html(template_dir, values)
        facts = plain(values)
        identifier = hashlib.sha256(html.encode() + embedded(facts)).digest()[:16]
        return _printed(
            template_dir, html, pdf_variant=VARIANT, pdf_identifier=identifier, attachments=[attachment(facts)],
            finisher=Finisher(html, facts, _press_of(template_dir).numbers),
        )  # fmt: skip


def render_specimen(template_dir: Path, values: Mapping[str, object]) -> RenderedPdf:
    """The paper as it would look, marked as a preview on every page: nothing in it can be verified or filed."""
    with bounded(SPECIMEN, template_dir.name):
        html = render_html(template_dir, values).replace('<body class="', '<body class="specimen ', 1)
        return _printed(template_dir, html, finisher=pack)


def _printed(template_dir: Path, html: str, **how: Any) -> RenderedPdf:
    weigh(html)
    press = _press_of(template_dir)
    with _RENDERING, _tidied():
        return _set(html, press, how)


def _set(html: str, press: _Press, how: Mapping[str, Any]) -> RenderedPdf:
    document = _lay_out(html, press)
    data = document.write_pdf(**how)
    fonts = tuple(_use(font, press.fonts, _title(html)) for font in document.fonts.values())
    return RenderedPdf(data, hashlib.sha256(data).hexdigest(), len(document.pages), fonts)


def _press_of(template_dir: Path) -> _Press:
    return _press(definitions_of(template_dir), resolve_fonts())


class _Sheet:
    """A paper read once, to be laid out with one spacing or another."""

    def __init__(self, html: str, press: _Press) -> None:
        self._html, self._press = html, press
        self._read = Paper(string=html, base_url=press.base, url_fetcher=press.fetcher)
        self._body = self._read.etree_element.find("body")
        self._layout = self._body.get("class", "")
        self._pictures: dict[str, Any] = {}

    def draft(self, spacing: str) -> Any:
        """The pages."""
        self._body.set("class", f"{self._layout} {spacing}".strip())
        return self._read.render(
            font_config=self._press.configuration, stylesheets=self._press.styles(self._html, spacing),
            cache=self._pictures,
        )  # fmt: skip


def _lay_out(html: str, press: _Press) -> Any:
    """The pages. What may not stand alone on a page gets room by closer lines; failing that, text goes over with it.

    The closest lines are tried first: where they are no help, as mostly, none are.
    """
    sheet = _Sheet(html, press)
    natural = sheet.draft("")
    if _is_settled(natural) and not _is_thin(natural):
        return natural

    def helps(closer: Any) -> bool:
        return _is_settled(closer) and (len(closer.pages) < len(natural.pages) or not _is_settled(natural))

    closest = sheet.draft(_CLOSER[-1])
    if helps(closest):
        closer = (sheet.draft(spacing) for spacing in _CLOSER[:-1])
        return next(filter(helps, closer), closest)
    return natural if _is_settled(natural) else sheet.draft("carry")


def _is_settled(document: Any) -> bool:
    """The imprint follows text on its page, and a paper meant for one sheet fits on it."""
    imprint = _page_of(document, "imprint")
    return imprint in {None, _page_of(document, "end")} and _page_of(document, "sheet-end") in {None, 0}


def _is_thin(document: Any) -> bool:
    """The signature stands on a further page below no more than four lines of text."""
    page = _page_of(document, "signature")
    return bool(page) and document.pages[page].anchors["signature"][1] < _BELOW_FOUR_LINES


def _page_of(document: Any, anchor: str) -> int | None:
    return next((number for number, page in enumerate(document.pages) if anchor in page.anchors), None)


@lru_cache(maxsize=8)
def _press(definitions: Path, fonts: FontReport) -> _Press:
    folder = definitions / "letterhead"
    fetcher, configuration = LetterheadFetcher(folder, fonts.own_files), FontConfiguration()
    numbers, base = letterhead(folder, fonts).numbers, folder.as_uri() + "/"
    files = [*sorted(folder.glob("*.css")), *(sorted(folder.glob("mirrored/*.css")) if numbers["mirror"] else ())]
    sheets = Sheets("\n".join(path.read_text(encoding="utf-8") for path in files), fonts.css())
    faces = CSS(string=fonts.css(), font_config=configuration, url_fetcher=fetcher, base_url=base)
    return _Press(fonts, configuration, fetcher, sheets, faces, base, numbers)


@contextmanager
def _tidied() -> Iterator[None]:
    """The collector sleeps during layout, then takes away its boxes and the fonts they hold, megabytes at a time.

    They are all in the youngest generation, so this is quick; the next full collection might be a hundred papers away.
    """
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        gc.collect(0)
        if was_enabled:
            gc.enable()


def _title(html: str) -> str:
    found = re.search(r"<title>(.*?)</title>", html, re.DOTALL)
    return found[1] if found else ""


def _use(font: Any, report: FontReport, document: str) -> FontUse:
    for codepoint in font.missing:
        raise MissingGlyph(chr(codepoint), document)
    text = "".join(sorted({character for cluster in font.to_unicode.values() for character in cluster}))
    drawn = font.name.decode("ascii", "replace").rpartition("+")[2]
    name = report.own_names.get(font.family, drawn)
    is_fallback = font.family not in report.first_families
    return FontUse(name, len(text), is_fallback, text if is_fallback else "")
