"""`python -m tests.races [--rounds N] [--database KIND]`: fifty voters on the last seats of a 会签, again and again.

The test suite runs a few rounds of this race on each database; here it is run a thousand times, and counted.
"""

from __future__ import annotations

import argparse
import tempfile
from contextlib import ExitStack
from pathlib import Path
from time import perf_counter

from tests.databases import KINDS, Databases, SqliteDatabases, postgres_databases
from tests.enterprise import MORNING, installed
from tests.operations.approving.consent import Desk, consent, with_stage
from tests.operations.approving.voters import DOUBLE_CLICKS, VOTERS, all_at_once, build_fifty, voters
from workflow import clock
from workflow.clock import FixedClock

ROUNDS = 1000
TOLD_EVERY = 50


def run(databases: Databases, rounds: int) -> str:
    """So many rounds on one database; any stuck case, double move, lost or doubled vote ends it with an error."""
    with clock.use(FixedClock(MORNING)) as fixed, installed(databases.fresh(build_fifty)) as made:
        desk = Desk(with_stage(made, consent({"rule": "all"})), fixed)
        people = voters(desk)
        started = perf_counter()
        refused = 0
        for number in range(1, rounds + 1):
            refused += all_at_once(desk, people)
            if number % TOLD_EVERY == 0:
                print(f"{number} rounds, {perf_counter() - started:.0f} s", flush=True)
        seconds = perf_counter() - started
    votes = rounds * VOTERS
    return (
        f"{rounds} rounds, {votes} votes of {VOTERS} voters at once, {rounds * DOUBLE_CLICKS} double clicks, "
        f"{refused} refused with a sentence; 0 stuck, 0 double moves, 0 lost or doubled votes, {rounds} chains sound; "
        f"{seconds:.0f} s, {votes / seconds:.0f} votes/s"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description="Races of fifty voters, counted.")
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--database", choices=KINDS, action="append")
    chosen = parser.parse_args()
    with ExitStack() as stack:
        for kind in chosen.database or KINDS:
            databases: Databases
            if kind == "sqlite":
                databases = SqliteDatabases(Path(stack.enter_context(tempfile.TemporaryDirectory())))
            else:
                databases = stack.enter_context(postgres_databases())
            print(f"{kind}: {run(databases, chosen.rounds)}", flush=True)


if __name__ == "__main__":
    main()
