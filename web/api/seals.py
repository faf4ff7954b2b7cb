"""Seals: the keeper's image, the papers that wait for it, and its use; and verification of a paper by its code."""

from __future__ import annotations

from datetime import datetime
from http import HTTPStatus
from typing import Any

from pydantic import Base64Bytes, BaseModel, Field, RootModel

from web.api.repeating import answered
from web.api.shapes import Id, Repeatable, Sent
from web.api.specification import documented
from web.api.surroundings import ID, bearer, blueprint, myself
from web.policy import public
from web.transaction import installation, session
from workflow.operations.documents.pressing import Waiting, press, waiting
from workflow.operations.documents.seal_images import put_in, withdraw
from workflow.operations.reading.seals import SealPage, seal_page
from workflow.operations.reading.verification import Verdict, verify_code

TAG = "用印和核验"


class NewSeal(Sent):
    """An image of a seal."""

    content: Base64Bytes = Field(description="PNG 或 JPEG 图片，正方形，Base64")


class ToSeal(Sent):
    """What the seal is pressed on."""

    documents: list[Id] = Field(min_length=1, description="等待用印的公文，全部用印或者全部不用")


class Use(BaseModel):
    """One use of a seal."""

    id: int
    document: int
    organization: int
    keeper: str
    used_at: datetime
    copies: int
    image_sha256: str | None


class Uses(RootModel[list[Use]]):
    """The uses, one a document."""


class Seal(RootModel[SealPage]):
    """A seal as its keeper sees it."""


class Finding(RootModel[Verdict]):
    """What was found about a paper: of each check `fits` is true, false, or null where it cannot be told."""


class WaitingPapers(RootModel[list[Waiting]]):
    """Papers that wait for the caller's seal."""


@blueprint.get(f"/organizations/<{ID}:organization>/seal")
@bearer
@documented("读取本人保管的印章", Seal, tag=TAG)
def seal(organization: int) -> Seal:
    """The image in use and those before it, without their bytes."""
    return Seal(seal_page(session(), installation(), myself(), organization))


@blueprint.post(f"/organizations/<{ID}:organization>/seal")
@bearer
@documented("启用印章图片，原来的停用并留存", Seal, tag=TAG, status=HTTPStatus.CREATED)
def put_in_seal(organization: int, json: NewSeal, headers: Repeatable) -> Any:  # noqa: ARG001 - documents the key
    """Take an image into use; the same image again changes nothing."""

    def done() -> Seal:
        put_in(session(), installation(), myself(), organization, json.content)
        return Seal(seal_page(session(), installation(), myself(), organization))

    return answered(done, HTTPStatus.CREATED)


@blueprint.post(f"/organizations/<{ID}:organization>/seal/withdrawal")
@bearer
@documented("停用印章图片，改由实物印章加盖", Seal, tag=TAG)
def withdraw_seal(organization: int, headers: Repeatable) -> Any:  # noqa: ARG001 - documents the key
    """Use no image any more."""

    def done() -> Seal:
        withdraw(session(), installation(), myself(), organization)
        return Seal(seal_page(session(), installation(), myself(), organization))

    return answered(done)


@blueprint.get("/seals/waiting")
@bearer
@documented("列出等待本人用印的公文", WaitingPapers, tag=TAG)
def papers_to_seal() -> WaitingPapers:
    """Printed papers without a number that wait for a seal which the caller keeps, the oldest first."""
    return WaitingPapers(waiting(session(), installation(), myself()))


@blueprint.post("/seals/uses")
@bearer
@documented("给公文用印并登记，已经用印的保持原样", Uses, tag=TAG)
def use_seals(json: ToSeal, headers: Repeatable) -> Any:  # noqa: ARG001 - `headers` documents the key
    """Press the seal, on all or none."""

    def done() -> Uses:
        found = press(session(), installation(), myself(), json.documents)
        return Uses([
            Use(id=each.id, document=each.document_id, organization=each.organization_id, keeper=each.keeper,
                used_at=each.used_at, copies=each.copies, image_sha256=each.image_sha256)
            for each in found
        ])  # fmt: skip

    return answered(done)


@blueprint.get("/verifications/<code>")
@public("任何人都可以核验手中的公文")
@documented("按核验码核验公文，不含正文", Finding, tag=TAG, anonymous=True)
def verification(code: str) -> Finding:
    """What the register and the journal say of a paper."""
    return Finding(verify_code(session(), code))
