"""Tell clerks and seal keepers what has come into their registers: once a day and body, however much it is.

In our own pages the inbox says it. What goes out is gathered; what nobody has signed for in time is a reminder.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import partial

from sqlalchemy import Engine, Select, func, select, text
from sqlalchemy.orm import Session

from workflow import clock
from workflow.engine.routing import addresses
from workflow.notices.kinds import DEADLINE, PAPERS
from workflow.operations.alone import alone
from workflow.operations.documents.papers import RENDERED
from workflow.operations.documents.receiving import CLERK
from workflow.operations.documents.seal_images import ROLE as KEEPER
from workflow.operations.informing.looks import last_look, remember_look
from workflow.operations.informing.telling import tell
from workflow.operations.installation import Installation
from workflow.operations.organization.trees import present_tree
from workflow.store.documents import TO_SEAL, Document
from workflow.store.fetching import get_one
from workflow.store.organization import Organization
from workflow.store.receipts import Receipt
from workflow.store.session import reading

LOOKS_BACK = timedelta(hours=12)  #: after an outage
OVERLAP = timedelta(minutes=10)  #: what was written just before the last look may have been seen by nobody yet
RECEIVED, TO_BE_SEALED, LATE = "received", "seal", "late"

#: What is told: to whom, of which kind, its title, and what to do.
SAID: Mapping[str, tuple[str, str, str, str]] = {
    RECEIVED: (CLERK, PAPERS, "来文待签收：{body}，{count}件", "请在“公文—收文登记簿”中签收。"),
    TO_BE_SEALED: (KEEPER, PAPERS, "文件待用印：{body}，{count}份", "请在“公文—待用印的文件”中办理。"),
    LATE: (CLERK, DEADLINE, "签收已到期：{body}，{count}件来文没有签收", "请在“公文—收文登记簿”中签收。"),
}


def tell_of_papers(engine: Engine, installation: Installation) -> int:
    """Tell of what has come since the last look; answers of how many registers. A repeat tells nobody."""
    now = clock.now()
    with reading(engine) as session:
        last = last_look(session, PAPERS)
        since = max(last - OVERLAP, now - LOOKS_BACK) if last else now
        found = [(what, *row) for what, query in _news(since, now).items() for row in session.execute(query)]
    tells = installation.settings.mail_url is not None
    told = 0
    for what, body, count in found:
        if tells or SAID[what][1] == DEADLINE:
            one = partial(_tell, installation=installation, what=what, body=body, count=count)
            told += alone(engine, one, f"nobody could be told of the register of body {body}")
    if last is None or found:
        remember_look(engine, PAPERS, now)
    return told


def _news(since: datetime, now: datetime) -> Mapping[str, Select[int, int]]:
    """Bodies with something new, and how much waits there altogether."""
    body, issuer = Receipt.organization_id, Document.issuer_id
    unsigned = select(body, func.count()).where(Receipt.signed_at.is_(None)).group_by(body).order_by(body)
    unsealed = select(issuer, func.count()).where(text(TO_SEAL), Document.state == RENDERED)
    return {
        RECEIVED: unsigned.having(func.max(Receipt.arrived_at).between(since, now)),
        LATE: unsigned.where(Receipt.due_at <= now).having(func.max(Receipt.due_at).between(since, now)),
        TO_BE_SEALED: unsealed.group_by(issuer).order_by(issuer).having(
            func.max(Document.rendered_at).between(since, now)
        ),
    }  # fmt: skip


def _tell(session: Session, installation: Installation, what: str, body: int, count: int) -> bool:
    role, kind, title, then = SAID[what]
    row = get_one(session, Organization, body)
    day = installation.today(clock.now(), row.timezone)
    tree = present_tree(session, installation, {body}, day)
    to = [f"o{each}:{post}" for each, post in addresses(tree, installation.definitions.organization, role, body)]
    said = title.format(body=row.name, count=count)
    return bool(
        tell(session, installation, to, kind=kind, key=f"{what}:{body}:{day.isoformat()}", title=said, text=then)
    )
