"""Webhooks and robots of groups: who may set one up, for which body, and what is checked first."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session

from workflow import clock
from workflow.engine.actor import Actor
from workflow.engine.forms import FieldFault
from workflow.errors import InvalidInput, NotAllowed, NotFound
from workflow.notices.channel import Rejected
from workflow.notices.kinds import FOR_GROUPS
from workflow.notices.outbound import Outbound
from workflow.notices.robots import FORMATS, check_secret
from workflow.operations.informing.envelopes import enclose
from workflow.operations.installation import Installation
from workflow.operations.organization.organizers import check_organizes, territories
from workflow.store.notices import Hook
from workflow.store.organization import Organization

MOST_BODIES = 200  #: offered on the page, from the top; the command takes any
LONGEST_NAME, LONGEST_SECRET, LONGEST_URL = 60, 200, 1000


@dataclass(frozen=True)
class NewHook:
    """What somebody enters."""

    name: str
    format: str
    url: str
    secret: str
    organization: Organization
    kinds: tuple[str, ...] = ()  #: empty for all


@dataclass(frozen=True)
class ListedHook:
    """A hook as it is shown: its address is a secret, its host is not."""

    id: int
    name: str
    format: str
    host: str
    body: str
    kinds: tuple[str, ...]  #: titles
    is_enabled: bool
    made_at: datetime


def add_hook(session: Session, installation: Installation, actor: Actor, new: NewHook) -> Hook:
    """Set up a hook. Raises NotAllowed or InvalidInput."""
    check_organizes(session, installation, actor, {new.organization.id}, "设置对外提醒")
    if faults := list(_faults(installation, new)):
        raise InvalidInput(errors=tuple(faults))
    url, settings = new.url.strip(), installation.settings
    made = Hook(
        name=new.name.strip(), format=new.format, host=urlsplit(url).hostname or "", url=enclose(settings, url),
        secret=enclose(settings, new.secret.strip()),
        organization_id=new.organization.id, kinds=list(new.kinds), made_by=actor.person_id, made_at=clock.now(),
    )  # fmt: skip
    session.add(made)
    session.flush()
    return made


def switch_hook(session: Session, installation: Installation, actor: Actor, hook_id: int, *, on: bool) -> Hook:
    """Let a hook rest, or tell it again. Raises NotFound or NotAllowed."""
    hook = _found(session, installation, actor, hook_id)
    hook.is_enabled = on
    return hook


def remove_hook(session: Session, installation: Installation, actor: Actor, hook_id: int) -> Hook:
    """Forget a hook and its secrets; what it was told stays known. Raises NotFound or NotAllowed."""
    hook = _found(session, installation, actor, hook_id)
    hook.removed_at, hook.is_enabled, hook.url, hook.secret = clock.now(), False, "", ""
    return hook


def hooks_below(session: Session, installation: Installation, actor: Actor) -> list[ListedHook]:
    """The hooks of the bodies of which the actor keeps the records, by body. None for others."""
    tops = territories(session, installation, actor)
    rows = session.execute(
        select(Hook, Organization.short_name)
        .join(Organization, Organization.id == Hook.organization_id)
        .where(Hook.removed_at.is_(None), below(tops))
        .order_by(Organization.path, Hook.id)
    )
    return [
        ListedHook(each.id, each.name, FORMATS[each.format], each.host, body,
                   tuple(FOR_GROUPS[kind] for kind in each.kinds if kind in FOR_GROUPS), each.is_enabled, each.made_at)
        for each, body in rows
    ]  # fmt: skip


def bodies_below(session: Session, installation: Installation, actor: Actor) -> dict[int, str]:
    """The bodies for which the actor may set up a hook, from the top. Raises NotAllowed for who keeps no records."""
    tops = territories(session, installation, actor)
    if not tops:
        raise NotAllowed(action="查看对外提醒", reason="应由各级党组织的组织管理员办理")
    found = select(Organization.id, Organization.short_name).where(below(tops), Organization.valid_to.is_(None))
    rows = session.execute(found.order_by(func.length(Organization.path), Organization.path).limit(MOST_BODIES))
    return {row.id: row.short_name for row in rows}


def below(paths: Iterable[str]) -> ColumnElement[bool]:
    """Bodies on or below any of the paths."""
    return or_(False, *(Organization.path.startswith(each, autoescape=True) for each in paths))


def _found(session: Session, installation: Installation, actor: Actor, hook_id: int) -> Hook:
    hook = session.get(Hook, hook_id, with_for_update={"key_share": True})
    if hook is None or hook.removed_at is not None:
        raise NotFound(what="这个对外提醒")
    check_organizes(session, installation, actor, {hook.organization_id}, "更改对外提醒")
    return hook


def _faults(installation: Installation, new: NewHook) -> Iterable[FieldFault]:
    if not 0 < len(new.name.strip()) <= LONGEST_NAME:
        yield FieldFault("name", "名称", f"请填写名称，不超过{LONGEST_NAME}个字")
    if new.format not in FORMATS:
        yield FieldFault("format", "类型", "请选择类型")
    elif reason := check_secret(new.format, new.secret.strip()):
        yield FieldFault("secret", "密钥", reason)
    if len(new.secret) > LONGEST_SECRET:
        yield FieldFault("secret", "密钥", f"密钥太长，不超过{LONGEST_SECRET}个字符")
    if unknown := [each for each in new.kinds if each not in FOR_GROUPS]:
        yield FieldFault("kinds", "提醒哪些", f"没有“{unknown[0]}”这类提醒，请重新选择")
    try:
        Outbound(installation.settings.allowed_hosts).check(new.url.strip()[:LONGEST_URL])
    except Rejected as refused:
        yield FieldFault("url", "地址", f"这个地址不能用：{refused.reason}")
