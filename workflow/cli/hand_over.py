"""`chuangyou hand-over`: posts and open work go from one person to another."""

from __future__ import annotations

from datetime import datetime

import click
from sqlalchemy.orm import Session

from workflow.cli.days import DAY, day_of
from workflow.cli.installed import current
from workflow.cli.sentences import done
from workflow.engine.moving import SYSTEM_ACTOR
from workflow.errors import InvalidInput
from workflow.operations.organization.appointing import Seat, person
from workflow.operations.organization.handing_over import Handing, HandOverPreview, preview_hand_over
from workflow.operations.organization.handing_over import hand_over as do
from workflow.operations.organization.organizing import body
from workflow.store.session import writing


@click.command("hand-over", help="办理交接：任职和未办的事项由接任人接手。人员写工号，任职写“组织代码.任职”。")
@click.argument("leaver", metavar="移交人")
@click.argument("successor", metavar="接任人")
@click.option("--post", "posts", multiple=True, metavar="组织代码.任职", help="要交接的任职，可写多次。")
@click.option("--day", type=DAY, metavar="日期", help="接任的第一天，不写为今天。")
@click.option("--reason", required=True, help="事由，如换届、调动、离职。")
@click.option("--duties/--no-duties", default=True, show_default=True, help="是否移交指定由本人办理的事项。")
@click.option("--dry-run", is_flag=True, help="只列出将要交接什么，不办理。")
def hand_over(
    leaver: str, successor: str, posts: tuple[str, ...], day: datetime | None, reason: str, *, duties: bool,
    dry_run: bool,
) -> None:  # fmt: skip
    """Hand over, or list what would go."""
    installation = current()
    with writing(installation.engine) as session:
        seats = tuple(_seat(session, each) for each in posts)
        handing = Handing(
            person(session, leaver), person(session, successor), seats, day_of(installation, day), reason, duties
        )
        _list(preview_hand_over(session, installation, SYSTEM_ACTOR, handing))
        if dry_run:
            return
        made = do(session, installation, SYSTEM_ACTOR, handing)
    done(f"第{made.id}号交接已办理，共{len(made.moved['moves'])}项随之移交。")


def _seat(session: Session, written: str) -> Seat:
    code, _, post = written.rpartition(".")
    if not code:
        raise InvalidInput(f"任职“{written}”应写成“组织代码.任职”，如 HY-11.branch_secretary")
    return Seat(body(session, code), post)


def _list(preview: HandOverPreview) -> None:
    for title in preview.ends:
        click.echo(f"免去：{title}")
    for title in preview.begins:
        click.echo(f"接任：{title}")
    for each in preview.passing.moves:
        note = f"（{each.note}）" if each.note else ""
        click.echo(f"移交：{each.number} {each.title} {each.do} {each.where}{note}")
    for stay in preview.passing.stays:
        click.echo(f"不移交：{stay.number} {stay.title} {stay.do}：{stay.reason}")
