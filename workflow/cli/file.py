"""`chuangyou case file` and `chuangyou campaign`: papers bound into files, as far as their reader may read them."""

from __future__ import annotations

from pathlib import Path

import click
from sqlalchemy.orm import Session

from workflow.cli.acting import TOKEN, actor_of_token
from workflow.cli.case import NUMBER, case
from workflow.cli.installed import current
from workflow.cli.launch import body_of, campaign_of
from workflow.cli.sentences import done
from workflow.engine.actor import Actor
from workflow.engine.moving import SYSTEM_ACTOR
from workflow.operations.bindings.fetching import fetch
from workflow.operations.bindings.ordering import BODIES, CERTIFICATES, STAGES, Wanted, order_binding
from workflow.operations.bindings.working import work_files
from workflow.operations.documents.case_file import case_file
from workflow.operations.installation import Installation
from workflow.operations.reading.bindings import binding_page
from workflow.store.session import reading, writing

OUT = click.option(
    "--out", required=True, metavar="文件", type=click.Path(dir_okay=False, path_type=Path), help="写到哪个文件。"
)
UNDER = click.option("--under", "code", required=True, metavar="组织代码", help="从这个组织起，按党组织隶属关系向下。")
CAMPAIGN = click.option("--campaign", "number", metavar="活动编号", help="如 2012；只有一个在办的活动时可不写。")


@case.command("file", help="把一件事项的全部公文和办理过程装订成一个 PDF（案卷）。")
@NUMBER
@OUT
@click.option("--token", envvar="CHUANGYOU_TOKEN", metavar="令牌", help="写明的，只装订这个人有权查看的；不写为全部。")
def file_(number: str, out: Path, token: str | None) -> None:
    """Bind the papers of a case."""
    installation = current()
    with reading(installation.engine) as session:
        who = actor_of_token(session, installation, token) if token else SYSTEM_ACTOR
        _, bound = case_file(session, installation, who, number)
    out.write_bytes(bound.data)
    done(f"事项 {number} 的案卷共{bound.pages}页，已写到 {out}。")


@click.group(help="活动：汇总装订案卷，印制荣誉证书。")
def campaign() -> None:
    """Commands about a whole campaign."""


@campaign.command("file", help="汇总装订一个组织及以下各组织的案卷：一册的写成 PDF，几册的写成 ZIP。")
@UNDER
@click.option("--by-stage", is_flag=True, help="每个环节一册，而不是每个组织一册。")
@click.option("--only", is_flag=True, help="只装订这个组织自己的。")
@CAMPAIGN
@OUT
@TOKEN
def campaign_file(code: str, by_stage: bool, only: bool, number: str | None, out: Path, token: str) -> None:
    """Bind the papers of a campaign."""
    _order(code, Wanted(STAGES if by_stage else BODIES, not only), number, out, token)


@campaign.command(help="给表彰机关已批准的全部名单编号、印制荣誉证书，装订成一个文件；印过的不再印。")
@UNDER
@CAMPAIGN
@OUT
@TOKEN
def certificates(code: str, number: str | None, out: Path, token: str) -> None:
    """Number, print and bind the certificates of an award list."""
    _order(code, Wanted(CERTIFICATES), number, out, token)


def _order(code: str, wanted: Wanted, campaign_code: str | None, out: Path, token: str) -> None:
    """Work it off here; a worker that takes it at the same time binds nothing twice."""
    installation = current()
    with writing(installation.engine) as session:
        who = actor_of_token(session, installation, token)
        known = _known(session, campaign_code, code)
        begun = order_binding(session, installation, who, *known, wanted)
        binding_id, total = begun.id, begun.total
    with click.progressbar(length=total, label="装订", show_pos=True) as bar:
        for dealt_with in work_files(installation.engine, installation, binding_id):
            bar.update(max(dealt_with - bar.pos, 0))
    _write(installation, who, binding_id, out)


def _known(session: Session, campaign_code: str | None, code: str) -> tuple[int, int]:
    return campaign_of(session, campaign_code), body_of(session, code)


def _write(installation: Installation, who: Actor, binding_id: int, out: Path) -> None:
    fetched = fetch(installation.engine, installation, who, binding_id)
    with out.open("wb") as stream:
        for piece in fetched.packing.chunks(installation.engine) if fetched.packing else (fetched.data,):
            stream.write(piece)
    with reading(installation.engine) as session:
        page = binding_page(session, who, binding_id)
    verb, unit = ("印制", "份") if page.what == CERTIFICATES else ("装订", "件")
    for each in page.missing:
        click.echo(f"未{verb} {each.number}：{each.reason}")
    done(f"{page.title}：{verb}{page.done}{unit}，成册{page.files}个文件，已写到 {out}。")
