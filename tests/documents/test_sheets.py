"""Style sheets: what the body's class decides is put in, sums are worked out, what an element decides stays open."""

from __future__ import annotations

import pytest

from workflow.documents.sheets import Sheets

LETTERHEAD = Sheets(
    """:root { --line: 30pt; --wide: 10mm }
/* not a rule: body.wide { --line: 1pt } */
body.tight { --line: 28pt }
body.notice { page: notice; --line: 26pt }
body.notice.tight { --line: 25pt }
.head { --drop: 0; height: calc((10 + var(--drop)) * var(--line)) }
p { margin: calc(2 * var(--line)) calc(100% - 1pt) calc(var(--wide) + 1pt) calc(-1 * var(--line)); font: 9pt var(--a) }
""",
    ':root { --a: "Fandol", serif }',
)


def plain(*words: str, html: str = "") -> str:
    return LETTERHEAD.plain(dict(LETTERHEAD.constants(frozenset(words), html)))


@pytest.mark.parametrize(
    ("words", "line"), [((), "30"), (("tight",), "28"), (("notice",), "26"), (("tight", "notice"), "25")]
)
def test_the_closest_rule_for_the_body_decides(words: tuple[str, ...], line: str) -> None:
    assert dict(LETTERHEAD.constants(frozenset(words), ""))["--line"] == f"{line}pt"
    assert f"height: {int(line) * 10}.000000000pt" in plain(*words)


def test_sums_are_one_length_and_shares_stay() -> None:
    margins = "margin: 60.000000000pt calc(100% - 1pt) 29.346456693pt -30.000000000pt;"
    assert f'p {{ {margins} font: 9pt "Fandol", serif }}' in plain()


def test_what_an_element_sets_itself_stays_open() -> None:
    assert "height: calc((10 + var(--drop)) * 30pt)" in plain(html='<div class="head" style="--drop: 3">')


def test_what_several_rules_set_below_the_body_stays_open() -> None:
    sheets = Sheets("h1 { --gap: 1pt } h2 { --gap: 2pt } p { margin: var(--gap) var(--none) }")
    assert sheets.plain(dict(sheets.constants(frozenset(), ""))).endswith("p { margin: var(--gap) var(--none) }")
