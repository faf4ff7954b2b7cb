"""用印登记簿: every use of the body's seal, by whom, when and on what."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Row, extract, func, literal, select

from workflow.operations.documents.papers import VOIDED
from workflow.operations.reading.registers.entries import Entry, Register, Rows, Setting, moment
from workflow.store.documents import Document
from workflow.store.seals import SealUse

COLUMNS = ("登记号", "用印时间", "文件标题", "发文字号", "文种", "用印份数", "用印人", "印章", "电子签名", "备注")
DIGITS = 12  #: of the seal's fingerprint that tell it from others


def _query(body: int) -> Rows:
    place = func.row_number().over(order_by=SealUse.id).label("serial")
    numbered = select(SealUse.id, place).where(SealUse.organization_id == body).subquery()
    return (
        select(
            SealUse.id, numbered.c.serial, SealUse.used_at, SealUse.copies, SealUse.keeper, SealUse.image_sha256,
            SealUse.signed_at, SealUse.unsigned_because, SealUse.document_id, Document.title, Document.number,
            Document.kind, Document.state,
        )
        .join(numbered, numbered.c.id == SealUse.id)
        .join(Document, Document.id == SealUse.document_id)
        .where(SealUse.organization_id == body)
    )  # fmt: skip


def _entry(setting: Setting, row: Row[*tuple[Any, ...]]) -> Entry:
    seal = f"印模 {row.image_sha256[:DIGITS]}" if row.image_sha256 else "实物印章"
    signed = moment(row.signed_at, setting.zone) or row.unsigned_because or "未签名"
    is_void = row.state == VOIDED
    cells = (
        str(row.serial), moment(row.used_at, setting.zone), row.title, row.number or "", row.kind, str(row.copies),
        row.keeper, seal, signed, "文件已作废" if is_void else "",
    )  # fmt: skip
    return Entry(row.id, cells, row.document_id, is_void=is_void)


SEALED = Register(
    "sealed", "用印登记簿", COLUMNS, COLUMNS.index("文件标题"), _query, (SealUse.id,), SealUse.id,
    (extract("year", SealUse.used_at), literal(""), Document.kind), (Document.title, Document.number, SealUse.keeper),
    _entry,
)  # fmt: skip
