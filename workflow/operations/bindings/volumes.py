"""The next file of a campaign's file: cases of one body or stage, as far as whoever ordered it may read them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from workflow.documents.binding import Bound
from workflow.engine.actor import Actor
from workflow.operations.access import is_reader
from workflow.operations.bindings.ordering import BODIES, concerned, wanted_of
from workflow.operations.documents.covers import Cover
from workflow.operations.documents.volume import Volume
from workflow.operations.installation import Installation
from workflow.operations.loading import Loaded, load
from workflow.store.attachments import Attachment
from workflow.store.bindings import Binding, BindingPart
from workflow.store.cases import Campaign, Case
from workflow.store.documents import Document
from workflow.store.organization import Organization

KIND = "案卷"


@dataclass(frozen=True)
class Made:
    """One file and how far it reaches; `bound` is absent where nothing of these cases may be read."""

    reached: tuple[int, int]  #: group, last case
    title: str
    cases: int
    papers: int
    bound: Bound | None
    missed: tuple[tuple[int, str], ...] = ()


def next_file(
    session: Session, installation: Installation, actor: Actor, binding: Binding, node: Organization
) -> Made | None:
    """What comes after the last one; None at the end."""
    mine = concerned(binding.campaign_id, node, wanted_of(binding))
    group, ids = _group(session, installation, binding, mine)
    if group is None:
        return None
    loaded, taken, rest = _readable(session, installation, actor, ids)
    if not loaded:
        return Made((group, ids[-1]), "", taken, 0, None)
    volume = Volume(session, installation, actor)
    _put(installation, volume, loaded, by_stage=binding.what == BODIES)
    title = _title(session, installation, binding.what, group)
    earlier = select(func.count()).select_from(BindingPart).where(
        BindingPart.binding_id == binding.id, BindingPart.group == group
    )  # fmt: skip
    number = (session.scalar(earlier) or 0) + 1
    part = f"第{number}册" if rest or number > 1 else ""
    campaign = session.get_one(Campaign, binding.campaign_id)
    bound = volume.finish(Cover(KIND, f"{title}{campaign.title}{KIND}", title if binding.what == BODIES else node.name,
                                campaign.title, part=part))  # fmt: skip
    return Made((group, ids[taken - 1]), f"{title}{part}", taken, volume.papers, bound)


def _group(
    session: Session, installation: Installation, binding: Binding, mine: Sequence[ColumnElement[bool]]
) -> tuple[int | None, list[int]]:
    """The body or stage that is being bound, and its cases that are left; the next one when there are none."""
    most = _most(installation)
    groups = _groups(session, installation, binding, mine)
    for group, condition in groups:
        after = binding.after_case if group == binding.after_group else 0
        rest = select(Case.id).where(*mine, condition, Case.id > after).order_by(Case.id).limit(most + 1)
        if ids := list(session.scalars(rest)):
            return group, ids
    return None, []


def _groups(
    session: Session, installation: Installation, binding: Binding, mine: Sequence[ColumnElement[bool]]
) -> list[tuple[int, ColumnElement[bool]]]:
    """The present group and the next one: bodies in the order of their keys, stages in that of the campaign."""
    if binding.what != BODIES:
        stages = [each.stage for each in installation.definitions.campaign.stages]
        numbered = list(enumerate(stages, 1))[max(binding.after_group - 1, 0) :]
        return [(number, Case.stage == stage) for number, stage in numbered]
    following = select(func.min(Case.organization_id)).where(*mine, Case.organization_id > binding.after_group)
    found = [binding.after_group, session.scalar(following)]
    return [(each, Case.organization_id == each) for each in found if each]


def _readable(
    session: Session, installation: Installation, actor: Actor, ids: Sequence[int]
) -> tuple[list[Loaded], int, bool]:
    """The cases that fit into one file, how many were looked at, and whether some are left."""
    most, papers, found = _most(installation), 0, list[Loaded]()
    for taken, case_id in enumerate(ids):
        if taken == most or papers >= most:
            return found, taken, True
        loaded = load(session, installation, case_id)
        if is_reader(session, actor, loaded):
            found.append(loaded)
            papers += papers_under(session, case_id)
    return found, len(ids), False


def papers_under(session: Session, case_id: int) -> int:
    """How many papers and attachments a case and the cases that it opened have."""
    family = select(Case.id).where(Case.id == case_id).cte("family", recursive=True)
    family = family.union_all(select(Case.id).join(family, Case.parent_id == family.c.id))
    counted = (
        select(func.count()).select_from(kind).where(kind.case_id.in_(select(family.c.id)))
        for kind in (Document, Attachment)
    )
    return sum(session.scalar(each) or 0 for each in counted)


def _put(installation: Installation, volume: Volume, loaded: Sequence[Loaded], *, by_stage: bool) -> None:
    """In the order of stages under a heading each, or in that of bodies."""
    stages = [each.stage for each in installation.definitions.campaign.stages]
    if not by_stage:
        for each in sorted(loaded, key=lambda one: (one.row.organization_id, one.row.id)):
            volume.put(each)
        return
    for stage in stages:
        mine = [each for each in loaded if each.row.stage == stage]
        if mine:
            volume.head(mine[0].stage.title)
        for each in mine:
            volume.put(each, level=1)
    for each in loaded:
        if each.row.stage not in stages:
            volume.put(each)


def _title(session: Session, installation: Installation, what: str, group: int) -> str:
    if what == BODIES:
        return session.get_one(Organization, group).name
    planned = installation.definitions.campaign.stages[group - 1]
    return installation.definitions.stages[planned.stage].title


def _most(installation: Installation) -> int:
    most = installation.definitions.campaign.parameters["file.volume_papers"]
    assert isinstance(most, int)  # noqa: S101 - `chuangyou check` holds definitions to their types
    return most
