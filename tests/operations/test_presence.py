"""Workers say that they are there; the others tell by that who is gone, whatever the clocks of the machines show."""

from __future__ import annotations

from datetime import timedelta

import pytest

from workflow import clock
from workflow.clock import FixedClock
from workflow.operations.installation import Installation
from workflow.operations.upkeep import presence
from workflow.operations.upkeep.presence import present, workers
from workflow.store.session import reading


def names(installation: Installation) -> set[str]:
    with reading(installation.engine) as session:
        return {each.name for each in workers(session)}


def test_a_worker_is_known_while_it_is_there(installation: Installation) -> None:
    with present(installation.engine, "hall:0"):
        with present(installation.engine, "yard:0"):
            assert names(installation) == {"hall:0", "yard:0"}
        assert names(installation) == {"hall:0"}
    assert names(installation) == set()


@pytest.mark.parametrize("ahead", [timedelta(hours=1), timedelta(hours=-1)])
def test_who_says_nothing_new_is_taken_for_lost(
    installation: Installation, monkeypatch: pytest.MonkeyPatch, ahead: timedelta
) -> None:
    """A clock that is an hour wrong neither keeps a lost worker alive nor makes a live one lost."""
    passed = [0.0]
    monkeypatch.setattr(presence, "monotonic", lambda: passed[0])
    with present(installation.engine, "hall:0") as beat:
        with clock.use(FixedClock(clock.now() + ahead)) as yard, present(installation.engine, "yard:0") as other:
            assert list(beat()) == []
            passed[0] = 50.0
            yard.advance(timedelta(seconds=50))
            other()
            assert list(beat()) == []
            passed[0] = 100.0
            assert list(beat()) == []
            passed[0] = 111.0
            assert list(beat()) == ["yard:0"]
            yard.advance(timedelta(seconds=61))
            other()
            assert list(beat()) == []
        assert list(beat()) == []


def test_what_was_not_seen_for_a_week_is_forgotten(installation: Installation) -> None:
    with present(installation.engine, "hall:0") as beat, clock.use(FixedClock(clock.now())) as later:
        later.advance(timedelta(days=6))
        with present(installation.engine, "yard:0"):
            assert names(installation) == {"hall:0", "yard:0"}
            later.advance(timedelta(days=2))
            with present(installation.engine, "shed:0"):
                assert names(installation) == {"yard:0", "shed:0"}
        beat()
        assert names(installation) == {"hall:0"}
