"""`chuangyou register`: a register of a body as a file, and signing for what has arrived."""

from __future__ import annotations

from pathlib import Path

import click

from workflow.cli.acting import TOKEN, actor_of_token
from workflow.cli.installed import current
from workflow.cli.launch import body_of
from workflow.cli.sentences import done
from workflow.operations.documents.receiving import sign_for
from workflow.operations.documents.registers import paper, spreadsheet
from workflow.operations.reading.registers import REGISTERS
from workflow.operations.reading.registers.entries import Wanted
from workflow.operations.reading.registers.pages import register_page
from workflow.store.session import reading, writing

RECEIVED = "received"
NAMES = "、".join(f"{each.name} {each.title}" for each in REGISTERS.values())


@click.command(help=f"登记簿：{NAMES}。写成 .xlsx 或 .pdf 文件；--sign 先签收全部待签收的来文。")
@click.argument("code", metavar="组织代码")
@click.argument("name", metavar="登记簿", type=click.Choice(list(REGISTERS)))
@click.option("--to", "file", required=True, metavar="文件", type=click.Path(path_type=Path), help=".xlsx 或 .pdf。")
@click.option("--year", type=int, metavar="年度", help="不写为全部。")
@click.option("--sign", "signing", is_flag=True, help="先签收待签收的来文，由该组织的文秘办理。")
@TOKEN
def register(code: str, name: str, file: Path, year: int | None, signing: bool, token: str) -> None:
    """Write a register to a file."""
    installation = current()
    make = {".xlsx": spreadsheet, ".pdf": paper}.get(file.suffix.lower())
    if make is None:
        raise click.BadParameter("请写以 .xlsx 或 .pdf 结尾的文件名", param_hint="--to")
    signed = 0
    with writing(installation.engine) as session:
        who, body = actor_of_token(session, installation, token), body_of(session, code)
        while signing:
            waiting = register_page(session, installation, who, body, RECEIVED, Wanted()).waiting
            if not waiting:
                break
            signed += len(sign_for(session, installation, who, body, [each.id for each in waiting]))
    with reading(installation.engine) as session:
        made = make(session, installation, who, body, name, Wanted(year))
    file.write_bytes(made.data)
    done(f"{f'已签收{signed}件，' if signing else ''}已写入 {file}。")
