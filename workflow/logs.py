"""The log of the service: one line an event, on stderr, with what it is about. No text of a person ever stands in it.

What an event is about is carried along (`about`): the request, the job, the case, the person's id. A line cannot be
forged: line breaks and whatever else steers a terminal are written as escapes (trust.md, check 24).
"""

from __future__ import annotations

import json
import logging
import re
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from types import MappingProxyType

LEVEL = logging.INFO
#: Only what is wrong there concerns us.
QUIET = ("dbos", "fontTools", "pikepdf", "weasyprint", "waitress", "alembic", "transitions")
REQUEST = "request"
FORMS = {"demo": "text", "production": "json"}  #: by mode, where the settings say nothing
_STEERING = re.compile(r"[\x00-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff\ufeff]")

_facts: ContextVar[Mapping[str, object]] = ContextVar("facts", default=MappingProxyType({}))


@contextmanager
def about(**facts: object) -> Iterator[None]:
    """What every event inside is about, besides what is known already."""
    token = _facts.set({**_facts.get(), **facts})
    try:
        yield
    finally:
        _facts.reset(token)


def note(**facts: object) -> None:
    """Add to what the events up to the end of the innermost `about` are about."""
    _facts.set({**_facts.get(), **facts})


def request_id() -> str:
    """The request that all this is done for; empty when it is done for none."""
    return str(_facts.get().get(REQUEST, ""))


def configure(form: str) -> None:
    """Write the log to stderr, as JSON or as text. Whoever embeds the service and has set up logging keeps it."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLine() if form == "json" else TextLine())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(LEVEL)
    for name in QUIET:  # some write in a form of their own unless they find a handler
        logger = logging.getLogger(name)
        logger.handlers[:], logger.propagate = [handler], False
        logger.setLevel(logging.WARNING)


def harmless(text: str) -> str:
    """The text on one line: what could begin another entry, or turn the terminal, is written as an escape."""
    return _STEERING.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


class JsonLine(logging.Formatter):
    """One JSON object a line."""

    def format(self, record: logging.LogRecord) -> str:
        """The event with its time, level, logger, message and what it is about; a trace where there is one."""
        said = {**_head(record), "message": record.getMessage(), **_known(record)}
        if record.exc_info:
            said["trace"] = self.formatException(record.exc_info)
        return harmless(json.dumps(said, ensure_ascii=False, default=str))


class TextLine(logging.Formatter):
    """For people: time, level, message, what it is about; below it the trace, set in so that no line passes for one."""

    def format(self, record: logging.LogRecord) -> str:
        """The event on a line."""
        head = _head(record)
        facts = "".join(f" {name}={value}" for name, value in _known(record).items())
        line = harmless(f"{head['time']} {head['level']} {head['logger']}: {record.getMessage()}{facts}")
        if not record.exc_info:
            return line
        trace = self.formatException(record.exc_info).splitlines()
        return "\n".join([line, *(f"    {harmless(each)}" for each in trace)])


def _head(record: logging.LogRecord) -> dict[str, object]:
    time = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
    return {"time": time, "level": record.levelname.lower(), "logger": record.name}


def _known(record: logging.LogRecord) -> dict[str, object]:
    """What the event is about: what was carried along, and what was said with it."""
    said = getattr(record, "facts", {})
    return {name: value for name, value in {**_facts.get(), **said}.items() if value not in (None, "")}
