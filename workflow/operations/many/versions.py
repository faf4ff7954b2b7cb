"""Versions of the definitions: those that running cases keep, and the cases that keep them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from workflow.definition.loader import content_hash
from workflow.definition.model import Stage
from workflow.errors import NotFound, Refused
from workflow.operations.installation import Installation
from workflow.store.cases import Case, DefinitionVersion
from workflow.store.organization import Organization


@dataclass(frozen=True)
class OldVersion:
    """A published definition that is no longer the newest, with cases that still run by it."""

    stage: str
    title: str
    published_at: datetime
    content_hash: str
    running: int


def old_versions(session: Session, installation: Installation) -> list[OldVersion]:
    """The versions that running cases keep, other than the present ones. One statement."""
    stages = installation.definitions.stages
    present = {content_hash(each) for each in stages.values()}
    rows = session.execute(
        select(DefinitionVersion.stage, DefinitionVersion.published_at, DefinitionVersion.content_hash,
               func.count(Case.id).label("running"))
        .join(Case, Case.definition_id == DefinitionVersion.id)
        .where(Case.closed_at.is_(None), DefinitionVersion.content_hash.not_in(present))
        .group_by(DefinitionVersion.id)
        .order_by(DefinitionVersion.stage, DefinitionVersion.id)
    )  # fmt: skip
    return [
        OldVersion(row.stage, stages[row.stage].title if row.stage in stages else row.stage, row.published_at,
                   row.content_hash, row.running)
        for row in rows
    ]  # fmt: skip


def new_stage(installation: Installation, stage: str, mapping: Mapping[str, str]) -> Stage:
    """The present definition of a stage. Raises NotFound or Refused for a name that it does not have."""
    found = installation.definitions.stages.get(stage)
    if found is None:
        raise NotFound(what=f"名为“{stage}”的环节")
    if unknown := sorted(set(mapping.values()) - found.states.keys()):
        raise Refused(title="更换流程版本", reason=f"新版“{found.title}”没有状态 {'、'.join(unknown)}，请核对对应关系")
    return found


def running_cases(session: Session, new: Stage, which: ColumnElement[bool] | None = None) -> list[int]:
    """Ids of the running cases of the stage that keep another version; `which` is a condition on their bodies."""
    older = (
        select(Case.id)
        .join(DefinitionVersion, DefinitionVersion.id == Case.definition_id)
        .join(Organization, Organization.id == Case.organization_id)
        .where(Case.closed_at.is_(None), Case.stage == new.stage, DefinitionVersion.content_hash != content_hash(new))
    )
    return list(session.scalars((older if which is None else older.where(which)).order_by(Case.id)))
