"""`make mutants`: what the tests of the engine leave unnoticed when it is changed.

`make mutants ONLY=voting` asks about the modules with this in their name, and about some beyond the engine on which
safety hangs: `ONLY=sealing`, `idempotency`, `due.deadlines`, `changes`, `policy`.

A mutant that was noticed once is not asked again while it stays the same; those alive are, for tests may have come.
Their list is left in `var/mutants/alive.txt`.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections import Counter
from pathlib import Path

from tests.environments import locked_python
from tests.mutation.running import ALIVE

ROOT = Path(__file__).resolve().parents[2]
LOCK = ROOT / "tests/mutation/requirements.lock"
VAR = ROOT / "var/mutants"
TREE, SCRATCH = VAR / "tree", VAR / "scratch"
MUTANTS, RESULTS, ASKED = (VAR / f"{each}.json" for each in ("mutants", "results", "asked"))
COPIED = ("workflow", "web", "tests", "definitions", "pyproject.toml")
ENGINE = "workflow.engine"
#: Which tests are asked about which modules, and for how many seconds each mutant.
#: What reads the sources themselves has nothing to say about a tree in which every function stands many times.
TESTS: dict[str, tuple[int, list[str]]] = {
    ENGINE: (3, [
        "tests/engine", "--deselect=tests/engine/test_parameters.py", "--ignore=tests/engine/test_any_campaign.py"]),
    "workflow.operations.due.deadlines": (20, [
        f"tests/operations/test_{each}.py"
        for each in ("deadlines", "failing_deadlines", "administering", "children", "reminding")]),
    "workflow.operations.idempotency": (20, ["tests/api/test_repeating.py", "tests/web/test_sent_twice.py"]),
    "workflow.operations.sealing": (20, [
        "tests/operations/test_journal.py", "tests/operations/test_proofs.py", "tests/test_audit.py",
        "tests/test_cli_verify.py", "tests/web/test_seals.py"]),
    "workflow.store.changes": (20, [
        f"tests/operations/test_{each}.py" for each in ("at_once", "deadlines", "failing_deadlines", "soundness")]),
    "web.policy": (20, [f"tests/web/test_{each}.py" for each in ("policy", "preview", "ballots")]),
}  # fmt: skip


def prepare(python: Path) -> dict[str, str]:
    """A copy of the tree with every mutant in it; answers what each changes."""
    shutil.rmtree(TREE, ignore_errors=True)
    for each in COPIED:
        if (ROOT / each).is_dir():
            shutil.copytree(ROOT / each, TREE / each, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(ROOT / each, TREE / each)
    subprocess.run([python, "tests/mutation/preparing.py", MUTANTS], cwd=TREE, check=True)
    found: dict[str, str] = json.loads(MUTANTS.read_text("utf-8"))
    return found


def keep_noticed(prepared: dict[str, str]) -> None:
    """Of what is known keep that mutants were noticed which are still the same."""
    before: dict[str, str] = json.loads(ASKED.read_text("utf-8")) if ASKED.is_file() else {}
    results: dict[str, str] = json.loads(RESULTS.read_text("utf-8")) if RESULTS.is_file() else {}
    same = {name: each for name, each in results.items() if name in prepared and before.get(name) == prepared[name]}
    noticed = {name: each for name, each in same.items() if each not in ALIVE}
    RESULTS.write_text(json.dumps(noticed, indent=1), encoding="utf-8")
    ASKED.write_text(json.dumps(prepared, ensure_ascii=False), encoding="utf-8")


def report(mutants: dict[str, str], results: dict[str, str]) -> None:
    """How many were noticed, by module; those alive with what they change to a file."""
    modules: dict[str, Counter[bool]] = {}
    for name in mutants:
        modules.setdefault(name.split(".x")[0], Counter())[results[name] not in ALIVE] += 1
    for module, counted in [*modules.items(), ("all", sum(modules.values(), Counter()))]:
        print(f"{module:42} {counted[True]:6} of {counted.total():6} noticed  {counted[True] / counted.total():7.1%}")
    alive = (f"{name} {results[name]}\n{change}\n" for name, change in mutants.items() if results[name] in ALIVE)
    (VAR / "alive.txt").write_text("\n".join(alive), encoding="utf-8")


def ask(mutants: dict[str, str], seconds: int, tests: list[str]) -> None:
    """Ask the tests about these mutants; what is built for the tests, is built once for all of them."""
    MUTANTS.write_text(json.dumps(mutants, ensure_ascii=False), encoding="utf-8")
    shutil.rmtree(SCRATCH, ignore_errors=True)
    SCRATCH.mkdir()
    brief = ["--tb=native", "--assert=plain"]  # nobody reads why a test failed
    options = ["-q", "-s", *brief, "-p", "no:cacheprovider", "-p", "tests.mutation.running", "--database=sqlite"]
    files = [f"--mutants={MUTANTS}", f"--results={RESULTS}", f"--seconds={seconds}", f"--basetemp={SCRATCH / 'run'}"]
    environment = {**os.environ, "PYTEST_XDIST_WORKER": "mutants"}
    subprocess.run([sys.executable, "-m", "pytest", *options, *files, *tests], cwd=TREE, check=True, env=environment)


def main(only: str = ENGINE) -> None:
    """Prepare, ask, report."""
    VAR.mkdir(parents=True, exist_ok=True)
    prepared = prepare(locked_python(VAR / "venv", LOCK, "mutmut"))
    keep_noticed(prepared)
    mutants = {name: change for name, change in prepared.items() if only in name.split(".x")[0]}
    for module, (seconds, tests) in TESTS.items():
        if asked := {name: change for name, change in mutants.items() if name.startswith(module)}:
            ask(asked, seconds, tests)
    report(mutants, json.loads(RESULTS.read_text("utf-8")))


if __name__ == "__main__":
    main(*sys.argv[1:])
