"""Order the file of a campaign for an inspection, or the certificates of an award list: who may, of what, how many.

An order is stored before anything is bound and worked off by a durable job (operations.bindings.working).
"""

from __future__ import annotations

import logging
from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from workflow import clock
from workflow.engine.actor import Actor
from workflow.engine.forms import FieldFault
from workflow.engine.routing import addresses
from workflow.errors import InvalidInput, NotAllowed, NotFound, Refused
from workflow.operations.installation import Installation
from workflow.operations.organization.trees import load_tree
from workflow.store.bindings import Binding, BindingFile, BindingPart, BindingUse
from workflow.store.cases import Campaign, Case, CaseBody
from workflow.store.jobs import Priority
from workflow.store.organization import Organization

JOB = "binding"  #: kind of the job
BODIES, STAGES, CERTIFICATES = "bodies", "stages", "certificates"
WAYS = {
    BODIES: "案卷，每个组织一册",
    STAGES: "案卷，每个环节一册",
    CERTIFICATES: "荣誉证书，本级表彰的全部名单",
}
ROLES = ("office", "secretary")  #: of the node or of a body above it
AWARDING = ("office",)  #: role in the awarding body that prints certificates
AWARD_STAGE, AWARD_BASE = "commendation", "award_level"
APPROVED = ("approved", "decided", "awarded", "archived")  #: states in which an award stands
ORDERED, DOWNLOADED, STOPPED = "ordered", "downloaded", "stopped"
TITLE = "汇总装订案卷"

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Wanted:
    """What somebody wants bound."""

    what: str  #: one of WAYS
    below: bool = True  #: with every body below the node


def order_binding(
    session: Session, installation: Installation, actor: Actor, campaign_id: int, node_id: int, wanted: Wanted
) -> Binding:
    """Store the order and put its job into the same transaction. Raises NotFound, NotAllowed or InvalidInput."""
    campaign, node = session.get(Campaign, campaign_id), session.get(Organization, node_id)
    if campaign is None or node is None:
        raise NotFound(what="这个活动或者组织")
    check_may_order(session, installation, actor, node.id, wanted.what)
    assert actor.person_id is not None  # noqa: S101 - the system holds no post
    total = count(session, campaign.id, node, wanted)
    if not total:
        raise InvalidInput(errors=(FieldFault("what", "装订内容", "这个范围内还没有可以装订的事项"),))
    binding = Binding(
        campaign_id=campaign.id, organization_id=node.id, below=wanted.below, what=wanted.what,
        person_id=actor.person_id, made_at=clock.now(), total=total,
    )  # fmt: skip
    session.add(binding)
    session.flush()
    note(session, binding, actor, ORDERED)
    put_on(session, installation, binding)
    return binding


def check_may_order(session: Session, installation: Installation, actor: Actor, node_id: int, what: str) -> None:
    """The one rule about such orders. Raises InvalidInput for what is unknown, NotAllowed for everybody else."""
    if what not in WAYS:
        raise InvalidInput(errors=(FieldFault("what", "装订内容", "请选择装订什么"),))
    if not may_order(session, installation, actor, node_id, what):
        who = "表彰机关的办事机构" if what == CERTIFICATES else "本组织或者上级党组织的办事机构、主要负责人"
        raise NotAllowed(action=TITLE, reason=f"应由{who}办理")


def may_order(session: Session, installation: Installation, actor: Actor, node_id: int, what: str = BODIES) -> bool:
    """The organiser of the tree: office or head of the node or of a body above it; certificates the awarding office."""
    tree = load_tree(session, {node_id}, installation.today(clock.now()))
    words = installation.definitions.organization
    awards = what == CERTIFICATES
    line = (node_id,) if awards else (node_id, *tree.ancestors(node_id))
    able = {
        each for body in line for role in (AWARDING if awards else ROLES) for each in addresses(tree, words, role, body)
    }
    return not actor.posts.isdisjoint(able)


def is_for_holders(installation: Installation, posts: Collection[str]) -> bool:
    """Whether whoever holds one of these posts in a body, or in its working bodies, may order the body's file."""
    roles = (installation.definitions.organization.roles[role] for role in ROLES)
    return any(code in posts for role in roles for codes in role.posts.values() for code in codes)


