"""The image of a body's own seal: put in, replaced and withdrawn by its seal keeper (domain.md §10.7).

The product draws no seals. What is put in is looked at as a picture, square and of a size that prints well, and kept as
it came, with transparent parts.
"""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from workflow import clock
from workflow.documents.images import look_at
from workflow.engine.actor import Actor
from workflow.engine.forms import FieldFault
from workflow.engine.routing import addresses
from workflow.errors import InvalidInput, NotAllowed, NotFound
from workflow.operations.installation import Installation
from workflow.operations.journal import name_of
from workflow.operations.organization.posts import in_office
from workflow.operations.organization.trees import active, present_tree
from workflow.store.fetching import Entities, get
from workflow.store.organization import Organization, Relation
from workflow.store.seals import SealImage

ROLE = "seal_keeper"
ANY_STAGE = "document_issue"  #: for which a substitute of the keeper must stand in
FIELD = "file"


def kept_by(session: Session, installation: Installation, actor: Actor) -> dict[int, Actor]:
    """The bodies whose seal the actor keeps, each with the capacity in which: in person first, then as a substitute."""
    today = installation.today(clock.now())
    words = installation.definitions.organization
    codes = {code for each in words.roles[ROLE].posts.values() for code in each}
    capacities = actor.capacities(ANY_STAGE)
    near = {body for who in capacities for body, post in who.posts if post in codes}
    if not near:
        return {}
    organs = (Relation.subordinate_id.in_(near)) & (Relation.kind == "same_level") & active(Relation, today)
    hosts = set(session.scalars(select(Relation.superior_id).where(organs)))
    hosts |= set(session.scalars(select(Relation.superior_id).where(
        Relation.subordinate_id.in_(hosts), Relation.kind == "same_level", active(Relation, today))))  # fmt: skip
    tree = present_tree(session, installation, near | hosts, today)
    found: dict[int, Actor] = {}
    for body in sorted(near | hosts):
        able = addresses(tree, words, ROLE, body)
        who = next((each for each in capacities if not each.posts.isdisjoint(able)), None)
        if who is not None:
            found[body] = who
    return found


def kept_bodies(session: Session, installation: Installation, actor: Actor) -> Sequence[Organization]:
    """The bodies whose seal the actor keeps, as rows."""
    bodies = kept_by(session, installation, actor)
    return session.scalars(select(Organization).where(Organization.id.in_(bodies)).order_by(Organization.id)).all()


def keeper_of(session: Session, installation: Installation, actor: Actor, body: int, action: str) -> Actor:
    """The actor as keeper of the body's seal at this moment. Raises NotAllowed for anybody else."""
    if actor.person_id is not None:
        actor = in_office(session, actor, installation.today(clock.now()))
    who = kept_by(session, installation, actor).get(body)
    if who is None:
        raise NotAllowed(action=action, reason="只能由该组织的印章保管人办理")
    return who


def image_in_use(session: Session, body: int) -> SealImage | None:
    """The image that is pressed at present."""
    return next(iter(IN_USE.of(session, body=body)), None)


IN_USE = Entities(SealImage, SealImage.organization_id == bindparam("body"), SealImage.ended_at.is_(None))


def images_of(session: Session, body: int) -> Sequence[SealImage]:
    """Every image that a body ever had, the newest first."""
    return session.scalars(
        select(SealImage).where(SealImage.organization_id == body).order_by(SealImage.id.desc())
    ).all()


def put_in(session: Session, installation: Installation, actor: Actor, body: int, data: bytes) -> SealImage:
    """Take an image into use; the one before it is used no more and stays. The same image again changes nothing.

    Raises NotFound, NotAllowed or InvalidInput.
    """
    who = keeper_of(session, installation, actor, _body(session, body).id, "上传印章图片")
    media_type, side = _checked(installation, data)
    session.get_one(Organization, body, with_for_update={"key_share": True})
    present, digest = image_in_use(session, body), sha256(data).hexdigest()
    if present is not None and present.sha256 == digest:
        return present
    _end(session, present, who)
    assert who.person_id is not None  # noqa: S101 - keepers are persons
    image = SealImage(
        organization_id=body, media_type=media_type, side=side, size=len(data), sha256=digest, data=data,
        keeper_id=who.person_id, keeper=name_of(who), added_at=clock.now(),
    )  # fmt: skip
    session.add(image)
    session.flush()
    return image


def withdraw(session: Session, installation: Installation, actor: Actor, body: int) -> None:
    """Use no image any more: the office presses by hand again. Without one in use nothing changes."""
    who = keeper_of(session, installation, actor, _body(session, body).id, "停用印章图片")
    session.get_one(Organization, body, with_for_update={"key_share": True})
    _end(session, image_in_use(session, body), who)


def _end(session: Session, image: SealImage | None, who: Actor) -> None:
    if image is not None:
        image.ended_at, image.ended_by = clock.now(), name_of(who)
        session.flush()


def _body(session: Session, body: int) -> Organization:
    row = get(session, Organization, body)
    if row is None:
        raise NotFound(what="这个组织")
    return row


def _checked(installation: Installation, data: bytes) -> tuple[str, int]:
    """Media type and pixels of a side. Raises InvalidInput for what is no square picture within the limits."""
    limit = installation.definitions.campaign.parameters
    largest, least, most = (int(str(limit[f"seal.image_{name}"])) for name in ("bytes", "pixels_least", "pixels_most"))
    problem, picture = "", None
    if not data:
        problem = "请选择一个文件"
    elif len(data) > largest:
        problem = f"图片有 {len(data) / 1024:.0f} KB，超过 {largest // 1024} KB，请压缩后再上传"
    elif (picture := look_at(data, most)) is None:
        problem = "文件不是能识别的 PNG 或 JPEG 图片，请核对后重新选择"
    elif picture.width != picture.height:
        problem = f"图片是 {picture.width}×{picture.height} 像素，应为正方形，请裁成正方形后再上传"
    elif not least <= picture.width <= most:
        problem = f"图片边长 {picture.width} 像素，应在 {least} 至 {most} 像素之间"
    if problem or picture is None:
        raise InvalidInput(errors=(FieldFault(FIELD, "印章图片", problem),))
    return picture.media_type, picture.width
