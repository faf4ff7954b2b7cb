"""发文登记簿: every number that the body has given, voided ones among them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import Row, select
from sqlalchemy.orm import aliased

from workflow.operations.documents.papers import VOIDED
from workflow.operations.following import ISSUE_STAGE
from workflow.operations.reading.registers.entries import Entry, Register, Rows, Setting, day
from workflow.store.cases import Case
from workflow.store.documents import Document

Issue = aliased(Case)
COLUMNS = (
    "发文字号", "标题", "文种", "主送", "抄送", "签发人", "成文日期", "份数", "核发日期", "办理情况",
)  # fmt: skip


def _query(body: int) -> Rows:
    return (
        select(
            Document.id, Document.number, Document.title, Document.kind, Document.state, Document.signed_on,
            Document.content[("document", "main")].label("main"),
            Document.content[("document", "copies")].label("copies"),
            Document.content[("document", "signatory")].label("signatory"),
            Issue.state.label("stands"), Issue.data, Issue.number.label("case_number"),
        )
        .outerjoin(Issue, Issue.id == Document.issue_case_id)
        .where(Document.issuer_id == body, Document.serial.is_not(None))
    )  # fmt: skip


def _entry(setting: Setting, row: Row[*tuple[Any, ...]]) -> Entry:
    data = row.data or {}
    states = setting.installation.definitions.stages[ISSUE_STAGE].states
    is_void = row.state == VOIDED
    stands = f"已作废（{_day(data.get('voided_on'))}）" if is_void and data.get("voided_on") else "已作废"
    if not is_void:
        stands = states[row.stands].title if row.stands in states else ""
    cells = (
        row.number, row.title, row.kind, _listed(row.main), _listed(row.copies), row.signatory or "",
        day(row.signed_on), str(data.get("print_run") or ""), _day(data.get("distributed_on")), stands,
    )  # fmt: skip
    return Entry(row.id, cells, row.id, row.case_number or "", is_void)


def _day(value: object) -> str:
    return day(date.fromisoformat(value)) if isinstance(value, str) else ""


def _listed(names: Sequence[str] | None) -> str:
    return "、".join(names or ())


ISSUED = Register(
    "issued", "发文登记簿", COLUMNS, COLUMNS.index("标题"), _query, (Document.year, Document.series, Document.serial),
    Document.id, (Document.year, Document.series, Document.kind), (Document.title, Document.number), _entry,
)  # fmt: skip
