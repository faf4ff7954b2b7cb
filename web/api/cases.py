"""Cases: list, read, journal, what may be done, doing it, opening one."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from flask import url_for

from web.api.repeating import answered
from web.api.shapes import (
    ActionDone,
    CaseQuery,
    Cases,
    DocumentMade,
    Done,
    Journal,
    NewAct,
    NewAction,
    NewCase,
    Opened,
    Repeatable,
)
from web.api.specification import documented
from web.api.surroundings import bearer, blueprint, myself
from web.transaction import installation, session
from workflow.operations.acting import act as do
from workflow.operations.approving.actions import do as do_action
from workflow.operations.birth import Subject
from workflow.operations.opening import open_case as begin
from workflow.operations.reading.api.cases import CaseRecord, list_cases, read_case, read_journal
from workflow.operations.reading.api.options import Choosable, list_options
from workflow.operations.reading.case import find

TAG = "事项"


@blueprint.get("/cases")
@bearer
@documented("列出我可以查看的事项，新的在前", Cases, tag=TAG)
def cases(query: CaseQuery) -> Cases:
    """A page of the cases that the caller may read."""
    return Cases(list_cases(session(), installation(), myself(), query.wanted, query.paging))


@blueprint.post("/cases")
@bearer
@documented("发起事项", Opened, tag=TAG, status=HTTPStatus.CREATED)
def open_case(json: NewCase, headers: Repeatable) -> Any:  # noqa: ARG001 - `headers` documents the key
    """Open a case, as the person could on the pages."""

    def begun() -> Opened:
        row = begin(
            session(), installation(), myself(), campaign_id=json.campaign, stage=json.stage,
            subject=Subject(json.organization, json.person), values=json.values,
        )  # fmt: skip
        return Opened(number=row.number, title=row.title, state=row.state, version=row.version)

    body, status, more = answered(begun, HTTPStatus.CREATED)
    return body, status, {**more, "Location": url_for("api.case", number=body["number"])}


@blueprint.get("/cases/<number>")
@bearer
@documented("读取事项", CaseRecord, tag=TAG)
def case(number: str) -> CaseRecord:
    """One case."""
    return read_case(session(), installation(), myself(), number)


@blueprint.get("/cases/<number>/journal")
@bearer
@documented("读取事项的留痕", Journal, tag=TAG)
def journal(number: str) -> Journal:
    """Everything that has happened to a case, with the hashes that chain it."""
    return Journal(list(read_journal(session(), installation(), myself(), number)))


@blueprint.get("/cases/<number>/options")
@bearer
@documented("我现在可以办理什么，其余为何不能", Choosable, tag=TAG)
def options(number: str) -> Choosable:
    """Every act that leaves the present state, with its form or the reason of the refusal."""
    return list_options(session(), installation(), myself(), number)


@blueprint.post("/cases/<number>/acts")
@bearer
@documented("办理", Done, tag=TAG)
def act(number: str, json: NewAct, headers: Repeatable) -> Any:  # noqa: ARG001 - `headers` documents the key
    """Do an act on a case. One that has changed since `version` was read is refused with who did what when."""

    def done() -> Done:
        loaded = find(session(), installation(), myself(), number)
        outcome = do(
            session(), installation(), myself(), loaded.row.id, json.trigger, json.values, version=json.version
        )
        papers = [DocumentMade(id=each.id, title=each.title, number=each.number) for each in outcome.documents]
        return Done(
            number=outcome.number, title=outcome.title, done=outcome.done, state=outcome.state,
            state_title=outcome.state_title, version=loaded.row.version,
            waits_for_signature=outcome.waits_for_signature, documents=papers,
        )  # fmt: skip

    return answered(done)


@blueprint.post("/cases/<number>/actions")
@bearer
@documented("加签、转办、委派、沟通、抄送、催办、收回等", ActionDone, tag=TAG)
def action(number: str, json: NewAction, headers: Repeatable) -> Any:  # noqa: ARG001 - `headers` documents the key
    """Do what a holder may do besides the acts of the definition; `options` lists which, and with what form."""

    def done() -> ActionDone:
        loaded = find(session(), installation(), myself(), number)
        found = do_action(
            session(), installation(), myself(), loaded.row.id, json.action, json.values, version=json.version
        )
        row = loaded.row
        return ActionDone(number=row.number, title=row.title, done=found.done, state=row.state, version=row.version)

    return answered(done)
