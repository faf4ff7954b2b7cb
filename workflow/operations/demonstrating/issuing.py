"""Issue every numbered paper of a case: recheck, register, seal, distribute, archive, each by whose turn it is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from workflow.operations.demonstrating.director import DemonstrationFailed, Director, Scene

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
        trigger, role, values = STEPS[state]
        director.act(paper, trigger, director.holder(paper, role), **values)


def _seal(director: Director, paper: Scene) -> None:
    data = director.data(paper)
    if data["seal"]:
        keeper = director.holder(paper, "own.seal_keeper", besides=tuple(data["drafter"]))
        director.act(paper, "seal", keeper, seal_copies=12)
    else:
        director.act(paper, "skip_seal", director.holder(paper, "own.clerk"), delivery="system")
