"""A volume of case files: papers of cases and of the cases they opened, bound in order with contents and journals.

Only what the reader may read goes in. What is left out, void or not printed is named in the contents.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session, defer

from workflow.documents.bindery import Bindery
from workflow.documents.binding import Bound, Extent, Unreadable
from workflow.documents.render import render_pdf
from workflow.engine.actor import Actor
from workflow.operations.access import is_reader
from workflow.operations.attaching import attachments_of
from workflow.operations.documents.covers import Cover, remark, seal_of
from workflow.operations.documents.enclosing import Enclosing
from workflow.operations.installation import Installation
from workflow.operations.loading import Loaded, load
from workflow.operations.reading.history import Happening, timeline
from workflow.operations.reading.history import journal as entries_of
from workflow.store.cases import Case
from workflow.store.documents import Document, DocumentFile

TEMPLATE = "letterhead/shared/case_file"
PRINTED = "rendered"
#: Why a paper is named and not bound.
MISSING = {
    "draft": "待登记编号，未装订",
    "queued": "正在排版，未装订",
    "failed": "排版失败，未装订",
    "voided": "已作废，不装订",
}
WITHHELD, BROKEN = "您无权查看，未装订", "PDF 读不出，未装订"
JOURNAL = "办理过程"


@dataclass(frozen=True)
class Member:
    """A case of a family; `loaded` is absent when the reader may not open it."""

    row: Case
    depth: int
    loaded: Loaded | None


class Volume:
    """One file in the making. Papers are read one after another."""

    def __init__(self, session: Session, installation: Installation, actor: Actor) -> None:
        self._session, self._installation, self._actor = session, installation, actor
        self._binder = Bindery()
        self._enclosing = Enclosing(session, installation, self._binder)
        self._lines: list[dict[str, Any]] = []
        self._moments: list[tuple[datetime, str]] = []
        self._rows: list[Case] = []
        self.papers = 0

    @property
    def rows(self) -> Sequence[Case]:
        """The cases whose papers are in."""
        return self._rows

    def head(self, title: str) -> None:
        """A heading over the cases that follow."""
        self._heading(title, "", 0)

    def put(self, loaded: Loaded, level: int = 0) -> None:
        """Every paper of a case and of the cases that it opened, then the journals of all of them."""
        members = list(self._family(loaded, 0))
        for member in members:
            self._case(member, level + member.depth, with_issued=member.depth == 0)
        read = [(each.loaded, entries_of(self._session, each.row.id)) for each in members if each.loaded is not None]
        for each, entries in read:
            zone = each.snapshot.zone
            self._moments += [(entry.at, zone) for entry in entries]
        journals = [_journal(each, timeline(each.stage, entries)) for each, entries in read]
        data = render_pdf(self._template, values_of(JOURNAL, loaded.row.number, {"journals": journals})).data
        self._line(
            f"{JOURNAL}：{loaded.row.title}",
            on=self._last_day().isoformat(),
            extent=self._binder.add(JOURNAL, data, level + 1),
        )

    def finish(self, cover: Cover) -> Bound:
        """The whole file with its cover and contents in front."""
        first, last = self._first_day(), self._last_day()
        seal = seal_of(self._session, self._installation, self._rows)
        holds = self.papers, self._enclosing.bound
        extra = {
            "cover": cover.values(self._installation, self._rows, (first, last), holds, seal),
            "lines": self._lines, "remark": remark(self._lines),
        }  # fmt: skip
        values = values_of(f"{cover.kind}：{cover.title}", cover.number, extra, cover.body, last.isoformat())
        front = render_pdf(self._template, values).data
        return self._binder.finish(cover.title, front, (("封面", 0), ("卷内目录", 1)))

    @property
    def _template(self) -> Path:
        return self._installation.definitions.directory / TEMPLATE

    def _family(self, loaded: Loaded, depth: int) -> Iterator[Member]:
        yield Member(loaded.row, depth, loaded)
        children = select(Case).where(Case.parent_id == loaded.row.id).order_by(Case.id)
        for row in self._session.scalars(children).all():
            child = load(self._session, self._installation, row.id)
            if is_reader(self._session, self._actor, child):
                yield from self._family(child, depth + 1)
            else:
                yield Member(row, depth + 1, None)

    def _case(self, member: Member, level: int, *, with_issued: bool) -> None:
        row = member.row
        if member.loaded is None:
            self._lines.append({"is_heading": True, "title": row.title, "number": row.number, "note": WITHHELD})
            return
        self._heading(row.title, row.number, level)
        self._rows.append(row)
        mine = Document.case_id == row.id
        if with_issued:
            mine |= Document.issue_case_id == row.id
        query = select(Document).options(defer(Document.content)).where(mine).order_by(Document.id)
        for document in self._session.scalars(query).all():
            self._paper(document, level + 1)
        for file in attachments_of(self._session, row.id):
            on = file.added_at.astimezone(ZoneInfo(member.loaded.snapshot.zone)).date().isoformat()
            self._line(file.name, on=on, **self._enclosing.put(file, level + 1))

    def _paper(self, document: Document, level: int) -> None:
        facts = {"number": document.number or "", "on": document.signed_on.isoformat(), "code": document.code}
        title = f"{document.number}　{document.title}" if document.number else document.title
        note, extent = MISSING.get(document.state, ""), None
        if not note:
            stored = select(DocumentFile.data).where(DocumentFile.document_id == document.id)
            try:
                extent = self._binder.add(title, self._session.scalar(stored) or b"", level)
                self.papers += 1
            except Unreadable:
                note = BROKEN
        self._line(document.title, note=note, extent=extent, **facts)

    def _heading(self, title: str, number: str, level: int) -> None:
        self._binder.mark(title, level)
        self._lines.append({"is_heading": True, "title": title, "number": number, "note": ""})

    def _line(self, title: str, **facts: Any) -> None:
        order = sum(not each["is_heading"] for each in self._lines) + 1
        self._lines.append(line(order, title, **facts))

    def _first_day(self) -> date:
        return min(at.astimezone(ZoneInfo(zone)).date() for at, zone in self._moments)

    def _last_day(self) -> date:
        return max(at.astimezone(ZoneInfo(zone)).date() for at, zone in self._moments)


def line(
    order: int, title: str, *, on: str, number: str = "", code: str = "", note: str = "", file: str = "",
    extent: Extent | None = None,
) -> dict[str, Any]:  # fmt: skip
    """A line of the contents."""
    return {"is_heading": False, "order": order, "title": title, "number": number, "on": on, "code": code, "note": note,
            "file": file, "pages": _pages(extent)}  # fmt: skip


def _pages(extent: Extent | None) -> str:
    if extent is None:
        return ""
    return str(extent.first) if extent.pages == 1 else f"{extent.first}-{extent.last}"


def _journal(loaded: Loaded, happenings: Sequence[Happening]) -> dict[str, Any]:
    zone = ZoneInfo(loaded.snapshot.zone)
    entries = [
        {"sequence": each.sequence, "at": f"{each.at.astimezone(zone):%Y-%m-%d %H:%M}", "who": each.who,
         "post": each.post, "body": each.body, "what": each.what, "target": each.target, "reason": each.reason}
        for each in reversed(happenings)
    ]  # fmt: skip
    return {"title": loaded.row.title, "number": loaded.row.number, "entries": entries}


def values_of(title: str, number: str, extra: dict[str, Any], issuer: str = "", on: str = "") -> dict[str, Any]:
    """What the template is given."""
    document = {"catalogue": "", "kind": "", "title": title, "number": number, "code": "", "issuer": issuer, "date": on}
    return {"document": document, "campaign": {"title": "", "seal": ""}, "extra": extra}
