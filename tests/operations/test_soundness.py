"""A violated invariant stops the act, on either database: it is told as a fault, and nothing of it is stored."""

from __future__ import annotations

from typing import Any

import pytest

from tests.operations.cast import Play
from tests.operations.scenarios.comment import comment
from workflow.operations import writing
from workflow.operations.soundness import Unsound
from workflow.store.changes import changes


def skip_an_entry(journal: Any) -> Any:
    def skipping(session: Any, loaded: Any, move: Any) -> None:
        journal(session, loaded, move)
        changes(session, loaded.row).set(version=loaded.row.version + 1)

    return skipping


def test_a_wrong_state_is_never_stored(play: Play, monkeypatch: pytest.MonkeyPatch) -> None:
    case = comment(play)
    before = play.row(case)
    planted = [
        ("request_report", "arrive", lambda *_: False, "nobody and nothing carries it on from report_due"),
        ("cancel", "arrive", lambda *_: True, "cancelled is an end, and something is open"),
        ("cancel", "_journal", skip_an_entry(writing._journal), "is not the length of the journal"),
    ]
    for trigger, broken, wrongly, said in planted:
        with monkeypatch.context() as fault:
            fault.setattr(writing, broken, wrongly)
            with pytest.raises(Unsound, match=said):
                play.do(case, trigger, **({"reason": "取消"} if trigger == "cancel" else {}))
        after = play.row(case)
        assert (after.state, after.version, after.head) == (before.state, before.version, before.head)
    play.do(case, "cancel", reason="取消")
    assert play.state(case) == "cancelled"
