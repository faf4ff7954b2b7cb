"""The simulated worker has the duties of the real one."""

from __future__ import annotations

from tests.enterprise import definitions
from workflow.operations.bindings.ordering import JOB as BINDING
from workflow.simulation.trees import Shape
from workflow.simulation.working import TICKS, handlers
from workflow.simulation.world import inhabited
from workflow.worker import standing_duties

NOT_SIMULATED = {BINDING}  #: jobs that nobody in the simulation orders


def test_the_simulated_worker_does_what_the_real_one_does() -> None:
    with inhabited(1, definitions(), Shape()) as world:
        real = standing_duties(world.installation)
        assert set(real.handlers) - set(handlers(world)) <= NOT_SIMULATED
        assert set(handlers(world)) <= set(real.handlers)
    assert {*real.timetable, *real.watches} - set(TICKS) == set()
