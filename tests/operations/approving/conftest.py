"""The enterprise with the stage `consent` under a rule that the test chooses."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.enterprise import MORNING
from tests.operations.approving.consent import Desk, consent, with_stage
from workflow import clock
from workflow.clock import FixedClock
from workflow.operations.installation import Installation

Sit = Callable[..., Desk]


@pytest.fixture
def sit(installation: Installation) -> Iterator[Sit]:
    """`sit({"rule": "all"})` gives a desk on which the superior's committee decides by that rule."""
    with clock.use(FixedClock(MORNING)) as fixed:
        yield lambda decide=None, **state: Desk(with_stage(installation, consent(decide, **state)), fixed)


@pytest.fixture
def desk(sit: Sit) -> Any:
    """Whoever is first decides."""
    return sit()
