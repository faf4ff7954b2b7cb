"""Look at a picture that somebody sends, by what it holds and not by what it is called.

What reads it is loaded with the first picture.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from importlib import import_module
from io import BytesIO
from typing import Any

MEDIA_TYPES = {"PNG": "image/png", "JPEG": "image/jpeg"}
ENDS = {"PNG": b"IEND\xaeB`\x82", "JPEG": b"\xff\xd9"}  #: how a whole file ends; half of one is drawn without complaint


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture that can be printed."""

    media_type: str
    width: int
    height: int


def pillow() -> Any:
    """The library."""
    return import_module("PIL.Image")


def unreadable() -> tuple[type[Exception], ...]:
    """What a damaged picture, or none at all, comes to."""
    bombs = pillow().DecompressionBombError, pillow().DecompressionBombWarning
    return (OSError, ValueError, SyntaxError, *bombs)  # an unidentified picture is an OSError


def look_at(data: bytes, most: int) -> Picture | None:
    """The picture, or None for what is none. One with a side beyond `most` pixels is measured, and not decoded."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", pillow().DecompressionBombWarning)
            with pillow().open(BytesIO(data), formats=tuple(MEDIA_TYPES)) as image:
                if max(image.size) <= most:
                    image.load()
                if not data.rstrip(b"\0\r\n").endswith(ENDS[str(image.format)]):
                    return None
                return Picture(MEDIA_TYPES[str(image.format)], *image.size)
    except unreadable():
        return None
