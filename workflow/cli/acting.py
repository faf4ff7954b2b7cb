"""`chuangyou case options|act|do`: what a person may do on a case, and doing it in that person's name."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import click
from sqlalchemy.orm import Session

from workflow.cli.case import NUMBER, case
from workflow.cli.installed import current
from workflow.cli.sentences import done
from workflow.engine.actor import Actor
from workflow.errors import NotAllowed
from workflow.operations.access import visible_case
from workflow.operations.acting import act as do_act
from workflow.operations.approving.actions import do as do_action
from workflow.operations.attaching import File, attach
from workflow.operations.identity import identity_of_token
from workflow.operations.installation import Installation
from workflow.operations.reading.api.options import Question, list_options
from workflow.store.session import reading, writing

TOKEN = click.option(
    "--token", envvar="CHUANGYOU_TOKEN", required=True, metavar="令牌",
    help="办理人的令牌，由 chuangyou token create 创建；也可写在环境变量 CHUANGYOU_TOKEN 中。",
)  # fmt: skip
SET = click.option(
    "--set", "values", multiple=True, metavar="名称=值", help="填写一项，可写多次；列表和表格写成 JSON。"
)


@case.command(help="列出一个人现在可以在事项上办理什么，以及各要填写什么。")
@NUMBER
@TOKEN
def options(number: str, token: str) -> None:
    """Every act and action that the person may do now, with its form."""
    installation = current()
    with reading(installation.engine) as session:
        found = list_options(session, installation, actor_of_token(session, installation, token), number)
    for each in found.acts:
        if each.allowed:
            click.echo(f"act {each.trigger}  {each.title}")
            list_questions(each.questions)
    for offer in found.actions:
        click.echo(f"do {offer.name}  {offer.title}：{offer.consequences}")
        list_questions(offer.questions)


@case.command(help="办理：触发一个动作，如 approve。")
@NUMBER
@click.argument("trigger", metavar="动作")
@TOKEN
@SET
def act(number: str, trigger: str, token: str, values: tuple[str, ...]) -> None:
    """Fire a trigger as a person."""
    installation = current()
    with writing(installation.engine) as session:
        who = actor_of_token(session, installation, token)
        outcome = do_act(session, installation, who, visible_case(session, number), trigger, read_values(values))
    done(f"{who.name}已办理“{outcome.done}”，事项 {number} 现处“{outcome.state_title}”。")


@case.command("do", help="加签、转办、委派、沟通、抄送、催办、收回等，名称见 chuangyou case options。")
@NUMBER
@click.argument("action", metavar="操作")
@TOKEN
@SET
def do_(number: str, action: str, token: str, values: tuple[str, ...]) -> None:
    """Do an action as a person."""
    installation = current()
    with writing(installation.engine) as session:
        who = actor_of_token(session, installation, token)
        found = do_action(session, installation, who, visible_case(session, number), action, read_values(values))
    done(f"{who.name}已办理“{found.done}”，事项 {number}。")


@case.command("attach", help="给事项添加附件。")
@NUMBER
@click.argument("file", metavar="文件", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--with-document/--apart", "accompanies", default=None,
              help="随公文发送、列入附件说明，或者不随文；不写的，在撰写公文时添加的随文发送。")  # fmt: skip
@TOKEN
def attach_(number: str, file: Path, accompanies: bool | None, token: str) -> None:
    """Put a file to a case as a person."""
    installation = current()
    with writing(installation.engine) as session:
        who = actor_of_token(session, installation, token)
        sent = File(file.name, file.read_bytes())
        found = attach(session, installation, who, visible_case(session, number), sent, accompanies=accompanies)
        listed = "，随公文发送，已列入附件说明" if found.accompanies else ""
    done(f"{who.name}已给事项 {number} 添加附件“{file.name}”{listed}。")


def actor_of_token(session: Session, installation: Installation, token: str) -> Actor:
    """The person whose token it is, as the engine sees them now. Raises NotAllowed."""
    found = identity_of_token(session, installation, token)
    if found is None:
        raise NotAllowed(action="办理", reason="令牌无效、已过期或者已撤销，请重新创建")
    return found.actor


def read_values(values: Iterable[str]) -> Mapping[str, Any]:
    """Each `name=value`; what reads as JSON is taken as such."""
    found: dict[str, Any] = {}
    for each in values:
        name, equals, text = each.partition("=")
        if not equals:
            raise click.BadParameter(f"“{each}”应写成 名称=值", param_hint="--set")
        try:
            found[name] = json.loads(text) if text[:1] in "[{" else text
        except ValueError:
            raise click.BadParameter(f"“{name}”的值不是有效的 JSON", param_hint="--set") from None
    return found


def list_questions(questions: Iterable[Question]) -> None:
    """What a form asks, a field a line: its name, title and choices."""
    for each in questions:
        needed = "" if each.required else "（可不填）"
        listed = "；".join(f"{code} {label}" for code, label in each.choices)
        click.echo(f"    {each.name}  {each.title}{needed}{f'：{listed}' if listed else ''}")
