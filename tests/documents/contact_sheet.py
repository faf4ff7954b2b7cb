"""Contact sheets of the whole catalogue for the README: `python -m tests.documents.contact_sheet`."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pypdfium2
from PIL import Image, ImageColor, ImageDraw, ImageFont

from tests.documents.papers import TEMPLATES, name_of, rendered, sample
from workflow.documents.fonts import resolve_fonts

PICTURES = Path(__file__).resolve().parents[1] / "pictures"
WIDTH, HEIGHT, CAPTION, GAP = 236, 334, 22, 10  #: of a page and what is between pages, in dots
COLUMNS, ROWS = 8, 4
DESK, INK = "#e9e7e2", "#222222"
#: Few colours make a small file: greys, the red of marks and lines with its tints, the red and gold of a certificate.
PALETTE = ("#000000", "#444444", "#777777", "#a0a0a0", "#c4c4c4", "#e2e2e2", "#ffffff", DESK,
           "#e60012", "#f0707a", "#f8c0c4", "#a8231c", "#b8923c", "#fffdf6")  # fmt: skip
SIMPLIFIED = 2  #: of the faces in a collection of Noto


def in_order() -> list[str]:
    """The papers by their number in the catalogue; those without one show a layout, and come last."""
    names = [name_of(path) for path in TEMPLATES]
    return sorted(names, key=lambda name: (_number(name) or "T99", name))


def _number(name: str) -> str:
    number: str = sample(name)["document"]["catalogue"]
    return number if number.startswith("T") else ""


def tiles() -> Iterator[tuple[str, Image.Image]]:
    """Every page with its caption."""
    for name in in_order():
        document = sample(name)["document"]
        title = "".join(document["title"].split()).removeprefix(document["issuer"])
        pdf = pypdfium2.PdfDocument(rendered(name).data)
        for number, page in enumerate(pdf, start=1):
            picture = page.render(scale=3).to_pil().convert("RGB")
            picture.thumbnail((WIDTH, HEIGHT), Image.Resampling.LANCZOS)
            place = f"（{number}）" if len(pdf) > 1 else ""
            yield f"{_number(name)} {title}".strip() + place, picture


def sheets() -> Iterator[Image.Image]:
    """The tiles laid out, so many to a sheet."""
    every = list(tiles())
    for start in range(0, len(every), COLUMNS * ROWS):
        yield _sheet(every[start : start + COLUMNS * ROWS])


def _sheet(some: list[tuple[str, Image.Image]]) -> Image.Image:
    rows = -(-len(some) // COLUMNS)
    across, down = WIDTH + GAP, HEIGHT + CAPTION + GAP
    sheet = Image.new("RGB", (COLUMNS * across + GAP, rows * down + GAP), DESK)
    pen = ImageDraw.Draw(sheet)
    font = _font()
    for number, (caption, picture) in enumerate(some):
        left, top = GAP + number % COLUMNS * across, GAP + number // COLUMNS * down
        sheet.paste(picture, (left, top + HEIGHT - picture.height))
        pen.text((left, top + HEIGHT + 3), _fitting(caption, font), fill=INK, font=font)
    return sheet


def _font() -> ImageFont.FreeTypeFont:
    """The last face of 黑体: the one that has every character."""
    path = next(choice.faces[-1].path for choice in resolve_fonts().choices if choice.official == "黑体")
    return ImageFont.truetype(str(path), 13, index=SIMPLIFIED if path.suffix == ".ttc" else 0)


def _few_colours(sheet: Image.Image) -> Image.Image:
    palette = Image.new("P", (1, 1))
    palette.putpalette([channel for colour in PALETTE for channel in ImageColor.getrgb(colour)])
    return sheet.quantize(palette=palette, dither=Image.Dither.NONE)


def _fitting(caption: str, font: ImageFont.FreeTypeFont) -> str:
    """The caption, its middle left out when it is longer than a page is wide."""
    head, place, _ = caption.partition("（") if caption.endswith("）") else (caption, "", "")
    place = caption[len(head) :] if place else ""
    while font.getlength(head + place) > WIDTH and head:
        head = head.rstrip("…")[:-1] + "…"
    return head + place


def main(folder: Path = PICTURES) -> None:
    """Write the sheets, and take away those of an earlier, longer catalogue."""
    for old in folder.glob("catalogue-*.png"):
        old.unlink()
    for number, sheet in enumerate(sheets(), start=1):
        path = folder / f"catalogue-{number}.png"
        _few_colours(sheet).save(path, optimize=True)
        sys.stdout.write(f"{path.name}: {path.stat().st_size // 1024} kB\n")


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
