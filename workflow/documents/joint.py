"""Joint issue 联合行文 (GB/T 9704-2012 7.2.4, 7.3.5.1): marks in rows with 文件 beside them, signatures in rows."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil

from markupsafe import Markup

from workflow.documents.letterhead import Letterhead

WORD = "文件"


def joint_mark(head: Letterhead, issuers: Sequence[str]) -> Markup:
    """The names one below another, spread to one width, and 文件 to their right, centred on their height."""
    limits = head.numbers["joint_mark"]
    names = ["".join(str(each).split()) for each in issuers]
    longest = max(map(len, names))
    ink, above = head.ink("".join(names) + WORD)
    size = limits["height"] / ink
    rise = above * size
    width = min(limits["widest"], limits["span"] / (longest + len(WORD)))
    narrow = width / size
    row = limits["row"]
    lines = [(name, 0.0, number * row - rise) for number, name in enumerate(names)]
    lines.append((WORD, width * longest + limits["gap"], (len(names) - 1) * row / 2 - rise))
    inner = Markup("").join(
        Markup(
            '<span style="left:{:.3f}mm;top:{:.3f}mm;width:{:.3f}mm;letter-spacing:{:.3f}mm;transform:scaleX({:.4f})">'
            "{}</span>"
        ).format(left, top, size * longest, 0 if text == WORD else _spread(text, longest) * size, narrow, text)
        for text, left, top in lines
    )
    whole = width * (longest + len(WORD)) + limits["gap"]
    style = f"font-size:{size:.3f}mm;width:{whole:.3f}mm;height:{(len(names) - 1) * row + limits['height']:.3f}mm"
    return Markup('<div class="mark joint" style="{}">{}</div>').format(style, inner)


def joint_drop(head: Letterhead, issuers: Sequence[str]) -> int:
    """How many lines lower number, red line and title stand below the marks of several issuers."""
    if len(issuers) < 2:
        return 0
    limits, single = head.numbers["joint_mark"], head.numbers["mark"]["height"]
    more: float = (len(issuers) - 1) * limits["row"] + limits["height"] - single
    return max(0, ceil(more / float(head.numbers["body"]["line"])))


def joint_rows(head: Letterhead, issuers: Sequence[str]) -> list[list[str]]:
    """The signatures in rows: as many beside one another as the type area has room for, three at most."""
    most = _beside(head, issuers)
    return [list(issuers[start : start + most]) for start in range(0, len(issuers), most)]


def joint_cell(head: Letterhead, issuers: Sequence[str]) -> float:
    """How many characters wide the place of each is: one more than the longest name, as far as there is room."""
    return min(_longest(issuers) + 1.0, int(head.numbers["body"]["characters"]) / _beside(head, issuers))


def _beside(head: Letterhead, issuers: Sequence[str]) -> int:
    room = int(head.numbers["body"]["characters"]) // _longest(issuers)
    return max(1, min(int(head.numbers["joint_mark"]["seals"]), room))


def _longest(issuers: Sequence[str]) -> int:
    return max((len(str(each)) for each in issuers), default=1)


def _spread(name: str, longest: int) -> float:
    """Space after each character, in em, by which a shorter name reaches the width of the longest."""
    return (longest - len(name)) / max(1, len(name) - 1)
