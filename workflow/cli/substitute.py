"""`chuangyou substitute`: who stands in for whom."""

from __future__ import annotations

from datetime import datetime, timedelta

import click
from sqlalchemy.orm import Session

from workflow import clock
from workflow.cli.days import DAY, day_of
from workflow.cli.installed import current
from workflow.cli.sentences import done
from workflow.engine.moving import SYSTEM_ACTOR
from workflow.operations.organization.appointing import person
from workflow.operations.organization.organizing import body
from workflow.operations.organization.substituting import Terms, end_substitution, substitutes_of
from workflow.operations.organization.substituting import substitute as set_substitution
from workflow.store.people import Person, Substitution
from workflow.store.session import reading, writing


@click.group(help="代理：一人在一段时间内代另一人办理。")
def substitute() -> None:
    """Commands about substitutions."""


@substitute.command("set", help="设定代理。本人和代理人写工号。")
@click.argument("principal", metavar="本人")
@click.argument("stand_in", metavar="代理人")
@click.option("--until", type=DAY, required=True, metavar="日期", help="最后一天，如 2012-07-01。")
@click.option("--since", type=DAY, metavar="日期", help="第一天，不写为今天。")
@click.option("--reason", required=True, help="事由，如出差、学习、休假。")
@click.option("--stage", "stages", multiple=True, metavar="环节", help="只代理这些环节，可写多次；不写为全部。")
@click.option("--organization", metavar="组织代码", help="只代理在这个组织的任职；不写为全部。")
def begin(
    principal: str, stand_in: str, until: datetime, since: datetime | None, reason: str, stages: tuple[str, ...],
    organization: str | None,
) -> None:  # fmt: skip
    """Let somebody stand in for another."""
    installation = current()
    with writing(installation.engine) as session:
        terms = Terms(
            person(session, principal), person(session, stand_in), day_of(installation, since), until.date(), reason,
            stages, body(session, organization) if organization else None,
        )  # fmt: skip
        made = set_substitution(session, installation, SYSTEM_ACTOR, terms)
        done(f"第{made.id}号代理已设定：{_words(session, made)}。")


@substitute.command("list", help="列出某人现在和今后的代理。")
@click.argument("principal", metavar="本人")
def list_(principal: str) -> None:
    """Who stands in for somebody."""
    installation = current()
    with reading(installation.engine) as session:
        found = substitutes_of(session, person(session, principal).id, installation.today(clock.now()))
        for each in found:
            click.echo(f"第{each.id}号：{_words(session, each)}；{each.reason}")
        if not found:
            click.echo("没有代理。")


@substitute.command(help="立即结束一项代理。")
@click.argument("number", metavar="编号", type=int)
def end(number: int) -> None:
    """End a substitution."""
    installation = current()
    with writing(installation.engine) as session:
        end_substitution(session, installation, SYSTEM_ACTOR, number)
    done(f"第{number}号代理已结束。")


def _words(session: Session, made: Substitution) -> str:
    stand_in, principal = (session.get_one(Person, each).name for each in (made.substitute_id, made.principal_id))
    last = made.valid_to - timedelta(days=1)
    return f"{made.valid_from.isoformat()}至{last.isoformat()}由{stand_in}代{principal}办理"
