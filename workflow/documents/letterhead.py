"""The numbers and words of the letterhead folder, and the marks, titles and paragraphs set with them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

import yaml
from markupsafe import Markup, escape

from workflow.documents.fonts import FontReport
from workflow.documents.metrics import Metrics
from workflow.documents.titles import break_title
from workflow.documents.typeset import Line, Measure, Run, set_lines

POINTS = 72 / 25.4  # in a millimetre
#: Typeface of each level of a numbered text (GB/T 9704-2012 7.3.3): whole line, or up to the first full stop.
_LEVELS = (
    (re.compile(r"[一二三四五六七八九十]{1,3}、"), "heiti"),
    (re.compile(r"（[一二三四五六七八九十]{1,3}）"), "kaiti"),
)
_OFFICIAL = {"": "仿宋", "kaiti": "楷体", "heiti": "黑体", "biaosong": "小标宋"}
_LONGEST_HEADING = 40


@dataclass(frozen=True)
class Letterhead:
    """One letterhead folder together with the fonts at hand."""

    folder: Path
    fonts: FontReport

    @cached_property
    def numbers(self) -> dict[str, Any]:
        """letterhead.yaml."""
        loaded: dict[str, Any] = yaml.safe_load((self.folder / "letterhead.yaml").read_text(encoding="utf-8"))
        return loaded

    @cached_property
    def words(self) -> frozenset[str]:
        """Words that a title keeps whole."""
        lines = (self.folder / "words.txt").read_text(encoding="utf-8").splitlines()
        return frozenset(word for line in lines if not line.startswith("#") for word in line.split())

    @cached_property
    def measure(self) -> Measure:
        """The grid of the body: 28 characters of size three on 156 mm."""
        body = self.numbers["body"]
        return Measure(body["size"], self.numbers["type_area"]["width"] * POINTS, body["characters"], self.advance)

    def advance(self, character: str, face: str) -> float:
        """Width of a character in em in a typeface of the style sheet."""
        metrics = self._metrics[face]
        return metrics.width(character) if metrics else 1.0

    @cached_property
    def _metrics(self) -> dict[str, Metrics | None]:
        return {face: self.fonts.metrics(official) for face, official in _OFFICIAL.items()}

    def title(self, text: object, *keep: object) -> Markup:
        """A title broken by sense; `keep` names bodies and people that stay whole."""
        widest = int(self.numbers["title"]["characters"])
        kept = {str(word) for word in keep if 1 < len(str(word)) < widest}
        return Markup("<br>").join(break_title(_source(text), widest, self.words | kept))

    def paragraph(self, text: object, indent: int = 2, face: str = "") -> Markup:
        """One paragraph of body text in justified lines."""
        return _markup(set_lines([Run(_clean(_source(text)), face)], self.measure, indent), indent)

    def body(self, text: object) -> Markup:
        """Paragraphs of a text, one a line of input; numbered headings get the typeface of their level."""
        lines = (_clean(line) for line in _source(text).splitlines())
        return Markup("\n").join(_markup(set_lines(_runs(line), self.measure, 2), 2) for line in lines if line)

    def flush(self, text: object) -> Markup:
        """A paragraph without indent (主送机关)."""
        return self.paragraph(text, indent=0)

    def mark(self, text: object, kind: str = "mark") -> Markup:
        """发文机关标志: inked top edge at the line's top, as large as its limits allow, condensed when long."""
        limits = self.numbers[kind]
        name = "".join(_source(text).split())
        ink, rise = self.ink(name)
        size = limits["height"] / ink
        width = min(limits["widest"], limits["span"] / max(1, len(name)))
        narrow = min(1.0, width / size)
        if narrow < limits["narrowest"]:
            size, narrow = width / limits["narrowest"], limits["narrowest"]
        style = (
            f"font-size:{size:.3f}mm;margin-top:{-rise * size:.3f}mm;width:{width * len(name):.3f}mm;"
            f"height:{(ink + rise) * size:.3f}mm"
        )
        inner = f"width:{size * len(name):.3f}mm;transform:scaleX({narrow:.4f})"
        return Markup('<div class="mark" style="{}"><span style="{}">{}</span></div>').format(style, inner, name)

    def ink(self, name: str) -> tuple[float, float]:
        """Height of the inked part of a mark, and how far it begins below the top of its line, both in em."""
        metrics = self._metrics["biaosong"]
        low, high = metrics.ink(name) if metrics else (-0.1, 0.85)
        ascent, descent = (metrics.ascent, metrics.descent) if metrics else (0.88, 0.12)
        return high - low, (1 - ascent - descent) / 2 + ascent - high  # line-height is one em

    def signature(self, issuer: object, date: object, sealed: bool) -> Markup:
        """Style of the block of issuer and date: its distance from the right edge (GB/T 9704-2012 7.3.5.1, 7.3.5.2).

        A sealed block is centred on its date, so an issuer that is longer than the date reaches nearer to the edge. It
        gets its width as well, which the library would find by laying it out first.
        """
        if not sealed:
            return self._from_edge(self.numbers["signature"]["plain"])
        wide, date_wide = self._width(issuer), self._width(date)
        distance = max(0.0, self.numbers["signature"]["sealed"] - max(0.0, (wide - date_wide) / 2))
        return self._from_edge(distance) + Markup(";width:{:.3f}em").format(max(wide, date_wide))

    def _from_edge(self, characters: float) -> Markup:
        return Markup("margin-right:{:.3f}mm").format(characters * self.measure.pitch / POINTS)

    def _width(self, text: object) -> float:
        return sum(self.advance(character, "") for character in str(text))


@lru_cache(maxsize=8)
def letterhead(folder: Path, fonts: FontReport) -> Letterhead:
    """The letterhead of a definitions folder, read once."""
    return Letterhead(folder, fonts)


def _source(text: object) -> str:
    """The text of a value; a `{% filter %}` block arrives escaped and is escaped again when it is set."""
    return text.unescape() if isinstance(text, Markup) else str("" if text is None else text)


def _clean(text: str) -> str:
    return re.sub(r"[\s\u3000]+", " ", text).strip()


def _runs(line: str) -> list[Run]:
    """A heading, a heading that runs into its text, or plain text."""
    for pattern, face in _LEVELS:
        if pattern.match(line):
            stop = line.find("。") + 1
            heading = line[:stop] or line
            if len(heading) <= _LONGEST_HEADING and "，" not in heading and stop != len(line):
                return [Run(heading, face), Run(line[len(heading) :])] if stop else [Run(line, face)]
    return [Run(line)]


def _markup(lines: list[Line], indent: int) -> Markup:
    name = "set" if indent == 2 else "set flush"
    if all(run.face for line in lines for run in line.runs):
        name += " heading"
    written = (_line_markup(line, "\n") for line in lines[:-1])
    return Markup('<p class="{}">{}{}</p>').format(name, Markup("").join(written), _line_markup(lines[-1], ""))


def _line_markup(line: Line, end: str) -> Markup:
    """A line with its end in it: a break of its own would be laid out as three boxes more."""
    written = (
        Markup('<span class="{}">{}</span>').format(run.face, run.text) if run.face else escape(run.text)
        for run in line.runs
    )
    inner = Markup("").join([*written, end])
    return (
        inner
        if line.spacing is None
        else Markup('<span style="letter-spacing:{}pt">{}</span>').format(line.spacing, inner)
    )
