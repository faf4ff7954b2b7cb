"""Send a document out inside the service: a row in the register of each body that it is for (D11, D12).

Some are written with the act itself; where there are more, a job goes on, some in each transaction. How far it has
come stands in the distribution and is written with the rows, so nobody is left out and nobody gets it twice.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy import Engine, Select, func, insert, literal, select
from sqlalchemy.orm import Session

from workflow import clock
from workflow.engine.calendar import due_at
from workflow.engine.deadlines import lasting
from workflow.operations.documents.addressing import addressees_of
from workflow.operations.documents.papers import issued_by
from workflow.operations.installation import Installation
from workflow.operations.loading import Loaded, load
from workflow.operations.many.subjects_below import HEAD
from workflow.operations.organization.trees import active
from workflow.store.cases import Campaign, Case
from workflow.store.fetching import get, get_one
from workflow.store.jobs import Priority
from workflow.store.organization import Organization
from workflow.store.receipts import Distribution, Receipt
from workflow.store.session import writing

JOB = "distribute"
BY_SYSTEM = "system"  #: the way of delivery that this service sees to
LIMIT, AT_ONCE = "receipt.sign_limit", "receipt.most_at_once"
MAIN, COPY = "main", "copy"
SLICE = 10  #: transactions of one job; then another job goes on, so that more urgent ones need not wait for the end


def distribute(session: Session, installation: Installation, issue: Loaded) -> None:
    """Let the document of an issue case arrive with everybody whom it names, unless it goes out by other ways."""
    if issue.snapshot.case.data.get("delivery") != BY_SYSTEM:
        return
    document, snapshot = issued_by(session, issue), issue.snapshot
    if get(session, Distribution, document.id) is not None:
        return  # it went out before, and somebody has put the case back to an earlier state
    to = addressees_of(session, load(session, installation, document.case_id), document)
    due = due_at(lasting(snapshot, LIMIT, issue.today).date, snapshot.business_day_end, snapshot.zone)
    sent = Distribution(
        document_id=document.id, case_id=issue.row.id, sent_at=issue.at, due_at=due, main=to.main, copies=to.copies,
        below=to.below, unreached=to.unreached, after_body=0,
    )  # fmt: skip
    session.add(sent)
    session.flush()
    _write(session, sent, [(each, MAIN) for each in to.main] + [(each, COPY) for each in to.copies])
    spread(session, installation, sent, issue.today, snapshot.integer(AT_ONCE))
    if sent.finished_at is None:
        _put_on(session, installation, sent)


def work_distribution(engine: Engine, installation: Installation, document_id: int) -> None:
    """Go on with a distribution for a while. A repeat is harmless."""
    for number in range(1, SLICE + 1):
        with writing(engine) as session:
            sent = session.get_one(Distribution, document_id, with_for_update=True)
            if sent.finished_at is not None:
                return
            case = get_one(session, Case, sent.case_id)
            campaign = get_one(session, Campaign, case.campaign_id)
            own = get_one(session, Organization, case.organization_id)
            today = installation.today(clock.now(), own.timezone)
            spread(session, installation, sent, today, int(campaign.parameters[AT_ONCE]))
            if number == SLICE and sent.finished_at is None:
                _put_on(session, installation, sent)


def spread(session: Session, installation: Installation, sent: Distribution, today: date, most: int) -> None:
    """Write the rows of the next bodies below, at most so many, by one statement."""
    if sent.below is not None:
        kinds = sorted(installation.definitions.organization.roles[HEAD].posts)
        reached = _reached(sent, kinds, today).order_by(Organization.id).limit(most).subquery()
        last, many = session.execute(select(func.max(reached.c.id), func.count()).select_from(reached)).one()
        if many:
            _spread_to(session, sent, _reached(sent, kinds, today).where(Organization.id <= last))
            sent.after_body = last
        if many == most:
            return
    sent.finished_at = clock.now()


def _reached(sent: Distribution, kinds: Sequence[str], day: date) -> Select[int]:
    """The Party bodies below that have no row yet and are not named themselves."""
    named = [*sent.main, *sent.copies]
    return select(Organization.id).where(
        Organization.path.startswith(sent.below or "", autoescape=True), Organization.path != sent.below,
        Organization.kind.in_(kinds), active(Organization, day), Organization.id > sent.after_body,
        Organization.id.not_in(named),
    )  # fmt: skip


def _spread_to(session: Session, sent: Distribution, bodies: Select[int]) -> None:
    columns = ["organization_id", "document_id", "role", "arrived_at", "due_at", "person"]
    rows = bodies.add_columns(
        literal(sent.document_id), literal(MAIN), literal(clock.now(), Receipt.arrived_at.type),
        literal(sent.due_at, Receipt.due_at.type), literal(""),
    )  # fmt: skip
    session.execute(insert(Receipt).from_select(columns, rows.order_by(Organization.id), include_defaults=False))


def _write(session: Session, sent: Distribution, to: Sequence[tuple[int, str]]) -> None:
    session.add_all(
        Receipt(organization_id=body, document_id=sent.document_id, role=role, arrived_at=sent.sent_at,
                due_at=sent.due_at)
        for body, role in to
    )  # fmt: skip
    session.flush()


def _put_on(session: Session, installation: Installation, sent: Distribution) -> None:
    """Let a worker go on with it from where it has come to."""
    key = f"{sent.document_id}:{sent.after_body}"
    installation.jobs.enqueue(session, JOB, key, priority=Priority.BULK, document_id=sent.document_id)
