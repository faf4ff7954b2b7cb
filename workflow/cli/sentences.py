"""How a command fails: one Chinese sentence on stderr and exit code 1, never a trace."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import click

from workflow.errors import WorkflowError

LISTED = ("faults", "errors", "found")  #: facts of an error that list single faults
MOST_LISTED = 200  #: a wrong heading can spoil every row; whoever mends these runs the command again


class SentenceGroup(click.Group):
    """A group whose commands say what went wrong instead of showing where in the code."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; a refusal of ours becomes its sentence."""
        try:
            return super().invoke(ctx)
        except WorkflowError as error:
            say_refusal(error)
            ctx.exit(1)


def say_refusal(error: WorkflowError) -> None:
    """The sentence, and below it the single faults where there are several."""
    click.secho(error.message, fg="red", err=True)
    for name in LISTED:
        found = error.facts.get(name)
        if isinstance(found, Iterable) and not isinstance(found, str):
            list_faults([str(each) for each in found])


def list_faults(faults: list[str]) -> None:
    """Each fault on a line of stderr."""
    for each in faults[:MOST_LISTED]:
        click.echo(f"  {each}", err=True)
    if len(faults) > MOST_LISTED:
        click.echo(f"  ……还有{len(faults) - MOST_LISTED}处，改正以上各处后再运行即可看到。", err=True)


def done(text: str) -> None:
    """Say that something was achieved."""
    click.secho(text, fg="green")
