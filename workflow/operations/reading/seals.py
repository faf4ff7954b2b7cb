"""The seal of a body as its page shows it: the image in use, those before it, and who keeps it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from workflow.engine.actor import Actor
from workflow.errors import NotFound
from workflow.operations.documents.seal_images import images_of, kept_by
from workflow.operations.documents.signatures import certificate_of
from workflow.operations.installation import Installation
from workflow.store.organization import Organization
from workflow.store.seals import SealImage, SealUse


@dataclass(frozen=True)
class ImageLine:
    """An image, without its bytes."""

    id: int
    media_type: str
    side: int
    size: int
    sha256: str
    keeper: str
    added_at: datetime
    ended_at: datetime | None
    ended_by: str


@dataclass(frozen=True)
class SealPage:
    """What the keeper of a seal sees of it."""

    id: int
    name: str
    short_name: str
    image: ImageLine | None  #: in use
    earlier: tuple[ImageLine, ...]
    uses: int
    certificate: str  #: which one signs, or why none does
    largest: int  #: limits of an image: bytes, and pixels of a side
    pixels: tuple[int, int]


def seal_page(session: Session, installation: Installation, actor: Actor, body: int) -> SealPage:
    """The page of a seal, for its keeper alone. Raises NotFound for anybody else."""
    row = session.get(Organization, body)
    if row is None or body not in kept_by(session, installation, actor):
        raise NotFound(what="这个印章，或者您不是它的保管人")
    images = tuple(_line(each) for each in images_of(session, body))
    limit = installation.definitions.campaign.parameters
    least, most, largest = (int(str(limit[f"seal.image_{name}"])) for name in ("pixels_least", "pixels_most", "bytes"))
    return SealPage(
        row.id, row.name, row.short_name, next((each for each in images if each.ended_at is None), None),
        tuple(each for each in images if each.ended_at is not None),
        session.scalar(select(func.count()).where(SealUse.organization_id == body)) or 0,
        certificate_of(installation.settings, row.code), largest, (least, most),
    )  # fmt: skip


def seal_picture(
    session: Session, installation: Installation, actor: Actor, body: int, image: int
) -> tuple[str, bytes]:
    """Media type and bytes of an image, for the keeper alone: nobody else is handed the means to forge a seal."""
    row = session.get(SealImage, image)
    if row is None or row.organization_id != body or body not in kept_by(session, installation, actor):
        raise NotFound(what="这个印章图片，或者您不是它的保管人")
    return row.media_type, row.data


def _line(image: SealImage) -> ImageLine:
    return ImageLine(
        image.id, image.media_type, image.side, image.size, image.sha256, image.keeper, image.added_at, image.ended_at,
        image.ended_by or "",
    )  # fmt: skip
