"""What several tests of the engine share."""

from __future__ import annotations

import pytest

from tests.engine import cast
from tests.engine.company import MORE


@pytest.fixture
def company(monkeypatch: pytest.MonkeyPatch) -> None:
    """The cast with the departments and officers of the committee."""
    monkeypatch.setattr(cast, "HOLDERS", {**cast.HOLDERS, **MORE})
