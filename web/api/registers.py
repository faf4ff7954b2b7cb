"""The registers of a body: what it has issued, received and sealed; signing for what has arrived."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from pydantic import BaseModel, Field

from web.api.repeating import answered
from web.api.shapes import Id, Repeatable, Sent
from web.api.specification import documented
from web.api.surroundings import ID, bearer, blueprint, myself
from web.transaction import installation, session
from workflow.operations.documents.handling import take_in_hand
from workflow.operations.documents.receiving import sign_for
from workflow.operations.reading.registers.entries import Wanted
from workflow.operations.reading.registers.pages import PAGE, register_page

TAG = "登记簿"


class RegisterQuery(Sent):
    """Which entries."""

    year: int | None = Field(None, ge=1, le=9999, description="年度")
    series: str = Field("", max_length=20, description="字号，只用于发文")
    kind: str = Field("", max_length=10, description="文种")
    words: str = Field("", max_length=100, description="标题、字号等中的文字")
    after: Id | None = Field(None, description="取自上一页的 next")


class EntryLine(BaseModel):
    """One entry, with its cells by column."""

    id: int
    cells: dict[str, str]
    document: int | None
    case: str | None = Field(description="办理它的事项编号")
    is_void: bool = Field(description="已作废；字号不再使用")


class WaitingLine(BaseModel):
    """A document that has arrived and nobody has signed for."""

    id: int
    document: int
    title: str
    number: str
    kind: str
    sender: str
    role: str = Field(description="主送或者抄送")
    arrived_at: datetime
    due_at: datetime | None
    is_late: bool


class RegisterLines(BaseModel):
    """A page of a register, the newest number first."""

    title: str
    items: list[EntryLine]
    next: int | None
    waiting: list[WaitingLine] = Field(description="待签收，只用于收文")
    waiting_count: int


class SignedFor(Sent):
    """Which documents are signed for."""

    receipts: Annotated[list[Id], Field(min_length=1, max_length=PAGE, description="取自 waiting 的 id")]


class SignedLines(BaseModel):
    """What was signed for; what somebody else had signed for before is not among it."""

    signed: dict[int, str] = Field(description="id 与收文号")


class InHand(BaseModel):
    """The case that handles a document received."""

    case: str


@blueprint.get(f"/organizations/<{ID}:organization>/registers/<register>")
@bearer
@documented("读取登记簿：issued 发文、received 收文、sealed 用印", RegisterLines, tag=TAG)
def read_register(organization: int, register: str, query: RegisterQuery) -> RegisterLines:
    """A page of a register, for those who may see it."""
    wanted = Wanted(query.year, query.series, query.kind, query.words)
    page = register_page(session(), installation(), myself(), organization, register, wanted, query.after)
    items = [
        EntryLine(id=each.id, cells=dict(zip(page.register.columns, each.cells, strict=True)),
                  document=each.document_id, case=each.case_number or None, is_void=each.is_void)
        for each in page.entries
    ]  # fmt: skip
    waiting = [
        WaitingLine(id=each.id, document=each.document_id, title=each.title, number=each.number, kind=each.kind,
                    sender=each.sender, role=each.role, arrived_at=each.arrived_at, due_at=each.due_at,
                    is_late=each.is_late)
        for each in page.waiting
    ]  # fmt: skip
    return RegisterLines(title=page.register.title, items=items, next=page.earlier, waiting=waiting,
                         waiting_count=page.waiting_count)  # fmt: skip


@blueprint.post(f"/organizations/<{ID}:organization>/receipts/sign")
@bearer
@documented("签收来文，由收文单位的文秘办理", SignedLines, tag=TAG)
def sign_receipts(organization: int, json: SignedFor, headers: Repeatable) -> Any:  # noqa: ARG001 - `headers` documents the key
    """Sign for documents that have arrived."""

    def done() -> SignedLines:
        signed = sign_for(session(), installation(), myself(), organization, json.receipts)
        return SignedLines(signed={each.id: f"{each.year}-{each.serial}" for each in signed})

    return answered(done)


@blueprint.post(f"/receipts/<{ID}:receipt>/handle")
@bearer
@documented("把来文转入承办：已知内容自动带出，尚未签收的同时签收", InHand, tag=TAG)
def handle_receipt(receipt: int, headers: Repeatable) -> Any:  # noqa: ARG001 - `headers` documents the key
    """Open the handling of a document received."""
    return answered(lambda: InHand(case=take_in_hand(session(), installation(), myself(), receipt).number))
