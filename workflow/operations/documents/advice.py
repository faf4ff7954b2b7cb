"""The letter of advice 建议函 (T41; R57, R58): a guide's advice as a document of its own, signed, numbered and sealed.

Ordered by whoever advises, besides the remark: an ordinary remark needs no letter (R63). It is drafted from the remark
and goes the way of every document that leaves a body (domain.md §11), in an issue of the guide's.
"""

from __future__ import annotations

from sqlalchemy.orm import Session

from workflow.engine.actor import Actor
from workflow.operations.acting import act_as_system
from workflow.operations.birth import MATTER, Birth, Subject, bear, prospect
from workflow.operations.documents.particulars import ISSUE
from workflow.operations.following import follow
from workflow.operations.installation import Installation
from workflow.operations.loading import Loaded
from workflow.store.cases import Case

PAPER, WRITE = "advice_letter", "write_text"
ABOUT = "创先争优活动有关工作"


def order_letter(
    session: Session, installation: Installation, loaded: Loaded, actor: Actor, guide: int, text: str
) -> Case:
    """Open the issue of the letter for the guide, with the text of the remark; the leading superior gets a copy."""
    tree, own = loaded.snapshot.tree, loaded.snapshot.case.bodies["own"]
    data = {
        "paper": PAPER, MATTER: ABOUT, "text": text, "need": f"对{loaded.row.number}提出建议",
        "main": [tree.bodies[own].name], "copies": [tree.bodies[each].name for each in tree.leads.get(own, ())],
    }  # fmt: skip
    definition = installation.definitions.stages[ISSUE]
    snapshot = prospect(session, installation, loaded.campaign, definition, Subject(guide), data)
    letter, step = bear(session, installation, loaded.campaign, snapshot, Birth(actor))
    follow(session, installation, letter, step)
    act_as_system(session, installation, letter.row.id, WRITE)
    return letter.row
