"""Batch approve and batch reject: thirty pledges of a branch at once, item by item, through refusals and crashes."""

from __future__ import annotations

import os
import subprocess
import sys
from collections import Counter
from functools import partial
from pathlib import Path
from threading import Event, Thread

import pytest
from sqlalchemy import select, update

from tests.enterprise import who
from tests.operations.branch import SECRETARY, chosen, pledges_under_review
from tests.operations.cast import Play
from tests.operations.racing import race
from tests.operations.scenarios.plan import plan
from tests.operations.scenarios.pledge import ENDS_ON, items
from tests.worker.working import WAIT_SECONDS, wait_until
from workflow.errors import InvalidInput, NotFound, Refused
from workflow.operations.installation import Installation
from workflow.operations.many import batching
from workflow.operations.many.batching import Chosen, offers, own_batch, start_batch, work_batch
from workflow.settings import Settings
from workflow.store.batches import Batch, BatchItem
from workflow.store.jobs import DurableJobs, install_queue
from workflow.store.people import Account
from workflow.store.session import reading, writing
from workflow.worker import Duties, run_worker

MANY = 30
FEW = 4


def begin(play: Play, cases: list[int], trigger: str = "approve", *, by: str = SECRETARY, reason: str = "") -> int:
    with writing(play.installation.engine) as session:
        return start_batch(session, play.installation, who(session, by), chosen(play, cases), trigger, reason).id


def work(play: Play, batch: int) -> None:
    work_batch(play.installation.engine, play.installation, batch)


def results(play: Play, batch: int) -> list[BatchItem]:
    with reading(play.installation.engine) as session:
        query = select(BatchItem).where(BatchItem.batch_id == batch).order_by(BatchItem.position)
        found = list(session.scalars(query))
        session.expunge_all()
        return found


def offered(play: Play, cases: list[int], by: str = SECRETARY) -> dict[str, batching.Offer]:
    with reading(play.installation.engine) as session:
        found = offers(session, play.installation, who(session, by), chosen(play, cases))
        return {each.trigger: each for each in found}


def test_thirty_pledges_of_a_branch_at_once(play: Play) -> None:
    cases = pledges_under_review(play, MANY)
    offer = offered(play, cases)["approve"]
    assert not offer.needs_reason
    assert [(each.state, each.target, each.count) for each in offer.consequences] == [("审诺", "审定", MANY)]
    batch = begin(play, cases)
    assert [each.outcome for each in results(play, batch)] == [None] * MANY, "nothing is done before the job"
    waiting = play.installation.jobs.waiting  # type: ignore[attr-defined]
    assert ("batch", str(batch)) in [(job.kind, job.key) for job in waiting]
    work(play, batch)
    assert Counter(each.outcome for each in results(play, batch)) == {"done": MANY}
    assert {play.state(each) for each in cases} == {"approved"}
    assert {each.message for each in results(play, batch)} == {"转入“审定”"}
    work(play, batch)
    assert [play.transitions(each).count("L05") for each in cases] == [1] * MANY, "a repeat does nothing twice"


def test_one_failure_does_not_stop_the_rest(play: Play) -> None:
    cases = pledges_under_review(play, FEW)
    batch = begin(play, cases)
    play.do(cases[1], "recall")
    work(play, batch)
    found = results(play, batch)
    assert [each.outcome for each in found] == ["done", "refused", "done", "done"]
    assert "党员002已于" in found[1].message
    assert play.state(cases[1]) == "draft"
    with reading(play.installation.engine) as session:
        assert session.get_one(Batch, batch).finished_at is not None


