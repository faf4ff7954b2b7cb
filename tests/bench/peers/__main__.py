"""One peer in a process of its own: reads a call a line, answers a line of JSON.

`python -m tests.bench.peers ORDER`; a call is `{"do": "round", "cases": 20}`.
"""

from __future__ import annotations

import json
import sys
from importlib import import_module
from random import Random
from time import perf_counter
from typing import Any

from tests.bench.job import STEPS, Order, Scale

SEED = 20120305


class Rounds:
    """Runs the job on a peer and times every action."""

    def __init__(self, peer: Any, scale: Scale) -> None:
        self._peer, self._scale, self._random = peer, scale, Random(SEED)

    def round(self, cases: int) -> dict[str, list[float]]:
        """Cases from start to end: seconds of every start and of every approval."""
        starts, approvals = [], []
        for _ in range(cases):
            branch = self._random.choice(self._scale.branches)
            begun = perf_counter()
            case = self._peer.start(branch)
            starts.append(perf_counter() - begun)
            for step in range(len(STEPS)):
                person = self._scale.approver(branch, step)
                begun = perf_counter()
                self._peer.approve(case, step, person)
                approvals.append(perf_counter() - begun)
        return {"start": starts, "approve": approvals}


def main() -> None:
    """Serve calls until the input ends."""
    order = Order.read(sys.argv[1])
    module, _, variant = order.peer.partition(":")
    peer = import_module(f"tests.bench.peers.{module}").make(order.place, order.scale, variant)
    rounds = Rounds(peer, order.scale)
    print(json.dumps("ready"), flush=True)
    for line in sys.stdin:
        call = json.loads(line)
        doing = call.pop("do")
        answer = getattr(rounds if doing == "round" else peer, doing)(**call)
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
