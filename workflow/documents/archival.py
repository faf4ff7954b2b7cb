"""PDF/A-3: what a paper says of itself to programs, embedded as a file beside the printed text (ISO 19005-3).

Only what the paper shows is embedded, with the hash of its whole content: whoever has the file may read everything in
it, and nothing of the case that was not printed.
"""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import sha256
from typing import Any

import rfc8785

VARIANT = "pdf/a-3u"
FILE = "document.json"
FORMAT = "chuangyou-document-1"
#: Values of `document` that every layout prints, or that say which paper it is.
PRINTED = ("catalogue", "kind", "title", "number", "code", "issuer", "main", "copies", "date", "attachments")


def content_hash(values: Mapping[str, Any]) -> str:
    """The hash of a paper's whole content. Images of seals are no part of it: text sealed later is the same."""
    document = {name: value for name, value in values.get("document", {}).items() if name != "joint_seals"}
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