def test_a_fault_of_ours_is_one_item_s_result(play: Play, monkeypatch: pytest.MonkeyPatch) -> None:
    cases = pledges_under_review(play, FEW)
    batch = begin(play, cases)
    real = batching.act

    def stumbling(*args: object, **more: object) -> object:
        if args[3] == cases[2]:
            raise ZeroDivisionError
        return real(*args, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(batching, "act", stumbling)
    work(play, batch)
    found = results(play, batch)
    assert [each.outcome for each in found] == ["done", "done", "refused", "done"]
    assert "事件编号" in found[2].message


def test_only_what_all_have_in_common_is_offered(play: Play) -> None:
    cases = pledges_under_review(play, FEW)
    assert "return" not in offered(play, cases), "it asks for remarks"
    play.do(cases[0], "approve")
    assert "approve" not in offered(play, cases)
    with pytest.raises(Refused, match="都没有这一操作"):
        begin(play, cases, "return")
    batch = begin(play, cases)
    work(play, batch)
    assert [each.outcome for each in results(play, batch)] == ["refused", "done", "done", "done"]
    assert "approve" not in offered(play, pledges_again(play), by="HY018"), "not the reviewer's act"


def pledges_again(play: Play) -> list[int]:
    case = play.open("HY025", "pledge", "HY-11", person="HY025", items=items(), ends_on=ENDS_ON)
    play.do(case, "submit")
    return [case]


def test_a_reason_is_asked_once_for_all(play: Play) -> None:
    cases = [plan(play, body="HY-11", opener="HY021"), plan(play, body="HY-11", opener="HY021")]
    assert offered(play, cases)["withdraw"].needs_reason
    with pytest.raises(InvalidInput):
        begin(play, cases, "withdraw")
    batch = begin(play, cases, "withdraw", reason="重复登记")
    work(play, batch)
    assert Counter(each.outcome for each in results(play, batch)) == {"done": 2}
    assert all(play.row(each).closed_at for each in cases)


def test_a_wrong_choice_is_refused(play: Play) -> None:
    case = plan(play, body="HY-11", opener="HY021")
    mine = chosen(play, [case])
    with reading(play.installation.engine) as session:
        for wrong in ([], mine * 2, [Chosen(f"X{number}", 1) for number in range(batching.MOST + 1)]):
            with pytest.raises(InvalidInput):
                offers(session, play.installation, who(session, "HY021"), wrong)
        with pytest.raises(NotFound):
            offers(session, play.installation, who(session, "HY030"), mine)


def test_nobody_else_sees_a_batch(play: Play) -> None:
    batch = begin(play, pledges_under_review(play, 1))
    with reading(play.installation.engine) as session:
        assert own_batch(session, who(session, SECRETARY), batch).title == "审定（1件）"
        with pytest.raises(NotFound):
            own_batch(session, who(session, "HY021"), batch)


def test_rights_lost_meanwhile_count(play: Play) -> None:
    cases = pledges_under_review(play, 2)
    batch = begin(play, cases)
    with writing(play.installation.engine) as session:
        mine = Account.person_id == who(session, SECRETARY).person_id
        session.execute(update(Account).where(mine).values(disabled_at=play.clock.now()))
    work(play, batch)
    assert Counter(each.outcome for each in results(play, batch)) == {"refused": 2}
    assert {play.state(each) for each in cases} == {"under_review"}


def test_two_workers_on_one_batch_do_each_item_once(play: Play) -> None:
    cases = pledges_under_review(play, FEW)
    batch = begin(play, cases)
    assert all(each.won for each in race(*[partial(work, play, batch)] * 3))
    assert Counter(each.outcome for each in results(play, batch)) == {"done": FEW}
    assert [play.transitions(each).count("L05") for each in cases] == [1] * FEW


CRASH = """
import os, sys
from pathlib import Path
from threading import Event
from tests.enterprise import installed
from workflow.operations.many import batching
from workflow.settings import Settings
from workflow.worker import Duties, run_worker
from workflow import clock
from workflow.clock import FixedClock
from tests.enterprise import MORNING

done = []
real = batching._do

def dying(session, installation, key):
    if len(done) == 2:
        session.flush()
        os._exit(9)
    real(session, installation, key)
    done.append(key)

batching._do = dying
with installed(sys.argv[1]) as made, clock.use(FixedClock(MORNING)):
    duties = Duties({"batch": lambda batch_id: batching.work_batch(made.engine, made, batch_id)}, {})
    run_worker(Settings(database_url=sys.argv[1], var_dir=Path(sys.argv[2])), Event(), duties)
"""


def test_a_batch_goes_on_after_its_worker_was_killed(play: Play, tmp_path: Path) -> None:
    url = play.installation.settings.database_url
    install_queue(url)
    cases = pledges_under_review(play, FEW)
    durable = Installation(play.installation.settings, play.installation.definitions, play.installation.engine,
                           DurableJobs(play.installation.engine))  # fmt: skip
    with writing(durable.engine) as session:
        batch = start_batch(session, durable, who(session, SECRETARY), chosen(play, cases), "approve", "").id
    root = Path(__file__).parents[2]
    crashed = subprocess.run(
        [sys.executable, "-c", CRASH, url, str(tmp_path)], cwd=root, timeout=WAIT_SECONDS, check=False,
        env={**os.environ, "PYTHONPATH": str(root)},
    )  # fmt: skip
    assert crashed.returncode == 9
    assert [each.outcome for each in results(play, batch)] == ["done", "done", None, None]
    stop, ready = Event(), Event()
    duties = Duties({"batch": partial(work_batch, durable.engine, durable)}, {})
    settings = Settings(database_url=url, var_dir=tmp_path)
    thread = Thread(target=run_worker, args=(settings, stop, duties, ready))
    thread.start()
    try:
        wait_until(lambda: all(each.outcome for each in results(play, batch)))
    finally:
        stop.set()
        thread.join(WAIT_SECONDS)
    assert Counter(each.outcome for each in results(play, batch)) == {"done": FEW}
    assert [play.transitions(each).count("L05") for each in cases] == [1] * FEW
