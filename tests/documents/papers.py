"""The papers under test: every template with its sample, each rendered once, and rulers to measure them with."""

from __future__ import annotations

import copy
import io
import os
import pickle
from functools import cache
from pathlib import Path
from typing import Any

import pdfplumber
import pypdfium2
import yaml
from PIL import Image

from workflow.documents.render import RenderedPdf, render_pdf

DEFINITIONS = Path(__file__).resolve().parents[2] / "definitions"
TEMPLATES = sorted(
    path.parent
    for pattern in ("stages/*/documents/*/template.html", "letterhead/shared/*/template.html")
    for path in DEFINITIONS.glob(pattern)
)
MILLIMETRE = 72 / 25.4
OPINION = "plan/implementation_opinion"
#: Where the workers of one run keep what they have rendered for one another; empty in a run without workers.
KEPT: list[Path] = []


def folder(name: str) -> Path:
    """The template folder of `<stage>/<name>`."""
    stage, paper = name.split("/")
    base = DEFINITIONS / "letterhead" / "shared" if stage == "shared" else DEFINITIONS / "stages" / stage / "documents"
    return base / paper


def name_of(path: Path) -> str:
    """The reverse of `folder`, for test ids."""
    return f"shared/{path.name}" if path.parent.name == "shared" else f"{path.parents[1].name}/{path.name}"


@cache
def _sample(path: Path) -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load((path / "sample.yaml").read_text(encoding="utf-8"))
    return loaded


def sample(name: str) -> dict[str, Any]:
    """A copy of a sample, to be changed at will."""
    return copy.deepcopy(_sample(folder(name)))


@cache
def rendered(name: str) -> RenderedPdf:
    """A sample as PDF. Workers of one run share what is rendered."""
    kept = KEPT[0] / name.replace("/", "-") if KEPT else None
    if kept is not None and kept.is_file():
        found: RenderedPdf = pickle.loads(kept.read_bytes())
        return found
    pdf = render_pdf(folder(name), _sample(folder(name)))
    if kept is not None:
        writing = kept.with_suffix(f".{os.getpid()}")
        writing.write_bytes(pickle.dumps(pdf))
        writing.replace(kept)
    return pdf


def pages(pdf: RenderedPdf) -> list[Any]:
    """The pages as pdfplumber sees them."""
    return list(pdfplumber.open(io.BytesIO(pdf.data)).pages)


def text(pdf: RenderedPdf) -> str:
    """All text without space, as a reader would copy it."""
    document = pypdfium2.PdfDocument(pdf.data)
    return "".join("".join(page.get_textpage().get_text_range().split()) for page in document)


class Ink:
    """The inked parts of one page; every measure in millimetres from its upper left corner."""

    def __init__(self, pdf: RenderedPdf, page: int, scale: int = 12) -> None:
        self._scale = scale  # dots in a millimetre
        bitmap = pypdfium2.PdfDocument(pdf.data)[page].render(scale=self._scale / MILLIMETRE)
        self._image = bitmap.to_pil().convert("RGB")

    @property
    def size(self) -> tuple[float, float]:
        """Width and height of the page."""
        return self._image.width / self._scale, self._image.height / self._scale

    def blank(self, left: float, top: float, right: float, bottom: float) -> None:
        """Take the ink off an area."""
        edges = (round(edge * self._scale) for edge in (left, top, right, bottom))
        self._image.paste("white", tuple(edges))

    def box(self, left: float, top: float, right: float, bottom: float) -> tuple[float, float, float, float] | None:
        """Left, top, right and bottom of the ink inside an area."""
        area = self._image.crop(tuple(round(edge * self._scale) for edge in (left, top, right, bottom)))
        found = area.convert("L").point(lambda grey: 255 if grey < 150 else 0).getbbox()
        if found is None:
            return None
        x0, y0, x1, y1 = (edge / self._scale for edge in found)
        return left + x0, top + y0, left + x1, top + y1

    def red(self, left: float, top: float, right: float, bottom: float) -> tuple[float, float, float, float] | None:
        """The same for red ink alone."""
        area = self._image.crop(tuple(round(edge * self._scale) for edge in (left, top, right, bottom)))
        red, green, _ = area.split()
        mask = Image.merge("RGB", (red, green, green)).convert("RGB")
        bright = red.point(lambda value: 255 if value > 180 else 0)
        dark = mask.getchannel("G").point(lambda value: 255 if value < 110 else 0)
        found = Image.composite(bright, Image.new("L", bright.size), dark).getbbox()
        if found is None:
            return None
        x0, y0, x1, y1 = (edge / self._scale for edge in found)
        return left + x0, top + y0, left + x1, top + y1

    def rules(self, top: float, bottom: float) -> list[tuple[float, float]]:
        """Upper and lower edge of every line that runs across the type area."""
        left, right = round(30 * self._scale), round(182 * self._scale)
        found: list[tuple[float, float]] = []
        for row in range(round(top * self._scale), round(bottom * self._scale)):
            strip = self._image.crop((left, row, right, row + 1)).convert("L")
            if strip.getextrema()[1] < 200:
                y = row / self._scale
                if found and y - found[-1][1] < 1e-6:
                    found[-1] = (found[-1][0], y + 1 / self._scale)
                else:
                    found.append((y, y + 1 / self._scale))
        return found
