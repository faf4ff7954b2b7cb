"""Lines of text measured by Pango with less ado, to the same breaks, widths and bytes.

WeasyPrint 70 prepares Pango anew for every line, though a style says all there is to prepare; lays out four times the
text that a line of Chinese can hold; and lays each line out once more, alone. The short way is for Chinese text that
has no space in it.
"""

from __future__ import annotations

import re
from math import inf
from typing import Any

from weasyprint.text.constants import PANGO_DIRECTION
from weasyprint.text.ffi import FROM_UNITS, ffi, gobject, pango, unicode_to_char_p
from weasyprint.text.fonts import font_features, get_font_description
from weasyprint.text.line_break import Layout, create_layout, first_line_metrics, line_size, split_first_line, strut

#: Characters that are drawn by the same font whatever stands beside them, none of which is a space.
_PLAIN = re.compile(
    "[!-~\u00b0\u00b1\u00b7\u00d7\u2014\u2018\u2019\u201c\u201d\u2026\u2103"
    "\u3001-\u3011\u3014-\u3017\u4e00-\u9fff\uff01-\uff5e\uffe5]+"
)
#: Characters beyond a line that decide where it may break.
_AHEAD = 3
#: What else a font is asked for.
_FEATURES = (
    "font_kerning", "font_variant_ligatures", "font_variant_position", "font_variant_caps", "font_variant_numeric",
    "font_variant_alternates", "font_variant_east_asian", "font_feature_settings",
)  # fmt: skip

long_setup = Layout.setup
long_first_line = split_first_line
long_strut = strut


def short_setup(layout: Any, style: Any) -> None:
    """Prepare Pango for a text (`Layout.setup`), once for all texts of a style."""
    prepared = style.__dict__.get("prepared")
    if prepared is None:
        prepared = style.prepared = _prepared(style)
    if not prepared:
        long_setup(layout, style)
        return
    layout.style, layout.first_line_direction = style, 0
    layout.language, context, description = prepared
    layout.layout = ffi.gc(pango.pango_layout_new(context), gobject.g_object_unref)
    pango.pango_layout_set_auto_dir(layout.layout, False)
    pango.pango_layout_set_font_description(layout.layout, description)
    layout.ascent = layout.underline_position = layout.strikethrough_position = None


def _prepared(style: Any) -> tuple[Any, ...]:
    """Language, context and font of a style; nothing where more has to be prepared."""
    if (
        style["text_decoration_line"] != "none"
        or style["font_language_override"] != "normal"
        or font_features(*(style[name] for name in _FEATURES))
    ):
        return ()
    key = (style["direction"], style["lang"])
    contexts = style.cache.setdefault("contexts", {})
    if key not in contexts:
        contexts[key] = _context(style)
    return *contexts[key], get_font_description(style)


def _context(style: Any) -> tuple[Any, Any]:
    context = ffi.gc(pango.pango_font_map_create_context(style.font_config.font_map), gobject.g_object_unref)
    pango.pango_context_set_round_glyph_positions(context, False)
    pango.pango_context_set_base_dir(context, PANGO_DIRECTION[style["direction"]])
    if not style["lang"]:
        return pango.pango_language_get_default(), context
    name, _kept = unicode_to_char_p(style["lang"])
    language = pango.pango_language_from_string(name)
    pango.pango_context_set_language(context, language)
    return language, context


def short_strut(style: Any) -> tuple[float, float]:
    """Height and baseline of a line (`strut`), which are looked up under a long name otherwise."""
    known: tuple[float, float] | None = style.__dict__.get("strut")
    if known is None:
        known = style.strut = long_strut(style)
    return known


def short_first_line(text: str, style: Any, context: Any, width: Any, spacing: Any, *rest: Any, **more: Any) -> Any:
    """As much of a text as a line holds (`split_first_line`)."""
    found = _first_line(text, style, context, width, spacing) if _is_simple(text, style, width) else None
    return found or long_first_line(text, style, context, width, spacing, *rest, **more)


def _is_simple(text: str, style: Any, width: Any) -> bool:
    return (
        width not in {None, inf}
        and 0 < style["font_size"] <= width
        and style["white_space"] == "normal"
        and style["hyphens"] == "none"
        and style["letter_spacing"] in {"normal", 0}
        and not style["word_spacing"]
        and _PLAIN.fullmatch(text) is not None
    )


def _first_line(text: str, style: Any, context: Any, most: Any, spacing: Any) -> tuple[Any, ...] | None:
    """The first line, out of as many characters as it can hold if they are square, and a few more."""
    begun = text[: int(most / style["font_size"]) + 1 + _AHEAD]
    layout = create_layout(begun, style, context, most, spacing)
    line, end = layout.get_first_line()
    if end is None:
        is_whole = begun == text and line_size(line, style)[0] <= most
        return first_line_metrics(line, text, layout, None, True, style) if is_whole else None
    written = begun.encode()
    width, height = line_size(line, style)
    if width > most or (begun != text and len(written[end:].decode()) < _AHEAD):
        return None
    baseline = pango.pango_layout_get_baseline(layout.layout) * FROM_UNITS
    layout.text = written[:end].decode()
    layout.deactivate()
    return layout, end, end, width, height, baseline
