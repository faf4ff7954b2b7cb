"""`chuangyou audit`: prove that nothing in the journal was changed."""

from __future__ import annotations

import click

from workflow.cli.installed import current
from workflow.cli.sentences import done, list_faults
from workflow.operations import sealing
from workflow.store.session import reading


@click.group(help="留痕审计。")
def audit() -> None:
    """Commands about the journal."""


@audit.command(help="逐条核对留痕的哈希链和各次封存，指出第一处不符。")
def verify() -> None:
    """Check every chain and seal; exit 1 when something does not fit."""
    installation = current()
    faults: list[str] = []
    with reading(installation.engine) as session:
        with click.progressbar(label="核对留痕", length=sealing.case_count(session), show_pos=True) as bar:
            for found in sealing.verify(session):
                if isinstance(found, int):
                    bar.update(found)
                else:
                    faults.append(f"{found.where}：{found.message}")
        entries, seals = sealing.summary(session)
    if faults:
        click.secho(f"留痕校验未通过，{len(faults)}处不符：", fg="red", err=True)
        list_faults(faults)
        raise click.exceptions.Exit(1)
    done(f"留痕校验通过：{entries}条留痕、{seals}次封存，前后衔接，未见改动。")
