"""What becomes of the attachments of a case in its volume: pages, or a line that says why there are none."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from workflow.documents.bindery import Bindery
from workflow.documents.binding import Extent
from workflow.documents.enclosures import BINDABLE, Limits, Unbindable
from workflow.operations.installation import Installation
from workflow.store.attachments import Attachment, AttachmentFile

MEBIBYTE = 1024**2
APART = "电子文件另存，未装订"
FULL = "本册附件已满"
#: Pages of one attachment; pages and megabytes of all of a volume; megapixels of a picture.
BOUNDS = ("file.enclosure_pages", "file.enclosed_pages", "file.enclosed_megabytes", "file.enclosure_megapixels")


class Enclosing:
    """Binds the attachments of one volume, as far as the volume has room for them."""

    def __init__(self, session: Session, installation: Installation, binder: Bindery) -> None:
        self._session, self._binder = session, binder
        parameters = installation.definitions.campaign.parameters
        self._pages_of_one, self._pages, megabytes, megapixels = (int(str(parameters[name])) for name in BOUNDS)
        self._bytes, self._pixels = megabytes * MEBIBYTE, megapixels * 1_000_000
        self.bound = 0

    def put(self, attachment: Attachment, level: int) -> dict[str, Any]:
        """Bind one if it can be bound. What the line of the contents says of it, whatever becomes of it."""
        note, extent = "", None
        try:
            extent = self._bind(attachment, level)
        except Unbindable as unbindable:
            note = f"{unbindable.message}，{APART}"
        else:
            note = "" if extent else APART
        return {"number": "附件", "extent": extent, "note": note, "file": identified(attachment)}

    def _bind(self, attachment: Attachment, level: int) -> Extent | None:
        if attachment.media_type not in BINDABLE:
            return None
        if attachment.size > self._bytes or not self._pages:
            raise Unbindable(reason=FULL)
        stored = select(AttachmentFile.data).where(AttachmentFile.attachment_id == attachment.id)
        limits = Limits(min(self._pages, self._pages_of_one), self._pixels)
        data = self._session.scalar(stored) or b""
        extent = self._binder.enclose(attachment.name, attachment.media_type, data, limits, level)
        self._bytes -= attachment.size
        self._pages -= extent.pages
        self.bound += 1
        return extent


def identified(attachment: Attachment) -> str:
    """Size and hash, by which the stored file is known again."""
    size = attachment.size
    shown = f"{size / MEBIBYTE:.1f} MB" if size >= MEBIBYTE else f"{size / 1024:.1f} KB"
    return f"{shown}　SHA-256 {attachment.sha256}"
