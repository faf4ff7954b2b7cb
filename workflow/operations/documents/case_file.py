"""The file of one case (案卷): cover, contents, every paper of the case and its children, journal; for one reader."""

from __future__ import annotations

import logging

from sqlalchemy.orm import Session

from workflow.documents.binding import Bound
from workflow.engine.actor import Actor
from workflow.operations.documents.covers import Cover
from workflow.operations.documents.volume import Volume
from workflow.operations.installation import Installation
from workflow.operations.loading import Loaded
from workflow.operations.reading.loaded import find

KIND = "案卷"

log = logging.getLogger(__name__)


def case_file(session: Session, installation: Installation, actor: Actor, number: str) -> tuple[str, Bound]:
    """Name and bytes of the file, as far as the actor may read it. Raises NotFound. The same state, the same bytes."""
    loaded = find(session, installation, actor, number)
    volume = Volume(session, installation, actor)
    volume.put(loaded)
    bound = volume.finish(cover_of(loaded))
    log.info("case file of %s bound for person %s: %s papers", number, actor.person_id, volume.papers)
    return f"{KIND} {number}.pdf", bound


def cover_of(loaded: Loaded) -> Cover:
    """The cover for a single case."""
    body = loaded.snapshot.tree.bodies[loaded.row.organization_id].name
    return Cover(KIND, loaded.row.title, body, loaded.campaign.title, loaded.row.number)
