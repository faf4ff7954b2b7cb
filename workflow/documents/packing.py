"""Writes the parts of a PDF once: the library does it for the file and again for the file's identifier."""

from __future__ import annotations

import deflate
import pydyf

#: A fifth of the time of zlib at its usual level for a hundredth more bytes: outlines hardly compress further.
LEVEL = 1


class _Written(pydyf.Object):  # type: ignore[misc] # pydyf has no types
    """A part of a file in its bytes."""

    data = b""

    def __init__(self, part: pydyf.Object) -> None:
        super().__init__()
        self.number, self.data = part.number, part.data


def pack(_document: object, pdf: pydyf.PDF) -> None:
    """Compress every stream that is to be compressed, and write all else, in place. A finisher of WeasyPrint."""
    for number, each in enumerate(pdf.objects):
        if isinstance(each, pydyf.Dictionary | pydyf.Array):
            pdf.objects[number] = _Written(each)
        if isinstance(each, pydyf.Stream) and each.compress:
            each.stream = [bytes(deflate.zlib_compress(_body(each), LEVEL))]
            each.extra["Filter"] = "/FlateDecode"
            each.compress = False


def _body(stream: pydyf.Stream) -> bytes:
    written: bytes = pydyf.Stream(stream.stream).data
    return written.partition(b"\nstream\n")[2].removesuffix(b"\nendstream")
