"""A register as a file: a spreadsheet, or the paper that an office keeps (T42)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from workflow import clock
from workflow.documents.render import render_pdf
from workflow.documents.workbook import workbook
from workflow.engine.actor import Actor
from workflow.operations.documents.content import chinese_date
from workflow.operations.installation import Installation
from workflow.operations.reading.registers.entries import Wanted
from workflow.operations.reading.registers.pages import MOST_EXPORTED, MOST_PRINTED, whole_register

PAPER = "register"


@dataclass(frozen=True)
class MadeFile:
    """A file made when somebody asks for it, and not kept."""

    name: str
    data: bytes


def spreadsheet(
    session: Session, installation: Installation, actor: Actor, body_id: int, name: str, wanted: Wanted
) -> MadeFile:
    """The entries asked for as a spreadsheet. Raises NotFound or Refused."""
    body, register, entries = whole_register(session, installation, actor, body_id, name, wanted, MOST_EXPORTED)
    rows = (each.cells for each in entries)
    data = workbook(register.title, register.columns, rows, wide=register.wide, made_at=clock.now())
    return MadeFile(f"{body.short_name}{register.title}{_which(wanted)}.xlsx", data)


def paper(
    session: Session, installation: Installation, actor: Actor, body_id: int, name: str, wanted: Wanted
) -> MadeFile:
    """The entries asked for as a PDF. Raises NotFound or Refused."""
    body, register, entries = whole_register(session, installation, actor, body_id, name, wanted, MOST_PRINTED)
    today = chinese_date(installation.today(clock.now(), body.timezone))
    values: dict[str, Any] = {
        "document": {"title": register.title, "issuer": body.name, "code": "",
                     "date": today, "number": "", "version": "", "kind": "", "catalogue": "T42"},
        "case": {"subject": body.name, "organization": body.name, "number": ""},
        "campaign": {"title": ""},
        "acts": [],
        "extra": {
            "which": _which(wanted), "columns": list(register.columns), "wide": register.wide,
            "rows": [{"cells": list(each.cells), "is_void": each.is_void} for each in entries],
        },
    }  # fmt: skip
    folder = installation.definitions.directory / "letterhead" / "shared" / PAPER
    return MadeFile(f"{body.short_name}{register.title}{_which(wanted)}.pdf", render_pdf(folder, values).data)


def _which(wanted: Wanted) -> str:
    said = (f"{wanted.year}年" if wanted.year else "", wanted.series, wanted.kind, wanted.words)
    found = " ".join(each for each in said if each)
    return f"（{found}）" if found else ""
