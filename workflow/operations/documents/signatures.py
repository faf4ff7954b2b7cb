"""A sealed paper's image and signature: what its use of the seal adds to the bytes when it is printed."""

from __future__ import annotations

import logging
from base64 import b64encode
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from hashlib import sha256
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import select
from sqlalchemy.orm import Session

from workflow import clock
from workflow.documents.keys import CannotSign, Keys, Signed, certified, sign
from workflow.notices.channel import Down, Rejected
from workflow.notices.outbound import HTTPS_PORT, Outbound
from workflow.settings import Settings
from workflow.store.documents import Document
from workflow.store.fetching import get_one
from workflow.store.organization import Organization
from workflow.store.seals import SealImage, SealUse

OK = 200
LONGEST_REASON = 300
TIMESTAMP_QUERY = {"Content-Type": "application/timestamp-query", "Accept": "application/timestamp-reply"}

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Use:
    """A use of a seal, as printing needs it."""

    id: int
    body: int
    code: str  #: of the body
    at: datetime
    image: str  #: as a data address; empty when the office presses by hand


@dataclass(frozen=True)
class Sealed:
    """The bytes of a sealed paper, signed or not."""

    use_id: int
    data: bytes
    sha256: str
    signature: Signed | None
    reason: str  #: why there is no signature


def keys_of(settings: Settings) -> Keys:
    """Where the keys of this installation are."""
    password = settings.signing_secret.get_secret_value() if settings.signing_secret else ""
    return Keys(settings.signing_keys_dir, settings.signing_module, settings.signing_token, password)


def certificate_of(settings: Settings, code: str) -> str:
    """Which certificate signs for a body at present, or why none does: one line for its page."""
    try:
        return certified(keys_of(settings), code, clock.now())
    except CannotSign as error:
        return error.message


def seals_used(session: Session, document: Document) -> tuple[Use, ...]:
    """The uses of seals on a paper, in the order in which they were pressed."""
    if document.sealed_at is None and not document.content["document"].get("joint"):
        return ()
    rows = session.execute(
        select(SealUse.id, SealUse.organization_id, SealUse.used_at, Organization.code, SealImage.media_type,
               SealImage.data)
        .join(Organization, Organization.id == SealUse.organization_id)
        .outerjoin(SealImage, SealImage.id == SealUse.image_id)
        .where(SealUse.document_id == document.id)
        .order_by(SealUse.id)
    )  # fmt: skip
    return tuple(
        Use(row.id, row.organization_id, row.code, row.used_at,
            f"data:{row.media_type};base64,{b64encode(row.data).decode()}" if row.data else "")
        for row in rows
    )  # fmt: skip


def is_current(session: Session, document: Document, uses: Sequence[Use]) -> bool:
    """Whether these are still all the uses of seals on the paper."""
    found = session.scalars(select(SealUse.id).where(SealUse.document_id == document.id).order_by(SealUse.id))
    return not document.needs_seal or tuple(found) == tuple(each.id for each in uses)


def seal_of(document: Document, uses: Sequence[Use]) -> Use | None:
    """The use of the seal of the issuer that leads: with it the paper is complete, and is signed."""
    return next((each for each in uses if each.body == document.issuer_id), None)


def with_seals(document: Document, uses: Sequence[Use]) -> Mapping[str, Any]:
    """The values of a paper with each image where the placeholder of its body would be."""
    images, content = {each.body: each.image for each in uses}, document.content
    values = content["document"]
    own = {"seal": {**values["seal"], "image": images.get(document.issuer_id, "")}} if "seal" in values else {}
    joint = [images.get(each, "") for each in values.get("joint_bodies") or ()]
    return {**content, "document": {**values, **own, "joint_seals": joint}} if any(images.values()) else content


def signed(settings: Settings, data: bytes, use: Use) -> Sealed:
    """Sign the paper as of the use of the seal. What is missing for it never stands in the way: the reason is kept."""
    post = _authority(settings.timestamp_url) if settings.timestamp_url else None
    try:
        found = sign(data, keys_of(settings), use.code, use.at, post)
    except CannotSign as error:
        log.warning("paper not signed: %s", error.message)
        return Sealed(use.id, data, sha256(data).hexdigest(), None, str(error.facts["reason"]))
    if found.note:
        log.warning("paper signed without a time stamp: %s", found.note)
    return Sealed(use.id, found.data, sha256(found.data).hexdigest(), found, "")


def enter_signature(session: Session, seal: Sealed, at: datetime) -> bool:
    """Enter in the register whether the paper is signed, by which certificate, or why it is not."""
    use, signature = get_one(session, SealUse, seal.use_id), seal.signature
    use.unsigned_because = seal.reason[:LONGEST_REASON] or None
    use.signed_at = at if signature else None
    if signature is not None:
        use.signer, use.certificate_sha256 = signature.signer[:LONGEST_REASON], signature.certificate_sha256
        use.is_timestamped = signature.is_timestamped
    return signature is not None


def _authority(url: str) -> Callable[[bytes], bytes]:
    """The way to the time stamping authority. Its address is the administrator's own, so it may be an inner one."""
    parts = urlsplit(url)
    way = Outbound(
        frozenset({parts.hostname or ""}), accepts=lambda _address: True, ports=frozenset({parts.port or HTTPS_PORT})
    )
    return partial(_ask, way, url)


def _ask(way: Outbound, url: str, request: bytes) -> bytes:
    try:
        answer = way.post(url, request, TIMESTAMP_QUERY)
    except (Down, Rejected) as error:
        raise OSError(error.message) from error
    if answer.status != OK:
        raise OSError(f"时间戳服务应答 {answer.status}")
    return answer.body
