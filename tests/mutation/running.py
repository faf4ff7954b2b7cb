"""A plugin of pytest: collects the tests once, then asks them about each mutant in a process forked for it.

The tests that call a mutant's function are asked until one fails: first those that noticed its other mutants, then
those of its module, then the quick ones. Each has ten times what it takes on the original before the mutant counts as
never ending. What is known of a mutant already is not asked again.
"""

from __future__ import annotations

import gc
import json
import os
import pickle
import resource
import signal
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import hypothesis
import pytest
from _pytest.runner import runtestprotocol

from tests.mutation.switching import SWITCH

SLOWER, LEAST = 10, 5.0  #: seconds of the processor
MEMORY = 6 << 30
KILLED, SURVIVED, ENDLESS, UNSEEN = "killed", "survived", "endless", "unseen"
ALIVE = (SURVIVED, UNSEEN)
REPORTED_EVERY = 50

hypothesis.settings.register_profile(
    "mutation",
    derandomize=True,
    database=None,
    deadline=None,
    phases=[hypothesis.Phase.explicit, hypothesis.Phase.generate],
    suppress_health_check=list(hypothesis.HealthCheck),
)


@dataclass
class Seen:
    """What each test calls, and how long it takes."""

    calls: dict[str, set[int]] = field(default_factory=dict)
    seconds: dict[int, float] = field(default_factory=dict)
    noticed: dict[str, dict[int, int]] = field(default_factory=dict)  #: by function, how many mutants each noticed


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--mutants", help="file with the names of the mutants")
    parser.addoption("--results", help="file that takes what became of each")
    parser.addoption("--seconds", type=float, help="after which a mutant that nobody has noticed counts as alive")


def pytest_configure(config: pytest.Config) -> None:
    hypothesis.settings.load_profile("mutation")


@pytest.hookimpl(tryfirst=True)
def pytest_runtestloop(session: pytest.Session) -> bool:
    """Ask about each mutant instead of running the tests."""
    mutants = json.loads(Path(session.config.getoption("--mutants")).read_text("utf-8"))
    written = Path(session.config.getoption("--results"))
    results: dict[str, str] = json.loads(written.read_text("utf-8")) if written.is_file() else {}
    asked = [each for each in mutants if each not in results]
    seen = observe(session) if asked else Seen()
    print(f"{len(session.items)} tests in {sum(seen.seconds.values()):.0f} s, {len(asked)} mutants", flush=True)
    gc.freeze()
    began = time.monotonic()
    for number, name in enumerate(asked, 1):
        results[name] = judge(session, name, seen)
        if number % REPORTED_EVERY == 0 or number == len(asked):
            alive = sum(results[each] in ALIVE for each in mutants if each in results)
            print(f"{number} asked, {alive} alive, {time.monotonic() - began:.0f} s", flush=True)
            written.write_text(json.dumps(results, indent=1), encoding="utf-8")
    return True


def observe(session: pytest.Session) -> Seen:
    """Run every test on the originals, each file in a process of its own so that nothing is computed beforehand."""
    files: dict[str, list[int]] = {}
    for index, item in enumerate(session.items):
        files.setdefault(str(item.path), []).append(index)
    seen = Seen()
    for indices in files.values():
        answer = _forked(lambda write, indices=indices: write(pickle.dumps(list(_observed(session, indices)))))
        for index, seconds, called in pickle.loads(answer):
            seen.seconds[index] = seconds
            if called is None:
                print(f"not asked, for it fails anyhow: {session.items[index].nodeid}", flush=True)
            for each in called or ():
                seen.calls.setdefault(each, set()).add(index)
    return seen


def _observed(session: pytest.Session, indices: list[int]) -> Iterator[tuple[int, float, set[str] | None]]:
    for index in indices:
        SWITCH.called = set()
        began = time.process_time()
        passed = passes(session.items[index])
        yield index, time.process_time() - began, SWITCH.called if passed else None


def judge(session: pytest.Session, name: str, seen: Seen) -> str:
    """What the tests say about a mutant."""
    function = name.rpartition("_")[0]
    noticed = seen.noticed.setdefault(function, {})
    module = name.split(".")[-2]

    def rank(index: int) -> tuple[int, bool, float, int]:
        return (-noticed.get(index, 0), not session.items[index].path.stem.endswith(module), seen.seconds[index], index)

    order = sorted(seen.calls.get(function, ()), key=rank)
    if not order:
        return UNSEEN

    def ask(write: Callable[[bytes], object]) -> None:
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
        gc.disable()
        SWITCH.turn(name)
        limit = time.process_time() + session.config.getoption("--seconds")
        for each in order:
            if time.process_time() > limit:
                break
            signal.setitimer(signal.ITIMER_VIRTUAL, LEAST + SLOWER * seen.seconds[each])
            if not passes(session.items[each]):
                write(str(each).encode())
                return
        write(SURVIVED.encode())

    answer = _forked(ask).decode()
    if not answer.isdigit():
        return answer or ENDLESS
    noticed[int(answer)] = noticed.get(int(answer), 0) + 1
    return f"{KILLED} {session.items[int(answer)].nodeid}"


def passes(item: pytest.Item) -> bool:
    """Run one test."""
    return not any(report.failed for report in runtestprotocol(item, nextitem=None, log=False))


def _forked(do: Callable[[Callable[[bytes], object]], object]) -> bytes:
    """What a child process writes; nothing when it is ended."""
    reading, writing = os.pipe()
    child = os.fork()
    if not child:
        os.close(reading)
        with os.fdopen(writing, "wb") as stream:
            try:
                do(stream.write)
            finally:
                stream.flush()
                os._exit(0)
    os.close(writing)
    with os.fdopen(reading, "rb") as stream:
        answer = stream.read()
    os.waitpid(child, 0)
    return answer
