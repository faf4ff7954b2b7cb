"""Days on the command line: 2012-07-01, or today."""

from __future__ import annotations

from datetime import date, datetime

import click

from workflow import clock
from workflow.operations.installation import Installation

DAY = click.DateTime(["%Y-%m-%d"])


def day_of(installation: Installation, given: datetime | None) -> date:
    """The day that was given, else the present one."""
    return given.date() if given else installation.today(clock.now())
