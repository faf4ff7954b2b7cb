"""Keep a paper: a new row by a statement of its own, and the digest by which its content is known."""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import sha256
from typing import Any

import rfc8785
from sqlalchemy import inspect
from sqlalchemy.orm import Session

from workflow.engine.chain import NotCanonical, canonical
from workflow.store.documents import Document
from workflow.store.fetching import insert


def keep(session: Session, document: Document) -> None:
    """Write a paper that is new, or what has changed about one that is not."""
    if inspect(document).transient:
        insert(session, document)
    else:
        session.flush()


def digest_of(content: Mapping[str, Any]) -> str:
    """SHA-256 of the RFC 8785 bytes; those of shares and averages, which have points, take longer to work out."""
    try:
        data = canonical(dict(content))
    except NotCanonical:
        data = rfc8785.dumps(dict(content))
    return sha256(data).hexdigest()
