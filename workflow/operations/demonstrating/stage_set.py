"""What a new demonstration starts with: the enterprise, and a campaign under way."""

from __future__ import annotations

from collections.abc import Callable

from workflow import clock
from workflow.operations.campaigns import open_campaign
from workflow.operations.demonstrating.enterprise import is_empty, load_enterprise
from workflow.operations.installation import Installation
from workflow.store.session import writing

TITLE = "深入开展创先争优活动"


def set_stage(installation: Installation, say: Callable[[str], None]) -> None:
    """Load the demonstration into an empty database; one that holds anything is left alone."""
    with writing(installation.engine) as session:
        if not is_empty(session):
            return
        say("首次启动：正在装入演示组织……")
        load_enterprise(session, installation)
        year = installation.today(clock.now()).year
        open_campaign(session, installation, code=str(year), title=TITLE)
