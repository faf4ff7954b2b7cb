"""The worker of the simulation: takes jobs in any order, does them at least once, and looks at what is due.

What it does stands in `JOBS` and `TICKS`; a test compares them with the duties of the real worker.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

from sqlalchemy import Engine

from workflow.operations.approving.reseating import reseat_all
from workflow.operations.approving.vacancies import look_for_vacancies
from workflow.operations.bindings.forgetting import forget_bindings
from workflow.operations.documents import distributing
from workflow.operations.documents.papers import RENDER
from workflow.operations.documents.reprinting import queue_again
from workflow.operations.due.deadlines import fire_due
from workflow.operations.due.rescheduling import RESCHEDULE, reschedule_all
from workflow.operations.importing import handing_in
from workflow.operations.informing.arrivals import TELL, tell_arrivals
from workflow.operations.informing.delivering import deliver, deliver_due
from workflow.operations.informing.digesting import send_digests
from workflow.operations.informing.forgetting import forget_notices
from workflow.operations.informing.reminding import remind_all
from workflow.operations.informing.telling import DELIVER
from workflow.operations.installation import Installation
from workflow.operations.many import batching, launching
from workflow.operations.many.opening_below import work_launch
from workflow.operations.sealing import seal_campaigns
from workflow.operations.upkeep.stuck import look_for_stuck
from workflow.simulation.chance import Chance
from workflow.simulation.printing import print_paper
from workflow.simulation.queue import Job, mark, waiting
from workflow.simulation.world import World

Handler = Callable[..., object]

DONE = "job: "  #: before the kind of a job, where what has happened is counted
AT_A_TIME = 40  #: jobs among which one is chosen
TICKS: Mapping[str, tuple[int, Callable[[Engine, Installation], object]]] = {
    "fire_deadlines": (40, fire_due),
    "remind": (8, remind_all),
    "reseat": (8, reseat_all),
    "look_for_vacancies": (8, look_for_vacancies),
    "look_for_stuck": (3, look_for_stuck),
    "queue_again": (4, queue_again),
    "reschedule_stale": (3, reschedule_all),
    "deliver_due": (1, deliver_due),
    "send_digests": (1, send_digests),
    "forget_notices": (1, forget_notices),
    "forget_bindings": (1, lambda engine, _installation: forget_bindings(engine)),
    "seal_journal": (4, lambda engine, _installation: seal_campaigns(engine)),
}  #: what is looked at by the clock, and how often beside the rest


def handlers(world: World) -> Mapping[str, Handler]:
    """What does each kind of job."""
    engine, installation = world.engine, world.installation
    return {
        RENDER: partial(print_paper, world),
        TELL: partial(tell_arrivals, engine, installation),
        DELIVER: partial(deliver, engine, installation),
        batching.JOB: partial(batching.work_batch, engine, installation),
        launching.JOB: partial(work_launch, engine, installation),
        distributing.JOB: partial(distributing.work_distribution, engine, installation),
        handing_in.JOB: partial(handing_in.work_import, engine, installation, is_told=False),
        RESCHEDULE: partial(reschedule_all, engine, installation),
    }


def work(world: World, chance: Chance, most: int) -> int:
    """Do some of the jobs that wait, in any order; answers how many were done. A job that fails stays."""
    done, jobs = 0, list[Job]()
    while done < most and (jobs := jobs or waiting(world.engine, AT_A_TIME)):
        if not world.attempt(partial(_do, world, jobs.pop(chance.below(len(jobs))))):
            return done
        done += 1
    return done


def _do(world: World, job: Job) -> None:
    world.faults.operation = f"job: {job.kind}"
    try:
        handlers(world)[job.kind](**job.arguments)
        world.faults.before_mark()
        mark(world.engine, job)
    except Exception as error:
        if "database is locked" not in str(error):
            raise
        world.seen["a job is done again later"] += 1
        return
    world.seen[f"{DONE}{job.kind}"] += 1


def tick(world: World, name: str) -> None:
    """Look at one of the things that are looked at by the clock."""
    world.faults.operation = f"tick: {name}"

    def look() -> None:
        try:
            TICKS[name][1](world.engine, world.installation)
        except Exception as error:
            if "database is locked" not in str(error):
                raise

    world.attempt(look)
    world.seen[f"tick: {name}"] += 1
