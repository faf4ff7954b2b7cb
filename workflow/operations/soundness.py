"""The cheap invariants, asked of every act before it is stored (trust.md, invariants 1, 5 and 6).

Nothing is read for them: they look at what the act is about to write. What would leave a case in a wrong state is not
stored: the transaction ends, whoever acted is told an incident number, and the log says what was wrong.
"""

from __future__ import annotations

from workflow.engine.moving import Step
from workflow.operations.loading import Loaded
from workflow.store.changes import Changes


class Unsound(Exception):
    """What an act would leave behind is nothing that may be. No refusal: the fault is the service's own."""


def check_sound(loaded: Loaded, step: Step, found: Changes, *, carried_on: bool) -> None:
    """Raise Unsound: a journal with a gap, an ended case with something open, or an open one without a way on."""
    row, state = loaded.row, loaded.stage.states[step.snapshot.case.state]
    sequences = [each["sequence"] for each in found.entries]
    if sequences and sequences != list(range(row.version - len(sequences) + 1, row.version + 1)):
        raise Unsound(f"{row.number}: version {row.version} is not the length of the journal, {sequences}")
    if sequences and found.entries[-1]["hash"] != row.head:
        raise Unsound(f"{row.number}: the head is not the newest entry of the journal")
    if row.state != step.snapshot.case.state:
        raise Unsound(f"{row.number}: {row.state} is stored for {step.snapshot.case.state}")
    if state.final and (row.closed_at is None or found.opened or found.timers):
        raise Unsound(f"{row.number}: {row.state} is an end, and something is open")
    if not (state.final or carried_on or step.children or _runs_child(step)):
        raise Unsound(f"{row.number}: nobody and nothing carries it on from {row.state}")


def _runs_child(step: Step) -> bool:
    """Whether a child case is under way. Only read where neither a turn nor a due moment carries the case on."""
    return any(not each.final for each in step.snapshot.children)
