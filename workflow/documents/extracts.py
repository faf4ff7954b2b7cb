"""The glyphs of one paper taken out of their font: once, into an array of no fixed length.

WeasyPrint 70 subsets every font twice, the second time to drop the empty glyphs at the end, which are not there any
more; and names to C a type of its own for each number of glyphs, which is parsed anew and kept for ever. Together that
takes as long as all the text of a letter.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from weasyprint.pdf.fonts import Font
from weasyprint.text.ffi import ffi, harfbuzz, harfbuzz_subset
from weasyprint.text.fonts import get_hb_object_data

#: Tables that mean nothing in a PDF, where glyphs are placed one by one.
DROPPED = (b"BASE", b"DSIG", b"EBDT", b"EBLC", b"EBSC", b"GPOS", b"GSUB", b"JSTF", b"LTSH", b"PCLT", b"SVG ")
_PLAIN = (
    harfbuzz_subset.HB_SUBSET_FLAGS_RETAIN_GIDS
    | harfbuzz_subset.HB_SUBSET_FLAGS_PASSTHROUGH_UNRECOGNIZED
    | harfbuzz_subset.HB_SUBSET_FLAGS_DESUBROUTINIZE
)
long_extract = Font._harfbuzz_subset  # noqa: SLF001 - the one place where the library can be told


def short_extract(font: Any, glyphs: Collection[int], hinting: bool) -> None:
    """Leave these glyphs in a font (`Font._harfbuzz_subset`)."""
    asked = ffi.gc(harfbuzz_subset.hb_subset_input_create_or_fail(), harfbuzz_subset.hb_subset_input_destroy)
    _add(harfbuzz_subset.hb_subset_input_glyph_set(asked), glyphs)
    tags = harfbuzz_subset.hb_subset_input_set(asked, harfbuzz_subset.HB_SUBSET_SETS_DROP_TABLE_TAG)
    _add(tags, [harfbuzz.hb_tag_from_string(name, -1) for name in DROPPED])
    flags = _PLAIN
    if not hinting:
        flags |= harfbuzz_subset.HB_SUBSET_FLAGS_NO_HINTING
    if font.missing:
        flags |= harfbuzz_subset.HB_SUBSET_FLAGS_NOTDEF_OUTLINE
    harfbuzz_subset.hb_subset_input_set_flags(asked, flags)
    face = harfbuzz_subset.hb_subset_or_fail(font.hb_face, asked)
    content = get_hb_object_data(ffi.gc(face, harfbuzz.hb_face_destroy)) if face else None
    if content:
        font.file_content = content
    else:
        long_extract(font, glyphs, hinting)


def _add(numbers: Any, more: Collection[int]) -> None:
    harfbuzz.hb_set_add_sorted_array(numbers, ffi.new("hb_codepoint_t[]", sorted(more)), len(more))
