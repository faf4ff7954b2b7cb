"""Compresses the streams of a PDF once: the library does it for the file and again for the file's identifier."""

from __future__ import annotations

import zlib

import pydyf

#: Half the time of the library's level, for half a percent more bytes: outlines of characters hardly compress further.
LEVEL = 6


def pack(_document: object, pdf: pydyf.PDF) -> None:
    """Compress every stream that is to be compressed, in place. A finisher of WeasyPrint."""
    for each in pdf.objects:
        if isinstance(each, pydyf.Stream) and each.compress:
            each.stream = [zlib.compress(_body(each), LEVEL)]
            each.extra["Filter"] = "/FlateDecode"
            each.compress = False


def _body(stream: pydyf.Stream) -> bytes:
    written: bytes = pydyf.Stream(stream.stream).data
    return written.partition(b"\nstream\n")[2].removesuffix(b"\nendstream")
