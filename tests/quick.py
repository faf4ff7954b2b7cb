"""Binding without the printer: covers, contents and journals are one blank-looking sheet, printed once."""

from __future__ import annotations

import pytest

from tests.documents.papers import rendered
from workflow.documents.render import RenderedPdf
from workflow.operations.bindings import certificates, indexing
from workflow.operations.documents import volume


def print_quickly(monkeypatch: pytest.MonkeyPatch) -> None:
    """For tests whose subject is not what stands on those pages."""

    def sheet(*_given: object) -> RenderedPdf:
        return rendered("shared/slip")

    for module in (certificates, indexing, volume):
        monkeypatch.setattr(module, "render_pdf", sheet)
