"""`chuangyou launch`: a stage opened for everything below a body, in a person's name."""

from __future__ import annotations

import click
from sqlalchemy import select
from sqlalchemy.orm import Session

from workflow.cli.acting import TOKEN, actor_of_token, read_values
from workflow.cli.installed import current
from workflow.cli.sentences import done
from workflow.engine.actor import Actor
from workflow.errors import NotFound
from workflow.operations.installation import Installation
from workflow.operations.many.launching import Wanted, prospects_of, start_launch
from workflow.operations.many.opening_below import work_chunks
from workflow.operations.reading.launches import launch_page
from workflow.store.cases import Campaign
from workflow.store.organization import Organization
from workflow.store.session import reading, writing


@click.command(
    help="统一发起：为一个组织及以下各组织（或者其党员）各开一件事项。已有的不重复；中断后再执行同一命令，只补其余的。"
)
@click.argument("stage", metavar="环节")
@click.option("--under", "code", required=True, metavar="组织代码", help="从这个组织起，按党组织隶属关系向下。")
@click.option("--kind", "kinds", required=True, multiple=True, metavar="类型", help="组织类型，如 branch；可写多次。")
@click.option("--members", is_flag=True, help="为这些组织的党员各开一件，而不是为组织。")
@click.option("--repeat", "repeats", is_flag=True, help="本次活动中已经办结过的，也再发起。")
@click.option("--campaign", metavar="活动编号", help="如 2012；只有一个在办的活动时可不写。")
@click.option("--set", "values", multiple=True, metavar="名称=值", help="各件统一填写的内容；可写多次。")
@TOKEN
def launch(
    stage: str, code: str, kinds: tuple[str, ...], members: bool, repeats: bool, campaign: str | None,
    values: tuple[str, ...], token: str,
) -> None:  # fmt: skip
    """Open a stage over a tree."""
    installation = current()
    wanted = Wanted("member" if members else "organization", sorted(set(kinds)), read_values(values), repeats)
    with writing(installation.engine) as session:
        who = actor_of_token(session, installation, token)
        about = prospects_of(session, installation, who, campaign_of(session, campaign), stage, body_of(session, code))
        begun = start_launch(session, installation, who, about, wanted)
        number, total = begun.id, begun.total
    _work(installation, who, number, total)


def _work(installation: Installation, who: Actor, number: int, total: int) -> None:
    """Work it off here; a worker that takes it at the same time opens nothing twice."""
    with click.progressbar(length=total, label="统一发起", show_pos=True) as bar:
        for dealt_with in work_chunks(installation.engine, installation, number):
            bar.update(max(dealt_with - bar.pos, 0))
    with reading(installation.engine) as session:
        page = launch_page(session, installation, who, number)
    for each in page.reasons:
        click.echo(f"未发起{each.count}件：{each.text}")
    done(f"{page.title}：新发起{page.opened}件，已有{page.kept}件，未发起{page.refused}件。")
    if page.refused:
        raise click.exceptions.Exit(1)


def campaign_of(session: Session, code: str | None) -> int:
    """The campaign with that code, or the only one that is open."""
    which = Campaign.closed_at.is_(None) if code is None else Campaign.code == code
    found = session.scalars(select(Campaign.id).where(which)).all()
    if len(found) != 1:
        raise NotFound(what=f"编号为“{code}”的活动" if code else "唯一的在办活动，请用 --campaign 写明活动编号")
    return found[0]


def body_of(session: Session, code: str) -> int:
    """The body with that code."""
    found = session.scalar(select(Organization.id).where(Organization.code == code))
    if found is None:
        raise NotFound(what=f"代码为“{code}”的组织")
    return found
