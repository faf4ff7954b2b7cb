"""`chuangyou case open`: a case of a stage is opened in a person's name, as on the page of a campaign."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import click
from sqlalchemy import select
from sqlalchemy.orm import Session

from workflow.cli.acting import SET, TOKEN, actor_of_token, list_questions, read_values
from workflow.cli.case import case
from workflow.cli.installed import current
from workflow.cli.launch import body_of, campaign_of
from workflow.cli.sentences import done
from workflow.definition.loader import parse
from workflow.engine.actor import Actor
from workflow.errors import NotFound, WorkflowError
from workflow.operations.birth import Subject, prospect
from workflow.operations.filling import choices, opening_fields
from workflow.operations.installation import Installation
from workflow.operations.opening import check_opening, open_case
from workflow.operations.reading.api.options import questions_of
from workflow.store.cases import Campaign
from workflow.store.people import Person
from workflow.store.session import reading, writing


class UnreadableValues(WorkflowError):
    """“{file}”看不懂，没有发起事项。文件应为 UTF-8 编码的 YAML，每行一项，写成“名称: 值”。"""


@case.command("open", help="发起事项，如 plan HY-1。发起表的各项写在 YAML 文件中，或者用 --set 逐项填写。")
@click.argument("stage", metavar="环节")
@click.argument("body", metavar="组织代码")
@click.option("--member", metavar="工号", help="以党员为对象的事项，写明是哪一位党员。")
@click.option("--values", "file", metavar="文件", type=click.Path(exists=True, dir_okay=False, path_type=Path),
              help="发起表，YAML，每行一项：名称: 值。")  # fmt: skip
@click.option("--campaign", metavar="活动编号", help="如 2012；只有一个在办的活动时可不写。")
@click.option("--ask", is_flag=True, help="只列出要填写什么，不发起。")
@TOKEN
@SET
def open_(
    stage: str, body: str, member: str | None, file: Path | None, campaign: str | None, ask: bool, token: str,
    values: tuple[str, ...],
) -> None:  # fmt: skip
    """Open a case as a person; what is set singly goes before what the file says."""
    installation = current()
    given = {**(_read(file) if file else {}), **read_values(values)}
    with (reading if ask else writing)(installation.engine) as session:
        who = actor_of_token(session, installation, token)
        about, number = _subject(session, body, member), campaign_of(session, campaign)
        if ask:
            _ask(session, installation, who, number, stage, about)
            return
        row = open_case(
            session, installation, who, campaign_id=number, stage=stage, subject=about, values=given
        )  # fmt: skip
        said = f"{who.name}已发起“{row.title}”，事项编号 {row.number}。"
    done(said)


def _ask(
    session: Session, installation: Installation, who: Actor, campaign: int, stage: str, about: Subject
) -> None:  # fmt: skip
    """The fields of the form, if the person may open it."""
    definition = installation.definitions.stages.get(stage)
    if definition is None or not definition.is_openable or about.kind not in definition.subject:
        raise NotFound(what="这个环节")
    row = session.get_one(Campaign, campaign)
    snapshot = prospect(session, installation, row, definition, about, {})
    check_opening(snapshot, installation, who)
    list_questions(questions_of(opening_fields(snapshot), choices(session, snapshot)))


def _subject(session: Session, body: str, member: str | None) -> Subject:
    if member is None:
        return Subject(body_of(session, body))
    person = session.scalar(select(Person.id).where(Person.number == member))
    if person is None:
        raise NotFound(what=f"工号为“{member}”的人员")
    return Subject(body_of(session, body), person)


def _read(file: Path) -> Mapping[str, Any]:
    try:
        _, found, faults = parse(file.read_text(encoding="utf-8"), file.name)
    except (OSError, UnicodeDecodeError) as error:
        raise UnreadableValues(file=file.name) from error
    if faults or not isinstance(found, dict):
        raise UnreadableValues(file=file.name, faults=faults)
    return {str(name): _written(value) for name, value in found.items()}


def _written(value: Any) -> Any:
    """A value as a form gives it: YAML makes a date of what looks like one."""
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {str(name): _written(each) for name, each in value.items()}
    return [_written(each) for each in value] if isinstance(value, list) else value
