"""Joint issue 联合行文: the other issuers beside the one that leads, on the head and under the text (X1, D21–D24)."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from workflow.engine.guards.joint_issue import partners_of
from workflow.operations.documents.papers import issued_by
from workflow.operations.installation import Installation
from workflow.operations.loading import Loaded
from workflow.store.organization import Organization

OTHERS = "等"  #: after the issuer that leads, in the title


def join(session: Session, _installation: Installation, issue: Loaded) -> None:
    """Put the issuers whom the case names onto the document, the leading one first; without others it stands alone."""
    document, data = issued_by(session, issue), issue.snapshot.case.data
    bodies = partners_of(data)
    names = dict(session.execute(select(Organization.id, Organization.name).where(Organization.id.in_(bodies))).all())
    values = document.content["document"]
    issuer = values["issuer"]
    rest = document.title.removeprefix(issuer).removeprefix(OTHERS)
    document.title = f"{issuer}{OTHERS if bodies else ''}{rest}"
    joint = [issuer, *(names[each] for each in bodies)] if bodies else []
    joined = {"title": document.title, "joint": joint, "joint_bodies": [document.issuer_id, *bodies] if bodies else []}
    document.content = {**document.content, "document": {**values, **joined}}
