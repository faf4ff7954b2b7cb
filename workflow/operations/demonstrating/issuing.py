"""Issue every numbered paper of a case: recheck, register, seal, distribute, archive, each by whose turn it is.

Those to whom it is sent sign for it in their registers.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select

from workflow.operations.demonstrating.director import DemonstrationFailed, Director, Scene
from workflow.operations.documents.receiving import clerks_of, sign_for
from workflow.operations.organization.posts import actor
from workflow.store.receipts import Distribution, Receipt
from workflow.store.session import writing

#: State → the act that takes the paper on, who does it, and what they enter.
STEPS: Mapping[str, tuple[str, str, Mapping[str, Any]]] = {
    "drafting": ("send_review", "named.drafter", {}),
    "reviewing": ("review_pass", "named.reviewer", {}),
    "awaiting_signature": ("sign", "named.signatory", {}),
    "signed": ("recheck", "own.clerk", {}),
    "rechecked": ("register", "own.clerk", {"print_run": 12}),
    "sealed": ("distribute", "own.clerk", {"delivery": "system"}),
    "distributed": ("archive", "own.archivist", {"receipts": True}),
}
ENDED = ("archived", "voided")
STAGE = "document_issue"


def issue_all(director: Director, parent: Scene) -> int:
    """Issue what the case and its children have ordered; how many papers went out."""
    issued = 0
    for child in director.children(parent):
        if child.stage != STAGE:
            issued += issue_all(director, child)
        elif director.state(child) not in ENDED:
            issue(director, child)
            issued += 1
    return issued


def issue(director: Director, paper: Scene) -> None:
    """Take one paper from where it stands to the archive."""
    while (state := director.state(paper)) not in ENDED:
        if state == "registered":
            director.print_paper(paper)
            if director.state(paper) == state:
                raise DemonstrationFailed(what=f"{paper.number}的公文没有印出")
            continue
        if state == "printed":
            _seal(director, paper)
            continue
        if state == "distributed" and not _sign_for(director, paper):
            return  # somebody has no clerk: it is archived when the time for signing is over
        trigger, role, values = STEPS[state]
        director.act(paper, trigger, director.holder(paper, role), **values)


def _seal(director: Director, paper: Scene) -> None:
    data = director.data(paper)
    if data["seal"]:
        keeper = director.holder(paper, "own.seal_keeper", besides=tuple(data["drafter"]))
        director.act(paper, "seal", keeper, seal_copies=12)
    else:
        director.act(paper, "skip_seal", director.holder(paper, "own.clerk"), delivery="system")


def _sign_for(director: Director, paper: Scene) -> bool:
    """The clerks of those who were sent the document sign for it; whether all have."""
    with writing(director.installation.engine) as session:
        waiting = (
            select(Receipt.id, Receipt.organization_id)
            .join(Distribution, Distribution.document_id == Receipt.document_id)
            .where(Distribution.case_id == paper.id, Receipt.signed_at.is_(None))
            .order_by(Receipt.id)
        )
        able = True
        for receipt, body in session.execute(waiting).all():
            clerks = clerks_of(session, director.installation, body)
            able = able and bool(clerks)
            if clerks:
                sign_for(session, director.installation, actor(session, clerks[0], director.today), body, [receipt])
        return able
