"""The list of parameters that code reads is what code reads."""

from __future__ import annotations

import re
from pathlib import Path

from tests.engine.cast import DEFINITIONS, parameters
from workflow.engine.parameters import OF_SCALE, OF_SUBJECT, READ

SOURCE = DEFINITIONS.parent / "workflow"
LIST = Path("engine/parameters.py")


def test_code_reads_what_is_listed_and_nothing_else() -> None:
    text = "\n".join(
        each.read_text(encoding="utf-8") for each in SOURCE.rglob("*.py") if each.relative_to(SOURCE) != LIST
    )
    plain = {each for each in parameters() if re.search(rf"[\"']{re.escape(each)}[\"']", text)}
    composed = {f"{subject}.{name}" for subject in ("org", "member") for name in OF_SUBJECT}
    composed |= {f"appraisal.{name}" for name in OF_SCALE}
    composed |= {f"seal.image_{name}" for name in ("bytes", "pixels_least", "pixels_most")}
    assert plain | composed == READ
    assert all(f".{name}" in text for name in OF_SUBJECT)
