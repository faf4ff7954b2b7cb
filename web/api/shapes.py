"""The shapes of requests and answers that are no query's own: what is sent in, pages, and refusals."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Base64Bytes, BaseModel, ConfigDict, Field, JsonValue, RootModel, StringConstraints

from workflow.operations.reading.api.campaigns import CampaignLine
from workflow.operations.reading.api.cases import CaseFilter, CaseLine, Entry
from workflow.operations.reading.api.documents import DocumentFilter, DocumentLine
from workflow.operations.reading.api.organizations import BodyLine, Edge
from workflow.operations.reading.api.paging import LARGEST, USUAL, Page, Paging
from workflow.operations.reading.api.tasks import Turn

LARGEST_ID = 2**63 - 1
Id = Annotated[int, Field(ge=1, le=LARGEST_ID)]
Code = Annotated[str, StringConstraints(min_length=1, max_length=60, pattern=r"^[0-9A-Za-z_-]+$")]
Text = Annotated[str, StringConstraints(max_length=2000)]


class Sent(BaseModel):
    """Something sent to us: unknown keys are refused."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class PagingQuery(Sent):
    """Which page of a list."""

    limit: int = Field(USUAL, ge=1, le=LARGEST, description="每页条数")
    after: Id | None = Field(None, description="上一页返回的 next")

    @property
    def paging(self) -> Paging:
        """The same as the queries take it."""
        return Paging(self.limit, self.after)


class CaseQuery(PagingQuery):
    """Which cases."""

    campaign: Id | None = None
    stage: Code | None = None
    state: Code | None = None
    organization: Id | None = Field(None, description="事项所属组织")
    under: Id | None = Field(None, description="该组织及其下级组织")
    person: Id | None = None
    open: bool | None = Field(None, description="true 只列办理中，false 只列已办结")
    late: bool | None = None

    @property
    def wanted(self) -> CaseFilter:
        """The same as the query takes it."""
        return CaseFilter(**self.model_dump(exclude={"limit", "after"}))


class DocumentQuery(PagingQuery):
    """Which documents."""

    case: Code | None = Field(None, description="事项编号")
    campaign: Id | None = None
    state: Code | None = None
    catalogue: Code | None = None
    issuer: Id | None = None

    @property
    def wanted(self) -> DocumentFilter:
        """The same as the query takes it."""
        return DocumentFilter(**self.model_dump(exclude={"limit", "after"}))


class Repeatable(BaseModel):
    """Headers of a mutating request."""

    key: str | None = Field(None, alias="Idempotency-Key", description="同一人以同一个键重复提交，得到第一次的结果")


class NewCase(Sent):
    """A case to be opened."""

    campaign: Id
    stage: Code
    organization: Id
    person: Id | None = Field(None, description="以党员为对象的事项填写")
    values: dict[str, JsonValue] = Field(default_factory=dict, description="发起表的各项")


class NewAct(Sent):
    """An act on a case."""

    trigger: Code
    version: Annotated[int, Field(ge=0, le=LARGEST_ID)] = Field(description="读取事项时的 version；已有变动则不予办理")
    values: dict[str, JsonValue] = Field(default_factory=dict, description="该操作要求填写的各项")


class NewAction(Sent):
    """An action of a holder: 加签, 转办, 委派, 沟通, 抄送, 催办, 收回 …"""

    action: Code = Field(description="actions 中的 name，如 add_signer")
    version: Annotated[int, Field(ge=0, le=LARGEST_ID)] = Field(description="读取事项时的 version；已有变动则不予办理")
    values: dict[str, JsonValue] = Field(default_factory=dict, description="该操作要求填写的各项")


class NewAttachment(Sent):
    """A file put to a case."""

    name: Annotated[str, StringConstraints(min_length=1, max_length=200)]
    content: Base64Bytes = Field(description="文件内容，Base64")


class Ballot(Sent):
    """A ballot. It is sent without a token: nothing in it says who votes."""

    ticket: Annotated[str, StringConstraints(min_length=1, max_length=200)]
    answers: dict[Code, Code] = Field(description="评议内容 → 评议等次")
    remark: Text = ""


class Opened(BaseModel):
    """The case that was opened."""

    number: str
    title: str
    state: str
    version: int


class DocumentMade(BaseModel):
    """A document that an act has ordered."""

    id: int
    title: str
    number: str | None


class Done(BaseModel):
    """What an act has led to."""

    number: str
    title: str
    done: str
    state: str
    state_title: str
    version: int
    waits_for_signature: bool
    documents: list[DocumentMade]


class ActionDone(BaseModel):
    """What became of an action."""

    number: str
    title: str
    done: str
    state: str
    version: int


class Ticket(BaseModel):
    """A ticket, shown once and stored nowhere."""

    ticket: str


class Caller(BaseModel):
    """Whose token it is."""

    id: int
    name: str
    party_status: str
    posts: list[dict[str, Any]]


class Fault(BaseModel):
    """What is wrong with one field."""

    field: str
    message: str


class Problem(BaseModel):
    """RFC 9457."""

    type: str = "about:blank"
    title: str
    status: int
    detail: str
    errors: list[Fault] | None = None
    guard: str | None = None
    incident: str | None = None


class Cases(RootModel[Page[CaseLine]]):
    """A page of cases."""


class Tasks(RootModel[Page[Turn]]):
    """A page of tasks."""


class Documents(RootModel[Page[DocumentLine]]):
    """A page of documents."""


class Requeued(RootModel[DocumentLine]):
    """A document that is printed again."""


class Bodies(RootModel[Page[BodyLine]]):
    """A page of bodies."""


class Journal(RootModel[list[Entry]]):
    """The journal of a case, oldest first."""


class Relations(RootModel[list[Edge]]):
    """The relations of a body."""


class Campaigns(RootModel[list[CampaignLine]]):
    """The campaigns, newest first."""
