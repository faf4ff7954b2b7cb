"""`chuangyou case`: suspend, resume, terminate and move a case. It is done, and journalled, as the system."""

from __future__ import annotations

import click

from workflow.cli.installed import current
from workflow.cli.sentences import done
from workflow.engine.moving import SYSTEM_ACTOR
from workflow.errors import NotFound
from workflow.operations import administering
from workflow.operations.access import visible_case
from workflow.operations.installation import Installation
from workflow.operations.loading import load
from workflow.operations.reading.people import holders_at, in_words
from workflow.operations.relocating import Destination, destinations, relocate
from workflow.store.session import reading, writing

REASON = click.option("--reason", required=True, metavar="理由", help="理由，记入办理过程。")
NUMBER = click.argument("number", metavar="事项编号")


@click.group(help="事项：发起、办理、批量办理、添加附件；中止、恢复、终止、管理调整。")
def case() -> None:
    """Commands about single cases."""


@case.command(help="中止事项及其在办的子事项：不能办理，期限停止计算。")
@NUMBER
@REASON
def suspend(number: str, reason: str) -> None:
    """Suspend a case."""
    installation = current()
    with writing(installation.engine) as session:
        administering.suspend(session, installation, SYSTEM_ACTOR, visible_case(session, number), reason)
    done(f"事项 {number} 已中止。")


@case.command(help="恢复中止的事项：期限按中止的工作日顺延。")
@NUMBER
@REASON
def resume(number: str, reason: str) -> None:
    """Resume a case."""
    installation = current()
    with writing(installation.engine) as session:
        administering.resume(session, installation, SYSTEM_ACTOR, visible_case(session, number), reason)
    done(f"事项 {number} 已恢复，期限已顺延。")


@case.command(help="终止事项及其在办的子事项，不再办理。")
@NUMBER
@REASON
@click.confirmation_option(prompt="终止后不能恢复，确定吗？", help="不再询问。")
def terminate(number: str, reason: str) -> None:
    """Terminate a case."""
    installation = current()
    with writing(installation.engine) as session:
        administering.terminate(session, installation, SYSTEM_ACTOR, visible_case(session, number), reason)
    done(f"事项 {number} 已终止。")


@case.command(help="管理调整：把事项转入另一个环节。不写环节时列出可以转入的环节、由谁办理、跳过哪些办理。")
@NUMBER
@click.argument("state", metavar="[环节]", required=False)
@click.option("--reason", metavar="理由", help="理由，记入办理过程；转入时必填。")
def move(number: str, state: str | None, reason: str | None) -> None:
    """Move a case into another state, or list where it may be moved."""
    installation = current()
    if state is None:
        _list(installation, number)
        return
    with writing(installation.engine) as session:
        relocate(session, installation, SYSTEM_ACTOR, visible_case(session, number), state, reason or "")
    done(f"事项 {number} 已转入“{state}”。")


def _list(installation: Installation, number: str) -> None:
    with reading(installation.engine) as session:
        loaded = load(session, installation, visible_case(session, number))
        found = list(destinations(loaded))
        if not found:
            raise NotFound("这件事项没有可以转入的环节。")
        everyone = {each for place in found for each in place.addresses}
        holders = holders_at(session, loaded.snapshot.vocabulary, everyone, loaded.today)
        for each in found:
            click.echo(_line(each, in_words(holders, each.addresses)))


def _line(place: Destination, who: str) -> str:
    skipped = f"；跳过：{'、'.join(place.skipped)}" if place.skipped else ""
    ended = f"；终止：{'、'.join(place.ended)}" if place.ended else ""
    return f"{place.state}  {place.title}：由{who}办理{skipped}{ended}"
