"""PDF/A-3: what a paper says of itself to programs, embedded as a file beside the printed text (ISO 19005-3).

Only what the paper shows is embedded, with the hash of its whole content: whoever has the file may read everything in
it, and nothing of the case that was not printed.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

import pydyf
import rfc8785
from weasyprint import Attachment

from workflow.documents.colours import slim
from workflow.documents.marking import draw_code, layout_of, place_of
from workflow.documents.packing import pack

VARIANT = "pdf/a-3u"
FILE = "document.json"
FORMAT = "chuangyou-document-1"
RELATIONSHIP = "Data"
EMBEDDED_ON = datetime(2012, 1, 1, tzinfo=UTC)  #: the same for all: when a paper is printed again its bytes stay
#: Values of `document` that every layout prints, or that say which paper it is.
PRINTED = ("catalogue", "kind", "title", "number", "code", "issuer", "main", "copies", "date", "attachments")


def content_hash(values: Mapping[str, Any]) -> str:
    """The hash of a paper's whole content. The image of the seal is no part of it: text sealed later is the same."""
    document = {**values.get("document", {})}
    if "seal" in document:
        document["seal"] = {**document["seal"], "image": ""}
    return sha256(rfc8785.dumps({**values, "document": document})).hexdigest()


def embedded(values: Mapping[str, Any]) -> bytes:
    """The embedded file: canonical JSON (RFC 8785)."""
    document = values["document"]
    said = {name: document[name] for name in PRINTED if name in document}
    if document.get("upward"):
        said["signatory"] = document.get("signatory", "")
    facts = {
        "format": FORMAT, "document": said, "content_sha256": content_hash(values),
        "journal_seal": values.get("campaign", {}).get("seal", ""),
    }  # fmt: skip
    return rfc8785.dumps(facts)


def attachment(values: Mapping[str, Any]) -> Attachment:
    """The embedded file with its relation to the paper."""
    return Attachment(
        string=embedded(values), name=FILE, description="公文登记信息和内容校验值", created=EMBEDDED_ON,
        modified=EMBEDDED_ON, relationship=RELATIONSHIP,
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
