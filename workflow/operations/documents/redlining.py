"""The changes since a return as a paper: struck out and underlined in red (花脸稿)."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from workflow import clock
from workflow.documents.render import render_pdf
from workflow.engine.actor import Actor
from workflow.engine.comparing import Line
from workflow.errors import NotFound
from workflow.operations.documents.content import chinese_date
from workflow.operations.documents.registers import MadeFile
from workflow.operations.installation import Installation
from workflow.operations.reading.history import journal
from workflow.operations.reading.loaded import find
from workflow.operations.reading.redline import redline_of

PAPER = "redline"


def redline_paper(session: Session, installation: Installation, actor: Actor, number: str) -> MadeFile:
    """The redline of a case. Raises NotFound when the actor may not read it, or nothing was changed since a return."""
    loaded = find(session, installation, actor, number)
    found = redline_of(session, installation, loaded, journal(session, loaded.row.id))
    if found is None:
        raise NotFound(what="花脸稿：退回后没有改动")
    own = loaded.snapshot.tree.bodies[loaded.row.organization_id].name
    zone = loaded.snapshot.zone
    values: dict[str, Any] = {
        "document": {"title": "修改对照稿", "issuer": own, "code": "", "date": chinese_date(loaded.today), "number": "",
                     "version": "", "kind": "", "catalogue": "F"},
        "case": {"subject": loaded.row.title, "organization": own, "number": loaded.row.number},
        "campaign": {"title": loaded.campaign.title},
        "acts": [],
        "extra": {
            "returned": {"by": found.returned_by, "act": found.act, "reason": found.reason,
                         "on": chinese_date(installation.today(found.returned_at, zone))},
            "fields": [{"title": each.title, "lines": [_plain(line) for line in each.lines]} for each in found.fields],
        },
    }  # fmt: skip
    folder = installation.definitions.directory / "letterhead" / "shared" / PAPER
    return MadeFile(f"{loaded.row.title}修改对照稿（{clock.now():%Y%m%d}）.pdf", render_pdf(folder, values).data)


def _plain(line: Line) -> dict[str, Any]:
    return {"is_gap": line.is_gap, "pieces": [{"kind": each.kind, "text": each.text} for each in line.pieces]}
