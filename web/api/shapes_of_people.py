"""What is sent and answered when people and bodies change."""

from __future__ import annotations

from datetime import date, timedelta

from pydantic import BaseModel, Field, RootModel

from web.api.shapes import Code, Id, Sent, Text
from workflow.operations.reading.personnel import PersonPage, Receipt
from workflow.store.organization import Organization
from workflow.store.people import Substitution


class NewSubstitution(Sent):
    """Who stands in for whom."""

    principal: Id = Field(description="被代理人")
    substitute: Id = Field(description="代理人")
    since: date
    until: date = Field(description="最后一天")
    reason: Text
    stages: list[Code] = Field(default_factory=list, description="只代理这些环节，空为全部")
    organization: Id | None = Field(None, description="只代理在这个组织的任职，空为全部")


class SubstitutionMade(BaseModel):
    """A substitution as it stands."""

    id: int
    principal: int
    substitute: int
    since: date
    until: date
    stages: list[str]
    organization: int | None
    reason: str

    @classmethod
    def of(cls, made: Substitution) -> SubstitutionMade:
        """The shape of a stored substitution."""
        return cls(
            id=made.id, principal=made.principal_id, substitute=made.substitute_id, since=made.valid_from,
            until=made.valid_to - timedelta(days=1), stages=made.stages, organization=made.organization_id,
            reason=made.reason,
        )  # fmt: skip


class HeldPost(Sent):
    """A post in a body."""

    organization: Id
    post: Code


class NewHandOver(Sent):
    """What is handed over to whom."""

    leaver: Id = Field(description="移交人")
    successor: Id = Field(description="接任人")
    posts: list[HeldPost] = Field(default_factory=list, description="要交接的任职")
    day: date = Field(description="接任的第一天")
    reason: Text
    duties: bool = Field(True, description="是否移交指定由本人办理的事项")


class MovingItem(BaseModel):
    """A task or a duty that moves."""

    number: str
    title: str
    do: str
    where: str
    note: str


class StayingItem(BaseModel):
    """What does not move, and why."""

    number: str
    title: str
    do: str
    reason: str


class HandOverOutlook(BaseModel):
    """What a hand-over would do."""

    ends: list[str]
    begins: list[str]
    moves: list[MovingItem]
    stays: list[StayingItem]


class HandOverDone(RootModel[Receipt]):
    """A hand-over that was done."""


class PersonShown(RootModel[PersonPage]):
    """A person, as far as the caller may see."""


class Renaming(Sent):
    """A new name."""

    name: Text
    short_name: Text
    day: date
    reason: Text


class NewSuperior(Sent):
    """Who leads the body from a day on."""

    superior: Id
    day: date


class NewMerger(Sent):
    """Into which body a body is merged."""

    into: Id
    day: date
    reason: Text


class MergerOutlook(BaseModel):
    """What a merger moves, and what ends with the body."""

    posts: list[str]
    members: int = Field(description="随同转入的党员和职工群众人数")
    ended: list[tuple[str, str]]
    bodies: list[str]
    cases: list[tuple[str, str]]


class BodyNow(BaseModel):
    """A body after the change."""

    id: int
    code: str
    name: str
    short_name: str

    @classmethod
    def of(cls, body: Organization) -> BodyNow:
        """The shape of a stored body."""
        return cls(id=body.id, code=body.code, name=body.name, short_name=body.short_name)
