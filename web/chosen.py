"""Cases that somebody has chosen on a page, each as it was seen: `number:version` in one field for each."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from flask import request

from workflow.operations.many.batching import Chosen

CHOSEN = "chosen"
LONGEST_VERSION = 9  #: digits


def chosen() -> list[Chosen]:
    """The cases in the form that was sent."""
    return list(_read(request.form.getlist(CHOSEN)))


def _read(values: Sequence[str]) -> Iterator[Chosen]:
    """Anything but `number:version` was not on the page."""
    for value in dict.fromkeys(values):
        number, _, version = value.rpartition(":")
        if number and version.isascii() and version.isdigit() and len(version) <= LONGEST_VERSION:
            yield Chosen(number, int(version))
