"""For administrators: suspend, resume, terminate and move cases, stuck cases, the dry run of a migration, health."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field, RootModel

from web.api.repeating import answered
from web.api.shapes import LARGEST_ID, Code, Repeatable, Sent, Text
from web.api.specification import documented
from web.api.surroundings import bearer, blueprint, myself
from web.transaction import installation, session
from workflow.operations import administering
from workflow.operations.access import visible_case
from workflow.operations.reading import administration as reading
from workflow.operations.reading.loaded import find
from workflow.operations.relocating import relocate
from workflow.store.cases import Case

TAG = "管理"
VERBS: Mapping[str, Callable[..., Case]] = {
    "suspend": administering.suspend, "resume": administering.resume, "terminate": administering.terminate,
}  # fmt: skip


class Intervention(Sent):
    """What an administrator does to a case."""

    action: Literal["suspend", "resume", "terminate", "move"] = Field(description="中止、恢复、终止、管理调整")
    reason: Text
    version: Annotated[int, Field(ge=0, le=LARGEST_ID)] | None = Field(None, description="读取事项时的 version，可不填")
    state: Code | None = Field(None, description="管理调整时转入的环节，取自 destinations")


class Intervened(BaseModel):
    """The case afterwards."""

    number: str
    state: str
    version: int
    suspended_at: datetime | None
    closed_at: datetime | None
    due_at: datetime | None


class DestinationLine(BaseModel):
    """A state into which the case may be moved."""

    state: str
    title: str
    who: str
    due_on: date | None
    skipped: list[str] = Field(description="跳过、视为没有办过的办理")
    ended: list[str] = Field(description="随之终止的子事项")


class StuckLine(BaseModel):
    """A case that nobody and nothing will carry on."""

    number: str
    title: str
    since: datetime
    why: str


class DestinationLines(RootModel[list[DestinationLine]]):
    """Where a case may be moved."""


class StuckLines(RootModel[list[StuckLine]]):
    """The stuck cases below the caller's bodies."""


class Standing(BaseModel):
    """How the service stands, for monitoring."""

    stuck: int
    due: int = Field(description="已到期、等待后台处理的期限")
    papers: int = Field(description="等待排版的公文")
    failed_papers: int
    batch_items: int = Field(description="等待办理的批量事项")
    failures: int = Field(description="没有办成的后台任务，公文、提醒、期限在内")


@blueprint.get("/cases/<number>/destinations")
@bearer
@documented("管理调整可以转入哪些环节，由谁办理，跳过什么", DestinationLines, tag=TAG)
def list_destinations(number: str) -> DestinationLines:
    """Where an administrator may move the case."""
    about = reading.administered(session(), installation(), myself(), number)
    return DestinationLines(
        [
            DestinationLine(
                state=each.destination.state, title=each.destination.title, who=each.who,
                due_on=each.destination.due_on, skipped=list(each.destination.skipped),
                ended=list(each.destination.ended),
            )
            for each in about.places
        ]
    )  # fmt: skip


@blueprint.post("/cases/<number>/interventions")
@bearer
@documented("中止、恢复、终止或者管理调整事项", Intervened, tag=TAG)
def intervene(number: str, json: Intervention, headers: Repeatable) -> Any:  # noqa: ARG001 - `headers` documents the key
    """Intervene in a case, as on the pages."""

    def done() -> Intervened:
        find(session(), installation(), myself(), number)
        case_id = visible_case(session(), number)
        if json.action == "move":
            row = relocate(
                session(), installation(), myself(), case_id, json.state or "", json.reason, version=json.version
            )
        else:
            row = VERBS[json.action](session(), installation(), myself(), case_id, json.reason, version=json.version)
        return Intervened(
            number=row.number, state=row.state, version=row.version, suspended_at=row.suspended_at,
            closed_at=row.closed_at, due_at=row.due_at,
        )  # fmt: skip

    return answered(done)


@blueprint.get("/stuck")
@bearer
@documented("列出停滞的事项", StuckLines, tag=TAG)
def stuck() -> StuckLines:
    """The stuck cases of the bodies below the caller's."""
    found = reading.stuck_below(session(), installation(), myself())
    return StuckLines([StuckLine(**vars(each)) for each in found])


@blueprint.get("/standing")
@bearer
@documented("系统运行情况，供监控", Standing, tag=TAG)
def standing() -> Standing:
    """Numbers for monitoring."""
    return Standing(**vars(reading.service_standing(session(), installation(), myself())))
