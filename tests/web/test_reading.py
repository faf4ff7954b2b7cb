"""The lean reading of a case shows the engine exactly what the operations show it."""

from __future__ import annotations

from sqlalchemy import select

from tests.databases import Databases
from tests.enterprise import installed
from tests.web.world import NOW, build_world
from workflow import clock
from workflow.clock import FixedClock
from workflow.engine.snapshot import Snapshot
from workflow.operations.loading import load
from workflow.operations.reading.loaded import by_condition
from workflow.operations.surroundings import Later
from workflow.store.cases import Case
from workflow.store.session import reading

UNLIKE = {"holders", "definition", "criteria"}  #: compared by identity or made anew each time


def shown(snapshot: Snapshot) -> dict[str, object]:
    """Everything of a snapshot that can be compared."""
    values = {name: value for name, value in vars(snapshot).items() if name not in UNLIKE}
    return {name: list(value) if isinstance(value, Later) else value for name, value in values.items()}


def test_a_page_and_an_act_see_the_same_case(databases: Databases) -> None:
    with (
        installed(databases.fresh(build_world)) as installation,
        clock.use(FixedClock(NOW)),
        reading(installation.engine) as session,
    ):
        for key in session.scalars(select(Case.id)).all():
            acted, read = load(session, installation, key), by_condition(session, installation, Case.id == key)
            assert shown(read.snapshot) == shown(acted.snapshot), acted.row.number
            assert (read.row, read.stage, read.today, read.at) == (acted.row, acted.stage, acted.today, acted.at)
