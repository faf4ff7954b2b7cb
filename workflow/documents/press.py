"""HTML in, PDF bytes out, by WeasyPrint: drafts until nothing stands alone on a page, then the file."""

from __future__ import annotations

import atexit
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

from weasyprint import CSS
from weasyprint.text.fonts import FontConfiguration

from workflow.documents.archival import VARIANT, embedded
from workflow.documents.elements import Paper
from workflow.documents.fetch import ForbiddenAddress, LetterheadFetcher
from workflow.documents.finishing import Finisher, attachment
from workflow.documents.fonts import FontReport, resolve_fonts
from workflow.documents.frames import with_room
from workflow.documents.glyphs import FontUse, MissingGlyph, TemplateFault
from workflow.documents.letterhead import letterhead
from workflow.documents.marking import layout_of
from workflow.documents.packing import pack
from workflow.documents.sheets import Sheets
from workflow.documents.shortcuts import take

#: Bytes, pages, and the fonts that were used.
Printed = tuple[bytes, int, tuple[FontUse, ...]]
#: WeasyPrint's font map is shared and not made for threads; one page takes a few hundredths of a second.
_RENDERING = RLock()
#: Classes of the style sheet for 23, 24 and 25 lines a page.
_CLOSER = ("tight1", "tight2", "tight3")
#: Upper edge of a signature after four lines on a new page, in CSS pixels: margin, four lines, two empty ones.
_BELOW_FOUR_LINES = 370


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


def official(template: str, definitions: Path, html: str, facts: Mapping[str, Any]) -> Printed:
    """A paper to be filed: PDF/A with what it says of itself embedded."""
    said = embedded(facts)
    identifier = hashlib.sha256(html.encode() + said).digest()[:16]
    press = _press(definitions, resolve_fonts())
    return _printed(
        template, definitions, html, pdf_variant=VARIANT, pdf_identifier=identifier,
        attachments=[attachment(said, press.fetcher)], finisher=Finisher(html, facts, press.numbers),
    )  # fmt: skip


def specimen(template: str, definitions: Path, html: str) -> Printed:
    """A paper to be looked at."""
    return _printed(template, definitions, html, finisher=pack)


@with_room
def _printed(template: str, definitions: Path, html: str, **how: Any) -> Printed:
    press = _press(definitions, resolve_fonts())
    try:
        with _RENDERING, _tidied():
            return _set(html, press, how)
    except ForbiddenAddress as error:
        raise TemplateFault(template=template, reason=f"引用了外部资源“{error}”") from error


def _set(html: str, press: _Press, how: Mapping[str, Any]) -> Printed:
    document = _lay_out(html, press)
    data: bytes = document.write_pdf(**how)
    fonts = tuple(_use(font, press.fonts, _title(html)) for font in document.fonts.values())
    return data, len(document.pages), fonts


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


take()
# A font map removes its files when it is forgotten, which has to be before the library itself is taken apart.
atexit.register(_press.cache_clear)


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
