"""`chuangyou case batch`: one act on many cases in a person's name, with a result for each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import click

from workflow.cli.acting import TOKEN, actor_of_token
from workflow.cli.case import case
from workflow.cli.installed import current
from workflow.cli.sentences import done
from workflow.engine.actor import Actor
from workflow.operations.installation import Installation
from workflow.operations.many.batching import DONE, Chosen, Offer, offers, start_batch, work_items
from workflow.operations.reading.batches import BatchPage, Result, batch_page
from workflow.operations.reading.loaded import find
from workflow.store.session import reading, writing

NUMBERS = click.argument("numbers", metavar="事项编号...", nargs=-1, required=True)
ACT = click.option("--act", "trigger", metavar="动作", help="如 approve；不写则列出各件共有的动作和后果。")
REASON = click.option("--reason", default="", metavar="理由", help="须写理由的动作必填，各件共用。")


@dataclass(frozen=True)
class Wanted:
    """Which cases, and in whose name."""

    installation: Installation
    token: str
    numbers: Sequence[str]

    def offered(self) -> Sequence[Offer]:
        """The acts that all the cases have in common."""
        with reading(self.installation.engine) as session:
            who = actor_of_token(session, self.installation, self.token)
            return offers(session, self.installation, who, [Chosen(each, 0) for each in dict.fromkeys(self.numbers)])

    def started(self, trigger: str, reason: str) -> tuple[Actor, int]:
        """A stored batch over the cases as they stand now, and whose it is."""
        with writing(self.installation.engine) as session:
            who = actor_of_token(session, self.installation, self.token)
            rows = [find(session, self.installation, who, each).row for each in dict.fromkeys(self.numbers)]
            chosen = [Chosen(each.number, each.version) for each in rows]
            return who, start_batch(session, self.installation, who, chosen, trigger, reason).id


@case.command(help="批量办理：对多件事项办理同一个动作，逐件各自办理，一件不成不影响其余；有未办成的，退出码为 1。")
@NUMBERS
@ACT
@REASON
@TOKEN
def batch(numbers: tuple[str, ...], trigger: str | None, reason: str, token: str) -> None:
    """Act on many cases, or list what can be done with all of them."""
    wanted = Wanted(current(), token, numbers)
    if trigger is None:
        _list(wanted.offered())
        return
    page = _worked(wanted, trigger, reason)
    for each in page.results:
        click.echo(_line(each))
    done(f"{page.title}：已办{page.done}件，未办成{page.refused}件。")
    if page.done < len(page.results):
        raise click.exceptions.Exit(1)


def _worked(wanted: Wanted, trigger: str, reason: str) -> BatchPage:
    """Work the batch off here; a worker that takes it at the same time does no item twice."""
    who, batch_id = wanted.started(trigger, reason)
    engine = wanted.installation.engine
    work = work_items(engine, wanted.installation, batch_id)
    with click.progressbar(work, length=len(set(wanted.numbers)), label="批量办理", show_pos=True) as bar:
        for _ in bar:
            pass
    with reading(engine) as session:
        return batch_page(session, who, batch_id)


def _list(found: Sequence[Offer]) -> None:
    if not found:
        click.echo("这些事项没有可以一并办理的动作，请逐件办理或者重新选择。")
    for offer in found:
        click.echo(f"{offer.trigger}  {offer.title}{'（须写理由）' if offer.needs_reason else ''}")
        for each in offer.consequences:
            click.echo(f"    {each.stage}：{each.count}件由“{each.state}”转入“{each.target}”")


def _line(result: Result) -> str:
    return f"{'已办' if result.outcome == DONE else '未办成'}  {result.number} {result.title}：{result.message}"
