"""收文登记簿: what the body has signed for, in the order of its numbers."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Row, func, literal, select
from sqlalchemy.orm import aliased

from workflow.operations.documents.papers import VOIDED
from workflow.operations.documents.receiving import OUTSIDE, STAGE
from workflow.operations.reading.registers.entries import Entry, Register, Rows, Setting, moment
from workflow.store.cases import Case
from workflow.store.documents import Document
from workflow.store.organization import Organization
from workflow.store.receipts import Receipt

Handling, Sender = aliased(Case), aliased(Organization)
ROLES = {"main": "主送", "copy": "抄送", "outside": "外来"}
COLUMNS = (
    "收文号", "签收时间", "来文单位", "来文字号", "标题", "文种", "紧急程度", "送达方式", "签收人", "办理情况",
)  # fmt: skip
TITLE = func.coalesce(Receipt.title, Document.title)
NUMBER = func.coalesce(Receipt.number, Document.number)
KIND = func.coalesce(Receipt.kind, Document.kind)
SENDER = func.coalesce(Receipt.sender, Sender.name)


def rows_of(body: int) -> Rows:
    """Everything that has come to a body, signed for or not."""
    return (
        select(
            Receipt.id, Receipt.year, Receipt.serial, Receipt.signed_at, Receipt.person, Receipt.role, Receipt.urgency,
            Receipt.due_at, Receipt.arrived_at, Receipt.document_id, Document.state,
            Document.content[("document", "urgency")].label("stated_urgency"), SENDER.label("sender"),
            NUMBER.label("number"), TITLE.label("title"), KIND.label("kind"),
            Handling.number.label("case_number"), Handling.state.label("stands"),
        )
        .outerjoin(Document, Document.id == Receipt.document_id)
        .outerjoin(Sender, Sender.id == Document.issuer_id)
        .outerjoin(Handling, Handling.id == Receipt.case_id)
        .where(Receipt.organization_id == body)
    )  # fmt: skip


def _query(body: int) -> Rows:
    return rows_of(body).where(Receipt.serial.is_not(None))


def _entry(setting: Setting, row: Row[*tuple[Any, ...]]) -> Entry:
    stage = setting.installation.definitions.stages[STAGE]
    field = stage.field("urgency")
    urgency = (field.options or {}).get(row.urgency or "", "") if field else ""
    is_void = row.state == VOIDED
    stands = stage.states[row.stands].title if row.stands in stage.states else "已签收"
    cells = (
        f"{row.year}年第{row.serial}号", moment(row.signed_at, setting.zone), row.sender or "", row.number or "",
        row.title or "", row.kind or "", row.stated_urgency or urgency, ROLES[row.role], row.person,
        f"{stands}（来文已撤销）" if is_void else stands,
    )  # fmt: skip
    waiting = row.id if row.case_number is None and row.role != OUTSIDE and not is_void else None
    return Entry(row.id, cells, row.document_id, row.case_number or "", is_void, waiting)


RECEIVED = Register(
    "received", "收文登记簿", COLUMNS, COLUMNS.index("标题"), _query, (Receipt.year, Receipt.serial), Receipt.id,
    (Receipt.year, literal(""), KIND), (TITLE, NUMBER, SENDER), _entry,
)  # fmt: skip
