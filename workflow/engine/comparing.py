"""Two versions of a text against each other (花脸稿): what was struck out, what was put in. By difflib alone."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import zip_longest

SAME, GONE, NEW = "same", "gone", "new"
#: A Chinese character; a day, a number or a Latin word whole.
_WORDS = re.compile(r"\d{4}年\d{1,2}月\d{1,2}日|[A-Za-z0-9.,%〔〕]+|\s+|.", re.DOTALL)
_CONTEXT = 1  #: paragraphs shown before and after a changed one
_ALIKE = 0.4  #: below, two paragraphs are not versions of one another
_SHORTEST_BETWEEN = 2  #: characters left alone between two changes; fewer are struck and written anew with them


@dataclass(frozen=True)
class Piece:
    """Some characters that stayed, went or came."""

    kind: str  #: same, gone, new
    text: str


@dataclass(frozen=True)
class Line:
    """A paragraph with its changes; `is_gap` stands for unchanged ones that are left out."""

    pieces: tuple[Piece, ...] = ()
    is_gap: bool = False


def compared(before: str, after: str) -> tuple[Line, ...]:
    """The changed paragraphs with a paragraph of context; nothing when the texts are the same."""
    old, new = before.splitlines(), after.splitlines()
    if old == new:
        return ()
    lines: list[tuple[bool, Line]] = []
    for code, i1, i2, j1, j2 in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if code == "equal":
            lines += [(False, Line((Piece(SAME, each),))) for each in old[i1:i2]]
        else:
            lines += [(True, each) for each in _changed(old[i1:i2], new[j1:j2])]
    return tuple(_with_context(lines))


def _changed(old: Sequence[str], new: Sequence[str]) -> Iterator[Line]:
    for was, now in zip_longest(old, new):
        if was is None or now is None:
            yield Line((Piece(GONE, was) if was is not None else Piece(NEW, now or ""),))
        else:
            yield Line(tuple(_pieces(was, now)))


def _pieces(was: str, now: str) -> list[Piece]:
    old, new = _WORDS.findall(was), _WORDS.findall(now)
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    if matcher.ratio() < _ALIKE:
        return [Piece(kind, text) for kind, text in ((GONE, was), (NEW, now)) if text]
    return _joined(
        (code == "equal", "".join(old[i1:i2]), "".join(new[j1:j2])) for code, i1, i2, j1, j2 in matcher.get_opcodes()
    )


def _joined(parts: Iterator[tuple[bool, str, str]]) -> list[Piece]:
    """Neighbouring changes as one, with the odd character between them: a reader follows words, not letters."""
    found: list[Piece] = []
    gone = new = ""
    waiting = ""  #: unchanged since the last change, and too short to stand alone
    for is_same, was, now in parts:
        if is_same and (len(was) >= _SHORTEST_BETWEEN or not (gone or new)):
            found += [*_change(gone, new), Piece(SAME, was)]
            gone = new = ""
        elif is_same:
            waiting = was
        else:
            gone, new, waiting = gone + waiting + was, new + waiting + now, ""
    return found + _change(gone, new, waiting)


def _change(gone: str, new: str, rest: str = "") -> list[Piece]:
    return [Piece(kind, text) for kind, text in ((GONE, gone), (NEW, new), (SAME, rest)) if text]


def _with_context(lines: Sequence[tuple[bool, Line]]) -> Iterator[Line]:
    changed = [place for place, (is_changed, _) in enumerate(lines) if is_changed]
    kept = {near for place in changed for near in range(place - _CONTEXT, place + _CONTEXT + 1)}
    last = -1
    for place, (_, line) in enumerate(lines):
        if place in kept:
            if place - last > 1:
                yield Line(is_gap=True)
            yield line
            last = place
    if last < len(lines) - 1:
        yield Line(is_gap=True)
