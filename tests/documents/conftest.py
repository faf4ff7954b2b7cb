"""Papers rendered by one worker of a run serve the others."""

from __future__ import annotations

import os

import pytest

from tests.documents.papers import KEPT


@pytest.fixture(scope="session", autouse=True)
def shared_papers(tmp_path_factory: pytest.TempPathFactory) -> None:
    """One folder for all workers of this run; a run without workers renders for itself."""
    if "PYTEST_XDIST_WORKER" in os.environ:
        folder = tmp_path_factory.getbasetemp().parent / "papers"
        folder.mkdir(exist_ok=True)
        KEPT[:] = [folder]
