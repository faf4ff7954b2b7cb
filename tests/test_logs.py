"""The log: one line an event, with what it is about; nothing forges an entry, nothing secret stands in it."""

from __future__ import annotations

import io
import json
import logging
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from workflow import logs
from workflow.logs import JsonLine, TextLine
from workflow.store.session import create_engine

FORGED = 'x\n2026-01-01 {"level": "info"}\r\x1b[2J\u2028\u202ey\x85'


@pytest.fixture
def written() -> Iterator[io.StringIO]:
    """What the logger `tried` writes as JSON."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(JsonLine())
    logger = logging.getLogger("tried")
    logger.setLevel(logging.INFO)
    logger.addHandler(handler)
    yield stream
    logger.removeHandler(handler)


def entries(stream: io.StringIO) -> list[dict[str, object]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def test_an_event_says_what_it_is_about(written: io.StringIO) -> None:
    with logs.about(request="r-1"):
        logs.note(case="2012-M1-000001")
        with logs.about(job="render_document"):
            logging.getLogger("tried").info("printed %s", 7, extra={"facts": {"ms": 3}})
        logging.getLogger("tried").warning("after")
        assert logs.request_id() == "r-1"
    logging.getLogger("tried").info("outside")
    first, second, third = entries(written)
    assert first.items() >= {"level": "info", "logger": "tried", "message": "printed 7", "request": "r-1",
                             "case": "2012-M1-000001", "job": "render_document", "ms": 3}.items()  # fmt: skip
    assert str(first["time"]).endswith("+00:00")
    assert "job" not in second
    assert second["case"] == "2012-M1-000001"
    assert not {"request", "case", "job"} & third.keys()
    assert logs.request_id() == ""


def test_no_entry_can_be_forged(written: io.StringIO) -> None:
    with logs.about(channel=FORGED):
        logging.getLogger("tried").info("by %s", FORGED)
    assert written.getvalue().count("\n") == 1
    assert written.getvalue().rstrip("\n").isprintable()
    assert entries(written)[0]["message"] == f"by {FORGED}"


def test_text_for_people_cannot_be_forged_either() -> None:
    fault = ValueError(FORGED)
    record = logging.LogRecord("tried", logging.ERROR, "", 0, "by %s", (FORGED,), (ValueError, fault, None))
    first, *trace = TextLine().format(record).splitlines()
    assert " error tried: by x\\u000a2026" in first
    assert all(line.startswith("    ") for line in trace)
    assert all(line.isprintable() for line in (first, *trace))


def test_half_a_character_can_be_written() -> None:
    record = logging.LogRecord("tried", logging.ERROR, "", 0, "by %s", ("\ud800",), None)
    assert json.loads(JsonLine().format(record))["message"] == "by \ud800"
    assert JsonLine().format(record).encode()


def test_a_failing_statement_does_not_quote_what_was_typed(database_url: str) -> None:
    engine = create_engine(database_url)
    with engine.connect() as connection, pytest.raises(SQLAlchemyError) as caught:
        connection.execute(text("SELECT :secret FROM nowhere"), {"secret": "canary-41"})
    engine.dispose()
    assert "canary-41" not in str(caught.value)


SAY = "import logging; from workflow import logs; logs.configure({!r}); logging.getLogger('chuangyou').info('好')"


def test_what_libraries_say_has_the_same_form() -> None:
    say = "import dbos, logging; from dbos._logger import init_logger; " + SAY.format("json").partition(" logging.")[0]
    said = subprocess.run(
        [sys.executable, "-c", f"{say} init_logger(); logging.getLogger('dbos').warning('slow')"],
        cwd=Path(__file__).parents[1], capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert [json.loads(line)["message"] for line in said.stderr.splitlines()] == ["slow"]


@pytest.mark.parametrize(("form", "start"), [("json", '{"time": "'), ("text", "20")])
def test_the_log_goes_to_stderr_in_the_form_that_is_set(form: str, start: str) -> None:
    command = [sys.executable, "-c", SAY.format(form)]
    environment = {**os.environ, "PYTHONIOENCODING": "utf-8"}
    said = subprocess.run(
        command, cwd=Path(__file__).parents[1], env=environment, capture_output=True, text=True, check=True
    )
    assert said.stdout == ""
    assert said.stderr.startswith(start)
    assert "好" in said.stderr
