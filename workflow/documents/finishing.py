"""What is done to a paper between layout and file: data attached, code drawn, streams packed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import pydyf
from weasyprint import Attachment
from weasyprint.urls import URLFetcher

from workflow.documents.archival import FILE
from workflow.documents.colours import slim
from workflow.documents.marking import draw_code, layout_of, place_of
from workflow.documents.packing import pack

RELATIONSHIP = "Data"
EMBEDDED_ON = datetime(2012, 1, 1, tzinfo=UTC)  #: the same for all: when a paper is printed again its bytes stay


def attachment(said: bytes, fetcher: URLFetcher) -> Attachment:
    """The embedded file with its relation to the paper. Nothing is fetched; without a fetcher one would be made."""
    return Attachment(
        string=said, name=FILE, description="公文登记信息和内容校验值", created=EMBEDDED_ON,
        modified=EMBEDDED_ON, relationship=RELATIONSHIP, url_fetcher=fetcher,
    )  # fmt: skip


class Finisher:
    """Draws the code of verification and tidies what PDF/A asks for, before the file is written."""

    def __init__(self, html: str, values: Mapping[str, Any], numbers: Mapping[str, Any]) -> None:
        document = values["document"]
        self._code = str(document.get("verify") or document.get("code") or "")
        self._place = place_of(numbers, layout_of(html))

    def __call__(self, document: object, pdf: pydyf.PDF) -> None:
        """Change the PDF in place."""
        if self._code:
            draw_code(pdf, self._code, self._place)
        for each in pdf.objects:
            if isinstance(each, pydyf.Stream) and "Interpolate" in each.extra:
                each.extra["Interpolate"] = "false"  # ISO 19005-3, 6.2.8
        if "AF" in pdf.catalog:  # each file once
            pdf.catalog["AF"] = pydyf.Array(dict.fromkeys(pdf.catalog["AF"]))
        slim(pdf)
        pack(document, pdf)
