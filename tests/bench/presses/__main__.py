"""One press in a process of its own: reads a call a line, prints the paper, answers seconds and bytes.

`python -m tests.bench.presses NAME`; a call is `{"do": "letter", "number": 7}`.
"""

from __future__ import annotations

import json
import sys
from importlib import import_module
from time import perf_counter


def main() -> None:
    """Serve calls until the input ends."""
    with import_module(f"tests.bench.presses.{sys.argv[1]}").press() as press:
        print(json.dumps("ready"), flush=True)
        for line in sys.stdin:
            call = json.loads(line)
            printing = getattr(press, call.pop("do"))(**call)
            begun = perf_counter()
            data = printing()
            seconds = perf_counter() - begun
            print(json.dumps({"seconds": seconds, "bytes": len(data)}), flush=True)


if __name__ == "__main__":
    main()
