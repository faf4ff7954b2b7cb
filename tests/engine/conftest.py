"""What several tests of the engine share."""

from __future__ import annotations

import pytest

from tests.engine import cast
from tests.engine.company import MORE
from workflow.engine.registry import EFFECTS, GUARDS
from workflow.engine.snapshot import Change, Situation


@pytest.fixture
def company(monkeypatch: pytest.MonkeyPatch) -> None:
    """The cast with the departments and officers of the committee."""
    monkeypatch.setattr(cast, "HOLDERS", {**cast.HOLDERS, **MORE})


@pytest.fixture
def seen(monkeypatch: pytest.MonkeyPatch) -> list[Situation]:
    """The situations shown to a guard that lets everything pass; two effects of which one reads the other's."""
    found: list[Situation] = []

    def note_second(situation: Situation) -> Change:
        return Change({"second": situation.data["first"], "text": situation.data["text"]})

    monkeypatch.setitem(GUARDS, "everything_passes", found.append)
    monkeypatch.setitem(GUARDS, "nothing_passes", lambda _: "不行")
    monkeypatch.setitem(EFFECTS, "note_first", lambda _: Change({"first": 1}))
    monkeypatch.setitem(EFFECTS, "note_second", note_second)
    return found
