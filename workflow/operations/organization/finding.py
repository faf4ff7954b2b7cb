"""Whom and what somebody means: a person by 工号 or name, a post as `12:party_secretary`."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from workflow.engine.forms import LONGEST_ID, FieldFault
from workflow.errors import InvalidInput, NotFound
from workflow.operations.organization.appointing import Seat
from workflow.store.fetching import get
from workflow.store.organization import Organization
from workflow.store.people import Person

MOST_NAMESAKES = 5  #: listed when a name is not enough


def person_meant(session: Session, text: str, path: str, title: str) -> Person:
    """The person with that 工号, or the only one of that name; InvalidInput under `path` says what to write."""
    text = text.strip()
    found = session.scalar(select(Person).where(Person.number == text))
    if found is not None:
        return found
    namesakes = session.scalars(
        select(Person).where(Person.name == text).order_by(Person.id).limit(MOST_NAMESAKES)
    ).all()
    if len(namesakes) == 1:
        return namesakes[0]
    message = f"没有工号或姓名为“{text}”的人员，请核对"
    if namesakes:
        known = "、".join(f"{each.number}（{each.job or '未登记岗位'}）" for each in namesakes)
        message = f"有不止一位{text}，请改填工号：{known}"
    raise InvalidInput(errors=(FieldFault(path, title, message),))


def person_of(session: Session, person_id: int) -> Person:
    """The person with that id."""
    found = get(session, Person, person_id)
    if found is None:
        raise NotFound(what="这位人员")
    return found


def body_of(session: Session, body_id: int) -> Organization:
    """The body with that id."""
    found = get(session, Organization, body_id)
    if found is None:
        raise NotFound(what="这个组织")
    return found


def seat_meant(session: Session, text: str) -> Seat:
    """The post written as id of the body and code, `12:party_secretary`."""
    body, _, code = text.partition(":")
    if not (body.isascii() and body.isdigit() and len(body) <= LONGEST_ID and code):
        raise NotFound(what=f"任职“{text}”")
    return seat_of(session, int(body), code)


def seat_of(session: Session, body_id: int, code: str) -> Seat:
    """The post in the body with that id."""
    return Seat(body_of(session, body_id), code)
