"""`chuangyou import`: organisations, people and posts from a spreadsheet or YAML."""

from __future__ import annotations

from pathlib import Path

import click

from workflow.cli.installed import current
from workflow.cli.sentences import done
from workflow.operations.importing import import_file
from workflow.store.session import writing


@click.command(
    "import", help="从电子表格（组织、关系、人员、任职、账号各一表）或 YAML 导入；有一行不合格，则全部不导入。"
)
@click.argument("file", metavar="文件", type=click.Path(path_type=Path))
def import_(file: Path) -> None:
    """Import a file, all rows or none."""
    installation = current()
    with click.progressbar(label="导入", length=1, show_pos=True) as bar:

        def progress(finished: int, total: int) -> None:
            bar.length = max(total, 1)
            bar.update(finished - bar.pos)

        with writing(installation.engine) as session:
            report = import_file(session, installation, file, progress)
    rows = "、".join(f"{title}{count}行" for title, count in report.rows.items() if count)
    done(f"已导入：{rows or '文件里没有内容'}。")