def count(session: Session, campaign_id: int, node: Organization, wanted: Wanted) -> int:
    """How many cases it concerns."""
    return session.scalar(select(func.count()).select_from(Case).where(*concerned(campaign_id, node, wanted))) or 0


def concerned(campaign_id: int, node: Organization, wanted: Wanted) -> list[ColumnElement[bool]]:
    """The cases that an order is about."""
    mine = [Case.campaign_id == campaign_id]
    if wanted.what == CERTIFICATES:
        awarded = select(CaseBody.case_id).where(CaseBody.base == AWARD_BASE, CaseBody.organization_id == node.id)
        return [*mine, Case.stage == AWARD_STAGE, Case.state.in_(APPROVED), Case.id.in_(awarded)]
    mine.append(Case.parent_id.is_(None))
    if not wanted.below:
        return [*mine, Case.organization_id == node.id]
    below = select(Organization.id).where(Organization.path.startswith(node.path))
    return [*mine, Case.organization_id.in_(below)]


def wanted_of(binding: Binding) -> Wanted:
    """What was ordered."""
    return Wanted(binding.what, binding.below)


def put_on(session: Session, installation: Installation, binding: Binding) -> None:
    """Let a worker go on with it from where it has come to."""
    key = f"{binding.id}:{binding.numbered_to}:{binding.after_group}:{binding.after_case}"
    installation.jobs.enqueue(session, JOB, key, priority=Priority.BULK, binding_id=binding.id)


def stop_binding(session: Session, actor: Actor, binding_id: int) -> Binding:
    """Bind no more; the order is finished without its files. Only for whoever gave it."""
    binding = own_binding(session, actor, binding_id)
    session.refresh(binding, with_for_update=True)
    if binding.finished_at is None:
        binding.stopped_at = binding.finished_at = clock.now()
        note(session, binding, actor, STOPPED)
    return binding


def own_binding(session: Session, actor: Actor, binding_id: int) -> Binding:
    """An order, for the person who gave it alone."""
    binding = session.get(Binding, binding_id)
    if binding is None or binding.person_id != actor.person_id:
        raise NotFound(what="这次装订")
    return binding


def open_binding(session: Session, installation: Installation, actor: Actor, binding_id: int) -> Binding:
    """A finished order whose files may be fetched now: the right ends with the post, the files with their time.

    Raises NotFound, NotAllowed or Refused.
    """
    binding = own_binding(session, actor, binding_id)
    check_may_order(session, installation, actor, binding.organization_id, binding.what)
    if binding.forgotten_at is not None or (binding.expires_at is not None and binding.expires_at <= clock.now()):
        raise Refused(title="下载", guard="files_are_kept", reason="装订的文件已过保存期限，已经删除，请重新装订")
    if binding.finished_at is None or binding.stopped_at is not None:
        raise NotFound(what="装订好的文件，它还没有装订完成")
    return binding


def parts_of(session: Session, binding_id: int, most: int | None = None) -> list[BindingPart]:
    """The files of an order in their own order, the index first when there is one."""
    mine = select(BindingPart).where(BindingPart.binding_id == binding_id)
    return list(session.scalars(mine.order_by(BindingPart.sequence).limit(most)))


def part_data(session: Session, binding_id: int, sequence: int) -> bytes:
    """The bytes of one file. Raises NotFound."""
    data = session.scalar(
        select(BindingFile.data).where(BindingFile.binding_id == binding_id, BindingFile.sequence == sequence)
    )
    if data is None:
        raise NotFound(what="这一册")
    return data


def note(session: Session, binding: Binding, actor: Actor, what: str, sequence: int | None = None) -> None:
    """Keep who did what with it."""
    use = BindingUse(binding_id=binding.id, at=clock.now(), person_id=actor.person_id, person=actor.name, what=what,
                     sequence=sequence)  # fmt: skip
    session.add(use)
    log.info("binding %s %s by person %s, part %s", binding.id, what, actor.person_id, sequence)
