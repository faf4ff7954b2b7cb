"""Stories of X4, the public notice, as the case that waits for it sees it."""

from __future__ import annotations

from tests.operations.cast import Play


def posted(play: Play, case: int, name: str = "notice") -> int:
    """The notice that a case waits for is on the board."""
    notice = play.child(case, name)
    play.do(notice, "post")
    return notice


def clean(play: Play, case: int, name: str = "notice") -> None:
    """Nobody objects until it ends."""
    notice = posted(play, case, name)
    play.until(play.data(notice)["notice_to"])
    play.wait()
    assert play.state(notice) == "closed_clean"
