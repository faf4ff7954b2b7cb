"""`chuangyou demo`: the whole campaign as a show."""

from __future__ import annotations

import click


@click.command(help="演示：让演示企业把七个环节走一遍。")
def demo() -> None:
    """Play the script."""
