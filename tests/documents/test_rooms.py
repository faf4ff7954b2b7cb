"""Work in a process of its own: the same papers, nothing lost when it breaks down, nothing left when we are gone."""

from __future__ import annotations

import os
import pickle
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

from tests.documents.papers import folder, rendered, sample
from workflow.documents.bindery import Bindery, _files
from workflow.documents.binding import Bound, Unreadable
from workflow.documents.enclosures import PDF, Limits, Unbindable
from workflow.documents.glyphs import MissingGlyph
from workflow.documents.render import render_pdf
from workflow.documents.rooms import PRESS, Broken, Overdue, Room, rooms_open

LIGHT = "json"  #: a module in place of the large ones
AT_ONCE_TWICE = "__import__('os').kill(__import__('os').getpid(), 9)"
ONCE = f"__import__('os').path.exists({{0!r}}) or (open({{0!r}}, 'w').close(), {AT_ONCE_TWICE})"
TOLD = "print((__import__('os').getpid(), __import__('os').environ['TMPDIR']), flush=True)"
BY_ITSELF = """
import sys
from workflow.documents.rooms import Room
room = Room("试验", "json")
room.open("text")
room.do(600, eval, sys.argv[1])
sys.stdin.read()
"""


@pytest.fixture
def room() -> Iterator[Room]:
    made = Room("试验", LIGHT)
    made.open("text")
    yield made
    made.close()


def test_a_paper_is_the_same_and_its_process_knows_no_database() -> None:
    with rooms_open("text"):
        assert render_pdf(folder("shared/slip"), sample("shared/slip")) == rendered("shared/slip")
        loaded = PRESS.do(60, eval, "list(__import__('sys').modules)")
        child = PRESS.child
        values = sample("shared/slip")
        with pytest.raises(MissingGlyph) as missing:
            render_pdf(folder("shared/slip"), {**values, "document": {**values["document"], "title": "🩷"}})
        assert missing.value.facts["codepoint"] == "U+1FA77"
        assert PRESS.child == child
    assert "weasyprint" in loaded
    assert not {"sqlalchemy", "dbos", "flask", "pydantic", "pyhanko", "pikepdf"} & set(loaded)
    assert PRESS.child is None
    assert is_gone(child)


def test_a_child_that_breaks_down_is_replaced_and_nothing_is_lost(room: Room, tmp_path: Path) -> None:
    assert room.do(60, sum, [1, 2]) == 3
    first = room.child
    os.kill(first, signal.SIGTERM)  # meant for the service, which still waits for what is under way
    assert room.do(60, sum, [2, 2]) == 4
    assert room.child == first
    os.kill(first, signal.SIGKILL)
    assert room.do(60, sum, [2, 3]) == 5
    second = room.child
    assert room.do(60, eval, ONCE.format(str(tmp_path / "once"))) is True
    assert len({first, second, room.child}) == 3
    with pytest.raises(Broken, match="试验程序两次意外中止"):
        room.do(60, eval, AT_ONCE_TWICE)
    assert room.do(60, sum, [3, 3]) == 6


def test_what_takes_too_long_is_ended(room: Room) -> None:
    assert room.do(60, sum, []) == 0
    late = room.child
    with pytest.raises(Overdue):
        room.do(0.1, time.sleep, 600)
    assert is_gone(late)
    assert room.do(60, sum, []) == 0


def test_errors_of_libraries_come_as_text_and_questions_are_answered_here(room: Room) -> None:
    with pytest.raises(RuntimeError, match="ZeroDivisionError"):
        room.do(60, eval, "1 / 0")
    assert room.do(60, map_bytes, b"abc", ask=bytes.upper) == b"ABC"

    def refuse(_request: bytes) -> bytes:
        raise OSError("不通")

    with pytest.raises(RuntimeError, match="不通"):
        room.do(60, map_bytes, b"abc", ask=refuse)


def test_a_file_is_bound_apart_and_nothing_of_it_stays(tmp_path: Path) -> None:
    paper, front = rendered("shared/slip").data, rendered("shared/case_file").data
    limits = Limits(pages=9, pixels=1_000_000)

    def bound(bindery: Bindery) -> Bound:
        bindery.mark("方案", 0)
        assert bindery.add("工作单", paper, 1).pages == 1
        assert bindery.enclose("附件", "application/pdf", paper, limits, 1).first == 2
        for broken, put in ((Unreadable, bindery.add), (Unbindable, partial(bindery.enclose, limits=limits))):
            with pytest.raises(broken):
                put("坏", **({"data": b"x", "level": 1} | ({"media_type": PDF} if broken is Unbindable else {})))
        return bindery.finish("案卷", front, (("封面", 0),))

    here = bound(Bindery())
    with rooms_open("text"):
        bindery, beside = Bindery(), Bindery()
        first, second = bindery._room.child, beside._room.child
        assert None not in (first, second)
        assert first != second, "two workers do not wait for each other"
        assert bound(bindery) == here
        assert is_gone(first), "what it held has gone with it"
        assert beside.add("工作单", paper, 1).first == 1
        os.kill(second, signal.SIGKILL)
        with pytest.raises(RuntimeError, match="Lost"):  # no refusal: the job is done again
            beside.add("工作单", paper, 1)
        assert beside._room.child is None
        beside = Bindery()
        left = beside._room.child
        del beside
        assert is_gone(left)
    assert _files == {}


def test_an_error_of_ours_comes_whole() -> None:
    error = pickle.loads(pickle.dumps(MissingGlyph("犇", "通知")))
    assert isinstance(error, MissingGlyph)
    assert (error.message, error.facts) == (MissingGlyph("犇", "通知").message, MissingGlyph("犇", "通知").facts)


@pytest.mark.parametrize("work", [TOLD, f"{TOLD} or __import__('time').sleep(600)"], ids=["idle", "busy"])
def test_a_child_does_not_outlive_who_started_it(work: str) -> None:
    with subprocess.Popen([sys.executable, "-c", BY_ITSELF, work], stdin=-1, stdout=-1, text=True) as parent:
        child, folder = eval(parent.stdout.readline())
        parent.kill()
    until(lambda: is_gone(child))
    until(lambda: not Path(folder).exists())


def map_bytes(data: bytes, ask: object) -> bytes:
    """What a child does with somebody to ask."""
    return ask(data)


def is_gone(process: int) -> bool:
    """Whether a process has ended; one that nobody waits for is left as a name."""
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except FileNotFoundError:
        return True


def until(holds: object) -> None:
    for _ in range(1200):
        if holds():
            return
        time.sleep(0.05)
    raise AssertionError(holds)
