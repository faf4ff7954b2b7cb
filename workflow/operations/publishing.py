"""Published stage definitions: immutable versions, kept for the cases that were born with them."""

from __future__ import annotations

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from workflow import clock
from workflow.definition.loader import content_hash
from workflow.definition.model import Stage
from workflow.operations.installation import Installation
from workflow.store.cases import DefinitionVersion
from workflow.store.fetching import found_rows, get_one, known
from workflow.store.prepared import Prepared


def publish(session: Session, installation: Installation) -> None:
    """Store every stage definition that differs from the versions published before."""
    for stage in installation.definitions.stages.values():
        publish_stage(session, stage)


def publish_stage(session: Session, stage: Stage) -> int:
    """The id of the version with exactly this content, published now if it is new."""
    digest = content_hash(stage)
    for (known_as,) in found_rows(session, BY_DIGEST, {"digest": digest}):
        return int(known_as)
    content = stage.model_dump(mode="json", by_alias=True)
    version = DefinitionVersion(stage=stage.stage, content_hash=digest, content=content, published_at=clock.now())
    session.add(version)
    session.flush()
    return version.id


def _digest(session: Session, definition_id: int) -> str:
    version = known(session, DefinitionVersion, definition_id)
    if version is not None:
        return version.content_hash
    return next((each for (each,) in found_rows(session, DIGEST, {"definition": definition_id})), "")


def stage_of(session: Session, definition_id: int, digest: str = "") -> Stage:
    """The definition that a case was born with, parsed once per process and found by its digest."""
    digest = digest or _digest(session, definition_id)
    if digest in _known:
        return _known[digest]
    version = get_one(
        session, DefinitionVersion, definition_id
    )  # one row for thousands of cases: mostly in the session
    stage = _known.get(version.content_hash)
    return stage or _known.setdefault(version.content_hash, Stage.model_validate(version.content))


DIGEST = Prepared(select(DefinitionVersion.content_hash).where(DefinitionVersion.id == bindparam("definition")))
BY_DIGEST = Prepared(select(DefinitionVersion.id).where(DefinitionVersion.content_hash == bindparam("digest")))
_known: dict[str, Stage] = {}  #: content hash → definition; immutable, so never stale
