"""What those who handle a paper look at on the page of its case: changes, checklist, signatures of receipt."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from workflow.engine.delivery import Delivery
from workflow.operations.documents.checklist import Checked, checklist
from workflow.operations.following import ISSUE_STAGE
from workflow.operations.installation import Installation
from workflow.operations.loading import Loaded
from workflow.operations.reading.redline import Redline, redline_of
from workflow.store.journal import JournalEntry


@dataclass(frozen=True)
class Aids:
    """Each is shown where there is something to show."""

    redline: Redline | None  #: what was changed since it was returned
    checklist: tuple[Checked, ...] = ()  #: of a document that has no number yet
    delivery: Delivery | None = None  #: of a document that has been sent out


def aids_of(
    session: Session, installation: Installation, loaded: Loaded, entries: Sequence[JournalEntry]
) -> Aids:  # fmt: skip
    """The aids of a case; the last two only for the issue of a document."""
    redline = redline_of(session, installation, loaded, entries)
    if loaded.row.stage != ISSUE_STAGE:
        return Aids(redline)
    rules, sent = checklist(session, installation, loaded), loaded.snapshot.deliveries
    return Aids(redline, rules, next(iter(sent), None))
