"""Many voters at the same moment, in threads and in processes: no vote lost, none counted twice, one move."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

from tests.databases import Databases
from tests.enterprise import MORNING, installed
from tests.operations.approving.conftest import Sit
from tests.operations.approving.consent import COMMITTEE, Desk, consent, with_stage
from tests.operations.approving.test_races_of_turns import bout
from tests.operations.approving.voters import DOUBLE_CLICKS, all_at_once, build_fifty, voters
from tests.operations.racing import race
from workflow import clock
from workflow.clock import FixedClock
from workflow.errors import NotAllowed, Refused

ROUNDS = 2
SECONDS = 60  #: for processes to start and to act
ROOT = Path(__file__).parents[3]


@pytest.fixture
def fifty(databases: Databases) -> Iterator[Desk]:
    """A desk before a committee of fifty, all of whom have to agree."""
    with clock.use(FixedClock(MORNING)) as fixed, installed(databases.fresh(build_fifty)) as made:
        yield Desk(with_stage(made, consent({"rule": "all"})), fixed)


def test_fifty_voters_on_the_last_seats(fifty: Desk) -> None:
    """A thousand rounds of the same: `python -m tests.races`."""
    people = voters(fifty)
    assert [all_at_once(fifty, people) for _ in range(2)] == [DOUBLE_CLICKS] * 2


@pytest.mark.parametrize("_round", range(ROUNDS))
def test_the_last_two_seats_agree_and_refuse(sit: Sit, _round: int) -> None:
    desk = sit({"rule": "all"})
    case = desk.begin()
    for number in COMMITTEE[:3]:
        desk.agree(case, number)
    on = bout(desk, case)
    agreed, refused = race(
        partial(desk.act, case, COMMITTEE[3], "approve", {}),
        partial(desk.act, case, COMMITTEE[4], "refuse", {"reason": "条件不足"}),
    )
    assert refused.won
    assert desk.state(case) == "refused"
    assert agreed.won or isinstance(agreed.error, NotAllowed | Refused)
    assert Counter(desk.decisions(case)) == {"agree": 3 + agreed.won, "refuse": 1}
    on.sound()


@pytest.mark.parametrize("_round", range(ROUNDS))
def test_exactly_enough_agree_at_once(sit: Sit, _round: int) -> None:
    """Three of five pass; four agree at the same moment: one of them comes too late, and is told so."""
    desk = sit({"rule": "count", "pass_at": 3})
    case = desk.begin()
    finishes = race(*(partial(desk.act, case, number, "approve", {}) for number in COMMITTEE[:4]))
    assert sum(each.won for each in finishes) == 3
    assert [isinstance(each.error, Refused) for each in finishes if not each.won] == [True]
    assert desk.decisions(case) == ["agree"] * 3
    assert desk.facts(case).count("moved") == 3
    assert desk.state(case) == "approved"
    bout(desk, case).sound()


@pytest.mark.parametrize("_round", range(ROUNDS))
def test_one_person_on_two_devices(sit: Sit, _round: int) -> None:
    desk = sit({"rule": "percent", "pass_at": [2, 3]})
    case = desk.begin()
    finishes = race(
        partial(desk.act, case, COMMITTEE[3], "approve", {}),
        partial(desk.act, case, COMMITTEE[3], "refuse", {"reason": "条件不足"}),
        partial(desk.take, case, COMMITTEE[3], "abstain"),
    )
    assert sum(each.won for each in finishes) == 1
    assert len(desk.decisions(case)) == 1
    bout(desk, case).sound()


VOTE = """
import json, sys
from tests.enterprise import MORNING, installed, who
from tests.operations.approving.consent import Desk, consent, with_stage
from workflow import clock
from workflow.clock import FixedClock
from workflow.errors import WorkflowError

url, case, rule, *numbers = sys.argv[1:]
with clock.use(FixedClock(MORNING)) as fixed, installed(url) as made:
    desk = Desk(with_stage(made, consent(json.loads(rule))), fixed)
    print("ready", flush=True)
    sys.stdin.readline()
    said = []
    for number in numbers:
        try:
            desk.act(int(case), number, "approve", {})
            said.append("done")
        except WorkflowError as error:
            said.append(str(error))
    print(json.dumps(said), flush=True)
"""


def test_processes_vote_at_once(sit: Sit) -> None:
    """Four processes, each with everybody's vote: every vote is given once, whoever was faster."""
    rule = {"rule": "all"}
    desk = sit(rule)
    case = desk.begin()
    url = desk.installation.settings.database_url
    command = [sys.executable, "-c", VOTE, url, str(case), json.dumps(rule), *COMMITTEE]
    running = [
        subprocess.Popen(command, cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)}, text=True,
                         stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        for _ in range(4)
    ]  # fmt: skip
    for each in running:
        assert each.stdout is not None
        assert each.stdout.readline() == "ready\n"
    for each in running:
        assert each.stdin is not None
        each.stdin.write("go\n")
        each.stdin.flush()
    answers = [json.loads(each.communicate(timeout=SECONDS)[0]) for each in running]
    assert [each.returncode for each in running] == [0] * 4
    assert [sum(said[seat] == "done" for said in answers) for seat in range(len(COMMITTEE))] == [1] * len(COMMITTEE)
    assert all(said == "done" or "不能同意" in said for answer in answers for said in answer)
    assert desk.decisions(case) == ["agree"] * len(COMMITTEE)
    assert desk.state(case) == "approved"
    bout(desk, case).sound()
